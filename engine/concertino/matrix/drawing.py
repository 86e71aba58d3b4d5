"""Scores and circumstances of one entity, drawn from a catalogue through the levels of a model's resolution."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from concertino.bindings import AggregateTable, Bindings, Surroundings
from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.expressions import BudgetError, CelOptional, EvaluationError, Meter
from concertino.matrix.model import SCORES, Scalar
from concertino.matrix.resolution import Level, MatrixModel
from concertino.model.limits import Limits
from concertino.policies import Expression


@dataclass(frozen=True, slots=True)
class Drawn:
    """One score as a level gave it: whose view it is, if levels have perspectives, and what it was computed with."""

    level: Level
    value: int
    perspective: str
    expression: Expression
    bindings: Bindings


@dataclass(frozen=True)
class Drawing:
    """Draws from one catalogue on one day. Aggregates are computed once for all entities."""

    matrix: MatrixModel
    catalogue: Catalogue
    as_of: str
    limits: Limits = field(default_factory=Limits)

    @cached_property
    def _surroundings(self) -> Surroundings:
        resolution = self.matrix.resolution
        tables = {name: AggregateTable(item, self.catalogue) for name, item in resolution.aggregates.items()}
        return Surroundings(
            policy=resolution,
            as_of=self.as_of,
            aggregate=lambda name, bindings: tables[name].value_for(bindings),
            history=_no_history,
            new_meter=lambda: Meter(self.limits.expression_steps, self.limits.value_size),
        )

    def bindings(self, entity: CatalogueEntity) -> Bindings:
        """What the model's expressions see of an entity."""
        return Bindings(self._surroundings, entity.value)

    def scores(self, bindings: Bindings) -> dict[str, tuple[Drawn, ...]]:
        """The scores of each factor from the first level that has any, in the order of the model's factors.

        Raises:
            EvaluationError: an expression of the model has no value.
            UnreadableError: it reads through something that can't be read.
        """
        found: dict[str, list[Drawn]] = {}
        for level in self.matrix.resolution.levels:
            wanted = [name for name in level.values if name not in found]
            for drawn_for, drawn in self._from(level, wanted, bindings):
                found.setdefault(drawn_for, []).append(drawn)
        names = [factor.id for factor in self.matrix.model.factors]
        return {name: tuple(found[name]) for name in names if name in found}

    def circumstances(self, bindings: Bindings) -> dict[str, Scalar]:
        """The value of every circumstance. Raises what `scores` raises."""
        found: dict[str, Scalar] = {}
        for name, expression in self.matrix.resolution.circumstances.items():
            value = evaluated(expression, bindings)
            if not isinstance(value, bool | int | str):
                raise EvaluationError(f"{name} has a value that no circumstance can have ({expression.place})")
            found[name] = value
        return found

    def unknown(self, bindings: Bindings) -> dict[str, Scalar]:
        """The circumstances that nobody can know yet, with what is assumed. Raises what `scores` raises."""
        unknown = self.matrix.resolution.unknown
        return {name: item.assumed for name, item in unknown.items() if evaluated(item.when, bindings) is True}

    def reading(self, name: str, bindings: Bindings) -> str:
        """The id of the answer that a reading gives, or empty. Raises what `scores` raises."""
        expression = self.matrix.resolution.readings.get(name)
        value = evaluated(expression, bindings) if expression else ""
        if value == "" or not isinstance(value, str) or expression is None:
            return ""
        if value not in [item.id for item in self.matrix.model.answers]:
            raise EvaluationError(f'"{value}" is {name}, and that is no answer of the model ({expression.place})')
        return value

    def _from(self, level: Level, wanted: list[str], bindings: Bindings) -> Iterator[tuple[str, Drawn]]:
        if not wanted or (level.when and evaluated(level.when, bindings) is not True):
            return
        for seen in self._sets(level, bindings):
            perspective = self._perspective(level, seen)
            for name in wanted:
                factor = self.matrix.model.factor(name)
                if perspective and factor and factor.perspectives and perspective not in factor.perspectives:
                    continue
                score = _score(level.values[name], seen)
                if score is not None:
                    yield name, Drawn(level, score, perspective, level.values[name], seen)

    def _sets(self, level: Level, bindings: Bindings) -> Iterator[Bindings]:
        if level.each is None:
            yield bindings
            return
        elements = evaluated(level.each, bindings)
        for item in elements if isinstance(elements, list) else ():
            yield bindings.for_element(item)

    def _perspective(self, level: Level, seen: Bindings) -> str:
        value = evaluated(level.perspective, seen) if level.perspective else ""
        known = self.matrix.resolution.perspectives
        if level.perspective and value and known and value not in known:
            raise EvaluationError(f'"{value}" is no perspective of the model ({level.perspective.place})')
        return value if isinstance(value, str) else ""


def evaluated(expression: Expression, bindings: Bindings) -> object:
    """The value of an expression of the model; its failure says where the expression stands.

    A budget that is used up is a failure like any other here: whoever reads the matrix gets to know it once.

    Raises:
        EvaluationError: the expression has no value, or costs too much.
        UnreadableError: it reads through something that can't be read.
    """
    try:
        return bindings.evaluate(expression)
    except (EvaluationError, BudgetError) as error:
        raise EvaluationError(f"{error} ({expression.place})") from None


def _score(expression: Expression, bindings: Bindings) -> int | None:
    value = evaluated(expression, bindings)
    if isinstance(value, CelOptional):
        value = value.value if value.present else None
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise EvaluationError(f"a score is a whole number, and this is none ({expression.place})")
    return max(SCORES[0], min(SCORES[-1], int(value)))


def _no_history(name: str, bindings: Bindings) -> object:  # noqa: ARG001 - as policies have it
    raise EvaluationError("a decision model reads no history")
