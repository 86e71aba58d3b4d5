"""The meaning of a tree as far as it shows without values: two trees of one form come to the same for any values."""

from collections.abc import Callable, Hashable
from typing import Final

from concertino.expressions.tree import (
    Call,
    Comprehension,
    Constant,
    Identifier,
    ListLiteral,
    MapLiteral,
    Node,
    Select,
)

Form = tuple[Hashable, ...]
"""A tree without ids: equal for trees that differ in layout, brackets or constants that were worked out."""
_OPPOSITE: Final = {"_==_": "_!=_", "_!=_": "_==_"}
_ARITHMETIC: Final[dict[str, Callable[[int, int], int]]] = {
    "_+_": lambda one, other: one + other,
    "_-_": lambda one, other: one - other,
    "_*_": lambda one, other: one * other,
}
_LARGEST: Final = 2**63 - 1
_TRUE: Final[Form] = ("constant", "bool", "True")
_FALSE: Final[Form] = ("constant", "bool", "False")


def form(node: Node) -> Form:
    """The form of a tree, with double negations taken away and constants worked out.

    No more is done: what two forms have in common must hold for failures as well as for values.
    """
    match node:
        case Constant(value=value):
            found: Form = ("constant", type(value).__name__, repr(value))
        case Identifier(name=name):
            found = ("name", name.removeprefix("."))
        case Select():
            found = ("select", form(node.operand), node.field, node.test_only)
        case Call():
            found = _call(node)
        case ListLiteral():
            found = ("list", *map(form, node.elements), node.optional_indices)
        case MapLiteral():
            entries = ((form(item.key), form(item.value), item.optional) for item in node.entries)
            found = ("map", node.message, *entries)
        case Comprehension():
            names = (node.variable, node.second_variable, node.accumulator)
            parts = (node.range, node.initial, node.condition, node.step, node.result)
            found = ("macro", *names, *map(form, parts))
    return found


def _call(node: Call) -> Form:
    operands = [form(item) for item in node.arguments]
    found: Form = ("call", node.function, form(node.target) if node.target else None, *operands)
    match node.function, operands:
        case "!_", [one]:
            found = _turned(one) or found
        case "_&&_", [one, other] if _TRUE in (one, other):
            found = other if one == _TRUE else one
        case "_||_", [one, other] if _FALSE in (one, other):
            found = other if one == _FALSE else one
        case (("_&&_" | "_||_"), [one, other]) if one == other:
            found = one
        case "_==_" | "_!=_", [one, other]:
            found = ("call", node.function, None, *sorted((one, other), key=repr))
        case name, [("constant", "int", str() as one), ("constant", "int", str() as other)] if name in _ARITHMETIC:
            worked_out = _ARITHMETIC[name](int(one), int(other))
            found = ("constant", "int", str(worked_out)) if abs(worked_out) <= _LARGEST else found
    return found


def _turned(operand: Form) -> Form | None:
    """The opposite of a condition, if it can be said without `!`."""
    match operand:
        case ("call", "!_", _, tuple() as inner):
            return inner
        case ("call", str() as name, *rest) if name in _OPPOSITE:
            return ("call", _OPPOSITE[name], *rest)
        case ("constant", "bool", _):
            return _FALSE if operand == _TRUE else _TRUE
    return None
