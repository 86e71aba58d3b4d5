"""Who may approve: the decision right that a policy names, at the place where the finding is."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.expressions import Entity

RIGHT_KIND = "DecisionRight"
_BRAND = "Brand"
_CAPABILITY = "Capability"


@dataclass(frozen=True, slots=True)
class Scope:
    """The brands and capabilities that an entity is confined to, by reference; none means that it is not."""

    brands: frozenset[str] = frozenset()
    capabilities: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a right at a place: the right's reference, its team, and the handles of the team's members.

    `why` says what is the matter when nobody can be named.
    """

    right: str = ""
    team: str = ""
    members: frozenset[str] = frozenset()
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Right:
    reference: str
    brand: str
    capability: str
    team: str
    people: tuple[str, ...]

    @property
    def members(self) -> frozenset[str]:
        """The people, in the form in which they are compared."""
        return frozenset(map(handle, self.people))

    def covers(self, scope: Scope) -> bool:
        """Whether all of a scope lies where the right holds."""
        return (not self.brand or scope.brands == {self.brand}) and (
            not self.capability or scope.capabilities == {self.capability}
        )

    @property
    def rank(self) -> tuple[bool, bool]:
        """Brand and capability go before capability alone, that before brand alone, and that before everywhere."""
        return (bool(self.capability), bool(self.brand))


@dataclass(frozen=True)
class Rights:
    """The decision rights of a catalogue.

    `presumed` is for the cases of a policy, which write down only what they need: where they hold no right of that
    name, or do not say who its people are, whoever approved is taken to hold it.
    """

    by_name: Mapping[str, tuple[_Right, ...]] = field(default_factory=dict)
    presumed: bool = False

    @classmethod
    def of(cls, catalogue: Catalogue, *, presumed: bool = False) -> "Rights":
        """The rights that stand in a catalogue. One with faults still stands there, but nobody holds it."""
        found: dict[str, list[_Right]] = {}
        for entity in catalogue.of_kind(RIGHT_KIND):
            spec = entity.value.get("spec")
            if isinstance(spec, dict):
                found.setdefault(str(spec.get("right", "")), []).append(_right(entity, spec))
        return cls({name: tuple(items) for name, items in found.items()}, presumed)

    def holder(self, right: str, scope: Scope) -> Holder | None:
        """Who holds `right` where all of `scope` lies: the most specific scope wins. None: it is not asked here."""
        if not right or (self.presumed and right not in self.by_name):
            return None
        winners = self._winners(right, scope)
        if not winners:
            return Holder(why=f"nobody holds the right {right} here")
        if len(winners) > 1:
            names = " and ".join(item.reference for item in winners)
            return Holder(why=f"the right {right} has more than one holder here: {names}")
        (winner,) = winners
        if self.presumed and not winner.people:
            return None
        why = "" if winner.people else f"{winner.reference} names no team whose members can be read"
        return Holder(winner.reference, winner.team, winner.members, why)

    def people(self, right: str, scope: Scope) -> tuple[str, ...]:
        """The handles of those who hold `right` where all of `scope` lies, as the team lists them; none if disputed."""
        winners = self._winners(right, scope)
        return winners[0].people if len(winners) == 1 else ()

    def _winners(self, right: str, scope: Scope) -> list[_Right]:
        fitting = [item for item in self.by_name.get(right, ()) if item.covers(scope)]
        best = max((item.rank for item in fitting), default=None)
        return [item for item in fitting if item.rank == best]


def scope_of(entity: CatalogueEntity) -> Scope:
    """The brands and capabilities that an entity is, or that it refers to directly."""
    if entity.kind.name == _BRAND:
        return Scope(brands=frozenset((entity.name,)))
    if entity.kind.name == _CAPABILITY:
        return Scope(capabilities=frozenset((entity.name,)))
    spec = entity.value.get("spec")
    refs = spec.get("refs") if isinstance(spec, Mapping) else None
    targets = [item for value in (refs.values() if isinstance(refs, Mapping) else ()) for item in _entities(value)]
    return Scope(
        brands=frozenset(item.reference for item in targets if item.get("kind") == _BRAND),
        capabilities=frozenset(item.reference for item in targets if item.get("kind") == _CAPABILITY),
    )


def handle(person: object) -> str:
    """The handle of a person in the one form in which handles are compared."""
    return str(person).removeprefix("@").casefold()


def _right(entity: CatalogueEntity, spec: Mapping[str, object]) -> _Right:
    refs, scope = spec.get("refs"), spec.get("scope")
    team = refs.get("accountable") if isinstance(refs, Mapping) else None
    readable = isinstance(team, Entity) and entity.fault is None
    return _Right(
        reference=entity.name,
        brand=_scoped(scope, "brand"),
        capability=_scoped(scope, "capability"),
        team=team.reference if isinstance(team, Entity) else "",
        people=handles_of(team) if readable else (),
    )


def _scoped(scope: object, name: str) -> str:
    """The reference under `name`. What leads nowhere stays what it is: a right there covers nothing that exists."""
    if not isinstance(scope, Mapping) or name not in scope:
        return ""
    refs = scope.get("refs")
    target = refs.get(name) if isinstance(refs, Mapping) else None
    return target.reference if isinstance(target, Entity) else f"?{scope[name]}"


def handles_of(team: object) -> tuple[str, ...]:
    """The handles of the members of a team, as they are written."""
    spec = team.get("spec") if isinstance(team, Entity) else None
    members = spec.get("members") if isinstance(spec, Mapping) else None
    listed = members if isinstance(members, list) else []
    return tuple(str(item["handle"]) for item in listed if isinstance(item, Mapping) and "handle" in item)


def _entities(value: object) -> list[Entity]:
    found = value if isinstance(value, list) else [value]
    return [item for item in found if isinstance(item, Entity)]
