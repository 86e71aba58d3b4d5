"""JUnit is read by a library of others: honest figures, red only for what the gate counts, and nothing lost."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from concertino.model.outcome import Enforcement, Outcome, Result, Severity
from concertino.model.visible import visible
from concertino.rendering import FORMATS, ReportContext
from concertino.verdict import Verdict

Contexts = Callable[..., ReportContext]
Read = Callable[..., list[TestSuite]]


@pytest.fixture
def suites_of(context_of: Contexts) -> Read:
    """The suites of a verdict's JUnit, as the library reads them."""

    def build(verdict: Verdict, fail_on: Severity = Severity.ERROR) -> list[TestSuite]:
        rendered = FORMATS["junit"].render(context_of(verdict, fail_on))
        return list(JUnitXml.fromstring(rendered.encode()))

    return build


def _cases(suites: list[TestSuite]) -> list[TestCase]:
    return [case for suite in suites for case in suite if case.result]


def test_the_figures_are_those_of_the_verdict(suites_of: Read, rich: Verdict, context_of: Contexts) -> None:
    whole = JUnitXml.fromstring(FORMATS["junit"].render(context_of(rich)).encode())
    judged = rich.count(Result.PASS) + rich.count(Result.FAIL) + rich.count(Result.WAIVED) + rich.count(Result.ERROR)

    assert (whole.tests, whole.failures, whole.errors, whole.skipped) == (judged, 5, 1, 3)
    assert whole.tests == sum(suite.tests for suite in suites_of(rich))


def test_a_policy_is_a_suite_with_what_it_passed_and_what_it_does_not_apply_to(suites_of: Read, rich: Verdict) -> None:
    suite = suites_of(rich)[0]
    listed = suite.properties()  # type: ignore[no-untyped-call] # the one method without types
    properties = {item.name: item.value for item in listed}

    assert (suite.name, suite.tests, suite.failures) == ("operated-node-shows-value", 42, 2)
    assert (properties["passed"], properties["not-applicable"]) == ("40", "7")
    assert [case.name for case in suite] == [
        "decision:aurora-orders (measured)",
        "decision:aurora-orders conversion-rate (every-figure-has-a-source)",
        "passes",
    ]


@pytest.mark.parametrize(
    ("change", "fail_on", "kind", "told"),
    [
        pytest.param({}, Severity.ERROR, Failure, "decision:aurora-orders: 0 of 1", id="what the gate counts fails"),
        pytest.param({"result": Result.ERROR}, Severity.ERROR, Error, "0 of 1", id="what can't be judged is an error"),
        pytest.param(
            {"severity": Severity.WARNING}, Severity.ERROR, Skipped, "warning, not counted", id="below the gate"
        ),
        pytest.param({"severity": Severity.WARNING}, Severity.WARNING, Failure, "0 of 1", id="a stricter gate"),
        pytest.param(
            {"enforcement": Enforcement.ADVISORY}, Severity.ERROR, Skipped, "error (advice), not counted", id="advice"
        ),
    ],
)
def test_a_build_turns_red_exactly_where_the_gate_does(
    suites_of: Read,
    clean: Verdict,
    outcome: Outcome,
    change: dict[str, object],
    fail_on: Severity,
    kind: type,
    told: str,
) -> None:
    item = replace(outcome, **change)  # type: ignore[arg-type] # the table names fields
    (case,) = _cases(suites_of(replace(clean, findings=(item,)), fail_on))
    (result,) = case.result

    assert type(result) is kind
    assert told in result.message


def test_what_is_waived_is_skipped_with_its_exception_and_day(suites_of: Read, rich: Verdict) -> None:
    (case,) = (case for case in _cases(suites_of(rich)) if case.classname == "edge-belongs-to-the-brand")
    (result,) = case.result

    assert type(result) is Skipped
    assert result.message == "waived by exception:borealis-own-search until 2026-07-15"
    assert "Owner: borealis-technology\nBecause: The contract" in result.text


def test_no_word_is_lost_and_no_element_won(suites_of: Read, hostile: Verdict) -> None:
    cases = _cases(suites_of(hostile))

    # All findings are of one policy, which the enemy named, so they come in their order.
    assert len(cases) == len(hostile.findings)
    for case, item in zip(cases, hostile.findings, strict=True):
        (result,) = case.result
        assert case.classname == visible(item.policy)
        for text in (item.subject, item.key, item.validation):
            assert visible(text) in case.name
        for text in (item.message, item.expected, item.suggestion, item.remediation, *item.notes):
            assert visible(text)[:20_000] in result.text
        if item.exception:
            assert visible(item.exception.expires) in result.message
            assert visible(item.exception.reason)[:20_000] in result.text


def test_a_green_run_has_a_test_that_passed(suites_of: Read, clean: Verdict) -> None:
    """Servers take a file without cases for a failure."""
    suites = suites_of(clean)

    assert {(case.name, case.system_out) for suite in suites for case in suite} == {("passes", "40 passed")}
    assert sum(suite.tests for suite in suites) == clean.count(Result.PASS) == 200


def test_a_run_that_judged_nothing_is_not_green(suites_of: Read, clean: Verdict) -> None:
    (suite,) = suites_of(replace(clean, policies=(), entities=0, files=0))
    (case,) = suite

    assert suite.errors == 1
    assert "nothing was checked" in case.result[0].message
