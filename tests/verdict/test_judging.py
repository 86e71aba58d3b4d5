"""From files to a verdict: what is found, how it is called, and what it means for the gate."""

from collections.abc import Callable, Mapping

import pytest

from concertino.model.outcome import Outcome, Result, Severity
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.model.snapshot import Entry, EntryKind, Snapshot, Source, SourceKind
from concertino.revision.shipped import shipped_files
from concertino.verdict import Selection, Verdict, judge, read_rules

Judge = Callable[..., Verdict]

TEAM = """
apiVersion: concertino/v1
kind: Team
metadata: {name: blue}
spec: {type: platform, members: [{name: Mara, handle: mara}, {name: Jon, handle: jon}]}
"""


RIGHT = """
apiVersion: concertino/v1
kind: DecisionRight
metadata: {name: who-pays}
spec: {right: funding, accountable: blue, escalation: blue}
"""
FIGURE = "{kind: risk, metric: cuts, baseline: 4, value: 2, unit: a year, period: Q1, source: Log, basis: observed}"


def policy(name: str, expression: str, **spec: str) -> dict[str, str]:
    """A policy on Team with one validation; `spec` replaces or adds lines."""
    lines = {
        "description": "Why.",
        "target": "Team",
        "severity": "error",
        "enforcement": "soft-mandatory",
        "approvalRight": "funding",
        "remediation": "Mend it.",
        "validations": f"[{{expression: '{expression}'}}]",
        **spec,
    }
    body = "".join(f"  {key}: {value}\n" for key, value in lines.items())
    text = f"apiVersion: concertino/v1\nkind: Policy\nmetadata: {{name: {name}, title: A title}}\nspec:\n{body}"
    return {f"policies/{name}/policy.yaml": text}


def exception(**change: str) -> dict[str, str]:
    """An exception of `always-fails` for the blue team, in force in June 2026; `change` replaces or adds lines."""
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
        "reason": "It must be.",
        **change,
    }
    body = "".join(f"  {key}: {value}\n" for key, value in lines.items())
    return {
        "catalogue/exception.yaml": (
            f"apiVersion: concertino/v1\nkind: Exception\nmetadata: {{name: blue-is-special}}\nspec:\n{body}"
        ),
        "catalogue/who-pays.yaml": RIGHT,
    }


def found(verdict: Verdict, policy_id: str) -> Outcome:
    (outcome,) = [item for item in verdict.findings if item.policy == policy_id]
    return outcome


ALWAYS_FAILS = policy("always-fails", "false")
CATALOGUE = {"catalogue/team.yaml": TEAM}


def test_a_rule_that_holds_is_a_pass_and_no_finding(verdict_on: Judge) -> None:
    verdict = verdict_on({**CATALOGUE, **policy("always-holds", "true")})

    assert verdict.findings == ()
    assert verdict.count(Result.PASS) == 1
    assert verdict.exit_code(Severity.ERROR) == 0


def test_a_rule_that_does_not_hold_fails_where_the_entity_is_named(verdict_on: Judge) -> None:
    verdict = verdict_on({**CATALOGUE, **ALWAYS_FAILS})

    outcome = found(verdict, "always-fails")
    assert outcome.result is Result.FAIL
    assert outcome.subject == "team:blue"
    assert str(outcome.place) == "catalogue/team.yaml:4:18"
    assert outcome.remediation == "Mend it."
    assert verdict.exit_code(Severity.ERROR) == 1


def test_a_rule_that_does_not_apply_is_neither_pass_nor_fail(verdict_on: Judge) -> None:
    verdict = verdict_on({**CATALOGUE, **policy("applies-never", "false", when='"false"')})

    assert verdict.findings == ()
    assert (verdict.count(Result.SKIP), verdict.count(Result.PASS)) == (1, 0)


def test_a_rule_that_cannot_be_judged_is_an_error_and_counts(verdict_on: Judge) -> None:
    verdict = verdict_on({**CATALOGUE, **policy("divides", "1 / size(entity.inverse.brands) == 1")})

    assert found(verdict, "divides").result is Result.ERROR
    assert "could not be judged" in found(verdict, "divides").message
    assert verdict.exit_code(Severity.ERROR) == 1


def test_nothing_judged_and_nothing_found_has_an_exit_code_of_its_own(verdict_on: Judge) -> None:
    assert verdict_on({}).exit_code(Severity.ERROR) == 3


@pytest.mark.parametrize(
    ("severity", "enforcement", "fail_on", "code"),
    [
        ("error", "soft-mandatory", Severity.ERROR, 1),
        ("warning", "soft-mandatory", Severity.ERROR, 0),
        ("warning", "soft-mandatory", Severity.WARNING, 1),
        ("note", "hard-mandatory", Severity.NOTE, 1),
        ("error", "advisory", Severity.NOTE, 0),
    ],
)
def test_the_gate_counts_by_severity_and_never_counts_advice(
    verdict_on: Judge, severity: str, enforcement: str, fail_on: Severity, code: int
) -> None:
    rule = policy("always-fails", "false", severity=severity, enforcement=enforcement)

    assert verdict_on({**CATALOGUE, **rule}).exit_code(fail_on) == code


