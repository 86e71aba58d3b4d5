"""SARIF is valid by its official schema, holds what GitHub's code scanning asks for, and loses nothing."""

import gzip
import json
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from jsonschema import Draft4Validator

from concertino.model.outcome import Enforcement, Outcome, Result, Severity
from concertino.model.place import Place, Related
from concertino.model.visible import visible
from concertino.rendering import FORMATS, ReportContext
from concertino.verdict import Verdict

Contexts = Callable[..., ReportContext]
Run = Mapping[str, Any]

_SCHEMA = Draft4Validator(json.loads(Path(__file__).with_name("sarif-schema-2.1.0.json").read_text(encoding="utf-8")))
_LINK = re.compile(r"(?<!\\)\[[^\]]*\]\(")
_LEVELS = ["error", "warning", "note"]


@pytest.fixture
def run_of(context_of: Contexts) -> Callable[[Verdict], Run]:
    """The one run of a verdict's SARIF, which has been validated."""

    def build(verdict: Verdict) -> Run:
        log = json.loads(FORMATS["sarif"].render(context_of(verdict)))
        assert [error.message for error in _SCHEMA.iter_errors(log)] == []
        (run,) = log["runs"]
        assert isinstance(run, dict)
        return run

    return build


def _text(result: Mapping[str, Any]) -> str:
    text = result["message"]["text"]
    assert isinstance(text, str)
    return text


def _many(verdict: Verdict, count: int, outcome: Outcome) -> Verdict:
    return replace(verdict, findings=tuple(replace(outcome, subject=f"brand:b{number}") for number in range(count)))


def test_the_official_schema_accepts_the_report(
    run_of: Callable[[Verdict], Run], rich: Verdict, clean: Verdict
) -> None:
    assert len(run_of(rich)["results"]) == 8
    assert run_of(clean)["results"] == []


def test_whatever_the_catalogue_says_the_report_is_valid_and_as_github_wants_it(
    run_of: Callable[[Verdict], Run], hostile: Verdict
) -> None:
    run = run_of(hostile)

    for rule in run["tool"]["driver"]["rules"]:
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024 or rule["id"] == ""
        assert len(rule["fullDescription"]["text"]) <= 1024
        assert {"text", "markdown"} == set(rule["help"])
        assert len(rule["properties"]["tags"]) <= 10
    for result in run["results"]:
        (location,) = result["locations"]
        uri = urlsplit(location["physicalLocation"]["artifactLocation"]["uri"])
        assert uri.path
        assert (uri.scheme, uri.query, uri.fragment) == ("", "", "")
        region = location["physicalLocation"]["region"]
        # What stands in no file is shown at the beginning of another one.
        assert region["startLine"] == (3 if hostile.findings[0].key else 1)
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert _text(result)


def test_every_word_of_a_finding_is_in_its_result(run_of: Callable[[Verdict], Run], hostile: Verdict) -> None:
    by_identity = {(result["properties"]["outcome"], result["level"]): result for result in run_of(hostile)["results"]}
    for item in hostile.findings:
        if item.result is Result.WAIVED:
            continue
        result = by_identity[item.result.value, _LEVELS[0] if item.result is Result.ERROR else _level(item)]
        said = _text(result).replace("\\[", "[").replace("\\]", "]")
        for text in (item.message, item.expected, item.suggestion, item.remediation, *item.notes):
            assert visible(text)[:20_000] in said
        assert visible(item.related[0].message)[:20_000] in said
        if not re.search("[\ud800-\udfff]", item.subject):
            properties = {
                name: value[:20_000] for name, value in result["properties"].items() if isinstance(value, str)
            }
            assert properties["entity"] == item.subject[:20_000]
            assert properties.get("key", "") == item.key[:20_000]
            assert properties.get("validation", "") == item.validation[:20_000]


def _level(item: Outcome) -> str:
    return "note" if item.enforcement is Enforcement.ADVISORY else item.severity.value


def test_no_message_holds_a_link_that_somebody_else_put_there(
    run_of: Callable[[Verdict], Run], hostile: Verdict
) -> None:
    run = run_of(hostile)
    messages = [*run["results"], *run["invocations"][0]["toolExecutionNotifications"]]
    messages += [other for result in run["results"] for other in result["relatedLocations"]]

    assert not [_text(message) for message in messages if _LINK.search(_text(message))]


@pytest.mark.parametrize(
    ("path", "data"),
    [
        pytest.param("a b/ü%2F:#?.yaml", "a b/ü%2F:#?.yaml".encode(), id="signs that mean something in an address"),
        pytest.param("a\udcff.yaml", b"a\xff.yaml", id="a byte that is not UTF-8"),
        pytest.param("c:/x.yaml", b"c:/x.yaml", id="what looks like a scheme"),
    ],
)
def test_a_path_is_the_same_path_once_its_address_is_read(
    run_of: Callable[[Verdict], Run], clean: Verdict, outcome: Outcome, path: str, data: bytes
) -> None:
    item = replace(outcome, place=Place(path, 1, 1, 1, 2))
    (result,) = run_of(replace(clean, findings=(item,)))["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]

    assert urlsplit(uri).scheme == ""
    assert unquote_to_bytes(uri) == data


@pytest.mark.parametrize(
    ("place", "region"),
    [
        pytest.param(
            Place("a.yaml", 3, 5, 3, 9),
            {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9},
            id="the node itself, with an end that is not part of it",
        ),
        pytest.param(Place("a.yaml", 3, 5), {"startLine": 3, "startColumn": 5}, id="a place without an end"),
        pytest.param(None, {"startLine": 1, "startColumn": 1}, id="no place"),
    ],
)
def test_a_result_points_at_the_smallest_node(
    run_of: Callable[[Verdict], Run], clean: Verdict, outcome: Outcome, place: Place | None, region: object
) -> None:
    (result,) = run_of(replace(clean, findings=(replace(outcome, place=place),)))["results"]

    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a.yaml" if place else "concertino.yaml"},
        "region": region,
    }


