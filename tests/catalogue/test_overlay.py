"""A changed document laid over a catalogue gives what reading everything anew gives, and leaves nothing behind."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from concertino.catalogue import Catalogue, Overlay, copied
from concertino.cli.session import Session
from concertino.documents import read_documents
from concertino.expressions import Computed, Entity, EvaluationError
from concertino.model.limits import Limits
from concertino.revision import SnapshotProblem, open_snapshot
from concertino.verdict import read_catalogue

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def session() -> Session:
    snapshot = open_snapshot(ROOT, revision=None, staged=False, environment=os.environ)
    assert not isinstance(snapshot, SnapshotProblem)
    return Session(ROOT, snapshot)


@pytest.fixture
def overlay(session: Session) -> Overlay:
    return Overlay(session.catalogue, session.rules.builder)


def graph(catalogue: Catalogue) -> dict[str, Any]:
    """Everything that an expression can see of a catalogue, references as names."""

    def plain(value: object, depth: int) -> Any:  # noqa: ANN401 - whatever a document holds
        if isinstance(value, Entity) and depth:
            return f"→ {value.reference}"
        if isinstance(value, dict) and not isinstance(value, Computed):
            return {key: plain(item, depth + 1) for key, item in value.items()}
        return [plain(item, depth + 1) for item in value] if isinstance(value, list) else repr(value)

    return {name: plain(entity.value, 0) for name, entity in catalogue.by_name.items()}


CHANGES: dict[str, tuple[str, list[str], Any]] = {
    "a scalar": ("service:content-hub", ["funding", "mode"], "showback"),
    "a reference": ("service:content-hub", ["owner"], "architecture-board"),
    "a list of references, one less": ("service:content-hub", ["consumers"], ["aurora", "oakwell"]),
    "a list of references, one more": ("decision:storytelling-tidewater", ["deciders"], ["architecture-board"]),
    "a reference to a brand, for whose cells it counts": ("decision:storytelling-tidewater", ["brands"], ["aurora"]),
    "what a reference chain goes through": ("team:oakwell-technology", ["escalatesTo"], "executive-committee"),
    "who escalates to nobody": ("team:oakwell-technology", ["escalatesTo"], None),
}


@pytest.mark.parametrize(("name", "path", "value"), CHANGES.values(), ids=CHANGES)
def test_a_changed_document_gives_what_reading_everything_anew_gives(
    name: str, path: list[str], value: object, session: Session, overlay: Overlay
) -> None:
    before, document = graph(session.catalogue), changed(overlay, name, path, value)
    anew = rebuilt(session, name, json.loads(json.dumps(document)))
    with overlay.changed({name: document}) as done:
        during = graph(session.catalogue)

    assert done
    assert during == anew != before
    assert graph(session.catalogue) == before


def changed(overlay: Overlay, name: str, path: list[str], value: object) -> dict[str, Any]:
    written = overlay.written(name)
    assert written is not None
    document: dict[str, Any] = copied(written)
    holder = document["spec"]
    for part in path[:-1]:
        holder = holder[part]
    holder[path[-1]] = value
    if value is None:
        del holder[path[-1]]
    assert overlay.accepts(name, document)
    return document


def rebuilt(session: Session, name: str, document: dict[str, Any]) -> dict[str, Any]:
    """What there is to see if the document stands in its file."""
    entity = session.catalogue.by_name[name]
    data = session.snapshot.read([entity.file])[entity.file]
    values = [one.value for one in read_documents(entity.file, data, Limits()).documents]
    values[entity.index] = document
    text = "".join(f"---\n{json.dumps(one)}\n" for one in values).encode()

    def read(paths: Iterable[str]) -> Mapping[str, bytes]:
        return {path: text if path == entity.file else found for path, found in session.snapshot.read(paths).items()}

    return graph(read_catalogue(replace(session.snapshot, read=read), session.rules))


def test_two_documents_change_together(session: Session, overlay: Overlay) -> None:
    before = graph(session.catalogue)
    documents = {
        "service:content-hub": changed(overlay, "service:content-hub", ["owner"], "oakwell-technology"),
        "team:oakwell-technology": changed(overlay, "team:oakwell-technology", ["escalatesTo"], None),
    }
    with overlay.changed(documents) as done:
        hub = session.catalogue.by_name["service:content-hub"].value["spec"]
        assert done
        assert isinstance(hub, dict)
        assert "escalatesTo" not in hub["refs"]["owner"]["spec"]

    assert graph(session.catalogue) == before


REFUSED = {
    "a brand that has no cells any more": ("brand:tidewater", ["lifecycle"], "retired"),
    "a reference that leads nowhere": ("service:content-hub", ["owner"], "nobody"),
}


@pytest.mark.parametrize(("name", "path", "value"), REFUSED.values(), ids=REFUSED)
def test_what_changes_more_than_documents_is_refused_and_undone(
    name: str, path: list[str], value: object, session: Session, overlay: Overlay
) -> None:
    before, document = graph(session.catalogue), copied(overlay.written(name) or {})
    spec: Any = document["spec"]
    spec[path[-1]] = value
    with overlay.changed({name: document}) as done:
        assert not done

    assert graph(session.catalogue) == before


@pytest.mark.parametrize("name", ["cell:aurora/orders", "measurement:launches", "team:there-is-none"])
def test_what_stands_in_no_document_of_its_own_is_not_changed(name: str, overlay: Overlay) -> None:
    assert overlay.written(name) is None


def test_what_was_computed_is_not_looked_at_while_something_is_changed(session: Session) -> None:
    value = session.catalogue.by_name["cell:aurora/orders"].value
    value["matrix"] = Computed(("index",), lambda _: 200)
    overlay = Overlay(session.catalogue, session.rules.builder)
    with overlay.changed({}):
        now = value["matrix"]
        assert isinstance(now, Computed)
        with pytest.raises(EvaluationError, match="index is not computed anew"):
            now["index"]
    after = value.pop("matrix")

    assert isinstance(after, Computed)
    assert after["index"] == 200


def test_the_catalogue_is_restored_even_if_somebody_stops_in_the_middle(session: Session, overlay: Overlay) -> None:
    before = graph(session.catalogue)
    document = changed(overlay, "service:content-hub", ["owner"], "oakwell-technology")
    with pytest.raises(KeyboardInterrupt), overlay.changed({"service:content-hub": document}):
        raise KeyboardInterrupt

    assert graph(session.catalogue) == before
