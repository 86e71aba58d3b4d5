"""A document as a tree with marks. Heavy, so it is made for one document at a time and only when places are needed."""

from dataclasses import dataclass, field
from typing import NamedTuple

from concertino.model.place import Place


class Span(NamedTuple):
    """A range of text. Lines and columns count from 1, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    def place(self, file: str, pointer: str = "") -> Place:
        """This range as a place in `file`."""
        return Place(file, self.line, self.column, self.end_line, self.end_column, pointer)


@dataclass(slots=True)
class Node:
    """One value as it is written. `style` and `text` are those of a scalar; a list or mapping has no style.

    `key` is the range of the key that leads here. `children` are named by the tokens of a JSON pointer.
    """

    span: Span
    style: str = ""
    text: str = ""
    key: Span | None = None
    children: "dict[str, Node]" = field(default_factory=dict)


def pointer_of(path: list[str]) -> str:
    """The JSON pointer (RFC 6901) that leads along `path`."""
    return "".join("/" + token.replace("~", "~0").replace("/", "~1") for token in path)


def path_of(pointer: str) -> list[str]:
    """The tokens of a JSON pointer."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
