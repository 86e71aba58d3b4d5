"""Documents to entities: kind, schema and name, each fault a problem with its place."""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from concertino.catalogue.catalogue import CatalogueEntity, Identity
from concertino.catalogue.identifying import name_of, unknown_kind
from concertino.catalogue.places import Marks, Places
from concertino.catalogue.tables import Tables
from concertino.documents import Document, Gate, Positions, read_documents
from concertino.expressions.values import Entity
from concertino.kinds import Kind, Kinds
from concertino.model.json import JsonValue
from concertino.model.limits import Limits
from concertino.model.place import Place, Related
from concertino.model.problem import Problem
from concertino.model.reference import EntityReference


@dataclass(frozen=True)
class Loaded:
    """Entities that are not linked yet, and what was wrong."""

    entities: dict[Identity, CatalogueEntity]
    problems: list[Problem]
    unidentified: dict[tuple[str, str], Problem] = field(default_factory=dict)
    """The documents whose kind nobody knows, by namespace and name without case, with the finding that says so."""


@dataclass(frozen=True)
class Loader:
    """What is needed to make entities of documents. `gate` gives the schema gate of a schema file."""

    kinds: Kinds
    gate: Callable[[str], Gate]
    limits: Limits
    lenient: bool = False
    """Required fields may be missing: in the cases of a policy, which write down only what they need."""
    tables: Tables = field(default_factory=Tables)

    def load(self, places: Places) -> Loaded:
        """The entities in these YAML files, by identity."""
        loaded = Loaded({}, [])
        found: list[tuple[Document, Problem | None]] = []
        for file, data in sorted(places.files.items()):
            read = read_documents(file, data, self.limits)
            loaded.problems.extend(read.problems)
            lines = [item.place.line for item in read.documents]
            faults = {_document_at(lines, problem.place): problem for problem in reversed(read.problems)}
            found += [
                (item, faults.get(item.index, read.problems[0]) if item.faulty else None) for item in read.documents
            ]
        self.tables.fetch((document, kind) for document, _ in found if (kind := self._kind(document)))
        for document, fault in found:
            self.add(loaded, document, places, fault)
        return loaded

    def add(self, loaded: Loaded, document: Document, places: Marks, fault: Problem | None = None) -> None:
        """Add the entity of one document; `fault` is what already went wrong with reading it."""
        kind = self._kind(document)
        if kind is None:
            self._unidentified(loaded, document, places, fault)
            return
        reference = reference_of(document.value, kind)
        subject = str(reference) if reference else ""
        found = () if fault else self.problems_of(document, kind, places)
        found = tuple(replace(problem, subject=subject) for problem in found)
        loaded.problems.extend(found)
        if reference is None or not isinstance(document.value, dict):
            return
        value = Entity(subject, dict(document.value))
        fault = fault or next(iter(found), None)
        entity = CatalogueEntity(reference, kind, document.file, document.index, value, fault)
        twin = loaded.entities.setdefault(reference.identity, entity)
        if twin is not entity:
            loaded.problems.append(_duplicate(entity, twin, places))

    def problems_of(self, document: Document, kind: Kind, places: Marks) -> tuple[Problem, ...]:
        """What the schema of `kind` finds wrong with a document."""
        if kind.derived:
            return (_written_though_derived(kind, places.of(document.file, document.index)),)
        gate = self.gate(kind.schema_file)
        found: tuple[Problem, ...] = ()
        if not gate.accepts(document.value):
            marks = places.of(document.file, document.index)
            found = gate.explain(document.value, marks, ignore_missing=self.lenient)
        if kind.has_tables:
            found += self._fill(document, kind, gate, places, found)
        return found

    def _fill(
        self, document: Document, kind: Kind, gate: Gate, places: Marks, found: tuple[Problem, ...]
    ) -> tuple[Problem, ...]:
        """Fill a document from its tables. What the schema says of the document itself was asked before."""
        told = {problem.place.pointer for problem in found}
        return tuple(self.tables.fill(document, kind, gate, lambda: places.of(document.file, document.index), told))

    def _unidentified(self, loaded: Loaded, document: Document, places: Marks, fault: Problem | None) -> None:
        if fault is None:
            names = sorted(name for name, kind in self.kinds.by_name.items() if not kind.derived)
            fault = unknown_kind(document, places.of(document.file, document.index), names)
            loaded.problems.append(fault)
        if named := name_of(document.value):
            loaded.unidentified.setdefault((named[0].casefold(), named[1].casefold()), fault)

    def _kind(self, document: Document) -> Kind | None:
        value = document.value
        name = value.get("kind") if isinstance(value, dict) else None
        return self.kinds.by_name.get(name) if isinstance(name, str) else None


def reference_of(value: JsonValue, kind: Kind) -> EntityReference | None:
    """The reference of a document of `kind`, if its name can be read."""
    named = name_of(value)
    return EntityReference(kind.name, *named) if named else None


def _document_at(lines: list[int], place: Place) -> int:
    """The index of the document in which a syntax problem lies. `lines` are those at which the documents begin."""
    return max(bisect_right(lines, place.line) - 1, 0)


def _duplicate(entity: CatalogueEntity, twin: CatalogueEntity, places: Marks) -> Problem:
    here, there = (places.of(item.file, item.index).nearest("/metadata/name") for item in (entity, twin))
    return Problem(
        "duplicate",
        f'{entity.kind.name} "{entity.reference.name}" is described twice, here and in {there}',
        here,
        remediation="Names are unique per kind and namespace, whatever their case. Rename one, or remove it.",
        related=(Related("described here as well", there),),
        subject=entity.name,
    )


def _written_though_derived(kind: Kind, marks: Positions) -> Problem:
    factors = " and ".join(name for _, name in kind.product.factors) if kind.product else ""
    return Problem(
        "schema",
        f"{kind.name} is derived: every {kind.name} follows from {factors}, no document holds it",
        marks.nearest("/kind"),
        remediation="Remove the document.",
    )


def yaml_files(paths: Iterable[str]) -> list[str]:
    """Those of `paths` that Concertino reads as YAML, sorted."""
    return sorted(path for path in paths if path.lower().endswith((".yaml", ".yml")))
