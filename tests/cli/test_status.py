"""`concertino status`: the way, what is due, and the commands to go on with."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

INSIGHT = Path(__file__).parents[1] / "insight"
GOLDEN = INSIGHT / "golden"

Write = Callable[[Mapping[str, str]], Path]
Concertino = Callable[..., Any]


@pytest.fixture
def grove(write: Write) -> Path:
    """The small portfolio."""
    return write({"catalogue/whole.yaml": (INSIGHT / "portfolio" / "whole.yaml").read_text("utf-8")})


@pytest.mark.parametrize(("form", "ending"), [("text", "txt"), ("markdown", "md"), ("json", "json")])
def test_the_status_of_a_small_portfolio_is_as_it_was(
    grove: Path, concertino: Concertino, form: str, ending: str
) -> None:
    ran = concertino("status", "-C", grove, "--as-of", "2026-06-30", "--format", form)

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (GOLDEN / f"status.{ending}").read_text("utf-8")


def test_one_team_sees_what_it_answers_for(grove: Path, concertino: Concertino) -> None:
    ran = concertino("status", "-C", grove, "--as-of", "2026-06-30", "--owner", "platform", "--format", "json")

    found = json.loads(ran.out)
    assert [item["id"] for item in found["coming"]] == ["customization"]
    assert found["overdue"] == []


def test_a_misspelt_owner_is_suggested(grove: Path, concertino: Concertino) -> None:
    ran = concertino("status", "-C", grove, "--as-of", "2026-06-30", "--owner", "platfrom")

    assert ran.code == 2
    assert 'There is no owner of anything due "platfrom". Did you mean "platform"?' in ran.err


def test_what_is_overdue_is_no_gate_and_comes_first_among_the_next_commands(
    grove: Path, concertino: Concertino
) -> None:
    ran = concertino("status", "-C", grove, "--as-of", "2026-06-30")

    assert ran.code == 0
    assert ran.out.splitlines()[-1] == "next: concertino catalogue show event:birch-shrinks"


def test_the_next_command_works_as_it_is_printed(grove: Path, concertino: Concertino) -> None:
    said = concertino("status", "-C", grove, "--as-of", "2026-06-30").out.splitlines()[-1]

    ran = concertino(*said.removeprefix("next: concertino ").split(), "-C", grove)

    assert ran.code == 0
    assert "birch-shrinks" in ran.out


def test_quiet_leaves_the_result(grove: Path, concertino: Concertino) -> None:
    ran = concertino("status", "-C", grove, "--as-of", "2026-06-30", "--quiet")

    assert "next: concertino catalogue show" not in ran.out
    assert "Overdue (1)" in ran.out


PILOT = """---
apiVersion: concertino/v1
kind: Pilot
metadata: {name: one-price, title: One price for two brands}
spec:
  capability: pricing
  brands: [ash, birch]
  endsOn: 2026-08-31
  measures: [{metric: error-rate, group: error-rate, baseline: 3, target: 1}]
  eligible: 2
"""


def test_git_tells_the_day_on_which_a_step_was_reached(
    grove: Path, concertino: Concertino, git: Callable[..., str]
) -> None:
    git(grove, "init")
    git(grove, "add", ".")
    git(grove, "commit", "-m", "a catalogue", "--date", "2026-05-01T12:00:00+00:00")
    (grove / "catalogue/pilot.yaml").write_text(PILOT, encoding="utf-8")
    git(grove, "add", ".")
    git(grove, "commit", "-m", "a pilot")

    ran = concertino("status", "-C", grove, "--as-of", "2026-06-30", "--history", "--format", "json")

    (way,) = json.loads(ran.out)["ways"]
    assert {step["id"]: step.get("reachedOn") for step in way["steps"]} == {
        "mapped": None,
        "scored": None,
        "pilot-defined": "2026-06-01",
        "reviewed": None,
    }


def test_without_git_there_is_no_such_day_and_that_is_said(grove: Path, concertino: Concertino) -> None:
    (grove / "catalogue/pilot.yaml").write_text(PILOT, encoding="utf-8")

    ran = concertino("status", "-C", grove, "--as-of", "2026-06-30", "--history")

    assert ran.code == 2
    assert "no git repository" in ran.err


def test_an_empty_repository_is_told_how_to_begin(write: Write, concertino: Concertino) -> None:
    ran = concertino("status", "-C", write({"catalogue/readme.txt": "nothing yet"}), "--as-of", "2026-06-30")

    assert ran.code == 0
    assert "write a Portfolio" in ran.out
    assert "nothing is overdue" in ran.out


def test_a_broken_overview_is_exit_2_and_the_rest_is_shown(grove: Path, concertino: Concertino) -> None:
    (grove / "policies").mkdir()
    (grove / "policies/overview.yaml").write_text("apiVersion: concertino/v1\n", encoding="utf-8")

    ran = concertino("status", "-C", grove, "--as-of", "2026-06-30")

    assert ran.code == 2
    assert "rules are broken" in ran.err
    assert "Overdue (1)" in ran.out


def test_hostile_text_is_shown_and_does_nothing(grove: Path, concertino: Concertino) -> None:
    file = grove / "catalogue/whole.yaml"
    text = file.read_text("utf-8").replace("title: Birch loses customers", 'title: "\\e[31m::error::x | <b>"')
    file.write_text(text, encoding="utf-8")

    for form in ("text", "markdown", "json"):
        ran = concertino("status", "-C", grove, "--as-of", "2026-06-30", "--format", form)

        assert ran.code == 0
        assert "\x1b" not in ran.out
        assert form != "markdown" or "<b>" not in ran.out
