"""Every command in the README runs, and its picture shows what the command prints."""

import html
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"(?:<!-- (?P<where>in an empty folder) -->\n)?```sh\n(?P<text>.*?)```", re.DOTALL)
BLOCKS = [(match["where"] or "", match["text"]) for match in BLOCK.finditer(README)]


def environment() -> dict[str, str]:
    """The commands find this checkout's `concertino`, and git has an identity."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    person = {"NAME": "Ada", "EMAIL": "ada@example.com"}
    people = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in person.items()}
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return {**kept, **people, "PATH": programs, "GIT_CONFIG_GLOBAL": os.devnull}


@pytest.fixture
def repository(tmp_path: Path, git: Callable[..., str], commit_portfolio: Callable[[Path], None]) -> Path:
    """A repository with what this one governs."""
    folder = tmp_path / "repository"
    for name in ("catalogue", "policies", "schemas"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "concertino.yaml", folder)
    git(tmp_path, "init", "--quiet", str(folder))
    commit_portfolio(folder)
    return folder


def test_the_readme_has_commands() -> None:
    assert len(BLOCKS) >= 8


@pytest.mark.parametrize(("where", "block"), BLOCKS, ids=[text.split("\n")[0][:40] for _, text in BLOCKS])
def test_every_command_in_the_readme_runs(where: str, block: str, tmp_path: Path, repository: Path) -> None:
    if block.startswith("make "):
        targets = [shlex.split(line, comments=True)[1] for line in block.splitlines()]
        subprocess.run(["make", "--dry-run", *targets], cwd=ROOT, check=True, capture_output=True)
        return
    folder = repository
    if where:
        folder = tmp_path / "empty"
        folder.mkdir()
    dated = re.sub(r"^(concertino (?:check|init))(?!.*--as-of)", r"\1 --as-of 2026-06-30", block, flags=re.MULTILINE)
    done = subprocess.run(
        ["bash", "-e", "-c", dated], cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )

    # A stricter gate is shown as an example; what it finds in the portfolio is no fault of the command.
    assert done.returncode == 0 or ("--fail-on warning" in block and done.returncode == 1), done.stderr + done.stdout


def test_the_finding_in_the_readme_is_what_the_check_says(repository: Path) -> None:
    front = repository / "catalogue/services/fronts.yaml"
    front.write_text(front.read_text().replace("consumers: [aurora]", "consumers: [auorra]", 1))
    done = subprocess.run(
        ["concertino", "check", "--as-of", "2026-06-30"],
        cwd=repository,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    (shown,) = re.findall(r"```text\n(.*?)```", README, re.DOTALL)

    assert done.returncode == 1
    assert shown in done.stdout


def test_every_yaml_example_in_the_readme_is_strict_yaml_of_a_known_shape() -> None:
    """Examples are copied; one that the engine would refuse is worse than none."""
    from concertino.documents import SchemaSet, read_documents  # noqa: PLC0415
    from concertino.model.limits import Limits  # noqa: PLC0415
    from concertino.revision.shipped import shipped_files  # noqa: PLC0415

    files = {
        path.removeprefix("schemas/"): data for path, data in shipped_files().items() if path.startswith("schemas")
    }
    schemas, _ = SchemaSet.build(files)
    examples = [text for text in re.findall(r"```yaml\n(.*?)```", README, re.DOTALL) if "apiVersion" in text]
    for text in examples:
        read = read_documents("README.md", text.encode(), Limits())
        assert read.problems == ()
        value = read.documents[0].value
        assert isinstance(value, dict)
        assert schemas.gate(f"{value['kind']}.schema.json").accepts(value), text
    assert len(examples) >= 3


def test_the_picture_shows_what_the_command_prints() -> None:
    done = subprocess.run(
        ["concertino", "check", "--as-of", "2026-06-30"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    drawn = html.unescape(
        "".join(re.findall(r">([^<]+)</text>", (ROOT / "docs/check.svg").read_text(encoding="utf-8")))
    )
    bare = re.sub(r"\s", "", drawn)

    missing = [line for line in done.stdout.splitlines() if re.sub(r"\s", "", line) not in bare]
    assert missing == [], "draw it anew: make picture"
