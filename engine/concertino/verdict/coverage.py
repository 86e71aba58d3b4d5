"""What the cases of a policy never tried: conditions that never were true or false, parts that never were evaluated."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from concertino.documents import Positions
from concertino.expressions import BOOL, Call, Constant, Identifier, Node, Observed, Select, Written, written
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.policies import Expression, Policy, PolicyFile, place_inside
from concertino.verdict.cases import PreparedCases
from concertino.verdict.observation import observed


class Gap(StrEnum):
    """What no case showed of a sub-expression."""

    TRUE = "never true"
    FALSE = "never false"
    EVALUATED = "never evaluated"


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A sub-expression with what no case showed of it."""

    place: Place
    source: str
    gap: Gap


@dataclass(frozen=True)
class CoverageReport:
    """How much of one policy its cases tried.

    `goals` counts two for each condition (to be true once, and false once) and one for any other sub-expression (to
    be evaluated); `met` are those that a case met. Of a part that was never evaluated only the whole is listed.
    """

    policy: str
    goals: int = 0
    met: int = 0
    uncovered: tuple[Uncovered, ...] = ()
    cases: int = 0
    problems: tuple[Problem, ...] = ()
    failing: tuple[str, ...] = ()

    @property
    def percent(self) -> float:
        """The share of the goals that were met, from 0 to 100; 100 if there are none."""
        return percent(self.met, self.goals)


def percent(part: int, whole: int) -> float:
    """A share from 0 to 100; of nothing, all."""
    return 100 * part / whole if whole else 100.0


def cover_policy(policy: Policy, file: PolicyFile, marks: Positions, prepared: PreparedCases) -> CoverageReport:
    """What the cases of a policy try of it. `marks` are the places of the policy's file."""
    watched = observed(policy)
    report = prepared.report(watched.policy)
    goals = met = 0
    gaps: list[Uncovered] = []
    for expression in policy.expressions:
        parts = tuple(_Part(part, expression, watched.seen[expression.pointer]) for part in _counted(expression))
        goals += sum(len(part.goals) for part in parts)
        met += sum(len(part.goals) - len(part.gaps) for part in parts)
        for part in _outermost(parts):
            place = place_inside(file.data, marks, expression.pointer, part.written.start, part.written.end)
            source = expression.tree.source[part.written.start : part.written.end]
            gaps.extend(Uncovered(place, source, gap) for gap in part.shown)
    failing = tuple(result.name for result in report.results if result.failures)
    return CoverageReport(policy.id, goals, met, tuple(gaps), len(prepared.cases), report.problems, failing)


@dataclass(frozen=True)
class _Part:
    written: Written
    expression: Expression
    seen: Observed

    @property
    def goals(self) -> tuple[Gap, ...]:
        """What cases should show of it."""
        is_condition = self.expression.tree.types.get(self.written.node.id) == BOOL
        return (Gap.TRUE, Gap.FALSE) if is_condition else (Gap.EVALUATED,)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What no case showed."""
        shown = {Gap.TRUE: self.seen.truths, Gap.FALSE: self.seen.falsehoods, Gap.EVALUATED: self.seen.values}
        return tuple(gap for gap in self.goals if shown[gap].isdisjoint(self.written.ids))

    @property
    def untouched(self) -> bool:
        """Whether no case evaluated it."""
        return self.seen.values.isdisjoint(self.written.ids)

    @property
    def shown(self) -> tuple[Gap, ...]:
        """The gaps in as few words as possible."""
        return (Gap.EVALUATED,) if self.untouched else self.gaps


def _counted(expression: Expression) -> Iterator[Written]:
    """The sub-expressions that count.

    A literal or a name alone has its value wherever it stands; of `a.b.c` the whole counts; `!` says what is under it.
    """
    for part in written(expression.tree):
        lonely = isinstance(part.node, Constant | Identifier) and part.parent is not None
        if not (lonely and not _is_condition(expression, part.node)) and not _is_step(part) and not _is_not(part.node):
            yield part


def _is_condition(expression: Expression, node: Node) -> bool:
    return isinstance(node, Identifier) and expression.tree.types.get(node.id) == BOOL


def _is_step(part: Written) -> bool:
    return isinstance(part.node, Select) and isinstance(part.parent, Select)


def _is_not(node: Node) -> bool:
    return isinstance(node, Call) and node.function == "!_"


def _outermost(parts: tuple[_Part, ...]) -> Iterator[_Part]:
    """The parts with gaps, without what lies in a part that was never evaluated."""
    hidden: list[tuple[int, int]] = []
    for part in sorted(parts, key=lambda item: (item.written.start, -item.written.end)):
        here = (part.written.start, part.written.end)
        if not part.gaps or any(start <= here[0] and here[1] <= end for start, end in hidden):
            continue
        if part.untouched:
            hidden.append(here)
        yield part
