"""A policy that keeps in mind which parts of its expressions were evaluated."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from concertino.expressions import Observed
from concertino.policies import Expression, Policy


@dataclass(frozen=True)
class ObservedPolicy:
    """A policy whose expressions are observed, and what was seen of each, by its pointer."""

    policy: Policy
    seen: Mapping[str, Observed]

    def read(self) -> frozenset[str]:
        """The pointers of the expressions of which anything was evaluated, since the beginning or `forget`."""
        return frozenset(pointer for pointer, one in self.seen.items() if one.asked)

    def forget(self) -> None:
        """Begin anew."""
        for one in self.seen.values():
            one.forget()


def observed(policy: Policy) -> ObservedPolicy:
    """The same policy, slower, and observed."""
    seen: dict[str, Observed] = {}

    def watch(expression: Expression) -> Expression:
        seen[expression.pointer] = Observed(expression.program)
        return replace(expression, program=seen[expression.pointer])

    return ObservedPolicy(policy.with_expressions(watch), seen)
