"""The script that keeps one comment up to date, run against a stand-in for GitHub's own program."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from concertino.editing.starting import starting_files

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the script is run by bash, on Linux")

ROOT = Path(__file__).resolve().parents[2]
Commented = Callable[..., list[list[str]]]
MARKER = "<!-- concertino: report -->"
STAND_IN = f"""#!{sys.executable}
import json, os, re, sys
arguments, folder = sys.argv[1:], os.environ["STAND_IN"]
with open(f"{{folder}}/calls", "a") as calls:
    print(json.dumps(arguments), file=calls)
if "--jq" in arguments:
    wanted = json.loads(re.search(r'startswith\\((".*?")\\)', arguments[arguments.index("--jq") + 1])[1])
    for comment in json.load(open(f"{{folder}}/comments.json")):
        if comment["user"]["type"] == "Bot" and comment["body"].startswith(wanted):
            print(comment["id"])
"""


def scripts() -> dict[str, str]:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"]
    started = yaml.safe_load(starting_files("2026-06-01", "concertino")[".github/workflows/concertino.yml"])
    jobs = {"the action": action, "what init writes": started["jobs"]["check"]["steps"]}
    return {
        name: next(step["run"] for step in steps if step.get("name") == "Keep the comment up to date")
        for name, steps in jobs.items()
    }


@pytest.fixture(params=list(scripts().values()), ids=list(scripts()))
def commented(request: pytest.FixtureRequest, tmp_path: Path) -> Commented:
    """Runs the script on a report while the pull request has some comments; gives the calls that it makes."""

    def call(report: str | None, *comments: dict[str, Any]) -> list[list[str]]:
        (tmp_path / "reports").mkdir()
        body = tmp_path / "reports" / "concertino.md"
        if report is not None:
            body.write_text(report, encoding="utf-8")
        (tmp_path / "comments.json").write_text(json.dumps(comments), encoding="utf-8")
        program = tmp_path / "bin" / "gh"
        program.parent.mkdir()
        program.write_text(STAND_IN, encoding="utf-8")
        program.chmod(0o755)
        environment = {
            "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
            "STAND_IN": str(tmp_path),
            "REPOSITORY": "group/portfolio",
            "NUMBER": "7",
            "BODY": str(body),
            "RUNNER_TEMP": str(tmp_path),
        }
        # As the runner does for `shell: bash`.
        options = ["--noprofile", "--norc", "-eo", "pipefail", "-c", request.param]
        subprocess.run(["bash", *options], check=True, env=environment)
        calls = tmp_path / "calls"
        return [json.loads(line) for line in calls.read_text(encoding="utf-8").splitlines()] if calls.exists() else []

    return call


def comment(number: int, body: str, by: str = "Bot") -> dict[str, Any]:
    return {"id": number, "body": body, "user": {"type": by}}


def test_the_first_report_is_a_new_comment(commented: Commented) -> None:
    calls = commented(f"{MARKER}\n\n## ✓\n", comment(1, "Nice!", "User"), comment(2, "Coverage 81 %"))

    assert [item for item in calls[-1] if item in ("POST", "PATCH")] == ["POST"]
    assert "repos/group/portfolio/issues/7/comments" in calls[-1]


def test_the_next_report_replaces_the_comment_that_the_bot_wrote(commented: Commented) -> None:
    calls = commented(
        f"{MARKER}\n\n## ✓\n",
        comment(1, f"{MARKER}\n\nI am somebody who imitates it.", "User"),
        comment(2, "<!-- concertino: report 0123456789ab -->\n\n## the report on another folder"),
        comment(3, f"{MARKER}\n\n## ✗\n"),
        comment(4, f"{MARKER}\n\n## ✗, from an older race\n"),
    )

    assert [item for item in calls[-1] if item in ("POST", "PATCH")] == ["PATCH"]
    assert "repos/group/portfolio/issues/comments/3" in calls[-1]


@pytest.mark.parametrize("report", [None, ""], ids=["no report", "an empty one"])
def test_without_a_report_nothing_is_said(commented: Commented, report: str | None) -> None:
    assert commented(report) == []