def test_every_element_under_each_has_a_finding_of_its_own_on_its_own_line(verdict_on: Judge) -> None:
    validation = "[{each: entity.spec.members, key: item.handle, expression: 'item.name.startsWith(\"M\")'}]"
    verdict = verdict_on({**CATALOGUE, **policy("begins-with-m", "", validations=validation)})

    outcome = found(verdict, "begins-with-m")
    assert outcome.key == "jon"
    assert outcome.place is not None
    assert outcome.place.pointer == "/spec/members/1"
    assert verdict.count(Result.PASS) == 1


def test_a_validation_that_costs_too_much_leaves_the_next_one_its_budget(verdict_on: Judge) -> None:
    slow = "lists.range(2000).all(i, lists.range(1000).all(j, i + j >= 0))"
    validations = f"[{{name: slow, expression: '{slow}'}}, {{name: quick, expression: '[1].all(i, i > 0)'}}]"
    outcome = found(verdict_on({**CATALOGUE, **policy("p", "", validations=validations)}), "p")

    assert (outcome.validation, outcome.result) == ("slow", Result.ERROR)
    assert "limits.expressionSteps" in outcome.message


def test_a_message_expression_that_fails_falls_back_to_the_message(verdict_on: Judge) -> None:
    validation = "[{expression: 'false', message: plain words, messageExpression: 'string(1 / size([]))'}]"

    assert found(verdict_on({**CATALOGUE, **policy("p", "", validations=validation)}), "p").message == "plain words"


def test_an_exception_in_force_waives_and_the_finding_stays_in_the_report(verdict_on: Judge) -> None:
    verdict = verdict_on({**CATALOGUE, **ALWAYS_FAILS, **exception()})

    outcome = found(verdict, "always-fails")
    assert outcome.result is Result.WAIVED
    assert outcome.exception is not None
    assert (outcome.exception.reference, outcome.exception.expires) == ("exception:blue-is-special", "2026-06-30")
    assert verdict.exit_code(Severity.ERROR) == 0
    assert verdict.expiring == (("exception:blue-is-special", "2026-06-30"),)


def test_a_finding_that_returns_because_its_exception_expired_says_so(verdict_on: Judge) -> None:
    outcome = found(verdict_on({**CATALOGUE, **ALWAYS_FAILS, **exception()}, as_of="2026-07-01"), "always-fails")

    assert outcome.result is Result.FAIL
    assert outcome.notes == ("exception:blue-is-special covered this until 2026-06-30; it has expired",)


def test_an_exception_that_waives_nothing_is_found(verdict_on: Judge) -> None:
    verdict = verdict_on({**CATALOGUE, **policy("always-fails", "true"), **exception()})

    assert "waives no finding of always-fails" in found(verdict, "exception").message


def test_an_exception_from_a_misspelt_policy_is_an_error_with_the_name_that_was_meant(verdict_on: Judge) -> None:
    verdict = verdict_on({**CATALOGUE, **ALWAYS_FAILS, **exception(policies="[always-fail]")})

    outcome = found(verdict, "exception")
    assert outcome.suggestion == "always-fails"
    assert outcome.severity is Severity.ERROR
    assert found(verdict, "always-fails").result is Result.FAIL


def test_a_faulty_exception_waives_nothing_and_is_reported_itself(verdict_on: Judge) -> None:
    verdict = verdict_on({**CATALOGUE, **ALWAYS_FAILS, **exception(type="waver")})

    assert found(verdict, "always-fails").result is Result.FAIL
    assert found(verdict, "schema").suggestion == "waiver"


def test_nothing_waives_a_hard_mandatory_policy(verdict_on: Judge) -> None:
    rule = policy("always-fails", "false", enforcement="hard-mandatory")
    outcome = found(verdict_on({**CATALOGUE, **rule, **exception()}), "always-fails")

    assert outcome.result is Result.FAIL
    assert "hard-mandatory" in outcome.notes[0]


PARTIAL = policy(
    "few-members", "", parameters="{most: 1}", validations="[{expression: size(entity.spec.members) <= params.most}]"
)


@pytest.mark.parametrize(("most", "expected"), [(2, Result.WAIVED), (1, Result.FAIL)])
def test_a_partial_exception_waives_only_what_passes_with_the_parameter_it_widens(
    verdict_on: Judge, most: int, expected: Result
) -> None:
    files = {**CATALOGUE, **PARTIAL, **exception(policies="[few-members]", parameters=f"{{most: {most}}}")}

    assert found(verdict_on(files), "few-members").result is expected


