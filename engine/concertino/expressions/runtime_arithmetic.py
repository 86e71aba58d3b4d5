"""Arithmetic: 64 bits, refused on overflow, never across types; and sums of texts, lists and times."""

import math
from typing import Final

from concertino.expressions.meter import Meter
from concertino.expressions.runtime_values import Overloads
from concertino.expressions.values import Duration, EvaluationError, Timestamp, Uint

SMALLEST_INT: Final = -(2**63)
LARGEST_INT: Final = 2**63 - 1
LARGEST_UINT: Final = 2**64 - 1
_SECOND: Final = 1_000_000_000
_EARLIEST: Final = -62_135_596_800 * _SECOND
_LATEST: Final = 253_402_300_800 * _SECOND - 1


def to_int(value: int) -> int:
    """`value` if it fits into 64 bits."""
    if SMALLEST_INT <= value <= LARGEST_INT:
        return value
    raise EvaluationError(f"{value} does not fit into 64 bits: int overflow, range error")


def to_uint(value: int) -> Uint:
    """`value` as an unsigned number, if it fits into 64 bits."""
    if 0 <= value <= LARGEST_UINT:
        return Uint(value)
    raise EvaluationError(f"{value} does not fit into 64 bits without sign: uint overflow, range error")


def to_timestamp(nanoseconds: int) -> Timestamp:
    """The time so many nanoseconds after 1970-01-01T00:00:00Z, if it is in the years 1 to 9999."""
    if _EARLIEST <= nanoseconds <= _LATEST:
        return Timestamp(nanoseconds)
    raise EvaluationError("the timestamp is not in the years 1 to 9999: range error")


def to_duration(nanoseconds: int) -> Duration:
    """So many nanoseconds, if they fit into 64 bits (292 years)."""
    if SMALLEST_INT <= nanoseconds <= LARGEST_INT:
        return Duration(nanoseconds)
    raise EvaluationError("the duration is longer than 292 years: range error")


def _add_ints(_: Meter, left: int, right: int) -> int:
    return to_int(left + right)


def _subtract_ints(_: Meter, left: int, right: int) -> int:
    return to_int(left - right)


def _multiply_ints(_: Meter, left: int, right: int) -> int:
    return to_int(left * right)


def _truncated(left: int, right: int) -> int:
    """The quotient rounded toward zero, where Python rounds down."""
    if right == 0:
        raise EvaluationError(f"{left} is divided by zero")
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def _divide_ints(_: Meter, left: int, right: int) -> int:
    return to_int(_truncated(left, right))


def _modulo_ints(_: Meter, left: int, right: int) -> int:
    if right == 0:
        raise EvaluationError(f"{left} modulo zero: modulus by zero")
    return left - right * _truncated(left, right)


def _divide_doubles(_: Meter, left: float, right: float) -> float:
    """Division as IEEE 754 has it, with infinities where Python raises."""
    if right:
        return left / right
    if left == 0 or math.isnan(left) or math.isnan(right):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def _divide_uints(_: Meter, left: Uint, right: Uint) -> Uint:
    return to_uint(_truncated(left, right))


def _modulo_uints(meter: Meter, left: Uint, right: Uint) -> Uint:
    return Uint(_modulo_ints(meter, left, right))


def join_texts(meter: Meter, left: str, right: str) -> str:
    """Two texts as one."""
    meter.build(len(left) + len(right))
    return left + right


def _join_bytes(meter: Meter, left: bytes, right: bytes) -> bytes:
    meter.build(len(left) + len(right))
    return left + right


def _join_lists(meter: Meter, left: list[object], right: list[object]) -> list[object]:
    meter.build(len(left) + len(right))
    return left + right


OVERLOADS: Final[Overloads] = {
    "_+_": {
        (int, int): _add_ints,
        (Uint, Uint): lambda _, left, right: to_uint(left + right),
        (float, float): lambda _, left, right: left + right,
        (str, str): join_texts,
        (bytes, bytes): _join_bytes,
        (list, list): _join_lists,
        (Timestamp, Duration): lambda _, left, right: to_timestamp(left.nanoseconds + right.nanoseconds),
        (Duration, Timestamp): lambda _, left, right: to_timestamp(left.nanoseconds + right.nanoseconds),
        (Duration, Duration): lambda _, left, right: to_duration(left.nanoseconds + right.nanoseconds),
    },
    "_-_": {
        (int, int): _subtract_ints,
        (Uint, Uint): lambda _, left, right: to_uint(left - right),
        (float, float): lambda _, left, right: left - right,
        (Timestamp, Timestamp): lambda _, left, right: to_duration(left.nanoseconds - right.nanoseconds),
        (Timestamp, Duration): lambda _, left, right: to_timestamp(left.nanoseconds - right.nanoseconds),
        (Duration, Duration): lambda _, left, right: to_duration(left.nanoseconds - right.nanoseconds),
    },
    "_*_": {
        (int, int): _multiply_ints,
        (Uint, Uint): lambda _, left, right: to_uint(left * right),
        (float, float): lambda _, left, right: left * right,
    },
    "_/_": {(int, int): _divide_ints, (Uint, Uint): _divide_uints, (float, float): _divide_doubles},
    "_%_": {(int, int): _modulo_ints, (Uint, Uint): _modulo_uints},
    "-_": {(int,): lambda _, value: to_int(-value), (float,): lambda _, value: -value},
}
