"""Evaluate first, waive after: exceptions applied to the findings of a policy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from concertino.model.json import JsonValue
from concertino.model.outcome import Outcome, Result
from concertino.policies import Policy
from concertino.verdict.entry import RegisteredException
from concertino.verdict.force import Force, Standing
from concertino.verdict.register import Register

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
        applied: RegisteredException | None = None
        for item in self.register.naming(outcome):
            found = self.register.force(item, policy.id, outcome.subject)
            if found.holds and self._covers(item, policy, outcome):
                self.register.use(item, outcome, applied=applied is None)
                applied = applied or item
            else:
                notes.append(_note(item, found))
        if applied:
            return replace(outcome, result=Result.WAIVED, exception=applied.applied())
        return replace(outcome, notes=(*outcome.notes, *notes))

    def _covers(self, item: RegisteredException, policy: Policy, outcome: Outcome) -> bool:
        """A partial exception covers what passes with the parameters it widens; any other covers all it names."""
        if not item.parameters:
            return True
        again = self.retry(policy, outcome.subject, item.parameters)
        return any(one.identity == outcome.identity and one.result is Result.PASS for one in again)


def _note(item: RegisteredException, found: Force) -> str:
    name = item.name
    match found.standing:
        case Standing.IN_FORCE:
            return f"{name} widens the rule, but not far enough for this"
        case Standing.EXPIRED:
            return f"{name} covered this until {item.expires}; it has expired"
        case Standing.REVOKED:
            return f"{name} covers this no more: {found.why}"
        case Standing.UNCONFIRMED:
            return f"{name} does not waive this any more: {found.why}"
    return f"{name} does not waive this: {found.why}"
