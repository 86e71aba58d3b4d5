"""The decisions of a catalogue to Markdown files."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.model.problem import Problem
from concertino.records.index import index_view
from concertino.records.layouts import Templates, layout_of, values_of
from concertino.records.reading import DECISION_KIND, Shelf
from concertino.records.recommendation import Answers
from concertino.records.rendered import RenderedFile
from concertino.records.seal import UNSEALED, sealed
from concertino.records.view import head_of, record_view
from concertino.verdict import Register
from concertino.verdict.adr import OldRecords

INDEX_NAME = "README.md"
_UNREADABLE = ("syntax", "schema", "unread")
_INDEX_HEAD = (
    "<!-- Rendered by Concertino. Change the catalogue, not this file, then run: concertino records render -->\n"
    f"<!-- concertino-digest: sha256:{UNSEALED} -->"
)


@dataclass(frozen=True)
class Behind:
    """What records show beside the entities of the catalogue.

    `register` says from when to when exceptions are in force; without it their dates stand as they are written.
    `answers` asks the decision model, `old` are records that people wrote, `policy_files` the files of policies that
    can be linked to, `templates` those of the repository.
    """

    register: Register | None = None
    answers: Answers | None = None
    old: OldRecords = field(default_factory=OldRecords)
    policy_files: Mapping[str, str] = field(default_factory=dict)
    templates: Templates = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rendering:
    """The files, sorted by path; what is wrong with templates; and the paths that could not be rendered for that."""

    files: tuple[RenderedFile, ...]
    problems: tuple[Problem, ...] = ()
    unrendered: frozenset[str] = frozenset()


def render_records(
    catalogue: Catalogue, records_folder: str, register: Register | None = None
) -> tuple[RenderedFile, ...]:
    """The record of each decision without faults and the index of all, by the templates of the engine."""
    return render(catalogue, records_folder, Behind(register)).files


def render(catalogue: Catalogue, records_folder: str, behind: Behind) -> Rendering:
    """The record of each decision without faults and the index of all.

    A function of the snapshot alone: the day does not matter. Links lead from `records_folder` to the files of the
    catalogue, so both are relative to the same root. Two decisions that would be one file both stand in the result;
    `compare_records` tells. Without a decision there is nothing to render, not even an index, unless there are
    earlier records to list.
    """
    shelf = Shelf(catalogue, records_folder, behind.register, behind.old, behind.policy_files)
    if not shelf.decisions and not behind.old.records:
        return Rendering(())
    found = list(_rendered(shelf, behind))
    files = [item for item in found if isinstance(item, RenderedFile)]
    failed = [item for item in found if not isinstance(item, RenderedFile)]
    problems = tuple(dict.fromkeys(problem for _, problem in failed))
    return Rendering(tuple(sorted(files)), problems, frozenset(path for path, _ in failed))


def faulty_decisions(catalogue: Catalogue) -> tuple[str, ...]:
    """The references of decisions with faults, and the files that hold what nobody can tell the name of; sorted.

    What was rendered from them is to be left alone until they are mended: a typing error is no reason to drop a record.
    """
    faulty = {item.name for item in catalogue.of_kind(DECISION_KIND) if item.fault is not None}
    nameless = {item.place.file for item in catalogue.problems if item.check in _UNREADABLE and not item.subject}
    return tuple(sorted(faulty | nameless))


def _rendered(shelf: Shelf, behind: Behind) -> Iterator[RenderedFile | tuple[str, Problem]]:
    for item in shelf.decisions:
        yield _record(shelf, item, behind)
    path = f"{shelf.folder}/{INDEX_NAME}"
    body = _laid_out("index", index_view(shelf), behind.templates)
    yield (path, body) if isinstance(body, Problem) else RenderedFile(path, _finished(_INDEX_HEAD, body))


def _record(shelf: Shelf, item: CatalogueEntity, behind: Behind) -> RenderedFile | tuple[str, Problem]:
    path = shelf.record_path(item.value)
    body = _laid_out("record", record_view(shelf, item, behind.answers), behind.templates)
    if isinstance(body, Problem):
        return path, body
    return RenderedFile(path, _finished(head_of(shelf, item, UNSEALED), body), item.name)


def _laid_out(name: str, view: object, templates: Templates) -> str | Problem:
    layout = layout_of(name, templates)
    values = values_of(view)
    if isinstance(layout, Problem) or not isinstance(values, dict):
        return layout if isinstance(layout, Problem) else ""
    return layout.lay_out(values)


def _finished(head: str, body: str) -> str:
    tidy = re.sub(r"[ \t]+\n", "\n", body + "\n")  # a text of nothing but spaces leaves one at the end of its line
    compact = re.sub(r"\n{3,}", "\n\n", tidy).strip("\n")
    return sealed(f"{head}\n\n{compact}\n")
