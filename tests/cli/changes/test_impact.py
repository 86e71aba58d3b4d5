"""What `check --base` says a change means for the portfolio, in a repository that `init` started."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from concertino.revision.shipped import shipped_files

DAY = "2026-06-10"
DECISION = "catalogue/decisions/0001-order-management.yaml"
PACK = "policies/operate-orchestrate/"
MODEL = f"{PACK}decision-model.yaml"

CAPABILITY = """apiVersion: concertino/v1
kind: Capability
metadata: {name: order-management, title: Order management}
spec:
  standard: One promise of delivery for every basket.
  plane: workflow
  owner: group-platform
  defaults: {differentiation: 3, commonality: 3, reuse: 3, economics: 3, risk: 2}
"""

Impact = dict[str, Any]


@pytest.fixture
def started(tmp_path: Path, git: Callable[..., str], concertino: Callable[..., Any]) -> Path:
    """A repository as `init` leaves it, with its records and scores for all cells, on a branch for a change."""
    folder = tmp_path / "group"
    assert concertino("init", "-C", folder, "--as-of", "2026-06-01").code == 0
    capability = folder / "catalogue/capabilities.yaml"
    capability.write_text(CAPABILITY, encoding="utf-8")
    git(tmp_path, "init", "--quiet", str(folder))
    assert concertino("records", "render", "-C", folder).code == 0
    commit(folder, git)
    git(folder, "checkout", "--quiet", "-b", "change")
    return folder


@pytest.fixture
def impact(started: Path, concertino: Callable[..., Any]) -> Callable[..., Impact]:
    """The impact of what is in the working tree, against main."""

    def call(*options: str) -> Impact:
        ran = concertino("check", "-C", started, "--as-of", DAY, "--base", "main", "--format", "json", *options)
        found: Impact = json.loads(ran.out)["impact"]
        return found

    return call


def commit(folder: Path, git: Callable[..., str]) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "A change")


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_another_decision_flips_its_cells_and_leaves_its_record_to_render(
    started: Path, impact: Callable[..., Impact], concertino: Callable[..., Any]
) -> None:
    edit(started / DECISION, "model: orchestrate", "model: operate")

    found = impact()

    assert [(item["entity"], item["answer"], item["now"]) for item in found["flips"]] == [
        ("cell:harbour/order-management", "decided", "operate"),
        ("cell:meadow/order-management", "decided", "operate"),
    ]
    (cause,) = found["flips"][0]["causes"]
    assert (cause["location"]["file"], cause["location"]["pointer"]) == (DECISION, "/spec/model")
    assert {item.get("decision") for item in found["records"]} >= {"decision:order-management"}
    assert found["headline"].startswith("This change flips 2 cells, ")
    concertino("records", "render", "-C", started)
    assert impact()["records"] == []


def test_a_record_that_was_behind_before_is_not_laid_to_the_change(
    started: Path, impact: Callable[..., Impact], git: Callable[..., str]
) -> None:
    edit(started / DECISION, "Two order services", "Both order services")
    commit(started, git)
    git(started, "branch", "--force", "main")
    edit(started / "catalogue/portfolio.yaml", "title: Our group", "title: The group")

    assert impact()["records"] == []


def test_a_change_of_the_decision_model_shows_what_it_will_move_even_where_others_rules_judge(
    started: Path, impact: Callable[..., Impact], git: Callable[..., str]
) -> None:
    """Judged by the rules of the base nothing would seem to flip, and everything would on the day of the merge."""
    for path, data in shipped_files().items():
        if path.startswith(PACK):
            (started / path).parent.mkdir(parents=True, exist_ok=True)
            (started / path).write_bytes(data)
    commit(started, git)
    git(started, "branch", "--force", "main")
    cap = "[{bound: cap, answer: orchestrate}]"
    edit(started / MODEL, cap, cap.replace("orchestrate", "federate"))

    for found in (impact("--policies-from", "main"), impact()):
        assert {item["answer"] for item in found["flips"]} == {"recommendation"}
        assert {cause["kind"] for item in found["flips"] for cause in item["causes"]} == {"model"}
        assert {cause["location"]["file"] for item in found["flips"] for cause in item["causes"]} == {MODEL}


def test_without_a_base_nothing_is_said_of_an_impact(started: Path, concertino: Callable[..., Any]) -> None:
    report = json.loads(concertino("check", "-C", started, "--as-of", DAY, "--format", "json").out)

    assert "impact" not in report
