"""Lists for people: columns of text."""

from collections.abc import Sequence

from concertino.model.visible import visible


def columns(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows under their heads, each column as wide as its widest text; the last one runs on."""
    lines = [tuple(head.upper() for head in heads), *(tuple(visible(str(cell)) for cell in row) for row in rows)]
    widths = [max(len(line[index]) for line in lines) for index in range(len(heads))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
