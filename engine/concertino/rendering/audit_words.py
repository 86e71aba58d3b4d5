"""The audit of exceptions in words that several formats share."""

from collections.abc import Iterator, Mapping

from concertino.model.snapshot import Source, SourceKind
from concertino.rendering.audits import AuditContext
from concertino.rendering.summary import Fact
from concertino.verdict.audit import Audit, Audited, Flag, Row

TITLES: Mapping[Flag, str] = {
    Flag.FAULTY: "Faulty: they waive nothing",
    Flag.WITHOUT_EFFECT: "Without effect",
    Flag.ORPHANED: "Orphaned: a policy or an entity is gone",
    Flag.EXPIRED: "Expired",
    Flag.EXPIRING_7: "End within 7 days",
    Flag.EXPIRING: "End within 30 days",
    Flag.EXPIRING_90: "End within 90 days",
    Flag.WAITING: "Waiting",
    Flag.UNUSED: "Unused: they waive nothing any more",
    Flag.PARTLY_USED: "Partly used",
    Flag.SUPERSEDED: "Superseded: the policy has changed since the approval",
    Flag.EVIDENCE_MISSING: "Evidence missing",
    Flag.EVIDENCE_STALE: "Evidence stale",
    Flag.RENEWED_TOO_OFTEN: "Renewed too often: decide",
    Flag.OVER_BROAD: "Over-broad",
    Flag.OVERLAPPING: "Overlapping",
    Flag.REJECTED: "Rejected",
    Flag.REVOKED: "Revoked",
    Flag.IN_FORCE: "In force",
    Flag.RENEWED: "Renewed by a later entry",
}
"""The headings, in the order in which a reader needs them."""

COLUMNS: Mapping[str, Flag] = {
    "in force": Flag.IN_FORCE,
    "expiring": Flag.EXPIRING,
    "expired": Flag.EXPIRED,
    "waiting": Flag.WAITING,
    "unused": Flag.UNUSED,
}
"""The columns of the totals."""

NONE = {"brand": "(no one brand)", "capability": "(no one capability)", "policy": "(any)", "approver": "(nobody)"}
"""What stands in the totals for exceptions that belong under no name."""


def sections(audit: Audit) -> Iterator[tuple[Flag, tuple[Audited, ...]]]:
    """The exceptions under each heading that has any. One that ends within a week is not told again within a month."""
    told: set[str] = set()
    for flag in TITLES:
        items = tuple(item for item in audit.exceptions if flag in item.flags)
        if flag in (Flag.EXPIRING_7, Flag.EXPIRING, Flag.EXPIRING_90):
            items = tuple(item for item in items if item.reference not in told)
            told.update(item.reference for item in items)
        if items:
            yield flag, items


def why(item: Audited, flag: Flag) -> tuple[str, ...]:
    """The sentences on a flag, each with the name that was probably meant."""
    return tuple(
        remark.text + (f'; did you mean "{remark.suggestion}"?' if remark.suggestion else "")
        for remark in item.remarks
        if remark.flag is flag
    )


def when(item: Audited) -> str:
    """Until when, and how far away that is."""
    if item.days_left is None:
        return f"until {item.expires}"
    if item.days_left < 0:
        return f"until {item.expires}, {Fact(-item.days_left, 'day', 'days')} ago"
    return f"until {item.expires}, {Fact(item.days_left, 'day', 'days')} left"


def row_of(row: Row, none: str) -> tuple[str, ...]:
    """A row of the totals: name, exceptions, the columns, findings waived."""
    counts = (row.exceptions, *(row.of(flag) for flag in COLUMNS.values()), row.waives)
    return (row.name or none, *map(str, counts))


def heads(dimension: str) -> tuple[str, ...]:
    """The heads above such rows."""
    return (dimension, "exceptions", *COLUMNS, "findings waived")


def summary(context: AuditContext) -> str:
    """One line with everything that matters."""
    audit = context.audit
    total = audit.total
    findings = f"waiving {total.waives} of {Fact(audit.findings, 'finding', 'findings')}"
    register = Fact(total.exceptions, "exception", "exceptions")
    facts = [f"{register}, {total.of(Flag.IN_FORCE)} in force, {findings}"]
    for flag in TITLES:
        if flag not in (Flag.IN_FORCE, Flag.RENEWED, Flag.EXPIRING_7, Flag.EXPIRING_90) and total.of(flag):
            word = "end within 30 days" if flag is Flag.EXPIRING else flag.value.replace("-", " ")
            facts.append(f"{total.of(flag)} {word}")
    sign = "✗ failed" if audit.having(context.fail_on) else "✓ passed"
    return f"{sign if context.fail_on else '·'} {' · '.join(facts)} · as of {audit.as_of}".removeprefix("· ")


def differences(audit: Audit) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What is different from the other revision, each kind of difference under its heading."""
    trend = audit.trend
    if trend is None:
        return
    gained = tuple(f"{name} is {flag.value.replace('-', ' ')} now" for name, flag in trend.gained)
    lost = tuple(f"{name} is no longer {flag.value.replace('-', ' ')}" for name, flag in trend.lost)
    for title, items in (("New", trend.added), ("Gone", trend.removed), ("Changed", gained + lost)):
        if items:
            yield title, items


def changes(audit: Audit) -> Iterator[tuple[str, str, str, str]]:
    """The figures that moved: what, before, now, difference."""
    if audit.trend is None:
        return
    before, now = audit.trend.before, audit.total
    figures = [("exceptions", before.exceptions, now.exceptions), ("findings waived", before.waives, now.waives)]
    figures += [(flag.value, before.of(flag), now.of(flag)) for flag in TITLES]
    for name, old, new in figures:
        if old != new:
            yield name, str(old), str(new), f"{new - old:+d}"


def source_of(source: Source) -> str:
    """Where the register was read, in words."""
    match source.kind:
        case SourceKind.REVISION:
            return f"commit {source.revision[:12]}"
        case SourceKind.INDEX:
            return "the index"
    return "the working tree"
