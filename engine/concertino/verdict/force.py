"""Whether an exception is in force. Every path asks here, and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from concertino.model.outcome import Enforcement
from concertino.policies import Policy


class Standing(StrEnum):
    """How an exception stands towards one policy on one day."""

    IN_FORCE = "in-force"
    NEEDLESS = "needless"
    EXPIRED = "expired"
    NOT_BEGUN = "not-begun"
    NOT_APPROVED = "not-approved"
    SELF_APPROVED = "self-approved"
    MALFORMED = "malformed"
    NOT_PERMITTED = "not-permitted"


@dataclass(frozen=True, slots=True)
class Force:
    """The standing of an exception, and a sentence that says why."""

    standing: Standing
    why: str

    @property
    def holds(self) -> bool:
        """Whether the exception waives."""
        return self.standing is Standing.IN_FORCE


def force(spec: Mapping[str, object], policy: Policy, as_of: str) -> Force:
    """How an exception with this `spec` stands towards `policy` on the ISO day `as_of`.

    The last day is inclusive. A date that can't be read counts as expired, since a promise without an end is none.
    """
    found = _dates(spec, as_of) or _approval(spec, as_of) or _permission(policy)
    return found or Force(Standing.IN_FORCE, f"in force until {spec['expires']}")


def _dates(spec: Mapping[str, object], as_of: str) -> Force | None:
    for name in ("expires", "startsOn", "approvedOn"):
        if name in spec and not is_day(spec[name]):
            return Force(Standing.MALFORMED, f"its {name} is no day, so it counts as expired")
    expires = spec.get("expires")
    if not is_day(expires):
        return Force(Standing.MALFORMED, "it does not say when it expires, so it counts as expired")
    if str(expires) < as_of:
        return Force(Standing.EXPIRED, f"it expired on {expires}")
    starts = str(spec.get("startsOn", ""))
    if starts > as_of:
        return Force(Standing.NOT_BEGUN, f"it begins on {starts}")
    return None


def _approval(spec: Mapping[str, object], as_of: str) -> Force | None:
    approver, approved = spec.get("approver"), spec.get("approvedOn")
    if not approver or not approved:
        missing = " and ".join(name for name in ("approver", "approvedOn") if not spec.get(name))
        return Force(Standing.NOT_APPROVED, f"it is not approved: {missing} is missing")
    if str(approved) > as_of:
        return Force(Standing.NOT_APPROVED, f"its approval is dated {approved}, after the day judged")
    if _person(approver) == _person(spec.get("requester")):
        return Force(Standing.SELF_APPROVED, f"{approver} both asked for it and approved it")
    return None


def _permission(policy: Policy) -> Force | None:
    match policy.enforcement:
        case Enforcement.HARD_MANDATORY:
            return Force(Standing.NOT_PERMITTED, f"{policy.id} is hard-mandatory: nothing may waive it")
        case Enforcement.ADVISORY:
            return Force(Standing.NEEDLESS, f"{policy.id} is advisory: there is nothing to waive")
    return None


def is_day(value: object) -> bool:
    """Whether `value` is an ISO day of the calendar, such as 2026-06-30."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _person(handle: object) -> str:
    return str(handle).removeprefix("@").casefold()
