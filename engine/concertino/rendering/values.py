"""Values of expressions as short text: enough to see what a comparison compared."""

import json
from collections.abc import Mapping

from concertino.expressions import CelOptional, Change, Duration, Entity, Timestamp, TypeValue, Unreadable
from concertino.model.visible import visible

LONGEST = 100
"""Characters of one value that fit beside its expression."""
_MOST_ITEMS = 6
_DEEPEST = 3


def value_text(value: object, longest: int = LONGEST) -> str:
    """A value on one line, cut; entities by reference."""
    text = visible(_text(value, _DEEPEST))
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _text(value: object, depth: int) -> str:
    match value:
        case bool() | None:
            return json.dumps(value)
        case str():
            return json.dumps(value[: LONGEST * 2], ensure_ascii=False)
        case Entity(reference=reference) | TypeValue(name=reference):
            return reference
        case CelOptional():
            return _text(value.value, depth) if value.present else "nothing"
    return _structure(value, depth)


def _structure(value: object, depth: int) -> str:
    match value:
        case Change():
            return f"the change of {value}"
        case Unreadable():
            return "can't be read"
        case list() | tuple():
            return f"[{_joined([_text(item, depth - 1) for item in value[:_MOST_ITEMS]], len(value), depth)}]"
        case Mapping():
            entries = [
                f"{key}: {_text(item, depth - 1)}" for key, item in value.items() if key not in ("refs", "inverse")
            ]
            return f"{{{_joined(entries[:_MOST_ITEMS], len(entries), depth)}}}"
        case Timestamp(nanoseconds=count) | Duration(nanoseconds=count):
            return f"{type(value).__name__.lower()} of {count} ns"
    return str(value)


def _joined(items: list[str], count: int, depth: int) -> str:
    if depth <= 0 and count:
        return "…"
    rest = count - len(items)
    return ", ".join(items) + (f", … {rest} more" if rest > 0 else "")
