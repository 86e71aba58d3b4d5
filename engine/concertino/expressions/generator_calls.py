"""What the generator makes of operators and functions."""

from collections.abc import Callable, Mapping
from typing import Final

from concertino.expressions.generator_types import (
    COMPARABLE,
    ORDERED,
    PYTHON_TYPES,
    SELF_CONTAINED,
    UnsupportedError,
    Writer,
    is_constant,
)
from concertino.expressions.runtime import OVERLOADS, OWN, UNIVERSAL, call, call_own
from concertino.expressions.runtime_arithmetic import LARGEST_INT, SMALLEST_INT
from concertino.expressions.runtime_values import equal
from concertino.expressions.tree import Call, Constant, ListLiteral, Node


def general(writer: Writer, node: Call) -> str:
    """A call of the function itself, if the types tell which one it is; else by its name at run time."""
    receiver = (node.target,) if node.target else ()
    operands = (*receiver, *node.arguments)
    arguments = [writer.expression(operand) for operand in operands]
    constant = writer.source.constant
    if node.function in OWN:
        together = "".join(f"{argument}, " for argument in arguments)
        return f"{constant(call_own)}(m, {constant(node.function)}, {constant(node.overloads)}, ({together}))"
    kinds = [writer.kind(operand) for operand in operands]
    types = tuple(PYTHON_TYPES.get(kind, object) for kind in kinds)
    form = OVERLOADS.get(node.function, {}).get(types) or UNIVERSAL.get((node.function, len(operands)))
    if form:
        return f"{constant(form)}({', '.join(['m', *arguments])})"
    together = "".join(f"{argument}, " for argument in arguments)
    return f"{constant(call)}(m, {constant(node.function)}, ({together}))"


def branches(writer: Writer, condition: str, then: Callable[[], str], otherwise: Callable[[], str]) -> str:
    """`then` if `condition`, else `otherwise`; what they write runs only in its branch."""
    source = writer.source
    with source.aside() as then_lines:
        yes = then()
    with source.aside() as other_lines:
        no = otherwise()
    if not then_lines and not other_lines:
        return f"({yes} if {condition} else {no})"
    result = source.local()
    with source.block(f"if {condition}:"):
        source.place(then_lines)
        source.line(f"{result} = {yes}")
    with source.block("else:"):
        source.place(other_lines)
        source.line(f"{result} = {no}")
    return result


def _and(writer: Writer, node: Call) -> str:
    return _logic(writer, node, "and")


def _or(writer: Writer, node: Call) -> str:
    return _logic(writer, node, "or")


def _logic(writer: Writer, node: Call, word: str) -> str:
    source = writer.source
    left = writer.condition(node.arguments[0])
    with source.aside() as lines:
        right = writer.condition(node.arguments[1])
    if not lines:
        return f"({left} {word} {right})"
    result = source.kept(left)
    with source.block(f"if {result}:" if word == "and" else f"if not {result}:"):
        source.place(lines)
        source.line(f"{result} = {right}")
    return result


def _not(writer: Writer, node: Call) -> str:
    return f"(not {writer.condition(node.arguments[0])})"


def _conditional(writer: Writer, node: Call) -> str:
    condition, then, otherwise = node.arguments
    return branches(
        writer,
        writer.condition(condition),
        lambda: writer.expression(then),
        lambda: writer.expression(otherwise),
    )


def _equality(writer: Writer, node: Call) -> str:
    left, right = node.arguments
    kinds = {writer.kind(left), writer.kind(right)}
    word = "==" if node.function == "_==_" else "!="
    texts = writer.expression(left), writer.expression(right)
    if kinds & SELF_CONTAINED or (len(kinds) == 1 and kinds <= COMPARABLE):
        return f"({texts[0]} {word} {texts[1]})"
    negation = "" if word == "==" else "not "
    return f"({negation}{writer.source.constant(equal)}(m, {texts[0]}, {texts[1]}))"


def _order(writer: Writer, node: Call) -> str | None:
    left, right = node.arguments
    if writer.kind(left) != writer.kind(right) or writer.kind(left) not in ORDERED:
        return None
    return f"({writer.expression(left)} {node.function.strip('_')} {writer.expression(right)})"


