"""Mutation of policies: which faults the cases notice."""

from collections.abc import Mapping

import pytest

from concertino.documents import positions
from concertino.model.snapshot import Entry, EntryKind, Snapshot, Source, SourceKind
from concertino.policies import policy_mutants
from concertino.revision.shipped import shipped_files
from concertino.verdict import Rules, read_rules
from concertino.verdict.cases import prepare_cases
from concertino.verdict.mutation import Mutant, MutationReport, mutate_policy, total

POLICY = """\
apiVersion: concertino/v1
kind: Policy
metadata: {name: tried, title: A policy to try}
spec:
  description: A policy to try.
  target: Brand
  severity: error
  enforcement: soft-mandatory
  approvalRight: funding
"""
BODY = """\
  parameters: {least: 2}
  when: entity.spec.lifecycle == "active"
  validations:
    - expression: size(entity.spec.ownFunctions) >= params.least
      messageExpression: '"only %d".format([size(entity.spec.ownFunctions)])'
  remediation: Mend it.
"""
CASES = """\
apiVersion: concertino/v1
kind: Cases
metadata: {name: tried}
spec:
  asOf: "2026-06-30"
  entities:
    - {kind: Brand, metadata: {name: aurora}, spec: {lifecycle: active, ownFunctions: [fulfilment, merchandising]}}
  cases:
    - name: Two functions pass
      expect: [{entity: "brand:aurora", outcome: pass}]
"""
FAILS = """\
    - name: One fails
      change: [{entity: "brand:aurora", remove: spec.ownFunctions.0}]
      expect: [{entity: "brand:aurora", outcome: fail, messageIs: only 1}]
"""
SKIPS = """\
    - name: A brand that leaves is not judged
      change: [{entity: "brand:aurora", set: spec.lifecycle, to: divesting}]
      expect: [{entity: "brand:aurora", outcome: skip}]
"""


def read(policy: str) -> Rules:
    files: Mapping[str, bytes] = {
        "concertino.yaml": b"apiVersion: concertino/v1\nkind: Configuration\nextends: []\n",
        "policies/tried/policy.yaml": policy.encode(),
    }
    snapshot = Snapshot(
        Source(SourceKind.WORKING_TREE),
        {path: Entry(path, EntryKind.FILE) for path in files},
        lambda paths: {path: files[path] for path in paths if path in files},
    )
    rules = read_rules(snapshot, shipped_files())
    assert not rules.problems, [problem.message for problem in rules.problems]
    return rules


def mutated(cases: str, policy: str = POLICY + BODY) -> MutationReport:
    """The report on the one policy of these rules."""
    rules = read(policy)
    return mutate(rules, "tried", "cases.yaml", cases.encode())


def mutate(rules: Rules, name: str, path: str, cases: bytes) -> MutationReport:
    policy = next(item for item in rules.policies.policies if item.id == name)
    file = (rules.policies.files or {})[name]
    marks = positions(file.origin.file, file.data, 0, rules.configuration.limits)
    return mutate_policy(policy, file, marks, prepare_cases(policy, path, cases, rules))


def said(mutant: Mutant) -> str:
    return f"{mutant.place.line}:{mutant.place.column} {mutant.before} -> {mutant.after}"


def test_what_no_case_notices_is_listed_with_its_place() -> None:
    report = mutated(CASES)

    assert [said(mutant) for mutant in report.survivors] == ["10:23 2 -> 1", '14:27 "only %d" -> "on~ly %d"']


def test_the_mutants_stand_in_the_order_of_the_policy() -> None:
    assert [said(mutant) for mutant in mutated(CASES).mutants] == [
        "10:23 2 -> 3",
        "10:23 2 -> 1",
        "11:21 lifecycle -> promise",
        "11:31 == -> !=",
        '11:34 "active" -> "integrating"',
        "13:50 >= -> <",
        "13:50 >= -> >",
        '14:27 "only %d" -> "on~ly %d"',
    ]


