"""Evaluate first, waive after: exceptions applied to the findings of a policy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from concertino.model.json import JsonValue
from concertino.model.outcome import Outcome, Result
from concertino.policies import Policy
from concertino.verdict.force import Standing
from concertino.verdict.register import Register, RegisteredException

Retry = Callable[[Policy, str, Mapping[str, JsonValue]], tuple[Outcome, ...]]
"""Judges a policy once more on one subject, with parameters that an exception widens."""


@dataclass(frozen=True)
class Waiver:
    """Applies the register to outcomes."""

    register: Register
    retry: Retry

    def apply(self, policy: Policy, outcome: Outcome) -> Outcome:
        """The outcome with the exceptions that name it taken into account. An error is never waived."""
        if outcome.result is not Result.FAIL:
            return outcome
        notes: list[str] = []
        for item in self.register.naming(policy.id, outcome.subject):
            found = self.register.force(item, policy)
            if found.holds and self._covers(item, policy, outcome):
                self.register.use(item, policy.id)
                return replace(outcome, result=Result.WAIVED, exception=item.applied())
            notes.append(_note(item, found.standing, found.why))
        return replace(outcome, notes=(*outcome.notes, *notes))

    def _covers(self, item: RegisteredException, policy: Policy, outcome: Outcome) -> bool:
        """A partial exception covers what passes with the parameters it widens; any other covers all it names."""
        if not item.parameters:
            return True
        again = self.retry(policy, outcome.subject, item.parameters)
        return any(one.identity == outcome.identity and one.result is Result.PASS for one in again)


def _note(item: RegisteredException, standing: Standing, why: str) -> str:
    match standing:
        case Standing.IN_FORCE:
            return f"{item.entity.name} widens the rule, but not far enough for this"
        case Standing.EXPIRED:
            return f"{item.entity.name} covered this until {item.expires}; it has expired"
    return f"{item.entity.name} does not waive this: {why}"
