"""libyaml's events with their types, which PyYAML leaves open."""

from collections.abc import Callable
from typing import Protocol, cast

from yaml import MarkedYAMLError, YAMLError, events
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # it is there, the stubs do not export it

# The class of an event, to be compared with `is`: much faster than isinstance, and there are no subclasses.
ALIAS: type = events.AliasEvent
DOCUMENT_END: type = events.DocumentEndEvent
DOCUMENT_START: type = events.DocumentStartEvent
MAPPING_END: type = events.MappingEndEvent
MAPPING_START: type = events.MappingStartEvent
SCALAR: type = events.ScalarEvent
SEQUENCE_END: type = events.SequenceEndEvent
STREAM_END: type = events.StreamEndEvent

__all__ = [
    "ALIAS",
    "DOCUMENT_END",
    "DOCUMENT_START",
    "MAPPING_END",
    "MAPPING_START",
    "SCALAR",
    "SEQUENCE_END",
    "STREAM_END",
    "Event",
    "Mark",
    "MarkedYAMLError",
    "YAMLError",
    "events_of",
]


class Mark(Protocol):
    """A place in the text, counted from 0 in code points."""

    index: int
    line: int
    column: int


class Event(Protocol):
    """One event. Its class tells which of these attributes it has beyond the marks."""

    start_mark: Mark
    end_mark: Mark
    anchor: str | None
    tag: str | None
    value: str
    style: str | None
    implicit: tuple[bool, bool]
    explicit: bool
    version: tuple[int, int] | None
    tags: dict[str, str] | None


def events_of(text: str) -> Callable[[], Event]:
    """A function that gives the next event of `text` each time it is called. It raises YAMLError."""
    return cast("Callable[[], Event]", CParser(text).get_event)
