"""Where in the catalogue the values come from that an expression read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from concertino.catalogue import Catalogue
from concertino.expressions import Call, CelOptional, Computed, Constant, Entity, Identifier, Select, Step
from concertino.model.place import Place


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A value in the document of an entity: the entity's reference, and the JSON pointer of the value."""

    entity: str
    pointer: str


@dataclass(frozen=True)
class Origins:
    """Knows the lists and mappings of every entity that was met, by identity: scalars carry no place themselves."""

    catalogue: Catalogue
    _entities: dict[str, Entity] = field(default_factory=dict)
    _known: dict[int, tuple[str, str]] = field(default_factory=dict)

    def meet(self, steps: Iterable[Step]) -> None:
        """Learn the entities that these steps came across."""
        for step in steps:
            self._learn(step.value)
            for value in step.bound.values():
                self._learn(value)

    def meet_all(self) -> None:
        """Learn all entities that are written down somewhere: for whoever asks for many places."""
        for entity in self.catalogue.entities.values():
            if not entity.kind.derived:
                self._learn(entity.value)

    def of_step(self, step: Step) -> Place | None:
        """The place that the value of a step was read from, if it was read from one."""
        if step.failure or (isinstance(step.value, CelOptional) and not step.value.present):
            return None
        return self.of_value(step.value) or (self._read(step, step.steps[0]) if step.steps else None)

    def _read(self, step: Step, operand: Step) -> Place | None:
        """The place of a value that does not know it itself: it was read out of another."""
        match step.node:
            case Call(function="orValue"):
                return self.of_step(operand)
        spot = self.read_by(step)
        return self.place(spot) if spot else None

    def read_by(self, step: Step) -> Spot | None:
        """What a step reads, or asks for, in the document of an entity, whether or not it is there."""
        if not step.steps:
            return None
        holder = step.steps[0].value
        match step.node:
            case Select(field=name) | Call(function="_?._", arguments=(_, Constant(value=str() as name))):
                return self.spot(holder, name)
            case Call(function="_[_]" | "_[?_]") if len(step.steps) > 1:
                return self.spot(holder, step.steps[1].value)
        return None

    def of_value(self, value: object) -> Place | None:
        """Where an entity, a list or a mapping of the catalogue stands."""
        value = value.value if isinstance(value, CelOptional) else value
        if isinstance(value, Entity):
            return self.of_reference(value.reference)
        known = self._known.get(id(value))
        return self._locate(*known) if known else None

    def of_reference(self, reference: str) -> Place | None:
        """Where the entity of this name stands."""
        return self._locate(reference, "/metadata/name")

    def below(self, holder: object, key: object) -> Place | None:
        """Where the field or element `key` of a list or mapping stands."""
        spot = self.spot(holder, key)
        return self.place(spot) if spot else None

    def place(self, spot: Spot) -> Place | None:
        """Where a spot is, or the nearest node above it."""
        return self._locate(spot.entity, spot.pointer)

    def spot(self, holder: object, key: object) -> Spot | None:
        """The field or element `key` of a list or mapping of an entity that was met."""
        holder = holder.value if isinstance(holder, CelOptional) else holder
        known = (holder.reference, "") if isinstance(holder, Entity) else self._known.get(id(holder))
        if known is None or key in ("refs", "inverse") or not isinstance(key, str | int):
            return None
        return Spot(known[0], f"{known[1]}/{_escaped(key)}")

    def _locate(self, reference: str, pointer: str) -> Place | None:
        entity = self.catalogue.by_name.get(reference)
        if entity is None:
            return None
        return self.catalogue.locate(entity, "/metadata/name" if entity.kind.derived else pointer)

    def _learn(self, value: object) -> None:
        if isinstance(value, Entity) and value.reference not in self._entities:
            self._entities[value.reference] = value  # kept, so that no identity is used again
            self._walk(value, value.reference, "")

    def _walk(self, value: object, reference: str, pointer: str) -> None:
        items: Iterable[tuple[object, object]] = ()
        if isinstance(value, Mapping):
            items = value.items()
        elif isinstance(value, list):
            items = enumerate(value)
        for key, child in items:
            if key == "refs":
                self._known[id(child)] = (reference, pointer)  # a reference is written beside what it leads to
            elif key != "inverse" and isinstance(child, dict | list) and not isinstance(child, Entity | Computed):
                here = f"{pointer}/{_escaped(key)}"
                self._known[id(child)] = (reference, here)
                self._walk(child, reference, here)


def is_read(step: Step) -> bool:
    """Whether a step does nothing but read: a name, a field, an element with a literal index."""
    match step.node:
        case Identifier() | Select(test_only=False) | Call(function="_?._"):
            return True
        case Call(function="_[_]" | "_[?_]", arguments=(_, Constant())):
            return True
    return False


def _escaped(key: object) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")
