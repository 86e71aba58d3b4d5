"""Schema files to kinds and to the vocabulary of expressions."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from concertino.kinds.kind import ANY_KIND, Kind, Kinds, Plan, Product, ReferenceRule, TableRule
from concertino.kinds.schema import Schemas, absolute, subschemas, text, texts
from concertino.model.json import JsonObject, JsonValue
from concertino.model.shape import Field, ListOf, MapOf, Primitive, Shape, ShapeName, Type, Vocabulary

_PRIMITIVES = {
    "string": Primitive.STRING,
    "integer": Primitive.INT,
    "number": Primitive.DOUBLE,
    "boolean": Primitive.BOOL,
}
_NESTED_DEEP = 30
_MOST_SHAPES = 2_000
"""A schema may refer to itself, even twice: beyond these bounds, for each kind, its values are taken as they are."""


def read_kinds(files: Mapping[str, JsonObject]) -> Kinds:
    """The kinds that these schema files declare (those with `x-kind`), by the name of each file."""
    schemas = {name: value for name, schema in files.items() if isinstance(value := absolute(schema, name), Mapping)}
    reader = _Reader(Schemas(schemas))
    kinds: dict[str, Kind] = {}
    for file, schema in sorted(schemas.items()):
        if subschemas(schema, "x-kind"):
            kind = reader.kind(file, schema)
            kinds[kind.name] = kind
    reader.add_inverses(kinds)
    return Kinds(
        by_name=kinds, vocabulary=Vocabulary({name: Shape(name, fields) for name, fields in reader.shapes.items()})
    )


@dataclass(frozen=True)
class _Reader:
    """Collects shapes while it walks the schemas, since shapes refer to each other by name."""

    schemas: Schemas
    shapes: dict[str, dict[str, Field]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    """How many shapes there are of each kind."""
    inverses: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    """Inverse names by the kind of the target, each with the kinds that refer to it."""

    def kind(self, file: str, schema: JsonObject) -> Kind:
        declared = subschemas(schema, "x-kind")
        name = text(declared, "name")
        plan = self.walk(schema, name, name, 0)[1]
        version = self.schemas.flatten(subschemas(schema, "properties").get("apiVersion", {}))
        return Kind(
            name=name,
            api_version=text(version, "const"),
            plural=text(declared, "plural") or f"{name.lower()}s",
            folder=text(declared, "folder") or text(declared, "plural") or f"{name.lower()}s",
            title=text(schema, "title") or name,
            description=text(schema, "description"),
            schema_file=file,
            plan=plan,
            product=_product(subschemas(schema, "x-product")),
            has_tables=plan is not None and any(part.tables for part in plan.parts()),
        )

    def walk(self, node: JsonValue, shape: str, kind: str, depth: int) -> tuple[Type, Plan | None]:
        """The type of a node, whose shape would be called `shape`, and what its values need."""
        schema = self.schemas.flatten(node)
        bounded = depth < _NESTED_DEEP and self.counts[kind] < _MOST_SHAPES
        match _type_word(schema):
            case "object" if bounded:
                return self._object(schema, shape, kind, depth)
            case "array" if bounded:
                element, plan = self.walk(schema.get("items", {}), f"{shape}.item", kind, depth + 1)
                return ListOf(element), Plan(element=plan) if plan else None
            case word:
                primitive = _PRIMITIVES.get(word, Primitive.DYN)
                return primitive, Plan(number=True) if primitive is Primitive.DOUBLE else None

    def _object(self, schema: JsonObject, shape: str, kind: str, depth: int) -> tuple[Type, Plan | None]:
        properties = subschemas(schema, "properties")
        if not properties:
            value, plan = self.walk(schema.get("additionalProperties", {}), f"{shape}.value", kind, depth + 1)
            return MapOf(value), Plan(values=plan) if plan else None
        required = set(texts(schema, "required"))
        fields = self.shapes.setdefault(shape, {})
        self.counts[kind] += 1
        plans: dict[str, Plan] = {}
        references: dict[str, ReferenceRule] = {}
        tables: dict[str, TableRule] = {}
        for name, child in properties.items():
            kind_of, plan = self.walk(child, f"{shape}.{name}", kind, depth + 1)
            fields[name] = self._field(child, kind_of, required=name in required)
            if plan:
                plans[name] = plan
            if rule := self._rule(child):
                references[name] = rule
            if table := self._table(f"{shape}.{name}", child, properties):
                tables[name] = table
        self._declare_references(shape, kind, fields, references)
        plan = Plan(fields=plans, references=references, tables=tables) if plans or references or tables else None
        return ShapeName(shape), plan

    def _field(self, node: JsonValue, kind_of: Type, *, required: bool) -> Field:
        schema = self.schemas.flatten(node)
        low, high = schema.get("minimum"), schema.get("maximum")
        holder = self.schemas.flatten(schema.get("items", {})) if isinstance(kind_of, ListOf) else schema
        bounds = ("minItems", "maxItems") if isinstance(kind_of, ListOf) else ("minLength", "maxLength")
        shortest, longest = (schema.get(bound) for bound in bounds)
        return Field(
            type=kind_of,
            required=required,
            values=texts(holder, "enum") or ((text(holder, "const"),) if "const" in holder else ()),
            minimum=float(low) if isinstance(low, int | float) else None,
            maximum=float(high) if isinstance(high, int | float) else None,
            description=text(schema, "description"),
            pattern=text(holder, "pattern"),
            format=text(holder, "format"),
            shortest=shortest if isinstance(shortest, int) else 0,
            longest=longest if isinstance(longest, int) else None,
        )

    def _rule(self, node: JsonValue) -> ReferenceRule | None:
        schema = self.schemas.flatten(node)
        declared = subschemas(schema, "x-reference") or subschemas(
            self.schemas.flatten(schema.get("items", {})), "x-reference"
        )
        if not declared:
            return None
        kinds = texts(declared, "kind") or (text(declared, "kind"),)
        return ReferenceRule(kinds=kinds, inverse=text(declared, "inverse"))

    def _table(self, name: str, node: JsonValue, siblings: Mapping[str, JsonValue]) -> TableRule | None:
        rows = text(self.schemas.flatten(node), "x-rows-from")
        if rows not in siblings:
            return None
        element = self.schemas.flatten(siblings[rows]).get("items", {})
        row = self.schemas.flatten(element)
        fields = subschemas(row, "properties")
        words = {column: _type_word(self.schemas.flatten(child)) for column, child in fields.items()}
        columns = {column: word for column, word in words.items() if word in _PRIMITIVES}
        return TableRule(name, rows, siblings[rows], element, columns, texts(row, "required"))

    def _declare_references(
        self, shape: str, kind: str, fields: dict[str, Field], references: Mapping[str, ReferenceRule]
    ) -> None:
        if not references:
            return
        resolved: dict[str, Field] = {}
        for name, rule in references.items():
            one: Type = Primitive.DYN if rule.any_kind or len(rule.kinds) > 1 else ShapeName(rule.kinds[0])
            own = fields[name]
            resolved[name] = Field(ListOf(one) if isinstance(own.type, ListOf) else one, required=own.required)
            for target in rule.kinds if rule.inverse else ():
                self.inverses.setdefault(target, {}).setdefault(rule.inverse, set()).add(kind)
        self.shapes[f"{shape}.refs"] = resolved
        fields["refs"] = Field(ShapeName(f"{shape}.refs"), required=True)

    def add_inverses(self, kinds: Mapping[str, Kind]) -> None:
        """Give each kind the field `inverse`, with a list for every name under which others refer to it."""
        for name in kinds:
            names = {**self.inverses.get(ANY_KIND, {}), **self.inverses.get(name, {})}
            self.shapes[f"{name}.inverse"] = {
                inverse: Field(ListOf(ShapeName(min(sources)) if len(sources) == 1 else Primitive.DYN), required=True)
                for inverse, sources in sorted(names.items())
            }
            self.shapes.setdefault(name, {})["inverse"] = Field(ShapeName(f"{name}.inverse"), required=True)


def _type_word(schema: JsonObject) -> str:
    """The one type a schema allows, or empty if it allows several."""
    declared = schema.get("type")
    if isinstance(declared, str):
        return declared
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    if isinstance(values, list) and values and all(isinstance(value, str) for value in values):
        return "string"
    return "object" if "properties" in schema else ""


def _product(declared: Mapping[str, JsonValue]) -> Product | None:
    if not declared:
        return None
    factors = tuple((name, kind) for name, kind in subschemas(declared, "factors").items() if isinstance(kind, str))
    return Product(factors, text(declared, "place") or factors[0][0], text(declared, "where"))
