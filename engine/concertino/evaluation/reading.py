"""What a policy read on its way to one outcome: which fields of which documents, and what it compared them with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from concertino.bindings import AggregateTable, Bindings, Origins, Spot
from concertino.catalogue import CatalogueEntity
from concertino.evaluation.judging import Judge, keyed
from concertino.expressions import (
    BudgetError,
    Call,
    CelOptional,
    CheckedTree,
    Constant,
    Entity,
    EvaluationError,
    Identifier,
    Program,
    Select,
    Step,
    UnreadableError,
    nodes,
    spans,
    trace,
    turns,
)
from concertino.matrix.views import MatrixView
from concertino.model.outcome import Outcome
from concertino.policies import Aggregate, Expression, Policy, Validation

UNJUDGED = (EvaluationError, UnreadableError, BudgetError)
_MOST_MEMBERS = 40
"""Members of an aggregate that are looked at one by one."""
_COMPARISONS = ("_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_")


@dataclass(frozen=True, slots=True)
class Read:
    """A field that was read, or asked for: the text of the policy that did, and what was there.

    `minor` says that it was looked at on the way, in an element of a list that decided nothing or in an aggregate.
    """

    spot: Spot
    text: str
    value: object
    present: bool
    minor: bool = False


@dataclass
class Reading:
    """Everything that was read on the way to one outcome, in order: the expression, its variables, the condition.

    `compared` are pairs of numbers that a comparison had on its two sides; `values` the scalars, and `entities` the
    references of the entities, that occurred. `answered` are the entities whose `matrix` was read: nobody wrote that,
    it is worked out of documents that the expression never names. `steps` is how many steps it took to find out.
    """

    reads: dict[Spot, Read] = field(default_factory=dict)
    inverses: dict[Spot, None] = field(default_factory=dict)
    compared: dict[tuple[float, float], None] = field(default_factory=dict)
    values: dict[tuple[type, object], None] = field(default_factory=dict)
    entities: dict[str, None] = field(default_factory=dict)
    answered: dict[str, None] = field(default_factory=dict)
    steps: int = 0


def read_for(judge: Judge, policy: Policy, entity: CatalogueEntity, outcome: Outcome) -> Reading:
    """What led to an outcome of a policy on an entity, as the catalogue is now."""
    return _Reader(judge, policy, judge.bindings(policy, entity), Origins(judge.catalogue)).read(outcome)


@dataclass(frozen=True)
class _Reader:
    judge: Judge
    policy: Policy
    bindings: Bindings
    origins: Origins
    reading: Reading = field(default_factory=Reading)
    seen: set[str] = field(default_factory=set)

    def read(self, outcome: Outcome) -> Reading:
        self._meet(self.bindings["entity"])
        for validation in self.policy.validations:
            if validation.name == outcome.validation:
                self._validation(validation, outcome.key)
        if self.policy.when:
            self._expression(self.policy.when, self.bindings)
        self._aggregates()
        for value in self.policy.parameters.values():
            for item in value if isinstance(value, list) else [value]:
                self._value(item)
        for expression in self.policy.expressions:
            self._constants(expression.tree)
        self._value(self.judge.as_of)
        return self.reading

    def _validation(self, validation: Validation, key: str) -> None:
        if validation.each is None:
            self._expression(validation.expression, self.bindings)
            return
        # What the list was made of has to be known before the places of its elements can be.
        self._expression(validation.each, self.bindings)
        reads, values = dict(self.reading.reads), dict(self.reading.values)
        self.reading.reads.clear()
        self.reading.values.clear()
        try:
            elements = self.bindings.evaluate(validation.each)
        except UNJUDGED:
            elements = ()
        for name, inner in keyed(validation, elements, self.bindings) if isinstance(elements, list | tuple) else ():
            if name == key:
                self._expression(validation.expression, inner)
        for spot, read in reads.items():
            self.reading.reads.setdefault(spot, read)
        self.reading.values |= {value: None for value in values if value not in self.reading.values}

    def _expression(self, expression: Expression, bindings: Bindings, *, minor: bool = False) -> None:
        """Take in what an expression reads, and after it the variables of the policy that it uses."""
        step = trace(expression.program, bindings, bindings.surroundings.new_meter())
        steps = list(_weighed(expression.program, step, minor=minor))
        self.origins.meet(one for one, _ in steps)
        if dict.__contains__(bindings, "item"):
            self._meet(bindings["item"])
        ranges = spans(expression.tree)
        for one, less in steps:
            self._step(one, expression.tree.source, ranges.get(one.node.id, (0, 0)), minor=less)
        self.reading.steps += len(steps)
        for name in [one.node.name.removeprefix(".") for one, _ in steps if isinstance(one.node, Identifier)]:
            family, _, rest = name.partition(".")
            if name not in self.seen and family in ("variables", "aggregates"):
                self.seen.add(name)
                if family == "variables":
                    self._expression(self.policy.variables[rest], self.bindings, minor=minor)

    def _meet(self, value: object) -> None:
        self.origins.meet([Step(Constant(0, None), {}, value=value)])

    def _step(self, step: Step, source: str, span: tuple[int, int], *, minor: bool) -> None:
        spot = self.origins.read_by(step)
        if spot is not None:
            present, value = _found(step)
            read = Read(spot, " ".join(source[slice(*span)].split()), value, present, minor)
            known = self.reading.reads.get(spot)
            if known is None or (known.minor and not minor):
                self.reading.reads[spot] = read
        elif isinstance(step.node, Select) and step.steps and isinstance(step.steps[0].node, Select):
            self._inverse(step.node, step.steps[0])
        self._value(step.value)
        if isinstance(step.node, Call) and step.node.function in _COMPARISONS and len(step.steps) > 1:
            pair = [one.value for one in step.steps[:2]]
            if all(isinstance(one, int | float) and not isinstance(one, bool) for one in pair):
                self.reading.compared[pair[0], pair[1]] = None  # type: ignore[index] # both are numbers

    def _inverse(self, node: Select, below: Step) -> None:
        """`entity.inverse.services`: a list that is written in the documents of others."""
        holder = below.steps[0].value if below.steps else None
        if isinstance(below.node, Select) and below.node.field == "inverse" and isinstance(holder, Entity):
            self.reading.inverses[Spot(holder.reference, node.field)] = None

    def _value(self, value: object) -> None:
        value = value.value if isinstance(value, CelOptional) else value
        if isinstance(value, Entity):
            self.reading.entities[value.reference] = None
        elif isinstance(value, MatrixView):
            self.reading.answered[value.reference] = None
        elif isinstance(value, str | int | float):
            self.reading.values[type(value), value] = None

    def _constants(self, tree: CheckedTree) -> None:
        for node in nodes(tree.root):
            if isinstance(node, Constant):
                self._value(node.value)

    def _aggregates(self) -> None:
        for name, aggregate in self.policy.aggregates.items():
            if f"aggregates.{name}" not in self.seen:
                continue
            if aggregate.at:
                self._expression(aggregate.at, self.bindings)
            counted = self._counted(aggregate)
            members = [item for item in self.judge.catalogue.of_kind(aggregate.over) if not item.fault]
            members.sort(key=lambda item: item.name not in counted)
            for member in members[:_MOST_MEMBERS]:
                bindings = self.bindings.for_member(member.value)
                for expression in (aggregate.value, aggregate.by, aggregate.where):
                    if expression:
                        self._expression(expression, bindings, minor=True)

    def _counted(self, aggregate: Aggregate) -> set[str]:
        """The references of the members that the aggregate counts here."""
        try:
            members = AggregateTable(aggregate, self.judge.catalogue).members_for(self.bindings)
        except UNJUDGED:
            return set()
        return {reference for reference, _ in members}


def _weighed(program: Program, step: Step, *, minor: bool) -> Iterator[tuple[Step, bool]]:
    """All steps, each with whether it was only looked at on the way."""
    yield step, minor
    idle = {id(one) for turn in turns(program, step) if not turn.decided for one in turn.steps}
    for one in step.steps:
        yield from _weighed(program, one, minor=minor or id(one) in idle)


def _found(step: Step) -> tuple[bool, object]:
    """Whether something is there, and what."""
    if step.failure:
        return False, None
    if isinstance(step.value, CelOptional):
        return step.value.present, step.value.value
    if isinstance(step.node, Select) and step.node.test_only:
        return step.value is True, None
    return True, step.value


def leaves(reads: Iterable[Read]) -> list[Read]:
    """Without those that were read only to read something inside them."""
    kept = list(reads)
    inside = {
        Spot(read.spot.entity, read.spot.pointer[:end])
        for read in kept
        for end in range(1, len(read.spot.pointer))
        if read.spot.pointer[end] == "/"
    }
    return [read for read in kept if read.spot not in inside]
