"""Reviews that a change makes due: brought forward, past their day, or asked for by something that happened."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from concertino.catalogue import CatalogueEntity
from concertino.expressions import Entity
from concertino.verdict.differing import Changes, EntityChange
from concertino.verdict.successions import DECISION_KIND

_EVENT_KIND = "Event"
_ENDED = ("rejected", "deprecated")


class Due(StrEnum):
    """Why a review is due."""

    OVERDUE = "overdue"
    EARLIER = "earlier"
    ASKED = "asked"
    """Something happened, and nobody has looked yet at what it touches."""


@dataclass(frozen=True, slots=True)
class ReviewDue:
    """One review: of what, why, its day, and the day that stood there before, if one did."""

    subject: str
    due: Due
    day: str
    before: str = ""


def reviews_due(changes: Changes, as_of: str) -> Iterator[ReviewDue]:
    """The reviews that the change itself makes due, seen on the ISO day `as_of`."""
    for change in changes.entities.values():
        entity = change.after
        if entity is None:
            continue
        if entity.kind.name == DECISION_KIND and not _ended(entity):
            yield from _of_decision(entity, change, as_of)
        elif entity.kind.name == _EVENT_KIND and _asks(entity) and not (change.before and _asks(change.before)):
            yield ReviewDue(entity.name, Due.ASKED, _text(entity, "on"))


def _of_decision(entity: CatalogueEntity, change: EntityChange, as_of: str) -> Iterator[ReviewDue]:
    day = _text(entity, "nextReview")
    before = _text(change.before, "nextReview") if change.before and not _ended(change.before) else ""
    if not day or day == before:
        return
    if day < as_of and not (before and before < as_of):
        yield ReviewDue(entity.name, Due.OVERDUE, day, before)
    elif before and day < before:
        yield ReviewDue(entity.name, Due.EARLIER, day, before)


def _ended(decision: CatalogueEntity) -> bool:
    """Whether there is nothing left to review: it was given up, or an accepted successor replaced it."""
    inverse = decision.value.get("inverse")
    successors = inverse.get("supersededBy") if isinstance(inverse, Mapping) else ()
    accepted = (
        item
        for item in (successors if isinstance(successors, list | tuple) else ())
        if isinstance(item, Entity) and item.reference != decision.name and _status(item) == "accepted"
    )
    return _text(decision, "status") in _ENDED or any(True for _ in accepted)


def _status(item: Entity) -> str:
    spec = item.get("spec")
    status = spec.get("status") if isinstance(spec, Mapping) else ""
    return status if isinstance(status, str) else ""


def _asks(event: CatalogueEntity) -> bool:
    return "review" not in _spec(event)


def _text(entity: CatalogueEntity, name: str) -> str:
    found = _spec(entity).get(name)
    return found if isinstance(found, str) else ""


def _spec(entity: CatalogueEntity) -> Mapping[str, object]:
    spec = entity.value.get("spec")
    return spec if isinstance(spec, Mapping) else {}
