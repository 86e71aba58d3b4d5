"""One change that is tried: a value of a document set, added or taken away."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import TypeAlias

from concertino.model.edit import APPEND
from concertino.model.json import JsonValue


@dataclass(frozen=True, slots=True, order=True)
class Trial:
    """The entity, the JSON pointer in its document, and the new value as JSON; empty text if it is taken away.

    A pointer that ends in `-` adds an element to a list.
    """

    entity: str
    pointer: str
    text: str

    @classmethod
    def of(cls, entity: str, pointer: str, value: JsonValue | None) -> "Trial":
        """The trial of a value; None takes away what is there."""
        return cls(entity, pointer, "" if value is None else json.dumps(value, sort_keys=True))

    @property
    def value(self) -> JsonValue | None:
        """A copy of the new value."""
        found: JsonValue | None = json.loads(self.text) if self.text else None
        return found

    def put(self, document: JsonValue) -> bool:
        """Make the change in a document of one's own; whether that is possible."""
        *above, last = [_plain(part) for part in self.pointer.split("/")[1:]]
        holder = _at(document, above)
        if isinstance(holder, list):
            return self._put_element(holder, last)
        if not isinstance(holder, dict) or (not self.text and last not in holder):
            return False
        holder[last] = self.value
        if not self.text:
            del holder[last]
        return True

    def _put_element(self, holder: list[JsonValue], last: str) -> bool:
        if last == APPEND:
            holder.append(json.loads(self.text))
            return True
        if not last.isdigit() or int(last) >= len(holder):
            return False
        holder[int(last) : int(last) + 1] = [json.loads(self.text)] if self.text else []
        return True

    def collides(self, later: "Trial") -> bool:
        """Whether another change after this one would undo it, or mean something else than before it."""
        if self.entity != later.entity:
            return False
        one, other = self.node, later.node
        if self.pointer.endswith(f"/{APPEND}") and later.pointer.endswith(f"/{APPEND}"):
            return self == later
        if other == one or one.startswith(f"{other}/"):
            return True
        return other.startswith(f"{one}/") and (not self.text or one != self.pointer)

    def exceeds(self, other: "Trial") -> bool:
        """Whether this takes away or adds more than another change that is enough."""
        if self.entity != other.entity:
            return False
        if not self.text:
            return not other.text and other.pointer.startswith(f"{self.pointer}/")
        mine, theirs = self.value, other.value
        if self.pointer != other.pointer:
            return False
        if isinstance(mine, dict) and isinstance(theirs, dict):
            return theirs.items() <= mine.items()
        # Of numbers and days the nearest is tried first, so that this one lies further away.
        return _is_ordered(mine) and _is_ordered(theirs)

    @property
    def node(self) -> str:
        """The pointer of the node that is not the same any more: where an element comes or goes, the list."""
        above, _, last = self.pointer.rpartition("/")
        return above if last == APPEND or (last.isdigit() and not self.text) else self.pointer


Trials: TypeAlias = tuple[Trial, ...]


def value_at(document: JsonValue | None, pointer: str) -> JsonValue | None:
    """The value at a JSON pointer, or None."""
    return _at(document, [_plain(part) for part in pointer.split("/")[1:]])


def parts_of(trials: Sequence[Trial]) -> Iterator[Trials]:
    """All proper parts of some trials, without the empty one."""
    for size in range(1, len(trials)):
        yield from combinations(trials, size)


def _at(value: JsonValue | None, path: Sequence[str]) -> JsonValue | None:
    for part in path:
        if isinstance(value, list):
            value = value[int(part)] if part.isdigit() and int(part) < len(value) else None
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value


def _is_ordered(value: JsonValue | None) -> bool:
    if isinstance(value, str):
        return is_day(value)
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_day(value: object) -> bool:
    """Whether a value is an ISO day of the calendar, such as 2026-06-30."""
    if not isinstance(value, str) or len(value) != len("2026-06-30"):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _plain(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")
