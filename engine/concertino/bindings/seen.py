"""What the expressions of a policy, or of a decision model, see while they are evaluated for one entity."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from concertino.expressions import EvaluationError, Meter, UnreadableError
from concertino.model.json import JsonValue
from concertino.policies import Aggregate, Expression


class Defined(Protocol):
    """What defines names for its expressions: a policy, or a decision model."""

    @property
    def parameters(self) -> Mapping[str, JsonValue]:
        """The values under `params`."""

    @property
    def variables(self) -> Mapping[str, Expression]:
        """The expressions under `variables`."""

    @property
    def aggregates(self) -> Mapping[str, Aggregate]:
        """The values under `aggregates`."""


@dataclass(frozen=True)
class Surroundings:
    """What stays the same for all entities under one policy: the day, aggregates, what git knows, the limits."""

    policy: Defined
    as_of: str
    aggregate: Callable[[str, "Bindings"], object]
    history: Callable[[str, "Bindings"], object]
    new_meter: Callable[[], Meter]


class Bindings(dict[str, object]):
    """Variables by qualified name. Those of the policy are computed when they are first read, and once."""

    __slots__ = ("failures", "meter", "surroundings")

    def __init__(self, surroundings: Surroundings, entity: Mapping[str, object]) -> None:
        super().__init__({"entity": entity, "asOf": surroundings.as_of})
        self.surroundings = surroundings
        self.failures: dict[str, EvaluationError | UnreadableError] = {}
        self.meter = surroundings.new_meter()
        for name, value in surroundings.policy.parameters.items():
            self[f"params.{name}"] = value

    def __missing__(self, name: str) -> object:
        if name in self.failures:
            raise self.failures[name]
        try:
            value = self._computed(name)
        except (EvaluationError, UnreadableError) as failure:
            # Without this a chain of variables that fail would be computed twice as often at every step.
            self.failures[name] = failure
            raise
        self[name] = value
        return value

    def _computed(self, name: str) -> object:
        family, _, rest = name.partition(".")
        if family == "aggregates":
            return self.surroundings.aggregate(rest, self)
        if family == "history":
            return self.surroundings.history(rest, self)
        if family == "variables":
            return self.evaluate(self.surroundings.policy.variables[rest])
        raise KeyError(name)

    def evaluate(self, expression: Expression) -> object:
        """The value of an expression of the policy, counted on this entity's budget.

        Raises:
            EvaluationError: the expression has no value.
            UnreadableError: it reads through something that can't be read.
            BudgetError: it visits or builds more than the limits allow.
        """
        return expression.program.evaluate(self, self.meter)

    def renew_budget(self) -> None:
        """Begin a new budget: one validation that costs too much must not leave nothing for the next."""
        self.meter = self.surroundings.new_meter()

    def for_element(self, item: object) -> "Bindings":
        """The same with `item` bound. Variables that are known already stay known."""
        inner = Bindings(self.surroundings, {})
        inner.update(self)
        inner.failures.update(self.failures)
        inner.meter = self.meter
        inner["item"] = item
        return inner

    def for_member(self, item: object) -> "Bindings":
        """What an aggregate's member sees: itself, the parameters and the day."""
        member = Bindings(self.surroundings, {})
        del member["entity"]
        member["item"] = item
        return member
