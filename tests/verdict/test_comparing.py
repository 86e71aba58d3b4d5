"""Two verdicts compared: by identity, one to one, and by what the gate makes of it."""

from dataclasses import replace

import pytest

from concertino.model.outcome import AppliedException, Enforcement, Outcome, Result, Severity
from concertino.model.place import Place
from concertino.model.snapshot import Source, SourceKind
from concertino.verdict import Change, Comparison, Ending, Gate, Verdict, compare
from concertino.verdict.comparing import brought, removed

FAILS = Outcome(
    policy="standard-is-said",
    validation="holds",
    subject="capability:orders",
    key="",
    result=Result.FAIL,
    severity=Severity.ERROR,
    enforcement=Enforcement.SOFT_MANDATORY,
    message="it does not hold",
    place=Place("catalogue/orders.yaml", 3, 1, 3, 5),
)
WAIVED = replace(FAILS, result=Result.WAIVED, exception=AppliedException("exception:orders", "2026-08-01"))
ERROR = replace(FAILS, result=Result.ERROR)
SYNTAX = replace(
    FAILS,
    policy="syntax",
    validation="",
    subject="catalogue/broken.yaml",
    key="here a comma is missing",
    message="here a comma is missing",
    place=Place("catalogue/broken.yaml", 7, 2),
)


def verdict(*findings: Outcome) -> Verdict:
    return Verdict(Source(SourceKind.WORKING_TREE), "2026-05-01", "", (), findings, entities=1, files=1)


def changes(comparison: Comparison) -> tuple[list[str], int]:
    """What became of each finding, and how many are gone."""
    return [item.change.value for item in comparison.findings], len(comparison.fixed)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (None, FAILS, Change.NEW),
        (None, WAIVED, Change.NEWLY_WAIVED),
        (None, ERROR, Change.NEW),
        (FAILS, FAILS, Change.UNCHANGED),
        (FAILS, WAIVED, Change.NEWLY_WAIVED),
        (FAILS, ERROR, Change.NEW),
        (WAIVED, FAILS, Change.NO_LONGER_WAIVED),
        (WAIVED, WAIVED, Change.UNCHANGED),
        (WAIVED, ERROR, Change.NEW),
        (ERROR, FAILS, Change.NEW),
        (ERROR, WAIVED, Change.NEWLY_WAIVED),
        (ERROR, ERROR, Change.UNCHANGED),
    ],
)
def test_what_becomes_of_a_finding(before: Outcome | None, after: Outcome, change: Change) -> None:
    found = compare(verdict(*([before] if before else [])), verdict(after))

    assert changes(found) == ([change.value], 0)
    assert found.exit_code(Severity.ERROR) == (1 if change in (Change.NEW, Change.NO_LONGER_WAIVED) else 0)


@pytest.mark.parametrize(
    "moved",
    [
        replace(FAILS, place=Place("catalogue/elsewhere.yaml", 90, 4)),
        replace(FAILS, place=None),
        replace(FAILS, message="it still does not hold"),
        replace(FAILS, remediation="Do something else."),
        replace(FAILS, notes=("one more remark",)),
        replace(FAILS, subject="capability:Orders"),
        replace(FAILS, severity=Severity.WARNING),
    ],
    ids=["its place", "no place", "its message", "its remedy", "its notes", "the case of its name", "its weight"],
)
def test_a_finding_stays_the_same_whatever_else_changes(moved: Outcome) -> None:
    assert changes(compare(verdict(FAILS), verdict(moved))) == (["unchanged"], 0)


@pytest.mark.parametrize(
    "other",
    [
        replace(FAILS, policy="owner-is-the-board"),
        replace(FAILS, validation="said"),
        replace(FAILS, subject="capability:search"),
        replace(FAILS, key="first"),
    ],
    ids=["another policy", "another validation", "another entity", "another element"],
)
def test_another_identity_is_another_finding_though_all_words_are_the_same(other: Outcome) -> None:
    assert changes(compare(verdict(FAILS), verdict(other))) == (["new"], 1)


def test_two_of_a_kind_do_not_hide_behind_one() -> None:
    second = replace(FAILS, place=Place("catalogue/second.yaml", 1, 1), message="described twice as well")

    found = compare(verdict(FAILS), verdict(second, FAILS))

    assert [(item.finding, item.change) for item in found.findings] == [
        (second, Change.NEW),
        (FAILS, Change.UNCHANGED),
    ]


