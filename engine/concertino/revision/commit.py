"""Reading a commit object: what it says of itself, and the signature that it carries.

The form is that of git's own documentation: header lines, a blank line, the message. A header line that begins with a
space continues the one above it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from concertino.model.history import Claims

_PERSON = re.compile(r"(?P<name>.*?) ?<(?P<email>[^<>]*)> ?(?P<seconds>-?\d{1,15})? ?(?P<zone>[-+]\d{4})?", re.DOTALL)
_TRAILER = re.compile(r"(?P<name>[A-Za-z0-9][-A-Za-z0-9]*)[ \t]*:[ \t]*(?P<value>.*)")
_PICKED = "(cherry picked from commit "
_LONGEST = 1_000
"""Characters that are kept of a name or a trailer: a commit can hold megabytes of them."""
_MOST_TRAILERS = 200
_SIGNATURES = (b"gpgsig", b"gpgsig-sha256")


@dataclass(frozen=True, slots=True)
class Signed:
    """A commit taken apart: the bytes that were signed, and the signature in its armour; empty if there is none."""

    payload: bytes
    signature: bytes


def claims(data: bytes) -> Claims:
    """What a commit object says of itself."""
    headers = [(name, value) for name, value, _ in _headers(data)]
    author, email, authored_on = _person(headers, b"author")
    committer, committer_email, committed_on = _person(headers, b"committer")
    message = data.partition(b"\n\n")[2].decode("utf-8", "replace")
    subject = message.lstrip("\n").partition("\n")[0].strip()[:_LONGEST]
    return Claims(author, email, authored_on, committer, committer_email, committed_on, _trailers(message), subject)


def signed(data: bytes) -> Signed:
    """The payload and the one signature of a commit object. A commit with several signatures counts as unsigned."""
    head, _, message = data.partition(b"\n\n")
    kept: list[bytes] = []
    signatures: list[bytes] = []
    for name, value, lines in _headers(data):
        if name in _SIGNATURES:
            signatures.append(value)
        else:
            kept.append(lines)
    if not signatures or not head:
        return Signed(data, b"")
    payload = b"\n".join(kept) + b"\n\n" + message
    return Signed(payload, signatures[0] + b"\n" if len(signatures) == 1 else b"")


def _headers(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Name, value with its lines joined, and the lines themselves of each header."""
    lines: list[bytes] = []
    for line in data.partition(b"\n\n")[0].split(b"\n"):
        if line.startswith(b" ") and lines:
            lines.append(line)
            continue
        if lines:
            yield _header(lines)
        lines = [line]
    if lines:
        yield _header(lines)


def _header(lines: list[bytes]) -> tuple[bytes, bytes, bytes]:
    name, _, first = lines[0].partition(b" ")
    return name, b"\n".join([first, *(line[1:] for line in lines[1:])]), b"\n".join(lines)


def _person(headers: list[tuple[bytes, bytes]], header: bytes) -> tuple[str, str, str]:
    """Name, address and day of the first such header."""
    value = next((value for name, value in headers if name == header), b"").decode("utf-8", "replace")
    found = _PERSON.fullmatch(value)
    if found is None:
        return value[:_LONGEST], "", ""
    return found["name"][:_LONGEST], found["email"][:_LONGEST], _day(found["seconds"], found["zone"])


def _day(seconds: str | None, zone: str | None) -> str:
    if not seconds:
        return ""
    minutes = (int(zone[1:3]) * 60 + int(zone[3:])) * (-1 if zone[0] == "-" else 1) if zone else 0
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(seconds), minutes=minutes)
    except OverflowError:
        return ""
    return moment.date().isoformat()


def _trailers(message: str) -> dict[str, tuple[str, ...]]:
    """The trailers in the last paragraph, if it has nothing else in it and is not the subject."""
    paragraphs = [part for part in re.split(r"\n[ \t]*\n", message.strip("\n").replace("\r\n", "\n")) if part.strip()]
    found: list[list[str]] = []
    for line in paragraphs[-1].split("\n") if len(paragraphs) > 1 else []:
        match = _TRAILER.fullmatch(line.rstrip())
        if match:
            found.append([match["name"].lower(), match["value"].strip()])
        elif line[:1] in (" ", "\t") and found:
            found[-1][1] += f" {line.strip()}"
        elif not line.startswith(_PICKED):
            return {}
    trailers: dict[str, tuple[str, ...]] = {}
    for name, value in found[:_MOST_TRAILERS]:
        trailers[name[:_LONGEST]] = (*trailers.get(name[:_LONGEST], ()), value[:_LONGEST])
    return trailers
