"""The rooms know only the rooms below them, and the rule that says so can break."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    lint = Path(sys.executable).with_name("lint-imports")
    environment = {"PYTHONPATH": str(folder / "engine"), "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"}
    return subprocess.run(
        [lint, "--config", str(folder / "pyproject.toml"), "--no-cache"],
        cwd=folder / "engine",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the engine and of the rule."""
    shutil.copytree(ROOT / "engine", tmp_path / "engine", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_no_room_knows_a_room_above_it_or_beside_it(house: Path) -> None:
    done = lint_imports(house)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("room", "stray"),
    [
        ("model/place.py", "concertino.cli.options"),
        ("documents/document.py", "concertino.verdict.force"),
        ("rendering/listing.py", "concertino.records.seal"),
    ],
    ids=["far up", "up", "beside"],
)
def test_a_stray_import_breaks_the_rule(house: Path, room: str, stray: str) -> None:
    file = house / "engine/concertino" / room
    file.write_text(f"{file.read_text()}\nimport {stray}  # noqa\n")
    done = lint_imports(house)

    assert done.returncode == 1
    assert "BROKEN" in done.stdout
