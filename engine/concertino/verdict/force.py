"""Whether an exception is in force. Every path asks here, and nowhere else."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from concertino.catalogue import CatalogueEntity
from concertino.model.outcome import Enforcement
from concertino.policies import Policy
from concertino.verdict.entry import MOST_RENEWALS_FOLLOWED, RegisteredException, day_before, days_between, is_day
from concertino.verdict.evidence import Weight, weigh
from concertino.verdict.limits import ExceptionLimits
from concertino.verdict.rights import Holder, Rights, handle, scope_of

_DAYS = ("expires", "startsOn", "approvedOn", "rejectedOn", "revokedOn")
_PAIRS = (("rejectedBy", "rejectedOn"), ("revokedBy", "revokedOn"))


class Standing(StrEnum):
    """How an exception stands towards one policy on one entity on one day."""

    IN_FORCE = "in-force"
    NEEDLESS = "needless"
    EXPIRED = "expired"
    NOT_BEGUN = "not-begun"
    NOT_APPROVED = "not-approved"
    SELF_APPROVED = "self-approved"
    LACKS_RIGHT = "lacks-right"
    UNPROVEN = "unproven"
    NOT_MERGED = "not-merged"
    REJECTED = "rejected"
    REVOKED = "revoked"
    NO_EVIDENCE = "no-evidence"
    UNCONFIRMED = "unconfirmed"
    NO_CONTROLS = "no-controls"
    TOO_LONG = "too-long"
    RENEWED_TOO_OFTEN = "renewed-too-often"
    MALFORMED = "malformed"
    NOT_PERMITTED = "not-permitted"
    NOT_JUDGED = "not-judged"
    UNKNOWN_POLICY = "unknown-policy"
    UNKNOWN_ENTITY = "unknown-entity"


@dataclass(frozen=True, slots=True)
class Force:
    """The standing of an exception, and a sentence that says why."""

    standing: Standing
    why: str

    @property
    def holds(self) -> bool:
        """Whether the exception waives."""
        return self.standing is Standing.IN_FORCE


@dataclass(frozen=True, slots=True)
class Matter:
    """What an exception is asked to waive: a policy by its id, on an entity by its reference, each if it is there."""

    policy_id: str
    policy: Policy | None
    subject: str
    entity: CatalogueEntity | None


Proof = Callable[[RegisteredException, Holder], str]
"""Why the approval of an exception by a holder of the right is not proven; the empty text if it is."""


def taken_at_its_word(_item: RegisteredException, _holder: Holder) -> str:
    """Nothing is asked beyond what the entry says."""
    return ""


Settlement = Callable[[RegisteredException, Matter, str], str]
"""Why an exception does not count on an ISO day before it is merged; the empty text if it does."""


def settled_already(_item: RegisteredException, _matter: Matter, _day: str) -> str:
    """Every exception counts where it is judged."""
    return ""


@dataclass(frozen=True)
class Grounds:
    """What decides on force beside the exception itself: limits, decision rights, good directions of metrics.

    `known` are the ids of all policies, those that can't judge included. `proof` is asked only where the configuration
    wants approvals to be proven, `settled` where the rules come from another revision than the exceptions.
    """

    limits: ExceptionLimits = field(default_factory=ExceptionLimits)
    rights: Rights = field(default_factory=Rights)
    better: Mapping[str, str] = field(default_factory=dict)
    known: Collection[str] = ()
    proof: Proof = taken_at_its_word
    settled: Settlement = settled_already


@dataclass(frozen=True, slots=True)
class Term:
    """The days on which an exception is in force: from `first` to `last`, both inclusive, unless `never` says why not.

    It knows nothing of today. `stopped` says from which day on it was rejected or revoked, and `after` why it is not in
    force after its last day.
    """

    first: str = ""
    last: str = ""
    never: Force | None = None
    stopped: tuple[tuple[str, Force], ...] = ()
    approved: str = ""
    after: Force = Force(Standing.EXPIRED, "it has expired")

    @property
    def days(self) -> tuple[str, str] | None:
        """The first and the last day in force, or nothing if there is none."""
        last = min([self.last, *(day_before(day) for day, _ in self.stopped)])
        return None if self.never or self.first > last else (self.first, last)

    def on(self, day: str) -> Force:
        """How the exception stands on an ISO day."""
        for since, force in self.stopped:
            if day >= since:
                return force
        if self.never:
            return self.never
        if day < self.approved:
            return Force(Standing.NOT_APPROVED, f"its approval is dated {self.approved}, after the day judged")
        if day < self.first:
            return Force(Standing.NOT_BEGUN, f"it begins on {self.first}")
        return self.after if day > self.last else Force(Standing.IN_FORCE, f"in force until {self.last}")


def force(item: RegisteredException, matter: Matter, day: str, grounds: Grounds) -> Force:
    """How an exception stands towards a policy on an entity on the ISO day `day`."""
    found = term(item, matter, grounds).on(day)
    # Asked last: to be told to merge what would have no force anyway helps nobody.
    unsettled = grounds.settled(item, matter, day) if found.holds else ""
    return Force(Standing.NOT_MERGED, unsettled) if unsettled else found


def term(item: RegisteredException, matter: Matter, grounds: Grounds) -> Term:
    """The days on which an exception waives what a policy finds on an entity.

    The last day is inclusive. A date that can't be read counts as past, since a promise without an end is none.
    """
    malformed = _malformed(item)
    if malformed:
        return Term(never=malformed)
    spec = item.spec
    approved = item.text("approvedOn")
    first, expires = max(approved, item.text("startsOn")), item.expires
    weight = weigh(spec, item.before, grounds.better, grounds.limits)
    never = (
        _unknown(item, matter, grounds)
        or permission(matter)
        or _approval(item)
        or _right(item, matter, grounds)
        or _length(item, first, grounds.limits)
        or _unfounded(item, weight)
    )
    unconfirmed = bool(weight.until) and weight.until < expires
    after = (
        Force(Standing.UNCONFIRMED, weight.why) if unconfirmed else Force(Standing.EXPIRED, f"it expired on {expires}")
    )
    return Term(first, min(expires, weight.until or expires), never, tuple(_stops(item)), approved, after)


def _malformed(item: RegisteredException) -> Force | None:
    if item.entity.fault:
        return Force(Standing.MALFORMED, "it has faults of its own")
    if item.faulty_match:
        return Force(Standing.MALFORMED, "its match can't be used")
    for name in _DAYS:
        if name in item.spec and not is_day(item.spec[name]):
            return Force(Standing.MALFORMED, f"its {name} is no day, so it counts as expired")
    if "expires" not in item.spec:
        return Force(Standing.MALFORMED, "it does not say when it expires, so it counts as expired")
    for person, day in _PAIRS:
        if person in item.spec and day not in item.spec:
            return Force(Standing.MALFORMED, f"it says {person} and not {day}, so it counts as withdrawn")
    return None


def _unknown(item: RegisteredException, matter: Matter, grounds: Grounds) -> Force | None:
    if matter.policy is None:
        if matter.policy_id not in grounds.known:
            return Force(Standing.UNKNOWN_POLICY, f'there is no policy "{matter.policy_id}"')
        return Force(Standing.NOT_JUDGED, f"{matter.policy_id} judges nothing here, so there is nothing to waive")
    if matter.entity is None and matter.subject:
        return Force(Standing.UNKNOWN_ENTITY, f"{matter.subject} is not in the catalogue")
    names = {validation.name for validation in matter.policy.validations}
    wrong = [name for name in item.texts("validations") if name not in names]
    if wrong and len(item.policies) == 1:
        return Force(Standing.MALFORMED, f'{matter.policy_id} has no validation "{wrong[0]}"')
    return None


def permission(matter: Matter) -> Force | None:
    """Why a policy can't be waived by anybody, or need not be."""
    policy = matter.policy
    if policy is None:
        return None
    if policy.target == "Exception":
        return Force(Standing.NOT_PERMITTED, "no exception can excuse another")
    match policy.enforcement:
        case Enforcement.HARD_MANDATORY:
            return Force(Standing.NOT_PERMITTED, f"{policy.id} is hard-mandatory: nothing may waive it")
        case Enforcement.ADVISORY:
            return Force(Standing.NEEDLESS, f"{policy.id} is advisory: there is nothing to waive")
    return None


