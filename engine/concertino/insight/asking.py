"""What overviews ask of a catalogue, answered: their expressions evaluated for its entities."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from concertino.bindings import AggregateTable, Bindings, Surroundings
from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.evaluation import Judge
from concertino.expressions import BudgetError, EvaluationError, Meter, UnreadableError
from concertino.model.problem import Problem
from concertino.policies import Expression
from concertino.policies.overview import Asked
from concertino.verdict import Rules
from concertino.verdict.views import views


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Something that could not be asked of an entity, and why. It is told beside what could be."""

    entity: str
    about: str
    why: str


@dataclass(frozen=True)
class Inquiry:
    """Asks the entities of one catalogue on the ISO day `as_of`. What has no answer is kept in `unanswered`."""

    catalogue: Catalogue
    rules: Rules
    as_of: str
    unanswered: list[Unanswered] = field(default_factory=list)
    _judges: list[Judge] = field(default_factory=list)

    def of_kind(self, asked: Asked, kind: str, about: str) -> Iterator[tuple[CatalogueEntity, Bindings]]:
        """The sound entities of a kind, and what expressions about each of them see.

        One with faults of its own is told of as unanswered.
        """
        surroundings = self._surroundings(asked)
        for entity in self.catalogue.of_kind(kind):
            if entity.fault:
                self.unanswered.append(Unanswered(entity.name, about, entity.fault.message))
            else:
                yield entity, Bindings(surroundings, entity.value)

    def answer(self, expression: Expression | None, bindings: Bindings, entity: str, about: str) -> object | None:
        """The value of an expression; None if there is no expression, or no value, which is told of."""
        if expression is None:
            return None
        bindings.renew_budget()
        try:
            return bindings.evaluate(expression)
        except UnreadableError as error:
            cause = error.unreadable.cause
            why = cause.message if isinstance(cause, Problem) else "something that it reads has faults"
            self.unanswered.append(Unanswered(entity, about, why))
        except (EvaluationError, BudgetError) as error:
            self.unanswered.append(Unanswered(entity, about, f"{str(error)[:300]} ({expression.place})"))
        return None

    def text(self, expression: Expression | None, bindings: Bindings, entity: str, about: str) -> str:
        """The text that an expression gives, empty if it gives none."""
        found = self.answer(expression, bindings, entity, about)
        return found if isinstance(found, str) else ""

    def texts(self, expression: Expression | None, bindings: Bindings, entity: str, about: str) -> tuple[str, ...]:
        """The texts in the list that an expression gives."""
        found = self.answer(expression, bindings, entity, about)
        return tuple(item for item in found if isinstance(item, str)) if isinstance(found, list) else ()

    def _surroundings(self, asked: Asked) -> Surroundings:
        judge, limits = self._judge(), self.rules.configuration.limits
        if judge.matrix:
            judge.matrix.attach()
        for view in judge.views:
            view.attach()
        tables = {name: AggregateTable(item, self.catalogue) for name, item in asked.aggregates.items()}
        return Surroundings(
            policy=asked,
            as_of=self.as_of,
            aggregate=lambda name, bindings: tables[name].value_for(bindings),
            history=_no_history,
            new_meter=_meters(limits.expression_steps, limits.value_size),
        )

    def _judge(self) -> Judge:
        """What knows the matrix and the force of exceptions; made once, since both are computed once."""
        if not self._judges:
            rules = self.rules
            seen = views(self.catalogue, rules, self.as_of)
            limits = rules.configuration.limits
            self._judges.append(Judge(self.catalogue, self.as_of, limits, model=rules.model, views=seen))
        return self._judges[0]

    def known(self) -> tuple[Unanswered, ...]:
        """What could not be answered, each once, in order."""
        return tuple(sorted(set(self.unanswered), key=lambda item: (item.entity, item.about, item.why)))


def _meters(steps: int, size: int) -> Callable[[], Meter]:
    return lambda: Meter(steps, size)


def _no_history(_name: str, _bindings: Bindings) -> object:
    raise EvaluationError("an overview knows no history")
