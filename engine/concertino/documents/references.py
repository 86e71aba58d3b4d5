"""Where the `$ref`s of schema files lead: only to places in the set, and never round in a circle."""

from collections.abc import Callable, Iterator, Mapping
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import quote

from concertino.documents.quick import BASE
from concertino.documents.tree import Schema, in_place, walk

_MOST_VISITS = 1_000
"""As often may a schema look at one value, through `$ref`s and alternatives; beyond, it is built to hang."""


def address_of(file: str, pointer: str = "") -> str:
    """The absolute address of a place in a schema file."""
    return BASE + quote(file) + (f"#{quote(pointer)}" if pointer else "")


def target_of(reference: str, file: str) -> tuple[str, str]:
    """The file and the pointer that a `$ref` in `file` leads to. A file outside the set begins with `..`."""
    path, _, pointer = reference.partition("#")
    return (normpath(join(dirname(file), path)) if path else file), pointer


def lookup(schemas: Mapping[str, Schema], file: str, pointer: str) -> Schema | None:
    """The schema at a place, or None if there is none."""
    found: Any = schemas.get(file)
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(found, list) and name.isascii() and name.isdigit() and int(name) < len(found):
            found = found[int(name)]
        elif isinstance(found, dict):
            found = found.get(name)
        else:
            return None
    return found if isinstance(found, dict | bool) else None


def made_absolute(schema: Schema, file: str, address: Callable[[str, str], str] = address_of) -> Schema:
    """A copy in which each `$ref` is an absolute address, and no `$id` can move them.

    `address` gives the address of a pointer in a schema file.
    """
    if not isinstance(schema, dict):
        return schema
    copy = {key: value for key, value in schema.items() if key not in ("$id", "$schema")}
    if "$ref" in copy:
        copy["$ref"] = address(*target_of(copy["$ref"], file))
    for keyword, value in schema.items():
        if keyword in _ONE:
            copy[keyword] = made_absolute(value, file, address)
        elif keyword in _MANY:
            copy[keyword] = [made_absolute(part, file, address) for part in value]
        elif keyword in _NAMED:
            copy[keyword] = {name: made_absolute(part, file, address) for name, part in value.items()}
    return copy


_ONE = frozenset(("items", "contains", "additionalProperties", "propertyNames", "not", "if", "then", "else"))
_MANY = frozenset(("prefixItems", "allOf", "anyOf", "oneOf"))
_NAMED = frozenset(("properties", "patternProperties", "dependentSchemas", "$defs"))


def references_in(schema: Schema) -> Iterator[tuple[str, str]]:
    """All `$ref`s, each with its pointer."""
    for pointer, part in walk(schema):
        if isinstance(part, dict) and "$ref" in part:
            yield f"{pointer}/$ref", part["$ref"]


class Circles:
    """Counts how often a value is looked at, following `$ref`s, and so finds those that lead back to themselves."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas
        self._visits: dict[tuple[str, str], int] = {}
        self._open: set[tuple[str, str]] = set()

    def is_endless(self, file: str, pointer: str) -> bool:
        """Whether the schema at a place looks at one value without end, or far too often."""
        return self._count(file, pointer) > _MOST_VISITS

    def _count(self, file: str, pointer: str) -> int:
        place = (file, pointer)
        if place in self._open or len(self._open) > _MOST_VISITS // 10:
            return _MOST_VISITS + 1
        if place not in self._visits:
            self._open.add(place)
            self._visits[place] = self._sum(file, pointer)
            self._open.discard(place)
        return self._visits[place]

    def _sum(self, file: str, pointer: str) -> int:
        schema = lookup(self._schemas, file, pointer)
        visits = 1
        if isinstance(schema, dict) and "$ref" in schema:
            visits += self._count(*target_of(schema["$ref"], file))
        for below, _ in in_place(schema if schema is not None else True):
            if visits <= _MOST_VISITS:
                visits += self._count(file, pointer + below)
        return min(visits, _MOST_VISITS + 1)
