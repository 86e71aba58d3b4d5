"""Bytes to text, and text to the chunks between two `---` lines, one for each document."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_BOM = b"\xef\xbb\xbf"
_ASCII_CONTROLS = bytes(code for code in (*range(32), 127) if code not in b"\t\n\r")
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""Characters that YAML forbids, that count as line breaks for some readers only, or that reorder what is shown.

A byte that is not UTF-8 stands in the text as a lone surrogate and is found here too.
"""
_MARKER = re.compile(r"---(?=[ \t\r\n]|\Z)")
_BREAK = re.compile(r"\r\n|\r|\n")
_BLANK = re.compile(
    r"(?:---(?=[ \t\r\n]|\Z))?+"
    r"(?:[ \t\r\n]++|#[^\r\n]*+|(?<![^\r\n])(?:\.\.\.(?=[ \t\r\n]|\Z)|%[^\r\n]*+))*+\Z"
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """The text of one document from its `---` on. `line` is the number of its first line, counted from 1.

    `directive` is the number of a `%` line that stands before the document, or 0.
    """

    text: str
    line: int
    directive: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """A decoded file. If it is `clean`, no character in it is forbidden."""

    text: str
    clean: bool


def decode(data: bytes) -> Text:
    """The text of a file in UTF-8, with or without byte order mark. Other bytes become lone surrogates."""
    body = data.removeprefix(_BOM)
    if body.isascii():
        return Text(body.decode("ascii"), clean=len(body.translate(None, _ASCII_CONTROLS)) == len(body))
    text = body.decode("utf-8", "surrogateescape")
    return Text(text, clean=FORBIDDEN.search(text) is None)


@lru_cache(maxsize=2)
def chunks_of(data: bytes) -> tuple[Chunk, ...]:
    """The documents of a file as text, empty ones left out.

    The last files are kept, since places are asked for one document after the other.
    """
    return tuple(split(decode(data).text))


def split(text: str) -> Iterator[Chunk]:
    """Cuts at each line that begins a document, as libyaml does whatever else the line stands in."""
    line, directive = 1, 0
    for start, end in _bounds(text):
        part = text[start:end]
        if not _BLANK.match(part):
            yield Chunk(part, line, directive)
            directive = 0
        elif "%" in part:
            directive = _directive_line(part, line) or directive
        line += count_breaks(part)
    if directive:  # nothing followed: the careful way says what it thinks of a directive
        yield Chunk("", directive, directive)


def count_breaks(text: str) -> int:
    """How many lines end in `text`."""
    return sum(1 for _ in _BREAK.finditer(text)) if "\r" in text else text.count("\n")


def is_blank(text: str) -> bool:
    """Whether `text` holds no document: only white space, comments, document markers and directives."""
    return _BLANK.match(text) is not None


def lines_of(text: str) -> list[str]:
    """All lines of `text` without their line breaks."""
    return _BREAK.split(text)


def line_of(text: str, number: int) -> str:
    """Line `number` of `text`, counted from 1, without its line break; empty if there is none."""
    lines = _BREAK.split(text, number)
    return lines[number - 1] if 0 < number <= len(lines) else ""


def _bounds(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _MARKER.finditer(text):
        offset = match.start()
        if offset and text[offset - 1] in "\r\n":
            yield start, offset
            start = offset
    yield start, len(text)


def _directive_line(part: str, first: int) -> int:
    for number, line in enumerate(_BREAK.split(part), start=first):
        if line.startswith("%"):
            return number
    return 0
