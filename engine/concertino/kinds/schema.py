"""Reading JSON Schema nodes: following `$ref`, and folding `allOf` into one node."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from concertino.model.json import JsonObject, JsonValue


def absolute(schema: JsonValue, file: str) -> JsonValue:
    """The schema with each local `$ref` (`#/…`) naming its file, so that a node can be read away from its file."""
    if isinstance(schema, Mapping):
        return {
            key: file + value
            if key == "$ref" and isinstance(value, str) and value.startswith("#")
            else absolute(value, file)
            for key, value in schema.items()
        }
    if isinstance(schema, list):
        return [absolute(item, file) for item in schema]
    return schema


@dataclass(frozen=True)
class Schemas:
    """Schema files by name, `$ref`s made absolute. Each `$ref` is followed once: schemas may be built to explode."""

    files: Mapping[str, JsonObject]
    _followed: dict[str, JsonObject] = field(default_factory=dict, repr=False, compare=False)

    def flatten(self, node: JsonValue) -> JsonObject:
        """The node with its `$ref` and `allOf` merged in. What stands beside them wins; properties are united."""
        if not isinstance(node, Mapping):
            return {}  # A boolean schema says nothing about types.
        merged = self._follow(text(node, "$ref"))
        parts = node.get("allOf")
        for part in parts if isinstance(parts, list) else []:
            merged = _merge(merged, self.flatten(part))
        return _merge(merged, {key: value for key, value in node.items() if key not in ("$ref", "allOf")})

    def _follow(self, reference: str) -> JsonObject:
        if reference not in self._followed:
            self._followed[reference] = {}  # What a circle of references leads back to.
            file, _, pointer = reference.partition("#")
            target: JsonValue = self.files.get(file, {})
            for part in filter(None, pointer.split("/")) if reference else ():
                key = part.replace("~1", "/").replace("~0", "~")
                target = target.get(key, {}) if isinstance(target, Mapping) else {}
            self._followed[reference] = self.flatten(target) if reference else {}
        return self._followed[reference]


def subschemas(node: JsonObject, keyword: str) -> Mapping[str, JsonValue]:
    """The named subschemas under `keyword`, such as `properties`."""
    value = node.get(keyword)
    return value if isinstance(value, Mapping) else {}


def text(node: JsonObject, keyword: str) -> str:
    """The text under `keyword`, or empty."""
    value = node.get(keyword)
    return value if isinstance(value, str) else ""


def texts(node: JsonObject, keyword: str) -> tuple[str, ...]:
    """The texts in the list under `keyword`."""
    value = node.get(keyword)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _merge(below: JsonObject, above: JsonObject) -> JsonObject:
    merged = {**below, **above}
    for keyword in ("properties", "required"):
        low, high = below.get(keyword), above.get(keyword)
        if isinstance(low, Mapping) and isinstance(high, Mapping):
            merged[keyword] = {**low, **high}
        elif isinstance(low, list) and isinstance(high, list):
            merged[keyword] = [*low, *high]
    return merged
