"""Names of revisions are data: refused, resolved, or answered with what was meant."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from concertino.model.snapshot import Snapshot
from concertino.revision import SnapshotProblem, merge_base, open_snapshot
from concertino.revision.names import refusal

Git: TypeAlias = Callable[..., str]
Make: TypeAlias = Callable[..., Path]
Environment: TypeAlias = dict[str, str]


@pytest.mark.parametrize(
    ("revision", "why"),
    [
        ("", "it is empty"),
        ("  ", "it is empty"),
        ("-x", "it begins like an option"),
        ("--upload-pack=touch sprung", "it begins like an option"),
        ("--output=written", "it begins like an option"),
        ("^HEAD", "it is a range of commits, not one"),
        ("HEAD~1..HEAD", "it is a range of commits, not one"),
        ("main...HEAD", "it is a range of commits, not one"),
        ("HEAD\nmain", "it holds a control character"),
        ("HEAD\0", "it holds a control character"),
    ],
    ids=repr,
)
def test_what_could_be_an_option_or_more_than_one_commit_is_refused(
    revision: str, why: str, environment: Environment, repository: Make
) -> None:
    folder = repository({"a": b"1\n"})

    problem = open_snapshot(folder, revision=revision, environment=environment)

    assert refusal(revision) == why
    assert isinstance(problem, SnapshotProblem)
    assert problem.message.endswith(f"cannot name a revision: {why}")
    assert problem.message.isprintable()
    assert [path.name for path in folder.iterdir()] == [".git", "a"] or not (folder / "written").exists()


@pytest.mark.parametrize("revision", ["HEAD^@", "HEAD^!", "HEAD^-", "HEAD:a", "HEAD^{tree}", "HEAD^{blob}", "main "])
def test_what_git_does_not_take_for_one_commit_is_unknown(
    revision: str, environment: Environment, repository: Make
) -> None:
    problem = open_snapshot(repository({"a": b"1\n"}), revision=revision, environment=environment)

    assert isinstance(problem, SnapshotProblem)
    assert problem.message == f'there is no commit named "{revision}" in this repository'


@pytest.mark.parametrize(
    "revision", ["HEAD", "@", "main", "heads/main", "refs/tags/v1", "v1", "v1^{}", "HEAD~0", "main@{0}", "tags/v1"]
)
def test_one_commit_has_many_names(revision: str, environment: Environment, git: Git, repository: Make) -> None:
    folder = repository({"a": b"1\n"})
    git(folder, "tag", "-a", "-m", "First", "v1")

    taken = open_snapshot(folder, revision=revision, environment=environment)

    assert isinstance(taken, Snapshot)
    assert taken.source.revision == git(folder, "rev-parse", "HEAD")


@pytest.mark.parametrize(
    ("revision", "meant"),
    [
        ("mian", "main"),
        ("HAED~0", "HEAD~0"),
        ("relaese/1", "release/1"),
        ("v1.0.O", "v1.0.0"),
        ("topic", "origin/topic"),
    ],
)
def test_a_near_miss_names_the_branch_or_tag_that_was_meant(
    revision: str, meant: str, environment: Environment, git: Git, repository: Make
) -> None:
    folder = repository({"a": b"1\n"})
    git(folder, "branch", "release/1")
    git(folder, "tag", "v1.0.0")
    git(folder, "update-ref", "refs/remotes/origin/topic", "HEAD")

    problem = open_snapshot(folder, revision=revision, environment=environment)

    assert isinstance(problem, SnapshotProblem)
    assert problem.remediation == f'Did you mean "{meant}"?'


def test_a_branch_that_does_not_go_back_that_far_is_known(environment: Environment, repository: Make) -> None:
    problem = open_snapshot(repository({"a": b"1\n"}), revision="main~3", environment=environment)

    assert isinstance(problem, SnapshotProblem)
    assert problem.remediation == "main is known, but it does not go back that far."


def test_an_unknown_commit_id_asks_to_fetch(environment: Environment, repository: Make) -> None:
    problem = open_snapshot(repository({"a": b"1\n"}), revision="0123456789" * 4, environment=environment)

    assert isinstance(problem, SnapshotProblem)
    assert problem.remediation == "Fetch the branch or tag first: git fetch --tags."


def test_a_tag_with_the_name_of_a_branch_does_not_take_its_place(
    environment: Environment, git: Git, repository: Make
) -> None:
    folder = repository({"a": b"1\n"})
    git(folder, "tag", "main")
    git(folder, "config", "core.warnAmbiguousRefs", "false")

    problem = open_snapshot(folder, revision="main~0", environment=environment)
    taken = open_snapshot(folder, revision="refs/heads/main", environment=environment)

    assert isinstance(problem, SnapshotProblem)
    assert "refs/heads/main, refs/tags/main" in problem.message
    assert isinstance(taken, Snapshot)


def test_a_branch_with_the_name_of_a_commit_does_not_take_its_place(
    environment: Environment, git: Git, repository: Make
) -> None:
    folder = repository({"a": b"1\n"})
    first = git(folder, "rev-parse", "HEAD")
    git(folder, "commit", "--quiet", "--allow-empty", "--message=Later")
    git(folder, "update-ref", f"refs/heads/{first}", "HEAD")
    git(folder, "update-ref", f"refs/heads/{first[:8]}", "HEAD")

    full = open_snapshot(folder, revision=first, environment=environment)
    short = open_snapshot(folder, revision=first[:8], environment=environment)

    assert isinstance(full, Snapshot)
    assert full.source.revision == first
    assert isinstance(short, SnapshotProblem)
    assert f"refs/heads/{first[:8]}, perhaps a commit id" in short.message


def test_the_merge_base_is_where_two_branches_parted(environment: Environment, git: Git, repository: Make) -> None:
    folder = repository({"a": b"1\n"})
    parted = git(folder, "rev-parse", "HEAD")
    git(folder, "checkout", "--quiet", "-b", "topic")
    git(folder, "commit", "--quiet", "--allow-empty", "--message=On the topic")
    git(folder, "checkout", "--quiet", "main")
    git(folder, "commit", "--quiet", "--allow-empty", "--message=On main")

    assert merge_base(folder, "topic", "main", environment=environment) == parted


def test_two_histories_without_a_common_commit_have_no_merge_base(
    environment: Environment, git: Git, repository: Make
) -> None:
    folder = repository({"a": b"1\n"})
    git(folder, "checkout", "--quiet", "--orphan", "other")
    git(folder, "commit", "--quiet", "--message=Elsewhere", GIT_COMMITTER_DATE="2026-02-02T00:00:00Z")

    problem = merge_base(folder, "main", "other", environment=environment)

    assert isinstance(problem, SnapshotProblem)
    assert problem.message == '"main" and "other" have no commit in common'


@pytest.mark.parametrize("revisions", [("mian", "main"), ("main", "--octopus")], ids=["unknown", "an option"])
def test_a_merge_base_takes_names_as_carefully(
    revisions: tuple[str, str], environment: Environment, repository: Make
) -> None:
    assert isinstance(merge_base(repository({}), *revisions, environment=environment), SnapshotProblem)


def test_a_folder_without_git_has_no_merge_base(environment: Environment, tmp_path: Path) -> None:
    problem = merge_base(tmp_path, "a", "b", environment=environment)

    assert isinstance(problem, SnapshotProblem)
    assert "is in no git repository" in problem.message
