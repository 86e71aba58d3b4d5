"""Which template lays out what: those of the engine, or those that the configuration names."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.model.snapshot import EntryKind, Snapshot
from concertino.policies import Configuration
from concertino.records.index import IndexView
from concertino.records.view import RecordView

if TYPE_CHECKING:
    from concertino.records.sandbox import Layout

VIEWS: Mapping[str, type[RecordView] | type[IndexView]] = {"record": RecordView, "index": IndexView}
"""What each template sees."""


@dataclass(frozen=True, slots=True)
class Own:
    """A template that a repository brings: its path and its text."""

    path: str
    source: str


Templates = Mapping[str, Own | Problem]
"""The templates of a repository by `record` and `index`; a problem where one can't be read."""


def read_templates(snapshot: Snapshot, configuration: Configuration) -> Templates:
    """The templates that the configuration names, as the snapshot has them."""
    data = snapshot.read(sorted(set(configuration.templates.values())))
    found: dict[str, Own | Problem] = {}
    for name, path in sorted(configuration.templates.items()):
        place = configuration.locate(f"/templates/{name}")
        if path not in data:
            entry = snapshot.entries.get(path)
            why = "is no plain file" if entry and entry.kind is not EntryKind.FILE else "is not there"
            found[name] = _unread(f'the template "{path}" {why}', place)
            continue
        try:
            found[name] = Own(path, data[path].decode().replace("\r\n", "\n"))
        except UnicodeDecodeError:
            found[name] = _unread("the template is not UTF-8", Place(path))
    return found


def layout_of(name: str, templates: Templates) -> "Layout | Problem":
    """The layout for `record` or `index`, or what is wrong with the repository's own template for it."""
    own = templates.get(name)
    if isinstance(own, Problem):
        return own
    return _compiled(own.path, own.source, name) if own else _compiled(f"{name}.md.j2", shipped_source(name), name)


def shipped_source(name: str) -> str:
    """The text of the template that travels with the engine."""
    return files("concertino.records").joinpath("templates", f"{name}.md.j2").read_text(encoding="utf-8")


@cache
def _compiled(path: str, source: str, name: str) -> "Layout | Problem":
    from concertino.records.sandbox import compile_layout  # noqa: PLC0415 - slow to load, and most commands need none

    return compile_layout(path, source, [item.name for item in fields(VIEWS[name])])


def values_of(view: object) -> object:
    """What a template sees of a view: mappings by name, lists, and texts."""
    if is_dataclass(view) and not isinstance(view, type):
        return {item.name: values_of(getattr(view, item.name)) for item in fields(view)}
    return [values_of(item) for item in view] if isinstance(view, tuple) else view


def _unread(message: str, place: Place) -> Problem:
    return Problem(
        "configuration",
        message,
        place,
        remediation='Write it, beginning with what "concertino records template" prints, or take it out of templates.',
    )
