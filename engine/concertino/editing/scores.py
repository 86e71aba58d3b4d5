"""Scores between the documents that people write them in and a table with a row for each cell and sheet.

The documents stay the truth: a table is compared with them, and only what differs is spliced into their text. An empty
cell of the table means that the score is inherited.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.documents.tables import Columns
from concertino.expressions.values import Entity
from concertino.kinds import Kind, Kinds
from concertino.matrix.display import Sheet, fields_of, row_shape
from concertino.model.json import JsonObject, JsonScalar, JsonValue
from concertino.model.shape import Field, Primitive

SHEET = "sheet"
"""The column that names the document."""
_TYPES = {
    Primitive.STRING: "string",
    Primitive.INT: "integer",
    Primitive.DOUBLE: "number",
    Primitive.BOOL: "boolean",
}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of the table: a cell, seen in one sheet. `number` is that of its row there, None if it has none.

    `values` are the fields that have a column, `hidden` the names of those that have none.
    """

    cell: CatalogueEntity
    factors: Mapping[str, str]
    sheet: CatalogueEntity | None = None
    perspective: str = ""
    number: int | None = None
    values: Mapping[str, JsonScalar] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheets:
    """The sheets of a catalogue in which people score the entities of a kind."""

    declared: Sheet
    target: str
    catalogue: Catalogue
    kinds: Kinds

    @cached_property
    def kind(self) -> Kind:
        """The kind of the sheets."""
        return self.kinds.by_name[self.declared.kind]

    @cached_property
    def axes(self) -> tuple[str, ...]:
        """The factors that make a cell."""
        product = self.kinds.by_name[self.target].product
        return tuple(name for name, _ in product.factors) if product else ()

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """The fields of a row that a table can hold, in the order of the schema; those that name the cell left out."""
        shape = row_shape(self.kinds.vocabulary, self.declared.kind, self.declared.rows)
        own = self.kinds.vocabulary.shapes[shape].fields
        plain = {name: item for name, item in own.items() if item.type in _TYPES and not item.computed}
        scores = [name for name in plain if name in self.declared.scores]
        others = [name for name in plain if name not in (*self.declared.scores, *self.declared.row)]
        return {name: plain[name] for name in (*scores, *others)}

    @cached_property
    def order(self) -> tuple[str, ...]:
        """All fields of a row, in the order of the schema."""
        return fields_of(
            self.kinds.vocabulary, row_shape(self.kinds.vocabulary, self.declared.kind, self.declared.rows)
        )

    @property
    def required(self) -> tuple[str, ...]:
        """The fields with a column that a row must have."""
        return tuple(name for name, item in self.fields.items() if item.required)

    @cached_property
    def columns(self) -> Columns:
        """The columns of the table: the cell, the sheet and whose view it is, the scores, then other plain fields."""
        perspective = [self.declared.perspective] if self.declared.perspective else []
        texts = dict.fromkeys((*self.axes, SHEET, *perspective), "string")
        types = {name: _TYPES[item.type] for name, item in self.fields.items() if isinstance(item.type, Primitive)}
        return Columns({**texts, **types}, self.axes)

    @cached_property
    def faulty(self) -> tuple[CatalogueEntity, ...]:
        """The sheets that can't be read, since they have faults."""
        return tuple(item for item in self.catalogue.of_kind(self.declared.kind) if item.fault)

    @cached_property
    def sheets(self) -> tuple[CatalogueEntity, ...]:
        """The sheets without faults."""
        return tuple(item for item in self.catalogue.of_kind(self.declared.kind) if not item.fault)

    @cached_property
    def cells(self) -> tuple[CatalogueEntity, ...]:
        """The entities that can be scored."""
        return tuple(item for item in self.catalogue.of_kind(self.target) if not item.fault)

    def rows(self) -> Iterator[SheetRow]:
        """A row for each cell and sheet of it, sorted; one without a sheet for a cell that has none."""
        for cell in self.cells:
            sheets = [sheet for sheet in self.sheets if self.concerns(sheet, cell)]
            yield from (self.row(cell, sheet) for sheet in sheets)
            if not sheets:
                yield SheetRow(cell, self.factors(cell))

    def factors(self, cell: CatalogueEntity) -> dict[str, str]:
        """The factors of a cell, as they are written."""
        spec = _spec(cell)
        return {name: str(spec.get(name, "")) for name in self.axes}

    def concerns(self, sheet: CatalogueEntity, cell: CatalogueEntity) -> bool:
        """Whether the document is about what the cell is about."""
        return all(_named(_spec(sheet), name) == _named(_spec(cell), name) for name in self.declared.document)

    def perspective(self, sheet: CatalogueEntity) -> str:
        """Whose view a sheet is."""
        return str(_spec(sheet).get(self.declared.perspective, "")) if self.declared.perspective else ""

    def row(self, cell: CatalogueEntity, sheet: CatalogueEntity) -> SheetRow:
        """What a sheet says of a cell: of several rows of it the first, as resolution has it."""
        about = SheetRow(cell, self.factors(cell), sheet, self.perspective(sheet))
        listed = _spec(sheet).get(self.declared.rows)
        for number, row in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(row, Mapping) and all(
                _named(row, name) == _named(_spec(cell), name) for name in self.declared.row
            ):
                values = {
                    name: value for name in self.fields if isinstance(value := row.get(name), bool | int | float | str)
                }
                known = (*self.fields, *self.declared.row, "refs")
                hidden = tuple(name for name in row if name not in known)
                return SheetRow(cell, about.factors, sheet, about.perspective, number, values, hidden)
        return about


def table_of(sheets: Sheets, shown: Callable[[str], str]) -> Iterator[list[str]]:
    """The rows of the table with its head. `shown` makes a text harmless in a spreadsheet."""
    yield list(sheets.columns.types)
    for row in sheets.rows():
        yield [shown(text) for text in texts_of(sheets, row)]


def texts_of(sheets: Sheets, row: SheetRow) -> list[str]:
    """The texts of one row, in the order of the columns."""
    named = {**row.factors, SHEET: row.sheet.reference.name if row.sheet else ""}
    if sheets.declared.perspective:
        named[sheets.declared.perspective] = row.perspective
    return [named[name] if name in named else text_of(row.values.get(name)) for name in sheets.columns.types]


def text_of(value: JsonScalar | None) -> str:
    """A value as the text of a cell; nothing is an empty one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def row_schema(sheets: Sheets, properties: JsonObject) -> dict[str, JsonValue]:
    """The schema of a row of the table; `properties` are those of a row in a sheet, references absolute."""
    named = [name for name in sheets.columns.types if name not in sheets.fields]
    texts: dict[str, JsonValue] = {name: {"type": "string"} for name in named}
    own = {name: properties[name] for name in sheets.fields if name in properties}
    return {"type": "object", "additionalProperties": False, "properties": {**texts, **own}}


def _spec(entity: CatalogueEntity) -> Mapping[str, object]:
    found = entity.value.get("spec")
    return found if isinstance(found, Mapping) else {}


def _named(holder: Mapping[str, object], name: str) -> str:
    """The reference of the entity that a field leads to, or empty."""
    refs = holder.get("refs")
    found = refs.get(name) if isinstance(refs, Mapping) else None
    return found.reference if isinstance(found, Entity) else ""
