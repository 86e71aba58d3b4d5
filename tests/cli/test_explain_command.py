"""`explain` shows a policy at work on one entity, for people and for programs."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
WAIVED = ("actual-follows-decision", "cell:oakwell/analytics")


@pytest.fixture
def explained(concertino: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: str) -> object:
        return concertino("explain", "-C", ROOT, "--as-of", "2026-06-30", *arguments)

    return call


def test_a_waived_finding_is_shown_with_its_exception_and_the_values_that_led_to_it(
    explained: Callable[..., Any],
) -> None:
    ran = explained(*WAIVED)

    assert ran.code == 0
    assert ran.out.startswith("actual-follows-decision on cell:oakwell/analytics: waived\n")
    assert "waived by exception:oakwell-reports-until-moved until 2026-07-20" in ran.out
    assert '      item.spec.model == variables.actual  = false\n        item.spec.model  = "orchestrate"  ← ' in ran.out
    assert "catalogue/decisions/0012-analytics-oakwell.yaml:11:10" in ran.out


def test_the_json_has_the_same_tree_with_places_in_policy_and_catalogue(explained: Callable[..., Any]) -> None:
    told = json.loads(explained(*WAIVED, "--format", "json").out)
    (element,) = told["passages"][-1]["passages"]
    first = element["expression"]["parts"][0]
    leaf = first["parts"][0]

    assert told["outcomes"][0]["exception"]["reference"] == "exception:oakwell-reports-until-moved"
    assert (first["source"], first["value"]) == ("item.spec.model == variables.actual", "false")
    assert leaf["origin"]["file"] == "catalogue/decisions/0012-analytics-oakwell.yaml"
    assert leaf["location"]["file"] == "policies/operate-orchestrate/actual-follows-decision/policy.yaml"
    policy = (ROOT / leaf["location"]["file"]).read_text().splitlines()
    line = policy[leaf["location"]["line"] - 1]
    assert line[leaf["location"]["column"] - 1 : leaf["location"]["endColumn"] - 1] == leaf["source"]


def test_what_would_make_it_pass_is_shown_with_its_line(explained: Callable[..., Any]) -> None:
    told = explained(*WAIVED).out.partition("\nwhat would make it pass\n")[2].splitlines()

    file, entity = "catalogue/decisions/0012-analytics-oakwell.yaml", "decision:analytics-oakwell"
    assert told[:2] == [
        f'  {file}:11  {entity} spec.model: "orchestrate" -> "operate"',
        f'  {file}:20  {entity} spec.transition.by: "2026-03-31" -> "2026-06-30"',
    ]


def test_what_would_only_keep_the_policy_from_applying_says_so(explained: Callable[..., Any]) -> None:
    told = explained("shared-service-is-funded", "service:content-hub").out

    assert (
        '  catalogue/services/commerce.yaml:252  spec.funding.mode: "central" -> "chargeback"\n'
        '  catalogue/services/commerce.yaml:252  spec.funding.mode: "central" -> "showback"\n' in told
    )
    assert '"live" -> "planned"  (then the policy does not apply any more)\n' in told


def test_what_would_make_it_pass_is_told_to_programs_with_values(explained: Callable[..., Any]) -> None:
    told = json.loads(explained("shared-service-is-funded", "service:content-hub", "--format", "json").out)
    (remedy,) = told["wouldPassWith"]

    assert remedy["tried"] > 0
    assert [offer["then"] for offer in remedy["offers"]] == ["pass", "pass", *["skip"] * (len(remedy["offers"]) - 2)]
    (change,) = remedy["offers"][0]["changes"]
    assert (change["entity"], change["field"], change["before"], change["after"], change["location"]["line"]) == (
        "service:content-hub",
        "spec.funding.mode",
        "central",
        "chargeback",
        252,
    )


def test_nothing_is_offered_where_nothing_fails(explained: Callable[..., Any]) -> None:
    told = json.loads(explained("shared-service-is-funded", "service:order-hub", "--format", "json").out)

    assert told["wouldPassWith"] == []


def test_two_runs_explain_in_the_same_bytes(explained: Callable[..., Any]) -> None:
    assert explained(*WAIVED, "--format", "json").out == explained(*WAIVED, "--format", "json").out


def test_the_kind_may_be_left_out(explained: Callable[..., Any]) -> None:
    assert explained("actual-follows-decision", "oakwell/analytics").out == explained(*WAIVED).out


def test_a_policy_that_does_not_apply_says_why(explained: Callable[..., Any]) -> None:
    ran = explained("operated-node-keeps-shared-contracts", "service:content-hub")

    assert ran.out.startswith("operated-node-keeps-shared-contracts on service:content-hub: skip\n")
    assert "the condition does not hold, so the policy does not apply to this entity" in ran.out
    assert 'entity.spec.refs.owner.spec.type  = "platform"' in ran.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("actual-follows-decisions", "cell:oakwell/analytics"), 'Did you mean "actual-follows-decision"?'),
        (("actual-follows-decision", "cell:oakwel/analytics"), 'Did you mean "cell:oakwell/analytics"?'),
        (("actual-follows-decision", "oakwell/analitics"), 'Did you mean "cell:oakwell/analytics"?'),
        (("actual-follows-decision", "brand:oakwell"), "judges Cell, and brand:oakwell is a Brand"),
        (("actual-follows-decision", "cell:"), '"cell:" is not a reference'),
    ],
)
def test_a_mistake_is_named_with_what_was_probably_meant(
    explained: Callable[..., Any], arguments: tuple[str, str], message: str
) -> None:
    ran = explained(*arguments)

    assert ran.code == 2
    assert message in ran.err


def test_a_broken_policy_is_shown_broken_and_not_explained(concertino: Callable[..., Any], tmp_path: Path) -> None:
    concertino("init", "-C", tmp_path, "--as-of", "2026-06-01")
    policy = tmp_path / "policies/promise-is-one-sentence/policy.yaml"
    policy.write_text(policy.read_text().replace("entity.spec.promise", "entity.spec.promis"))
    ran = concertino("explain", "-C", tmp_path, "promise-is-one-sentence", "brand:aurora")

    assert ran.code == 2
    assert "promise" in ran.err
    assert ran.out == ""
