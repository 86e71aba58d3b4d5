"""`concertino policies test`: coverage, mutation, and where faults of cases are placed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

OWN = "policies/promise-is-one-sentence"
POLICY = """\
apiVersion: concertino/v1
kind: Policy
metadata: {name: promise-is-one-sentence, title: A promise is short}
spec:
  description: What fits on a slide is remembered.
  target: Brand
  severity: warning
  enforcement: advisory
  approvalRight: operating-model
  parameters: {longest: 20}
  parameterReasons: {longest: A slide.}
  validations:
    - expression: size(entity.spec.promise) <= params.longest
      messageExpression: '"%d characters".format([size(entity.spec.promise)])'
  remediation: Say less.
"""
CASES = """\
apiVersion: concertino/v1
kind: Cases
metadata: {name: promise-is-one-sentence}
spec:
  asOf: 2026-06-30
  entities:
    - {kind: Brand, metadata: {name: harbour}, spec: {promise: Workwear for life.}}
  cases:
    - name: A short one passes
      expect: [{entity: "brand:harbour", outcome: pass}]
"""
LONG = """\
    - name: A long one fails
      change: [{entity: "brand:harbour", set: spec.promise, to: Workwear for all my life.}]
      expect: [{entity: "brand:harbour", outcome: fail, message: 25 characters}]
