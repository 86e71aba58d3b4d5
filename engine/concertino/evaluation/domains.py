"""Which other values a field may have, as far as its schema and what it was compared with tell; the nearest first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil, floor

from concertino.bindings import Spot
from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.evaluation.reading import Reading
from concertino.evaluation.trial import is_day
from concertino.kinds import Kinds, Plan, ReferenceRule
from concertino.model.edit import APPEND
from concertino.model.json import JsonValue
from concertino.model.reference import DEFAULT_NAMESPACE
from concertino.model.shape import Field, ListOf, Primitive, ShapeName, Type

_MOST = 24
"""Values that are tried for one field."""
_MOST_ELEMENTS = 12
_MOST_TEXTS = 10
_DEEPEST = 4
_TEXTS = ("to be written", "https://example.com", "someone@example.com", "x")
"""What stands for a text that only its author knows."""
_IDENTITY = ("/apiVersion", "/kind", "/metadata/name", "/metadata/namespace")


@dataclass(frozen=True, slots=True)
class Slot:
    """What a schema says of the value at one place: its type, its field, and what it may refer to."""

    type: Type
    field: Field
    rule: ReferenceRule | None = None


@dataclass(frozen=True)
class Domains:
    """Other values for the fields of a catalogue, given what a policy read."""

    catalogue: Catalogue
    kinds: Kinds
    reading: Reading

    def alternatives(self, spot: Spot, before: JsonValue | None) -> Iterator[tuple[str, JsonValue | None]]:
        """What may stand at a spot instead of `before`: the pointer and the value, None for nothing.

        Elements of a list are added and taken away one at a time.
        """
        entity = self.catalogue.by_name[spot.entity]
        slot = self.slot(entity, spot.pointer)
        if slot is None or spot.pointer in _IDENTITY:
            return
        if isinstance(before, list) and isinstance(slot.type, ListOf):
            yield from self._members(entity, spot.pointer, slot, slot.type, before)
        elif not isinstance(before, dict | list):
            found = self._values(entity, slot, before)
            yield from ((spot.pointer, value) for value in _told_apart(found, before))
        if before is not None and not slot.field.required and not spot.pointer.rpartition("/")[2].isdigit():
            yield spot.pointer, None

    def slot(self, entity: CatalogueEntity, pointer: str) -> Slot | None:
        """What the schema says of the value at a pointer; None where it says nothing."""
        slot = Slot(ShapeName(entity.kind.name), Field(ShapeName(entity.kind.name)))
        plan = entity.kind.plan
        for part in pointer.split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            below = self._below(slot, plan, name)
            if below is None:
                return None
            slot, plan = below
        return slot

    def _below(self, slot: Slot, plan: Plan | None, name: str) -> tuple[Slot, Plan | None] | None:
        if isinstance(slot.type, ListOf):
            inner = slot.type.element
            return replace(slot, type=inner, field=replace(slot.field, required=True)), plan.element if plan else None
        shape = self.kinds.vocabulary.shapes.get(slot.type.name) if isinstance(slot.type, ShapeName) else None
        found = shape.fields.get(name) if shape else None
        if found is None:
            return None
        rule = plan.references.get(name) if plan else None
        return Slot(found.type, found, rule), plan.fields.get(name) if plan else None

    def _members(
        self, entity: CatalogueEntity, pointer: str, slot: Slot, of: ListOf, before: list[JsonValue]
    ) -> Iterator[tuple[str, JsonValue | None]]:
        element = replace(slot, type=of.element)
        added = (value for value in self._values(entity, element, None) if value not in before)
        yield from ((f"{pointer}/{APPEND}", value) for value in _first(added, _MOST))
        yield from ((f"{pointer}/{index}", None) for index in range(min(len(before), _MOST_ELEMENTS)))

    def _values(
        self, entity: CatalogueEntity, slot: Slot, before: JsonValue | None, depth: int = _DEEPEST
    ) -> Iterator[JsonValue]:
        match slot.type:
            case Primitive.BOOL:
                yield from (True, False)
            case Primitive.INT | Primitive.DOUBLE:
                yield from self._numbers(slot, before)
            case Primitive.STRING if slot.rule:
                yield from self._references(entity, slot.rule)
            case Primitive.STRING:
                yield from self._texts(slot.field, before)
            case ListOf(element=element):
                inner = self._values(entity, replace(slot, type=element), None, depth)
                yield from ([value] for value in inner)
            case ShapeName(name=name):
                yield from self._mappings(entity, name, depth)

    def _texts(self, field: Field, before: JsonValue | None) -> Iterator[JsonValue]:
        if field.values:
            yield from field.values
        elif field.format == "date":
            yield from self._days(before)
        else:
            seen = [value for of, value in self.reading.values if of is str and value and not is_day(value)]
            yield from (str(value) for value in seen[:_MOST_TEXTS])
            yield from _TEXTS if before is None else ()

    def _days(self, before: JsonValue | None) -> Iterator[JsonValue]:
        """Days that occurred and those beside them, and days so far away as comparisons lacked."""
        seen = [date.fromisoformat(str(value)) for of, value in self.reading.values if of is str and is_day(value)]
        near = {found for day in seen for by in (0, 1, -1) if (found := _shifted(day, by))}
        if is_day(before):
            here = date.fromisoformat(str(before))
            gaps = {round(abs(one - other)) for one, other in self.reading.compared if abs(one - other) < 10**6}
            far = [sign * (gap + more) for gap in sorted(gaps) for sign in (1, -1) for more in (0, 1)]
            near |= {found for by in far if (found := _shifted(here, by))}
            yield from (day.isoformat() for day in sorted(near, key=lambda day: (abs(day - here), day)))
        else:
            yield from (day.isoformat() for day in sorted(near))

    def _numbers(self, slot: Slot, before: JsonValue | None) -> Iterator[JsonValue]:
        """Numbers that occurred, that comparisons lacked, and the bounds of the schema, each with those beside it."""
        here = float(before) if isinstance(before, int | float) else 0.0
        near = {float(str(value)) for of, value in self.reading.values if of in (int, float)}
        for one, other in self.reading.compared:
            near |= {here + other - one, here + one - other}
            near |= {here * other / one} if one else set()
            near |= {here * one / other} if other else set()
        near |= {bound for bound in (slot.field.minimum, slot.field.maximum) if bound is not None}
        whole = slot.type is Primitive.INT
        steps = (0.0, 1.0, -1.0) if whole else (0.0, 0.1, -0.1, 1.0, -1.0)
        wanted = {round(number + step, 6) for number in near if abs(number) < 2**53 for step in steps}
        if whole:
            wanted = {float(edge) for number in wanted for edge in (floor(number), ceil(number))}
        allowed = [number for number in wanted if _allows(slot.field, number)]
        allowed.sort(key=lambda number: (abs(number - here), number))
        yield from (int(number) if whole else number for number in allowed)

    def _references(self, entity: CatalogueEntity, rule: ReferenceRule) -> Iterator[JsonValue]:
        """Entities of the kinds that a reference may lead to; those that occurred come first."""
        kinds = sorted(self.catalogue.by_kind) if rule.any_kind else rule.kinds
        found = [item for kind in kinds for item in self.catalogue.of_kind(kind) if not item.fault]
        found.sort(key=lambda item: (item.name not in self.reading.entities, item.name))
        yield from (text for item in found if (text := reference_text(entity, item, rule)))

    def _mappings(self, entity: CatalogueEntity, name: str, depth: int) -> Iterator[JsonValue]:
        """What is required of a mapping; then the same with each of the fields that the schema leaves open."""
        shape = self.kinds.vocabulary.shapes.get(name)
        if shape is None or depth == 0:
            return
        plan = self._plan_of(entity, name)
        fields = {key: field for key, field in shape.fields.items() if key not in ("refs", "inverse")}

        def first(key: str) -> JsonValue | None:
            slot = Slot(fields[key].type, fields[key], plan.references.get(key) if plan else None)
            return next(self._values(entity, slot, None, depth - 1), None)

        least = {key: value for key, field in fields.items() if field.required and (value := first(key)) is not None}
        yield dict(least)
        for key, field in fields.items():
            if not field.required and (value := first(key)) is not None:
                yield {**least, key: value}

    def _plan_of(self, entity: CatalogueEntity, shape: str) -> Plan | None:
        """The plan of the mappings that have a shape, which is called like the way to it."""
        plan = entity.kind.plan
        for part in shape.split(".")[1:]:
            if plan is None:
                return None
            plan = plan.element if part == "item" and plan.element else plan.fields.get(part)
        return plan


def reference_text(by: CatalogueEntity, target: CatalogueEntity, rule: ReferenceRule) -> str:
    """How an entity refers to another one where a rule says what may stand there; empty if it can't."""
    space, own = target.reference.namespace.casefold(), by.reference.namespace.casefold()
    if target.kind.derived and own != DEFAULT_NAMESPACE:
        return ""
    prefix = "" if target.kind.derived or space == own else f"{target.reference.namespace}/"
    kind = "" if len(rule.kinds) == 1 and not rule.any_kind else f"{target.kind.name.lower()}:"
    return f"{kind}{prefix}{target.reference.name}"


def _told_apart(values: Iterable[JsonValue], before: JsonValue | None) -> Iterator[JsonValue]:
    known: list[tuple[type, JsonValue | None]] = [(type(before), before)]
    for value in _first(values, _MOST + 1):
        if (type(value), value) not in known:
            known.append((type(value), value))
            yield value


def _first(values: Iterable[JsonValue], most: int) -> Iterator[JsonValue]:
    for _, value in zip(range(most), values, strict=False):
        yield value


def _allows(field: Field, number: float) -> bool:
    return (field.minimum is None or number >= field.minimum) and (field.maximum is None or number <= field.maximum)


def _shifted(day: date, by: int) -> date | None:
    try:
        return day + timedelta(days=by)
    except OverflowError:
        return None
