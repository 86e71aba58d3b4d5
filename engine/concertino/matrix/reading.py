"""Parts of a document that passed its schema, as Python sees them; what is not there is empty."""

from collections.abc import Mapping

from concertino.model.json import JsonObject, JsonValue


def mapping(value: JsonObject, key: str) -> JsonObject:
    """The mapping under a key."""
    item = value.get(key)
    return item if isinstance(item, Mapping) else {}


def items(value: JsonObject, key: str) -> list[JsonObject]:
    """The mappings in the list under a key."""
    item = value.get(key)
    return [element for element in item if isinstance(element, Mapping)] if isinstance(item, list) else []


def words(value: JsonObject, key: str) -> tuple[str, ...]:
    """The texts in the list under a key."""
    item = value.get(key)
    return tuple(str(element) for element in item) if isinstance(item, list) else ()


def text(value: JsonObject, key: str) -> str:
    """The text under a key."""
    item: JsonValue | None = value.get(key)
    return item if isinstance(item, str) else ""


def number(value: JsonObject, key: str) -> int | None:
    """The whole number under a key."""
    item = value.get(key)
    return item if isinstance(item, int) and not isinstance(item, bool) else None