"""


@pytest.fixture
def started(write: Callable[..., Path]) -> Path:
    """A repository with one policy of its own, whose only case passes."""
    return write(
        {
            "concertino.yaml": "apiVersion: concertino/v1\nkind: Configuration\nextends: []\n",
            f"{OWN}/policy.yaml": POLICY,
            f"{OWN}/cases.yaml": CASES,
        }
    )


def test_the_mutants_that_no_case_noticed_are_shown_in_their_line(
    started: Path, concertino: Callable[..., Any]
) -> None:
    ran = concertino("policies", "test", "--mutate", "-C", started)

    assert ran.code == 0
    assert ran.out.splitlines() == [
        "promise-is-one-sentence: 2 of 7 mutants noticed, 28.5 %",
        f"  {OWN}/policy.yaml:10:25  parameter: 20 -> 21",
        "    10 |   parameters: {longest: 20}",
        "       |                         ^^",
        f"  {OWN}/policy.yaml:10:25  parameter: 20 -> 19",
        "    10 |   parameters: {longest: 20}",
        "       |                         ^^",
        f"  {OWN}/policy.yaml:13:45  operator: <= -> <",
        "    13 |     - expression: size(entity.spec.promise) <= params.longest",
        "       |                                             ^^",
        f'  {OWN}/policy.yaml:14:27  literal: "%d characters" -> "%d char~acters"',
        """    14 |       messageExpression: '"%d characters".format([size(entity.spec.promise)])'""",
        "       |                           ^^^^^^^^^^^^^^^",
        f"  {OWN}/policy.yaml:14:68  field: promise -> resultOwner",
        """    14 |       messageExpression: '"%d characters".format([size(entity.spec.promise)])'""",
        "       |                                                                    ^^^^^^^",
        "2 of 7 mutants noticed, 28.5 %",
    ]


def test_a_machine_reads_every_survivor_with_its_range(started: Path, concertino: Callable[..., Any]) -> None:
    report = json.loads(concertino("policies", "test", "--mutate", "--format", "json", "-C", started).out)

    assert (report["mutants"], report["noticed"]) == (7, 2)
    assert report["policies"][0]["survivors"][0] == {
        "kind": "parameter",
        "before": "20",
        "after": "21",
        "location": {
            "file": f"{OWN}/policy.yaml",
            "pointer": "/spec/parameters/longest",
            "line": 10,
            "column": 25,
            "endLine": 10,
            "endColumn": 27,
        },
    }


def test_what_no_case_tried_is_shown_in_its_line(started: Path, concertino: Callable[..., Any]) -> None:
    ran = concertino("policies", "test", "--coverage", "-C", started)

    assert ran.code == 0
    assert "13:19  never false: size(entity.spec.promise) <= params.longest" in ran.out
    assert 'never evaluated: "%d characters".format([size(entity.spec.promise)])' in ran.out
    assert ran.out.splitlines()[-1] == "3 of 8 covered, 37.5 %"


def test_a_machine_reads_every_gap(started: Path, concertino: Callable[..., Any]) -> None:
    report = json.loads(concertino("policies", "test", "--coverage", "--format", "json", "-C", started).out)

    assert [gap["gap"] for gap in report["policies"][0]["gaps"]] == ["never false", "never evaluated"]
    assert report["percent"] == 37.5


@pytest.mark.parametrize("option", ["--coverage", "--mutate"])
def test_less_than_the_threshold_fails_and_as_much_passes(
    started: Path, concertino: Callable[..., Any], option: str
) -> None:
    low = concertino("policies", "test", option, "--threshold", "80", "-C", started)
    (started / OWN / "cases.yaml").write_text(CASES + LONG)
    high = concertino("policies", "test", option, "--threshold", "50", "-C", started)

    assert (low.code, high.code) == (1, 0)
    assert "less than the threshold of 80 %" in low.err


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["--coverage", "--mutate"], "exclude each other"),
        (["--threshold", "90"], "say which"),
        (["--mutate", "--threshold", "101"], "101"),
        (["--mutate", "promise-is-on-sentence"], 'Did you mean "promise-is-one-sentence"?'),
    ],
    ids=["two reports at once", "a threshold of nothing", "more than all", "a policy that is not there"],
)
def test_wrong_usage_says_what_is_meant(
    started: Path, concertino: Callable[..., Any], arguments: list[str], hint: str
) -> None:
    ran = concertino("policies", "test", *arguments, "-C", started)

    assert ran.code == 2
    assert hint in ran.err


@pytest.mark.parametrize("option", ["--coverage", "--mutate"])
def test_cases_that_do_not_hold_are_named_before_anything_is_said_of_them(
    started: Path, concertino: Callable[..., Any], option: str
) -> None:
    (started / OWN / "cases.yaml").write_text(CASES.replace("outcome: pass", "outcome: fail"))
    ran = concertino("policies", "test", option, "-C", started)

    assert ran.code == 1
    assert "FAILED A short one passes" in ran.out


def test_cases_for_machines_are_rows_with_what_was_not_met(started: Path, concertino: Callable[..., Any]) -> None:
    rows = json.loads(concertino("policies", "test", "--format", "json", "-C", started).out)

    assert [(row["case"], row["failures"]) for row in rows] == [("A short one passes", [])]


def test_a_whole_message_is_told_from_one_that_says_more(started: Path, concertino: Callable[..., Any]) -> None:
    cases = started / OWN / "cases.yaml"
    cases.write_text(CASES + LONG.replace("message: 25 characters", "messageIs: 25 char"))
    ran = concertino("policies", "test", "-C", started)

    assert ran.code == 1
    assert "    expected the message to be" in ran.out
    assert "    - 25 char\n" in ran.out
    assert "    + 25 characters\n" in ran.out


@pytest.mark.parametrize(
    ("change", "marked"),
    [
        ("set: spec.promis, to: Long", "spec.promis,"),
        ("set: spec.promise, to: 5", "5}]"),
        ("set: spec.notApplicable, to: [{capabilty: orders, reason: None.}]", "capabilty:"),
        ("set: spec.promises.first, to: Long", "spec.promises.first,"),
    ],
    ids=["a misspelt field", "a value of the wrong type", "a field inside of what is set", "a path through nothing"],
)
def test_a_fault_in_what_a_case_changes_stands_in_the_case(
    started: Path, concertino: Callable[..., Any], change: str, marked: str
) -> None:
    case = LONG.replace("set: spec.promise, to: Workwear for all my life.", change)
    (started / OWN / "cases.yaml").write_text(CASES + case)
    ran = concertino("policies", "test", "-C", started)

    line = (CASES + case).splitlines()[11]
    assert ran.code == 2
    assert f"{OWN}/cases.yaml:12:{line.index(marked) + 1}  " in ran.err


def test_the_same_command_writes_the_same_bytes(started: Path, concertino: Callable[..., Any]) -> None:
    first, second = (concertino("policies", "test", "--mutate", "-C", started).out for _ in range(2))

    assert first == second
