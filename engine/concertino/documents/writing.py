"""Values to YAML that people like to read: on one line where there is room, in a block where there is not."""

import json
import re
from collections.abc import Iterator, Mapping

from concertino.model.json import JsonObject, JsonValue

WIDTH = 116
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*([-/. ][A-Za-z0-9_]+)*[.]?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))
"""What one reader of YAML or another takes for something else than text."""


def flow(value: JsonValue) -> str:
    """The value on one line, in YAML's flow style. Text that could be taken for anything else is quoted as in JSON."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(str(key))}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(flow, value))}]"
    return _text(value) if isinstance(value, str) else json.dumps(value)


def block(value: JsonObject, indent: int = 0, width: int = WIDTH) -> Iterator[str]:
    """The lines of a mapping, each key on a line of its own."""
    pad = " " * indent
    for key, item in value.items():
        yield from _under(f"{pad}{_text(str(key))}:", item, indent, width)


def items(values: list[JsonValue], indent: int = 0, width: int = WIDTH) -> Iterator[str]:
    """The lines of a list, each element behind a dash."""
    for value in values:
        line = f"{' ' * indent}- {flow(value)}"
        if len(line) <= width or not isinstance(value, Mapping) or not value:
            yield line
            continue
        first, *rest = block(value, indent + 2, width)
        yield f"{' ' * indent}- {first.lstrip()}"
        yield from rest


def _under(head: str, value: JsonValue, indent: int, width: int) -> Iterator[str]:
    line = f"{head} {flow(value)}"
    if len(line) <= width or not value or not isinstance(value, Mapping | list):
        yield line
    elif isinstance(value, Mapping):
        yield head
        yield from block(value, indent + 2, width)
    else:
        yield head
        yield from items(value, indent + 2, width)


def _text(text: str) -> str:
    if (_PLAIN.fullmatch(text) and text.lower() not in _WORDS) or _DAY.fullmatch(text):
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())
