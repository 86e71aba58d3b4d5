"""The report for programs keeps what its schema promises."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from concertino.model.outcome import Enforcement, Outcome, Result, Severity
from concertino.model.place import Place
from concertino.model.snapshot import Source, SourceKind
from concertino.rendering import FORMATS, ReportContext
from concertino.rendering.json import fingerprint
from concertino.verdict import Verdict, compare
from concertino.verdict.impact import Impact

_SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "report.schema.json").read_text(encoding="utf-8"))

Contexts = Callable[..., ReportContext]


def _report(context: ReportContext) -> Any:  # noqa: ANN401 - JSON can be anything
    return json.loads(FORMATS["json"].render(context))


def _bare(outcome: Outcome) -> Outcome:
    return Outcome(
        "p", "", outcome.subject, "", Result.ERROR, Severity.NOTE, Enforcement.ADVISORY, message="it can't be judged"
    )


@pytest.fixture(params=["rich", "clean", "bare", "nothing judged"])
def verdict(request: pytest.FixtureRequest, rich: Verdict, clean: Verdict, outcome: Outcome) -> Verdict:
    verdicts = {
        "rich": rich,
        "clean": clean,
        "bare": replace(clean, findings=(_bare(outcome),), source=Source(SourceKind.WORKING_TREE)),
        "nothing judged": replace(clean, policies=(), entities=0, files=0, source=Source(SourceKind.INDEX)),
    }
    return verdicts[request.param]


def test_the_report_follows_its_schema_for_both_libraries(verdict: Verdict, context_of: Contexts) -> None:
    report = _report(context_of(verdict))

    jsonschema.Draft202012Validator(_SCHEMA, format_checker=jsonschema.FormatChecker()).validate(report)
    jsonschema_rs.Draft202012Validator(_SCHEMA, validate_formats=True).validate(report)


def test_the_schema_is_sound_and_every_field_of_it_is_described() -> None:
    jsonschema.Draft202012Validator.check_schema(_SCHEMA)
    nodes = [*_SCHEMA["$defs"].items(), *_SCHEMA["properties"].items()]
    undescribed, open_objects = [], []
    while nodes:
        name, node = nodes.pop()
        nodes += [(f"{name}.{key}", child) for key, child in node.get("properties", {}).items()]
        nodes += [(f"{name}[]", node["items"])] if "items" in node else []
        if "description" not in node and "$ref" not in node:
            undescribed.append(name)
        if node.get("type") == "object" and node.get("additionalProperties") is not False:
            open_objects.append(name)

    assert undescribed == []
    assert open_objects == []


def test_a_field_that_the_schema_does_not_know_is_refused(rich: Verdict, context_of: Contexts) -> None:
    report = _report(context_of(rich))
    report["findings"][0]["colour"] = "red"

    with pytest.raises(jsonschema.ValidationError, match="'colour' was unexpected"):
        jsonschema.Draft202012Validator(_SCHEMA).validate(report)


def test_every_field_of_the_schema_occurs_in_a_rich_report(rich: Verdict, context_of: Contexts) -> None:
    compared = context_of(rich, comparison=compare(rich, rich), touched=(), rules_from="b5" * 20, impact=Impact())
    report = _report(compared)
    finding = {key for item in report["findings"] for key in item}

    assert set(report) == set(_SCHEMA["properties"])
    assert finding == set(_SCHEMA["$defs"]["finding"]["properties"])
    assert set(report["summary"]) == set(_SCHEMA["$defs"]["summary"]["properties"])


def test_without_a_base_there_is_nothing_of_a_comparison(rich: Verdict, context_of: Contexts) -> None:
    report = _report(context_of(rich))

    assert set(report) == set(_SCHEMA["required"])
    assert not any("change" in item for item in report["findings"])
    assert "changes" not in report["summary"]


def test_a_finding_without_place_or_extras_has_the_fields_that_it_needs_and_no_others(
    clean: Verdict, outcome: Outcome, context_of: Contexts
) -> None:
    bare = _bare(outcome)

    assert _report(context_of(replace(clean, findings=(bare,))))["findings"] == [
        {
            "policy": "p",
            "entity": "decision:aurora-orders",
            "outcome": "error",
            "severity": "note",
            "enforcement": "advisory",
            "message": "it can't be judged",
            "gated": True,
            "fingerprint": fingerprint(bare),
        }
    ]


def test_only_the_verdict_and_the_gate_decide_on_the_bytes(rich: Verdict, context_of: Contexts) -> None:
    one = context_of(rich)
    other = context_of(rich, sources=lambda _: None, colour=True, width=20, verbose=True)

    assert FORMATS["json"].render(one) == FORMATS["json"].render(other)


def test_a_revision_and_a_working_tree_differ_in_their_source_only(rich: Verdict, context_of: Contexts) -> None:
    one = _report(context_of(rich))
    other = _report(context_of(replace(rich, source=Source(SourceKind.WORKING_TREE))))

    assert other["source"] == {"kind": "working-tree"}
    assert {**one, "source": {}} == {**other, "source": {}}


@pytest.mark.parametrize(
    ("fail_on", "gated"),
    [
        pytest.param(Severity.ERROR, 6, id="errors, and what could not be judged"),
        pytest.param(Severity.WARNING, 7, id="a warning too"),
        pytest.param(Severity.NOTE, 7, id="a note, but advice never"),
    ],
)
def test_the_gate_is_told_in_the_summary_and_on_each_finding(
    rich: Verdict, context_of: Contexts, fail_on: Severity, gated: int
) -> None:
    report = _report(context_of(rich, fail_on))

    assert report["summary"]["failOn"] == fail_on.value
    assert report["summary"]["gated"] == sum(item["gated"] for item in report["findings"]) == gated


def test_a_fingerprint_stays_when_a_finding_moves_or_is_worded_anew(outcome: Outcome) -> None:
    moved = replace(outcome, place=Place("elsewhere.yaml", 99, 1), message="other words", severity=Severity.NOTE)

    assert fingerprint(outcome) == fingerprint(moved)


def test_a_fingerprint_tells_all_parts_of_an_identity_apart(outcome: Outcome) -> None:
    others = [
        replace(outcome, policy="other"),
        replace(outcome, validation="other"),
        replace(outcome, subject="other"),
        replace(outcome, key="other"),
        replace(outcome, validation="", key="measured"),
        replace(outcome, subject="\udcff"),
        replace(outcome, subject="\\xff"),
    ]

    assert len({fingerprint(item) for item in [outcome, *others]}) == len(others) + 1


def test_a_text_comes_back_from_the_report_as_it_was(clean: Verdict, outcome: Outcome, context_of: Contexts) -> None:
    text = 'Boréalis – 北 "quoted" \\ \x1b[31m \u202e \x9b \u2028 \x7f'
    report = _report(context_of(replace(clean, findings=(replace(outcome, message=text),))))

    assert report["findings"][0]["message"] == text


def test_a_byte_that_is_not_utf8_is_an_escape(clean: Verdict, outcome: Outcome, context_of: Contexts) -> None:
    named = replace(outcome, subject="caf\udce9.yaml", place=Place("caf\udce9.yaml"))
    report = _report(context_of(replace(clean, findings=(named,))))

    assert report["findings"][0]["entity"] == "caf\\xe9.yaml"
    assert report["findings"][0]["location"]["file"] == "caf\\xe9.yaml"
