"""GitLab's Code Quality report: the fields that GitLab asks for, and entries that never collapse into one."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from concertino.model.outcome import Enforcement, Outcome, Result, Severity
from concertino.model.visible import visible
from concertino.rendering import FORMATS, ReportContext
from concertino.verdict import Verdict

Contexts = Callable[..., ReportContext]
Read = Callable[[Verdict], list[dict[str, Any]]]


@pytest.fixture
def entries_of(context_of: Contexts) -> Read:
    """The entries of a verdict, each with the shape that GitLab documents."""

    def build(verdict: Verdict) -> list[dict[str, Any]]:
        rendered = FORMATS["gitlab"].render(context_of(verdict))
        entries = json.loads(rendered)
        assert rendered.startswith("[")
        for entry in entries:
            assert sorted(entry) == ["check_name", "description", "fingerprint", "location", "severity"]
            assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
            assert entry["location"]["path"]
            assert not entry["location"]["path"].startswith("./")
            assert entry["location"]["lines"]["begin"] >= 1
            assert entry["description"]
            assert "\n" not in entry["description"]
        return list(entries)

    return build


def test_the_report_lists_every_open_finding_with_a_fingerprint_of_its_own(entries_of: Read, rich: Verdict) -> None:
    entries = entries_of(rich)

    assert len({entry["fingerprint"] for entry in entries}) == len(entries) == len(rich.findings) - 1
    assert entries[0]["check_name"] == "policy"
    assert entries[0]["location"] == {"path": "policies/own/lead-time-is-kept/policy.yaml", "lines": {"begin": 2}}


def test_every_word_of_a_finding_is_in_its_description(entries_of: Read, hostile: Verdict) -> None:
    text = hostile.findings[0].key
    entries = entries_of(hostile)

    assert len(entries) == len(hostile.findings) - 1
    for entry in entries:
        assert entry["description"].count(visible(text)[:20_000]) >= 6
        assert visible(text) in entry["check_name"]


@pytest.mark.parametrize(
    ("change", "severity"),
    [
        pytest.param({"enforcement": Enforcement.HARD_MANDATORY}, "blocker", id="what nobody may waive"),
        pytest.param({}, "critical", id="an error"),
        pytest.param({"result": Result.ERROR, "severity": Severity.NOTE}, "critical", id="what can't be judged"),
        pytest.param({"severity": Severity.WARNING}, "major", id="a warning"),
        pytest.param({"severity": Severity.NOTE}, "minor", id="a note"),
        pytest.param({"enforcement": Enforcement.ADVISORY}, "info", id="what nobody has to follow"),
    ],
)
def test_a_severity_is_one_of_gitlabs(
    entries_of: Read, clean: Verdict, outcome: Outcome, change: dict[str, object], severity: str
) -> None:
    item = replace(outcome, **change)  # type: ignore[arg-type] # the table names fields
    (entry,) = entries_of(replace(clean, findings=(item,)))

    assert entry["severity"] == severity


def test_what_stands_in_no_file_is_shown_at_the_configuration(
    entries_of: Read, clean: Verdict, outcome: Outcome
) -> None:
    (entry,) = entries_of(replace(clean, findings=(replace(outcome, place=None),)))

    assert entry["location"] == {"path": "concertino.yaml", "lines": {"begin": 1}}
