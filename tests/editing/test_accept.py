"""The basis of an acceptance, and where it goes in files that people wrote."""

from collections.abc import Mapping
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest

from concertino.documents import SchemaSet, positions, read_documents
from concertino.editing.accept import Basis, Leaning, acceptance, basis_text, digest_of, facts_of
from concertino.editing.splicing import Remove, splice
from concertino.matrix.cells import CellAnswer, Condition, Score, Source
from concertino.matrix.model import Answer, Inputs
from concertino.model.limits import Limits
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.revision.shipped import shipped_files

LIMITS = Limits()
HERE = Place("m.yaml")
DECISIONS = sorted((Path(__file__).parents[2] / "catalogue/decisions").glob("*.yaml"))


def cell(
    name: str, scores: Mapping[str, int], answer: str = "operate", index: int = 250, margin: int = 5
) -> CellAnswer:
    """What the decision model says of a cell, or nothing where it has no answer."""
    found = {
        factor: Score(factor, value, (Source("row", "Row", False, value, "", HERE, tuple),))  # noqa: FBT003 - a value
        for factor, value in scores.items()
    }
    said = Answer(index, answer, answer, (), (), margin, abs(index - 200)) if answer else None  # type: ignore[arg-type]
    return CellAnswer(
        entity=f"cell:{name}",
        title=name,
        place=HERE,
        factors={},
        scores=found,
        circumstances={"small": Condition("small", False, HERE)},  # noqa: FBT003 - a value
        missing=() if answer else ("reuse",),
        inputs=Inputs(scores, {"small": False}),
        answer=said,
    )


BASIS = Basis(
    "2026-06-24",
    ("board", "finance"),
    (cell("oakwell/orders", {"reuse": 2, "demand": 4}), cell("aurora/orders", {"demand": 3}, answer="")),
    (Leaning("exception:split", "2026-09-30"),),
)


def test_the_basis_holds_scores_recommendation_margin_day_and_deciders() -> None:
    found = basis_text(BASIS, "federate")

    assert {key: value for key, value in found.items() if key != "digest"} == {
        "acceptedOn": "2026-06-24",
        "deciders": ["board", "finance"],
        "cells": [
            {"cell": "cell:aurora/orders", "scores": {"demand": 3}, "circumstances": {"small": "false"}},
            {
                "cell": "cell:oakwell/orders",
                "recommendation": "operate",
                "index": 250,
                "margin": 5,
                "scores": {"demand": 4, "reuse": 2},
                "circumstances": {"small": "false"},
            },
        ],
        "exceptions": [{"exception": "exception:split", "until": "2026-09-30"}],
        "summary": [
            "aurora/orders: the decision model had no answer: no score for reuse.",
            "oakwell/orders: operate recommended at index 250, 5 from the nearest border; decided was federate.",
            "exception:split is in force until 2026-09-30.",
        ],
    }


def test_the_digest_moves_with_the_facts_alone() -> None:
    facts = facts_of(BASIS.cells, BASIS.exceptions)
    moved = (cell("oakwell/orders", {"reuse": 3, "demand": 4}), BASIS.cells[1])

    assert digest_of(facts) == digest_of(facts_of(reversed(BASIS.cells), BASIS.exceptions)), "not with their order"
    assert digest_of(facts) == basis_text(Basis("2030-01-01", (), BASIS.cells, BASIS.exceptions), "")["digest"]
    assert digest_of(facts) != digest_of(facts_of(moved, BASIS.exceptions))
    assert digest_of(facts) != digest_of(facts_of(BASIS.cells, ()))


def accepted(text: bytes, index: int = 0, deciders: tuple[str, ...] = ("board", "finance")) -> bytes:
    document = read_documents("d.yaml", text, LIMITS).documents[index].value
    assert isinstance(document, dict)
    changes = acceptance(document, BASIS, decided_on="2026-06-24", deciders=deciders)
    result = splice("d.yaml", text, index, changes, LIMITS)
    assert isinstance(result, bytes), result
    return result


def without_basis(text: bytes) -> bytes:
    document: Any = read_documents("d.yaml", text, LIMITS).documents[0].value
    changes = [Remove("/spec/basis")] if "basis" in document["spec"] else []
    result = splice("d.yaml", text, 0, changes, LIMITS)
    assert isinstance(result, bytes), result
    return result


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_every_decision_of_the_portfolio_takes_a_basis_and_no_other_line_moves(path: Path) -> None:
    before = without_basis(path.read_bytes())
    after = accepted(before, deciders=())
    lines = unified_diff(before.decode().splitlines(), after.decode().splitlines(), n=0, lineterm="")
    gone = [line.split(":")[0].strip("- ") for line in list(lines)[2:] if line.startswith("-")]

    assert set(gone) <= {"status", "decidedOn"}
    schemas = {name.removeprefix("schemas/"): data for name, data in shipped_files().items() if "schemas/" in name[:8]}
    gate = SchemaSet.build(schemas)[0].gate("Decision.schema.json")
    value: Any = read_documents("d.yaml", after, LIMITS).documents[0].value
    assert not gate.explain(value, positions("d.yaml", after, 0, LIMITS))
    assert accepted(after, deciders=()) == after, "the same basis once more changes nothing"


@pytest.mark.parametrize(
    ("before", "start"),
    [
        pytest.param(
            b"spec: {status: proposed, model: operate} # flow\n",
            b"spec: {status: accepted, model: operate, decidedOn: 2026-06-24, deciders: [board, finance], basis: {",
            id="everything in braces",
        ),
        pytest.param(
            b"spec:\r\n    status:   'proposed'  # not yet\r\n    deciders:\r\n    - board # all of it\r\n",
            b"spec:\r\n    status:   'accepted'  # not yet\r\n    decidedOn: 2026-06-24\r\n    deciders: ",
            id="line ends of Windows, four spaces, quotes",
        ),
        pytest.param(
            b"spec:\n  status: proposed\n  context: |+\n    x\n\n\n# the end\n...\n",
            b"spec:\n  status: accepted\n  decidedOn: 2026-06-24\n  context: |+\n    x\n\n\n",
            id="a text that keeps its blank lines",
        ),
        pytest.param(b"spec:\n  status: proposed", b"spec:\n  status: accepted\n  decidedOn: 2026-", id="no line end"),
        pytest.param(
            b"# a\n---\na: 1\n--- # second\nspec:\n  status: proposed\n---\nb: 1\n",
            b"# a\n---\na: 1\n--- # second\nspec:\n  status: accepted\n  decidedOn: 2026-06-24\n",
            id="the second of three documents",
        ),
    ],
)
def test_the_layout_of_hand_written_files_stays(before: bytes, start: bytes) -> None:
    index = 1 if before.startswith(b"# a") else 0
    after = accepted(before, index)

    assert after.startswith(start)
    assert after.count(b"#") == before.count(b"#") or b"all of it" in before, "a replaced list takes its comments along"
    assert (b"\r\n" in after) == (b"\r\n" in before)
    assert after.count(b"\n") == after.count(b"\r\n") or b"\r\n" not in before


def test_a_decision_that_cannot_be_read_is_refused() -> None:
    text = b"spec: &s\n  status: proposed\n"
    changes = acceptance({"spec": {"status": "proposed"}}, BASIS, decided_on="2026-06-24")

    assert isinstance(splice("d.yaml", text, 0, changes, LIMITS), Problem)
