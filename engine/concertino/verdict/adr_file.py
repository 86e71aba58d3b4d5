"""One decision record that people wrote by hand: MADR 2 to 4, Nygard's form as adr-tools writes it, or log4brains.

What is read: the number and the title; statuses, from front matter (`status:`), from a line `Status: …` above the first
section, and from the section Status; successions, wherever a record says "superseded by" or "supersedes". adr-tools
before its version 3 wrote "Superceded", which is read alike.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import basename, dirname, join, normpath
from urllib.parse import unquote

from concertino.model.place import Place

STATUSES = ("draft", "proposed", "accepted", "rejected", "deprecated", "superseded")
"""The words of MADR and adr-tools, and `draft` of log4brains."""
_MOST_LINES = 20_000
_LONGEST_LINE = 2_000
"""What stands further right is no status."""
_MOST_FRONT_MATTER = 200
_MOST_SAID = 50
_NUMBER = re.compile(r"(?:adr[-_ ]?)?(\d{1,4})[-_. ]", re.IGNORECASE | re.ASCII)
_DATED = re.compile(r"\d{8}-|\d{4}-\d{2}-\d{2}[-_. ]", re.ASCII)
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*")
_NUMBERED_TITLE = re.compile(
    r"(?:(?:ADR[- ]?)?\d{1,5}[.:)]|ADR[- ]?\d{1,5})[ \t]*[-–:]?[ \t]*", re.IGNORECASE | re.ASCII
)
_BULLET = re.compile(r"\s*(?:[*+-]|\d{1,3}[.)])[ \t]+")
_FIELD = re.compile(r"[*_ ]*(status|date)[*_ ]*:[*_ ]*(?=\S)", re.IGNORECASE)
_KEY = re.compile(r"(status|date|title|supersedes|superseded[-_]?by)[ \t]*:[ \t]*", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WORD = re.compile(r"[^A-Za-z0-9\[{<]*([A-Za-z]+)")
_ENDED = re.compile(r"superseded|superceded|replaced", re.IGNORECASE)
_BY = re.compile(r"\b(?:superseded|superceded|replaced)[ \t*_]+by\b", re.IGNORECASE)
_REPLACES = re.compile(r"\b(?:supersedes|supercedes)\b", re.IGNORECASE)
_AFTER_STATUS = re.compile(r"[ \t]*(?:$|[.,;:(\[|/–-]|(?:on|since|as of|in)\b|\d{4}-)", re.IGNORECASE | re.ASCII)
_LINK = re.compile(r"\[[^\[\]]{0,400}\]\(<?([^()<>\s]{1,400})[^()]{0,400}\)")
_NAMED = re.compile(
    r"(?<![\w/.-])([\w-]{1,200}\.md)\b|\b(\d{8}-[a-z0-9-]{1,200})|\b(?:adr[-_ ]?|#)?(\d{1,5})\b",
    re.IGNORECASE | re.ASCII,
)
_SECTIONS = ("status", "links", "more information", "related", "related decisions")
"""Where successions are looked for, beside the front matter and the lines above the first section."""


@dataclass(frozen=True, slots=True)
class Target:
    """Another record as a record names it: by `path` from the top of the repository, by `number`, or by its `slug`.

    `outside` is what leads to the web or to a part of the same file: nobody can say anything about it here.
    """

    path: str = ""
    number: int | None = None
    slug: str = ""
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Status:
    """One status that a record gives itself. `word` is one of `STATUSES`, or empty if it is none of them."""

    word: str
    written: str
    place: Place
    targets: tuple[Target, ...] = ()
    day: str = ""
    """The day that stands before it, as in a list of what became of a record."""


@dataclass(frozen=True, slots=True)
class Replaces:
    """That a record says it supersedes others."""

    targets: tuple[Target, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class OldRecord:
    """A record that people wrote. `number` is that of its file name; log4brains names files by the day instead."""

    path: str
    number: int | None
    title: str
    date: str = ""
    statuses: tuple[Status, ...] = ()
    replaces: tuple[Replaces, ...] = ()

    @property
    def status(self) -> str:
        """The status that counts: superseded if it says so anywhere, else the last one."""
        words = [item.word for item in self.current if item.word]
        return "superseded" if "superseded" in words else words[-1] if words else ""

    @property
    def current(self) -> tuple[Status, ...]:
        """The statuses that say how it is now: of a list with days, the last one."""
        last = next((item for item in reversed(self.statuses) if item.day), None)
        return tuple(item for item in self.statuses if not item.day or item is last)

    @property
    def place(self) -> Place:
        """Where it says its status, or the beginning of the file."""
        return self.statuses[0].place if self.statuses else Place(self.path)


def is_record(path: str) -> bool:
    """Whether the name of a file is that of a record: markdown that begins with a number, or with a day."""
    name = basename(path)
    numbered = _NUMBER.match(name) or _DATED.match(name)
    return name.lower().endswith(".md") and numbered is not None and "template" not in name.lower()


def number_in(path: str) -> int | None:
    """The number that the name of a file begins with. Eight digits are a day."""
    name = basename(path)
    found = None if _DATED.match(name) else _NUMBER.match(name)
    return int(found[1]) if found else None


def read_record(path: str, text: str) -> OldRecord:
    """What a record says of itself. Whatever it holds, there is an answer: at worst one without a status."""
    reader = _Reader(path)
    reader.read(text)
    stem = basename(path)[: -len(".md")]
    return OldRecord(
        path,
        number_in(path),
        reader.title or stem,
        reader.date,
        tuple(reader.statuses[:_MOST_SAID]),
        tuple(reader.replaces[:_MOST_SAID]),
    )


class _Reader:
    """Goes through the lines of one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.title = ""
        self.date = ""
        self.statuses: list[Status] = []
        self.replaces: list[Replaces] = []
        self._section = ""
        self._first_in_section: Status | None = None

    def read(self, text: str) -> None:
        lines = re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff"), maxsplit=_MOST_LINES)[:_MOST_LINES]
        start = self._front_matter(lines)
        for number, line in _prose(lines, start):
            heading = _HEADING.fullmatch(line)
            if heading:
                self._heading(number, line, len(heading[1]), heading[2])
            elif line.strip():
                self._line(number, line)
        self._close()

    def _front_matter(self, lines: list[str]) -> int:
        """Reads it, and gives the index of the line after it."""
        if not lines or lines[0].rstrip() != "---":
            return 0
        end = next((i for i, line in enumerate(lines[1 : _MOST_FRONT_MATTER + 1], 1) if line.rstrip() == "---"), 0)
        key = ""
        for index in range(1, end):
            line = lines[index][:_LONGEST_LINE]
            found = _KEY.match(line)
            if found:
                key = re.sub(r"[-_]", "", found[1].lower())
                self._value(key, index + 1, line, found.end())
            elif line[:1] not in (" ", "\t", "-", "#", ""):
                key = ""
            elif key.startswith("supersede") and (item := _BULLET.match(line)):
                self._value(key, index + 1, line, item.end())
        return end + 1 if end else 0

    def _value(self, key: str, number: int, line: str, start: int) -> None:
        value = re.sub(r"[ \t]#.*", "", line[start:]).strip().strip("\"'").strip()
        if not value or value in ("[]", "null", "~"):
            return
        place = _place(self.path, number, line, start)
        match key:
            case "status":
                self.statuses.append(self._status(value, place))
            case "date":
                self._dated(value)
            case "title":
                self.title = self.title or value
            case "supersedes":
                self.replaces.append(Replaces(self._targets(value), place))
            case _:
                self.statuses.append(Status("superseded", value, place, self._targets(value)))

    def _heading(self, number: int, line: str, level: int, text: str) -> None:
        self._close()
        if level > 1 and (found := _FIELD.match(text)) and found[1].lower() == "status":
            self._field("status", number, line, line.index(text) + found.end())
            self._section = "?"
        elif level == 1 and not self._section:
            self.title = self.title or _NUMBERED_TITLE.sub("", _plain(text), count=1)
        else:
            self._section = _plain(text).lower().rstrip(":") or "?"

    def _line(self, number: int, line: str) -> None:
        bullet = _BULLET.match(line)
        start = bullet.end() if bullet else len(line) - len(line.lstrip())
        if not self._section:
            found = _FIELD.match(line, start)
            if found:
                self._field(found[1].lower(), number, line, found.end())
                return
        if self._section and self._section not in _SECTIONS:
            return
        place = _place(self.path, number, line, start)
        if replaces := _REPLACES.search(line, start):
            self.replaces.append(Replaces(self._targets(line[replaces.end() :]), place))
        elif self._section == "status":
            self._in_status(line[start:].strip(), place)
        elif by := _BY.search(line, start):
            self.statuses.append(Status("superseded", by[0], place, self._targets(line[by.end() :])))

    def _field(self, name: str, number: int, line: str, start: int) -> None:
        value = line[start:].strip()
        if name == "date":
            self._dated(value)
        elif value:
            self.statuses.append(self._status(value, _place(self.path, number, line, start)))

    def _in_status(self, text: str, place: Place) -> None:
        """A line of the section Status: a status, or a sentence about it."""
        found = self._status(text, place)
        if found.word and _is_all(text):
            self.statuses.append(found)
            self._dated(text)
        elif self._first_in_section is None:
            self._first_in_section = found

    def _close(self) -> None:
        """At the end of the section Status: its first line is the status, if no line is nothing else."""
        if self._first_in_section and not self.statuses:
            self.statuses.append(self._first_in_section)
        self._first_in_section = None

    def _status(self, text: str, place: Place) -> Status:
        day, rest = _after_day(text)
        word = _WORD.match(rest)
        name = word[1].lower() if word else ""
        if by := _BY.search(rest):
            return Status("superseded", rest, place, self._targets(rest[by.end() :]), day)
        if _ENDED.fullmatch(name):
            return Status("superseded", rest, place, self._targets(rest), day)
        return Status(name if name in STATUSES else "", rest, place, (), day)

    def _targets(self, text: str) -> tuple[Target, ...]:
        links = [self._linked(found[1]) for found in _LINK.finditer(text)]
        if links:
            return tuple(links)
        return tuple(self._named(found) for found in _NAMED.finditer(_DATE.sub("", text)))

    def _linked(self, written: str) -> Target:
        path, _, _ = unquote(written, errors="replace").partition("#")
        if not path or re.match(r"[a-z][a-z0-9+.-]*:|//", path, re.IGNORECASE):
            return Target(outside=True)
        there = normpath(path.lstrip("/") if path.startswith("/") else join(dirname(self.path), path))
        return Target(path=there)

    def _named(self, found: re.Match[str]) -> Target:
        if found[1]:
            return Target(path=normpath(join(dirname(self.path), found[1])))
        return Target(slug=found[2]) if found[2] else Target(number=int(found[3]))

    def _dated(self, text: str) -> None:
        found = _DATE.search(text)
        self.date = self.date or (found[0] if found else "")