def test_a_case_that_fails_by_one_notices_what_a_case_that_passes_does_not() -> None:
    report = mutated(CASES + FAILS)

    assert report.survivors == ()
    assert (report.noticed, total((report, report))) == (8, (16, 16))


def test_without_a_case_that_fails_by_one_the_order_may_turn_into_anything_that_passes() -> None:
    few = FAILS.replace("remove: spec.ownFunctions.0", "set: spec.ownFunctions, to: []").replace("only 1", "only 0")

    assert "10:23 2 -> 1" in map(said, mutated(CASES + few).survivors)


@pytest.mark.parametrize(
    ("cases", "failing"),
    [
        (CASES + FAILS.replace("outcome: fail, messageIs: only 1", "outcome: pass"), ("One fails",)),
        (CASES.replace("lifecycle: active", "lifecicle: active"), ("Two functions pass",)),
    ],
    ids=["a case that does not hold", "a case with faults of its own"],
)
def test_cases_that_do_not_hold_tell_nothing_of_mutants(cases: str, failing: tuple[str, ...]) -> None:
    report = mutated(cases)

    assert report.mutants == ()
    assert report.failing == failing


def test_in_an_aggregate_all_parts_are_changed_too() -> None:
    body = """\
  aggregates:
    - name: most
      over: Service
      where: item.spec.lifecycle == "live"
      fold: sum
      value: size(item.spec.consumers)
      otherwise: 1
  validations: [{expression: aggregates.most < 5}]
  remediation: Mend it.
"""
    (policy,) = read(POLICY + body).policies.policies
    made = [(mutant.pointer, mutant.before, mutant.after) for mutant in policy_mutants(policy)]

    assert made[:5] == [
        ("/spec/aggregates/0/fold", "sum", "max"),
        ("/spec/aggregates/0/otherwise", "1", "2"),
        ("/spec/aggregates/0/otherwise", "1", "0"),
        ("/spec/aggregates/0/where", "lifecycle", "owner"),
        ("/spec/aggregates/0/where", "==", "!="),
    ]


def test_each_kind_of_parameter_moves_by_one_step() -> None:
    body = """\
  parameters: {many: 2, share: 0.5, strict: true, state: active, names: [a, b], since: 2026-02-28, by: [4], word: yes}
  validations:
    - name: one
      expression: entity.spec.lifecycle != params.state || params.strict || params.many > 1 || params.share > 0.1
    - name: two
      expression: params.since < asOf || params.word in params.names || 4 in params.by
  remediation: Mend it.
"""
    (policy,) = read(POLICY + body).policies.policies
    made = [(m.pointer.rpartition("parameters/")[2], m.after) for m in policy_mutants(policy) if m.what == "parameter"]

    assert made == [
        ("many", "3"),
        ("many", "1"),
        ("share", "1.5"),
        ("share", "-0.5"),
        ("strict", "false"),
        ("state", '"integrating"'),
        ("names/0", ""),
        ("names/1", ""),
        ("since", '"2026-03-01"'),
        ("since", '"2026-02-27"'),
        ("by/0", ""),
        ("by/0", "5"),
        ("by/0", "3"),
        ("word", '"y~es"'),
    ]


@pytest.mark.slow
def test_the_cases_of_the_shipped_policies_notice_nine_faults_of_ten_and_of_each_policy_four_of_five() -> None:
    """All mutants of all shipped policies: some ten seconds for some thousand of them."""
    shipped = shipped_files()
    empty = Snapshot(Source(SourceKind.WORKING_TREE), {}, lambda _: {})
    rules = read_rules(empty, shipped)
    reports = tuple(
        mutate(rules, policy.id, f"{file.folder}/cases.yaml", file.cases or b"")
        for policy in rules.policies.policies
        for file in [(rules.policies.files or {})[policy.id]]
    )
    noticed, whole = total(reports)
    survivors = [f"{mutant.place.file}:{said(mutant)}" for report in reports for mutant in report.survivors]
    weak = [report.policy for report in reports if report.failing or report.noticed < 0.8 * len(report.mutants)]

    assert whole > 1000
    assert not weak, survivors
    assert noticed >= 0.9 * whole, survivors
