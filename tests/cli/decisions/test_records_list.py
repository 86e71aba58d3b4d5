"""The list says where each decision stands on a day."""

import csv
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture
def folder(governed: Run, decision: Run) -> Path:
    found: Path = governed(
        {
            "catalogue/decisions/old.yaml": decision("old", 1, "accepted"),
            "catalogue/decisions/north.yaml": decision("north", 2, "accepted", "supersedes: [old]"),
            "catalogue/decisions/south.yaml": decision("south", 3, "accepted", "supersedes: [old]"),
            "catalogue/decisions/plan.yaml": decision(
                "plan", 4, "proposed", "supersedes: [south]", capability="pricing"
            ),
        }
    )
    return found


def test_superseded_is_derived_and_only_an_accepted_successor_supersedes(folder: Path, concertino: Run) -> None:
    rows = json.loads(concertino("records", "list", "--format", "json", "-C", folder, "--as-of", "2026-06-01").out)

    assert [(row["number"], row["status"]) for row in rows] == [
        (1, "superseded by ADR-0002"),
        (2, "accepted"),
        (3, "accepted"),
        (4, "proposed"),
    ]
    assert rows[0]["supersededBy"] == ["decision:north", "decision:south"], "one decision was split into two"
    assert rows[0]["nextReview"] == "", "nothing is left to review"


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        pytest.param(("--status", "superseded"), ["1"], id="by status"),
        pytest.param(("--capability", "PRICING"), ["4"], id="by capability, whatever its case"),
        pytest.param(("--brand", "aurora", "--status", "accepted"), ["2", "3"], id="by brand and status"),
        pytest.param(("--brand", "oakwell"), [], id="by a brand without decisions"),
        pytest.param(("--overdue", "--as-of", "2026-09-02"), ["2", "3", "4"], id="overdue the day after the review"),
        pytest.param(("--overdue", "--as-of", "2026-09-01"), [], id="not yet on the day itself"),
    ],
)
def test_filters_choose(folder: Path, concertino: Run, filters: tuple[str, ...], numbers: list[str]) -> None:
    ran = concertino("records", "list", "--format", "csv", "-C", folder, "--as-of", "2026-06-01", *filters)

    assert [row["number"] for row in csv.DictReader(StringIO(ran.out))] == numbers


def test_the_text_marks_what_is_overdue_and_says_as_of_when(folder: Path, concertino: Run) -> None:
    out = concertino("records", "list", "-C", folder, "--as-of", "2026-10-01").out

    assert "2026-09-01 overdue" in out
    assert "4 of 4 decisions, as of 2026-10-01" in out


def test_a_near_miss_is_suggested(folder: Path, concertino: Run) -> None:
    ran = concertino("records", "list", "--brand", "aurorra", "-C", folder)

    assert ran.code == 2
    assert 'Did you mean "aurora"?' in ran.err


def test_a_formula_in_a_title_is_only_text_in_the_table(governed: Run, decision: Run, concertino: Run) -> None:
    text = decision("sum", 1).replace("title: About sum", "title: '=1+1'")
    folder = governed({"catalogue/decisions/sum.yaml": text})

    assert '"\'=1+1"' in concertino("records", "list", "--format", "csv", "-C", folder).out


def test_a_decision_with_faults_is_named_beside_the_list(governed: Run, decision: Run, concertino: Run) -> None:
    folder = governed({"catalogue/decisions/bad.yaml": decision("bad", 1).replace("proposed", "propsed")})
    ran = concertino("records", "list", "-C", folder)

    assert "0 of 0 decisions" in ran.out
    assert "decision:bad: has faults" in ran.err


@pytest.mark.parametrize(
    ("filters", "step"),
    [
        pytest.param((), "concertino records accept plan", id="a proposed decision is in the list"),
        pytest.param(("--status", "accepted"), "concertino records accept plan", id="a proposed one is elsewhere"),
    ],
)
def test_the_next_step_names_a_proposed_decision(
    folder: Path, concertino: Run, filters: tuple[str, ...], step: str
) -> None:
    assert concertino("records", "list", "-C", folder, *filters).out.splitlines()[-1].endswith(f"next: {step}")


def test_where_nothing_is_proposed_the_next_step_is_the_check(folder: Path, concertino: Run) -> None:
    (folder / "catalogue/decisions/plan.yaml").unlink()

    assert concertino("records", "list", "-C", folder).out.endswith("next: concertino records check\n")


def test_with_stale_it_says_how_many_decisions_hold_no_facts(folder: Path, concertino: Run) -> None:
    ran = concertino("records", "list", "--stale", "-C", folder, "--as-of", "2026-06-01")
    assert ran.err == ("2 accepted decisions hold no facts and can't go stale; accept them again to freeze theirs\n"), (
        "neither the superseded one nor the proposed one counts"
    )

    concertino("records", "accept", "north", "-C", folder, "--as-of", "2026-06-01")
    ran = concertino("records", "list", "--stale", "-C", folder, "--as-of", "2026-06-01")
    assert ran.err.startswith("1 accepted decision holds no facts")
    concertino("records", "accept", "south", "-C", folder, "--as-of", "2026-06-01")
    assert not concertino("records", "list", "--stale", "-C", folder, "--as-of", "2026-06-01").err
