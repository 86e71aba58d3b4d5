"""Tables of figures for the terminal: words to the left, figures to the right."""

from collections.abc import Iterator, Sequence

from concertino.model.visible import visible
from concertino.rendering.painting import DIM, Line, Span, line


def grid(heads: Sequence[str], rows: Sequence[Sequence[str]], *, words: int = 1, last: bool = False) -> Iterator[Line]:
    """Rows under their heads: the first `words` columns to the left, the others to the right.

    With `last` the last column is words as well, and runs on.
    """
    shown = [tuple(map(visible, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(heads, *shown, strict=True)]

    def laid(cells: Sequence[str]) -> str:
        ends = len(cells) - 1 if last else len(cells)
        return "  ".join(
            cell.ljust(width) if index < words or index >= ends else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ).rstrip()

    yield line(Span(laid(heads), DIM))
    yield from (line(laid(row)) for row in shown)
