"""Strict YAML from libyaml's events: the quick way, which hands anything odd to the careful way.

Neither PyYAML's loaders nor its composer are used: they recurse in C and end in a segmentation fault on deep nesting.
Events come one by one, so that depth is refused while reading.
"""

from collections.abc import Callable, Iterator
from itertools import islice

from concertino.documents.careful import read_carefully
from concertino.documents.document import Document, FileDocuments
from concertino.documents.events import (
    ALIAS,
    DOCUMENT_END,
    DOCUMENT_START,
    MAPPING_END,
    MAPPING_START,
    SCALAR,
    SEQUENCE_END,
    STREAM_END,
    Event,
    YAMLError,
    events_of,
)
from concertino.documents.salvage import salvage
from concertino.documents.scalars import Refused, resolve
from concertino.documents.text import Chunk, Text, decode, split
from concertino.model.json import JsonValue
from concertino.model.limits import Limits
from concertino.model.place import Place
from concertino.model.problem import Problem

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class _OddError(Exception):
    """Something that the quick way does not take: the careful way knows whether it is wrong, and says why."""


def read_documents(file: str, data: bytes, limits: Limits) -> FileDocuments:
    """The documents of the YAML file `file` with the content `data`.

    Refused, each with its place: what is not UTF-8, control characters, more than `limits` allow, tags, anchors and
    aliases, directives, null, numbers that are not finite or beyond 64 bits, keys that are not text, duplicate keys.
    An error in one document leaves the others as they are. Nothing is raised.
    """
    refusal = _refuse_file(file, data, limits)
    if refusal is not None:
        return FileDocuments(problems=(refusal,))
    if data.startswith(_UTF16_MARKS):
        return _salvage_utf16(file, data, limits)
    text = decode(data)
    if text.clean:
        try:
            return FileDocuments(tuple(_read_stream(file, text.text, limits)))
        except (_OddError, YAMLError):
            pass  # which document it was, and what to say, is found out below
    return _read_chunks(file, text, limits)


def _refuse_file(file: str, data: bytes, limits: Limits) -> Problem | None:
    if len(data) > limits.file_bytes:
        message = f"the file has {len(data):,} bytes; no more than {limits.file_bytes:,} are read"
        return Problem("syntax", message, Place(file), remediation="Split it, or raise limits.fileBytes.")
    return None


def _salvage_utf16(file: str, data: bytes, limits: Limits) -> FileDocuments:
    """Documents of which only kind and name are known, so that what refers to them is not at fault."""
    problem = Problem("syntax", "the file is UTF-16, not UTF-8", Place(file), remediation="Save it as UTF-8.")
    chunks = islice(split(data.decode("utf-16", "replace")), limits.documents)
    documents = (
        Document(file, index, salvage(None, chunk.text), faulty=True, place=Place(file, chunk.line, 1, chunk.line, 1))
        for index, chunk in enumerate(chunks)
    )
    return FileDocuments(tuple(documents), (problem,))


def _read_chunks(file: str, text: Text, limits: Limits) -> FileDocuments:
    """Document by document, so that what is wrong in one does not touch the others."""
    documents: list[Document] = []
    problems: list[Problem] = []
    for chunk in split(text.text):
        if len(documents) == limits.documents:
            problems.append(_too_many(file, chunk, limits))
            break
        quick = _read_chunk(file, chunk, len(documents), limits) if text.clean else None
        if quick is not None:
            documents.append(quick)
            continue
        document, found = read_carefully(file, chunk, len(documents), limits)
        documents.append(document)
        problems.extend(found)
    return FileDocuments(tuple(documents), tuple(problems))


def _too_many(file: str, chunk: Chunk, limits: Limits) -> Problem:
    message = f"the file has more than {limits.documents:,} documents; the rest is not read"
    place = Place(file, chunk.line, 1, chunk.line, 4)
    return Problem("syntax", message, place, remediation="Split the file, or raise limits.documents.")


def _read_chunk(file: str, chunk: Chunk, index: int, limits: Limits) -> Document | None:
    if chunk.directive:
        return None
    try:
        documents = list(_read_stream(file, chunk.text, limits, index=index, line=chunk.line))
    except (_OddError, YAMLError):
        return None
    return documents[0] if len(documents) == 1 else None


def _read_stream(file: str, text: str, limits: Limits, *, index: int = 0, line: int = 1) -> Iterator[Document]:
    following = events_of(text)
    quick = _Quick(following)
    following()
    while True:
        start = following()
        if start.__class__ is STREAM_END:
            return
        if index == limits.documents or not _is_simple(start):
            raise _OddError
        root = following()
        value = quick.node(root, limits.depth)
        end = following()
        if end.__class__ is not DOCUMENT_END or end.explicit:
            raise _OddError
        yield Document(file, index, value, faulty=False, place=_place(file, text, root, line))
        index += 1


def _is_simple(event: Event) -> bool:
    return event.__class__ is DOCUMENT_START and event.version is None and not event.tags


def _place(file: str, text: str, root: Event, line: int) -> Place:
    """The first line of the root node."""
    mark = root.start_mark
    end = text.find("\n", mark.index)
    end = len(text) if end < 0 else end
    end = mark.index + len(text[mark.index : end].partition("\r")[0])
    first = line + mark.line
    return Place(file, first, mark.column + 1, first, mark.column + 1 + max(end - mark.index, 1))


class _Quick:
    """Builds values and keeps no marks. Anything odd raises `_OddError`."""

    def __init__(self, following: Callable[[], Event]) -> None:
        self._next = following
        self._keys: set[str] = set()  # plain keys that are known to be text

    def node(self, event: Event, room: int) -> JsonValue:
        """The value that begins with `event`, at most `room` levels deep."""
        kind = event.__class__
        if kind is SCALAR:
            return self._scalar(event)
        if kind is ALIAS or event.anchor is not None or event.tag is not None or not room:
            raise _OddError
        return self._mapping(room - 1) if kind is MAPPING_START else self._sequence(room - 1)

    def _scalar(self, event: Event) -> JsonValue:
        if event.anchor is not None or event.tag is not None:
            raise _OddError
        if not event.implicit[0]:  # quoted or a block: always text
            return event.value
        value = resolve(event.value)
        if isinstance(value, Refused):
            raise _OddError
        return value

    def _sequence(self, room: int) -> JsonValue:
        items: list[JsonValue] = []
        following = self._next
        while (event := following()).__class__ is not SEQUENCE_END:
            items.append(self.node(event, room))
        return items

    def _mapping(self, room: int) -> JsonValue:
        entries: dict[str, JsonValue] = {}
        following = self._next
        while (event := following()).__class__ is not MAPPING_END:
            if event.__class__ is not SCALAR:
                raise _OddError
            key = event.value
            if key not in self._keys or event.anchor is not None or event.tag is not None:
                key = self._key(event)
            if key in entries:
                raise _OddError
            entries[key] = self.node(following(), room)
        return entries

    def _key(self, event: Event) -> str:
        key = self._scalar(event)
        if not isinstance(key, str):
            raise _OddError
        if event.implicit[0]:
            self._keys.add(key)
        return key
