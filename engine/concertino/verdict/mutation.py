"""Whether the cases of a policy notice when something is wrong with it."""

from dataclasses import dataclass

from concertino.documents import Positions
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.policies import Policy, PolicyFile, PolicyMutant, place_inside, policy_mutants
from concertino.verdict.cases import PreparedCase, PreparedCases
from concertino.verdict.observation import observed


@dataclass(frozen=True, slots=True)
class Mutant:
    """One small fault: where it is, what stands there and what was put in its stead, and whether a case noticed.

    `what` is the kind of change: bound, condition, field, literal, negation, operator or parameter.
    """

    place: Place
    before: str
    after: str
    what: str
    noticed: bool


@dataclass(frozen=True)
class MutationReport:
    """All mutants of one policy, or why they tell nothing: its cases do not hold without any fault."""

    policy: str
    mutants: tuple[Mutant, ...] = ()
    cases: int = 0
    problems: tuple[Problem, ...] = ()
    failing: tuple[str, ...] = ()
    """The names of the cases that do not hold."""

    @property
    def noticed(self) -> int:
        """How many mutants made a case fail."""
        return sum(1 for mutant in self.mutants if mutant.noticed)

    @property
    def survivors(self) -> tuple[Mutant, ...]:
        """The mutants that no case noticed."""
        return tuple(mutant for mutant in self.mutants if not mutant.noticed)


def mutate_policy(policy: Policy, file: PolicyFile, marks: Positions, prepared: PreparedCases) -> MutationReport:
    """Every mutant of a policy, judged by its cases. `marks` are the places of the policy's file.

    A case notices a mutant if an expectation is not met any more or something is found that nobody expected.
    """
    witnesses, failing = _witnesses(policy, prepared)
    problems = prepared.report(policy).problems
    if failing or problems:
        return MutationReport(policy.id, (), len(witnesses), problems, failing)
    found = tuple(
        Mutant(_place(mutant, file, marks), mutant.before, mutant.after, mutant.what, _noticed(mutant, witnesses))
        for mutant in policy_mutants(policy)
    )
    return MutationReport(policy.id, found, len(witnesses))


def _witnesses(policy: Policy, prepared: PreparedCases) -> "tuple[list[_Witness], tuple[str, ...]]":
    """The cases with what they evaluate, and the names of those that do not hold."""
    watched = observed(policy)
    witnesses: list[_Witness] = []
    failing: list[str] = []
    for case in prepared.cases:
        watched.forget()
        if case.result(watched.policy).failures:
            failing.append(case.name)
        witnesses.append(_Witness(case, watched.read()))
    return witnesses, tuple(failing)


@dataclass(frozen=True)
class _Witness:
    """A case, and the pointers of the expressions that are evaluated when it is judged."""

    case: PreparedCase
    reads: frozenset[str]


def _noticed(mutant: PolicyMutant, witnesses: list[_Witness]) -> bool:
    for position, witness in enumerate(witnesses):
        # What is never evaluated can't make a difference, whatever it says.
        if mutant.edit and mutant.pointer not in witness.reads:
            continue
        if witness.case.failures(mutant.policy):
            # The next fault is probably close to this one, and the same case notices it.
            witnesses.insert(0, witnesses.pop(position))
            return True
    return False


def _place(mutant: PolicyMutant, file: PolicyFile, marks: Positions) -> Place:
    if mutant.edit is None:
        return marks.nearest(mutant.pointer)
    return place_inside(file.data, marks, mutant.pointer, mutant.edit.start, mutant.edit.end)


def total(reports: tuple[MutationReport, ...]) -> tuple[int, int]:
    """How many mutants were noticed, and how many there are."""
    return sum(report.noticed for report in reports), sum(len(report.mutants) for report in reports)