def _arithmetic(writer: Writer, node: Call) -> str | None:
    """Sums of whole numbers with the check of 64 bits in place; doubles as Python has them."""
    left, right = node.arguments
    kinds = {writer.kind(left), writer.kind(right)}
    if kinds == {"double"}:
        return f"({writer.expression(left)} {node.function.strip('_')} {writer.expression(right)})"
    if kinds != {"int"}:
        return None
    source = writer.source
    texts = [writer.expression(left), writer.expression(right)]
    smallest, largest = source.constant(SMALLEST_INT), source.constant(LARGEST_INT)
    total = source.local()
    overflow = f"{source.constant(_overflow)}()"
    return (
        f"({total} if {smallest} <= ({total} := {texts[0]} {node.function.strip('_')} {texts[1]}) <= {largest}"
        f" else {overflow})"
    )


def _overflow() -> None:
    raise OverflowError


def _in(writer: Writer, node: Call) -> str | None:
    value, container = node.arguments
    if writer.kind(value) != "string":
        return None
    if writer.kind(container) == "map" and writer.kind.key(container) == "string":
        return f"({writer.expression(value)} in {writer.expression(container)})"
    if isinstance(container, ListLiteral) and all(is_constant(element, str) for element in container.elements):
        choices = frozenset(element.value for element in container.elements if isinstance(element, Constant))
        return f"({writer.expression(value)} in {writer.source.constant(choices)})"
    return None


def _index(writer: Writer, node: Call) -> str | None:
    operand, key = node.arguments
    kind = writer.kind(operand)
    counted = isinstance(key, Constant) and type(key.value) is int and key.value >= 0
    if (kind == "list" and counted) or (kind == "map" and writer.kind(key) == "string"):
        return f"{writer.expression(operand)}[{writer.expression(key)}]"
    return None


def _size(writer: Writer, node: Call) -> str | None:
    operand = node.target or node.arguments[0]
    if writer.kind(operand) in {"string", "bytes", "list", "map"}:
        return f"len({writer.expression(operand)})"
    return None


def _optional_field(writer: Writer, node: Node | None) -> tuple[str, str] | None:
    """Map and key, if `node` is `map.?key`."""
    if isinstance(node, Call) and node.function == "_?._" and writer.kind(node.arguments[0]) == "map":
        return writer.expression(node.arguments[0]), writer.expression(node.arguments[1])
    return None


def _or_else(writer: Writer, node: Call) -> str:
    """`or` and `orValue` look at the other side only if they need it."""
    if node.target is None or (node.function == "or" and writer.kind(node.arguments[0]) != "optional_type"):
        raise UnsupportedError
    optional = writer.source.kept(writer.expression(node.target))
    value = optional if node.function == "or" else f"{optional}.value"
    return branches(writer, f"{optional}.present", lambda: value, lambda: writer.expression(node.arguments[0]))


def _or_value(writer: Writer, node: Call) -> str:
    """`map.?key.orValue(other)` without an optional in between."""
    parts = _optional_field(writer, node.target)
    if parts is None:
        return _or_else(writer, node)
    operand = writer.source.local()
    key = parts[1]
    return branches(
        writer,
        f"{key} in ({operand} := {parts[0]})",
        lambda: f"{operand}[{key}]",
        lambda: writer.expression(node.arguments[0]),
    )


def _has_value(writer: Writer, node: Call) -> str | None:
    parts = _optional_field(writer, node.target)
    return f"({parts[1]} in {parts[0]})" if parts else None


CALLS: Final[Mapping[str, Callable[[Writer, Call], str | None]]] = {
    "_&&_": _and,
    "_||_": _or,
    "!_": _not,
    "_?_:_": _conditional,
    "_==_": _equality,
    "_!=_": _equality,
    **dict.fromkeys(["_<_", "_<=_", "_>_", "_>=_"], _order),
    **dict.fromkeys(["_+_", "_-_", "_*_"], _arithmetic),
    "@in": _in,
    "_[_]": _index,
    "size": _size,
    "orValue": _or_value,
    "or": _or_else,
    "hasValue": _has_value,
}
"""What has a form of its own; None where the types do not allow it."""
