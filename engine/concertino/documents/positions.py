"""Where the nodes of one document stand."""

from dataclasses import dataclass

from concertino.model.limits import Limits
from concertino.model.place import Place


@dataclass(frozen=True, slots=True)
class ScalarMark:
    """A scalar as it is written. Lines and columns count from 1, columns in code points, the end is exclusive.

    `style` is `plain`, `'`, `"`, `|` or `>`. `value` is the text after unescaping and folding. For `|` and `>` the start
    is the indicator itself.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    style: str
    value: str


class Positions:
    """The places of one document's nodes, by JSON pointer (RFC 6901)."""

    def value(self, pointer: str) -> Place:
        """The place of the value at `pointer`. Raises KeyError if there is none."""
        raise NotImplementedError

    def key(self, pointer: str) -> Place:
        """The place of the key that leads to `pointer`; of a list element or the root, the value's own place."""
        raise NotImplementedError

    def nearest(self, pointer: str) -> Place:
        """The place of the value at `pointer`, or of its nearest ancestor that exists."""
        raise NotImplementedError

    def scalar(self, pointer: str) -> ScalarMark | None:
        """How the scalar at `pointer` is written, or None if there is no scalar."""
        raise NotImplementedError


def positions(file: str, data: bytes, index: int, limits: Limits) -> Positions:
    """The places in document `index` of `data`."""
    raise NotImplementedError
