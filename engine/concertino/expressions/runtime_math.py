"""The functions under `math`."""

import math
import operator
from collections.abc import Callable
from typing import Final

from concertino.expressions.meter import Meter
from concertino.expressions.runtime_arithmetic import LARGEST_UINT, SMALLEST_INT, to_int
from concertino.expressions.runtime_values import NUMBERS, Overloads, describe, type_name
from concertino.expressions.values import EvaluationError, Uint

_BITS: Final = 64


def _extreme(beats: Callable[[float, float], bool]) -> dict[tuple[type, ...], Callable[..., object]]:
    """The number among numbers of any types that no later one `beats`, compared as `<` and `>` compare them."""

    def of_numbers(_: Meter, *numbers: float) -> float:
        best = numbers[0]
        for number in numbers[1:]:
            doubles = type(number) is float or type(best) is float
            if beats(float(number), float(best)) if doubles else beats(number, best):
                best = number
        return best

    def of_list(meter: Meter, numbers: list[float]) -> float:
        meter.visit(len(numbers))
        for number in numbers:
            if type(number) not in NUMBERS:
                raise EvaluationError(f"no such overload: a number is needed, found {type_name(number)}")
        if not numbers:
            raise EvaluationError("an empty list has no greatest and no least number")
        return of_numbers(meter, *numbers)

    pairs = [(one, other) for one in NUMBERS for other in NUMBERS]
    return dict.fromkeys([*((kind,) for kind in NUMBERS), *pairs], of_numbers) | {(list,): of_list}


def _rounded(to_whole: Callable[[float], int]) -> Callable[[Meter, float], float]:
    def rounded(_: Meter, value: float) -> float:
        return math.copysign(float(to_whole(value)), value) if math.isfinite(value) else value

    return rounded


def _half_away(value: float) -> int:
    whole = math.trunc(value)
    return whole + (1 if value > 0 else -1) if abs(value - whole) >= 0.5 else whole  # noqa: PLR2004 - a half


def _sign(_: Meter, value: float) -> object:
    if math.isnan(value):
        return value
    return type(value)((value > 0) - (value < 0))


def _sqrt(_: Meter, value: float) -> float:
    return math.sqrt(value) if value >= 0 else math.nan


def _signed(bits: int) -> int:
    """64 bits read as a signed number."""
    bits &= LARGEST_UINT
    return bits + 2 * SMALLEST_INT if bits >= -SMALLEST_INT else bits


def _distance(count: int) -> int:
    if count < 0:
        raise EvaluationError(f"a shift by {describe(count)}: negative offset")
    return min(count, _BITS)


def _shift_left(_: Meter, value: int, count: int) -> int:
    bits = value << _distance(count)
    return Uint(bits & LARGEST_UINT) if isinstance(value, Uint) else _signed(bits)


def _shift_right(_: Meter, value: int, count: int) -> int:
    """Zeros come in from the left, even for negative numbers."""
    bits = (value & LARGEST_UINT) >> _distance(count)
    return Uint(bits) if isinstance(value, Uint) else _signed(bits)


def _bits(combine: Callable[[int, int], int]) -> dict[tuple[type, ...], Callable[..., object]]:
    return {
        (int, int): lambda _, left, right: combine(left, right),
        (Uint, Uint): lambda _, left, right: Uint(combine(left, right)),
    }


OVERLOADS: Final[Overloads] = {
    "math.@max": _extreme(operator.gt),
    "math.@min": _extreme(operator.lt),
    "math.ceil": {(float,): _rounded(math.ceil)},
    "math.floor": {(float,): _rounded(math.floor)},
    "math.round": {(float,): _rounded(_half_away)},
    "math.trunc": {(float,): _rounded(math.trunc)},
    "math.abs": {
        (int,): lambda _, value: to_int(abs(value)),
        (Uint,): lambda _, value: value,
        (float,): lambda _, value: abs(value),
    },
    "math.sign": {(int,): _sign, (Uint,): _sign, (float,): _sign},
    "math.sqrt": {(int,): _sqrt, (Uint,): _sqrt, (float,): _sqrt},
    "math.isNaN": {(float,): lambda _, value: math.isnan(value)},
    "math.isInf": {(float,): lambda _, value: math.isinf(value)},
    "math.isFinite": {(float,): lambda _, value: math.isfinite(value)},
    "math.bitAnd": _bits(lambda left, right: left & right),
    "math.bitOr": _bits(lambda left, right: left | right),
    "math.bitXor": _bits(lambda left, right: left ^ right),
    "math.bitNot": {(int,): lambda _, value: ~value, (Uint,): lambda _, value: Uint(LARGEST_UINT ^ value)},
    "math.bitShiftLeft": {(int, int): _shift_left, (Uint, int): _shift_left},
    "math.bitShiftRight": {(int, int): _shift_right, (Uint, int): _shift_right},
}
