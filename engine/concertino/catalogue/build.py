"""Files to a catalogue."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from concertino.catalogue.catalogue import Catalogue, CatalogueEntity, Identity
from concertino.catalogue.linking import Linker
from concertino.catalogue.loading import Loaded, Loader
from concertino.catalogue.places import Marks, Places
from concertino.catalogue.products import CompiledProduct, derive
from concertino.catalogue.tables import NO_TABLES, Tables, TableSource
from concertino.documents import Gate
from concertino.kinds import Kinds
from concertino.model.limits import Limits
from concertino.model.place import Place
from concertino.model.problem import Problem


@dataclass(frozen=True)
class CatalogueBuilder:
    """What every catalogue under one set of schemas is built with."""

    kinds: Kinds
    gate: Callable[[str], Gate]
    products: tuple[CompiledProduct, ...]
    limits: Limits

    def build(self, files: Mapping[str, bytes], source: TableSource = NO_TABLES) -> Catalogue:
        """The catalogue in these YAML files, and in the CSV tables that their documents name."""
        tables = Tables(source, self.limits)
        places = Places(files, self.limits, tables.attached)
        loaded = Loader(self.kinds, self.gate, self.limits, tables=tables).load(places)
        return replace(self.link(loaded, places), files=len(files) + tables.count)

    def link(self, loaded: Loaded, places: Marks, *, dangling_is_a_problem: bool = True) -> Catalogue:
        """The catalogue of entities that were read already."""
        entities = dict(loaded.entities)
        linker = Linker(
            self.kinds,
            entities,
            lambda entity: places.of(entity.file, entity.index),
            dangling_is_a_problem,
            loaded.unidentified,
        )
        linker.link(loaded.entities.values())
        linker.add_inverses()
        self._derive(entities, linker)
        linker.finish()
        linker.add_inverses()
        return Catalogue(
            entities=dict(sorted(entities.items())),
            problems=(*_said_worse(loaded.problems, linker.problems), *linker.problems),
            locate=lambda entity, pointer: _locate(places, entity, pointer),
        )

    def _derive(self, entities: dict[Identity, CatalogueEntity], linker: Linker) -> None:
        members: dict[str, list[CatalogueEntity]] = {}
        for _, entity in sorted(entities.items()):
            members.setdefault(entity.kind.name, []).append(entity)
        for item in self.products:
            derived = {entity.reference.identity: entity for entity in derive(item, members, self.limits)}
            entities.update(derived)
            linker.link(derived.values())


def _said_worse(found: Iterable[Problem], better: Iterable[Problem]) -> Iterator[Problem]:
    """What the schema found, without what the references say better: with the entity that was meant."""
    told = {problem.place for problem in better}
    return (problem for problem in found if problem.check != "schema" or problem.place not in told)


def _locate(places: Marks, entity: CatalogueEntity, pointer: str) -> Place:
    marks = places.of(entity.file, entity.index)
    wanted = "/metadata/name" if entity.kind.derived else pointer
    place = marks.nearest(wanted)
    # A forge shows a finding beside a change only if all its lines are changed: a key says as much as ten lines.
    return place if place.line == place.end_line else marks.head(wanted)
