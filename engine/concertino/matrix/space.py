"""All combinations of a model's inputs, taken together where the model cannot tell them apart.

An input that no guard and no other factor's points look at acts through the index alone (`free`): of those only the
sums matter. Of every other input (`keys`) the values with which all tables have the same rows form one class. A
combination of classes has one profile: what the keys add to the index, the strictest floor and cap, the effects that
hold. Profile and sum together say everything about a combination, so nothing is lost; every class and sum carries the
number of combinations that it stands for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod

from concertino.matrix.answering import band_of, bounded, strictest
from concertino.matrix.sums import Sums
from concertino.matrix.tables import Positions, Table, Tables

MOST_PROFILES = 50_000
"""Combinations of classes that are looked at: a few seconds."""


@dataclass(frozen=True, slots=True)
class Classes:
    """The values of one input by class: the class of each value, and the values of each class as positions."""

    of: tuple[int, ...]
    members: tuple[tuple[int, ...], ...]
    representatives: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """What a combination of classes comes to, apart from the free inputs' sum. `effects` are numbers of effects."""

    base: int
    floor: int | None
    cap: int | None
    effects: tuple[int, ...]

    @property
    def decisive(self) -> "Decisive":
        """All that the answer depends on."""
        return self.base, self.floor, self.cap


Decisive = tuple[int, int | None, int | None]
"""What a profile adds to the index, the strictest floor and the strictest cap."""


@dataclass(frozen=True)
class Space:
    """All combinations of the inputs of complete tables."""

    tables: Tables

    @cached_property
    def keys(self) -> tuple[int, ...]:
        """The inputs that tables other than their own factor's product read, or whose product reads others too."""
        found: set[int] = set()
        for table in self._conditions:
            found.update(table.reads)
        for number, table in enumerate(self.tables.products):
            if table.reads != (number,):
                found.update((number, *table.reads))
        return tuple(sorted(found))

    @cached_property
    def free(self) -> tuple[int, ...]:
        """The factors that act through the index alone."""
        return tuple(number for number in range(len(self.tables.products)) if number not in self.keys)

    @cached_property
    def idle(self) -> tuple[int, ...]:
        """The circumstances that nothing reads."""
        used = {*self.keys, *self.free}
        return tuple(number for number in range(len(self.tables.inputs)) if number not in used)

    @cached_property
    def sums(self) -> Sums:
        """What the free factors add up to."""
        return Sums(tuple(self._terms(number) for number in self.free))

    @cached_property
    def classes(self) -> tuple[Classes, ...]:
        """The classes of each key's values."""
        read = (*self._conditions, *self._key_products)
        return tuple(self._classes(number, [table for table in read if number in table.reads]) for number in self.keys)

    @property
    def size(self) -> int:
        """How many combinations of classes there are."""
        return prod(len(item.members) for item in self.classes)

    @cached_property
    def profiles(self) -> dict[Positions, Profile]:
        """The profile of every combination of classes, the usual values first."""
        orders = [
            _first(item.of[self._usual(number)], len(item.members))
            for number, item in zip(self.keys, self.classes, strict=True)
        ]
        return {combination: self._profile(combination) for combination in product(*orders)}

    def weight(self, combination: Positions) -> int:
        """How many combinations of values, those of idle inputs included and those of free ones not, it stands for."""
        sizes = (len(item.members[at]) for item, at in zip(self.classes, combination, strict=True))
        return prod(sizes) * self.idle_weight

    @cached_property
    def idle_weight(self) -> int:
        """How many combinations the idle inputs have."""
        return prod(len(self.tables.inputs[number].values) for number in self.idle)

    def answer(self, profile: Profile, total: int) -> int:
        """The answer, counted from 0, of a profile and a sum of the free factors."""
        return bounded(band_of(self._edges, profile.base + total), profile.floor, profile.cap)

    def positions(self, combination: Positions, total: int) -> list[int]:
        """A combination of all inputs that a combination of classes and a sum stand for."""
        found = self.key_positions(combination)
        for number, at in zip(self.free, self.sums.one_way(total), strict=True):
            found[number] = at
        return found

    def key_positions(self, combination: Positions) -> list[int]:
        """The same with the free inputs at their usual values."""
        found = [item.usual for item in self.tables.inputs]
        for number, item, at in zip(self.keys, self.classes, combination, strict=True):
            found[number] = item.representatives[at]
        return found

    @cached_property
    def _edges(self) -> tuple[int, ...]:
        return self.tables.model.edges

    @cached_property
    def _conditions(self) -> tuple[Table, ...]:
        tables = self.tables
        return (
            *tables.guards,
            *(table for _, _, table in tables.effects),
            *(table for _, table in tables.movements),
        )

    @cached_property
    def _key_products(self) -> tuple[Table, ...]:
        return tuple(table for number, table in enumerate(self.tables.products) if number in self.keys)

    def _usual(self, number: int) -> int:
        return self.tables.inputs[number].usual

    def _terms(self, number: int) -> Sequence[int]:
        table = self.tables.products[number]
        return [table.rows[(at,)] for at in range(len(self.tables.inputs[number].values))]

    def _classes(self, number: int, tables: list[Table]) -> Classes:
        count = len(self.tables.inputs[number].values)
        signatures: list[list[int]] = [[] for _ in range(count)]
        for table in tables:
            at = table.reads.index(number)
            for positions, value in table.rows.items():
                signatures[positions[at]].append(value)
        known: dict[tuple[int, ...], int] = {}
        of = tuple(known.setdefault(tuple(signature), len(known)) for signature in signatures)
        members = tuple(tuple(at for at in range(count) if of[at] == one) for one in range(len(known)))
        usual = self._usual(number)
        return Classes(of, members, tuple(usual if usual in group else group[0] for group in members))

    def _profile(self, combination: Positions) -> Profile:
        positions = self.key_positions(combination)
        base = sum(table.at(positions) for table in self._key_products)
        effects = tuple(at for at, (_, _, table) in enumerate(self.tables.effects) if table.at(positions))
        held = [self.tables.effects[at][:2] for at in effects]
        return Profile(base, *strictest(held), effects)


def _first(chosen: int, count: int) -> list[int]:
    """The numbers below `count`, the chosen one before the others: a fault is shown in the most usual case."""
    return [chosen, *(number for number in range(count) if number != chosen)]
