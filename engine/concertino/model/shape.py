"""The types that schemas give to entities, as the expression checker sees them.

A schema is a tree; a vocabulary is a flat table of named shapes, since kinds refer to each other
and a tree would never end.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias


class Primitive(StrEnum):
    """Types without parts. `DYN` is anything: a union in the schema, or a reference that may lead to any kind."""

    BOOL = "bool"
    INT = "int"
    DOUBLE = "double"
    STRING = "string"
    DYN = "dyn"


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list whose elements have one type."""

    element: "Type"


@dataclass(frozen=True, slots=True)
class MapOf:
    """A mapping from text, with keys the schema does not list."""

    value: "Type"


@dataclass(frozen=True, slots=True)
class ShapeName:
    """A mapping with fields that the schema lists: the name of a shape in the vocabulary."""

    name: str


Type: TypeAlias = Primitive | ListOf | MapOf | ShapeName


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a shape. `values` are the only values allowed, if the schema lists them.

    `values`, `pattern` and `format` are those of the elements where the field is a list of texts. `shortest` and
    `longest` bound the elements of a list, or the characters of a text.
    """

    type: Type
    required: bool = False
    values: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    description: str = ""
    pattern: str = ""
    format: str = ""
    shortest: int = 0
    longest: int | None = None
    computed: bool = False
    """Whether the engine computes it, so that no document holds it."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of a mapping, by name. The shape of a kind is named like the kind, parts of it `Kind.part.part`."""

    name: str
    fields: Mapping[str, Field] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All shapes, by name. Every `ShapeName` in a field stands in here."""

    shapes: Mapping[str, Shape] = field(default_factory=dict)
