"""The entities of one snapshot, linked to each other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from concertino.expressions.values import Entity
from concertino.kinds import Kind
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.model.reference import EntityReference

Identity = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class CatalogueEntity:
    """One entity: who it is, where it stands, and its value as policies see it.

    `value` holds, beside what was written, `refs` with the entities that references lead to and `inverse` with those
    that refer to it. It is read-only by agreement. A faulty entity (`fault` says why) remains a target of references,
    but is not judged. An entity of a derived kind stands in the document of one of its factors.
    """

    reference: EntityReference
    kind: Kind
    file: str
    index: int
    value: Entity
    fault: Problem | None = None

    @property
    def name(self) -> str:
        """The reference as text: what a finding calls the entity."""
        return str(self.reference)


@dataclass(frozen=True)
class Catalogue:
    """All entities, sorted by reference, and what was wrong with their files.

    `locate` finds the place of a JSON pointer in the document of an entity, or of the nearest node above it.
    """

    entities: Mapping[Identity, CatalogueEntity]
    problems: tuple[Problem, ...]
    locate: Callable[[CatalogueEntity, str], Place] = field(repr=False, compare=False)
    files: int = 0

    @cached_property
    def by_kind(self) -> Mapping[str, tuple[CatalogueEntity, ...]]:
        """The entities of each kind, faulty ones included."""
        kinds: dict[str, list[CatalogueEntity]] = {}
        for entity in self.entities.values():
            kinds.setdefault(entity.kind.name, []).append(entity)
        return {name: tuple(members) for name, members in kinds.items()}

    @cached_property
    def by_name(self) -> Mapping[str, CatalogueEntity]:
        """The entities by the text of their references, as findings give it."""
        return {entity.name: entity for entity in self.entities.values()}

    def of_kind(self, kind: str) -> tuple[CatalogueEntity, ...]:
        """The entities of one kind, faulty ones included."""
        return self.by_kind.get(kind, ())

    def find(self, reference: EntityReference) -> CatalogueEntity | None:
        """The entity that `reference` means, if there is one."""
        return self.entities.get(reference.identity)
