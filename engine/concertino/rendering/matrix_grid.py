"""The matrix as a grid for a terminal: one axis down, the other across, within a width."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from concertino.matrix.picture import Picture, Pictured
from concertino.rendering.following import NOTHING, Given
from concertino.rendering.matrix_words import (
    NOWHERE,
    legend,
    marks_of,
    painted,
    short,
    standing,
    telling,
    totals,
    unscored,
)
from concertino.rendering.painting import DIM, Line, Span, line, paint

_WIDEST_LABEL = 24
_NARROWEST = 6
_GAP = 1


@dataclass(frozen=True)
class Grid:
    """The entries by row and column. Names are those of factors, joined where there are more than two."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    entries: Mapping[tuple[str, str], Pictured]

    @classmethod
    def of(cls, picture: Picture) -> "Grid":
        """The longer axis goes down, since a page is longer than a line is wide."""
        names = [name for name, _ in picture.axes]
        across = next((name for name in names if name != picture.matrix.display.comparison.along), "")
        grid = cls._along(picture, [name for name in names if name != across], [across] if across else [])
        if len(grid.columns) > len(grid.rows) and len(names) == 2:  # noqa: PLR2004 - rows and columns
            return cls._along(picture, [across], [name for name in names if name != across])
        return grid

    @classmethod
    def _along(cls, picture: Picture, down: Sequence[str], across: Sequence[str]) -> "Grid":
        def key(entry: Pictured, names: Sequence[str]) -> str:
            return "/".join(entry.cell.factors.get(name, "") for name in names)

        entries = {(key(entry, down), key(entry, across)): entry for entry in picture.entries}
        rows, columns = ({pair[at] for pair in entries} for at in (0, 1))
        return cls(tuple(sorted(rows)), tuple(sorted(columns)), entries)


def grid_text(
    picture: Picture, *, width: int = 100, colour: bool = False, quiet: bool = False, given: Given = NOTHING
) -> str:
    """The grid with its legend, what it comes to, and what to look at next. `quiet` leaves the grid and its legend."""
    return paint(_lines(picture, width - 1, None if quiet else given), colour=colour)


def _lines(picture: Picture, width: int, given: Given | None) -> Iterator[Line]:
    yield from unscored(picture)
    grid = Grid.of(picture)
    label = min(max(map(len, grid.rows), default=0), _WIDEST_LABEL)
    heads: dict[str, str] = {}
    for columns, size in _blocks(grid, width - label):
        heads |= zip(columns, _headings(columns, size - _GAP), strict=True)
        yield from _block(grid, picture, columns, heads, label, size)
        yield ()
    cut = [f"{head} = {name}" for name, head in heads.items() if head != name]
    if cut:
        yield line(Span("   ".join(cut), DIM))
    full = len(grid.rows) * len(grid.columns) == len(grid.entries)
    yield from legend(picture, picture.entries, gaps=not full)
    if given:
        yield ()
        yield from _summary(picture, given)


def _blocks(grid: Grid, room: int) -> Iterator[tuple[Sequence[str], int]]:
    """The columns in blocks that fit, with the width of a column, which is the same in all blocks."""
    marks = max((len(marks_of(entry)) for entry in grid.entries.values()), default=0)
    least = max(_NARROWEST, _GAP + 3 + (1 + marks if marks else 0))
    most = max(map(len, grid.columns), default=0) + _GAP
    fitting = max(room // least, 1)
    blocks = -(-len(grid.columns) // fitting)
    size = -(-len(grid.columns) // blocks) if blocks else 1
    wide = max(least, min(max(most, least) + 1, room // size))
    for start in range(0, len(grid.columns), size):
        yield grid.columns[start : start + size], wide


def _headings(names: Sequence[str], width: int) -> list[str]:
    """The names, cut to a width; those that are then the same get a number."""
    found: list[str] = []
    for name in names:
        head = name[:width].rstrip("-._")
        number = 2
        while head in found:
            tail = str(number)
            head, number = name[: width - len(tail)] + tail, number + 1
        found.append(head)
    return found


def _block(
    grid: Grid, picture: Picture, columns: Sequence[str], heads: Mapping[str, str], label: int, size: int
) -> Iterator[Line]:
    head = [Span(" " * _GAP + heads[name].ljust(size - _GAP), "bold") for name in columns]
    yield _stripped([Span(" " * label), *head])
    for row in grid.rows:
        parts: list[Span] = [Span(row[:label].ljust(label))]
        for column in columns:
            entry = grid.entries.get((row, column))
            parts.append(Span(" " * _GAP))
            parts += painted(entry, picture, size - _GAP) if entry else [Span(NOWHERE.ljust(size - _GAP), DIM)]
        yield _stripped(parts)


def _stripped(parts: Sequence[Span]) -> Line:
    """A line without the spaces at its end."""
    kept = list(parts)
    while kept and not kept[-1].text.strip():
        kept.pop()
    return line(*kept[:-1], Span(kept[-1].text.rstrip(), kept[-1].style)) if kept else ()


def _summary(picture: Picture, given: Given) -> Iterator[Line]:
    open_ends = standing(picture.entries)
    yield line(
        Span(totals(picture, picture.entries), "bold"),
        f" · {picture.model.id} {picture.model.version}, as of {picture.as_of}",
    )
    if open_ends:
        yield line(open_ends)
    first = telling(picture.entries)
    if first:
        yield line(f"next: {given.carried(f'concertino matrix {short(first.cell)}')}  # how it came to that")
