"""A new entity as YAML: every required field with its description, and a value to start from."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from concertino.kinds import ReferenceRule
from concertino.kinds.schema import Schemas, subschemas, text, texts
from concertino.model.json import JsonObject, JsonValue

_WIDTH = 110
MARK = "# an example"
"""The comment behind a value that was made up."""


@dataclass(frozen=True)
class Scaffold:
    """What is needed to write down a new entity.

    `names_of` gives the names of the entities a reference may lead to; `today` is the day that date fields start from;
    `given` are values by dotted path (`spec.role`), which go before anything that is made up.
    """

    schemas: Schemas
    names_of: Callable[[ReferenceRule], tuple[str, ...]]
    today: str
    given: Mapping[str, JsonValue] = field(default_factory=dict)

    def document(self, schema: JsonObject, head: str) -> str:
        """The document of an entity whose kind has this schema, below the comment `head`."""
        return "\n".join([f"# {head}", *self._object(schema, "", 0), ""])

    def _object(self, schema: JsonObject, path: str, depth: int) -> Iterator[str]:
        properties = subschemas(schema, "properties")
        required = (*texts(schema, "required"), *self._otherwise_required(schema, path))
        for name in properties:
            here = f"{path}.{name}".lstrip(".")
            if name in required or any(key == here or key.startswith(f"{here}.") for key in self.given):
                yield from self._field(name, self.schemas.flatten(properties[name]), here, depth)
        rest = [name for name in properties if name not in required and f"{path}.{name}".lstrip(".") not in self.given]
        if rest and path == "spec":
            yield from _comment(f"Also possible: {', '.join(rest)}.", depth)

    def _otherwise_required(self, schema: JsonObject, path: str) -> tuple[str, ...]:
        """What `else` asks for where the fields under `if` are not given: one of two ways to say the same."""
        wanted = texts(subschemas(schema, "if"), "required")
        missing = wanted and not all(f"{path}.{name}".lstrip(".") in self.given for name in wanted)
        return texts(subschemas(schema, "else"), "required") if missing else ()

    def _field(self, name: str, schema: JsonObject, path: str, depth: int) -> Iterator[str]:
        pad = "  " * depth
        if path.startswith("spec."):
            yield from _comment(text(schema, "description"), depth)
        if path in self.given:
            yield f"{pad}{name}: {_written(self.given[path])}"
        elif (subschemas(schema, "properties") or schema.get("type") == "object") and "const" not in schema:
            inner = list(self._object(schema, path, depth + 1))
            yield f"{pad}{name}:" if inner else f"{pad}{name}: {{}}"
            yield from inner
        elif schema.get("type") == "array":
            yield from self._list(name, schema, path, depth)
        else:
            yield f"{pad}{name}: {_written(self._value(schema))}{_marked(schema)}"

    def _list(self, name: str, schema: JsonObject, path: str, depth: int) -> Iterator[str]:
        pad = "  " * depth
        element = self.schemas.flatten(schema.get("items", {}))
        if not schema.get("minItems"):
            yield f"{pad}{name}: []"
        elif subschemas(element, "properties"):
            first, *rest = self._object(element, f"{path}.0", depth + 2)
            yield f"{pad}{name}:"
            yield f"{pad}  - {first.strip()}"
            yield from rest
        else:
            yield f"{pad}{name}: [{_written(self._value(element))}]{_marked(element)}"

    def _value(self, schema: JsonObject) -> JsonValue:
        declared = subschemas(schema, "x-reference")
        if declared:
            rule = ReferenceRule(texts(declared, "kind") or (text(declared, "kind"),), "")
            names = self.names_of(rule)
            return names[0] if names else "name-of-a-" + rule.kinds[0].lower()
        for keyword in ("const", "default"):
            if keyword in schema:
                found: JsonValue = schema[keyword]
                return found
        if schema.get("format") == "date":
            return self.today
        for keyword in ("examples", "enum"):
            values = schema.get(keyword)
            if isinstance(values, list) and values:
                first: JsonValue = values[0]
                return first
        return _BLANKS.get(text(schema, "type"), "to be written")


def _marked(schema: JsonObject) -> str:
    """A mark at a value that was made up."""
    return "" if "const" in schema or "default" in schema else f"  {MARK}"


_BLANKS: Mapping[str, JsonValue] = {"integer": 1, "number": 1.0, "boolean": False}


def _written(value: JsonValue) -> str:
    """A value in YAML's flow style. JSON is YAML, and text that needs no quotes reads better without."""
    plain = isinstance(value, str) and value.replace("-", "").replace("/", "").isalnum() and not value[:1].isdigit()
    if isinstance(value, str) and plain and value not in ("true", "false", "null"):
        return value
    return json.dumps(value, ensure_ascii=False)


def _comment(sentence: str, depth: int) -> Iterator[str]:
    pad = "  " * depth + "# "
    line = pad
    for word in sentence.split():
        if len(line) + len(word) > _WIDTH and line != pad:
            yield line.rstrip()
            line = pad
        line += word + " "
    if line != pad:
        yield line.rstrip()
