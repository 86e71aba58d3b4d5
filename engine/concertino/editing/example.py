"""Examples of entities and of single fields, made from their schemas."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from concertino.documents import Gate, positions, read_documents
from concertino.editing.scaffold import Scaffold
from concertino.kinds import Kind, Kinds, ReferenceRule
from concertino.kinds.schema import Schemas, subschemas
from concertino.model.json import JsonObject, JsonValue
from concertino.model.limits import Limits


@dataclass(frozen=True)
class Examples:
    """Makes values that follow the schemas. Dates in them are `today`, an ISO day.

    `gate` gives the gate of a schema file, by which what was made up is tried.
    """

    schemas: Schemas
    kinds: Kinds
    gate: Callable[[str], Gate]
    today: str

    def schema(self, kind: Kind) -> JsonObject:
        """The schema of a kind, in one piece."""
        return self.schemas.flatten(self.schemas.files[kind.schema_file])

    def entity(self, kind: Kind, name: str) -> dict[str, JsonValue]:
        """The smallest entity of a kind: what the schema requires, and a title where it may have one.

        A field for which no value could be made up is left out; cases need not write what they do not look at.
        """
        metadata = subschemas(
            self.schemas.flatten(subschemas(self.schema(kind), "properties").get("metadata") or {}), "properties"
        )
        given: dict[str, JsonValue] = {"metadata.name": name}
        if "title" in metadata:
            given["metadata.title"] = name.replace("-", " ").capitalize()
        text = self._scaffold(given).document(self.schema(kind), "example")
        made = _read(text)
        marks = positions("example", text.encode(), 0, Limits())
        faults = self.gate(kind.schema_file).explain(made, marks, ignore_missing=True)
        unfit = {fault.place.pointer.split("/")[2] for fault in faults if fault.place.pointer.startswith("/spec/")}
        spec = made.get("spec")
        if unfit and isinstance(spec, Mapping):
            made["spec"] = {name: value for name, value in spec.items() if name not in unfit}
        return made

    def value(self, field: JsonObject) -> JsonValue | None:
        """A value that a field may have, or None where none can be made up. A list has one element."""
        schema = {**field, "minItems": 1} if field.get("type") == "array" else field
        made = _read(self._scaffold({}).document({"properties": {"value": schema}, "required": ["value"]}, "example"))
        return made.get("value")

    def _scaffold(self, given: Mapping[str, JsonValue]) -> Scaffold:
        return Scaffold(self.schemas, self._names, self.today, given)

    def _names(self, rule: ReferenceRule) -> tuple[str, ...]:
        """What a reference leads to in an example: an entity that is called after its kind."""
        written = sorted(name for name, kind in self.kinds.by_name.items() if not kind.derived)
        several = rule.any_kind or len(rule.kinds) > 1
        kind = next(iter(written), "Entity") if rule.any_kind else rule.kinds[0]
        return (f"{kind.lower()}:{example_name(kind)}" if several else example_name(kind),)


def example_name(kind: str) -> str:
    """What an example of a kind is called where another example refers to it."""
    return f"example-{kind.lower()}"


def _read(text: str) -> dict[str, JsonValue]:
    documents = read_documents("example", text.encode(), Limits()).documents
    value = documents[0].value if documents else {}
    return dict(value) if isinstance(value, Mapping) else {}
