"""Conversions between types, each refused where the result would not be what was given."""

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from concertino.expressions.meter import Meter
from concertino.expressions.runtime_arithmetic import to_int, to_timestamp, to_uint
from concertino.expressions.runtime_time import SECOND, parse_duration, parse_timestamp, write_duration, write_timestamp
from concertino.expressions.runtime_values import Overloads, describe, type_name
from concertino.expressions.values import Duration, EvaluationError, Timestamp, TypeValue, Uint

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,40}")
_DOUBLE: Final = re.compile(r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|inf|infinity|nan)", re.IGNORECASE)
_BOOLS: Final = {
    **dict.fromkeys(["1", "t", "true", "TRUE", "True"], True),
    **dict.fromkeys(["0", "f", "false", "FALSE", "False"], False),
}
_INT_BOUND: Final = 2.0**63
_UINT_BOUND: Final = 2.0**64


def write_double(value: float) -> str:
    """The shortest text that reads back as `value`, without an exponent."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return format(Decimal(repr(value)), "f").removesuffix(".0")


def read_bytes(data: bytes) -> str:
    """The text that `data` encodes in UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise EvaluationError("the bytes are invalid UTF-8") from None


def _read_bool(_: Meter, text: str) -> bool:
    if text in _BOOLS:
        return _BOOLS[text]
    raise EvaluationError(f"Type conversion error: {describe(text)} is not a bool")


def _whole(text: str, kind: str) -> int:
    if _INTEGER.fullmatch(text):
        return int(text)
    raise EvaluationError(f"{describe(text)} is not a number of type {kind}")


def _read_uint(_: Meter, text: str) -> Uint:
    if text.startswith("-"):
        raise EvaluationError(f"{describe(text)} is not a number of type uint")
    return to_uint(_whole(text, "uint"))


def _read_double(_: Meter, text: str) -> float:
    if _DOUBLE.fullmatch(text):
        return float(text)
    raise EvaluationError(f"{describe(text)} is not a number of type double")


def _double_to_int(_: Meter, value: float) -> int:
    if -_INT_BOUND < value < _INT_BOUND:
        return int(value)
    raise EvaluationError(f"{value} does not fit into an int: range error")


def _double_to_uint(_: Meter, value: float) -> Uint:
    if 0 <= value < _UINT_BOUND:
        return Uint(int(value))
    raise EvaluationError(f"{value} does not fit into a uint: range error")


def _write_bytes(meter: Meter, text: str) -> bytes:
    meter.build(len(text))
    return text.encode()


def _read_bytes(meter: Meter, data: bytes) -> str:
    meter.build(len(data))
    return read_bytes(data)


def _same(_: Meter, value: object) -> object:
    return value


def _type_of(_: Meter, value: object) -> TypeValue:
    return TypeValue(type_name(value))


OVERLOADS: Final[Overloads] = {
    "bool": {(bool,): _same, (str,): _read_bool},
    "int": {
        (int,): _same,
        (Uint,): lambda _, value: to_int(int(value)),
        (float,): _double_to_int,
        (str,): lambda _, text: to_int(_whole(text, "int")),
        (Timestamp,): lambda _, value: value.nanoseconds // SECOND,
    },
    "uint": {
        (Uint,): _same,
        (int,): lambda _, value: to_uint(value),
        (float,): _double_to_uint,
        (str,): _read_uint,
    },
    "double": {
        (float,): _same,
        (int,): lambda _, value: float(value),
        (Uint,): lambda _, value: float(value),
        (str,): _read_double,
    },
    "string": {
        (str,): _same,
        (bool,): lambda _, value: str(value).lower(),
        (int,): lambda _, value: str(value),
        (Uint,): lambda _, value: str(int(value)),
        (float,): lambda _, value: write_double(value),
        (bytes,): _read_bytes,
        (Timestamp,): lambda _, value: write_timestamp(value),
        (Duration,): lambda _, value: write_duration(value),
    },
    "bytes": {(bytes,): _same, (str,): _write_bytes},
    "timestamp": {
        (Timestamp,): _same,
        (str,): parse_timestamp,
        (int,): lambda _, seconds: to_timestamp(seconds * SECOND),
    },
    "duration": {(Duration,): _same, (str,): parse_duration},
}
UNIVERSAL: Final[Mapping[tuple[str, int], Callable[..., object]]] = {("dyn", 1): _same, ("type", 1): _type_of}
