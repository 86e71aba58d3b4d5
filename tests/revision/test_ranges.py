"""Ranges of commits are listed by git, and their ends are names like any other."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from concertino.revision import Range, SnapshotProblem, list_range


@pytest.fixture
def history(tmp_path: Path, git: Callable[..., str]) -> Path:
    """Three commits on main."""
    folder = tmp_path / "origin"
    folder.mkdir()
    git(folder, "init", "--quiet")
    for subject in ("One", "Two\n\nWith more to say.", "Three"):
        (folder / "file.txt").write_text(subject)
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", f"-m{subject}")
    return folder


def _listed(folder: Path, text: str, most: int = 0) -> Range:
    found = list_range(folder, text, environment=os.environ, most=most)
    assert isinstance(found, Range), found
    return found


@pytest.mark.parametrize(
    ("text", "most", "subjects"),
    [
        ("main~2..main", 0, ["Two", "Three"]),
        ("main~1..", 0, ["Three"]),
        ("main..main~1", 0, []),
        ("main", 2, ["Two", "Three"]),
        ("HEAD~1", 9, ["One", "Two"]),
    ],
)
def test_the_commits_of_a_range_come_parents_first(history: Path, text: str, most: int, subjects: list[str]) -> None:
    found = _listed(history, text, most)

    assert [item.claims.subject for item in found.commits] == subjects
    ids = [item.id for item in found.commits]
    assert all(
        ids.index(parent) < ids.index(item.id) for item in found.commits for parent in item.parents if parent in ids
    )


def test_the_files_of_each_commit_can_be_read(history: Path) -> None:
    found = _listed(history, "main~2..main")

    snapshots = [found.open(item.id) for item in found.commits]

    assert [item.read(["file.txt"])["file.txt"] for item in snapshots if not isinstance(item, SnapshotProblem)] == [
        b"Two\n\nWith more to say.",
        b"Three",
    ]


def test_a_history_that_is_cut_off_inside_the_range_is_no_history(
    history: Path, tmp_path: Path, git: Callable[..., str]
) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=2", f"file://{history}", "shallow")

    found = list_range(tmp_path / "shallow", "HEAD", environment=os.environ, most=9)

    assert isinstance(found, SnapshotProblem)
    assert "fetch-depth: 0" in found.remediation
    assert [item.claims.subject for item in _listed(tmp_path / "shallow", "HEAD~1..").commits] == ["Three"]


@pytest.mark.parametrize("text", ["main", "main...HEAD", "..", "--all..HEAD", "HEAD..--all", "a..b..c", "^main..HEAD"])
def test_what_is_no_range_has_a_reason(history: Path, text: str) -> None:
    found = list_range(history, text, environment=os.environ)

    assert isinstance(found, SnapshotProblem)
    assert found.remediation
