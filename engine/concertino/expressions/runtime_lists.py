"""Lists as wholes: ranges, slices, order, sets."""

from typing import Final

from concertino.expressions.meter import Meter
from concertino.expressions.runtime_values import Overloads, describe, member, same_kind
from concertino.expressions.values import (
    ABSENT,
    CelOptional,
    Duration,
    EvaluationError,
    Timestamp,
    Uint,
    Unreadable,
    UnreadableError,
)

_BY_HASH: Final = (str, bytes, int, Uint, Timestamp, Duration)
"""Types of which Python's equality and hash are those of the language, among each other too."""


def _range(meter: Meter, end: int) -> list[int]:
    meter.build(end)
    return list(range(end))


def _slice(meter: Meter, values: list[object], start: int, end: int) -> list[object]:
    if not 0 <= start <= end <= len(values):
        raise EvaluationError(f"slice({start}, {end}) is out of range for {describe(values)}")
    meter.build(end - start)
    return values[start:end]


def _flatten(meter: Meter, values: list[object], depth: int = 1) -> list[object]:
    if depth < 0:
        raise EvaluationError(f"flatten needs a depth that is not negative, found {depth}")
    while depth and any(isinstance(value, list) for value in values):
        meter.visit(len(values))
        meter.build(sum(len(value) if isinstance(value, list) else 1 for value in values))
        flat: list[object] = []
        for value in values:
            flat += value if isinstance(value, list) else (value,)
        values, depth = flat, depth - 1
    for value in values if depth else ():
        if isinstance(value, Unreadable):
            raise UnreadableError(value)
    return values


def _order(meter: Meter, count: int) -> None:
    """Count the comparisons of sorting."""
    meter.visit(count * max(1, count.bit_length() // 4))
    meter.build(count)


def _sort(meter: Meter, values: list[object]) -> list[object]:
    return _sort_by(meter, values, values)


def _sort_by(meter: Meter, values: list[object], keys: list[object]) -> list[object]:
    if len(values) != len(keys):
        raise EvaluationError(f"sortBy has {len(values)} values but {len(keys)} keys")
    same_kind(keys, "sort")
    _order(meter, len(values))
    places: list[int] = sorted(range(len(values)), key=keys.__getitem__)  # type: ignore[arg-type] # of one ordered type
    return [values[place] for place in places]


def _distinct(meter: Meter, values: list[object]) -> list[object]:
    """`values` without repetitions, the first of each kept; what has no hash is compared one by one."""
    meter.visit(len(values))
    meter.build(len(values))
    found: list[object] = []
    seen: set[object] = set()
    others: list[object] = []
    for value in values:
        if isinstance(value, Unreadable):
            raise UnreadableError(value)
        if type(value) in _BY_HASH and not others:
            if value not in seen:
                seen.add(value)
                found.append(value)
            continue
        others = others or list(found)
        if not member(meter, value, others):
            others.append(value)
            found.append(value)
    return found


def _reverse(meter: Meter, values: list[object]) -> list[object]:
    meter.build(len(values))
    return values[::-1]


def _contains(meter: Meter, values: list[object], part: list[object]) -> bool:
    return all(member(meter, value, values) for value in part)


def _equivalent(meter: Meter, left: list[object], right: list[object]) -> bool:
    return _contains(meter, left, right) and _contains(meter, right, left)


def _intersects(meter: Meter, left: list[object], right: list[object]) -> bool:
    return any(member(meter, value, right) for value in left)


OVERLOADS: Final[Overloads] = {
    "lists.range": {(int,): _range},
    "slice": {(list, int, int): _slice},
    "flatten": {(list,): _flatten, (list, int): _flatten},
    "sort": {(list,): _sort},
    "@sortByAssociatedKeys": {(list, list): _sort_by},
    "distinct": {(list,): _distinct},
    "reverse": {(list,): _reverse},
    "first": {(list,): lambda _, values: CelOptional(values[0]) if values else ABSENT},
    "last": {(list,): lambda _, values: CelOptional(values[-1]) if values else ABSENT},
    "sets.contains": {(list, list): _contains},
    "sets.equivalent": {(list, list): _equivalent},
    "sets.intersects": {(list, list): _intersects},
}
