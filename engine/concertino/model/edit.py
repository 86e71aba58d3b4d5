"""Edits to what is written in a catalogue, and what is offered to somebody with a finding."""

import re
from dataclasses import dataclass

from concertino.model.json import JsonValue
from concertino.model.place import Place

APPEND = "-"
"""The last part of a pointer to what is added at the end of a list, as in JSON Patch (RFC 6902)."""
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Edit:
    """A value of one document set, added or taken away. Documents hold no null, so None is: nothing is there.

    `entity` is the reference of who is described, `pointer` that of the value (RFC 6901). `place` is where the value
    stands, or the nearest node above it.
    """

    entity: str
    pointer: str
    before: JsonValue | None
    after: JsonValue | None
    place: Place

    @property
    def path(self) -> str:
        """The way to the value as policies write it: `spec.brands[0]`; of what is added to a list, that of the list."""
        return path_text(self.pointer)


@dataclass(frozen=True, slots=True)
class Offer:
    """Edits after which a finding is gone; no part of them is enough.

    With `applies` the outcome is then a pass; without, the policy has nothing to judge there any more.
    """

    edits: tuple[Edit, ...]
    applies: bool = True


def path_text(pointer: str) -> str:
    """A JSON pointer as policies write paths: `/spec/brands/0` is `spec.brands[0]`."""
    text = ""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if name == APPEND:
            break
        if name.isascii() and name.isdigit():
            text += f"[{name}]"
        elif _PLAIN.fullmatch(name):
            text += f".{name}" if text else name
        else:
            text += f'["{name}"]'
    return text
