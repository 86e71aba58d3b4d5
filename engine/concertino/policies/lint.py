"""What is wrong with a policy that compiles: parts that do nothing, and reads that may find nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from concertino.documents import Positions, positions
from concertino.expressions import spans
from concertino.model.limits import Limits
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.model.shape import Vocabulary
from concertino.policies.certainties import Certainty, certainties
from concertino.policies.guards import Unguarded, unguarded
from concertino.policies.needless import Needless, needless
from concertino.policies.packs import PolicyFile
from concertino.policies.placing import place_inside
from concertino.policies.policy import Policy


def lint_policy(policy: Policy, file: PolicyFile, vocabulary: Vocabulary, limits: Limits) -> tuple[Problem, ...]:
    """The warnings about a policy, in the order of its file."""
    marks = positions(file.origin.file, file.data, 0, limits)
    linter = _Linter(policy, file.data, marks, vocabulary, limits)
    try:
        found = list(linter.problems())
    except RecursionError:
        found = [linter.too_deep()]
    return tuple(sorted(found, key=lambda problem: (problem.place, problem.message)))


@dataclass(frozen=True)
class _Linter:
    policy: Policy
    data: bytes
    marks: Positions
    vocabulary: Vocabulary
    limits: Limits

    def problems(self) -> Iterator[Problem]:
        yield from map(self._needless, needless(self.policy))
        yield from map(self._unguarded, unguarded(self.policy, self.vocabulary))
        yield from map(self._certain, certainties(self.policy, self.vocabulary, self.limits))

    def too_deep(self) -> Problem:
        """That variables use each other in a chain too long to follow."""
        message = "the variables use each other in a chain that is too long to look for what never holds"
        return self._problem(message, self.policy.place, "Use fewer variables one inside the other.")

    def _needless(self, found: Needless) -> Problem:
        place = self.marks.head(found.pointer) if found.by_key else self.marks.nearest(found.pointer)
        return self._problem(found.message, place, found.remedy)

    def _unguarded(self, read: Unguarded) -> Problem:
        text = read.expression.tree.source
        start, end = spans(read.expression.tree)[read.node.id]
        source = " ".join(text[start:end].split())
        optional = f"{source.removesuffix(read.node.field)}?{read.node.field}.orValue(…)"
        return self._problem(
            f"{read.owner} may be left out, and nothing asks whether it is there",
            place_inside(self.data, self.marks, read.expression.pointer, start, end),
            "Guard it; where the field is missing the policy can't be judged, and that is an error in the report.",
            f"has({source}) && before it, under when or in the expression, or {optional}",
        )

    def _certain(self, found: Certainty) -> Problem:
        expression, place = found.expression, found.expression.place
        if found.node is not None:
            place = place_inside(self.data, self.marks, expression.pointer, *spans(expression.tree)[found.node.id])
        return self._problem(found.message, place, found.remedy)

    def _problem(self, message: str, place: Place, remedy: str, expected: str = "") -> Problem:
        return Problem("lint", message, place, expected, remediation=remedy, subject=self.policy.id)
