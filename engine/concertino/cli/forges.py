"""Which forge a job runs on, what it compares with, and which files that forge can show."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

_COMMON = {"json": "concertino.json", "markdown": "concertino.md"}
_NO_COMMIT = "0" * 40
"""What forges write for a commit that does not exist, such as the one before a branch was made."""
_GITLAB_BASES = ("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", "CI_MERGE_REQUEST_DIFF_BASE_SHA")


@dataclass(frozen=True, slots=True)
class Forge:
    """What a job on a forge is told by its environment, and what the forge makes of files.

    `base` is the revision that a change is meant for, empty where nothing is proposed, as on a push. `shown` is the
    format for the job's log, `files` the name of a file for each other format. `summary` is a file that the forge shows
    as the summary of the step.
    """

    name: str
    base: str = ""
    shown: str = "text"
    files: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""


def forge_of(environment: Mapping[str, str], read: Callable[[str], str]) -> Forge:
    """The forge that an environment speaks of; `read` gives the text of a file, empty if it can't be had.

    The variables are those that GitHub Actions and GitLab CI/CD document for their jobs.
    """
    if environment.get("GITHUB_ACTIONS") == "true":
        base = _github_base(read(environment.get("GITHUB_EVENT_PATH", "")))
        files = {**_COMMON, "sarif": "concertino.sarif"}
        return Forge("GitHub", base, "github", files, environment.get("GITHUB_STEP_SUMMARY", ""))
    if environment.get("GITLAB_CI") == "true":
        # The tip of the target, where GitLab tells it: who branched off long ago must not choose the rules of then.
        named = (environment.get(name, "") for name in _GITLAB_BASES)
        base = next((name for name in named if name and name != _NO_COMMIT), "")
        files = {**_COMMON, "gitlab": "gl-code-quality-report.json", "junit": "concertino-junit.xml"}
        return Forge("GitLab", base, files=files)
    files = {**_COMMON, "sarif": "concertino.sarif", "junit": "concertino-junit.xml"}
    return Forge("an unknown forge", files=files)


def _github_base(event: str) -> str:
    """The base of a pull request or of a merge group, from the event that started the job."""
    try:
        content = json.loads(event)
    except ValueError:
        return ""
    found = _at(content, "pull_request", "base", "sha") or _at(content, "merge_group", "base_sha")
    return found if isinstance(found, str) and found != _NO_COMMIT else ""


def _at(content: Any, *path: str) -> Any:  # noqa: ANN401 - JSON from outside may hold anything
    for name in path:
        content = content.get(name) if isinstance(content, dict) else None
    return content
