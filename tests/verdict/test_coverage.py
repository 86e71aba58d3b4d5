"""Coverage of policies: what their cases never tried."""

from collections.abc import Mapping

import pytest

from concertino.documents import positions
from concertino.model.snapshot import Entry, EntryKind, Snapshot, Source, SourceKind
from concertino.revision.shipped import shipped_files
from concertino.verdict import read_rules
from concertino.verdict.cases import prepare_cases
from concertino.verdict.coverage import CoverageReport, cover_policy, percent

HEAD = """\
apiVersion: concertino/v1
kind: Policy
metadata: {name: tried, title: A policy to try}
spec:
  description: A policy to try.
  target: Brand
  severity: error
  enforcement: soft-mandatory
  approvalRight: funding
  remediation: Mend it.
"""
CASES = """\
apiVersion: concertino/v1
kind: Cases
metadata: {name: tried}
spec:
  asOf: "2026-06-30"
  entities:
    - {kind: Brand, metadata: {name: aurora}, spec: {lifecycle: active}}
  cases:
    - name: A case
      expect: [{entity: "brand:aurora", outcome: OUTCOME}]
"""
AGGREGATE = """\
aggregates: [{name: many, over: Service, where: item.spec.lifecycle == "live", fold: count}]
  validations: [{expression: aggregates.many >= 0}]
"""


def covered(body: str, outcome: str = "pass", cases: str = "") -> CoverageReport:
    """The coverage of a policy with this body by one case with this outcome, and by more cases."""
    files: Mapping[str, bytes] = {
        "concertino.yaml": b"apiVersion: concertino/v1\nkind: Configuration\nextends: []\n",
        "policies/tried/policy.yaml": (HEAD + body).encode(),
    }
    snapshot = Snapshot(
        Source(SourceKind.WORKING_TREE),
        {path: Entry(path, EntryKind.FILE) for path in files},
        lambda paths: {path: files[path] for path in paths if path in files},
    )
    rules = read_rules(snapshot, shipped_files())
    assert not rules.problems, [problem.message for problem in rules.problems]
    (policy,) = rules.policies.policies
    file = (rules.policies.files or {})["tried"]
    marks = positions(file.origin.file, file.data, 0, rules.configuration.limits)
    text = CASES.replace("OUTCOME", outcome) + cases
    return cover_policy(policy, file, marks, prepare_cases(policy, "cases.yaml", text.encode(), rules))


def gaps(report: CoverageReport) -> list[str]:
    return [f"{gap.gap.value}: {gap.source}" for gap in report.uncovered]


@pytest.mark.parametrize(
    ("body", "outcome", "expected"),
    [
        (
            'validations: [{expression: entity.spec.lifecycle == "active"}]',
            "pass",
            ['never false: entity.spec.lifecycle == "active"'],
        ),
        (
            'validations: [{expression: entity.spec.lifecycle == "divesting", message: No.}]',
            "fail",
            ['never true: entity.spec.lifecycle == "divesting"'],
        ),
        (
            'validations: [{expression: entity.spec.lifecycle == "active" || entity.spec.?role.orValue("") == ""}]',
            "pass",
            [
                'never false: entity.spec.lifecycle == "active" || entity.spec.?role.orValue("") == ""',
                'never false: entity.spec.lifecycle == "active"',
                'never evaluated: entity.spec.?role.orValue("") == ""',
            ],
        ),
        (
            'when: entity.spec.lifecycle == "divesting"\n  validations: [{expression: has(entity.spec.role)}]',
            "skip",
            ['never true: entity.spec.lifecycle == "divesting"', "never evaluated: has(entity.spec.role)"],
        ),
        (
            "validations: [{expression: '!has(entity.spec.role)'}]",
            "pass",
            ["never true: has(entity.spec.role)"],
        ),
        (
            "validations: [{expression: has(entity.spec.role), messageExpression: '\"no \" + entity.metadata.name'}]",
            "fail",
            ["never true: has(entity.spec.role)"],
        ),
        (
            "validations: [{each: 'entity.spec.?ownFunctions.orValue([])', key: item, expression: size(item) > 3}]",
            "skip",
            ["never evaluated: size(item) > 3", "never evaluated: item"],
        ),
        (
            AGGREGATE,
            "pass",
            ['never evaluated: item.spec.lifecycle == "live"', "never false: aggregates.many >= 0"],
        ),
        (
            "validations: [{expression: 'entity.inverse.services.filter(s, has(s.spec.funding)).all(s, true)'}]",
            "pass",
            [
                "never false: entity.inverse.services.filter(s, has(s.spec.funding)).all(s, true)",
                "never evaluated: has(s.spec.funding)",
            ],
        ),
    ],
    ids=[
        "a condition that always holds",
        "a condition that never holds",
        "a side that the other one made needless, as a whole and not part by part",
        "a validation that no case comes to",
        "of a negation what is denied",
        "a message that was computed is covered",
        "an element that no list had",
        "a member that no aggregate had",
        "what a macro asks of elements that were none",
    ],
)
def test_what_no_case_tried_is_listed(body: str, outcome: str, expected: list[str]) -> None:
    report = covered(f"  {body}\n", outcome)

    assert report.failing == ()
    assert gaps(report) == expected


DIVESTING = """\
    - name: A brand that leaves fails
      change: [{entity: "brand:aurora", set: spec.lifecycle, to: divesting}]
      expect: [{entity: "brand:aurora", outcome: fail}]
"""
ACTIVE = '  validations: [{expression: entity.spec.lifecycle == "active"}]\n'


def test_what_one_case_does_not_try_another_one_may() -> None:
    report = covered(ACTIVE, cases=DIVESTING)

    assert report.uncovered == ()
    assert (report.cases, report.met, report.goals, report.percent) == (2, 3, 3, 100)


def test_a_condition_counts_twice_and_any_other_part_once() -> None:
    report = covered(ACTIVE)

    assert (report.met, report.goals) == (2, 3)
    assert report.percent == pytest.approx(66.7, abs=0.1)


def test_a_gap_stands_where_the_policy_says_it() -> None:
    (gap,) = covered(ACTIVE).uncovered

    assert (gap.place.file, gap.place.line, gap.place.column, gap.place.end_column) == (
        "policies/tried/policy.yaml",
        11,
        30,
        63,
    )


def test_a_case_that_does_not_hold_is_named() -> None:
    assert covered(ACTIVE, "fail").failing == ("A case",)


def test_of_nothing_all_is_covered() -> None:
    assert percent(0, 0) == 100
