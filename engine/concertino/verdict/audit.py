"""The audit of the exception register: what every promise in it is worth on a day."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from concertino.model.outcome import Result
from concertino.model.place import Place
from concertino.model.snapshot import Source
from concertino.verdict.entry import State
from concertino.verdict.verdict import Verdict

BANDS = (7, 30, 90)
"""Days to the end within which an exception is called expiring, from the most urgent."""


class Flag(StrEnum):
    """What the audit says of an exception. Several may hold at once."""

    IN_FORCE = "in-force"
    EXPIRING_7 = "expiring-7"
    EXPIRING = "expiring"
    EXPIRING_90 = "expiring-90"
    EXPIRED = "expired"
    WAITING = "waiting"
    REJECTED = "rejected"
    REVOKED = "revoked"
    RENEWED = "renewed"
    WITHOUT_EFFECT = "without-effect"
    FAULTY = "faulty"
    UNUSED = "unused"
    PARTLY_USED = "partly-used"
    SUPERSEDED = "superseded"
    ORPHANED = "orphaned"
    OVER_BROAD = "over-broad"
    OVERLAPPING = "overlapping"
    RENEWED_TOO_OFTEN = "renewed-too-often"
    EVIDENCE_STALE = "evidence-stale"
    EVIDENCE_MISSING = "evidence-missing"


DIMENSIONS = ("brand", "capability", "policy", "approver")
"""By what totals are told."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Why a flag holds, in a sentence, and what was probably meant where a name leads nowhere."""

    flag: Flag
    text: str
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Waived:
    """One finding that an exception waives: its policy, and the brands and capabilities of its entity."""

    policy: str
    brands: tuple[str, ...]
    capabilities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Audited:
    """One exception as the audit sees it.

    `days_left` are whole days to its last one, negative after it, nothing if it has none. `waived` are the
    findings it waives; `reviews` are the days on which its forecasts must be confirmed.
    """

    reference: str
    title: str
    state: State
    place: Place
    flags: frozenset[Flag]
    remarks: tuple[Remark, ...]
    policies: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    type: str = ""
    requester: str = ""
    owner: str = ""
    approver: str = ""
    approved_on: str = ""
    starts_on: str = ""
    expires: str = ""
    days_left: int | None = None
    waived: tuple[Waived, ...] = ()
    renewals: int = 0
    reason: str = ""
    ticket: str = ""
    reviews: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    """The e-mail addresses of the members of the owning team."""
    claims: str = ""
    """What the commit that brought the approval says of itself, where the history is known. It proves nothing."""

    @property
    def waives(self) -> int:
        """How many findings it waives."""
        return len(self.waived)

    def waives_under(self, dimension: str, name: str) -> int:
        """How many of them belong under a name of a dimension."""
        match dimension:
            case "policy":
                return sum(item.policy == name for item in self.waived)
            case "brand":
                return sum(name in (item.brands or ("",)) for item in self.waived)
            case "capability":
                return sum(name in (item.capabilities or ("",)) for item in self.waived)
        return self.waives

    def keys(self, dimension: str) -> tuple[str, ...]:
        """Under what the exception counts in the totals of a dimension; the empty text stands for none."""
        found = {
            "brand": self.brands,
            "capability": self.capabilities,
            "policy": self.policies,
            "approver": (self.approver,),
        }[dimension]
        return found or ("",)


@dataclass(frozen=True, slots=True)
class Row:
    """Totals of one brand, capability, policy or approver, or of all."""

    name: str
    exceptions: int
    waives: int
    flags: Mapping[Flag, int] = field(default_factory=dict)

    def of(self, flag: Flag) -> int:
        """How many exceptions have a flag."""
        return self.flags.get(flag, 0)


@dataclass(frozen=True, slots=True)
class Trend:
    """The same audit of another revision, and what is different now. References are sorted."""

    source: Source
    as_of: str
    before: Row
    added: tuple[str, ...]
    removed: tuple[str, ...]
    gained: tuple[tuple[str, Flag], ...]
    lost: tuple[tuple[str, Flag], ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """The register on a day: every exception, and the totals."""

    source: Source
    as_of: str
    exceptions: tuple[Audited, ...]
    total: Row
    by: Mapping[str, tuple[Row, ...]]
    findings: int = 0
    """How many findings there are that count or are waived: what the waived ones are a part of."""
    trend: Trend | None = None

    def having(self, flags: Collection[Flag]) -> tuple[Audited, ...]:
        """The exceptions with at least one of these flags."""
        return tuple(item for item in self.exceptions if not item.flags.isdisjoint(flags))


def audit_of(verdict: Verdict, exceptions: Iterable[Audited], before: Audit | None = None) -> Audit:
    """The audit of a verdict, compared with an earlier one if there is one."""
    audited = tuple(exceptions)
    total = _row("", audited, sum(item.waives for item in audited))
    failed = sum(1 for item in verdict.findings if item.result in (Result.FAIL, Result.WAIVED))
    by = {name: _rows(name, audited) for name in DIMENSIONS}
    trend = _trend(audited, before) if before else None
    return Audit(verdict.source, verdict.as_of, audited, total, by, failed, trend)


def _rows(dimension: str, items: tuple[Audited, ...]) -> tuple[Row, ...]:
    """A row for each name. An exception that touches two brands counts for both, so rows may add up to more."""
    groups: dict[str, list[Audited]] = {}
    for item in items:
        for name in item.keys(dimension):
            groups.setdefault(name, []).append(item)
    return tuple(
        _row(name, tuple(found), sum(item.waives_under(dimension, name) for item in found))
        for name, found in sorted(groups.items())
    )


def _row(name: str, items: tuple[Audited, ...], waives: int) -> Row:
    counted = Counter(flag for item in items for flag in item.flags)
    flags = {flag: counted[flag] for flag in Flag if counted[flag]}
    return Row(name, len(items), waives, flags)


def _trend(items: tuple[Audited, ...], before: Audit) -> Trend:
    old = {item.reference: item.flags for item in before.exceptions}
    new = {item.reference: item.flags for item in items}
    both = sorted(old.keys() & new.keys())
    return Trend(
        source=before.source,
        as_of=before.as_of,
        before=before.total,
        added=tuple(sorted(new.keys() - old.keys())),
        removed=tuple(sorted(old.keys() - new.keys())),
        gained=tuple((name, flag) for name in both for flag in sorted(new[name] - old[name])),
        lost=tuple((name, flag) for name in both for flag in sorted(old[name] - new[name])),
    )
