"""What a change to a document is, and what the document says after it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from concertino.documents.nodes import path_of
from concertino.model.json import JsonValue


@dataclass(frozen=True, slots=True)
class Replace:
    """Another value in place of the one at a JSON pointer (RFC 6901)."""

    pointer: str
    value: JsonValue


@dataclass(frozen=True, slots=True)
class Insert:
    """A new key in a mapping: after the key `after`, or else as the last one. The pointer leads to the new value."""

    pointer: str
    value: JsonValue
    after: str = ""


@dataclass(frozen=True, slots=True)
class Append:
    """A new last element of the list at a JSON pointer."""

    pointer: str
    value: JsonValue


@dataclass(frozen=True, slots=True)
class Remove:
    """A key or an element less."""

    pointer: str


Change = Replace | Insert | Append | Remove


class UnfitChangeError(Exception):
    """A change that can't be made to this document. Ends within `splice`, as a problem."""


def put(document: JsonValue, pointer: str, value: JsonValue, after: str = "") -> Change:
    """The change after which `value` stands at `pointer`: Replace if something stands there, else Insert."""
    found: JsonValue | None = document
    for token in path_of(pointer):
        found = found.get(token) if isinstance(found, Mapping) else None
    return Insert(pointer, value, after) if found is None else Replace(pointer, value)


def applied(document: JsonValue, change: Change) -> JsonValue:
    """The value of the document after the change, keys in their order.

    Raises:
        UnfitChangeError: the document has no such place.
    """
    *holder, last = ["", *path_of(change.pointer)]
    if isinstance(change, Append):
        return _within(document, [*holder, last][1:], lambda found: [*_listed(found), change.value])
    if not holder:
        raise UnfitChangeError("a whole document is not changed")
    return _within(document, holder[1:], lambda found: _changed(found, last, change))


def _within(value: JsonValue, path: list[str], change: Callable[[JsonValue], JsonValue]) -> JsonValue:
    if not path:
        return change(value)
    token, *rest = path
    if isinstance(value, Mapping):
        if token not in value:
            raise UnfitChangeError(f'there is no "{token}"')
        return {**value, token: _within(value[token], rest, change)}
    items, number = _listed(value), _number(value, token)
    items[number] = _within(items[number], rest, change)
    return items


def _changed(holder: JsonValue, last: str, change: Replace | Insert | Remove) -> JsonValue:
    if not isinstance(holder, Mapping):
        items, number = _listed(holder), _number(holder, last)
        if isinstance(change, Insert):
            raise UnfitChangeError("a list takes its elements at the end")
        items[number : number + 1] = [change.value] if isinstance(change, Replace) else []
        return items
    if isinstance(change, Insert):
        return _inserted(holder, last, change)
    if last not in holder:
        raise UnfitChangeError(f'there is no "{last}"')
    if isinstance(change, Replace):
        return {**holder, last: change.value}
    return {key: value for key, value in holder.items() if key != last}


def _inserted(holder: Mapping[str, JsonValue], key: str, change: Insert) -> JsonValue:
    if key in holder:
        raise UnfitChangeError(f'"{key}" is there already')
    if not change.after:
        return {**holder, key: change.value}
    if change.after not in holder:
        raise UnfitChangeError(f'there is no "{change.after}" to put it after')
    result: dict[str, JsonValue] = {}
    for each, value in holder.items():
        result[each] = value
        if each == change.after:
            result[key] = change.value
    return result


def _listed(value: JsonValue) -> list[JsonValue]:
    if isinstance(value, str | Mapping) or not isinstance(value, Sequence):
        raise UnfitChangeError("there is no list")
    return list(value)


def _number(value: JsonValue, token: str) -> int:
    count = len(_listed(value))
    if not (token.isascii() and token.isdecimal() and int(token) < count):
        raise UnfitChangeError(f"there is no element {token} in a list of {count}")
    return int(token)
