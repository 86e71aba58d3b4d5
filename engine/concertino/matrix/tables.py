"""Every expression of a model computed for every combination of what it reads.

This is what makes a proof over millions of combinations quick: an expression is evaluated once for each combination of
the few inputs that it reads, and all the rest is looking up.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod

from concertino.matrix.answering import NoValueError, evaluate, points
from concertino.matrix.checking import faulty, names_in, told
from concertino.matrix.model import (
    SCORES,
    Circumstance,
    Direction,
    Effect,
    Factor,
    Guard,
    Inputs,
    Model,
    Movement,
    Scalar,
)
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.policies import Expression

MOST_EVALUATIONS = 500_000
"""Evaluations that all expressions of a model may need together: a few seconds."""

Positions = tuple[int, ...]
"""Values of some inputs, as their positions among the values that each can have."""


@dataclass(frozen=True, slots=True)
class Input:
    """A factor or circumstance: its values as they rise, and which of them is the usual one."""

    name: str
    values: Sequence[Scalar]
    usual: int
    direction: Direction
    pointer: str


@dataclass(frozen=True, slots=True)
class Table:
    """The values of a function of some inputs: `reads` are their numbers in the model, rising."""

    reads: tuple[int, ...]
    rows: Mapping[Positions, int]

    def at(self, positions: Sequence[int]) -> int:
        """The value for a combination of all inputs."""
        return self.rows[tuple(positions[number] for number in self.reads)]


@dataclass(frozen=True)
class Tables:
    """What a model computes, apart from sums: products of weight and points, effects that hold, conditions of claims.

    `problems` are the expressions that could not be computed for every combination; then the tables are not complete.
    """

    model: Model
    inputs: tuple[Input, ...]
    products: tuple[Table, ...]
    guards: tuple[Table, ...]
    effects: tuple[tuple[Guard, Effect, Table], ...]
    movements: tuple[tuple[Movement, Table], ...]
    problems: tuple[Problem, ...]

    @property
    def combinations(self) -> int:
        """How many combinations of inputs there are."""
        return prod(len(item.values) for item in self.inputs)

    def describe(self, positions: Sequence[int]) -> str:
        """A combination in words."""
        pairs = zip(self.inputs, positions, strict=True)
        return ", ".join(f"{item.name} {told(item.values[position])}" for item, position in pairs)

    def inputs_at(self, positions: Sequence[int]) -> Inputs:
        """A combination as the model takes it."""
        pairs = zip(self.inputs, positions, strict=True)
        values = {item.name: item.values[position] for item, position in pairs}
        scores = {item.id: int(values.pop(item.id)) for item in self.model.factors}
        return Inputs(scores, values)


def tables_of(model: Model) -> Tables:
    """The tables of a model."""
    maker = _Maker(model, _inputs(model))
    products = tuple(maker.factor(item) for item in model.factors)
    guards = tuple(maker.condition(item.when) for item in model.guards)
    effects = tuple(
        (guard, effect, maker.both(table, guard, effect))
        for guard, table in zip(model.guards, guards, strict=True)
        for effect in guard.effects
    )
    movements = tuple((item, maker.condition(item.when)) for item in model.movements)
    return Tables(model, maker.inputs, products, guards, effects, movements, tuple(maker.problems))


def _inputs(model: Model) -> tuple[Input, ...]:
    scored = [Input(one.id, SCORES, len(SCORES) // 2, one.direction, one.pointer) for one in model.factors]
    known = [
        Input(
            one.id,
            one.values,
            0 if one.usual is None else list(one.values).index(one.usual),
            one.direction,
            one.pointer,
        )
        for one in model.circumstances
    ]
    return (*scored, *known)


def _usual(one: Circumstance) -> int:
    return 0 if one.usual is None else one.values.index(one.usual)


@dataclass(frozen=True)
class _Maker:
    model: Model
    inputs: tuple[Input, ...]
    problems: list[Problem] = field(default_factory=list)
    spent: list[int] = field(default_factory=list)
    """Evaluations so far, table by table."""

    def factor(self, factor: Factor) -> Table:
        """Weight times points."""
        reads = self._read_by(factor.points) if factor.points else (self._number(factor.id),)
        place = factor.points.place if factor.points else self.model.source.at(factor.pointer)
        return self._table(reads, lambda bindings: factor.weight * points(factor, bindings), place)

    def condition(self, expression: Expression | None) -> Table:
        """1 where a condition holds, 0 where it does not; without one, 1."""
        if expression is None:
            return Table((), {(): 1})
        return self._table(
            self._read_by(expression), lambda bindings: int(evaluate(expression, bindings) is True), expression.place
        )

    def both(self, held: Table, guard: Guard, effect: Effect) -> Table:
        """1 where a guard and the further condition of its effect hold; that is not asked where the guard does not."""
        further = effect.when
        if further is None or len(held.rows) < self._size(held.reads):
            return held  # complete, or reported already

        def value(bindings: Mapping[str, object]) -> int:
            return int(evaluate(guard.when, bindings) is True and evaluate(further, bindings) is True)

        reads = tuple(sorted({*held.reads, *self._read_by(further)}))
        return self._table(reads, value, further.place)

    def _size(self, reads: tuple[int, ...]) -> int:
        """How many combinations some inputs have."""
        return prod(len(self.inputs[number].values) for number in reads)

    def _number(self, name: str) -> int:
        return next(number for number, item in enumerate(self.inputs) if item.name == name)

    def _read_by(self, expression: Expression) -> tuple[int, ...]:
        names = names_in(expression.tree)
        return tuple(number for number, item in enumerate(self.inputs) if item.name in names)

    def _table(self, reads: tuple[int, ...], value: Callable[[Mapping[str, object]], int], place: Place) -> Table:
        size = self._size(reads)
        self.spent.append(size)
        if sum(self.spent) > MOST_EVALUATIONS:
            self._too_many(reads, self.spent.pop(), place)
            return Table(reads, {})
        rows: dict[Positions, int] = {}
        failed: list[tuple[Positions, NoValueError]] = []
        for positions, bindings in self._bindings(reads):
            try:
                rows[positions] = value(bindings)
            except NoValueError as error:
                failed.append((positions, error))
        if failed:
            self._no_value(reads, failed, size)
        return Table(reads, rows)

    def _bindings(self, reads: tuple[int, ...]) -> Iterator[tuple[Positions, Mapping[str, object]]]:
        """Every combination of these inputs, with what an expression sees of it."""
        shared: dict[str, object] = {f"params.{name}": value for name, value in self.model.parameters.items()}
        read = [self.inputs[number] for number in reads]
        for positions in product(*(range(len(item.values)) for item in read)):
            values = {item.name: item.values[at] for item, at in zip(read, positions, strict=True)}
            yield positions, shared | values

    def _too_many(self, reads: tuple[int, ...], count: int, place: Place) -> None:
        names = ", ".join(self.inputs[number].name for number in reads)
        message = f"{names} have {count} combinations, too many to try this expression for all of them"
        expected = f"at most {MOST_EVALUATIONS} in all; let one expression read fewer inputs, or inputs of fewer values"
        self.problems.append(faulty(self.model.source, message, place, expected))

    def _no_value(self, reads: tuple[int, ...], failed: list[tuple[Positions, NoValueError]], count: int) -> None:
        positions, error = failed[0]
        where = ", ".join(
            f"{self.inputs[number].name} {told(self.inputs[number].values[at])}"
            for number, at in zip(reads, positions, strict=True)
        )
        of_how_many = f" (one of {len(failed)} such combinations of {count})" if len(failed) > 1 else ""
        message = f"there is no answer for {where or 'anything'}: {error.unanswered.message}{of_how_many}"
        self.problems.append(faulty(self.model.source, message, error.unanswered.place))
