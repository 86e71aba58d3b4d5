"""Text that people wrote, as Markdown that says the same and does nothing else."""

import re
from collections.abc import Iterable

_ADDRESS = re.compile(
    r"(?<![a-z])[a-z]+://[^\s`{}|<>\\]*"
    r"|www\.[^\s`{}|<>\\]*"
    r"|(?:mailto|xmpp):[^\s`{}|<>\\]*"
    r"|(?<![a-z0-9_.+-])[a-z0-9_.+-]+@[a-z0-9_-]+(?:\.[a-z0-9_-]+)+",
    re.IGNORECASE | re.ASCII,
)
"""What readers of Markdown turn into a link without being asked. As code it stays what it is.

Each name is tried from its first letter alone, so that a long one takes no longer to pass over than to read.
"""
_AFTER_ADDRESS = "\"'.,;:!?)*_~"
_SPECIAL = re.compile(
    r"[\\`*\[\]<|~{}$]"
    r"|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"  # within a word an underscore is only that
    r"|(?<!\S)#"  # begins a heading, or ends one
    r"|&(?=#|[A-Za-z])",
    re.ASCII,
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Control characters, what turns the direction of text, and what can't be encoded: none of it can be seen."""
_NOT_IN_LABELS = re.compile(r"[^\w .,:()'-]|_|^[^\w]|(?<=^\d)[.)]|(?<=^\d\d)[.)]|(?<=^\d\d\d)[.)]")
"""All that could mean something to Mermaid or to the HTML that it makes; at the start what would begin a list, too."""
_LONGEST_LABEL = 80
_UNORDERED = re.compile(r"[-*+][ \t]+(\S.*)")
_ORDERED = re.compile(r"\d{1,9}[.)][ \t]+(\S.*)", re.ASCII)


class Markdown(str):
    """Text that is Markdown already. Any other text is escaped wherever it is put into a record."""

    __slots__ = ()


def plain(text: str) -> str:
    """`text` on one line, with a visible sign for each character that nobody could see."""
    return " ".join(_INVISIBLE.sub("\ufffd", text).split())


def inline(text: str) -> Markdown:
    """`text` on one line, so that it reads the same and is no heading, list, link, HTML or template.

    Web and mail addresses appear as code, since escaping alone does not keep every reader from making a link of them.
    """
    line = plain(text)
    parts: list[str] = []
    end = 0
    for match in _ADDRESS.finditer(line):
        address = match[0].rstrip(_AFTER_ADDRESS)
        parts += [_escaped(line[end : match.start()], at_start=not parts), f"`{address}`"]
        end = match.start() + len(address)
    parts.append(_escaped(line[end:], at_start=not parts))
    return Markdown("".join(parts))


def _escaped(text: str, *, at_start: bool) -> str:
    escaped = _SPECIAL.sub(r"\\\g<0>", text)
    if not at_start:
        return escaped
    numbered = re.match(r"[0-9]{1,9}(?=[.)](?:\s|$))", escaped)
    if numbered:
        return f"{numbered[0]}\\{escaped[numbered.end() :]}"
    return f"\\{escaped}" if escaped[:1] in tuple("-+=:!?%>") else escaped


def code(text: str) -> Markdown:
    """An identifier as code; what could end the code early is escaped text instead."""
    line = plain(text)
    return inline(line) if not line or re.search(r"[`{}|\\]", line) else Markdown(f"`{line}`")


def label(text: str) -> Markdown:
    """`text` as a quoted label of a Mermaid diagram; whatever is no letter or digit is written by its number.

    Mermaid shows `#35;` as the character with that number, so that a label reads the same and can't end early.
    """
    line = plain(text)
    cut = line if len(line) <= _LONGEST_LABEL else f"{line[:_LONGEST_LABEL].rstrip()}…"
    return Markdown(f'"{_NOT_IN_LABELS.sub(lambda found: f"#{ord(found[0])};", cut) or " "}"')


def compose(form: str, *parts: str) -> Markdown:
    """`form`, with `parts` in place of its `{}`: those that are not Markdown yet are escaped."""
    return Markdown(form.format(*(part if isinstance(part, Markdown) else inline(part) for part in parts)))


def joined(parts: Iterable[str], last: str = "and") -> Markdown:
    """`a, b and c`."""
    *rest, end = [part if isinstance(part, Markdown) else inline(part) for part in parts] or [Markdown("")]
    return Markdown(f"{', '.join(rest)} {last} {end}" if rest else end)


def row(cells: Iterable[str]) -> Markdown:
    """One row of a table."""
    shown = (cell if isinstance(cell, Markdown) else inline(cell) for cell in cells)
    return Markdown(f"| {' | '.join(cell or '–' for cell in shown)} |")


def block(text: str) -> Markdown:
    """`text` of several lines: its paragraphs and simple lists survive, everything else becomes text in them."""
    return Markdown("\n\n".join(_Blocks().read(text)))


class _Blocks:
    """Lines to paragraphs and lists. A list goes on after an empty line, a sentence in it does not."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.marker = ""
        self.items: list[list[str]] = []
        self.item_is_open = False
        self.paragraph: list[str] = []

    def read(self, text: str) -> list[str]:
        for line in text.splitlines():
            self._line(line.strip())
        self._end_list()
        self._end_paragraph()
        return self.done

    def _line(self, line: str) -> None:
        item = _UNORDERED.fullmatch(line) or _ORDERED.fullmatch(line)
        if item:
            self._item("*" if line[0] in "-*+" else "1.", item[1])
        elif not line:
            self._end_paragraph()
            self.item_is_open = False
        elif self.item_is_open:
            self.items[-1].append(line)
        else:
            self._end_list()
            self.paragraph.append(line)

    def _item(self, marker: str, text: str) -> None:
        self._end_paragraph()
        if marker != self.marker:
            self._end_list()
        self.marker = marker
        self.items.append([text])
        self.item_is_open = True

    def _end_list(self) -> None:
        if self.items:
            numbered = self.marker == "1."
            lines = (
                f"{f'{index}.' if numbered else '*'} {inline(' '.join(item))}"
                for index, item in enumerate(self.items, 1)
            )
            self.done.append("\n".join(lines))
        self.items = []

    def _end_paragraph(self) -> None:
        words = inline(" ".join(self.paragraph))
        self.paragraph = []
        if words:
            self.done.append(words)
