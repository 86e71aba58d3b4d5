"""What `init` writes passes at once, and it never overwrites."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def started(tmp_path: Path, git: Callable[..., str], concertino: Callable[..., Any]) -> Path:
    """A repository that `init` started, committed."""
    assert concertino("init", "-C", tmp_path, "--as-of", "2026-06-01").code == 0
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "Start")
    return tmp_path


def test_what_init_writes_passes_without_a_finding(started: Path, concertino: Callable[..., Any]) -> None:
    ran = concertino("check", "-C", started, "--as-of", "2026-06-01", "--fail-on", "note")

    assert ran.code == 0
    assert "no findings" in ran.out


def test_the_cases_of_its_own_policy_hold(started: Path, concertino: Callable[..., Any]) -> None:
    ran = concertino("policies", "test", "promise-is-one-sentence", "-C", started)

    assert (ran.code, ran.out.splitlines()[-1]) == (0, "3 passed, 0 failed")


def test_it_still_passes_on_the_last_day_before_its_first_review(started: Path, concertino: Callable[..., Any]) -> None:
    assert concertino("check", "-C", started, "--as-of", "2026-08-24").code == 0


def test_a_misspelt_brand_is_found_with_its_place_and_the_name_that_was_meant(
    started: Path, concertino: Callable[..., Any]
) -> None:
    services = started / "catalogue/services.yaml"
    services.write_text(services.read_text().replace("consumers: [harbour", "consumers: [harbuor"))
    ran = concertino("check", "-C", started, "--as-of", "2026-06-01")

    assert ran.code == 1
    assert "catalogue/services.yaml:20:15" in ran.out
    assert 'did you mean "harbour"?' in ran.out


def test_nothing_is_written_where_a_file_is_there_already(tmp_path: Path, concertino: Callable[..., Any]) -> None:
    (tmp_path / "concertino.yaml").write_text("mine")
    ran = concertino("init", "-C", tmp_path)

    assert ran.code == 2
    assert "concertino.yaml is there already" in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["concertino.yaml"]
    assert (tmp_path / "concertino.yaml").read_text() == "mine"


def test_a_symbolic_link_is_not_written_through(tmp_path: Path, concertino: Callable[..., Any]) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "catalogue").symlink_to(outside)

    assert concertino("init", "-C", inside).code == 2
    assert list(outside.iterdir()) == []


def test_the_workflow_installs_the_requirement_it_was_given(tmp_path: Path, concertino: Callable[..., Any]) -> None:
    concertino("init", "-C", tmp_path, "--requirement", "concertino==9.9.9")

    assert "pip install 'concertino==9.9.9'" in (tmp_path / ".github/workflows/concertino.yml").read_text()


def test_a_requirement_that_would_run_something_else_is_refused(tmp_path: Path, concertino: Callable[..., Any]) -> None:
    assert concertino("init", "-C", tmp_path, "--requirement", "x'; curl evil; '").code == 2
    assert list(tmp_path.iterdir()) == []
