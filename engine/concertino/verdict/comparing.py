"""Two verdicts side by side: what is new, what is gone, what stayed.

Findings are told apart by their identity, never by line, message or path. What has no better name than its file, such
as a file that can't be read, is recognised under its new name by what it holds.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias

from concertino.model.outcome import Outcome, Result, Severity
from concertino.verdict.checks import BUILT_IN_CHECKS
from concertino.verdict.verdict import EXIT_CLEAN, EXIT_FINDINGS, Verdict, counts


class Change(StrEnum):
    """What became of a finding between the base and what is judged."""

    NEW = "new"
    NO_LONGER_WAIVED = "no-longer-waived"
    NEWLY_WAIVED = "newly-waived"
    UNCHANGED = "unchanged"

    @property
    def worse(self) -> bool:
        """Whether the change brought it."""
        return self in (Change.NEW, Change.NO_LONGER_WAIVED)


class Ending(StrEnum):
    """Why a finding of the base is gone."""

    MENDED = "mended"
    REMOVED = "removed"
    """What it was about is not there any more."""
    RULE_REMOVED = "rule-removed"
    """Its policy judges no more: removed, switched off or broken."""
    NOT_JUDGED = "not-judged"
    """What it was about has faults now, so nobody can tell."""


class Gate(StrEnum):
    """Which findings may end a comparison with exit code 1."""

    NEW = "new"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Compared:
    """A finding of what is judged, what became of it, and its likeness in the base, if there is one."""

    finding: Outcome
    change: Change
    before: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """A finding of the base that is there no more, and why."""

    finding: Outcome
    ending: Ending


SameFile: TypeAlias = Callable[[str, str], bool]
"""Whether the file at a path of the base is the one at another path of what is judged."""


def _never(_before: str, _after: str) -> bool:
    return False


def _mended(_finding: Outcome) -> Ending:
    return Ending.MENDED


@dataclass(frozen=True)
class Comparison:
    """What lies between two verdicts. `findings` are in the order of the judged verdict, `fixed` in that of the base.

    `gate` says whether only what the change brought may fail it, or everything.
    """

    base: Verdict
    head: Verdict
    findings: tuple[Compared, ...]
    fixed: tuple[Gone, ...]
    gate: Gate = Gate.NEW

    @cached_property
    def changes(self) -> Mapping[Outcome, Change]:
        """What became of each finding. Of two that are equal in everything, the one that is new speaks."""
        order = sorted(self.findings, key=lambda item: item.change.worse)
        return {item.finding: item.change for item in order}

    @cached_property
    def likeness(self) -> Mapping[Outcome, Outcome]:
        """The findings of the base by what became of them here."""
        return {item.finding: item.before for item in self.findings if item.before}

    def of(self, *changes: Change) -> tuple[Outcome, ...]:
        """The findings of which this became, in their order."""
        return tuple(item.finding for item in self.findings if item.change in changes)

    def counts(self, finding: Outcome, fail_on: Severity) -> bool:
        """Whether the gate counts a finding of what is judged."""
        brought = self.gate is Gate.ALL or self.changes.get(finding, Change.NEW).worse
        return brought and counts(finding, fail_on)

    def exit_code(self, fail_on: Severity) -> int:
        """0 nothing that counts, 1 findings, 2 a broken rule, new or not, 3 nothing was judged."""
        code = self.head.exit_code(fail_on)
        if code not in (EXIT_CLEAN, EXIT_FINDINGS):
            return code
        counted = any(self.counts(item, fail_on) for item in self.head.findings)
        return EXIT_FINDINGS if counted else EXIT_CLEAN


def compare(
    base: Verdict,
    head: Verdict,
    *,
    gate: Gate = Gate.NEW,
    same_file: SameFile = _never,
    ending: Callable[[Outcome], Ending] = _mended,
) -> Comparison:
    """What became of the findings of `base` in `head`. `ending` is asked why one of the base is gone."""
    pairs = _Pairing(list(base.findings), list(head.findings), {}, same_file)
    pairs.match()
    compared = []
    for index, finding in enumerate(head.findings):
        before = pairs.found.get(index)
        compared.append(Compared(finding, _change(before, finding), before))
    gone = tuple(Gone(item, ending(item)) for item in pairs.before)
    return Comparison(base, head, tuple(compared), gone, gate)


def _change(before: Outcome | None, after: Outcome) -> Change:
    if after.result is Result.WAIVED:
        return Change.UNCHANGED if before and before.result is Result.WAIVED else Change.NEWLY_WAIVED
    if before is None:
        return Change.NEW
    if before.result is Result.WAIVED and after.result is Result.FAIL:
        return Change.NO_LONGER_WAIVED
    # What failed and can't be judged any more, and the other way round, is another finding.
    return Change.UNCHANGED if before.result is after.result else Change.NEW


_Sameness: TypeAlias = Callable[[Outcome], object]


@dataclass
class _Pairing:
    """Looks for the likeness of each finding, one to one: three of a kind never hide behind two."""

    before: list[Outcome]
    """Those of the base that have no likeness yet."""
    after: list[Outcome]
    found: dict[int, Outcome]
    """The likeness in the base, by the number of the finding."""
    same_file: SameFile

    def match(self) -> None:
        self._by(lambda item: (_identity(item), item.message, item.place))
        self._by(lambda item: (_identity(item), item.message))
        self._by(_identity)
        # An element that moved up in its list is another pointer, and yet the same fault with the same words.
        self._by(lambda item: (_identity(item)[:3], item.message) if item.policy in BUILT_IN_CHECKS else None)
        self._renamed()

    def _by(self, sameness: _Sameness) -> None:
        """Pair what is the same under a key, each in its order. What has no key stays alone."""
        waiting: dict[object, deque[Outcome]] = {}
        for item in self.before:
            waiting.setdefault(sameness(item), deque()).append(item)
        alone = waiting.pop(None, deque())
        for index, item in self._open():
            if candidates := waiting.get(sameness(item)):
                self.found[index] = candidates.popleft()
        left = {id(item) for candidates in (*waiting.values(), alone) for item in candidates}
        self.before = [item for item in self.before if id(item) in left]

    def _renamed(self) -> None:
        """Pair what is about files that were renamed. There are few, and each may have to be read."""
        for index, item in self._open():
            likely = [one for one in self.before if _is_of_file(one) and _aside(one) == _aside(item)]
            found = next((one for one in likely if self.same_file(one.subject, item.subject)), None)
            if found and _is_of_file(item):
                self.found[index] = found
                self.before = [one for one in self.before if one is not found]

    def _open(self) -> Iterable[tuple[int, Outcome]]:
        return [(index, item) for index, item in enumerate(self.after) if index not in self.found]


def _identity(item: Outcome) -> tuple[str, str, str, str]:
    """The identity of a finding; entities are the same whatever the case of their names, files are not."""
    policy, validation, subject, key = item.identity
    return (policy, validation, subject if _is_of_file(item) else subject.casefold(), key)


def _aside(item: Outcome) -> tuple[str, str, str]:
    """What is left of an identity without the file."""
    policy, validation, subject, key = item.identity
    return (policy, validation, key.replace(subject, ""))


def _is_of_file(item: Outcome) -> bool:
    """Whether a finding is about a file that holds no entity."""
    return item.place is not None and item.subject == item.place.file


def brought(comparisons: Iterable[Comparison], head: Verdict) -> Iterator[Outcome]:
    """The findings that none of the parents of a commit had: the commit itself brought them."""
    parents = tuple(comparisons)
    for item in head.findings:
        if all(parent.changes.get(item, Change.NEW).worse for parent in parents):
            yield item


def removed(comparisons: Iterable[Comparison]) -> Iterator[Gone]:
    """The findings that all parents of a commit had and it has no more: the commit itself removed them."""
    first, *others = comparisons
    gone = [{item.finding.identity for item in parent.fixed} for parent in others]
    for item in first.fixed:
        if all(item.finding.identity in known for known in gone):
            yield item
