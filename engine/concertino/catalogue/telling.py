"""The way to a value in a document, found again in older versions of it, where lists may have other elements."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from concertino.catalogue.states import value_at
from concertino.kinds import Kind
from concertino.kinds.kind import Plan
from concertino.model.json import JsonValue


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a list: the one whose `name` has this value, however it is written; without a `name`, by number."""

    name: str
    value: str
    number: int

    def among(self, items: Sequence[JsonValue]) -> JsonValue | None:
        """The element in another version of the list."""
        if not self.name:
            return items[self.number] if self.number < len(items) else None
        return next((item for item in items if _told(item, self.name) == self.value), None)


Way = tuple[str | Element, ...]
"""Names of fields, and elements of lists, from the top of a document down."""


def way_to(document: JsonValue, pointer: str, kind: Kind) -> Way:
    """The way to a JSON pointer (RFC 6901) in a document of a kind.

    An element of a list is told by what it refers to, or else by the first text that no other element has: a row on a
    brand stays that row wherever it stands.
    """
    return tuple(_way(document, [_plain(part) for part in pointer.split("/")[1:]], kind.plan))


def values_at(documents: Sequence[JsonValue], way: Way) -> tuple[str, ...]:
    """The values at the end of a way, as canonical JSON; none where it leads nowhere."""
    return tuple(text for document in documents for text in _value(document, way))


def _way(value: JsonValue | None, parts: list[str], plan: Plan | None) -> Iterator[str | Element]:
    for part in parts:
        if isinstance(value, list) and part.isdigit():
            plan = plan.element if plan else None
            yield _element(value, int(part), plan)
            value = value[int(part)] if int(part) < len(value) else None
        else:
            plan = (plan.fields.get(part) or plan.values) if plan else None
            yield part
            value = value.get(part) if isinstance(value, Mapping) else None


def _element(items: Sequence[JsonValue], number: int, plan: Plan | None) -> Element:
    here = items[number] if number < len(items) else None
    if isinstance(here, Mapping):
        names = [*(plan.references if plan else ()), *(name for name, value in here.items() if isinstance(value, str))]
        for name in names:
            told = [_told(item, name) for item in items]
            if told[number] and told.count(told[number]) == 1:
                return Element(name, told[number], number)
    return Element("", "", number)


def _told(item: JsonValue, name: str) -> str:
    """The text under a name; of a reference only the name it ends in, since the rest may be left out."""
    value = item.get(name) if isinstance(item, Mapping) else None
    return value.rpartition(":")[2].rpartition("/")[2].casefold() if isinstance(value, str) else ""


def _value(document: JsonValue, way: Way) -> list[str]:
    value: JsonValue | None = document
    for step in way:
        if isinstance(step, Element):
            value = step.among(value) if isinstance(value, list) else None
        else:
            value = value.get(step) if isinstance(value, Mapping) else None
        if value is None:
            return []
    return [] if value is None else value_at(value, ())


def _plain(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")
