"""A catalogue with a few documents changed, for as long as somebody looks at it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from math import prod
from typing import NoReturn

from concertino.catalogue.build import CatalogueBuilder
from concertino.catalogue.catalogue import Catalogue, CatalogueEntity, Identity
from concertino.catalogue.linking import Linker, sort_key
from concertino.catalogue.products import derive, looks_further
from concertino.documents import Positions
from concertino.documents.nodes import Node, Span
from concertino.expressions.values import Computed, Entity, EvaluationError
from concertino.model.json import JsonObject, JsonValue

MOST_NODES = 5_000
"""A document with more values than this is not changed: it would be copied for every change."""
_MOST_COMBINATIONS = 5_000
_DERIVED = ("refs", "inverse")
_BEGINNING = Node(Span(1, 1, 1, 1))
_Derivatives = list[tuple[str, object]]
_Undo = list[tuple[dict[str, object], dict[str, object]]]


@dataclass(frozen=True)
class Overlay:
    """Lays changed documents over a linked catalogue, so that judging it again costs microseconds, not a new build.

    Only what names and kinds do not depend on can be changed: identities stay, and so do the entities of derived kinds.
    """

    catalogue: Catalogue
    builder: CatalogueBuilder
    _written: dict[str, JsonObject | None] = field(default_factory=dict)
    _mentions: dict[str, frozenset[tuple[Identity, str]]] = field(default_factory=dict)
    _computing: list[tuple[Entity, str]] = field(default_factory=list)
    _checked: list[bool] = field(default_factory=list)
    _usual: dict[str, _Derivatives | None] = field(default_factory=dict)

    def written(self, reference: str) -> JsonObject | None:
        """The document of an entity as it is written, to be copied before it is changed.

        None if it can't be changed: it is derived, has faults, is filled from a table or is too large.
        """
        if reference not in self._written:
            entity = self.catalogue.by_name.get(reference)
            self._written[reference] = self._read(entity) if entity else None
        return self._written[reference]

    def accepts(self, reference: str, document: JsonObject) -> bool:
        """Whether a document in the stead of that of an entity follows the schema of its kind."""
        return self.builder.gate(self.catalogue.by_name[reference].kind.schema_file).accepts(document)

    @contextmanager
    def changed(self, documents: Mapping[str, JsonObject]) -> Iterator[bool]:
        """The catalogue with these documents in the stead of those of the entities of these names, inside the block.

        The documents are used up: they become part of the catalogue.

        False if that can't be: a reference would lead nowhere, or other derived entities would come about. The
        catalogue itself is changed, so nobody else may read it meanwhile; afterwards it is as it was.
        """
        undo: _Undo = []
        entities = [self.catalogue.by_name[name] for name in documents]
        before = [self._before(entity) for entity in entities]
        try:
            self._forget(undo)
            done = all(self._put(entity, documents[entity.name], undo) for entity in entities)
            yield done and None not in before and [self._derivatives(entity) for entity in entities] == before
        finally:
            for holder, content in reversed(undo):
                holder.clear()
                holder.update(content)

    def _read(self, entity: CatalogueEntity) -> JsonObject | None:
        if entity.kind.derived or entity.fault or _size(entity.value) > MOST_NODES:
            return None
        document = _as_written(entity.value)
        if not isinstance(document, dict) or not self.accepts(entity.name, document):
            return None
        linked = self._linked(entity, copied(document))
        if linked is None:
            return None
        self._mentions[entity.name] = linked[1]
        return document

    def _linked(
        self, entity: CatalogueEntity, document: JsonObject
    ) -> tuple[Entity, frozenset[tuple[Identity, str]]] | None:
        """The value of an entity with this document, and where it would stand in inverse lists."""
        value = Entity(entity.name, {**document})
        linker = Linker(self.builder.kinds, self.catalogue.entities, _nowhere)
        linker.link([replace(entity, value=value)])
        linker.finish()
        return None if linker.problems else (value, linker.mentions)

    def _put(self, entity: CatalogueEntity, document: JsonObject, undo: _Undo) -> bool:
        if self.written(entity.name) is None:
            return False
        linked = self._linked(entity, document)
        if linked is None:
            return False
        value, mentions = linked
        undo.append((entity.value, dict(entity.value)))
        kept = {key: entity.value[key] for key in ("inverse", *_computed(entity.value))}
        entity.value.clear()
        entity.value.update({**value, **kept})
        for identity, name in sorted(mentions ^ self._mentions[entity.name]):
            self._mention(entity, identity, name, undo, added=(identity, name) in mentions)
        return True

    def _forget(self, undo: _Undo) -> None:
        """What was computed for entities may not hold any more, so that nobody may look at it."""
        if not self._checked:
            self._checked.append(True)
            for entity in self.catalogue.entities.values():
                self._computing.extend((entity.value, key) for key in _computed(entity.value))
        for holder, key in self._computing:
            undo.append((holder, dict(holder)))
            holder[key] = Computed(_names(holder[key]), _not_anew)

    def _mention(
        self,
        entity: CatalogueEntity,
        identity: Identity,
        name: str,
        undo: _Undo,
        *,
        added: bool,
    ) -> None:
        inverse = self.catalogue.entities[identity].value["inverse"]
        if isinstance(inverse, dict) and name in inverse:
            undo.append((inverse, dict(inverse)))
            others = [item for item in inverse[name] if item is not entity.value]
            inverse[name] = sorted([*others, entity.value], key=sort_key) if added else others

    def _before(self, entity: CatalogueEntity) -> _Derivatives | None:
        if entity.name not in self._usual:
            self._usual[entity.name] = self._derivatives(entity)
        return self._usual[entity.name]

    def _derivatives(self, entity: CatalogueEntity) -> _Derivatives | None:
        """What is derived from an entity, and how it is called. None if that would take too long to tell."""
        found: _Derivatives = []
        for item in self.builder.products:
            kinds = [kind for _, kind in item.factors]
            further = looks_further(item, self.builder.kinds)
            if entity.kind.name not in kinds and not further:
                continue
            members = {kind: self.catalogue.of_kind(kind) for kind in kinds}
            if kinds.count(entity.kind.name) == 1 and not further:
                members[entity.kind.name] = (entity,)
            if prod(len(members[kind]) for kind in kinds) > _MOST_COMBINATIONS:
                return None
            found += [(one.name, one.value["metadata"]) for one in derive(item, members, self.builder.limits)]
        return found


def _nowhere(entity: CatalogueEntity) -> Positions:
    """Places that nobody reads: a document that would need one is not laid over."""
    return Positions(entity.file, lambda: _BEGINNING)


def copied(document: JsonObject) -> dict[str, JsonValue]:
    """A copy of a document, to be changed."""
    return {key: _copy(value) for key, value in document.items()}


def _copy(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def _computed(value: Entity) -> list[str]:
    return [key for key, item in dict.items(value) if isinstance(item, Computed)]


def _names(value: object) -> tuple[str, ...]:
    return value.names if isinstance(value, Computed) else ()


def _not_anew(name: str) -> NoReturn:
    raise EvaluationError(f"{name} is not computed anew for a change that is only tried")


def _as_written(value: object) -> JsonValue:
    """A copy without what linking added."""
    if isinstance(value, dict):
        return {str(key): _as_written(item) for key, item in value.items() if _is_written(key, item)}
    if isinstance(value, list):
        return [_as_written(item) for item in value]
    return value  # type: ignore[return-value] # a scalar of a document


def _size(value: object) -> int:
    if isinstance(value, dict):
        return 1 + sum(_size(item) for key, item in value.items() if _is_written(key, item))
    return 1 + sum(map(_size, value)) if isinstance(value, list) else 1


def _is_written(key: object, value: object) -> bool:
    return key not in _DERIVED and not isinstance(value, Computed)