def _prose(lines: list[str], start: int) -> Iterator[tuple[int, str]]:
    """The lines outside code and comments, with their numbers from 1."""
    fence, comment = "", False
    for number, line in enumerate(lines[start:], start + 1):
        shown = line[:_LONGEST_LINE]
        opened = re.match(r" {0,3}(```+|~~~+)", shown)
        if comment:
            comment = "-->" not in shown
        elif fence:
            fence = "" if opened and opened[1].startswith(fence) else fence
        elif opened:
            fence = opened[1]
        elif shown.lstrip().startswith("<!--"):
            comment = "-->" not in shown
        else:
            yield number, shown


def _is_all(text: str) -> bool:
    """Whether a line is a status and nothing else: `Accepted`, `Accepted (2020-01-01)`, `Superseded by …`."""
    _, rest = _after_day(text)
    word = _WORD.match(rest)
    return word is not None and bool(_BY.match(rest) or _AFTER_STATUS.match(rest, word.end()))


def _after_day(text: str) -> tuple[str, str]:
    """The day that a line begins with, or the empty text, and the rest."""
    clean = _plain(text)
    day = _DATE.match(clean)
    return (day[0], clean[day.end() :].lstrip(" \t:–-")) if day else ("", clean)


def _plain(text: str) -> str:
    """Text without the signs of emphasis and code around it."""
    return text.strip().strip("*_`\"'").strip()


def _place(path: str, number: int, line: str, start: int) -> Place:
    return Place(path, number, start + 1, number, len(line.rstrip()) + 1)
