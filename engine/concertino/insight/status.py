"""Where a portfolio stands on its way, what is overdue, and what falls due in the coming days."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from concertino.bindings import Bindings
from concertino.catalogue import CatalogueEntity
from concertino.insight.asking import Inquiry, Unanswered
from concertino.model.place import Place
from concertino.policies.overview import Due, Path, PathStep

AHEAD_DAYS = 90
"""How far ahead one looks: a quarter, which is also how often the whole is reviewed."""
_ENTITY = "ENTITY"
"""Stands for the reference of the entity in the command that an overview names."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a way on a day. `by` is the day it is meant to be reached by, empty if none is set.

    `known` is false where the catalogue has faults that leave the answer open. `reached_on` is the day of the first
    commit in which the step was reached, where git was asked.
    """

    id: str
    title: str
    by: str
    reached: bool
    missing: tuple[str, ...]
    next: str
    known: bool = True
    late: bool = False
    reached_on: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """The way of one entity. `day` counts from the day it began, which is day 0; None before it began."""

    entity: str
    title: str
    started_on: str
    day: int | None
    steps: tuple[Step, ...]

    @property
    def at(self) -> Step | None:
        """The last step before the first that is not reached."""
        found: Step | None = None
        for step in self.steps:
            if not step.reached:
                break
            found = step
        return found

    @property
    def ahead(self) -> Step | None:
        """The first step that is not reached."""
        return next((step for step in self.steps if not step.reached), None)


@dataclass(frozen=True, slots=True)
class DueItem:
    """Something that falls due on `day`, `left` days from the day asked; below 0 it is overdue."""

    due: str
    title: str
    group: str
    entity: str
    what: str
    day: str
    left: int
    owner: str = ""
    next: str = ""
    place: Place = field(default=Place(""), compare=False)

    @property
    def overdue(self) -> bool:
        """Whether its day is past. On the day itself it is not."""
        return self.left < 0


@dataclass(frozen=True)
class Status:
    """All of it on one day. Dues are sorted by day; those later than `ahead` days from then are left out."""

    as_of: str
    ahead: int
    ways: tuple[Way, ...]
    dues: tuple[DueItem, ...]
    unanswered: tuple[Unanswered, ...] = ()

    @property
    def overdue(self) -> tuple[DueItem, ...]:
        """What is past its day, the longest first."""
        return tuple(item for item in self.dues if item.overdue)

    @property
    def coming(self) -> tuple[DueItem, ...]:
        """What falls due from the day asked on, the nearest first."""
        return tuple(item for item in self.dues if not item.overdue)

    @property
    def owners(self) -> Mapping[str, tuple[int, int]]:
        """For each team how much is overdue and how much is coming; nobody is the empty text."""
        names = sorted({item.owner for item in self.dues})
        return {
            name: (
                sum(1 for item in self.overdue if item.owner == name),
                sum(1 for item in self.coming if item.owner == name),
            )
            for name in names
        }

    def of_owner(self, owner: str) -> "Status":
        """The same with only what one team answers for."""
        return Status(
            self.as_of, self.ahead, self.ways, tuple(item for item in self.dues if item.owner == owner), self.unanswered
        )


def status_of(inquiry: Inquiry, ahead: int = AHEAD_DAYS) -> Status:
    """The status that the overviews of the rules describe, with what falls due within `ahead` days."""
    ways = ways_of(inquiry)
    outlook = inquiry.rules.overviews.outlook
    dues = sorted(
        (item for due in outlook.dues for item in _dues(inquiry, due) if item.left <= ahead),
        key=lambda item: (item.day, item.due, item.entity, item.what),
    )
    return Status(inquiry.as_of, ahead, ways, tuple(dues), inquiry.known())


def ways_of(inquiry: Inquiry) -> tuple[Way, ...]:
    """The ways alone."""
    return tuple(way for path in inquiry.rules.overviews.outlook.paths for way in _ways(inquiry, path))


def _ways(inquiry: Inquiry, path: Path) -> Iterator[Way]:
    for entity, bindings in inquiry.of_kind(path, path.target, "path"):
        started = _parsed(inquiry.text(path.started_on, bindings, entity.name, "path"))
        day = (date.fromisoformat(inquiry.as_of) - started).days if started else None
        steps = tuple(_step(inquiry, step, bindings, entity.name, started) for step in path.steps)
        yield Way(entity.name, _title(entity), started.isoformat() if started else "", day, steps)


def _step(inquiry: Inquiry, step: PathStep, bindings: Bindings, entity: str, started: date | None) -> Step:
    found = inquiry.answer(step.missing, bindings, entity, step.id)
    missing = tuple(item for item in found if isinstance(item, str)) if isinstance(found, list) else ()
    reached = found is not None and not missing
    by = _later(started, step.day) if started and step.day is not None else None
    late = not reached and by is not None and by.isoformat() < inquiry.as_of
    going_on = inquiry.text(step.next_expression, bindings, entity, step.id) or step.next
    return Step(
        step.id,
        step.title,
        by.isoformat() if by else "",
        reached,
        missing,
        "" if reached else going_on.replace(_ENTITY, entity),
        found is not None,
        late,
    )


def _dues(inquiry: Inquiry, due: Due) -> Iterator[DueItem]:
    for entity, bindings in inquiry.of_kind(due, due.of, due.id):
        if due.when is not None and inquiry.answer(due.when, bindings, entity.name, due.id) is not True:
            continue
        for inner in _elements(inquiry, due, bindings, entity.name):
            item = _item(inquiry, due, inner, entity)
            if item:
                yield item


def _elements(inquiry: Inquiry, due: Due, bindings: Bindings, entity: str) -> Iterable[Bindings]:
    if due.each is None:
        return (bindings,)
    found = inquiry.answer(due.each, bindings, entity, due.id)
    return tuple(map(bindings.for_element, found)) if isinstance(found, list) else ()


def _item(inquiry: Inquiry, due: Due, bindings: Bindings, entity: CatalogueEntity) -> DueItem | None:
    first = _parsed(inquiry.text(due.day, bindings, entity.name, due.id))
    after = inquiry.answer(due.after, bindings, entity.name, due.id)
    day = _later(first, after if isinstance(after, int) else 0) if first else None
    if day is None:
        return None
    return DueItem(
        due=due.id,
        title=due.title,
        group=due.group,
        entity=entity.name,
        what=inquiry.text(due.what, bindings, entity.name, due.id) or _title(entity),
        day=day.isoformat(),
        left=(day - date.fromisoformat(inquiry.as_of)).days,
        owner=inquiry.text(due.owner, bindings, entity.name, due.id),
        next=due.next.replace(_ENTITY, entity.name),
        place=inquiry.catalogue.locate(entity, "/metadata/name"),
    )


def _title(entity: CatalogueEntity) -> str:
    metadata = entity.value.get("metadata")
    title = metadata.get("title") if isinstance(metadata, Mapping) else None
    return title if isinstance(title, str) else entity.name


def _parsed(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _later(day: date | None, days: int) -> date | None:
    try:
        return day + timedelta(days=days) if day else None
    except OverflowError:
        return None
