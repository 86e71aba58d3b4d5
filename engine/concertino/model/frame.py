"""The lines around a place, with a marker below: what a reader of a message wants to see."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from concertino.model.place import Place
from concertino.model.visible import visible

_MOST_LINES = 3
"""A range over more lines shows its first one only: the reader needs the beginning, not the bulk."""
_BREAK = re.compile(rb"\r\n|\r|\n")
_BOM = b"\xef\xbb\xbf"
_TAB = "→   "
_CUT = "…"


def code_frame(data: bytes, place: Place, width: int = 100) -> str:
    r"""The lines of `place` in `data`, each with its number and a marker below; empty if the file has no such line.

    No more than `width` columns of a line are shown, cut around the place. Control characters, invisible characters and
    bytes that are not UTF-8 appear as escapes (`\x1b`), tabs as arrows, so that nothing in the file can move the
    cursor of a terminal or the marker.
    """
    starts = _line_starts(data)
    last = place.end_line if place.end_line - place.line < _MOST_LINES else place.line
    if place.end_column == 1 and place.line < last == place.end_line:
        last -= 1  # the range ends with the line break before
    lines = range(max(place.line, 1), min(last, len(starts)) + 1)
    margin = len(str(lines[-1])) if lines else 0
    return "\n".join(part for number in lines for part in _framed(data, starts, number, place, margin, width))


def _framed(data: bytes, starts: tuple[int, ...], number: int, place: Place, margin: int, width: int) -> Iterator[str]:
    line = _line(data, starts, number)
    start = place.column - 1 if number == place.line else len(line) - len(line.lstrip())
    end = place.end_column - 1 if number == place.end_line else len(line)
    start = min(max(start, 0), len(line))
    end = min(max(end, start + 1), max(len(line), start + 1))
    before, marked, after = _window(line, start, end, width)
    yield f"{number:>{margin}} | {before}{marked}{after}".rstrip()
    yield f"{'':>{margin}} | {' ' * _columns(before)}{'^' * max(_columns(marked), 1)}"


def _window(line: str, start: int, end: int, width: int) -> tuple[str, str, str]:
    """What to show before, at and after the place, in `width` columns. The rest of a long line is not looked at."""
    marked = _fill(_cells(line[start : min(end, start + width + 1)]), width)
    room = width - _columns(marked)
    after = _fill(_cells(line[end : end + width + 1]), room // 2)
    before = _fill(_cells(line[max(start - width - 1, 0) : start]), room - _columns(after), from_end=True)
    return before, marked, after


def _cells(text: str) -> list[str]:
    return [_TAB if character == "\t" else visible(character) for character in text]


def _fill(cells: list[str], room: int, *, from_end: bool = False) -> str:
    """As many cells as fit, with a sign where some were left out."""
    shown: list[str] = []
    used = 0
    for cell in reversed(cells) if from_end else cells:
        used += _columns(cell)
        if used > room:
            shown[-1:] = [_CUT]
            break
        shown.append(cell)
    return "".join(reversed(shown)) if from_end else "".join(shown)


def _columns(text: str) -> int:
    """How many columns of a terminal `text` takes."""
    return len(text) if text.isascii() else sum(_columns_of(character) for character in text)


def _columns_of(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _line(data: bytes, starts: tuple[int, ...], number: int) -> str:
    end = starts[number] if number < len(starts) else len(data)
    return data[starts[number - 1] : end].rstrip(b"\r\n").decode("utf-8", "surrogateescape")


@lru_cache(maxsize=2)
def _line_starts(data: bytes) -> tuple[int, ...]:
    """Byte offsets of the lines. Kept for the last files, since findings come file by file."""
    first = len(_BOM) if data.startswith(_BOM) else 0
    return (first, *(match.end() for match in _BREAK.finditer(data)))
