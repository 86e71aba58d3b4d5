"""What can stand at a path, and what of it is read."""

import hashlib
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias, TypedDict

import pytest

from concertino.model.limits import Limits
from concertino.model.snapshot import EntryKind, Snapshot
from concertino.revision import SnapshotProblem, open_snapshot

Git: TypeAlias = Callable[..., str]
Make: TypeAlias = Callable[..., Path]
Environment: TypeAlias = dict[str, str]


class State(TypedDict, total=False):
    revision: str
    staged: bool


TREE, INDEX, REVISION = State(), State(staged=True), State(revision="HEAD")

STATES = pytest.mark.parametrize("state", [TREE, INDEX, REVISION], ids=["working tree", "index", "revision"])
SECRET = b"what the folder must not give away\n"


def snapshot_of(taken: Snapshot | SnapshotProblem) -> Snapshot:
    assert isinstance(taken, Snapshot), taken
    return taken


@STATES
def test_a_symbolic_link_is_listed_and_not_followed(
    state: State, environment: Environment, git: Git, repository: Make, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_bytes(SECRET)
    folder = repository({"a": b"1\n"})
    (folder / "link.yaml").symlink_to(tmp_path / "secret")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=Link")

    taken = snapshot_of(open_snapshot(folder, environment=environment, **state))

    assert taken.entries["link.yaml"].kind is EntryKind.SYMLINK
    assert dict(taken.read(taken.entries)) == {"a": b"1\n"}
    assert dict(taken.unread(taken.entries)) == {}


def test_a_folder_replaced_by_a_symbolic_link_leads_nowhere(
    environment: Environment, repository: Make, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.yaml").write_bytes(SECRET)
    folder = repository({"brands/x.yaml": b"1\n"})
    (folder / "brands" / "x.yaml").unlink()
    (folder / "brands").rmdir()
    (folder / "brands").symlink_to(tmp_path / "elsewhere")

    taken = snapshot_of(open_snapshot(folder, environment=environment))

    assert {path: entry.kind for path, entry in taken.entries.items()} == {"brands": EntryKind.SYMLINK}
    assert dict(taken.read(["brands", "brands/x.yaml"])) == {}


def test_a_folder_that_turns_into_a_symbolic_link_after_listing_is_not_followed(
    environment: Environment, repository: Make, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.yaml").write_bytes(SECRET)
    folder = repository({"brands/x.yaml": b"1\n"})
    taken = snapshot_of(open_snapshot(folder, environment=environment))
    (folder / "brands").rename(folder / "before")
    (folder / "brands").symlink_to(tmp_path / "elsewhere")

    assert dict(taken.read(taken.entries)) == {}
    assert "this file cannot be read" in taken.unread(taken.entries)["brands/x.yaml"].message


def test_a_pipe_in_place_of_a_file_is_listed_and_never_opened(environment: Environment, repository: Make) -> None:
    folder = repository({"a": b"1\n", "b": b"2\n"})
    (folder / "a").unlink()
    os.mkfifo(folder / "a")

    taken = snapshot_of(open_snapshot(folder, environment=environment))

    assert taken.entries["a"].kind is EntryKind.OTHER
    assert dict(taken.read(taken.entries)) == {"b": b"2\n"}


def test_a_file_that_turns_into_a_pipe_after_listing_does_not_stop_the_run(
    environment: Environment, repository: Make
) -> None:
    folder = repository({"a": b"1\n"})
    taken = snapshot_of(open_snapshot(folder, environment=environment))
    (folder / "a").unlink()
    os.mkfifo(folder / "a")

    assert dict(taken.read(["a"])) == {}
    assert "it is no regular file" in taken.unread(["a"])["a"].message


def test_pipes_and_sockets_in_a_folder_without_git_are_no_files(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    os.mkfifo(folder / "pipe")
    monkeypatch.chdir(folder)  # A socket's path may have about a hundred characters only.
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")

        taken = snapshot_of(open_snapshot(folder, environment=environment))

    assert {entry.kind for entry in taken.entries.values()} == {EntryKind.OTHER}
    assert list(taken.entries) == ["pipe", "socket"]


@STATES
def test_names_may_hold_anything_git_allows(state: State, environment: Environment, repository: Make) -> None:
    names = ["a\nb", 'quo"te', "tab\t", "-rf", "ümlaut", "\udcff\udcfe.yaml", "sp ace/\udce4", "?", "H 100644 x 0\ty"]
    folder = repository({name: name.encode("utf-8", "surrogateescape") for name in names})

    taken = snapshot_of(open_snapshot(folder, environment=environment, **state))

    assert list(taken.entries) == sorted(names)
    assert taken.read(names) == {name: name.encode("utf-8", "surrogateescape") for name in names}


def test_untracked_names_may_hold_anything_too(environment: Environment, repository: Make) -> None:
    folder = repository({})
    (folder / "a\nb").write_bytes(b"1")
    (folder / "\udcff").write_bytes(b"2")

    taken = snapshot_of(open_snapshot(folder, environment=environment))

    assert taken.read(taken.entries) == {"a\nb": b"1", "\udcff": b"2"}


@STATES
def test_a_submodule_is_listed_and_its_files_are_not(
    state: State, environment: Environment, git: Git, repository: Make
) -> None:
    inner = repository({"inside.yaml": b"1\n"}, name="inner")
    folder = repository({"a": b"1\n"})
    git(folder, "submodule", "--quiet", "add", str(inner), "shared")
    git(folder, "commit", "--quiet", "--message=Submodule")

    taken = snapshot_of(open_snapshot(folder, environment=environment, **state))

    assert list(taken.entries) == [".gitmodules", "a", "shared"]
    assert taken.entries["shared"].kind is EntryKind.SUBMODULE
    assert list(taken.read(taken.entries)) == [".gitmodules", "a"]


def test_another_repository_that_lies_inside_is_one_entry(environment: Environment, git: Git, repository: Make) -> None:
    folder = repository({"a": b"1\n"})
    git(folder, "init", "--quiet", "nested")
    (folder / "nested" / "inside.yaml").write_bytes(b"1\n")
    git(folder / "nested", "add", "--all")
    git(folder / "nested", "commit", "--quiet", "--message=Inside")

    taken = snapshot_of(open_snapshot(folder, environment=environment))

    assert {path: entry.kind for path, entry in taken.entries.items()} == {
        "a": EntryKind.FILE,
        "nested": EntryKind.SUBMODULE,
    }


def test_a_file_kept_by_lfs_is_its_pointer(environment: Environment, repository: Make) -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12\n"
    folder = repository({"big.yaml": pointer})
    (folder / ".gitattributes").write_bytes(b"*.yaml filter=lfs diff=lfs merge=lfs -text\n")

    for state in (TREE, REVISION):
        taken = snapshot_of(open_snapshot(folder, environment=environment, **state))
        assert taken.read(["big.yaml"]) == {"big.yaml": pointer}


@STATES
def test_a_file_beyond_the_limit_is_listed_and_not_read(
    state: State, environment: Environment, repository: Make
) -> None:
    folder = repository({"big.yaml": b"x" * 11, "fits.yaml": b"x" * 10})

    taken = snapshot_of(open_snapshot(folder, environment=environment, limits=Limits(file_bytes=10), **state))

    assert dict(taken.read(taken.entries)) == {"fits.yaml": b"x" * 10}
    problem = taken.unread(taken.entries)["big.yaml"]
    assert "it has 11 bytes, and the limit is 10" in problem.message
    assert problem.place.file == "big.yaml"
    assert problem.remediation == "Split it, or raise limits.fileBytes."


@STATES
def test_an_empty_file_is_read(state: State, environment: Environment, repository: Make) -> None:
    taken = snapshot_of(open_snapshot(repository({"a": b""}), environment=environment, **state))

    assert taken.read(["a"]) == {"a": b""}


def test_a_file_that_vanishes_after_listing_is_a_problem(environment: Environment, repository: Make) -> None:
    folder = repository({"a": b"1\n", "b": b"2\n"})
    taken = snapshot_of(open_snapshot(folder, environment=environment))
    (folder / "a").unlink()

    assert dict(taken.read(taken.entries)) == {"b": b"2\n"}
    assert "no such file or directory" in taken.unread(taken.entries)["a"].message


def test_paths_that_are_not_in_the_snapshot_are_passed_over(environment: Environment, repository: Make) -> None:
    taken = snapshot_of(open_snapshot(repository({"a": b"1\n"}), environment=environment))

    assert dict(taken.read(["a", "b", "../a", "/etc/passwd"])) == {"a": b"1\n"}


@STATES
def test_paths_that_lead_out_of_the_folder_are_never_read(
    state: State, environment: Environment, git: Git, repository: Make
) -> None:
    folder = repository({"--/secret": b"1\n"})
    folder.with_name("secret").write_bytes(SECRET)
    blob = git(folder, "rev-parse", "HEAD:--/secret")
    inside = git(folder, "mktree", stdin=f"100644 blob {blob}\tsecret\n".encode())
    top = git(folder, "mktree", stdin=f"040000 tree {inside}\t..\n".encode())
    git(folder, "update-ref", "HEAD", git(folder, "commit-tree", "-m", "Crafted", top))
    # No command of git writes such an index: a name is exchanged in the file, and the sum at its end corrected.
    index = folder / ".git" / "index"
    crafted = index.read_bytes()[:-20].replace(b"--/secret", b"../secret")
    index.write_bytes(crafted + hashlib.sha1(crafted, usedforsecurity=False).digest())

    taken = snapshot_of(open_snapshot(folder, environment=environment, **state))

    assert taken.entries["../secret"].kind is EntryKind.OTHER
    assert dict(taken.read(["../secret"])) == {}


def test_a_tree_that_names_a_path_twice_is_refused(environment: Environment, git: Git, repository: Make) -> None:
    folder = repository({"a": b"shown\n", "b": b"read\n"})
    blobs = [bytes.fromhex(git(folder, "rev-parse", f"HEAD:{name}")) for name in "ab"]
    (folder / "tree").write_bytes(b"".join(b"100644 a\0" + blob for blob in blobs))
    tree = git(folder, "hash-object", "-w", "-t", "tree", "--literally", "tree")
    git(folder, "update-ref", "HEAD", git(folder, "commit-tree", "-m", "Crafted", tree))

    taken = open_snapshot(folder, revision="HEAD", environment=environment)

    assert isinstance(taken, SnapshotProblem)
    assert taken.message.endswith("names a path more than once: a")


def test_a_damaged_blob_does_not_hide_the_others(environment: Environment, git: Git, repository: Make) -> None:
    folder = repository({f"{number}.yaml": b"%d\n" % number for number in range(20)})
    blob = git(folder, "rev-parse", "HEAD:7.yaml")
    loose = folder / ".git" / "objects" / blob[:2] / blob[2:]
    loose.chmod(0o644)
    loose.write_bytes(loose.read_bytes()[:-6])

    taken = snapshot_of(open_snapshot(folder, revision="HEAD", environment=environment))

    assert len(taken.read(taken.entries)) == 19
    assert list(taken.unread(taken.entries)) == ["7.yaml"]


def test_a_folder_without_git_that_holds_too_much_is_refused(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    for number in range(4):
        (tmp_path / "plain" / str(number)).write_bytes(b"")

    taken = open_snapshot(tmp_path / "plain", environment=environment, limits=Limits(files=3))

    assert isinstance(taken, SnapshotProblem)
    assert "holds more than 3 files" in taken.message


def test_ten_thousand_files_are_few_conversations_with_git(
    environment: Environment, git: Git, repository: Make, tmp_path: Path
) -> None:
    folder = repository({})
    files = "".join(f"M 100644 inline d{n % 100}/f{n}.yaml\ndata {len(str(n))}\n{n}\n" for n in range(10_000))
    stream = f"commit refs/heads/many\ncommitter A <a@b> 1 +0000\ndata 0\n{files}\n"
    git(folder, "fast-import", "--quiet", stdin=stream.encode())
    (tmp_path / "counting").mkdir()
    counting, log = tmp_path / "counting" / "git", tmp_path / "log"
    real = next(Path(each, "git") for each in environment["PATH"].split(os.pathsep) if Path(each, "git").exists())
    counting.write_text(f'#!/bin/sh\necho "$*" >> {log}\nexec {real} "$@"\n')
    counting.chmod(0o755)
    path = f"{counting.parent}{os.pathsep}{environment['PATH']}"

    taken = snapshot_of(open_snapshot(folder, revision="many", environment={**environment, "PATH": path}))

    assert taken.read(taken.entries) == {f"d{n % 100}/f{n}.yaml": str(n).encode() for n in range(10_000)}
    assert len(log.read_text().splitlines()) <= 7
