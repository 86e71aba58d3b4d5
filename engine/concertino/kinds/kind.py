"""Kinds of entities, as schema files declare them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from concertino.model.json import JsonValue
from concertino.model.shape import Vocabulary

ANY_KIND = "*"


@dataclass(frozen=True, slots=True)
class ReferenceRule:
    """What a reference in one property may lead to (`x-reference`).

    `kinds` are names of kinds, or `*` for any; `inverse` is the name under which the target lists
    those that refer to it.
    """

    kinds: tuple[str, ...]
    inverse: str

    @property
    def any_kind(self) -> bool:
        """Whether the reference must say its kind itself."""
        return ANY_KIND in self.kinds


@dataclass(frozen=True, slots=True)
class TableRule:
    """Where the rows of a CSV table go (`x-rows-from`): into the list `rows` beside the property that names the file.

    `schema` is that of the list, `element` that of a row; every `$ref` in them begins with the name of a file of the
    schema folder. `columns` are the fields of a row that a cell can hold, each with its type as schemas call it.
    `name` tells the rule apart from all others.
    """

    name: str
    rows: str
    schema: JsonValue
    element: JsonValue
    columns: Mapping[str, str]
    required: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done with a value of a schema node: numbers made floats, references found, tables read.

    A node in which there is nothing to do has no plan.
    """

    number: bool = False
    fields: Mapping[str, "Plan"] = field(default_factory=dict)
    references: Mapping[str, ReferenceRule] = field(default_factory=dict)
    tables: Mapping[str, TableRule] = field(default_factory=dict)
    element: "Plan | None" = None
    values: "Plan | None" = None

    def parts(self) -> Iterator["Plan"]:
        """The plan and all plans inside it."""
        yield self
        for part in (*self.fields.values(), self.element, self.values):
            if part is not None:
                yield from part.parts()


@dataclass(frozen=True, slots=True)
class Product:
    """How a derived kind comes about (`x-product`): one entity for each combination of its factors.

    `factors` are names of properties with the kinds they stand for. Each combination for which the CEL expression
    `where` holds becomes an entity; its place is the document of the factor that `place` names.
    """

    factors: tuple[tuple[str, str], ...]
    place: str
    where: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its names, the schema it came from, and what its values need."""

    name: str
    api_version: str
    plural: str
    folder: str
    title: str
    description: str
    schema_file: str
    plan: Plan | None = None
    product: Product | None = None
    has_tables: bool = False
    """Whether a document of this kind may name CSV tables."""

    @property
    def derived(self) -> bool:
        """Whether entities of this kind are made from others, not written."""
        return self.product is not None


@dataclass(frozen=True)
class Kinds:
    """All kinds by name, and the vocabulary that expressions over them may use."""

    by_name: Mapping[str, Kind]
    vocabulary: Vocabulary

    def find(self, name: str) -> Kind | None:
        """The kind called `name`, compared without case, as in references."""
        return self.by_name.get(name) or next(
            (kind for key, kind in self.by_name.items() if key.casefold() == name.casefold()), None
        )
