"""The commit by which a value became what it is now, however it wandered since."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from concertino.catalogue.lineage import Introduced, Lineage
from concertino.model.history import NoHistory
from concertino.revision import SnapshotProblem, open_snapshot
from concertino.revision.shipped import shipped_files
from concertino.verdict import read_catalogue, read_rules

Git = Callable[..., str]
Write = Callable[..., Path]
FILE = "catalogue/brands.yaml"
BRAND = """\
apiVersion: concertino/v1
kind: Brand
metadata: {{name: {name}, title: T}}
spec: {{promise: {promise}, role: mature, team: board, resultOwner: board, demand: {demand}}}
"""


def brand(demand: int, promise: str = "p", name: str = "aurora") -> str:
    return BRAND.format(name=name, promise=promise, demand=demand)


class History:
    """A repository that grows by commits of one file."""

    def __init__(self, folder: Path, git: Git) -> None:
        self.folder, self.git = folder, git
        git(folder, "init", "--quiet")

    def write(self, text: str, path: str = FILE) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text)

    def commit(self, text: str = "", path: str = FILE) -> str:
        if text:
            self.write(text, path)
        self.git(self.folder, "add", "--all")
        self.git(self.folder, "commit", "--quiet", "--allow-empty", "--message=Change")
        return self.git(self.folder, "rev-parse", "HEAD")

    def lineage(self, most: int = 500) -> tuple[Lineage, Callable[[str], Introduced | NoHistory]]:
        snapshot = open_snapshot(self.folder, environment=os.environ)
        assert not isinstance(snapshot, SnapshotProblem)
        bare = read_rules(replace(snapshot, entries={}, read=lambda _paths: {}), shipped_files())
        found = read_catalogue(snapshot, bare).by_name["brand:aurora"]
        lineage = Lineage(snapshot, "catalogue", "catalogue/records", bare.configuration.limits, most)
        return lineage, lambda pointer: lineage.of_value(found, pointer)

    def since(self, pointer: str = "/spec/demand") -> str:
        found = self.lineage()[1](pointer)
        assert isinstance(found, Introduced), found
        return found.commit


@pytest.fixture
def history(tmp_path: Path, git: Git) -> History:
    return History(tmp_path, git)


def test_the_commit_of_a_value_is_not_that_of_its_neighbours(history: History) -> None:
    history.commit(brand(1))
    by = history.commit(brand(2))
    promise = history.commit(brand(2, "q"))

    assert (history.since(), history.since("/spec/promise")) == (by, promise)


def test_a_value_that_went_and_came_back_is_as_old_as_its_return(history: History) -> None:
    for demand in (2, 3):
        history.commit(brand(demand))
    by = history.commit(brand(2))
    history.commit(brand(2, "q"))

    assert history.since() == by


def test_a_file_that_is_renamed_and_changed_at_once_brought_the_change(history: History) -> None:
    first = history.commit(brand(2))
    (history.folder / FILE).unlink()
    by = history.commit(brand(2, "q"), "catalogue/other.yaml")

    assert (history.since(), history.since("/spec/promise")) == (first, by)


def test_the_other_parent_of_a_merge_is_followed_where_it_had_the_value(history: History) -> None:
    history.commit(brand(1))
    history.git(history.folder, "switch", "--quiet", "--create", "side")
    by = history.commit(brand(2))
    history.git(history.folder, "switch", "--quiet", "main")
    history.commit("x: 1\n", "notes.yaml")
    history.git(history.folder, "merge", "--quiet", "--no-edit", "side")

    assert history.since() == by


def test_a_merge_that_says_what_no_parent_said_is_the_commit_itself(history: History) -> None:
    history.commit(brand(1))
    history.git(history.folder, "switch", "--quiet", "--create", "side")
    history.commit(brand(2))
    history.git(history.folder, "switch", "--quiet", "main")
    history.git(history.folder, "merge", "--quiet", "--no-ff", "--no-commit", "side")

    by = history.commit(brand(3))
    assert history.since() == by


def test_what_is_changed_or_renamed_without_a_commit_is_told_apart(history: History) -> None:
    by = history.commit(brand(2))
    (history.folder / FILE).rename(history.folder / "catalogue/other.yaml")
    assert history.since() == by

    history.write(brand(3), "catalogue/other.yaml")
    assert history.since() == ""


def test_a_history_that_is_too_long_is_not_read_to_its_end(history: History) -> None:
    by = history.commit(brand(2))
    for number in range(4):
        history.commit(brand(2, f"p{number}"))
    found = history.lineage(3)[1]("/spec/demand")

    assert isinstance(found, NoHistory)
    assert "nobody looked further back" in found.message
    assert history.since() == by


def test_an_entity_that_is_gone_was_taken_away_by_one_commit(history: History) -> None:
    history.commit(f"{brand(2)}---\n{brand(1, name='oakwell')}")
    history.commit(f"{brand(2)}---\n{brand(5, name='oakwell')}")
    by = history.commit(brand(2))
    history.commit(brand(3))
    lineage, _ = history.lineage()
    kind = read_rules(lineage.snapshot, shipped_files()).kinds.by_name["Brand"]
    found = lineage.of_removal(kind, ("brand", "default", "oakwell"))

    assert isinstance(found, Introduced)
    assert found.commit == by
