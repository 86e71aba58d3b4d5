"""The decisions of a catalogue to Markdown files."""

import re
from functools import cache
from typing import TYPE_CHECKING

from concertino.catalogue import Catalogue
from concertino.records.escaping import Markdown, inline
from concertino.records.index import index_view
from concertino.records.reading import DECISION_KIND, Shelf
from concertino.records.rendered import RenderedFile
from concertino.records.seal import UNSEALED, sealed
from concertino.records.view import record_view
from concertino.verdict import Register

if TYPE_CHECKING:
    from jinja2 import Environment

INDEX_NAME = "README.md"
_UNREADABLE = ("syntax", "schema", "unread")


def render_records(
    catalogue: Catalogue, records_folder: str, register: Register | None = None
) -> tuple[RenderedFile, ...]:
    """The record of each decision without faults and the index of all, sorted by path.

    A function of the snapshot alone: the day does not matter. `register` says from when to when exceptions are in
    force; without it their dates stand as they are written. Links lead from `records_folder` to the files of the
    catalogue, so both are relative to the same root. Two decisions that would be one file both stand in the result;
    `compare_records` tells. Without a decision there is nothing to render, not even an index.
    """
    shelf = Shelf(catalogue, records_folder, register)
    if not shelf.decisions:
        return ()
    files = [
        RenderedFile(shelf.record_path(item.value), _laid_out("record.md.j2", record_view(shelf, item)), item.name)
        for item in shelf.decisions
    ]
    files.append(RenderedFile(f"{records_folder}/{INDEX_NAME}", _laid_out("index.md.j2", index_view(shelf))))
    return tuple(sorted(files))


def faulty_decisions(catalogue: Catalogue) -> tuple[str, ...]:
    """The references of decisions with faults, and the files that hold what nobody can tell the name of; sorted.

    What was rendered from them is to be left alone until they are mended: a typing error is no reason to drop a record.
    """
    faulty = {item.name for item in catalogue.of_kind(DECISION_KIND) if item.fault is not None}
    nameless = {item.place.file for item in catalogue.problems if item.check in _UNREADABLE and not item.subject}
    return tuple(sorted(faulty | nameless))


def _laid_out(template: str, view: object) -> str:
    text = _environment().get_template(template).render(view=view, digest=UNSEALED)
    tidy = re.sub(r" +\n", "\n", text)  # a text of nothing but spaces leaves one at the end of its line
    return sealed(re.sub(r"\n{3,}", "\n\n", tidy).strip("\n") + "\n")


@cache
def _environment() -> "Environment":
    """Templates with nothing to reach for. Whatever they print that is not Markdown yet is escaped."""
    from jinja2 import PackageLoader, StrictUndefined  # noqa: PLC0415 - slow to load, and most commands render nothing
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415 - the same

    return SandboxedEnvironment(
        loader=PackageLoader("concertino.records"),
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _finalized(value: object) -> object:
    return inline(value) if isinstance(value, str) and not isinstance(value, Markdown) else value
