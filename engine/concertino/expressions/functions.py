"""The functions that Concertino adds to the language: few, typed, documented."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from concertino.expressions.types import BOOL, DOUBLE, INT, STRING, CelType, list_of, shape
from concertino.expressions.values import CHANGE, Change, EvaluationError

_LARGEST_INT: Final = 2**63 - 1
_ISO_DAY_LENGTH: Final = len("2026-01-31")
_QUARTER: Final = re.compile(r"[0-9]{4}-Q[1-4]")
_LAST_YEAR: Final = 9999


@dataclass(frozen=True, slots=True)
class FunctionOverload:
    """One typed form of a function.

    `implementation` gets values of exactly the types in `parameters`, the receiver first if it is a `member`, and
    raises `EvaluationError` where it has no result.
    """

    name: str
    id: str
    parameters: tuple[CelType, ...]
    result: CelType
    implementation: Callable[..., object]
    member: bool = False
    description: str = ""


def _sum_of_ints(numbers: list[int]) -> int:
    total = sum(numbers)
    if not -_LARGEST_INT - 1 <= total <= _LARGEST_INT:
        raise EvaluationError(f"the sum {total} does not fit into 64 bits")
    return total


def _sum_of_doubles(numbers: list[float]) -> float:
    return sum(numbers, 0.0)


def _day(text: str) -> date:
    """The day that `text` names as YYYY-MM-DD, the only form: week dates and dates without dashes are refused."""
    if len(text) == _ISO_DAY_LENGTH and text[4] == text[7] == "-":
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise EvaluationError(f'"{text}" is not a day of the form YYYY-MM-DD')


def is_day(text: str) -> bool:
    """Whether a text is an ISO day, as the functions on days want it."""
    try:
        _day(text)
    except EvaluationError:
        return False
    return True


def _days(start: str, end: str) -> int:
    return (_day(end) - _day(start)).days


def _quarter(text: str) -> str:
    day = _day(text)
    return f"{day.year:04d}-Q{(day.month + 2) // 3}"


def _add_quarters(text: str, count: int) -> str:
    if not _QUARTER.fullmatch(text):
        raise EvaluationError(f'"{text}" is not a quarter of the form YYYY-Qn')
    year, index = divmod(int(text[:4]) * 4 + int(text[6]) - 1 + count, 4)
    if not 1 <= year <= _LAST_YEAR:
        raise EvaluationError(f"{count} quarters from {text} lie outside the years 1 to {_LAST_YEAR}")
    return f"{year:04d}-Q{index + 1}"


def _percent_change(before: float, after: float) -> float:
    if before == 0:
        raise EvaluationError(f"there is no percent change from zero (to {after})")
    try:
        return (after - before) / abs(before) * 100
    except OverflowError:
        raise EvaluationError(f"the percent change from {before} to {after} is too large for a number") from None


FUNCTIONS: Final[tuple[FunctionOverload, ...]] = (
    FunctionOverload(
        name="sum",
        id="sum_list_int",
        parameters=(list_of(INT),),
        result=INT,
        implementation=_sum_of_ints,
        description="The sum of whole numbers, 0 for none: sum([1, 2, 3]) is 6.",
    ),
    FunctionOverload(
        name="sum",
        id="sum_list_double",
        parameters=(list_of(DOUBLE),),
        result=DOUBLE,
        implementation=_sum_of_doubles,
        description="The sum of numbers, 0.0 for none: sum([1.5, 2.0]) is 3.5.",
    ),
    FunctionOverload(
        name="days",
        id="days_string_string",
        parameters=(STRING, STRING),
        result=INT,
        implementation=_days,
        description='Whole days from one ISO day to another, negative if backwards: days("2026-01-01", "2026-01-31") '
        "is 30.",
    ),
    FunctionOverload(
        name="quarter",
        id="quarter_string",
        parameters=(STRING,),
        result=STRING,
        implementation=_quarter,
        description='The calendar quarter of an ISO day: quarter("2026-03-31") is "2026-Q1".',
    ),
    FunctionOverload(
        name="addQuarters",
        id="add_quarters_string_int",
        parameters=(STRING, INT),
        result=STRING,
        implementation=_add_quarters,
        description='The quarter so many quarters later, or earlier if negative: addQuarters("2026-Q1", -1) is '
        '"2025-Q4".',
    ),
    FunctionOverload(
        name="percentChange",
        id="percent_change_double_double",
        parameters=(DOUBLE, DOUBLE),
        result=DOUBLE,
        implementation=_percent_change,
        description="The change from the first number to the second, in percent of the first's size: "
        "percentChange(80.0, 100.0) is 25.0. There is none from zero.",
    ),
    FunctionOverload(
        name="percentChange",
        id="percent_change_int_int",
        parameters=(INT, INT),
        result=DOUBLE,
        implementation=_percent_change,
        description="The same for whole numbers: percentChange(80, 100) is 25.0.",
    ),
    FunctionOverload(
        name="isBefore",
        id="is_before_change_change",
        parameters=(shape(CHANGE), shape(CHANGE)),
        result=BOOL,
        implementation=Change.is_before,
        description="Whether the commit of the first change is a proper ancestor of the second's, whatever their dates "
        "say: isBefore(history.measures[0], history.start[0]). What is not committed yet comes after every commit.",
    ),
)
"""Every form of every function, in the order in which they are tried."""
