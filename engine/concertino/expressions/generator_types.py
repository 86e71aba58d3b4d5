"""What the generator may assume about a node from its type."""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from concertino.expressions.source import Source
from concertino.expressions.tree import Constant, Node
from concertino.expressions.types import DYN, CelType
from concertino.expressions.values import CelOptional, Duration, Timestamp, TypeValue, Uint

PYTHON_TYPES: Final[Mapping[str, type]] = {
    "bool": bool,
    "int": int,
    "uint": Uint,
    "double": float,
    "string": str,
    "bytes": bytes,
    "null_type": type(None),
    "list": list,
    "map": dict,
    "timestamp": Timestamp,
    "duration": Duration,
    "optional_type": CelOptional,
    "type": TypeValue,
}
SELF_CONTAINED: Final = frozenset({"string", "bytes", "null_type", "timestamp", "duration", "type"})
"""Kinds whose values Python finds equal to nothing that the language does not."""
NUMBERS: Final = frozenset({"int", "uint", "double"})
COMPARABLE: Final = SELF_CONTAINED | NUMBERS | {"bool"}
ORDERED: Final = COMPARABLE - {"null_type", "type"}


class Kinds:
    """The types of nodes, as the names of their kinds: shapes are maps, what is unknown is `dyn`."""

    def __init__(self, types: Mapping[int, CelType]) -> None:
        self._types = types

    def type(self, node: Node) -> CelType:
        """The type the checker gave."""
        return self._types.get(node.id, DYN)

    def __call__(self, node: Node) -> str:
        """The kind of `node`."""
        return kind_of(self.type(node))

    def key(self, node: Node) -> str:
        """The kind of the keys, if `node` is a map."""
        own = self.type(node)
        if own.shape:
            return "string"
        return kind_of(own.parameters[0]) if own.name == "map" and own.parameters else "dyn"

    def element(self, node: Node) -> str:
        """The kind of the elements, if `node` is a list."""
        own = self.type(node)
        return kind_of(own.parameters[0]) if own.name == "list" and own.parameters else "dyn"


class UnsupportedError(Exception):
    """The tree has something in it that only the interpreter handles."""


class Writer(Protocol):
    """What writing one call or macro needs of the generator."""

    kind: Kinds
    source: Source

    def expression(self, node: Node) -> str:
        """A Python expression for the value of `node`."""

    def condition(self, node: Node) -> str:
        """A Python expression for the value of `node`, which must be a bool."""

    def with_names(self, names: Mapping[str, str], write: Callable[[], str]) -> str:
        """What `write` returns with variables of a macro in scope: their names in the expression, and in Python."""


def kind_of(own: CelType) -> str:
    """The kind of a type."""
    if own.shape:
        return "map"
    return own.name if own.name in PYTHON_TYPES else "dyn"


def is_constant(node: Node, kind: type) -> bool:
    """Whether `node` is a literal of exactly this Python type."""
    return isinstance(node, Constant) and type(node.value) is kind
