"""How values, fields and schemas are named in messages."""

from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Any

from concertino.documents.scalars import shorten

TYPES = MappingProxyType(
    {
        "string": "text",
        "integer": "a whole number",
        "number": "a number",
        "boolean": "true or false",
        "array": "a list",
        "object": "a mapping (name: value)",
    }
)
_MOST_LISTED = 20


def show(value: object) -> str:
    """A value as a message names it: texts in quotes, lists and mappings by what they are."""
    if isinstance(value, str):
        return f'"{shorten(value)}"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return shorten(str(value))
    if isinstance(value, dict):
        return "an empty mapping" if not value else "a mapping"
    if isinstance(value, list):
        return "an empty list" if not value else "a list"
    return "null"


def show_with_type(value: object) -> str:
    """A value with its type: `text "3"`."""
    if isinstance(value, str):
        return f"text {show(value)}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return show(value)
    return f"the {'whole ' if isinstance(value, int) else ''}number {show(value)}"


def one_of(names: Iterable[str], word: str = "or") -> str:
    """`a, b or c`."""
    listed = list(names)
    if len(listed) > _MOST_LISTED:
        return f"{', '.join(listed[:_MOST_LISTED])}, … ({len(listed)} in all)"
    if len(listed) <= 1:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} {word} {listed[-1]}"


def counted(number: float, noun: str) -> str:
    """`1 element`, `3 elements`."""
    return f"{number:g} {noun}" if number == 1 else f"{number:g} {noun}s"


def field_of(path: Sequence[object]) -> str:
    """The name of the field that a value belongs to: the last part of its path that is no position in a list."""
    return next((part for part in reversed(path) if isinstance(part, str)), "")


def subject_of(path: Sequence[object]) -> str:
    """The value at `path` as the subject of a sentence."""
    name = field_of(path)
    if not name:
        return "the document" if not path else "an element of the list"
    shown = show(name)
    return f"an element of {shown}" if isinstance(path[-1], int) else shown


def first_sentence(text: str, most: int = 200) -> str:
    """The first sentence of a description, cut if it is very long."""
    end = text.find(". ")
    sentence = text if end < 0 else text[: end + 1]
    return sentence if len(sentence) <= most else sentence[: most - 1] + "…"


def types_of(schema: dict[str, Any]) -> tuple[str, ...]:
    """The types that a schema names; none means any."""
    declared = schema.get("type", ())
    return (declared,) if isinstance(declared, str) else tuple(declared)
