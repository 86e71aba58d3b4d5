"""The checked tree of an expression: what the front hands to the back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from concertino.expressions.types import DYN, CelType


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal. Unsigned numbers come as `Uint`, so that they stay apart from `int`."""

    id: int
    value: object


@dataclass(frozen=True, slots=True)
class Identifier:
    """A variable, possibly with a qualified name such as `variables.measured`.

    A leading dot, as in `.entity`, says that the variable is meant although one of a macro around has the same name.
    """

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Select:
    """`operand.field`, or `has(operand.field)` when `test_only`."""

    id: int
    operand: "Node"
    field: str
    test_only: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A function or operator. `target` is the receiver of a member call; `overloads` are the ids the checker left."""

    id: int
    function: str
    target: "Node | None"
    arguments: tuple["Node", ...]
    overloads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListLiteral:
    """`[a, ?b]`: `optional_indices` are the positions written with a question mark."""

    id: int
    elements: tuple["Node", ...]
    optional_indices: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One `key: value` of a map literal, or one `field: value` of a message literal (the key is then a Constant)."""

    id: int
    key: "Node"
    value: "Node"
    optional: bool = False


@dataclass(frozen=True, slots=True)
class MapLiteral:
    """`{k: v}`, or a message literal when `message` names one."""

    id: int
    entries: tuple[Entry, ...]
    message: str = ""


@dataclass(frozen=True, slots=True)
class Comprehension:
    """A macro, expanded to the fold of the language definition.

    `second_variable` is empty but for two-variable macros.
    """

    id: int
    variable: str
    second_variable: str
    range: "Node"
    accumulator: str
    initial: "Node"
    condition: "Node"
    step: "Node"
    result: "Node"


Node: TypeAlias = Constant | Identifier | Select | Call | ListLiteral | MapLiteral | Comprehension


@dataclass(frozen=True, slots=True)
class CheckedTree:
    """A checked expression. `types` and `offsets` (in code points of `source`) are by node id."""

    source: str
    root: Node
    types: Mapping[int, CelType]
    offsets: Mapping[int, int]

    @property
    def result(self) -> CelType:
        """The type of the whole expression; `dyn` when nothing was checked."""
        return self.types.get(self.root.id, DYN)
