"""One exception of the register, as it was written, and what became of it by a day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from concertino.catalogue import CatalogueEntity
from concertino.expressions import Entity, Program
from concertino.model.json import JsonValue
from concertino.model.outcome import AppliedException

MOST_RENEWALS_FOLLOWED = 100
"""Nobody renews that often: a chain that is longer is a circle."""


class State(StrEnum):
    """What became of a request by a day. `expired` and `renewed` are derived and never written."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    REVOKED = "revoked"
    EXPIRED = "expired"
    RENEWED = "renewed"


@dataclass(frozen=True, slots=True)
class Named:
    """An entity that an exception names: how it is written, and the reference it leads to, empty if to none."""

    written: str
    reference: str


@dataclass(frozen=True, slots=True)
class RegisteredException:
    """One exception as the register knows it.

    `before` are the entries that it continues, the latest first; `continued` tells that another one continues it.
    `match` is its CEL expression, ready to run; without it, or with a fault in it, there is none.
    """

    entity: CatalogueEntity
    spec: Mapping[str, object]
    policies: tuple[str, ...]
    named: tuple[Named, ...]
    before: tuple[Mapping[str, object], ...] = ()
    continued: bool = False
    match: Program | None = None
    faulty_match: bool = False

    @property
    def name(self) -> str:
        """Its reference."""
        return self.entity.name

    @property
    def subjects(self) -> frozenset[str]:
        """The references of the entities it names and that are there."""
        return frozenset(item.reference for item in self.named if item.reference)

    @property
    def expires(self) -> str:
        """The last day in force, as it is written."""
        return str(self.spec.get("expires", ""))

    @property
    def parameters(self) -> Mapping[str, JsonValue]:
        """The parameters that a partial exception widens; empty for one that waives wholly."""
        value = self.spec.get("parameters")
        return value if isinstance(value, Mapping) else {}

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts in a list of the entry."""
        value = self.spec.get(name)
        return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()

    def text(self, name: str) -> str:
        """A text of the entry, or the empty one."""
        value = self.spec.get(name)
        return value if isinstance(value, str) else ""

    def concerns(self, validation: str, key: str) -> bool:
        """Whether a finding of this validation, on the element with this key, is meant at all."""
        validations, keys = self.texts("validations"), self.texts("keys")
        return (not validations or validation in validations) and (not keys or key in keys)

    def state(self, as_of: str) -> State:
        """What became of it by an ISO day, whatever its force."""
        for name, state in (("revokedOn", State.REVOKED), ("rejectedOn", State.REJECTED)):
            if name in self.spec and str(self.spec[name]) <= as_of:
                return state
        if self.expires < as_of:
            return State.RENEWED if self.continued else State.EXPIRED
        approved = self.text("approvedOn")
        return State.APPROVED if self.text("approver") and approved and approved <= as_of else State.REQUESTED

    def applied(self) -> AppliedException:
        """What a waived finding says of the exception."""
        return AppliedException(self.name, self.expires, str(self.spec.get("owner", "")), self.text("reason"))


def registered(
    entity: CatalogueEntity, match: Program | None = None, *, faulty_match: bool = False
) -> RegisteredException:
    """The entry in an entity of kind Exception."""
    raw = entity.value.get("spec")
    spec: Mapping[str, object] = raw if isinstance(raw, Mapping) else {}
    policies = spec.get("policies")
    return RegisteredException(
        entity=entity,
        spec=spec,
        policies=tuple(item for item in policies if isinstance(item, str)) if isinstance(policies, list) else (),
        named=tuple(_named(spec)),
        before=tuple(_before(spec)),
        continued=_is_continued(entity),
        match=match,
        faulty_match=faulty_match,
    )


def _named(spec: Mapping[str, object]) -> Iterator[Named]:
    written, refs = spec.get("entities"), spec.get("refs")
    targets = refs.get("entities") if isinstance(refs, Mapping) else None
    if isinstance(written, list) and isinstance(targets, list):
        for text, target in zip(written, targets, strict=True):
            yield Named(str(text), target.reference if isinstance(target, Entity) else "")


def _before(spec: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """The entries that this one continues. Followed no further than anybody renews, since the chain may be a circle."""
    here: object = spec
    for _ in range(MOST_RENEWALS_FOLLOWED):
        if not isinstance(here, Mapping) or "renewalOf" not in here:
            return
        refs = here.get("refs")
        target = refs.get("renewalOf") if isinstance(refs, Mapping) else None
        here = target.get("spec") if isinstance(target, Entity) else {}
        yield here if isinstance(here, Mapping) else {}


def _is_continued(entity: CatalogueEntity) -> bool:
    inverse = entity.value.get("inverse")
    return isinstance(inverse, Mapping) and bool(inverse.get("renewals"))


def is_day(value: object) -> bool:
    """Whether `value` is an ISO day of the calendar, such as 2026-06-30."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def days_between(first: str, last: str) -> int:
    """Whole days from one ISO day to another; negative if that is earlier."""
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def days_left(expires: str, as_of: str) -> int | None:
    """Whole days from `as_of` to the last day in force; nothing if either is no day."""
    return days_between(as_of, expires) if is_day(expires) and is_day(as_of) else None


def day_before(day: str) -> str:
    """The day before an ISO day; the first of all days stays itself."""
    found = date.fromisoformat(day)
    return (found - timedelta(days=1)).isoformat() if found > date.min else day
