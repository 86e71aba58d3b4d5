"""The table for spreadsheets: every finding a row, every text a word, and no cell a formula."""

import csv
import json
import re
from collections.abc import Callable
from dataclasses import replace
from io import StringIO

import pytest

from concertino.model.outcome import Outcome
from concertino.model.visible import visible
from concertino.rendering import FORMATS, ReportContext
from concertino.rendering.cells import cell
from concertino.verdict import Verdict

Contexts = Callable[..., ReportContext]
Read = Callable[[Verdict], list[dict[str, str]]]

_RUNS = re.compile("[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r]")


@pytest.fixture
def rows_of(context_of: Contexts) -> Read:
    """The rows of a verdict."""

    def build(verdict: Verdict) -> list[dict[str, str]]:
        return list(csv.DictReader(StringIO(FORMATS["csv"].render(context_of(verdict)), newline=""), strict=True))

    return build


def test_a_row_says_what_the_json_says(rows_of: Read, rich: Verdict, context_of: Contexts) -> None:
    findings = json.loads(FORMATS["json"].render(context_of(rich)))["findings"]
    for row, finding in zip(rows_of(rich), findings, strict=True):
        for name in ("policy", "entity", "outcome", "severity", "message", "fingerprint"):
            assert row[name] == finding[name]
        for name in ("validation", "key", "expected", "suggestion", "remediation"):
            assert row[name] == finding.get(name, "")
        assert row["gated"] == ("yes" if finding["gated"] else "no")
        assert (row["file"], row["line"]) == (finding["location"]["file"], str(finding["location"]["line"]))
        assert row["expires"] == finding.get("exception", {}).get("expires", "")


def test_no_cell_is_run_and_no_word_is_lost(rows_of: Read, hostile: Verdict) -> None:
    text = hostile.findings[0].key
    rows = rows_of(hostile)

    assert len(rows) == len(hostile.findings)
    for row in rows:
        assert None not in row
        assert not [value for value in row.values() for part in value.split(";") if _RUNS.match(part.lstrip())]
        told = row["key"].replace("'", "").replace("\\x23", "#")
        assert told == visible(text).replace("'", "") or told.endswith(" more characters)")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("=1+1", "'=1+1", id="a formula"),
        pytest.param("@SUM(A1)", "'@SUM(A1)", id="an old formula"),
        pytest.param("  -1", "  '-1", id="after spaces"),
        pytest.param("a; =1", "a; '=1", id="in the next cell, where a semicolon separates"),
        pytest.param("\uff1d1", "'\uff1d1", id="with a wide sign"),
        pytest.param("\t=1", "\\t=1", id="after a tabulator, which is shown"),
        pytest.param("a = b - c", "a = b - c", id="words"),
    ],
)
def test_only_what_a_spreadsheet_would_run_is_marked(text: str, shown: str) -> None:
    assert cell(text) == shown


def test_no_text_is_longer_than_a_cell_of_excel(rows_of: Read, clean: Verdict, outcome: Outcome) -> None:
    (row,) = rows_of(replace(clean, findings=(replace(outcome, message="x" * 40_000 + "=1"),)))

    assert len(row["message"]) < 32_767
    assert row["message"].endswith("x… (8002 more characters)")