def test_one_misspelt_reference_is_one_finding(verdict_on: Judge) -> None:
    """The right loses its holder by the typo, and the team its right; neither is a finding of its own."""
    right = """
apiVersion: concertino/v1
kind: DecisionRight
metadata: {name: funding, title: Who pays}
spec: {right: funding, accountable: bleu, escalation: blue}
"""
    rules = {
        **policy("team-holds-a-right", "size(entity.inverse.accountableRights) == 1"),
        **policy(
            "holder-is-a-platform", 'entity.spec.refs.accountable.spec.type == "platform"', target="DecisionRight"
        ),
    }
    verdict = verdict_on({**CATALOGUE, "catalogue/right.yaml": right, **rules})

    outcome = found(verdict, "reference")
    assert outcome.message == 'there is no Team "bleu"'
    assert outcome.suggestion == "blue"
    assert [item.policy for item in verdict.findings] == ["reference"]


def test_an_entity_with_faults_is_not_judged_and_what_reads_through_it_is_skipped(verdict_on: Judge) -> None:
    broken = TEAM.replace("platform", "platfrom")
    rules = {**ALWAYS_FAILS, **policy("reads-through", "size(entity.spec.refs.team.spec.members) > 0", target="Brand")}
    brand = """
apiVersion: concertino/v1
kind: Brand
metadata: {name: harbour, title: Harbour}
spec: {promise: Work., role: mature, team: blue, resultOwner: blue, demand: 1}
"""
    verdict = verdict_on({"catalogue/team.yaml": broken, "catalogue/brand.yaml": brand, **rules})

    assert [(item.policy, item.suggestion) for item in verdict.findings] == [("schema", "platform")]
    assert verdict.count(Result.SKIP) == 1


def test_a_policy_on_cells_finds_a_cell_that_no_document_mentions(verdict_on: Judge) -> None:
    files: Mapping[str, str] = {
        "catalogue/all.yaml": TEAM
        + """
---
apiVersion: concertino/v1
kind: Brand
metadata: {name: harbour, title: Harbour}
spec: {promise: Work., role: mature, team: blue, resultOwner: blue, demand: 1}
---
apiVersion: concertino/v1
kind: Capability
metadata: {name: orders, title: Orders}
spec: {standard: One., plane: workflow, owner: blue}
""",
        **policy("is-decided", "size(entity.spec.refs.capability.inverse.decisions) > 0", target="Cell"),
    }

    outcome = found(verdict_on(files), "is-decided")
    assert outcome.subject == "cell:harbour/orders"
    assert str(outcome.place).startswith("catalogue/all.yaml:")


def test_a_broken_policy_does_not_hide_the_findings_of_the_others(verdict_on: Judge) -> None:
    verdict = verdict_on({**CATALOGUE, **ALWAYS_FAILS, **policy("misspelt", "entity.spec.mebers.size() > 0")})

    assert found(verdict, "policy").suggestion == "members"
    assert found(verdict, "always-fails").result is Result.FAIL
    assert verdict.exit_code(Severity.ERROR) == 2


def test_only_the_selected_policies_judge(verdict_on: Judge) -> None:
    files = {**CATALOGUE, **ALWAYS_FAILS, **policy("other", "false")}
    verdict = verdict_on(files, selection=Selection(policies=("other",)))

    assert [item.policy for item in verdict.findings] == ["other"]


def test_the_identity_of_a_finding_survives_moved_lines_and_renamed_files(verdict_on: Judge) -> None:
    moved = {"catalogue/elsewhere/blue.yaml": f"# A comment\n\n{TEAM}"}

    assert (
        found(verdict_on({**CATALOGUE, **ALWAYS_FAILS}), "always-fails").identity
        == found(verdict_on({**moved, **ALWAYS_FAILS}), "always-fails").identity
    )


def test_the_digest_of_the_policies_changes_with_a_parameter_only_when_it_judges(verdict_on: Judge) -> None:
    changed = {path: text.replace("most: 1", "most: 3") for path, text in PARTIAL.items()}

    assert verdict_on({**CATALOGUE, **PARTIAL}).policies_digest != verdict_on({**CATALOGUE, **changed}).policies_digest


def test_what_cannot_be_read_is_found_and_broken_if_it_was_to_judge() -> None:
    """Silence over a file that nobody could read would be an all-clear."""
    team, configuration = "catalogue/team.yaml", "concertino.yaml"
    snapshot = Snapshot(
        source=Source(SourceKind.WORKING_TREE),
        entries={team: Entry(team, EntryKind.SYMLINK), configuration: Entry(configuration, EntryKind.FILE)},
        read=lambda _: {},
        unread=lambda paths: {path: Problem("syntax", "it is too large", Place(path)) for path in paths},
    )
    verdict = judge(snapshot, read_rules(snapshot, shipped_files()), "2026-06-30")

    found_in = {item.subject: item.policy for item in verdict.findings}
    assert (found_in[team], found_in[configuration]) == ("unread", "configuration")
    assert verdict.exit_code(Severity.ERROR) == 2
