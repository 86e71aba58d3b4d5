"""Timestamps and durations: their texts (RFC 3339, and `1h30m` as Go writes it), zones and parts."""

import re
from collections.abc import Callable
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from concertino.expressions.meter import Meter
from concertino.expressions.runtime_arithmetic import to_duration, to_timestamp
from concertino.expressions.runtime_values import Overloads, describe
from concertino.expressions.values import Duration, EvaluationError, Timestamp

SECOND: Final = 1_000_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CYCLE: Final = timedelta(days=146_097)
"""400 years, after which days and weekdays repeat."""
_CYCLE_YEARS: Final = 400
_TIMESTAMP: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_OFFSET: Final = re.compile(r"([+-]?)([0-9]{2}):([0-9]{2})")
_DURATION: Final = re.compile(
    r"([+-]?)((?:(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:h|ms|m|s|us|µs|μs|ns))+|0)"
)
_DURATION_PART: Final = re.compile(r"([0-9]*)(?:\.([0-9]*))?([a-zµμ]+)")
_UNITS: Final = {
    "h": 3600 * SECOND,
    "m": 60 * SECOND,
    "s": SECOND,
    "ms": 1_000_000,
    "us": 1000,
    "µs": 1000,
    "μs": 1000,
    "ns": 1,
}


def parse_timestamp(_: Meter, text: str) -> Timestamp:
    """The timestamp that an RFC 3339 text names."""
    match = _TIMESTAMP.fullmatch(text)
    try:
        if match:
            whole = datetime.fromisoformat(match[1] + match[3].upper().replace("Z", "+00:00")) - _EPOCH
            fraction = int((match[2] or ".0")[1:].ljust(9, "0"))
            return to_timestamp((whole.days * 86400 + whole.seconds) * SECOND + fraction)
    except (ValueError, OverflowError):
        pass
    raise EvaluationError(f"{describe(text)} is not a timestamp such as 2026-01-31T12:00:00Z in the years 1 to 9999")


def write_timestamp(timestamp: Timestamp) -> str:
    """The RFC 3339 text of a timestamp, in UTC."""
    seconds, fraction = divmod(timestamp.nanoseconds, SECOND)
    day = _EPOCH + timedelta(seconds=seconds)
    return f"{day.year:04d}-{day:%m-%dT%H:%M:%S}{_fraction(fraction)}Z"


def _fraction(nanoseconds: int) -> str:
    """The digits after the point: none, three, six or nine."""
    digits = f"{nanoseconds:09d}"
    while digits.endswith("000"):
        digits = digits[:-3]
    return digits and f".{digits}"


def parse_duration(_: Meter, text: str) -> Duration:
    """The duration that a text such as `1h30m` or `-1.5s` names."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise EvaluationError(f"{describe(text)} is not a duration such as 1h30m or 1.5s")
    total = 0
    for whole, fraction, unit in _DURATION_PART.findall(match[2]):
        total += int(whole or 0) * _UNITS[unit] + int(fraction or 0) * _UNITS[unit] // 10 ** len(fraction)
    return to_duration(-total if match[1] == "-" else total)


def write_duration(duration: Duration) -> str:
    """The text of a duration, in seconds."""
    seconds, fraction = divmod(abs(duration.nanoseconds), SECOND)
    sign = "-" if duration.nanoseconds < 0 else ""
    return f"{sign}{seconds}{_fraction(fraction)}s"


@lru_cache(maxsize=64)
def _zone(name: str) -> tzinfo:
    """The zone with the IANA name, or the fixed offset, that `name` is."""
    if match := _OFFSET.fullmatch(name):
        offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
        if offset < timedelta(days=1):
            return timezone(-offset if match[1] == "-" else offset)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise EvaluationError(f"{describe(name)} is not a time zone such as Europe/London or +01:00") from None


def _local(timestamp: Timestamp, zone: str) -> tuple[datetime, int]:
    """The day and time in a zone, and the years to add: Python's calendar ends where a zone may reach further."""
    day = _EPOCH + timedelta(seconds=timestamp.nanoseconds // SECOND)
    if day.year == MINYEAR:
        return (day + _CYCLE).astimezone(_zone(zone)), -_CYCLE_YEARS
    if day.year == MAXYEAR:
        return (day - _CYCLE).astimezone(_zone(zone)), _CYCLE_YEARS
    return day.astimezone(_zone(zone)), 0


_TIMESTAMP_PARTS: Final[dict[str, Callable[[datetime], int]]] = {
    "getMonth": lambda day: day.month - 1,
    "getDate": lambda day: day.day,
    "getDayOfMonth": lambda day: day.day - 1,
    "getDayOfWeek": lambda day: day.isoweekday() % 7,
    "getDayOfYear": lambda day: day.timetuple().tm_yday - 1,
    "getHours": lambda day: day.hour,
    "getMinutes": lambda day: day.minute,
    "getSeconds": lambda day: day.second,
}
"""Months and days count from 0, but for `getDate`; the week begins on Sunday."""
_DURATION_PARTS: Final = {"getHours": 3600 * SECOND, "getMinutes": 60 * SECOND, "getSeconds": SECOND}
"""A duration is told in whole hours, minutes or seconds, not in parts of a clock."""


def _milliseconds(_: Meter, timestamp: Timestamp, zone: str = "UTC") -> int:
    _zone(zone)  # every zone has the same milliseconds, but it must be one
    return timestamp.nanoseconds % SECOND // 1_000_000


def _full_year(_: Meter, timestamp: Timestamp, zone: str = "UTC") -> int:
    day, years = _local(timestamp, zone)
    return day.year + years


def _duration_milliseconds(_: Meter, duration: Duration) -> int:
    rest = abs(duration.nanoseconds) % SECOND // 1_000_000
    return -rest if duration.nanoseconds < 0 else rest


def _timestamp_part(read: Callable[[datetime], int]) -> Callable[..., int]:
    def part(_: Meter, timestamp: Timestamp, zone: str = "UTC") -> int:
        return read(_local(timestamp, zone)[0])

    return part


def _duration_part(unit: int) -> Callable[..., int]:
    def part(_: Meter, duration: Duration) -> int:
        whole = abs(duration.nanoseconds) // unit
        return -whole if duration.nanoseconds < 0 else whole

    return part


def _parts(name: str) -> dict[tuple[type, ...], Callable[..., object]]:
    part = _timestamp_part(_TIMESTAMP_PARTS[name])
    forms: dict[tuple[type, ...], Callable[..., object]] = {(Timestamp,): part, (Timestamp, str): part}
    if name in _DURATION_PARTS:
        forms[Duration,] = _duration_part(_DURATION_PARTS[name])
    return forms


OVERLOADS: Final[Overloads] = {name: _parts(name) for name in _TIMESTAMP_PARTS} | {
    "getFullYear": {(Timestamp,): _full_year, (Timestamp, str): _full_year},
    "getMilliseconds": {
        (Timestamp,): _milliseconds,
        (Timestamp, str): _milliseconds,
        (Duration,): _duration_milliseconds,
    },
}
