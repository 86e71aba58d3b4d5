"""Exceptions that name what they waive by a condition instead of by names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from concertino.catalogue import CatalogueEntity
from concertino.expressions import (
    BOOL,
    DYN,
    STRING,
    BudgetError,
    CheckedTree,
    Environment,
    EvaluationError,
    ExpressionProblem,
    Meter,
    Program,
    UnreadableError,
    compile_tree,
    shape,
)
from concertino.model.outcome import Outcome
from concertino.policies import Policy

_FINDING = ("policy", "validation", "entity", "key", "severity")


@dataclass(frozen=True)
class Matcher:
    """Checks the conditions of exceptions, and asks them about findings."""

    environment: Environment

    def compile(self, text: str, policies: Iterable[Policy]) -> Program | tuple[ExpressionProblem, ...]:
        """A condition ready to run, or what is wrong with it.

        `finding` has policy, validation, entity (the reference), key and severity. `entity` is what was judged; its
        fields are checked where all of the policies judge one kind.
        """
        targets = {policy.target for policy in policies}
        entity = shape(next(iter(targets))) if len(targets) == 1 else DYN
        scope = self.environment.scope({"entity": entity, **{f"finding.{name}": STRING for name in _FINDING}})
        checked = scope.check(text, BOOL)
        return compile_tree(checked) if isinstance(checked, CheckedTree) else checked

    def holds(self, match: Program, outcome: Outcome, entity: CatalogueEntity) -> bool:
        """Whether a condition holds for a finding. One that has no value there does not."""
        limits = self.environment.limits
        bindings: Mapping[str, object] = {
            "entity": entity.value,
            "finding.policy": outcome.policy,
            "finding.validation": outcome.validation,
            "finding.entity": outcome.subject,
            "finding.key": outcome.key,
            "finding.severity": outcome.severity.value,
        }
        try:
            return match.evaluate(bindings, Meter(limits.expression_steps, limits.value_size)) is True
        except (EvaluationError, UnreadableError, BudgetError):
            return False
