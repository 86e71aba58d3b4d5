"""Shapes as protobuf descriptors, made at run time: the one language in which the checker accepts types of fields."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from google.protobuf import struct_pb2
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool

from concertino.expressions.types import CelType, shape
from concertino.model.shape import ListOf, MapOf, Primitive, Shape, ShapeName, Type, Vocabulary

PACKAGE = "concertino"
"""The protobuf package of all shapes."""

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_SCALARS: dict[Type, FieldDescriptorProto.Type.ValueType] = {
    Primitive.BOOL: FieldDescriptorProto.TYPE_BOOL,
    Primitive.INT: FieldDescriptorProto.TYPE_INT64,
    Primitive.DOUBLE: FieldDescriptorProto.TYPE_DOUBLE,
    Primitive.STRING: FieldDescriptorProto.TYPE_STRING,
}
_ANY_VALUE = ".google.protobuf.Value"
_ANY_LIST = ".google.protobuf.ListValue"
_ANY_MAP = ".google.protobuf.Struct"
_FIRST_RESERVED, _LAST_RESERVED = 19_000, 19_999
"""Field numbers that protobuf keeps for itself."""


@dataclass(frozen=True, slots=True)
class Descriptors:
    """A pool that holds a message per shape. `shapes` gives the name of a shape by the full name of its message."""

    pool: DescriptorPool
    shapes: dict[str, str]

    def type_of(self, message: str) -> CelType | None:
        """The shape that the message of this full name stands for."""
        name = self.shapes.get(message)
        return None if name is None else shape(name)


def message_name(shape_name: str) -> str:
    """The full name of a shape's message: letters and digits stay, anything else is spelt out, so no two are alike."""
    spelt = re.sub(r"[^A-Za-z0-9]|\A[0-9]", lambda found: f"_{ord(found[0]):x}_", shape_name)
    return f"{PACKAGE}.{spelt}"


def describe(vocabulary: Vocabulary) -> Descriptors:
    """Messages for all shapes. Fields whose names are no identifiers are left out: an expression cannot name them."""
    file = FileDescriptorProto(
        # In proto2 every single field knows whether it is present, which is what has() asks.
        name="concertino/vocabulary.proto",
        package=PACKAGE,
        syntax="proto2",
        dependency=[struct_pb2.DESCRIPTOR.name],
    )
    known = frozenset(vocabulary.shapes)
    file.message_type.extend(_message(vocabulary.shapes[name], known) for name in sorted(known))
    pool = DescriptorPool()
    pool.AddSerializedFile(struct_pb2.DESCRIPTOR.serialized_pb)
    pool.AddSerializedFile(file.SerializeToString())
    return Descriptors(pool, {message_name(name): name for name in sorted(known)})


def _message(described: Shape, known: frozenset[str]) -> DescriptorProto:
    message = DescriptorProto(name=message_name(described.name).rpartition(".")[2])
    names = sorted(name for name in described.fields if _IDENTIFIER.match(name))
    taken = set(names)
    for number, name in zip(_numbers(), names, strict=False):
        field = FieldDescriptorProto(
            name=name,
            number=number,
            label=FieldDescriptorProto.LABEL_OPTIONAL,
            # Without one of its own, `fooBar` would have the JSON name of `foo_bar`, and the pool refuses both.
            json_name=f"f{number}",
        )
        _fill(field, described.fields[name].type, message, taken, known)
        message.field.append(field)
    return message


def _numbers() -> Iterable[int]:
    yield from range(1, _FIRST_RESERVED)
    yield from range(_LAST_RESERVED + 1, 2**29)


def _fill(
    field: FieldDescriptorProto, of: Type, message: DescriptorProto, taken: set[str], known: frozenset[str]
) -> None:
    """Give a field its type; what protobuf cannot say becomes a value of any type."""
    match of:
        case ListOf(element) if _is_plain(element):
            field.label = FieldDescriptorProto.LABEL_REPEATED
            _set_type(field, element, known)
        case ListOf():
            _set_message(field, _ANY_LIST)
        case MapOf(value):
            entry = _entry(field.name, value, known)
            if entry is None or entry.name in taken:
                _set_message(field, _ANY_MAP)
                return
            taken.add(entry.name)
            message.nested_type.append(entry)
            field.label = FieldDescriptorProto.LABEL_REPEATED
            scope = f"{PACKAGE}.{message.name}"
            _set_message(field, f".{scope}.{entry.name}")
        case _:
            _set_type(field, of, known)


def _is_plain(of: Type) -> bool:
    return isinstance(of, ShapeName) or of in _SCALARS


def _set_type(field: FieldDescriptorProto, of: Type, known: frozenset[str]) -> None:
    if of in _SCALARS:
        field.type = _SCALARS[of]
    elif isinstance(of, ShapeName) and of.name in known:
        _set_message(field, f".{message_name(of.name)}")
    else:
        _set_message(field, _ANY_VALUE)


def _set_message(field: FieldDescriptorProto, name: str) -> None:
    field.type = FieldDescriptorProto.TYPE_MESSAGE
    field.type_name = name


def _entry(field_name: str, value: Type, known: frozenset[str]) -> DescriptorProto | None:
    """The message that stands for one entry of a map, under the name protobuf demands; None if it cannot be said."""
    if not _is_plain(value):
        value = Primitive.DYN
    camel = re.sub(r"_+([A-Za-z0-9]?)", lambda found: found[1].upper(), field_name)
    if not camel:
        return None
    entry = DescriptorProto(name=f"{camel[0].upper()}{camel[1:]}Entry")
    entry.options.map_entry = True
    entry.field.add(
        name="key",
        number=1,
        type=FieldDescriptorProto.TYPE_STRING,
        label=FieldDescriptorProto.LABEL_OPTIONAL,
    )
    slot = entry.field.add(name="value", number=2, label=FieldDescriptorProto.LABEL_OPTIONAL)
    _set_type(slot, value, known)
    return entry
