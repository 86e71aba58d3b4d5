"""The values that a scaffold made up and nobody has replaced, told by the comment behind them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from concertino.documents.nodes import Node
from concertino.documents.positions import tree
from concertino.documents.text import chunks_of, lines_of
from concertino.editing.scaffold import MARK
from concertino.model.limits import Limits

_MARKED = re.compile(rf"[ \t]{re.escape(MARK)}[ \t]*\Z")


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A line that still ends in the mark: its number in the file, counted from 1, and what stands before the mark."""

    line: int
    text: str


def made_up(file: str, data: bytes, index: int, limits: Limits) -> tuple[MadeUp, ...]:
    """The lines with made-up values in the document that `read_documents` gives the number `index`, from above.

    A line that is a comment as a whole has no value, and a mark within a text is part of that text.
    """
    chunks = chunks_of(data)
    if not 0 <= index < len(chunks) or MARK not in chunks[index].text:
        return ()
    scalars = [node for node in _nodes(tree(file, data, index, limits)) if node.style]
    found = []
    for number, line in enumerate(lines_of(chunks[index].text), start=chunks[index].line):
        match = _MARKED.search(line)
        value = line[: match.start()].strip() if match else ""
        if (
            match
            and value[:1] not in ("", "#")
            and not any(_holds(item, number, match.start() + 2) for item in scalars)
        ):
            found.append(MadeUp(number, value))
    return tuple(found)


def _nodes(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting += here.children.values()


def _holds(node: Node, line: int, column: int) -> bool:
    """Whether this place lies in the text of a scalar. Behind the indicator of a block scalar there may be comments."""
    first, start, last, end = node.span
    return (first, start) < (line, column) < (last, end) and not (node.style in "|>" and line == first)
