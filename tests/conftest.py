"""Fixtures that several rooms' tests share."""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from concertino.cli.main import run
from concertino.model.snapshot import Entry, EntryKind, Snapshot, Source, SourceKind
from concertino.revision.shipped import shipped_files
from concertino.verdict import Selection, Verdict, judge, read_rules

ROOT = Path(__file__).resolve().parent.parent
SLOW_FOLDERS = ("broken", "cli", "insight", "exceptions")
"""Each test in these folders judges whole repositories through the command line; together they take minutes."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark whole folders as slow, so that the fast suite stays fast."""
    folders = [ROOT / "tests" / name for name in SLOW_FOLDERS]
    for item in items:
        if any(item.path.is_relative_to(folder) for folder in folders):
            item.add_marker(pytest.mark.slow)


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str


@pytest.fixture
def concertino(capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs a command of Concertino in this process, and gives what it came to."""

    def call(*arguments: str | Path) -> Ran:
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return Ran(code, out, err)

    return call


def snapshot_of(files: Mapping[str, str | bytes]) -> Snapshot:
    """A snapshot of these files, as if a working tree held them."""
    blobs = {path: data if isinstance(data, bytes) else data.encode() for path, data in files.items()}
    return Snapshot(
        source=Source(SourceKind.WORKING_TREE),
        entries={path: Entry(path, EntryKind.FILE) for path in sorted(blobs)},
        read=lambda paths: {path: blobs[path] for path in paths if path in blobs},
    )


@pytest.fixture
def verdict_on() -> Callable[..., Verdict]:
    """Judges these files on a day. Without a configuration among them, no pack applies: only the policies given."""

    def call(
        files: Mapping[str, str | bytes], as_of: str = "2026-06-30", selection: Selection | None = None
    ) -> Verdict:
        bare = "apiVersion: concertino/v1\nkind: Configuration\nextends: []\n"
        snapshot = snapshot_of({"concertino.yaml": bare, **files})
        return judge(snapshot, read_rules(snapshot, shipped_files()), as_of, selection or Selection())

    return call


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Mapping[str, str]], Path]:
    """Writes files below a temporary folder, and gives the folder."""

    def call(files: Mapping[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        return tmp_path

    return call


@pytest.fixture
def git() -> Callable[..., str]:
    """Runs git in a folder, with an identity and days that do not depend on the machine."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_AUTHOR_EMAIL": "ada@example.com",
        "GIT_AUTHOR_DATE": "2026-06-01T12:00:00+00:00",
        "GIT_COMMITTER_NAME": "Ada",
        "GIT_COMMITTER_EMAIL": "ada@example.com",
        "GIT_COMMITTER_DATE": "2026-06-01T12:00:00+00:00",
    }

    def call(folder: Path, *arguments: str) -> str:
        done = subprocess.run(
            ["git", "-c", "init.defaultBranch=main", *arguments],
            cwd=folder,
            env=environment,
            check=True,
            capture_output=True,
        )
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    return call


@pytest.fixture(scope="session")
def node() -> Path:
    """The folder with the readers from the world of node, such as linters for workflows and for markdown.

    Where they are missing the test is skipped, and says how to install them. On continuous integration, which installs
    them first, that is a failure.
    """
    folder = ROOT / "tests" / "node"
    missing = "node is not on the path" if shutil.which("node") is None else ""
    if not missing and not (folder / "node_modules").is_dir():
        missing = "its readers are not installed: run make node"
    if missing and os.environ.get("CI"):
        pytest.fail(f"{missing}; .ci/run is meant to have seen to it")
    if missing:
        pytest.skip(f"NOT TESTED: {missing}")
    return folder


@pytest.fixture
def commit_portfolio(git: Callable[..., str]) -> Callable[[Path], None]:
    """Commits a copy of the reference portfolio as it came to be: the measures of a pilot first, its start later."""

    def call(folder: Path) -> None:
        pilots = {path: path.read_bytes() for path in sorted((folder / "catalogue" / "pilots").glob("*.yaml"))}
        for path, data in pilots.items():
            path.write_bytes(b"".join(line for line in data.splitlines(keepends=True) if b"startsOn:" not in line))
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message", "Set what the pilots are measured by")
        for path, data in pilots.items():
            path.write_bytes(data)
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message", "Begin the pilots")

    return call