def test_places_that_help_are_related_locations(
    run_of: Callable[[Verdict], Run], clean: Verdict, outcome: Outcome
) -> None:
    item = replace(outcome, related=(Related("the other one", Place("b.yaml", 7, 1, 7, 4)),))
    (result,) = run_of(replace(clean, findings=(item,)))["results"]

    (related,) = result["relatedLocations"]
    assert related["message"] == {"text": "the other one"}
    assert related["physicalLocation"]["artifactLocation"] == {"uri": "b.yaml"}
    assert related["physicalLocation"]["region"]["startLine"] == 7


def test_the_fingerprint_follows_the_identity_and_not_the_place(
    run_of: Callable[[Verdict], Run], rich: Verdict, outcome: Outcome
) -> None:
    prints = [result["partialFingerprints"]["primaryLocationLineHash"] for result in run_of(rich)["results"]]
    moved = replace(outcome, place=Place("elsewhere.yaml", 99), message="in other words")
    other = replace(outcome, subject="decision:another")
    (first,), (again,), (another,) = (
        run_of(replace(rich, findings=(item,)))["results"] for item in (outcome, moved, other)
    )

    assert len(set(prints)) == len(prints) == 8
    assert first["partialFingerprints"] == again["partialFingerprints"] != another["partialFingerprints"]


def test_what_is_waived_stays_out_and_is_counted(run_of: Callable[[Verdict], Run], rich: Verdict) -> None:
    run = run_of(rich)
    notes = [_text(note) for note in run["invocations"][0]["toolExecutionNotifications"]]

    assert "edge-belongs-to-the-brand" not in {result["ruleId"] for result in run["results"]}
    assert "Waived by exceptions, and not listed here: 1." in notes


def test_what_nobody_has_to_follow_is_a_note_and_what_cannot_be_judged_an_error(
    run_of: Callable[[Verdict], Run], clean: Verdict, outcome: Outcome
) -> None:
    advice = replace(outcome, enforcement=Enforcement.ADVISORY)
    unjudged = replace(outcome, result=Result.ERROR, severity=Severity.NOTE, key="another")
    run = run_of(replace(clean, findings=(advice, unjudged)))

    assert [result["level"] for result in run["results"]] == ["error", "note"]


def test_of_too_many_results_the_most_severe_are_kept_and_the_rest_is_told(
    run_of: Callable[[Verdict], Run], clean: Verdict, outcome: Outcome
) -> None:
    verdict = _many(clean, 5_400, replace(outcome, severity=Severity.NOTE))
    late = replace(outcome, subject="brand:late")
    run = run_of(replace(verdict, findings=(*verdict.findings, late)))

    assert len(run["results"]) == 5_000
    assert run["results"][0]["properties"]["entity"] == "brand:late"
    told = run["invocations"][0]["toolExecutionNotifications"][0]
    assert _text(told) == "Too much for one file. Findings left out, the least severe first: 401."


def test_a_file_fits_through_the_upload_however_much_is_in_it(
    context_of: Contexts, clean: Verdict, outcome: Outcome
) -> None:
    """GitHub takes 10 MB, compressed; noise does not compress."""
    signs = [chr(number) for number in range(0x4E00, 0x8E00)]
    noise = random.Random(1)  # noqa: S311 - noise, not a secret
    loud = tuple(
        replace(item, message="".join(noise.choices(signs, k=8_000))) for item in _many(clean, 400, outcome).findings
    )
    rendered = FORMATS["sarif"].render(context_of(replace(clean, findings=loud)))

    assert 1_000_000 < len(gzip.compress(rendered.encode(), 1)) < 10_000_000
    assert "Too much for one file" in rendered


def test_a_run_that_judged_nothing_was_no_success(run_of: Callable[[Verdict], Run], clean: Verdict) -> None:
    (invocation,) = run_of(replace(clean, entities=0))["invocations"]

    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 3)
    assert invocation["toolExecutionNotifications"][0]["level"] == "warning"


def test_a_rule_explains_itself_without_the_repository(run_of: Callable[[Verdict], Run], clean: Verdict) -> None:
    first, *others = clean.policies
    told = replace(
        first, description="Why it\nis so. " * 200, remediation="Do this.", mission=tuple(f"R{n}" for n in range(20))
    )
    rule = run_of(replace(clean, policies=(told, *others)))["tool"]["driver"]["rules"][0]

    assert len(rule["fullDescription"]["text"]) == 1024
    assert rule["help"]["text"].endswith("is so.\n\nWhat to do: Do this.")
    assert rule["help"]["text"].count("Why it is so.") == 200
    assert rule["help"]["markdown"].count("Why it is so.") == 200
    assert rule["help"]["markdown"].endswith("**What to do**\n\nDo this.")
    assert len(rule["properties"]["tags"]) == 10
