"""Where a snapshot can be taken, and of what."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias, TypedDict

import pytest

from concertino.model.snapshot import EntryKind, Snapshot, SourceKind
from concertino.revision import SnapshotProblem, open_snapshot

Git: TypeAlias = Callable[..., str]
Make: TypeAlias = Callable[..., Path]
Environment: TypeAlias = dict[str, str]


class State(TypedDict, total=False):
    revision: str
    staged: bool


TREE, INDEX, REVISION = State(), State(staged=True), State(revision="HEAD")

FILES = {"brands/aurora.yaml": b"kind: Brand\n", "brands/borealis.yaml": b"kind: Brand\r\n", "readme": b"\x00\xff\n"}


def snapshot_of(taken: Snapshot | SnapshotProblem) -> Snapshot:
    assert isinstance(taken, Snapshot), taken
    return taken


def problem_of(taken: Snapshot | SnapshotProblem) -> SnapshotProblem:
    assert isinstance(taken, SnapshotProblem), taken
    return taken


def contents(taken: Snapshot | SnapshotProblem) -> dict[str, bytes]:
    snapshot = snapshot_of(taken)
    assert dict(snapshot.unread(snapshot.entries)) == {}
    return dict(snapshot.read(snapshot.entries))


def test_a_working_tree_is_what_lies_on_disk(environment: Environment, git: Git, repository: Make) -> None:
    folder = repository(FILES)
    (folder / "readme").write_bytes(b"changed\n")

    taken = snapshot_of(open_snapshot(folder, environment=environment))

    assert taken.source.kind is SourceKind.WORKING_TREE
    assert taken.source.revision == git(folder, "rev-parse", "HEAD")
    assert contents(taken) == {**FILES, "readme": b"changed\n"}


def test_the_index_is_what_was_added(environment: Environment, git: Git, repository: Make) -> None:
    folder = repository(FILES)
    (folder / "readme").write_bytes(b"added\n")
    git(folder, "add", "readme")
    (folder / "readme").write_bytes(b"changed again\n")

    taken = snapshot_of(open_snapshot(folder, staged=True, environment=environment))

    assert taken.source.kind is SourceKind.INDEX
    assert contents(taken) == {**FILES, "readme": b"added\n"}


def test_a_revision_is_what_was_committed(environment: Environment, git: Git, repository: Make) -> None:
    folder = repository(FILES)
    git(folder, "rm", "--quiet", "readme")
    git(folder, "commit", "--quiet", "--message=Later")

    taken = snapshot_of(open_snapshot(folder, revision="HEAD~1", environment=environment))

    assert taken.source.kind is SourceKind.REVISION
    assert taken.source.revision == git(folder, "rev-parse", "HEAD~1")
    assert taken.source.tree == git(folder, "rev-parse", "HEAD~1^{tree}")
    assert taken.entries["readme"].blob == git(folder, "rev-parse", "HEAD~1:readme")
    assert contents(taken) == FILES


def test_the_same_commit_gives_the_same_wherever_it_is_read(
    environment: Environment, git: Git, repository: Make, tmp_path: Path
) -> None:
    folder = repository(FILES)
    git(tmp_path, "clone", "--quiet", "--bare", str(folder), "bare.git")
    git(folder, "worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))
    places = [
        open_snapshot(folder, environment=environment),
        open_snapshot(folder, staged=True, environment=environment),
        open_snapshot(folder, revision="HEAD", environment=environment),
        open_snapshot(tmp_path / "bare.git", revision="HEAD", environment=environment),
        open_snapshot(tmp_path / "linked", environment=environment),
        open_snapshot(tmp_path / "linked", staged=True, environment=environment),
        open_snapshot(tmp_path / "linked", revision="main", environment=environment),
    ]

    assert [contents(place) for place in places] == [FILES] * len(places)
    assert {snapshot_of(place).source.revision for place in places} == {git(folder, "rev-parse", "HEAD")}


def test_entries_are_sorted_by_path(environment: Environment, repository: Make) -> None:
    folder = repository(dict.fromkeys(["b", "a/z", "a.yaml", "a-b", "Z"], b""))

    for state in (TREE, INDEX, REVISION):
        taken = snapshot_of(open_snapshot(folder, environment=environment, **state))
        assert list(taken.entries) == ["Z", "a-b", "a.yaml", "a/z", "b"]


def test_untracked_files_count_and_ignored_ones_do_not(environment: Environment, repository: Make) -> None:
    folder = repository({".gitignore": b"*.tmp\n", "kept.yaml": b"1\n"})
    (folder / "new.yaml").write_bytes(b"2\n")
    (folder / "scratch.tmp").write_bytes(b"3\n")

    assert list(contents(open_snapshot(folder, environment=environment))) == [".gitignore", "kept.yaml", "new.yaml"]


def test_a_tracked_file_counts_though_it_is_ignored(environment: Environment, git: Git, repository: Make) -> None:
    folder = repository({".gitignore": b"*.tmp\n"})
    (folder / "kept.tmp").write_bytes(b"1\n")
    git(folder, "add", "--force", "kept.tmp")

    assert contents(open_snapshot(folder, environment=environment))["kept.tmp"] == b"1\n"


def test_a_file_deleted_on_disk_is_gone_from_the_working_tree_only(environment: Environment, repository: Make) -> None:
    folder = repository(FILES)
    (folder / "readme").unlink()

    assert "readme" not in snapshot_of(open_snapshot(folder, environment=environment)).entries
    assert "readme" in snapshot_of(open_snapshot(folder, staged=True, environment=environment)).entries


def test_a_file_that_became_a_folder_is_gone_and_what_lies_in_it_counts(
    environment: Environment, repository: Make
) -> None:
    folder = repository({"a": b"1\n"})
    (folder / "a").unlink()
    (folder / "a").mkdir()
    (folder / "a" / "b").write_bytes(b"2\n")

    taken = snapshot_of(open_snapshot(folder, environment=environment))

    assert list(taken.entries) == ["a/b"]
    assert contents(taken) == {"a/b": b"2\n"}


@pytest.mark.parametrize("state", [TREE, INDEX, REVISION], ids=["tree", "index", "revision"])
def test_below_the_top_only_what_lies_there_is_listed_and_paths_begin_there(
    state: State, environment: Environment, git: Git, repository: Make
) -> None:
    folder = repository(FILES)

    taken = snapshot_of(open_snapshot(folder / "brands", environment=environment, **state))

    assert contents(taken) == {"aurora.yaml": b"kind: Brand\n", "borealis.yaml": b"kind: Brand\r\n"}
    if "revision" in state:
        assert taken.source.tree == git(folder, "rev-parse", "HEAD:brands")


def test_a_folder_that_a_revision_does_not_have_yet_is_empty_there(environment: Environment, repository: Make) -> None:
    folder = repository({"brands": b"a file, not a folder\n"})
    (folder / "catalogue").mkdir()
    (folder / "brands").unlink()
    (folder / "brands").mkdir()

    for name in ("catalogue", "brands"):
        taken = snapshot_of(open_snapshot(folder / name, revision="HEAD", environment=environment))
        assert (dict(taken.entries), taken.source.tree) == ({}, "")


def test_a_folder_with_a_name_like_a_pattern_means_itself(environment: Environment, repository: Make) -> None:
    folder = repository({"[ab]*/x": b"1\n", "a/y": b"2\n", ":(top)b/z": b"3\n"})

    for name, inside in (("[ab]*", {"x": b"1\n"}), (":(top)b", {"z": b"3\n"})):
        assert contents(open_snapshot(folder / name, environment=environment)) == inside
        assert contents(open_snapshot(folder / name, revision="HEAD", environment=environment)) == inside


def test_a_repository_without_a_commit_has_a_working_tree_and_an_index(
    environment: Environment, git: Git, tmp_path: Path
) -> None:
    git(tmp_path, "init", "--quiet", "new")
    (tmp_path / "new" / "a").write_bytes(b"1\n")

    taken = snapshot_of(open_snapshot(tmp_path / "new", environment=environment))
    index = snapshot_of(open_snapshot(tmp_path / "new", staged=True, environment=environment))
    revision = problem_of(open_snapshot(tmp_path / "new", revision="HEAD", environment=environment))

    assert (contents(taken), taken.source.revision) == ({"a": b"1\n"}, "")
    assert dict(index.entries) == {}
    assert revision.message == "there is no commit yet, so HEAD names nothing"


def test_a_detached_head_is_a_revision_like_any_other(environment: Environment, git: Git, repository: Make) -> None:
    folder = repository(FILES)
    git(folder, "checkout", "--quiet", "--detach")

    assert contents(open_snapshot(folder, revision="HEAD", environment=environment)) == FILES


def test_a_sha256_repository_is_read(environment: Environment, git: Git, repository: Make) -> None:
    folder = repository(FILES, "--object-format=sha256")

    taken = snapshot_of(open_snapshot(folder, revision="main", environment=environment))

    assert taken.source.revision == git(folder, "rev-parse", "HEAD")
    assert len(taken.source.tree) == 64
    assert contents(taken) == contents(open_snapshot(folder, staged=True, environment=environment)) == FILES


@pytest.mark.parametrize(
    "setting", [("update-index", "--index-version=4"), ("update-index", "--split-index")], ids=["version 4", "split"]
)
def test_an_index_of_another_format_is_read(
    setting: tuple[str, ...], environment: Environment, git: Git, repository: Make
) -> None:
    folder = repository(FILES)
    git(folder, *setting)

    assert contents(open_snapshot(folder, staged=True, environment=environment)) == FILES
    assert contents(open_snapshot(folder, environment=environment)) == FILES


@pytest.mark.parametrize("index", ["--no-sparse-index", "--sparse-index"])
def test_what_a_sparse_checkout_leaves_out_is_unchanged_and_counts(
    index: str, environment: Environment, git: Git, repository: Make
) -> None:
    folder = repository({**FILES, "far/away/x.yaml": b"far\n"})
    git(folder, "sparse-checkout", "set", "--cone", index, "brands")
    assert not (folder / "far").exists()
    (folder / "brands" / "aurora.yaml").write_bytes(b"changed\n")

    expected = {**FILES, "far/away/x.yaml": b"far\n", "brands/aurora.yaml": b"changed\n"}
    assert contents(open_snapshot(folder, environment=environment)) == expected


def test_a_shallow_clone_gives_what_it_has_and_says_how_to_get_the_rest(
    environment: Environment, git: Git, repository: Make, tmp_path: Path
) -> None:
    folder = repository(FILES)
    git(folder, "commit", "--quiet", "--allow-empty", "--message=Later")
    git(tmp_path, "clone", "--quiet", "--depth=1", folder.as_uri(), "shallow")

    assert contents(open_snapshot(tmp_path / "shallow", revision="HEAD", environment=environment)) == FILES
    problem = problem_of(open_snapshot(tmp_path / "shallow", revision="HEAD~1", environment=environment))
    assert "does not go back that far" in problem.remediation
    assert "fetch-depth: 0" in problem.remediation


def test_a_partial_clone_names_the_files_it_does_not_have(
    environment: Environment, git: Git, repository: Make, tmp_path: Path
) -> None:
    folder = repository(FILES)
    git(folder, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--no-checkout", "--filter=blob:limit=4", folder.as_uri(), "partial")

    taken = snapshot_of(open_snapshot(tmp_path / "partial", revision="HEAD", environment=environment))

    assert dict(taken.read(taken.entries)) == {"readme": FILES["readme"]}
    problems = taken.unread(taken.entries)
    assert list(problems) == ["brands/aurora.yaml", "brands/borealis.yaml"]
    assert "git does not have its content here" in problems["brands/aurora.yaml"].message
    assert "partial clone" in problems["brands/aurora.yaml"].remediation


def test_a_clone_without_trees_cannot_list_a_revision_and_says_so(
    environment: Environment, git: Git, repository: Make, tmp_path: Path
) -> None:
    folder = repository(FILES)
    git(folder, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--no-checkout", "--filter=tree:0", folder.as_uri(), "treeless")

    problem = problem_of(open_snapshot(tmp_path / "treeless", revision="HEAD", environment=environment))

    assert problem.message.startswith("git could not")
    assert "git fetch --refetch --no-filter" in problem.remediation


def test_a_bare_repository_has_revisions_only(
    environment: Environment, git: Git, repository: Make, tmp_path: Path
) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(repository(FILES)), "bare.git")

    for staged in (False, True):
        problem = problem_of(open_snapshot(tmp_path / "bare.git", staged=staged, environment=environment))
        assert problem.message.endswith("bare.git has no working tree and no index")
        assert "--rev HEAD" in problem.remediation


def test_a_folder_without_git_is_walked(environment: Environment, tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    (folder / "brands").mkdir(parents=True)
    (folder / "brands" / "aurora.yaml").write_bytes(b"1\n")
    (folder / "brands" / "link").symlink_to("aurora.yaml")
    (folder / "elsewhere").symlink_to(tmp_path)

    taken = snapshot_of(open_snapshot(folder, environment=environment))

    assert taken.source.kind is SourceKind.WORKING_TREE
    assert taken.source.revision == ""
    assert contents(taken) == {"brands/aurora.yaml": b"1\n"}
    assert taken.entries["elsewhere"].kind is taken.entries["brands/link"].kind is EntryKind.SYMLINK


def test_a_folder_without_git_needs_no_git(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()

    taken = snapshot_of(open_snapshot(tmp_path / "plain", environment={**environment, "PATH": "/nowhere"}))

    assert dict(taken.entries) == {}


def test_a_repository_without_git_on_the_path_says_what_is_missing(environment: Environment, repository: Make) -> None:
    problem = problem_of(open_snapshot(repository(FILES), environment={**environment, "PATH": "/nowhere"}))

    assert problem.message == "git could not be started, so Concertino could not read the repository"
    assert "Install git 2.31 or later" in problem.remediation


def test_a_git_that_ignores_the_precautions_is_refused(
    environment: Environment, repository: Make, tmp_path: Path
) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "git").write_text("#!/bin/sh\necho git version 2.25.1\n")
    (tmp_path / "old" / "git").chmod(0o755)
    path = f"{tmp_path / 'old'}{os.pathsep}{environment['PATH']}"

    problem = problem_of(open_snapshot(repository(FILES), environment={**environment, "PATH": path}))

    assert problem.message.startswith("git 2.25 is too old")


@pytest.mark.parametrize("state", [INDEX, REVISION], ids=["index", "revision"])
def test_only_git_knows_revisions_and_an_index(state: State, environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()

    problem = problem_of(open_snapshot(tmp_path / "plain", environment=environment, **state))

    assert "is in no git repository" in problem.message


def test_a_revision_and_the_index_at_once_are_refused(environment: Environment, repository: Make) -> None:
    problem = problem_of(open_snapshot(repository(FILES), revision="HEAD", staged=True, environment=environment))

    assert problem.message == "the index and a revision cannot both be judged"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("missing", "there is no folder"), ("file", "is not a folder"), ("zero\0byte", "there is no folder")],
    ids=["a folder that is not there", "a file", "a name that no folder can have"],
)
def test_what_is_no_folder_is_named(name: str, sentence: str, environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    assert sentence in problem_of(open_snapshot(tmp_path / name, environment=environment)).message


def test_a_broken_link_to_a_repository_is_no_plain_folder(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "lost").mkdir()
    (tmp_path / "lost" / ".git").write_text("gitdir: /nowhere/at/all\n")

    problem = problem_of(open_snapshot(tmp_path / "lost", environment=environment))

    assert "not a git repository: /nowhere/at/all" in problem.message


def test_a_merge_in_progress_has_no_index_to_judge_but_a_working_tree(
    environment: Environment, git: Git, repository: Make
) -> None:
    folder = repository({"a": b"1\n", "b": b"1\n"})
    git(folder, "checkout", "--quiet", "-b", "other")
    (folder / "a").write_bytes(b"2\n")
    git(folder, "commit", "--quiet", "--all", "--message=Two")
    git(folder, "checkout", "--quiet", "main")
    (folder / "a").write_bytes(b"3\n")
    git(folder, "commit", "--quiet", "--all", "--message=Three")
    git(folder, "merge", "--quiet", "other", check=False)

    problem = problem_of(open_snapshot(folder, staged=True, environment=environment))
    tree = contents(open_snapshot(folder, environment=environment))

    assert problem.message == "a merge is in progress, and the index holds more than one version of a"
    assert list(tree) == ["a", "b"]
    assert b"<<<<<<<" in tree["a"]


def test_replace_refs_do_not_deceive(environment: Environment, git: Git, repository: Make) -> None:
    folder = repository({"a": b"true\n"})
    (folder / "a").write_bytes(b"false\n")
    git(folder, "commit", "--quiet", "--all", "--message=Other")
    git(folder, "replace", git(folder, "rev-parse", "HEAD:a"), git(folder, "rev-parse", "HEAD~1:a"))
    git(folder, "replace", "HEAD", "HEAD~1")
    assert git(folder, "show", "HEAD:a") == "true", "the replacement deceives a plain git"

    assert contents(open_snapshot(folder, revision="HEAD", environment=environment)) == {"a": b"false\n"}


def test_conversions_on_checkout_are_not_undone(environment: Environment, git: Git, repository: Make) -> None:
    folder = repository({".gitattributes": b"*.yaml text eol=crlf\n", "a.yaml": b"1\n"})
    (folder / "a.yaml").unlink()
    git(folder, "checkout", "--quiet", "a.yaml")

    assert contents(open_snapshot(folder, environment=environment))["a.yaml"] == b"1\r\n"
    assert contents(open_snapshot(folder, revision="HEAD", environment=environment))["a.yaml"] == b"1\n"
