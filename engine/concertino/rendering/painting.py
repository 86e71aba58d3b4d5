"""Lines of styled text. What goes into them is made visible on the way, so nothing hostile can get past."""

from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import NamedTuple

from concertino.model.visible import visible

_LONGEST = 2_000
"""Characters of one text that are shown: a message can be megabytes, and nobody reads those."""


class Span(NamedTuple):
    """Text in one style, in the words of rich (`bold red`); without a style it is plain."""

    text: str
    style: str = ""


Line = tuple[Span, ...]

DIM = "bright_black"
"""The style of what is there if one looks for it."""


def line(*parts: Span | str) -> Line:
    """A line of the parts, each made visible, and none of them a command to the CI server that shows the line."""
    spans = (part if isinstance(part, Span) else Span(part) for part in parts)
    return tuple(_inert(Span(visible(cut(span.text)), span.style) for span in spans if span.text))


def harmless(text: str) -> str:
    """Text of several lines, each made visible and none of them a command: for what is printed without a report."""
    return "\n".join(_plain(line(part)) for part in text.split("\n"))


def _inert(spans: Iterable[Span]) -> Iterator[Span]:
    """GitHub's runner takes `::name::` where a line begins, after any spaces, and `##[name]` anywhere, for commands."""
    begun = False
    for text, style in spans:
        shown = text.replace("##[", "#\\x23[")
        if not begun and shown.lstrip().startswith("::"):
            shown = shown.replace("::", "\\x3a:", 1)
        begun = begun or not shown.isspace()
        yield Span(shown, style)


def paragraph(text: str, width: int, indent: str = "  ", first: str = "", style: str = "") -> Iterator[Line]:
    """Text in lines of `width` columns; `first` stands before it, and later lines are indented by as much."""
    room = max(width - len(indent) - len(first), 20)
    for number, part in enumerate(wrap(visible(cut(text)), room, break_long_words=False, break_on_hyphens=False)):
        yield line(indent + (first if number == 0 else " " * len(first)), Span(part, style))


def cut(text: str, longest: int = _LONGEST) -> str:
    """The text, or its beginning and how much was left out."""
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text) - longest} more characters)"


def paint(lines: Iterable[Line], *, colour: bool) -> str:
    """The lines as text, each with a newline. With colour only style codes are added."""
    show = _coloured if colour else _plain
    return "".join(f"{show(item)}\n" for item in lines)


def _plain(item: Line) -> str:
    return "".join(span.text for span in item)


def _coloured(item: Line) -> str:
    from rich.color import ColorSystem  # noqa: PLC0415 - rich takes time to load and is needed only for colour
    from rich.style import Style  # noqa: PLC0415 - the same

    return "".join(
        Style.parse(span.style).render(span.text, color_system=ColorSystem.STANDARD) if span.style else span.text
        for span in item
    )
