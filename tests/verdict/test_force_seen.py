"""Policies read the force of exceptions under `entity.force`, and it is the force by which findings are waived."""

from collections.abc import Callable

import pytest

from concertino.model.outcome import Result
from concertino.verdict import Selection, Verdict

Judge = Callable[..., Verdict]

TEAMS = """
apiVersion: concertino/v1
kind: Team
metadata: {name: blue, title: Blue}
spec: {type: platform, members: [{name: Mara, handle: mara}, {name: Jon, handle: jon}]}
---
apiVersion: concertino/v1
kind: Team
metadata: {name: red, title: Red}
spec: {type: platform, members: [{name: Ada, handle: ada}]}
---
apiVersion: concertino/v1
kind: DecisionRight
metadata: {name: who-pays, title: Who pays}
spec: {right: funding, accountable: blue, escalation: red}
"""
FIGURE = "{kind: risk, metric: cuts, baseline: 4, value: 2, unit: a year, period: Q1, source: Log, basis: observed}"


def policy(name: str, target: str, expression: str, enforcement: str = "soft-mandatory") -> dict[str, str]:
    text = f"""apiVersion: concertino/v1
kind: Policy
metadata: {{name: {name}, title: A title}}
spec:
  description: Why.
  target: {target}
  severity: error
  enforcement: {enforcement}
  approvalRight: funding
  validations: [{{expression: '{expression}'}}]
  remediation: Mend it.
"""
    return {f"policies/{name}/policy.yaml": text}


def exception(**change: str) -> dict[str, str]:
    """An exception from `always-fails` for the blue team, in force in June 2026; `change` replaces lines."""
    lines = {
        "policies": "[always-fails]",
        "entities": "['team:blue']",
        "type": "waiver",
        "requester": "mara",
        "owner": "blue",
        "approver": "jon",
        "approvedOn": "2026-06-01",
        "expires": "2026-06-30",
        "evidence": f"[{FIGURE}]",
        "controls": "[A look each Monday.]",
        "reason": "Not yet.",
        **change,
    }
    body = "".join(f"  {key}: {value}\n" for key, value in lines.items() if value)
    text = f"apiVersion: concertino/v1\nkind: Exception\nmetadata: {{name: one, title: One}}\nspec:\n{body}"
    return {"catalogue/one.yaml": text}


def outcomes(verdict: Verdict, name: str) -> list[tuple[str, Result]]:
    return [(finding.subject, finding.result) for finding in verdict.findings if finding.policy == name]


def holds(verdict_on: Judge, expression: str, day: str = "2026-06-30", **change: str) -> bool:
    """Whether an expression on the exception is true on a day; it is a fault of the test if it can't be judged."""
    files = {"catalogue/teams.yaml": TEAMS, **policy("always-fails", "Team", "false"), **exception(**change)}
    verdict = verdict_on({**files, **policy("reads", "Exception", expression, "advisory")}, day)
    found = outcomes(verdict, "reads")
    assert [result for _, result in found] in ([], [Result.FAIL]), verdict.findings
    return not found


@pytest.mark.parametrize(
    ("day", "change", "standing"),
    [
        pytest.param("2026-06-01", {}, "in-force", id="on its first day"),
        pytest.param("2026-06-30", {}, "in-force", id="on its last day, which is inclusive"),
        pytest.param("2026-07-01", {}, "expired", id="the day after"),
        pytest.param("2026-05-31", {}, "not-approved", id="before anybody approved it"),
        pytest.param("2026-06-10", {"startsOn": "2026-06-11"}, "not-begun", id="approved and not begun"),
        pytest.param("2026-06-10", {"approver": "mara"}, "self-approved", id="approved by who asked for it"),
        pytest.param("2026-06-10", {"approver": "ada"}, "lacks-right", id="approved by who may not"),
        pytest.param("2026-06-10", {"evidence": "[]"}, "no-evidence", id="without evidence"),
        pytest.param("2026-06-10", {"controls": "[]"}, "no-controls", id="without controls"),
        pytest.param("2026-06-10", {"expires": "2027-06-30"}, "too-long", id="for longer than is allowed"),
        pytest.param("2026-06-10", {"policies": "[no-such-policy]"}, "unknown-policy", id="from a policy nobody wrote"),
    ],
)
def test_the_force_that_a_policy_reads_is_the_force_that_waives(
    verdict_on: Judge, day: str, change: dict[str, str], standing: str
) -> None:
    files = {"catalogue/teams.yaml": TEAMS, **policy("always-fails", "Team", "false"), **exception(**change)}
    waived = ("team:blue", Result.WAIVED) in outcomes(verdict_on(files, day), "always-fails")

    assert holds(verdict_on, f'entity.force.terms.all(t, t.standing == "{standing}")', day, **change)
    assert holds(verdict_on, "entity.force.inForce", day, **change) is waived


