"""The kinds that schemas refer to."""

from collections.abc import Iterator

from concertino.kinds.kind import ANY_KIND, Kinds
from concertino.kinds.schema import subschemas, text, texts
from concertino.model.json import JsonObject, JsonValue


def unknown_targets(schema: JsonObject, kinds: Kinds) -> Iterator[tuple[str, str]]:
    """Pointer and name of each kind that an `x-reference` of a schema names and that is none."""
    for pointer, declared in _references(schema, ""):
        many = texts(declared, "kind")
        named = [(f"{pointer}/kind/{index}", name) for index, name in enumerate(many)]
        for place, name in named or [(f"{pointer}/kind", text(declared, "kind"))]:
            if name not in (ANY_KIND, "") and name not in kinds.by_name:
                yield place, name


def _references(node: JsonValue, pointer: str) -> Iterator[tuple[str, JsonObject]]:
    if isinstance(node, dict):
        if declared := subschemas(node, "x-reference"):
            yield f"{pointer}/x-reference", declared
        for key, value in node.items():
            yield from _references(value, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _references(value, f"{pointer}/{index}")
