"""Reads the checked tree out of what the checker serializes.

The bytes are a `google.protobuf.Any` with a `cel.expr.CheckedExpr`, or a `cel.expr.ParsedExpr` if nothing was checked.
The field numbers are those of `cel/expr/checked.proto` and `cel/expr/syntax.proto` of the CEL specification
(github.com/google/cel-spec). Fields that are not in these tables are passed over.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from concertino.expressions.message import Message, WireError
from concertino.expressions.tree import (
    Call,
    CheckedTree,
    Comprehension,
    Constant,
    Entry,
    Identifier,
    ListLiteral,
    MapLiteral,
    Node,
    Select,
)
from concertino.expressions.types import BOOL, BYTES, DOUBLE, DURATION, DYN, INT, NULL, STRING, TIMESTAMP, UINT, CelType
from concertino.expressions.values import Duration, Timestamp, Uint

_SHAPE_PACKAGE: Final = "concertino."
_NANOSECONDS: Final = 1_000_000_000
_PRIMITIVES: Final = {1: BOOL, 2: INT, 3: UINT, 4: DOUBLE, 5: STRING, 6: BYTES}
_WELL_KNOWN: Final = {1: CelType("any"), 2: TIMESTAMP, 3: DURATION}


def decode(serialized: bytes, source: str, shape_names: Mapping[str, str] | None = None) -> CheckedTree:
    """The tree in `serialized`, which was compiled from `source`.

    `shape_names` gives the shape for the full name of a message; a message in the package `concertino` that it does
    not list is the shape with the rest of its name. An expression that was parsed but not checked has no types.
    Raises `WireError`.
    """
    try:
        envelope = Message(serialized)
        kind, body = envelope.text(1), envelope.message(2)
        if kind.endswith("/cel.expr.CheckedExpr"):
            return _checked(body, source, shape_names or {})
        if kind.endswith("/cel.expr.ParsedExpr"):
            root = _Reader({}).node(body.message(2))
            return CheckedTree(source=source, root=root, types={}, offsets=_offsets(body.message(3)))
    except UnicodeDecodeError as error:
        raise WireError(str(error)) from error
    raise WireError(f"there is a {kind!r} where a checked expression belongs")


def _checked(body: Message, source: str, shape_names: Mapping[str, str]) -> CheckedTree:
    references = {entry.integer(1): entry.message(2) for entry in body.messages(2)}
    reader = _TypeReader(shape_names)
    types = {entry.integer(1): reader.type(entry.message(2)) for entry in body.messages(3)}
    root = _Reader(references).node(body.message(4))
    return CheckedTree(source=source, root=root, types=types, offsets=_offsets(body.message(5)))


def _offsets(source_info: Message) -> dict[int, int]:
    return {entry.integer(1): entry.integer(2) for entry in source_info.messages(4)}


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads nodes; `references` say what the checker resolved a node to."""

    references: Mapping[int, Message]

    def node(self, expression: Message) -> Node:
        node_id = expression.integer(2)
        resolved = self.references.get(node_id, _NOTHING)
        if _RESOLVED_CONSTANT in resolved:
            return Constant(node_id, _constant(resolved.message(_RESOLVED_CONSTANT)))
        for number, read in _NODES.items():
            if number in expression:
                return read(self, node_id, expression.message(number), resolved)
        raise WireError(f"node {node_id} is of an unknown kind")

    def constant(self, node_id: int, body: Message, _resolved: Message) -> Node:
        return Constant(node_id, _constant(body))

    def identifier(self, node_id: int, body: Message, resolved: Message) -> Node:
        return Identifier(node_id, resolved.text(1) or body.text(1))

    def select(self, node_id: int, body: Message, resolved: Message) -> Node:
        if name := resolved.text(1):
            return Identifier(node_id, name)
        return Select(node_id, self.node(body.message(1)), body.text(2), test_only=bool(body.integer(3)))

    def call(self, node_id: int, body: Message, resolved: Message) -> Node:
        return Call(
            node_id,
            function=body.text(2),
            target=self.node(body.message(1)) if 1 in body else None,
            arguments=tuple(self.node(argument) for argument in body.messages(3)),
            overloads=tuple(resolved.texts(3)),
        )

    def list(self, node_id: int, body: Message, _resolved: Message) -> Node:
        elements = tuple(self.node(element) for element in body.messages(1))
        return ListLiteral(node_id, elements, tuple(body.numbers(2)))

    def map(self, node_id: int, body: Message, resolved: Message) -> Node:
        entries = tuple(self._entry(entry) for entry in body.messages(2))
        return MapLiteral(node_id, entries, resolved.text(1) or body.text(1))

    def _entry(self, body: Message) -> Entry:
        entry_id = body.integer(1)
        key = self.node(body.message(3)) if _MAP_KEY in body else Constant(entry_id, body.text(2))
        return Entry(entry_id, key, self.node(body.message(4)), optional=bool(body.integer(5)))

    def comprehension(self, node_id: int, body: Message, _resolved: Message) -> Node:
        return Comprehension(
            node_id,
            variable=body.text(1),
            second_variable=body.text(8),
            range=self.node(body.message(2)),
            accumulator=body.text(3),
            initial=self.node(body.message(4)),
            condition=self.node(body.message(5)),
            step=self.node(body.message(6)),
            result=self.node(body.message(7)),
        )


