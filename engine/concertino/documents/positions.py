"""Where the nodes of one document stand."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from concertino.documents.careful import read_marked
from concertino.documents.nodes import Node, Span, path_of
from concertino.documents.text import chunks_of
from concertino.model.limits import Limits
from concertino.model.place import Place


@dataclass(frozen=True, slots=True)
class ScalarMark:
    """A scalar as it is written. Lines and columns count from 1, columns in code points, the end is exclusive.

    `style` is `plain`, `'`, `"`, `|` or `>`. `value` is the text after unescaping and folding. A quoted scalar begins
    with its quote, a block scalar with its indicator; a block scalar ends with the last line that is not blank.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    style: str
    value: str


class Positions:
    """The places of one document's nodes, by JSON pointer (RFC 6901). The document is read when first asked for."""

    def __init__(self, file: str, root: Node | Callable[[], Node]) -> None:
        self._file = file
        self._given = root

    @cached_property
    def _root(self) -> Node:
        return self._given if isinstance(self._given, Node) else self._given()

    def value(self, pointer: str) -> Place:
        """The place of the value at `pointer`. Raises KeyError if there is none."""
        return self._node(pointer).span.place(self._file, pointer)

    def key(self, pointer: str) -> Place:
        """The place of the key that leads to `pointer`; of an element or the root, which have none, its own place.

        Raises KeyError if there is nothing at `pointer`.
        """
        node = self._node(pointer)
        return (node.key or node.span).place(self._file, pointer)

    def nearest(self, pointer: str) -> Place:
        """The place of the value at `pointer`, or of its nearest ancestor that exists. The place names which it is."""
        node, found = self._root, ""
        for token, part in zip(path_of(pointer), pointer.split("/")[1:], strict=True):
            child = node.children.get(token)
            if child is None:
                break
            node, found = child, f"{found}/{part}"
        return node.span.place(self._file, found)

    def head(self, pointer: str) -> Place:
        """One line that stands for what is at `pointer`, or for its nearest ancestor: its key.

        Of an element of a list and of the document, which have no key, the first key or value in it.
        """
        place = self.nearest(pointer)
        node = self._node(place.pointer)
        while node.key is None and node.children:
            node = next(iter(node.children.values()))
        return (node.key or node.span).place(self._file, place.pointer)

    def scalar(self, pointer: str) -> ScalarMark | None:
        """How the scalar at `pointer` is written, or None if there is no scalar."""
        try:
            node = self._node(pointer)
        except KeyError:
            return None
        return ScalarMark(*node.span, node.style, node.text) if node.style else None

    def _node(self, pointer: str) -> Node:
        node = self._root
        for token in path_of(pointer):
            node = node.children[token]
        return node


def positions(file: str, data: bytes, index: int, limits: Limits) -> Positions:
    """The places in the document that `read_documents` gives the number `index`, from the same bytes.

    Of a faulty document, the places of what could be read. Of an index that is not there, the beginning of the file.
    """
    return Positions(file, lambda: _read(file, data, index, limits))


def tree(file: str, data: bytes, index: int, limits: Limits) -> Node:
    """All nodes of the document that `read_documents` gives the number `index`, for whoever changes its text.

    Lines count from the beginning of the file, without a byte order mark. Of an index that is not there, an empty node
    at the beginning of the file.
    """
    return _read(file, data, index, limits)


def _read(file: str, data: bytes, index: int, limits: Limits) -> Node:
    chunks = chunks_of(data)
    if not 0 <= index < len(chunks):
        return Node(Span(1, 1, 1, 1))
    return read_marked(file, chunks[index], limits).root
