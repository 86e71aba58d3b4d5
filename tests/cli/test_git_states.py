"""States of a repository that the whole way from a revision to a report must survive."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DAY = ("--as-of", "2026-06-01")


@pytest.fixture
def started(tmp_path: Path, git: Callable[..., str], concertino: Callable[..., Any]) -> Path:
    """What `init` writes, committed."""
    folder = tmp_path / "group"
    concertino("init", "-C", tmp_path, "group", *DAY)
    git(folder, "init", "--quiet")
    commit(folder, git)
    return folder


def commit(folder: Path, git: Callable[..., str]) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "A state")


def found(concertino: Callable[..., Any], folder: Path, *arguments: str) -> list[tuple[str, str]]:
    ran = concertino("check", "-C", folder, "--format", "json", *DAY, *arguments)
    return [(item["policy"], item["entity"]) for item in json.loads(ran.out)["findings"]]


def test_two_files_whose_names_differ_in_case_alone_are_found_in_a_revision(
    started: Path, git: Callable[..., str], concertino: Callable[..., Any]
) -> None:
    """Written into git directly, since not every disk could hold both."""
    blob = git(started, "rev-parse", "HEAD:catalogue/teams.yaml")
    git(started, "update-index", "--add", "--cacheinfo", f"100644,{blob},catalogue/Brands.yaml")
    git(started, "commit", "--quiet", "--message", "Another")

    assert ("unread", "catalogue/brands.yaml") in found(concertino, started, "--rev", "HEAD")


def test_a_governed_folder_below_the_root_is_judged_alone(
    tmp_path: Path, git: Callable[..., str], concertino: Callable[..., Any]
) -> None:
    concertino("init", "-C", tmp_path, "governance", *DAY)
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue/broken.yaml").write_text("kind: [\n")
    git(tmp_path, "init", "--quiet")
    commit(tmp_path, git)

    for arguments in ((), ("--rev", "HEAD"), ("--staged",)):
        assert found(concertino, tmp_path / "governance", *arguments) == []


def test_a_repository_without_a_commit_is_judged_as_it_lies_there(
    tmp_path: Path, git: Callable[..., str], concertino: Callable[..., Any]
) -> None:
    concertino("init", "-C", tmp_path, *DAY)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")

    assert found(concertino, tmp_path) == found(concertino, tmp_path, "--staged") == []
    refused = concertino("check", "-C", tmp_path, "--rev", "HEAD", *DAY)
    assert refused.code == 2
    assert "Traceback" not in refused.err


@pytest.mark.skipif(os.name == "nt", reason="names on Windows can't hold these")
def test_names_that_are_hard_to_print_are_told_and_do_not_stop_the_run(
    started: Path, concertino: Callable[..., Any]
) -> None:
    for name in (b"with\nnewline.yaml", b"no\xffutf8.yaml", "\u202egnp.yaml".encode()):
        Path(os.fsdecode(os.fsencode(started / "catalogue") + b"/" + name)).write_text("kind: Brnad\n")
    ran = concertino("check", "-C", started, *DAY)

    assert ran.code == 1
    assert ran.out.count('did you mean "Brand"?') == 3
    assert "\u202e" not in ran.out


def test_what_history_cannot_tell_is_an_error_and_never_a_pass(
    started: Path, tmp_path: Path, git: Callable[..., str], concertino: Callable[..., Any]
) -> None:
    """A shallow clone knows what is there, but not since when."""
    policy = started / "policies/promise-was-there-first/policy.yaml"
    policy.parent.mkdir()
    policy.write_text("""
apiVersion: concertino/v1
kind: Policy
metadata: {name: promise-was-there-first, title: A promise is as old as the brand}
spec:
  description: A promise that is written later explains what happened, not what was meant.
  target: Brand
  severity: error
  enforcement: soft-mandatory
  approvalRight: operating-model
  history:
    - {name: promise, of: spec.promise}
    - {name: brand}
  validations:
    - expression: '!isBefore(history.brand[0], history.promise[0])'
  remediation: None is left.
""")
    commit(started, git)
    (started / "catalogue/portfolio.yaml").touch()
    git(tmp_path, "clone", "--quiet", "--depth", "1", started.as_uri(), "shallow")

    assert found(concertino, started) == []
    ran = concertino("check", "-C", tmp_path / "shallow", *DAY)
    assert ran.code == 1
    assert "fetch-depth: 0" in " ".join(ran.out.split())
    assert "could not be judged" in ran.out
