"""The built wheel works alone: without the sources, in an empty environment, in an empty folder."""

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `concertino` of a wheel that was built from a copy of the sources, which are gone by now."""
    folder = tmp_path_factory.mktemp("wheel")
    sources = folder / "sources"
    for name in ("engine", "policies", "schemas"):
        shutil.copytree(ROOT / name, sources / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, sources)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", str(folder), str(sources)], check=True, capture_output=True)
    shutil.rmtree(sources)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "empty", with_pip=True)
    programs = folder / "empty" / ("Scripts" if os.name == "nt" else "bin")
    install = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel)]
    subprocess.run(install, check=True, capture_output=True, env=plain_environment())
    return programs / "concertino"


def plain_environment() -> dict[str, str]:
    """Nothing of this checkout is on the path."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "PYTHON", "VIRTUAL_ENV"))}


@pytest.fixture
def run(installed: Path, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the installed `concertino` in an empty folder."""

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [installed, *arguments],
            cwd=tmp_path,
            env=plain_environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    return call


def test_a_repository_is_started_committed_and_passes_and_a_misspelt_brand_is_found(
    run: Callable[..., subprocess.CompletedProcess[str]], git: Callable[..., str], tmp_path: Path
) -> None:
    started = run("init")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "Start")
    checked = run("check")

    assert (started.returncode, checked.returncode) == (0, 0), started.stderr + checked.stdout + checked.stderr
    assert run("policies", "test").returncode == 0

    services = tmp_path / "catalogue/services.yaml"
    services.write_text(services.read_text().replace("consumers: [harbour", "consumers: [habour"))
    found = run("check")

    assert found.returncode == 1
    assert "catalogue/services.yaml:20:15" in found.stdout
    assert 'did you mean "harbour"?' in found.stdout


def test_records_are_rendered_from_the_templates_in_the_wheel(
    run: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    run("init")

    assert run("records", "render").returncode == 0
    assert (tmp_path / "catalogue/records/0001-order-management.md").exists()
