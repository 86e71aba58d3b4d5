"""Documents to entities: kind, schema and name, each fault a problem with its place."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from concertino.catalogue.catalogue import CatalogueEntity, Identity
from concertino.catalogue.places import Marks, Places
from concertino.documents import Document, Gate, Positions, read_documents
from concertino.expressions.values import Entity
from concertino.kinds import Kind, Kinds
from concertino.model.json import JsonValue
from concertino.model.limits import Limits
from concertino.model.place import Place, Related
from concertino.model.problem import Problem
from concertino.model.reference import DEFAULT_NAMESPACE, EntityReference
from concertino.model.suggest import suggest


@dataclass(frozen=True)
class Loaded:
    """Entities that are not linked yet, and what was wrong."""

    entities: dict[Identity, CatalogueEntity]
    problems: list[Problem]


@dataclass(frozen=True)
class Loader:
    """What is needed to make entities of documents. `gate` gives the schema gate of a schema file."""

    kinds: Kinds
    gate: Callable[[str], Gate]
    limits: Limits
    lenient: bool = False
    """Required fields may be missing: in the cases of a policy, which write down only what they need."""

    def load(self, places: Places) -> Loaded:
        """The entities in these YAML files, by identity."""
        loaded = Loaded({}, [])
        for file, data in sorted(places.files.items()):
            read = read_documents(file, data, self.limits)
            loaded.problems.extend(read.problems)
            faults = {_document_at(read.documents, problem.place): problem for problem in reversed(read.problems)}
            for document in read.documents:
                fault = faults.get(document.index) if document.faulty else None
                self.add(loaded, document, places, fault)
        return loaded

    def add(self, loaded: Loaded, document: Document, places: Marks, fault: Problem | None = None) -> None:
        """Add the entity of one document; `fault` is what already went wrong with reading it."""
        kind = self._kind(document)
        if kind is None:
            if fault is None:
                loaded.problems.append(self._unknown_kind(document, places.of(document.file, document.index)))
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
        if gate.accepts(document.value):
            return ()
        return gate.explain(document.value, places.of(document.file, document.index), ignore_missing=self.lenient)

    def _kind(self, document: Document) -> Kind | None:
        value = document.value
        name = value.get("kind") if isinstance(value, dict) else None
        return self.kinds.by_name.get(name) if isinstance(name, str) else None

    def _unknown_kind(self, document: Document, marks: Positions) -> Problem:
        names = sorted(name for name, kind in self.kinds.by_name.items() if not kind.derived)
        value = document.value
        if not isinstance(value, dict) or "kind" not in value:
            meant = suggest("kind", list(value)) if isinstance(value, dict) else ""
            return Problem(
                "schema",
                'this document has no "kind", so nobody can tell what it describes',
                marks.key(f"/{meant}") if meant else document.place,
                expected=f"apiVersion, kind, metadata and spec; the kinds are {', '.join(names)}",
                suggestion="kind" if meant else "",
                remediation='Say what the document describes, for example "kind: Brand".',
            )
        return Problem(
            "schema",
            f'"{value["kind"]}" is not a kind that is known here',
            marks.value("/kind"),
            expected=f"one of {', '.join(names)}",
            suggestion=suggest(str(value["kind"]), names),
            remediation="Correct the kind, or declare a new one with a schema file of its own.",
        )


def reference_of(value: JsonValue, kind: Kind) -> EntityReference | None:
    """The reference of a document of `kind`, if its name can be read."""
    metadata = value.get("metadata") if isinstance(value, dict) else None
    name = metadata.get("name") if isinstance(metadata, dict) else None
    namespace = metadata.get("namespace", DEFAULT_NAMESPACE) if isinstance(metadata, dict) else None
    if not isinstance(name, str) or not isinstance(namespace, str) or not name:
        return None
    return EntityReference(kind.name, namespace, name)


def _document_at(documents: tuple[Document, ...], place: Place) -> int:
    """The index of the document in which a syntax problem lies."""
    return max((item.index for item in documents if item.place.line <= place.line), default=0)


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
    return sorted(path for path in paths if path.endswith((".yaml", ".yml")))
