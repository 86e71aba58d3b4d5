"""How the answer moves while one input rises by one step and all others stay.

One step at a time is enough: an answer that never moves the wrong way in one step does not do so in several.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from concertino.matrix.model import Direction
from concertino.matrix.space import Decisive, Profile, Space
from concertino.matrix.sums import Sums
from concertino.matrix.tables import Positions, Table

Clause = tuple[int, Direction | None, Table | None]
"""The number of the input that rises, where the answer may go (None: nowhere), and under which condition."""


@dataclass(frozen=True, slots=True)
class WrongWay:
    """A step on which the answer moves where it should not, and how many of all steps do so."""

    before: Positions
    after: Positions
    answer_before: int
    answer_after: int
    count: int


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of looking at all steps of one input: their number, and one that goes wrong if any does."""

    steps: int
    wrong: WrongWay | None


@dataclass(frozen=True, slots=True)
class _Step:
    """Steps from one combination of classes to another, or, of a free input, from one of its values to the next."""

    before: Positions
    after: Positions
    profiles: tuple[Profile, Profile]
    free: tuple[int, int]
    weight: int


def look(space: Space, clause: Clause) -> Looked:
    """All steps of one input under a condition."""
    number, leads, condition = clause
    free = number in space.free
    sums = space.sums.without(space.free.index(number)) if free else space.sums
    known: dict[tuple[Decisive, Decisive, tuple[int, int]], tuple[int, int | None]] = {}
    ways = sum(sums.ways.values())
    steps = wrong = 0
    first: tuple[_Step, int] | None = None
    for step in _free_steps(space, number) if free else _key_steps(space, number):
        if condition is not None and not condition.at(space.key_positions(step.before)):
            continue
        steps += step.weight * ways
        before, after = step.profiles
        question = (before.decisive, after.decisive, step.free)
        if question not in known:
            known[question] = _wrong(space, step, sums, leads)
        count, total = known[question]
        wrong += count * step.weight
        if first is None and total is not None:
            first = (step, total)
    return Looked(steps, _shown(space, number, sums, first, wrong) if first else None)


def _wrong(space: Space, step: _Step, sums: Sums, leads: Direction | None) -> tuple[int, int | None]:
    """In how many combinations of the free inputs the step goes wrong, and the first sum with which it does."""
    count, first = 0, None
    before, after = step.profiles
    for total, ways in sums.ways.items():
        there = space.answer(after, total + step.free[1]) - space.answer(before, total + step.free[0])
        if there and (leads is None or (there > 0) is (leads is Direction.FIRST)):
            count += ways
            first = total if first is None else first
    return count, first


def _key_steps(space: Space, number: int) -> Iterator[_Step]:
    """Values of one class behave alike, so only steps from class to class can change anything; all are counted."""
    place = space.keys.index(number)
    classes = space.classes[place]
    steps = Counter(pairwise(classes.of))
    for combination, profile in space.profiles.items():
        others = space.weight(combination) // len(classes.members[combination[place]])
        for (one, other), times in steps.items():
            if one == combination[place]:
                after = (*combination[:place], other, *combination[place + 1 :])
                yield _Step(combination, after, (profile, space.profiles[after]), (0, 0), others * times)


def _free_steps(space: Space, number: int) -> Iterator[_Step]:
    terms = space.sums.terms[space.free.index(number)]
    for combination, profile in space.profiles.items():
        weight = space.weight(combination)
        for pair in pairwise(terms):
            yield _Step(combination, combination, (profile, profile), pair, weight)


def _shown(space: Space, number: int, sums: Sums, found: tuple[_Step, int], count: int) -> WrongWay:
    step, total = found
    before, after = (space.key_positions(one) for one in (step.before, step.after))
    others = [one for one in space.free if one != number]
    for one, at in zip(others, sums.one_way(total), strict=True):
        before[one] = after[one] = at
    at, then = _values(space, number, step)
    before[number], after[number] = at, then
    old, new = (space.answer(one, total + by) for one, by in zip(step.profiles, step.free, strict=True))
    return WrongWay(tuple(before), tuple(after), old, new, count)


def _values(space: Space, number: int, step: _Step) -> tuple[int, int]:
    """Two neighbouring values of the input, as positions, that make such a step."""
    if number in space.free:
        pairs = list(pairwise(space.sums.terms[space.free.index(number)]))
        at = pairs.index(step.free)
        return at, at + 1
    place = space.keys.index(number)
    pairs = list(pairwise(space.classes[place].of))
    at = pairs.index((step.before[place], step.after[place]))
    return at, at + 1