def _approval(item: RegisteredException) -> Force | None:
    approver = item.text("approver")
    missing = " and ".join(name for name in ("approver", "approvedOn") if not item.text(name))
    if missing:
        return Force(Standing.NOT_APPROVED, f"it is not approved: it lacks {missing}")
    if handle(approver) == handle(item.spec.get("requester")):
        return Force(Standing.SELF_APPROVED, f"{approver} both asked for it and approved it")
    return None


def _right(item: RegisteredException, matter: Matter, grounds: Grounds) -> Force | None:
    if matter.policy is None or matter.entity is None:
        return None
    right, approver = matter.policy.approval_right, item.text("approver")
    holder = grounds.rights.holder(right, scope_of(matter.entity))
    if holder is None:
        return None
    if holder.why:
        return Force(Standing.LACKS_RIGHT, f"{approver} may not approve it: {holder.why}")
    if handle(approver) not in holder.members:
        why = f"{approver} is no member of {holder.team}, which holds the right {right} here"
        return Force(Standing.LACKS_RIGHT, why)
    unproven = grounds.proof(item, holder)
    return Force(Standing.UNPROVEN, unproven) if unproven else None


def _length(item: RegisteredException, first: str, limits: ExceptionLimits) -> Force | None:
    begins = item.text("startsOn") or first
    days = days_between(begins, item.expires)
    if days < 0:
        return Force(Standing.MALFORMED, f"it ends on {item.expires}, before it begins on {begins}")
    if days > limits.most_days:
        return Force(Standing.TOO_LONG, f"it runs {days} days from {begins}; at most {limits.most_days} are allowed")
    if len(item.before) >= MOST_RENEWALS_FOLLOWED:
        return Force(Standing.RENEWED_TOO_OFTEN, "its renewals lead back to themselves")
    if len(item.before) > limits.most_renewals:
        why = f"it is renewal number {len(item.before)}; at most {limits.most_renewals} are allowed"
        return Force(Standing.RENEWED_TOO_OFTEN, why)
    return None


def _unfounded(item: RegisteredException, weight: Weight) -> Force | None:
    if not weight.until:
        return Force(Standing.UNCONFIRMED if weight.forecast else Standing.NO_EVIDENCE, weight.why)
    if item.spec.get("controls", True) in ([], ()):
        return Force(Standing.NO_CONTROLS, "no control keeps the risk small meanwhile")
    return None


def _stops(item: RegisteredException) -> list[tuple[str, Force]]:
    found = []
    for name, standing, word in (
        ("revokedOn", Standing.REVOKED, "revoked"),
        ("rejectedOn", Standing.REJECTED, "rejected"),
    ):
        if name in item.spec:
            by = f" by {item.text(f'{word}By')}" if item.text(f"{word}By") else ""
            found.append((item.text(name), Force(standing, f"it was {word} on {item.text(name)}{by}")))
    return sorted(found, key=lambda pair: pair[0])
