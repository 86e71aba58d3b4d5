"""Two judged snapshots to a comparison: what the files and catalogues of both sides know beyond the verdicts."""

from collections import Counter
from collections.abc import Callable

from concertino.model.outcome import Outcome
from concertino.verdict.checks import BUILT_IN_CHECKS
from concertino.verdict.comparing import Comparison, Ending, Gate, SameFile, compare
from concertino.verdict.judge import Judged

_UNREADABLE = ("syntax", "unread")
_ALIKE = 0.5
"""The share of lines that two files have in common from which on one is called the other, renamed: that of git."""


def compare_judged(base: Judged, head: Judged, gate: Gate = Gate.NEW) -> Comparison:
    """What became of the findings on one snapshot in another one."""
    return compare(base.verdict, head.verdict, gate=gate, same_file=same_file(base, head), ending=ending_in(head))


def same_file(base: Judged, head: Judged) -> SameFile:
    """Tells whether a file that is gone lives on under a name that is new."""

    def same(before: str, after: str) -> bool:
        stayed = before in head.snapshot.entries or after in base.snapshot.entries
        if stayed or before not in base.snapshot.entries or after not in head.snapshot.entries:
            return False
        old, new = base.snapshot.read([before]).get(before), head.snapshot.read([after]).get(after)
        return old is not None and new is not None and _alike(old, new)

    return same


def _alike(old: bytes, new: bytes) -> bool:
    if old == new:
        return True
    before, after = Counter(old.splitlines()), Counter(new.splitlines())
    most = max(before.total(), after.total())
    return most > 0 and (before & after).total() / most >= _ALIKE


def ending_in(head: Judged) -> Callable[[Outcome], Ending]:
    """Tells why a finding of another side is not among those of `head`."""
    judging = {policy.id for policy in head.verdict.policies}
    entities = {name.casefold(): entity for name, entity in head.catalogue.by_name.items()}
    closed = {item.subject for item in head.verdict.findings if item.policy in _UNREADABLE}

    def ending(finding: Outcome) -> Ending:
        if finding.policy not in judging:
            return Ending.RULE_REMOVED
        file = finding.place.file if finding.place else ""
        if finding.subject == file:
            return Ending.MENDED if file in head.snapshot.entries else Ending.REMOVED
        if finding.policy in BUILT_IN_CHECKS and BUILT_IN_CHECKS[finding.policy].broken_rule:
            return Ending.MENDED
        entity = entities.get(finding.subject.casefold())
        if entity is None:
            return Ending.NOT_JUDGED if file in closed else Ending.REMOVED
        unreadable = entity.fault is not None or (finding.policy, entity.name) in head.unjudged
        unjudged = unreadable and finding.policy not in BUILT_IN_CHECKS
        return Ending.NOT_JUDGED if unjudged else Ending.MENDED

    return ending
