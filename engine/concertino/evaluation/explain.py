"""Explaining the outcomes of one policy on one entity."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from concertino.bindings import AggregateTable, Bindings, Origins, is_read
from concertino.catalogue import CatalogueEntity, Overlay
from concertino.evaluation.counterfactual import Effort, search
from concertino.evaluation.explaining import Element, Explanation, Member, Passage, Remedy, Shown
from concertino.evaluation.judging import Judge
from concertino.evaluation.matrices import matrix_passages
from concertino.expressions import (
    BudgetError,
    Call,
    CelOptional,
    Comprehension,
    Constant,
    EvaluationError,
    Identifier,
    Select,
    Step,
    TypeValue,
    UnreadableError,
    spans,
    trace,
    turns,
)
from concertino.model.outcome import Outcome
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.policies import Expression, Policy, Validation

_UNJUDGED = (EvaluationError, UnreadableError, BudgetError)
_MOST_ELEMENTS = 50
"""Elements of one macro that are shown, those that decided first."""


def explain(
    judge: Judge,
    policy: Policy,
    entity: CatalogueEntity,
    findings: Iterable[Outcome] = (),
    overlay: Overlay | None = None,
) -> Explanation:
    """How the outcomes of a policy on an entity came about.

    `findings` are those of the verdict, exceptions applied; the outcomes of the same identity are replaced by them.
    With an `overlay` of the same catalogue, what would make a finding go away is looked for as well.
    """
    place = judge.catalogue.locate(entity, "/metadata/name")
    if entity.fault:
        note = f"{entity.name} is not judged: {entity.fault.message} ({entity.fault.place})"
        return Explanation(policy, entity.name, place, (), (), (note,))
    known = {item.identity: item for item in findings}
    outcomes = tuple(known.get(item.identity, item) for item in judge.outcomes_of(policy, entity))
    passages = _Explainer(judge, policy, entity, judge.bindings(policy, entity)).passages(outcomes)
    remedies = tuple(_remedies(judge, policy, entity, outcomes, overlay)) if overlay else ()
    return Explanation(policy, entity.name, place, outcomes, passages, remedies=remedies)


def _remedies(
    judge: Judge, policy: Policy, entity: CatalogueEntity, outcomes: Iterable[Outcome], overlay: Overlay
) -> Iterator[Remedy]:
    """What would make each finding pass. Nobody waits longer for many findings than for two."""
    left = 2 * Effort().steps
    for item in outcomes:
        if item.is_finding:
            found = search(judge, overlay, policy, entity, item, Effort(steps=min(left, Effort().steps)))
            left = max(left - found.steps, 0)
            yield Remedy(item, found)


@dataclass(frozen=True)
class _Traced:
    """An expression of the policy, evaluated. The program stands in the expression, the steps below `step`."""

    expression: Expression
    step: Step
    bound: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class _Explainer:
    judge: Judge
    policy: Policy
    entity: CatalogueEntity
    bindings: Bindings
    traces: list[_Traced] = field(default_factory=list)

    def passages(self, outcomes: tuple[Outcome, ...]) -> tuple[Passage, ...]:
        """When, what was read, and the validations. Nothing is put into words before all is evaluated."""
        when = [self._trace(self.policy.when)] if self.policy.when else []
        applies = not when or when[0].step.value is True
        validations = [self._validation(item, outcomes) for item in self.policy.validations] if applies else []
        read = [
            self._variable(name) for name in reversed(tuple(self.policy.variables)) if name in self._read("variables")
        ]
        at = {name: self._at(name) for name in self.policy.aggregates if name in self._read("aggregates")}
        writer = _Writer(Origins(self.judge.catalogue))
        writer.origins.meet(step for traced in self.traces for step in traced.step.all())
        made = [Passage("when", pointer=one.expression.pointer, shown=writer.of(one)) for one in when]
        if made and not applies:
            made = [replace(made[0], notes=(_why_not(when[0].step),))]
        made += [Passage("variable", name, writer.of(one), one.expression.pointer) for name, one in reversed(read)]
        made += [self._aggregate(name, one, writer) for name, one in at.items()]
        made += [self._history(name) for name in self.policy.history if name in self._read("history")]
        made += matrix_passages(self.judge.matrix, (step for traced in self.traces for step in traced.step.all()))
        return (*made, *(item.written(writer) for item in validations))

    def _trace(self, expression: Expression, bindings: Bindings | None = None) -> _Traced:
        seen = self.bindings if bindings is None else bindings
        step = trace(expression.program, seen, seen.surroundings.new_meter())
        traced = _Traced(expression, step, {"item": seen["item"]} if dict.__contains__(seen, "item") else {})
        self.traces.append(traced)
        return traced

    def _read(self, family: str) -> set[str]:
        """The names of a family (`variables`) that were read so far."""
        nodes = (step.node for traced in self.traces for step in traced.step.all())
        names = {node.name.removeprefix(".") for node in nodes if isinstance(node, Identifier)}
        return {rest for name in names for head, _, rest in [name.partition(".")] if head == family}

    def _variable(self, name: str) -> tuple[str, _Traced]:
        return name, self._trace(self.policy.variables[name])

    def _at(self, name: str) -> _Traced | None:
        at = self.policy.aggregates[name].at
        return self._trace(at) if at else None

    def _aggregate(self, name: str, at: _Traced | None, writer: "_Writer") -> Passage:
        aggregate = self.policy.aggregates[name]
        value, failure = _value(self.bindings, f"aggregates.{name}")
        shown = Shown(f"aggregates.{name}", (0, 0), value, failure)
        inner = (Passage("at", "", writer.of(at), at.expression.pointer),) if at else ()
        try:
            found = AggregateTable(aggregate, self.judge.catalogue).members_for(self.bindings)
        except _UNJUDGED:
            found = ()
        members = tuple(Member(one, given, writer.origins.of_reference(one) or Place("")) for one, given in found)
        where = f" where {aggregate.where.tree.source.strip()}" if aggregate.where else ""
        note = f"{aggregate.fold} over {aggregate.over}{where}"
        return Passage("aggregate", name, shown, notes=(" ".join(note.split()),), members=members, inner=inner)

    def _history(self, name: str) -> Passage:
        value, failure = _value(self.bindings, f"history.{name}")
        return Passage("history", name, Shown(f"history.{name}", (0, 0), value, failure))

    def _validation(self, validation: Validation, outcomes: tuple[Outcome, ...]) -> "_Validated":
        own = tuple(item for item in outcomes if item.validation == validation.name)
        if validation.each is None:
            return _Validated(validation, own, self._trace(validation.expression))
        each = self._trace(validation.each)
        elements = each.step.value
        items = elements if isinstance(elements, list | tuple) and not each.step.failure else ()
        inner = tuple(self._trace(validation.expression, self.bindings.for_element(item)) for item in items)
        return _Validated(validation, own, each, inner)


@dataclass(frozen=True)
class _Validated:
    """A validation that was evaluated, on each element if there are any; the outcomes are in the same order."""

    validation: Validation
    outcomes: tuple[Outcome, ...]
    traced: _Traced
    inner: tuple[_Traced, ...] = ()

    def written(self, writer: "_Writer") -> Passage:
        """The passage of the validation."""
        name, shown = self.validation.name, writer.of(self.traced)
        pointer = self.traced.expression.pointer
        if self.validation.each is None:
            return Passage("validation", name, shown, pointer, self.outcomes[0] if self.outcomes else None)
        if not self.inner:
            note = "there is no element to judge" if not self.traced.step.failure else _why_not(self.traced.step)
            return Passage("validation", name, shown, pointer, next(iter(self.outcomes), None), (note,))
        pairs = zip(self.outcomes, self.inner, strict=False)
        elements = tuple(
            Passage("element", outcome.key, writer.of(one), one.expression.pointer, outcome) for outcome, one in pairs
        )
        return Passage("validation", name, shown, pointer, inner=elements)


@dataclass(frozen=True)
class _Writer:
    """Steps to what is shown of them: no literals, no parts of a path, no variable of a macro alone."""

    origins: Origins

    def of(self, traced: _Traced) -> Shown:
        """A whole expression."""
        return _Expression(traced, self.origins, spans(traced.expression.tree)).shown(traced.step)


@dataclass(frozen=True)
class _Expression:
    traced: _Traced
    origins: Origins
    spans: Mapping[int, tuple[int, int]]

    def shown(self, step: Step) -> Shown:
        start, end = self.spans[step.node.id]
        return Shown(
            text=self.traced.expression.tree.source[start:end],
            offsets=(start, end),
            value=None if step.failure else step.value,
            failure=_failure(step),
            bound={**self.traced.bound, **_named(step.bound)},
            origin=self.origins.of_step(step),
            parts=tuple(self._parts(step)),
            elements=self._elements(step),
        )

    def _parts(self, step: Step) -> Iterator[Shown]:
        steps = step.steps
        if isinstance(step.node, Comprehension) and turns(self.traced.expression.program, step):
            steps = steps[:1]
        for one in steps:
            yield from self._part(step, one)

    def _part(self, above: Step, step: Step) -> Iterator[Shown]:
        """What to show of a step that another one took: itself, what it joins, or nothing."""
        path = is_read(step) and _repeats(above, step) and not isinstance(step.node, Identifier)
        if self._is_of_macro(above, step):
            # What was asked for a value (`hasValue`) has just been shown; `value` would show it again.
            steps = () if isinstance(step.node, Call) and step.node.function == "value" else self._parts(step)
            yield from steps
        elif path or _joins(above, step):
            yield from self._parts(step)
        elif not self._is_plain(above, step):
            yield self.shown(step)

    def _is_of_macro(self, above: Step, step: Step) -> bool:
        """Whether a step was not written: a macro such as `optMap` or `math.greatest` stands for it, as for that above.

        All that an expansion holds has the offset of the macro's bracket.
        """
        offsets = self.traced.expression.tree.offsets
        return step.node.id in offsets and offsets[step.node.id] == offsets.get(above.node.id)

    def _is_plain(self, above: Step, step: Step) -> bool:
        """Whether a step shows nothing that is not in the text: a literal, a type, or the beginning of a path."""
        if isinstance(step.value, TypeValue) or (isinstance(step.node, Identifier) and _repeats(above, step)):
            return True
        if isinstance(step.node, Identifier):
            return step.node.name in step.bound or step.node.name == "item"
        literal = isinstance(step.node, Constant) or type(step.node).__name__ in ("ListLiteral", "MapLiteral")
        return literal and not any(True for one in step.steps for _ in self._part(step, one))

    def _elements(self, step: Step) -> tuple[Element, ...]:
        found = turns(self.traced.expression.program, step)
        operand = step.steps[0].value if step.steps else None
        chosen = sorted(sorted(found, key=lambda one: not one.decided)[:_MOST_ELEMENTS], key=lambda one: one.index)
        return tuple(
            Element(
                bound=one.bound,
                decided=one.decided,
                parts=tuple(shown for part in one.steps for shown in self._whole(part)),
                origin=self._origin(operand, one.index),
            )
            for one in chosen
        )

    def _whole(self, step: Step) -> Iterator[Shown]:
        """What was asked of an element; that an element is itself needs no line."""
        if not isinstance(step.node, Constant | Identifier):
            yield self.shown(step)

    def _origin(self, operand: object, index: int) -> Place | None:
        if not isinstance(operand, list):
            return None
        return self.origins.of_value(operand[index]) or self.origins.below(operand, index)


def _joins(above: Step, step: Step) -> bool:
    """Whether both steps are conditions of one chain, `a && b && c`."""
    match above.node, step.node:
        case Call(function=function), Call(function=below):
            return function == below and function in ("_&&_", "_||_")
    return False


def _repeats(above: Step, step: Step) -> bool:
    """Whether a step is the beginning of the path that the one above reads or asks for, and says nothing more."""
    match above.node:
        case Select():
            return True
        case Call(function="orValue"):
            return step is above.steps[0] and isinstance(step.value, CelOptional) and step.value.present
    return is_read(above)


def _named(bound: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in bound.items() if not name.startswith(("@", "#"))}


def _failure(step: Step) -> str:
    if isinstance(step.failure, UnreadableError):
        cause = step.failure.unreadable.cause
        return f"can't be read: {cause.message} ({cause.place})" if isinstance(cause, Problem) else "can't be read"
    return str(step.failure) if step.failure else ""


def _why_not(step: Step) -> str:
    if isinstance(step.failure, UnreadableError):
        return f"the policy is skipped here, since what it reads {_failure(step)}"
    if step.failure:
        return f"the policy could not be judged: {step.failure}"
    return "the condition does not hold, so the policy does not apply to this entity"


def _value(bindings: Bindings, name: str) -> tuple[object, str]:
    try:
        return bindings[name], ""
    except _UNJUDGED as failure:
        return None, _failure(Step(Constant(0, None), {}, failure=failure))
