"""Programs that a repository or its surroundings name are not run, however they are named."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias, TypedDict

import pytest

from concertino.model.snapshot import Snapshot
from concertino.revision import SnapshotProblem, merge_base, open_snapshot

Git: TypeAlias = Callable[..., str]
Make: TypeAlias = Callable[..., Path]
Environment: TypeAlias = dict[str, str]


class State(TypedDict, total=False):
    revision: str
    staged: bool


TREE, INDEX, REVISION = State(), State(staged=True), State(revision="HEAD")
Trap: TypeAlias = Callable[[Path], None]

FILES = {".gitattributes": b"*.yaml diff=trap filter=trap merge=trap\n", "a.yaml": b"1\n"}


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """Stands here once the trap has been sprung."""
    return tmp_path / "sprung"


@pytest.fixture
def program(tmp_path: Path, marker: Path) -> Path:
    """The trap: a program that leaves a mark. It passes its input on, so that git is content with it."""
    path = tmp_path / "trap"
    path.write_text(f'#!/bin/sh\ntouch "{marker}"\nif test -f "$1"; then cat "$1"; fi\n')
    path.chmod(0o755)
    return path


def take_all(folder: Path, environment: Environment) -> None:
    """Everything this room can be asked of a repository."""
    for state in (TREE, INDEX, REVISION):
        taken = open_snapshot(folder, environment=environment, **state)
        if isinstance(taken, Snapshot):
            taken.read(taken.entries)
            taken.unread(taken.entries)
    open_snapshot(folder, revision="unknown", environment=environment)
    merge_base(folder, "HEAD", "main", environment=environment)


@pytest.mark.parametrize(
    ("settings", "springs"),
    [
        (["core.fsmonitor"], ["status"]),
        (["diff.external"], ["diff"]),
        (["diff.trap.textconv"], ["diff"]),
        (["diff.trap.textconv"], ["cat-file", "--textconv", "HEAD:a.yaml"]),
        (["diff.trap.command"], ["diff"]),
        (["filter.trap.clean"], ["diff"]),
        (["filter.trap.process"], ["diff"]),
        (["filter.trap.smudge"], ["cat-file", "--filters", "HEAD:a.yaml"]),
        (["log.showSignature=true", "gpg.program"], ["log"]),
    ],
    ids=" ".join,
)
def test_a_program_named_in_the_settings_of_a_repository_does_not_run(
    settings: list[str],
    springs: list[str],
    environment: Environment,
    git: Git,
    repository: Make,
    program: Path,
    marker: Path,
) -> None:
    folder = repository(FILES)
    _sign(git, folder)
    (folder / "a.yaml").write_bytes(b"2\n")
    for setting in settings:
        key, _, value = setting.partition("=")
        git(folder, "config", key, value or str(program))

    take_all(folder, environment)
    assert not marker.exists()

    git(folder, *springs, check=False)
    assert marker.exists(), "the trap works: git itself would have run it"


def test_hooks_do_not_run(environment: Environment, git: Git, repository: Make, program: Path, marker: Path) -> None:
    folder = repository(FILES)
    git(folder, "config", "core.hooksPath", str(program.parent))
    for name in ("post-index-change", "fsmonitor-watchman", "reference-transaction", "pre-auto-gc"):
        (program.parent / name).symlink_to(program)

    take_all(folder, environment)
    assert not marker.exists()

    (folder / "new").write_bytes(b"")
    git(folder, "add", "new")
    assert marker.exists(), "the trap works: git itself would have run it"


@pytest.mark.parametrize(
    "settings",
    [
        {"remote.origin.url": "ext::{program}", "protocol.ext.allow": "always"},
        {"remote.origin.uploadpack": "{program}", "protocol.file.allow": "always"},
        {"remote.origin.url": "ssh://host/x", "protocol.ssh.allow": "always", "core.sshCommand": "{program}"},
    ],
    ids=["a shell command as address", "a program on the other side", "a program in place of ssh"],
)
def test_a_missing_object_is_not_fetched_with_a_program_of_the_repository(
    settings: dict[str, str],
    environment: Environment,
    git: Git,
    repository: Make,
    program: Path,
    marker: Path,
    tmp_path: Path,
) -> None:
    origin = repository(FILES)
    git(origin, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--no-checkout", "--filter=blob:none", origin.as_uri(), "partial")
    folder = tmp_path / "partial"
    for key, value in settings.items():
        git(folder, "config", key, value.format(program=program))

    take_all(folder, environment)
    assert not marker.exists()

    git(folder, "cat-file", "-p", "HEAD:a.yaml", check=False)
    assert marker.exists(), "the trap works: git itself would have run it"


def test_a_trace_that_is_asked_for_in_the_environment_is_not_written(
    environment: Environment, git: Git, repository: Make, marker: Path
) -> None:
    folder = repository(FILES)
    tracing = {"GIT_TRACE": str(marker), "GIT_TRACE2_EVENT": str(marker), "GIT_TRACE_SETUP": str(marker)}

    take_all(folder, {**environment, **tracing})
    assert not marker.exists()

    git(folder, "status", **tracing)
    assert marker.exists(), "the trap works: git itself would have written it"


def test_settings_in_the_environment_do_not_undo_the_precautions(
    environment: Environment, git: Git, repository: Make, program: Path, marker: Path
) -> None:
    folder = repository(FILES)
    settings = {
        "GIT_CONFIG_PARAMETERS": f"'core.fsmonitor'='{program}'",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": str(program),
    }

    take_all(folder, {**environment, **settings})
    assert not marker.exists()

    git(folder, "status", **settings)
    assert marker.exists(), "the trap works: git itself would have run it"


def test_the_variables_of_this_process_do_not_reach_git(
    environment: Environment, repository: Make, monkeypatch: pytest.MonkeyPatch, marker: Path
) -> None:
    folder, other = repository(FILES), repository({"other": b"1\n"}, name="other")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    monkeypatch.setenv("GIT_TRACE", str(marker))

    taken = open_snapshot(folder, staged=True, environment=environment)

    assert isinstance(taken, Snapshot)
    assert list(taken.entries) == sorted(FILES)
    assert not marker.exists()


def test_a_repository_of_another_user_is_refused_until_it_is_trusted(
    environment: Environment, git: Git, repository: Make, tmp_path: Path
) -> None:
    folder = repository(FILES)
    foreign = {**environment, "PATH": _pretending_to_be_someone_else(tmp_path, environment)}

    problem = open_snapshot(folder, environment=foreign)

    assert isinstance(problem, SnapshotProblem)
    assert "belongs to another user" in problem.message
    assert problem.remediation == f"If you trust it, run: git config --global --add safe.directory {folder}"

    git(folder, *problem.remediation.partition("git ")[2].split())
    assert isinstance(open_snapshot(folder, environment=foreign), Snapshot)


def test_trust_given_in_the_environment_counts(environment: Environment, repository: Make, tmp_path: Path) -> None:
    folder = repository(FILES)
    trusting = {
        "PATH": _pretending_to_be_someone_else(tmp_path, environment),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": str(folder),
    }

    assert isinstance(open_snapshot(folder, environment={**environment, **trusting}), Snapshot)


def _sign(git: Git, folder: Path) -> None:
    """Makes the last commit look signed."""
    lines = git(folder, "cat-file", "commit", "HEAD").split("\n")
    lines.insert(lines.index(""), "gpgsig -----BEGIN PGP SIGNATURE-----\n \n -----END PGP SIGNATURE-----")
    (folder / ".git" / "signed").write_text("\n".join(lines) + "\n")
    git(folder, "update-ref", "HEAD", git(folder, "hash-object", "-w", "-t", "commit", ".git/signed"))


def _pretending_to_be_someone_else(tmp_path: Path, environment: Environment) -> str:
    """A search path with a git that takes every repository for someone else's, by the means of git's own tests."""
    real = next(Path(each, "git") for each in environment["PATH"].split(os.pathsep) if Path(each, "git").exists())
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "git").write_text(f'#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec {real} "$@"\n')
    (tmp_path / "foreign" / "git").chmod(0o755)
    return f"{tmp_path / 'foreign'}{os.pathsep}{environment['PATH']}"
