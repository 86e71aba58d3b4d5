"""A portfolio in trouble: every policy of the shipped pack finds something there, and finds it in the right place."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
TROUBLED = ROOT / "tests/troubled"
PACK = ROOT / "policies/operate-orchestrate"
DAY = "2026-06-30"
MALFORMED = ("syntax", "schema", "reference", "duplicate")

# A finding is expected on the line that says so: `owner: vesper  # finds: foundation-is-never-a-brands-own`.
_MARK = re.compile(r"# finds: ([a-z0-9, -]+)$")


def _marks() -> Iterator[tuple[str, str, int]]:
    """What is expected: the policy, the file and the line."""
    for file in sorted(TROUBLED.rglob("catalogue/**/*.yaml")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            marked = _MARK.search(line)
            for policy in marked.group(1).split(",") if marked else ():
                yield policy.strip(), file.relative_to(TROUBLED).as_posix(), number


@pytest.fixture
def portfolio(tmp_path: Path, git: Callable[..., str]) -> Path:
    """The portfolio, committed as it is."""
    folder = tmp_path / "portfolio"
    shutil.copytree(TROUBLED, folder)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "A portfolio in trouble")
    return folder


@pytest.mark.slow
def test_what_is_planted_is_found_on_the_very_line(portfolio: Path, concertino: Callable[..., Any]) -> None:
    ran = concertino("-C", portfolio, "check", "--as-of", DAY, "--format", "json")
    found = {
        (finding["policy"], finding["location"]["file"], finding["location"]["line"])
        for finding in json.loads(ran.out)["findings"]
        if finding["outcome"] == "fail"
    }

    assert sorted(set(_marks()) - found) == []
    assert [finding for finding in sorted(found) if finding[0] in MALFORMED] == []


def test_for_every_policy_of_the_pack_something_is_planted() -> None:
    policies = {file.parent.name for file in PACK.glob("*/policy.yaml")}

    assert sorted(policies - {policy for policy, _, _ in _marks()}) == []
