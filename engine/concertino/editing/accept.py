"""The acceptance of a decision: what it was decided on, frozen into the decision."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from concertino.editing.splicing import Change, put
from concertino.matrix.cells import CellAnswer
from concertino.model.json import JsonObject, JsonValue


@dataclass(frozen=True, slots=True)
class Leaning:
    """An exception in force that a decision leans on, and its last day."""

    exception: str
    until: str


@dataclass(frozen=True, slots=True)
class Basis:
    """What a decision was decided on. `day` is the ISO day as of which all of it was read; `deciders` are teams."""

    day: str
    deciders: tuple[str, ...]
    cells: tuple[CellAnswer, ...]
    exceptions: tuple[Leaning, ...] = ()


def facts_of(cells: Iterable[CellAnswer], exceptions: Iterable[Leaning]) -> JsonObject:
    """The facts behind a decision as they are frozen: for each cell the model's answer, index, margin and scores."""
    facts: dict[str, JsonValue] = {"cells": [_cell(item) for item in sorted(cells, key=lambda item: item.entity)]}
    leaning = [{"exception": item.exception, "until": item.until} for item in sorted(exceptions, key=_named)]
    return facts | ({"exceptions": leaning} if leaning else {})


def digest_of(facts: JsonObject) -> str:
    """SHA-256 of the facts. Another one on another day means that they have moved."""
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), default=dict)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def basis_text(basis: Basis, model: str) -> JsonObject:
    """The basis as the field of a decision for `model` holds it."""
    facts = facts_of(basis.cells, basis.exceptions)
    ordered = sorted(basis.cells, key=lambda item: item.entity)
    return {
        "acceptedOn": basis.day,
        "digest": digest_of(facts),
        "deciders": list(basis.deciders),
        **facts,
        "summary": [
            *(_sentence(item, model) for item in ordered),
            *(f"{item.exception} is in force until {item.until}." for item in sorted(basis.exceptions, key=_named)),
        ],
    }


def acceptance(
    document: JsonObject, basis: Basis | None, *, decided_on: str, deciders: tuple[str, ...] = ()
) -> list[Change]:
    """The changes that accept a decision: status, day, deciders if others are named, and the basis if there is one.

    `document` is the decision as it is written. `decided_on` is an ISO day.
    """
    spec = document.get("spec")
    fields = spec if isinstance(spec, Mapping) else {}
    model = fields.get("model")
    before = next((name for name in ("services", "model", "status") if name in fields), "")
    changes = [
        _unless_same(fields, "status", "accepted"),
        _unless_same(fields, "decidedOn", decided_on, before),
        _unless_same(fields, "deciders", list(deciders)) if deciders else None,
        _unless_same(fields, "basis", basis_text(basis, model if isinstance(model, str) else "")) if basis else None,
    ]
    return [change for change in changes if change]


def _unless_same(fields: Mapping[str, JsonValue], name: str, value: JsonValue, after: str = "") -> Change | None:
    if fields.get(name) == value:
        return None
    return put({"spec": fields}, f"/spec/{name}", value, after)


def _named(item: Leaning) -> str:
    return item.exception


def _cell(item: CellAnswer) -> JsonObject:
    facts: dict[str, JsonValue] = {"cell": item.entity}
    if item.answer:
        facts |= {
            "recommendation": item.answer.answer,
            "index": item.answer.index,
            "margin": item.answer.margin,
        }
    facts["scores"] = {name: score.value for name, score in sorted(item.scores.items())}
    known = {name: _word(held.value) for name, held in sorted(item.circumstances.items())}
    return facts | ({"circumstances": known} if known else {})


def _word(value: object) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _sentence(item: CellAnswer, model: str) -> str:
    name = item.entity.partition(":")[2]
    if item.answer is None:
        missing = f": no score for {', '.join(item.missing)}" if item.missing else ""
        return f"{name}: the decision model had no answer{missing}."
    answer = item.answer
    otherwise = "" if answer.answer == model or not model else f"; decided was {model}"
    return (
        f"{name}: {answer.answer} recommended at index {answer.index}, {answer.margin} from the nearest border"
        f"{', contested' if item.contested else ''}{otherwise}."
    )