_NOTHING: Final = Message()
_RESOLVED_CONSTANT: Final = 4
_MAP_KEY: Final = 3
_NODES: Final[Mapping[int, Callable[[_Reader, int, Message, Message], Node]]] = {
    3: _Reader.constant,
    4: _Reader.identifier,
    5: _Reader.select,
    6: _Reader.call,
    7: _Reader.list,
    8: _Reader.map,
    9: _Reader.comprehension,
}
"""How to read a node, by the number of the field of `cel.expr.Expr` that is set."""


def _constant(constant: Message) -> object:
    number = constant.first()
    return _CONSTANTS[number](constant, number) if number in _CONSTANTS else None


def _nanoseconds(time: Message) -> int:
    return time.integer(1) * _NANOSECONDS + time.integer(2)


_CONSTANTS: Final[Mapping[int, Callable[[Message, int], object]]] = {
    2: lambda constant, number: bool(constant.integer(number)),
    3: Message.integer,
    4: lambda constant, number: Uint(constant.unsigned(number)),
    5: Message.double,
    6: Message.text,
    7: Message.raw,
    8: lambda constant, number: Duration(_nanoseconds(constant.message(number))),
    9: lambda constant, number: Timestamp(_nanoseconds(constant.message(number))),
}
"""How to read a literal, by the number of the field of `cel.expr.Constant` that is set; 1 is null."""


@dataclass(frozen=True, slots=True)
class _TypeReader:
    shape_names: Mapping[str, str]

    def type(self, body: Message) -> CelType:
        number = body.first()
        return _TYPES[number](self, body) if number in _TYPES else DYN

    def _parameters(self, body: Message, *numbers: int) -> tuple[CelType, ...]:
        return tuple(self.type(body.message(number)) for number in numbers)

    def wrapper(self, body: Message) -> CelType:
        return CelType("wrapper", (_PRIMITIVES.get(body.integer(4), DYN),))

    def list(self, body: Message) -> CelType:
        return CelType("list", self._parameters(body.message(6), 1))

    def map(self, body: Message) -> CelType:
        return CelType("map", self._parameters(body.message(7), 1, 2))

    def message(self, body: Message) -> CelType:
        name = body.text(9)
        if name in self.shape_names:
            return CelType(self.shape_names[name], shape=True)
        return CelType(name.removeprefix(_SHAPE_PACKAGE), shape=name.startswith(_SHAPE_PACKAGE))

    def of_type(self, body: Message) -> CelType:
        return CelType("type", self._parameters(body, 11))

    def abstract(self, body: Message) -> CelType:
        parts = body.message(14)
        return CelType(parts.text(1), tuple(self.type(parameter) for parameter in parts.messages(2)))


_TYPES: Final[Mapping[int, Callable[[_TypeReader, Message], CelType]]] = {
    2: lambda _, __: NULL,
    3: lambda _, body: _PRIMITIVES.get(body.integer(3), DYN),
    4: _TypeReader.wrapper,
    5: lambda _, body: _WELL_KNOWN.get(body.integer(5), DYN),
    6: _TypeReader.list,
    7: _TypeReader.map,
    9: _TypeReader.message,
    10: lambda _, body: CelType(body.text(10)),
    11: _TypeReader.of_type,
    12: lambda _, __: CelType("error"),
    14: _TypeReader.abstract,
}
"""How to read a type, by the number of the field of `cel.expr.Type` that is set; 1 is `dyn`."""
