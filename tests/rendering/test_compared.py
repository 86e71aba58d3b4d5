"""A verdict compared with that of a base, in every format."""

import csv
import io
import json
import os
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from concertino import __version__
from concertino.model.outcome import AppliedException, Outcome, Result
from concertino.model.snapshot import Source, SourceKind
from concertino.rendering import FORMATS, ReportContext
from concertino.verdict import Change, Ending, Gate, Verdict, compare
from concertino.verdict.approvers import Approver
from concertino.verdict.touching import Area, Touch, Touched

_GOLDEN = Path(__file__).parent / "compared"
_SCHEMAS = Path(__file__).parents[2] / "schemas"
_UPDATE = "CONCERTINO_UPDATE_GOLDEN"

Contexts = Callable[..., ReportContext]

TOUCHED = (
    Touched(
        Area.POLICY,
        "decided-by-both-sides",
        Touch.REMOVED,
        "A decision is made by both sides",
        (Approver("operating-model", "team:architecture-board", ("farah", "jonas")),),
    ),
    Touched(
        Area.TEAM,
        "team:architecture-board",
        Touch.CHANGED,
        "mara joins with a signing key; it holds decisionright:operating-model",
        (Approver("operating-model", "team:executive-committee", ("ivo",), escalation=True),),
    ),
    Touched(Area.SCHEMA, "schemas/Own.schema.json", Touch.ADDED, ""),
)