def test_the_days_of_force_do_not_depend_on_the_day_that_is_judged(verdict_on: Judge) -> None:
    days = 'entity.force.from == "2026-06-10" && entity.force.until == "2026-06-30"'

    assert holds(verdict_on, days, "2026-01-01", startsOn="2026-06-10")
    assert holds(verdict_on, days, "2026-12-31", startsOn="2026-06-10")


def test_an_exception_that_never_has_force_has_no_days(verdict_on: Judge) -> None:
    assert holds(verdict_on, "!has(entity.force.from) && !has(entity.force.until)", approver="mara")


def test_a_revocation_ends_the_days_of_force(verdict_on: Judge) -> None:
    revoked = {"revokedBy": "jon", "revokedOn": "2026-06-20"}

    assert holds(verdict_on, 'entity.force.until == "2026-06-19"', **revoked)


def test_the_force_is_told_for_each_policy_on_each_entity(verdict_on: Judge) -> None:
    two = {"entities": "['team:blue', 'team:red']", "policies": "[always-fails, no-such-policy]"}
    expected = '[["always-fails", "team:blue"], ["always-fails", "team:red"]]'

    assert holds(
        verdict_on, f"entity.force.terms.filter(t, t.inForce).map(t, [t.policy, t.entity]) == {expected}", **two
    )
    assert holds(verdict_on, "size(entity.force.terms) == 4 && entity.force.inForce", **two)


def test_a_policy_that_is_not_judged_now_can_be_waived_all_the_same(verdict_on: Judge) -> None:
    files = {"catalogue/teams.yaml": TEAMS, **policy("always-fails", "Team", "false"), **exception()}
    files |= policy("reads", "Exception", "!entity.force.inForce")

    verdict = verdict_on(files, "2026-06-30", Selection(policies=("reads",)))

    assert outcomes(verdict, "reads") == [("exception:one", Result.FAIL)]


def test_an_entity_sees_the_force_of_the_exceptions_that_name_it(verdict_on: Judge) -> None:
    files = {"catalogue/teams.yaml": TEAMS, **policy("always-fails", "Team", "false"), **exception()}
    files |= policy("reads", "Team", "!entity.inverse.exceptions.exists(e, e.force.inForce)", "advisory")

    assert outcomes(verdict_on(files, "2026-06-30"), "reads") == [("team:blue", Result.FAIL)]
    assert outcomes(verdict_on(files, "2026-07-01"), "reads") == []


def test_a_field_that_the_force_has_not_is_found_before_anything_is_judged(verdict_on: Judge) -> None:
    files = {"catalogue/teams.yaml": TEAMS, **policy("reads", "Exception", "entity.force.inforce"), **exception()}
    found = [finding for finding in verdict_on(files).findings if finding.policy == "policy"]

    assert [finding.message for finding in found] == ['Exception.force has no field "inforce"']


def test_an_exception_that_describes_what_it_covers_names_no_entity(verdict_on: Judge) -> None:
    described = {"entities": "", "match": "'entity.metadata.name == \"blue\"'"}

    assert holds(verdict_on, 'entity.force.terms.map(t, t.entity) == [""] && entity.force.inForce', **described)
