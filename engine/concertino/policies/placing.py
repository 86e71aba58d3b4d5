"""The place in a policy file of a part of an expression."""

from concertino.documents import Positions
from concertino.expressions import align_range
from concertino.model.place import Place


def place_inside(data: bytes, marks: Positions, pointer: str, start: int, end: int) -> Place:
    """Where the code points `start` to `end` of the expression at `pointer` stand, in whatever YAML style it has.

    `data` is the file, `marks` its places.
    """
    mark, whole = marks.scalar(pointer), marks.nearest(pointer)
    if mark is None:
        return whole
    lines = data.decode("utf-8").splitlines()
    span = (mark.line, mark.column, mark.end_line, mark.end_column, mark.style, mark.value)
    start_line, start_column, end_line, end_column = align_range(lines, *span, start, end)
    # A range that ends with a line break ends with its line.
    end_column = min(end_column, len(lines[end_line - 1]) + 1)
    return Place(whole.file, start_line, start_column, end_line, end_column, pointer)
