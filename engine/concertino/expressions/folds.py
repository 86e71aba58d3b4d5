"""Recognizes, in the fold that a macro was expanded to, the macro again.

What the checker hands over is `accumulator = step(accumulator)` for each element. Run as it stands, `map` would copy
the list at every element, and `all` would have to carry errors as values.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, TypeAlias

from concertino.expressions.tree import Call, Comprehension, Constant, Identifier, ListLiteral, MapLiteral, Node
from concertino.expressions.walking import children

ALWAYS: Final = Constant(0, value=True)
"""The condition of a macro without one."""
_INSERT_KEY_AND_VALUE: Final = 3
_NODES_PER_STEP: Final = 32
"""So many nodes evaluated for an element count as one more element visited."""


class FoldKind(StrEnum):
    """What a fold does with its elements."""

    ALL = "all"
    EXISTS = "exists"
    EXISTS_ONE = "exists_one"
    COLLECT = "collect"
    INSERT = "insert"
    MERGE = "merge"
    BIND = "bind"


@dataclass(frozen=True, slots=True)
class Fold:
    """A macro: `condition` is its predicate or filter, `values` what it collects.

    `values` is one element for `COLLECT`, key and value for `INSERT`, a map for `MERGE`, and for `BIND` the value
    bound and the body. `weight` is what visiting one element costs in steps.
    """

    kind: FoldKind
    condition: Node = ALWAYS
    values: tuple[Node, ...] = ()
    weight: int = 1


Folds: TypeAlias = Mapping[int, Fold]
"""The macros of a tree, by the `id()` of their node."""


def find_folds(root: Node) -> Folds:
    """All macros in a tree that we know."""
    folds: dict[int, Fold] = {}
    _measure(root, folds)
    return folds


def _measure(node: Node, folds: dict[int, Fold]) -> int:
    """The number of nodes in `node`, whose macros are added to `folds`."""
    size = 1 + sum(_measure(child, folds) for child in children(node))
    if isinstance(node, Comprehension) and (fold := _recognize(node)):
        folds[id(node)] = replace(fold, weight=1 + size // _NODES_PER_STEP)
    return size


def _recognize(node: Comprehension) -> Fold | None:
    """The macro that `node` came from; None if it is not one we know."""
    if isinstance(node.range, ListLiteral) and not node.range.elements:
        return Fold(FoldKind.BIND, values=(node.initial, node.result))
    if _is_call(node.step, "_&&_", "_||_") and isinstance(node.step, Call):
        kind = FoldKind.ALL if node.step.function == "_&&_" else FoldKind.EXISTS
        return Fold(kind, node.step.arguments[1])
    step: Node = node.step
    condition: Node = ALWAYS
    if isinstance(step, Call) and step.function == "_?_:_":
        condition, step = step.arguments[0], step.arguments[1]
    return _collecting(node, condition, step)


def _collecting(node: Comprehension, condition: Node, step: Node) -> Fold | None:
    match node.initial, step:
        case Constant(), Call(function="_+_"):
            return Fold(FoldKind.EXISTS_ONE, condition)
        case ListLiteral(elements=()), Call(function="_+_", arguments=(Identifier(), ListLiteral(elements=(element,)))):
            return Fold(FoldKind.COLLECT, condition, (element,))
        case MapLiteral(entries=()), Call(function="cel.@mapInsert", arguments=arguments):
            kind = FoldKind.INSERT if len(arguments) == _INSERT_KEY_AND_VALUE else FoldKind.MERGE
            return Fold(kind, condition, arguments[1:])
    return None


def _is_call(node: Node, *functions: str) -> bool:
    return isinstance(node, Call) and node.function in functions
