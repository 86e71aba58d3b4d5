"""The mark that a rendered file carries: that it is ours, and whether somebody changed it since."""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

_SEAL = re.compile(rb"^(?:<!-- )?concertino-digest: sha256:([0-9a-f]{64})(?: -->)?\n", re.MULTILINE)
_DECISION = re.compile(rb'^concertino-decision: "([^"\n]*)"\n', re.MULTILINE)
_OURS = re.compile(rb"^(?:<!-- )?concertino-[a-z]+: ", re.MULTILINE)
_SOURCE = re.compile(rb'^concertino-source: "([^"\n]*)"\n', re.MULTILINE)
UNSEALED = "0" * 64
"""Stands where the digest will."""


class Condition(StrEnum):
    """What a file in the records folder tells about itself."""

    FOREIGN = "foreign"
    """It was not rendered by Concertino."""
    INTACT = "intact"
    """It is as it was rendered."""
    CHANGED = "changed"
    """It was rendered and then changed by somebody."""


@dataclass(frozen=True, slots=True)
class Seal:
    """What the head of a file says: its condition, and which decision in which file it was rendered from."""

    condition: Condition
    decision: str = ""
    source: str = ""


def sealed(text: str) -> str:
    """`text` with the digest of everything else in it in place of the zeros that stand for it."""
    data = text.encode()
    found = _SEAL.search(_head(data))
    if found is None:
        return text
    return b"".join((data[: found.start(1)], _digest(data).encode(), data[found.end(1) :])).decode()


def read_seal(data: bytes) -> Seal:
    """The seal of a file. Line ends do not count: a checkout may have changed them."""
    data = with_plain_line_ends(data)
    head = _head(data)
    if not _OURS.search(head):
        return Seal(Condition.FOREIGN)
    found = _SEAL.search(head)
    intact = found is not None and found[1].decode() == _digest(data)
    condition = Condition.INTACT if intact else Condition.CHANGED
    return Seal(condition, _named(_DECISION, head), _named(_SOURCE, head))


def with_plain_line_ends(data: bytes) -> bytes:
    """`data` with LF for CRLF."""
    return data.replace(b"\r\n", b"\n")


def _head(data: bytes) -> bytes:
    """The lines before the first empty one: front matter, or comments. No text of the catalogue can end up there."""
    return data[: data.find(b"\n\n") + 1]


def _named(key: re.Pattern[bytes], head: bytes) -> str:
    found = key.search(head)
    return found[1].decode("utf-8", "replace") if found else ""


def _digest(data: bytes) -> str:
    """SHA-256 of everything but the line that holds it."""
    found = _SEAL.search(_head(data))
    rest = data[: found.start()] + data[found.end() :] if found else data
    return hashlib.sha256(rest).hexdigest()
