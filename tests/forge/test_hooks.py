"""The hooks for pre-commit, run by pre-commit itself in a scratch repository."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def pre_commit(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], subprocess.CompletedProcess[str]]:
    """Runs all hooks of this checkout on what is staged in a repository; their environment is built once."""
    home = tmp_path_factory.mktemp("home")
    offered = tmp_path_factory.mktemp("offered") / "concertino"
    # What git would give to others: the files of this checkout that are tracked or new, in a repository of their own.
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file() and not name.startswith("tests/"):
            (offered / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, offered / name)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    person = {"NAME": "Ada", "EMAIL": "ada@example.com"}
    people = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in person.items()}
    environment = {**kept, **people, "PRE_COMMIT_HOME": str(home), "GIT_CONFIG_GLOBAL": os.devnull}
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "Offer hooks"]):
        subprocess.run(["git", *command], cwd=offered, check=True, env=environment)

    def call(repository: Path) -> subprocess.CompletedProcess[str]:
        program = Path(sys.executable).parent / "pre-commit"
        return subprocess.run(
            [program, "try-repo", str(offered), "--all-files", "--color", "never"],
            cwd=repository,
            check=False,
            capture_output=True,
            encoding="utf-8",
            env=environment,
        )

    return call


@pytest.fixture
def repository(tmp_path: Path, git: Callable[..., str], concertino: Callable[..., object]) -> Path:
    """A repository as `init` leaves it, with everything staged."""
    folder = tmp_path / "governed"
    concertino("init", str(folder))
    git(tmp_path, "init", "--quiet", str(folder))
    git(folder, "add", "--all")
    return folder


def results(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    lines = [line for line in done.stdout.splitlines() if line.startswith("concertino ")]
    return {line.split("..", 1)[0]: line.rsplit(".", 1)[-1] for line in lines}


def test_the_hooks_pass_on_a_new_repository_and_name_what_a_change_breaks(
    repository: Path, pre_commit: Callable[[Path], subprocess.CompletedProcess[str]], git: Callable[..., str]
) -> None:
    names = {hook["name"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}

    clean = pre_commit(repository)
    assert results(clean) == dict.fromkeys(names, "Passed"), clean.stdout + clean.stderr

    broken = next(path for path in sorted((repository / "catalogue").rglob("*.yaml")) if "role:" in path.read_text())
    broken.write_text(broken.read_text(encoding="utf-8").replace("role: ", "rolle: ", 1), encoding="utf-8")
    git(repository, "add", "--all")
    faulty = pre_commit(repository)
    assert results(faulty)["concertino check"] == "Failed"
    assert "rolle" in faulty.stdout


def test_a_fault_that_is_not_staged_is_not_judged(
    repository: Path, pre_commit: Callable[[Path], subprocess.CompletedProcess[str]]
) -> None:
    file = repository / "catalogue" / "not-yet-staged.yaml"
    file.write_text("kind: [", encoding="utf-8")
    assert set(results(pre_commit(repository)).values()) == {"Passed"}