@pytest.fixture(params=FORMATS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def compared(rich: Verdict, context_of: Contexts) -> ReportContext:
    """Of the findings of the rich verdict the first is old and waived no more, the second new, the others old; one of
    the base is mended, and one gone with its policy."""
    return _compared(rich, context_of, rich.findings[0])


def _compared(head: Verdict, context_of: Contexts, gone: Outcome, **more: object) -> ReportContext:
    first, _, *others = head.findings
    exception = AppliedException("exception:aurora-own-orders", "2026-05-31")
    waived = replace(first, result=Result.WAIVED, exception=exception)
    mended, ruled_out = replace(gone, key="bounce-rate"), replace(gone, policy="one-owner", validation="")
    before = (
        waived,
        mended,
        ruled_out,
        *(replace(item, result=Result.FAIL) if item.exception else item for item in others),
    )
    base = replace(head, source=Source(SourceKind.REVISION, "b5" * 20, "c3" * 20), findings=before)

    def ending(item: Outcome) -> Ending:
        return Ending.RULE_REMOVED if item.policy == "one-owner" else Ending.MENDED

    options = {"touched": TOUCHED, "rules_from": "b5" * 20, **more}
    return context_of(head, comparison=compare(base, head, ending=ending), **options)


def test_a_compared_report_is_what_its_golden_file_holds(name: str, compared: ReportContext) -> None:
    rendered = FORMATS[name].render(compared).replace(f'"version": "{__version__}"', '"version": "VERSION"')
    golden = _GOLDEN / f"report.{name}"
    if os.environ.get(_UPDATE):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(rendered, encoding="utf-8", newline="\n")

    assert golden.read_bytes().decode() == rendered, f"If the change is meant: {_UPDATE}=1 pytest tests/rendering"


def test_the_rules_come_before_what_they_say(compared: ReportContext) -> None:
    """Who reads only the beginning must meet the removed policy."""
    for form in ("text", "markdown"):
        shown = FORMATS[form].render(compared)

        assert shown.index("policy removed") < shown.index("new")
        assert shown.index("farah, jonas") < shown.index("New findings")


def test_the_json_is_as_its_schema_promises(compared: ReportContext) -> None:
    schema = json.loads((_SCHEMAS / "report.schema.json").read_text(encoding="utf-8"))

    report = json.loads(FORMATS["json"].render(compared))

    jsonschema.validate(report, schema)
    assert set(report) == set(schema["properties"])
    assert {item["change"] for item in report["findings"]} == {change.value for change in Change}
    assert [item["ending"] for item in report["fixed"]] == ["mended", "rule-removed"]


def test_sarif_tells_what_is_new_and_keeps_what_is_fixed_out_of_the_results(compared: ReportContext) -> None:
    schema = json.loads((Path(__file__).parent / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))

    report = json.loads(FORMATS["sarif"].render(compared))

    jsonschema.Draft7Validator(schema).validate(report)
    (run,) = report["runs"]
    states = {item["properties"]["change"]: item["baselineState"] for item in run["results"]}
    assert states == {"new": "new", "no-longer-waived": "new", "unchanged": "unchanged"}
    told = [item["message"]["text"] for item in run["invocations"][0]["toolExecutionNotifications"]]
    assert "Fixed since the base, and not listed here: 2." in told
    assert any(text.startswith("policy removed: decided-by-both-sides") for text in told)


def test_only_what_the_change_brought_is_annotated(compared: ReportContext) -> None:
    first, *lines = (line for line in FORMATS["github"].render(compared).splitlines() if line.startswith("::"))

    assert first.startswith("::warning title=This change touches what judges%3A 3 things::policy removed")
    brought = [item for item in compared.verdict.findings if compared.is_news(item) and not item.exception]
    old_rules = [item for item in compared.verdict.findings if item.policy == "policy"]
    assert len(lines) == len(brought) + len(old_rules)
    assert len(lines) < len(compared.verdict.findings)


def test_gitlab_compares_by_itself_and_gets_everything(compared: ReportContext) -> None:
    entries = json.loads(FORMATS["gitlab"].render(compared))

    assert len(entries) == sum(item.result is not Result.WAIVED for item in compared.verdict.findings)


def test_the_spreadsheet_has_a_row_for_what_is_fixed(compared: ReportContext) -> None:
    rows = list(csv.DictReader(io.StringIO(FORMATS["csv"].render(compared))))

    assert [row["change"] for row in rows[-2:]] == ["fixed", "fixed"]
    assert {row["change"] for row in rows} == {*map(str, Change), "fixed"}


def test_an_old_finding_turns_no_build_red(compared: ReportContext) -> None:
    shown = FORMATS["junit"].render(compared)
    everything = FORMATS["junit"].render(
        replace(compared, comparison=replace(compared.comparison, gate=Gate.ALL))  # type: ignore[type-var]
    )

    assert shown.count("<failure") == 2
    assert everything.count("<failure") > 2


@pytest.mark.parametrize("form", ["sarif", "github", "gitlab", "markdown"])
def test_a_forge_is_told_files_from_the_root_of_the_repository(form: str, rich: Verdict, context_of: Contexts) -> None:
    plain, rooted = (FORMATS[form].render(context_of(rich, prefix=prefix)) for prefix in ("", "shop/group/"))

    for file in {item.place.file for item in rich.findings if item.place}:
        assert file in plain
        assert f"shop/group/{file}" in rooted
    assert _fingerprints(plain) == _fingerprints(rooted)


def _fingerprints(text: str) -> list[str]:
    return re.findall(r"[0-9a-f]{64}", text)


def test_no_character_of_a_repository_reaches_a_reader_unseen(
    name: str, hostile: Verdict, context_of: Contexts
) -> None:
    context = _attack(hostile, context_of)

    rendered = FORMATS[name].render(context)

    rendered.encode("utf-8")
    lines = rendered.replace("\r\n", "\n") if name == "csv" else rendered
    unseen = {character for character in lines if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert unseen <= {"\n"}
    starts = [line for line in rendered.splitlines() if line.lstrip().startswith(("::", "✓"))]
    assert not [line for line in starts if name != "github" or line.startswith("✓")]
    assert not [line for line in rendered.splitlines() if "##[" in line and not line.startswith("::")]


def test_hostile_words_stay_data_for_programs(hostile: Verdict, context_of: Contexts) -> None:
    schema = json.loads((_SCHEMAS / "report.schema.json").read_text(encoding="utf-8"))

    report: Any = json.loads(FORMATS["json"].render(_attack(hostile, context_of)))

    for name in ("touched", "fixed"):
        jsonschema.validate(report[name], {**schema["properties"][name], "$defs": schema["$defs"]})
    assert len(report["fixed"]) == 2


def _attack(hostile: Verdict, context_of: Contexts) -> ReportContext:
    """A comparison in which everything that a repository can word is worded by an enemy."""
    text = hostile.notes[0]
    touched = Touched(Area.RIGHT, text, Touch.ADDED, text, (Approver(text, text, (text,)),))
    few = replace(hostile, findings=hostile.findings[:3], policies=hostile.policies[:2])
    return _compared(few, context_of, few.findings[0], touched=(touched,), prefix="sub/")
