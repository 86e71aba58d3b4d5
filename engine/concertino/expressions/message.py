"""A protobuf message read by field number, without generated code.

The encoding is that of protobuf.dev/programming-guides/encoding; groups, which nobody uses any more, are refused.
"""

import struct
from collections import defaultdict
from collections.abc import Iterator
from typing import Final, TypeAlias

_Value: TypeAlias = int | bytes

_MORE: Final = 0x80
"""The bit of a variable-length number that says another byte follows."""
_NUMBER: Final = 0
_SIZED: Final = 2
_FIXED: Final = {1: 8, 5: 4}
"""Length in bytes of the wire types of fixed length."""


class WireError(ValueError):
    """The bytes are not a serialized expression: a version of the checker that we do not know."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"the checked expression can't be read: {problem}")


class Message:
    """The fields of one message. A field that is missing reads as its default, as protobuf wants."""

    __slots__ = ("_fields",)

    def __init__(self, data: bytes = b"") -> None:
        self._fields: dict[int, list[_Value]] = defaultdict(list)
        for number, value in _scan(data):
            self._fields[number].append(value)

    def __contains__(self, number: int) -> bool:
        return number in self._fields

    def first(self) -> int:
        """The number of the first field: the one that is set, in a message that is a choice. 0 for none."""
        return next(iter(self._fields), 0)

    def raw(self, number: int) -> bytes:
        """A field of bytes."""
        return _sized(self._last(number, b""))

    def text(self, number: int) -> str:
        """A field of text."""
        return self.raw(number).decode()

    def integer(self, number: int) -> int:
        """A signed number: negative ones travel as 64 bits in two's complement."""
        value = self.unsigned(number)
        return value - 2**64 if value >= 2**63 else value

    def unsigned(self, number: int) -> int:
        """An unsigned number of 64 bits."""
        return _number(self._last(number, 0))

    def double(self, number: int) -> float:
        """A floating-point number."""
        (value,) = struct.unpack("<d", self.raw(number)) if number in self else (0.0,)
        return float(value)

    def message(self, number: int) -> "Message":
        """A message inside this one."""
        return Message(self.raw(number))

    def messages(self, number: int) -> Iterator["Message"]:
        """The messages of a repeated field."""
        return (Message(_sized(value)) for value in self._all(number))

    def texts(self, number: int) -> Iterator[str]:
        """The texts of a repeated field."""
        return (_sized(value).decode() for value in self._all(number))

    def numbers(self, number: int) -> Iterator[int]:
        """The numbers of a repeated field, whether packed into one or not."""
        for value in self._all(number):
            if isinstance(value, int):
                yield value
                continue
            position = 0
            while position < len(value):
                one, position = _varint(value, position)
                yield one

    def _all(self, number: int) -> list[_Value]:
        return self._fields.get(number, [])

    def _last(self, number: int, default: _Value) -> _Value:
        return self._fields[number][-1] if number in self._fields else default


def _sized(value: _Value) -> bytes:
    if isinstance(value, int):
        raise WireError("there is a number where a message belongs")
    return value


def _number(value: _Value) -> int:
    if isinstance(value, bytes):
        raise WireError("there is a message where a number belongs")
    return value


def _scan(data: bytes) -> Iterator[tuple[int, _Value]]:
    position = 0
    while position < len(data):
        tag, position = _varint(data, position)
        number, kind = tag >> 3, tag & 7
        if kind == _NUMBER:
            value, position = _varint(data, position)
            yield number, value
            continue
        if kind == _SIZED:
            length, position = _varint(data, position)
        elif kind in _FIXED:
            length = _FIXED[kind]
        else:
            raise WireError(f"wire type {kind} is unknown")
        if position + length > len(data):
            raise WireError("it ends too early")
        yield number, data[position : position + length]
        position += length


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while position < len(data):
        byte = data[position]
        position += 1
        value |= (byte & ~_MORE) << shift
        if not byte & _MORE:
            return value, position
        shift += 7
    raise WireError("it ends too early")
