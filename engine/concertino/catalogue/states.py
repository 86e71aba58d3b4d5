"""What became of entities along a line of commits, wherever their documents stood."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from concertino.model.history import Claims
from concertino.model.json import JsonValue

State = tuple[JsonValue, ...]
"""The documents that describe one entity at one time: none, one, or several by mistake."""

EMPTY: State = ()
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Point:
    """A moment in the past of a catalogue: a commit by its full id, or (`commit` empty) what is not committed yet.

    `parents` are positions in the list of points, where parents stand before their children.
    """

    commit: str
    parents: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ValueChange:
    """The value changed at the point with this position; `present` says whether there is one since."""

    position: int
    present: bool


@dataclass(frozen=True)
class Line:
    """Points, and the states of one entity at those where its files changed; elsewhere it is as at the first parent."""

    points: Sequence[Point]
    states: Mapping[int, State]

    def changes(self, path: Sequence[str]) -> Iterator[ValueChange]:
        """The points at which the value at `path` differs from that at every parent, in the order of the points.

        Only the value counts: a document may move, and be written anew, without a change.
        """
        for position in sorted(self.states):
            value = self._value(position, path)
            parents = self.points[position].parents
            before = [self._value(parent, path) for parent in parents] or [()]
            if value not in before:
                yield ValueChange(position, present=bool(value))

    def _value(self, position: int, path: Sequence[str]) -> tuple[str, ...]:
        return tuple(sorted(text for state in self._state(position) for text in value_at(state, path)))

    def _state(self, position: int) -> State:
        if position in self.states:
            return self.states[position]
        return nearest(self.points, self.states, position) or EMPTY


def nearest(points: Sequence[Point], known: Mapping[int, T], position: int) -> T | None:
    """What is known of the nearest point above, going from first parent to first parent; None if nothing is."""
    while parents := points[position].parents:
        position = parents[0]
        if position in known:
            return known[position]
    return None


def value_at(value: JsonValue, path: Sequence[str]) -> list[str]:
    """The value at a path as canonical JSON, in a list that is empty if there is none.

    A name that follows on a list is looked up in each element: `measures.target` is the list of all targets.
    """
    found = _at(value, path)
    return [] if found is None else [json.dumps(_canonical(found), sort_keys=True, separators=(",", ":"))]


def _at(value: JsonValue, path: Sequence[str]) -> JsonValue | None:
    if not path:
        return value
    part, rest = path[0], path[1:]
    if isinstance(value, Mapping):
        return _at(value[part], rest) if part in value else None
    if isinstance(value, list):
        if part.isdigit():
            return _at(value[int(part)], rest) if int(part) < len(value) else None
        return [found for item in value if (found := _at(item, path)) is not None] or None
    return None


def _canonical(value: JsonValue) -> JsonValue:
    """Whole numbers look alike whether or not they are written with a point."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _canonical(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_canonical(item) for item in value]
    return value


class Ancestry:
    """Who came before whom among points."""

    def __init__(self, points: Sequence[Point]) -> None:
        self._points = points
        self._known: dict[tuple[int, int], bool] = {}

    def is_before(self, first: int, second: int) -> bool:
        """Whether the first point is a proper ancestor of the second."""
        if first >= second:
            return False
        pair = (first, second)
        if pair not in self._known:
            self._known[pair] = self._reaches(first, second)
        return self._known[pair]

    def _reaches(self, first: int, second: int) -> bool:
        seen = {second}
        waiting = [second]
        while waiting:
            for parent in self._points[waiting.pop()].parents:
                if parent == first:
                    return True
                if parent > first and parent not in seen:  # an ancestor stands before its descendants
                    seen.add(parent)
                    waiting.append(parent)
        return False


@dataclass(frozen=True)
class Past:
    """The past of the entities of one kind: their states by identity, and what the commits that touched them claim."""

    points: Sequence[Point]
    states: Mapping[tuple[str, str, str], Mapping[int, State]]
    claims: Mapping[str, Claims]

    def line(self, identity: tuple[str, str, str]) -> Line:
        """What became of one entity."""
        return Line(self.points, self.states.get(identity, {}))


def touched(points: Sequence[Point], states: Collection[Mapping[int, State]]) -> list[str]:
    """The commits at which any of these entities may have changed."""
    positions = {position for line in states for position in line}
    return sorted(points[position].commit for position in positions if points[position].commit)