@pytest.mark.parametrize(
    ("renamed", "expected"), [(True, (["unchanged"], 0)), (False, (["new"], 1))], ids=["the same", "another"]
)
def test_a_file_is_the_same_under_another_name_only_if_it_is_the_same_file(
    *, renamed: bool, expected: tuple[list[str], int]
) -> None:
    moved = replace(SYNTAX, subject="catalogue/moved.yaml", place=Place("catalogue/moved.yaml", 9, 2))

    found = compare(verdict(SYNTAX), verdict(moved), same_file=lambda _before, _after: renamed)

    assert changes(found) == expected


def test_nobody_asks_whether_entities_are_the_same_file() -> None:
    other = replace(FAILS, subject="capability:search")

    assert changes(compare(verdict(FAILS), verdict(other), same_file=lambda _before, _after: True)) == (["new"], 1)


def test_a_built_in_finding_is_known_by_its_words_where_its_pointer_moved() -> None:
    fault = replace(SYNTAX, policy="schema", subject="team:makers", key="/spec/members/1/email")
    moved = replace(fault, key="/spec/members/0/email")
    another = replace(moved, message="something else is wrong")

    assert changes(compare(verdict(fault), verdict(moved))) == (["unchanged"], 0)
    assert changes(compare(verdict(fault), verdict(another))) == (["new"], 1)


def test_the_gate_looks_at_old_findings_only_where_it_is_told_to() -> None:
    sides = (verdict(FAILS), verdict(FAILS))

    assert compare(*sides).exit_code(Severity.ERROR) == 0
    assert compare(*sides, gate=Gate.ALL).exit_code(Severity.ERROR) == 1


@pytest.mark.parametrize(
    ("finding", "fail_on", "code"),
    [
        (replace(FAILS, severity=Severity.WARNING), Severity.ERROR, 0),
        (replace(FAILS, severity=Severity.WARNING), Severity.WARNING, 1),
        (replace(FAILS, enforcement=Enforcement.ADVISORY), Severity.NOTE, 0),
        (replace(ERROR, severity=Severity.NOTE), Severity.ERROR, 1),
    ],
    ids=["below the gate", "at the gate", "advice", "not judged"],
)
def test_what_is_new_counts_as_it_would_without_a_base(finding: Outcome, fail_on: Severity, code: int) -> None:
    assert compare(verdict(), verdict(finding)).exit_code(fail_on) == code


def test_a_broken_rule_ends_with_2_though_it_is_an_old_one() -> None:
    broken = replace(SYNTAX, policy="policy", subject="standard-is-said", key="/spec/when")

    assert compare(verdict(broken), verdict(broken)).exit_code(Severity.ERROR) == 2


def test_where_nothing_is_judged_any_more_the_exit_code_says_so() -> None:
    assert compare(verdict(FAILS), replace(verdict(), entities=0)).exit_code(Severity.ERROR) == 3


def test_what_is_gone_is_asked_for_its_reason() -> None:
    found = compare(verdict(FAILS, SYNTAX), verdict(), ending=lambda item: Ending(_REASONS[item.policy]))

    assert [item.ending for item in found.fixed] == [Ending.RULE_REMOVED, Ending.REMOVED]


_REASONS = {"standard-is-said": "rule-removed", "syntax": "removed"}


def test_a_comparison_the_other_way_round_swaps_new_and_fixed() -> None:
    one, other = verdict(FAILS, SYNTAX), verdict(SYNTAX, replace(FAILS, key="a"), replace(FAILS, key="b"))

    there, back = compare(one, other), compare(other, one)

    assert {item.identity for item in there.of(Change.NEW)} == {item.finding.identity for item in back.fixed}
    assert {item.identity for item in back.of(Change.NEW)} == {item.finding.identity for item in there.fixed}


def test_many_findings_are_compared_in_no_time() -> None:
    many = tuple(replace(FAILS, subject=f"capability:c{number}") for number in range(20_000))

    assert changes(compare(verdict(*many), verdict(*reversed(many))))[1] == 0


def test_a_commit_with_two_parents_brought_only_what_neither_had() -> None:
    left, right, mine = (replace(FAILS, subject=f"capability:{name}") for name in ("left", "right", "mine"))
    gone, kept = (replace(FAILS, subject=f"capability:{name}") for name in ("gone", "kept"))
    merge = verdict(left, right, mine)

    parents = [compare(verdict(left, gone, kept), merge), compare(verdict(right, gone), merge)]

    assert list(brought(parents, merge)) == [mine]
    assert [item.finding for item in removed(parents)] == [gone]
