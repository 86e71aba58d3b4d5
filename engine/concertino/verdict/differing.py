"""The entities that a change adds, removes or rewrites, and the first place where one is not as it was."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.expressions import Unreadable
from concertino.model.place import Place

_WRITTEN = ("metadata", "spec")
_LINKS = ("refs", "inverse")
"""What stands beside written values and comes from other entities."""
_Identity = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class EntityChange:
    """One entity on both sides, of which it may be missing on one. `pointer` is where the first difference is."""

    before: CatalogueEntity | None
    after: CatalogueEntity | None
    pointer: str = ""

    @property
    def name(self) -> str:
        """Its reference."""
        found = self.after or self.before
        return found.name if found else ""


@dataclass(frozen=True)
class Changes:
    """The entities that are written otherwise on one side of a change than on the other, wherever they stand."""

    base: Catalogue
    head: Catalogue
    entities: Mapping[_Identity, EntityChange]

    @classmethod
    def between(cls, base: Catalogue, head: Catalogue) -> "Changes":
        """All of them, sorted by identity. What is derived is not written, so it is no change by itself."""
        found = {}
        for identity in sorted(base.entities.keys() | head.entities.keys()):
            old, new = base.entities.get(identity), head.entities.get(identity)
            if (old or new).kind.derived:  # type: ignore[union-attr]  # one of the two is there
                continue
            pointer = _first_difference(old, new) if old and new else ""
            if old is None or new is None or pointer:
                found[identity] = EntityChange(old, new, pointer)
        return cls(base, head, found)

    @cached_property
    def by_name(self) -> Mapping[str, EntityChange]:
        """The changes by reference, in the one form in which references are compared."""
        return {item.name.casefold(): item for item in self.entities.values()}

    @cached_property
    def files(self) -> frozenset[str]:
        """The files of the later side that hold a changed entity."""
        return frozenset(item.after.file for item in self.entities.values() if item.after)

    def place(self, reference: str) -> Place | None:
        """Where an entity is not as it was; nothing if it is gone or the same."""
        change = self.by_name.get(reference.casefold())
        if change is None or change.after is None:
            return None
        return self.head.locate(change.after, change.pointer or "/metadata/name")


def _first_difference(old: CatalogueEntity, new: CatalogueEntity) -> str:
    """The JSON pointer of the first value that differs, empty if none does."""
    parts = (_differences(old.value.get(name), new.value.get(name), f"/{name}") for name in _WRITTEN)
    return next((pointer for part in parts for pointer in part), "")


def _differences(old: object, new: object, pointer: str) -> Iterator[str]:
    if isinstance(old, Unreadable) or isinstance(new, Unreadable):
        yield from () if isinstance(old, Unreadable) and isinstance(new, Unreadable) else [pointer]
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*new, *old)):
            if key in _LINKS:
                continue
            if key in old and key in new:
                yield from _differences(old[key], new[key], f"{pointer}/{_escaped(str(key))}")
            else:
                yield f"{pointer}/{_escaped(str(key))}" if key in new else pointer
    elif isinstance(old, list) and isinstance(new, list):
        for index, (before, after) in enumerate(zip(old, new, strict=False)):
            yield from _differences(before, after, f"{pointer}/{index}")
        if len(old) != len(new):
            yield f"{pointer}/{len(old)}" if len(new) > len(old) else pointer
    elif type(old) is not type(new) or old != new:
        yield pointer


def _escaped(key: str) -> str:
    """A key as a part of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")
