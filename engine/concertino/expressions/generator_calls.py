"""What the generator makes of operators and functions."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from concertino.expressions.generator_types import (
    COMPARABLE,
    NUMBERS,
    ORDERED,
    PYTHON_TYPES,
    SELF_CONTAINED,
    UnsupportedError,
    Writer,
    is_constant,
)
from concertino.expressions.runtime import OVERLOADS, OWN, UNIVERSAL, call, call_own
from concertino.expressions.runtime_arithmetic import LARGEST_INT, SMALLEST_INT
from concertino.expressions.tree import Call, Constant, ListLiteral, Node

Trusted: TypeAlias = Callable[[str, str], bool]
"""Whether Python's operator does with operands of two kinds what the language does."""

_ARITHMETIC: Final = ("_+_", "_-_", "_*_")


def general(writer: Writer, node: Call) -> str:
    """A call of the function itself, if the types tell which one it is; else by its name at run time."""
    receiver = (node.target,) if node.target else ()
    operands = (*receiver, *node.arguments)
    arguments = [writer.expression(operand) for operand in operands]
    constant = writer.source.constant
    if node.function in OWN:
        together = "".join(f"{argument}, " for argument in arguments)
        return f"{constant(call_own)}(m, {constant(node.function)}, {constant(node.overloads)}, ({together}))"
    types = tuple(PYTHON_TYPES.get(writer.kind(operand), object) for operand in operands)
    form = OVERLOADS.get(node.function, {}).get(types) or UNIVERSAL.get((node.function, len(operands)))
    if form:
        return f"{constant(form)}({', '.join(['m', *arguments])})"
    return by_name(writer, node, arguments)


def by_name(writer: Writer, node: Call, arguments: list[str]) -> str:
    """A call of the function by its name, when the types of its arguments are known."""
    constant = writer.source.constant
    together = "".join(f"{argument}, " for argument in arguments)
    return f"{constant(call)}(m, {constant(node.function)}, ({together}))"


def _affix(writer: Writer, node: Call) -> str | None:
    """`startsWith` and `endsWith`, which only texts have in Python, too, when they are asked about a text."""
    if node.target is None or writer.kind(node.arguments[0]) != "string":
        return None
    name = "startswith" if node.function == "startsWith" else "endswith"
    return f"{writer.expression(node.target)}.{name}({writer.expression(node.arguments[0])})"


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


def _sign(node: Call) -> str:
    """The operator as Python writes it."""
    return node.function.strip("_")


def _operation(writer: Writer, node: Call, trusted: Trusted) -> str:
    """Both operands with the operator between; through the function itself where their types are not `trusted`.

    Next to a literal, an operand whose type nobody knows is likely to be of the same type: that is looked at first.
    """
    kinds = [writer.kind(operand) for operand in node.arguments]
    if trusted(*kinds):
        return _checked(writer, node, kinds, [writer.expression(operand) for operand in node.arguments])
    for place, operand in enumerate(node.arguments):
        literal, kind = node.arguments[1 - place], kinds[1 - place]
        if kinds[place] == "dyn" and isinstance(literal, Constant) and kind in NUMBERS and trusted(kind, kind):
            return _guessed(writer, node, place, writer.expression(operand), kind)
    return general(writer, node)


def _guessed(writer: Writer, node: Call, place: int, text: str, kind: str) -> str:
    kept = writer.source.local()
    texts = [writer.expression(operand) if other != place else kept for other, operand in enumerate(node.arguments)]
    test = f"({kept} := {text}).__class__ is {writer.source.constant(PYTHON_TYPES[kind])}"
    return f"({_checked(writer, node, [kind, kind], texts)} if {test} else {by_name(writer, node, texts)})"


def _checked(writer: Writer, node: Call, kinds: list[str], texts: list[str]) -> str:
    """The operation, with the check of 64 bits in place where it is a sum of whole numbers."""
    if node.function not in _ARITHMETIC or kinds[0] == "double":
        return f"({texts[0]} {_sign(node)} {texts[1]})"
    constant, total = writer.source.constant, writer.source.local()
    bound = f"({total} := {texts[0]} {_sign(node)} {texts[1]})"
    fits = f"{constant(SMALLEST_INT)} <= {bound} <= {constant(LARGEST_INT)}"
    return f"({total} if {fits} else {constant(_overflow)}())"


def _overflow() -> None:
    raise OverflowError


def _equality(writer: Writer, node: Call) -> str:
    return _operation(
        writer,
        node,
        lambda left, right: bool({left, right} & SELF_CONTAINED) or (left == right and left in COMPARABLE),
    )


def _order(writer: Writer, node: Call) -> str:
    return _operation(writer, node, lambda left, right: left == right and left in ORDERED)


def _arithmetic(writer: Writer, node: Call) -> str:
    return _operation(writer, node, lambda left, right: left == right and left in {"int", "double"})


def _in(writer: Writer, node: Call) -> str | None:
    value, container = node.arguments
    if writer.kind(value) not in {"string", "dyn"}:
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
    if writer.kind(operand) in {"string", "bytes", "list", "map", "dyn"}:
        return f"len({writer.expression(operand)})"
    return None


def _optional_field(writer: Writer, node: Node | None) -> tuple[str, str] | None:
    """Map and key, if `node` is `map.?key`."""
    if not isinstance(node, Call) or node.function != "_?._":
        return None
    operand, key = node.arguments
    kind = writer.kind(operand)
    if kind not in {"map", "dyn"}:
        return None
    text = writer.expression(operand)
    return text if kind == "map" else f"{writer.source.constant(_as_map)}({text})", writer.expression(key)


def _as_map(value: object) -> object:
    if isinstance(value, dict):
        return value
    raise TypeError


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
    **dict.fromkeys(_ARITHMETIC, _arithmetic),
    **dict.fromkeys(["startsWith", "endsWith"], _affix),
    "@in": _in,
    "_[_]": _index,
    "size": _size,
    "orValue": _or_value,
    "or": _or_else,
    "hasValue": _has_value,
}
"""What has a form of its own; None where the types do not allow it."""
