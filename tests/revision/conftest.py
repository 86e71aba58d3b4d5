"""Real repositories in temporary folders, made by a git that knows nothing of this machine."""

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What Concertino and git are started with: no settings of the machine, fixed authors and dates."""
    home = tmp_path / "home"
    home.mkdir()
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": str(home / "gitconfig"),
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_AUTHOR_EMAIL": "ada@example.com",
        "GIT_AUTHOR_DATE": "2026-01-05T09:00:00Z",
        "GIT_COMMITTER_NAME": "Ada",
        "GIT_COMMITTER_EMAIL": "ada@example.com",
        "GIT_COMMITTER_DATE": "2026-01-05T09:00:00Z",
    }


@pytest.fixture
def git(environment: dict[str, str]) -> Callable[..., str]:
    """Runs git in a folder, with some input, and gives its output; with `check=False` it may fail."""

    def run(folder: Path, *arguments: str, check: bool = True, stdin: bytes = b"", **variables: str) -> str:
        making = arguments[0] in ("init", "clone", "submodule")
        settings = ["-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"] if making else []
        done = subprocess.run(
            ["git", *settings, *arguments],
            cwd=folder,
            env={**environment, **variables},
            input=stdin,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0 or not check, done.stderr.decode()
        return done.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")

    return run


@pytest.fixture
def repository(tmp_path: Path, git: Callable[..., str]) -> Callable[..., Path]:
    """Makes a repository with one commit of some files, given by path."""

    def make(files: Mapping[str, bytes], *options: str, name: str = "group") -> Path:
        folder = tmp_path / name
        folder.mkdir()
        git(folder, "init", "--quiet", *options)
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--allow-empty", "--message=Start")
        return folder

    return make
