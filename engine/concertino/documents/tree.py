"""Walking through a schema: which parts of it are schemas, and which of those look at the same value."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any] | bool
"""A parsed schema. Its form is checked by the dialect before anything else looks at it."""

_IN_PLACE = ("not", "if", "then", "else")
_IN_PLACE_LISTS = ("allOf", "anyOf", "oneOf")
_DEEPER = ("items", "contains", "additionalProperties", "propertyNames")
_DEEPER_MAPS = ("properties", "patternProperties")


def in_place(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """The parts that look at the same value as the schema itself, each with its pointer below the schema."""
    if not isinstance(schema, dict):
        return
    for keyword in _IN_PLACE:
        if keyword in schema:
            yield f"/{keyword}", schema[keyword]
    for keyword in _IN_PLACE_LISTS:
        yield from _listed(schema, keyword)
    yield from _named(schema, "dependentSchemas")


def deeper(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """The parts that look at other values, or that only wait for a `$ref`."""
    if not isinstance(schema, dict):
        return
    for keyword in _DEEPER:
        if keyword in schema:
            yield f"/{keyword}", schema[keyword]
    yield from _listed(schema, "prefixItems")
    for keyword in (*_DEEPER_MAPS, "$defs"):
        yield from _named(schema, keyword)


def walk(schema: Schema, pointer: str = "") -> Iterator[tuple[str, Schema]]:
    """The schema and all its parts, each with its pointer."""
    yield pointer, schema
    for below, part in (*in_place(schema), *deeper(schema)):
        yield from walk(part, pointer + below)


def _listed(schema: Mapping[str, Any], keyword: str) -> Iterator[tuple[str, Schema]]:
    for index, part in enumerate(schema.get(keyword, ())):
        yield f"/{keyword}/{index}", part


def _named(schema: Mapping[str, Any], keyword: str) -> Iterator[tuple[str, Schema]]:
    for name, part in schema.get(keyword, {}).items():
        yield f"/{keyword}/{name.replace('~', '~0').replace('/', '~1')}", part
