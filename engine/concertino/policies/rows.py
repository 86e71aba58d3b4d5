"""Rows: what a pack says it is there for, and what covers each of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from concertino.documents import read_documents
from concertino.model.json import JsonObject, JsonValue
from concertino.model.limits import Limits

ANNOTATION = "concertino/mission"
"""The annotation by which a policy or a decision model names the rows that it covers, parted by commas."""
MODEL_FILE = "decision-model.yaml"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that a pack asks of a company. `file` is the pack's; `commands` cover the row besides policies."""

    id: str
    title: str
    pack: str
    file: str
    commands: tuple[str, ...] = ()


def rows_of(spec: JsonObject, pack: str, file: str) -> tuple[Row, ...]:
    """The rows that the `spec` of a pack declares, in its order. Its form was checked by the schema."""
    return tuple(
        Row(str(row["id"]), str(row["title"]), pack, file, tuple(map(str, _listed(row, "commands"))))
        for row in _listed(spec, "rows")
        if isinstance(row, Mapping)
    )


def rows_named(metadata: JsonObject) -> tuple[str, ...]:
    """The rows that an annotation names."""
    annotations = metadata.get("annotations")
    named = annotations.get(ANNOTATION) if isinstance(annotations, Mapping) else None
    return tuple(part.strip() for part in str(named).split(",") if part.strip()) if named else ()


def rows_of_model(file: str, data: bytes, limits: Limits) -> Mapping[str, tuple[str, ...]]:
    """What a decision model covers: for each row the guards that name it, or the model itself as ``.

    A model that can't be read covers nothing; what is wrong with it is told where it is used.
    """
    read = read_documents(file, data, limits)
    found: dict[str, tuple[str, ...]] = {}
    for document in () if read.problems else read.documents:
        for name, part in _covered(document.value):
            found[name] = (*found.get(name, ()), part)
    return found


def _covered(value: JsonValue) -> Iterator[tuple[str, str]]:
    metadata = value.get("metadata") if isinstance(value, Mapping) else None
    spec = value.get("spec") if isinstance(value, Mapping) else None
    for named in rows_named(metadata) if isinstance(metadata, Mapping) else ():
        yield named, ""
    for guard in _listed(spec, "guards") if isinstance(spec, Mapping) else ():
        if isinstance(guard, Mapping):
            for row in _listed(guard, "rows"):
                yield str(row), str(guard.get("id", ""))


def _listed(value: JsonObject, key: str) -> list[JsonValue]:
    found = value.get(key)
    return list(found) if isinstance(found, list) else []
