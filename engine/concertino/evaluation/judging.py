"""Judging entities by policies."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol, TypeAlias

from concertino.bindings import AggregateTable, Bindings, Surroundings
from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.evaluation.history import Histories, NoArchive
from concertino.evaluation.pointers import list_pointer, pointer_of
from concertino.expressions import BudgetError, Entity, EvaluationError, Meter, UnreadableError
from concertino.matrix.resolution import MatrixModel
from concertino.matrix.views import Matrix
from concertino.model.limits import Limits
from concertino.model.outcome import Outcome, Result
from concertino.model.place import Place, Related
from concertino.model.problem import Problem
from concertino.policies import Expression, HistoryOf, Policy, Validation

_CUT = 500
"""A message longer than this many characters helps nobody."""
_TOO_COSTLY = "Make the expression cheaper, or raise the limit in concertino.yaml if you trust this repository."
_NO_VALUE = "Mend what it reads, or guard the expression: with has(), with orValue() or with a condition under when."
_Unjudged: TypeAlias = EvaluationError | UnreadableError | BudgetError


class Views(Protocol):
    """Something that is computed about entities, such as the force of exceptions, to be read beside their documents."""

    def attach(self) -> None:
        """Let expressions see it in the entities of its catalogue. Called before each policy; cheap if done before."""


@dataclass(frozen=True)
class Judge:
    """Judges the entities of one catalogue on one day."""

    catalogue: Catalogue
    as_of: str
    limits: Limits
    histories: Histories = field(default_factory=lambda: Histories(NoArchive()))
    new_meter: Callable[[], Meter] | None = None
    """Gives what counts the steps of an evaluation, for those who keep account; left out, `limits` hold for each."""
    model: MatrixModel | None = None
    """The decision model whose answers policies may read, if one applies."""
    views: tuple[Views, ...] = ()
    """What else is computed about entities, by rooms that stand above."""

    @cached_property
    def matrix(self) -> Matrix | None:
        """The answers of the model for this catalogue on this day; nothing is computed before something reads it."""
        return Matrix.of(self.model, self.catalogue, self.as_of, self.limits) if self.model else None

    def outcomes(self, policy: Policy) -> Iterator[Outcome]:
        """The outcomes of one policy on every entity of its target kind that has no faults, in order of references."""
        surroundings = self._surroundings(policy)
        for entity in self.catalogue.of_kind(policy.target):
            if entity.fault is None:
                yield from _Case(self.catalogue, policy, entity, Bindings(surroundings, entity.value)).outcomes()

    def outcomes_of(self, policy: Policy, entity: CatalogueEntity) -> tuple[Outcome, ...]:
        """The outcomes of one policy on one entity."""
        return tuple(_Case(self.catalogue, policy, entity, self.bindings(policy, entity)).outcomes())

    def bindings(self, policy: Policy, entity: CatalogueEntity) -> Bindings:
        """What the expressions of a policy see while one entity is judged."""
        return Bindings(self._surroundings(policy), entity.value)

    def _surroundings(self, policy: Policy) -> Surroundings:
        if self.matrix:
            self.matrix.attach()
        for view in self.views:
            view.attach()
        tables = {name: AggregateTable(item, self.catalogue) for name, item in policy.aggregates.items()}
        return Surroundings(
            policy=policy,
            as_of=self.as_of,
            aggregate=lambda name, bindings: tables[name].value_for(bindings),
            history=lambda name, bindings: self._changes(policy.history[name], bindings),
            new_meter=self.new_meter or (lambda: Meter(self.limits.expression_steps, self.limits.value_size)),
        )

    def _changes(self, wanted: HistoryOf, bindings: Bindings) -> object:
        judged = bindings["entity"]
        entity = self.catalogue.by_name[judged.reference] if isinstance(judged, Entity) else None
        return self.histories.changes(entity, wanted.path, signed=wanted.signed) if entity else []


@dataclass(frozen=True)
class _Case:
    """One policy on one entity."""

    catalogue: Catalogue
    policy: Policy
    entity: CatalogueEntity
    bindings: Bindings

    def outcomes(self) -> Iterator[Outcome]:
        applies = self._applies()
        if isinstance(applies, Outcome):
            yield applies
            return
        for validation in self.policy.validations:
            self.bindings.renew_budget()
            if not applies:
                yield self._outcome(validation.name, "", Result.SKIP)
            elif validation.each:
                yield from self._each(validation, validation.each)
            else:
                yield self._judge(validation, self.bindings, "", None)

    def _applies(self) -> bool | Outcome:
        if self.policy.when is None:
            return True
        try:
            return self.bindings.evaluate(self.policy.when) is True
        except (EvaluationError, UnreadableError, BudgetError) as error:
            return self._unjudged(error, "", "", "when", self.policy.when)

    def _each(self, validation: Validation, each: Expression) -> Iterator[Outcome]:
        try:
            elements = self.bindings.evaluate(each)
        except (EvaluationError, UnreadableError, BudgetError) as error:
            yield self._unjudged(error, validation.name, "", "each", each)
            return
        if not isinstance(elements, list | tuple):
            yield self._outcome(validation.name, "", Result.ERROR, f"each takes a list, and this is {elements!r:.60}")
            return
        if not elements:
            yield self._outcome(validation.name, "", Result.SKIP)
        for index, (key, inner) in enumerate(keyed(validation, elements, self.bindings)):
            yield self._judge(validation, inner, key, elements[index], index)

    def _judge(self, validation: Validation, bindings: Bindings, key: str, item: object, index: int = 0) -> Outcome:
        try:
            holds = bindings.evaluate(validation.expression)
        except (EvaluationError, UnreadableError, BudgetError) as error:
            return self._unjudged(error, validation.name, key, "expression", validation.expression)
        if holds is True:
            return self._outcome(validation.name, key, Result.PASS)
        if holds is not False:
            return self._outcome(validation.name, key, Result.ERROR, f"the expression gave {holds!r:.60}, not a bool")
        place = self._element_place(validation, item, index) if validation.each else self._place(validation.field)
        message, notes = self._message(validation, bindings)
        return replace(self._outcome(validation.name, key, Result.FAIL, message), place=place, notes=notes)

    def _message(self, validation: Validation, bindings: Bindings) -> tuple[str, tuple[str, ...]]:
        """The message, and a note if another one was meant that could not be computed."""
        fallback = validation.message or self.policy.title
        if validation.message_expression is None:
            return fallback, ()
        try:
            message = bindings.evaluate(validation.message_expression)
        except (EvaluationError, UnreadableError, BudgetError) as error:
            return fallback, (f"the message of {self.policy.id} could not be computed: {str(error)[:_CUT]}",)
        return (message[:_CUT] if isinstance(message, str) and message else fallback), ()

    def _place(self, pointer: str) -> Place:
        return self.catalogue.locate(self.entity, pointer or "/metadata/name")

    def _element_place(self, validation: Validation, item: object, index: int) -> Place:
        inside = validation.field.removeprefix("/item") if validation.field.startswith("/item") else ""
        if isinstance(item, Entity):
            return self._entity_place(item, inside)
        pointer = pointer_of(item, self.entity.value) if isinstance(item, dict | list) else ""
        plain = list_pointer(validation.each.tree.root) if validation.each else ""
        if not pointer and plain:
            pointer = f"{plain}/{index}"
        if pointer:
            return self._place(f"{pointer}{inside}")
        return self._place("" if validation.field.startswith("/item") else validation.field)

    def _entity_place(self, item: Entity, inside: str) -> Place:
        """An element that is another entity is at fault where it stands itself."""
        found = self.catalogue.by_name.get(item.reference, self.entity)
        return self.catalogue.locate(found, inside or "/metadata/name")

    def _unjudged(self, error: _Unjudged, validation: str, key: str, part: str, expression: Expression) -> Outcome:
        if isinstance(error, UnreadableError):
            cause = error.unreadable.cause
            related = (Related(cause.message, cause.place),) if isinstance(cause, Problem) else ()
            return replace(self._outcome(validation, key, Result.SKIP), related=related)
        message = f"could not be judged: {str(error)[:_CUT]} (in {part} of policy {self.policy.id})"
        return replace(
            self._outcome(validation, key, Result.ERROR, message),
            place=self._place(""),
            related=(Related(f"the {part} that has no value here", expression.place),),
            remediation=_TOO_COSTLY if isinstance(error, BudgetError) else _NO_VALUE,
        )

    def _outcome(self, validation: str, key: str, result: Result, message: str = "") -> Outcome:
        finding = result not in (Result.PASS, Result.SKIP)
        return Outcome(
            policy=self.policy.id,
            validation=validation,
            subject=self.entity.name,
            key=key,
            result=result,
            severity=self.policy.severity,
            enforcement=self.policy.enforcement,
            message=message,
            place=self._place("") if finding and result is Result.ERROR else None,
            remediation=self.policy.remediation if finding else "",
        )


def keyed(validation: Validation, elements: Sequence[object], bindings: Bindings) -> Iterator[tuple[str, Bindings]]:
    """For each element that `each` gave, the key that tells it apart, and what its expressions see."""
    used: dict[str, int] = {}
    for index, item in enumerate(elements):
        inner = bindings.for_element(item)
        key = _key(validation, inner, item, index)
        used[key] = used.get(key, 0) + 1
        # Two elements with one key are still two: the second finding must not hide behind the first.
        yield key if used[key] == 1 else f"{key} ({used[key]})", inner


def _key(validation: Validation, inner: Bindings, item: object, index: int) -> str:
    try:
        value = inner.evaluate(validation.key) if validation.key else item
    except (EvaluationError, UnreadableError, BudgetError):
        value = None
    if isinstance(value, Entity):
        return value.reference
    return str(value) if isinstance(value, str | int) else str(index + 1)
