"""A policy that compiles is read once more: what does nothing, and what may read nothing."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from concertino.model.problem import Problem
from concertino.model.snapshot import Entry, EntryKind, Snapshot, Source, SourceKind
from concertino.policies import lint_policy
from concertino.revision.shipped import shipped_files
from concertino.verdict import read_rules

BARE = "apiVersion: concertino/v1\nkind: Configuration\nextends: []\n"
HEAD = """\
apiVersion: concertino/v1
kind: Policy
metadata: {name: tried, title: A policy to try}
spec:
  description: A policy to try.
  target: Service
  severity: warning
  enforcement: advisory
  approvalRight: funding
  remediation: Do something.
"""
HOLDS = "  validations: [{expression: size(entity.spec.consumers) > 0}]\n"


def lint(files: Mapping[str, str]) -> list[Problem]:
    """The warnings about all policies in these files, which must compile."""
    blobs = {path: text.encode() for path, text in files.items()}
    snapshot = Snapshot(
        source=Source(SourceKind.WORKING_TREE),
        entries={path: Entry(path, EntryKind.FILE) for path in sorted(blobs)},
        read=lambda paths: {path: blobs[path] for path in paths if path in blobs},
    )
    rules = read_rules(snapshot, shipped_files())
    assert rules.problems == ()
    found = rules.policies
    limits, vocabulary = rules.configuration.limits, rules.kinds.vocabulary
    return [
        problem
        for policy in found.policies
        for problem in lint_policy(policy, (found.files or {})[policy.id], vocabulary, limits)
    ]


def tried(body: str) -> list[Problem]:
    return lint({"concertino.yaml": BARE, "policies/tried/policy.yaml": HEAD + body})


def marked(body: str, problem: Problem) -> str:
    """The text of the policy that a problem marks."""
    lines = (HEAD + body).splitlines()
    place = problem.place
    assert place.line == place.end_line
    return lines[place.line - 1][place.column - 1 : place.end_column - 1]


def test_the_shipped_policies_lint_clean() -> None:
    files = {"concertino.yaml": BARE.replace("[]", "[operate-orchestrate]")}

    assert lint(files) == []


NEEDLESS = {
    "a parameter": (
        "  parameters: {days: 92, never: 3}\n  validations: [{expression: params.days > 9}]\n",
        'no expression reads the parameter "never"',
        "never",
    ),
    "a variable": (
        "  variables:\n    - {name: owner, expression: entity.spec.owner}\n" + HOLDS,
        'no expression reads the variable "owner"',
        "owner",
    ),
    "an aggregate": (
        "  aggregates:\n    - {name: teams, over: Team, fold: count}\n" + HOLDS,
        'no expression reads the aggregate "teams"',
        "teams",
    ),
    "a history": (
        "  history:\n    - {name: owners, of: spec.owner}\n" + HOLDS,
        'no expression reads the history "owners"',
        "owners",
    ),
    "a condition that always holds": (
        "  when: 1 + 1 == 2\n" + HOLDS,
        "the condition always holds",
        "1 + 1 == 2",
    ),
    "a condition that never holds": (
        '  when: entity.spec.lifecycle == "live" && false\n' + HOLDS,
        "the condition never holds, so nothing is judged",
        'entity.spec.lifecycle == "live" && false',
    ),
    "a validation that always holds": (
        '  validations: [{expression: "true || size(entity.spec.consumers) > 0"}]\n',
        "this always holds, so it finds nothing",
        '"true || size(entity.spec.consumers) > 0"',
    ),
    "a validation that never holds": (
        "  validations: [{expression: '!([1, 2].all(n, n > 0))'}]\n",
        "this never holds, whatever is judged",
        "'!([1, 2].all(n, n > 0))'",
    ),
}


@pytest.mark.parametrize(("body", "message", "text"), NEEDLESS.values(), ids=NEEDLESS)
def test_what_does_nothing_is_found_where_it_stands(body: str, message: str, text: str) -> None:
    (problem,) = tried(body)

    assert problem.check == "lint"
    assert problem.subject == "tried"
    assert (problem.message, marked(body, problem)) == (message, text)


def expression(text: str) -> str:
    return f"  validations:\n    - expression: >-\n        {text}\n"


UNGUARDED = {
    "in a validation": (
        expression("days(entity.spec.roadmap.updatedOn, asOf) < 92"),
        "Service.spec.roadmap",
        "entity.spec.roadmap",
    ),
    "with the guard in another validation": (
        """\
  validations:
    - {name: there, expression: has(entity.spec.roadmap)}
    - {name: new, expression: entity.spec.roadmap.updatedOn <= asOf}
""",
        "Service.spec.roadmap",
        "entity.spec.roadmap",
    ),
    "with a guard that means the opposite": (
        expression("!has(entity.spec.roadmap) && entity.spec.roadmap.updatedOn <= asOf"),
        "Service.spec.roadmap",
        "entity.spec.roadmap",
    ),
    "in the other branch": (
        expression('has(entity.spec.funding) ? true : entity.spec.funding.mode == "showback"'),
        "Service.spec.funding",
        "entity.spec.funding",
    ),
    "with a guard of something else": (
        expression('has(entity.spec.funding) && entity.spec.roadmap.updatedOn > "2026"'),
        "Service.spec.roadmap",
        "entity.spec.roadmap",
    ),
    "under when": (
        '  when: entity.spec.origin.driver == "legacy"\n' + HOLDS,
        "Service.spec.origin",
        "entity.spec.origin",
    ),
    "in a double-quoted expression": (
        '  when: "entity.spec.composition == \\"composable\\""\n' + HOLDS,
        "Service.spec.composition",
        "entity.spec.composition",
    ),
    "through a reference": (
        expression('entity.spec.refs.duplicates[0].spec.lifecycle != "live"'),
        "Service.spec.duplicates",
        "entity.spec.refs.duplicates",
    ),
    "of an element": (
        expression("entity.spec.refs.consumers.all(b, size(b.spec.notApplicable) < 3)"),
        "Brand.spec.notApplicable",
        "b.spec.notApplicable",
    ),
    "in a variable that is read before the guard is known": (
        """\
  variables:
    - {name: old, expression: entity.spec.roadmap.updatedOn < asOf}
  validations:
    - expression: variables.old || has(entity.spec.funding)
""",
        "Service.spec.roadmap",
        "entity.spec.roadmap",
    ),
    "twice, where neither read guards the other": (
        expression("entity.spec.roadmap.updatedOn != asOf && entity.spec.roadmap.updatedOn < asOf"),
        "Service.spec.roadmap",
        "entity.spec.roadmap",
    ),
    "by has() itself, one step above": (
        expression("!has(entity.spec.roadmap.url)"),
        "Service.spec.roadmap",
        "entity.spec.roadmap",
    ),
}


@pytest.mark.parametrize(("body", "owner", "text"), UNGUARDED.values(), ids=UNGUARDED)
def test_an_optional_field_without_a_guard_is_found_inside_the_expression(body: str, owner: str, text: str) -> None:
    problem = next(problem for problem in tried(body))

    assert problem.message == f"{owner} may be left out, and nothing asks whether it is there"
    assert marked(body, problem) == text
    assert f"has({text})" in problem.expected


GUARDED = {
    "has and both": expression("has(entity.spec.roadmap) && entity.spec.roadmap.updatedOn <= asOf"),
    "has behind it, since && absorbs the error": expression(
        "entity.spec.roadmap.updatedOn <= asOf && has(entity.spec.roadmap)"
    ),
    "not has or": expression("!has(entity.spec.roadmap) || entity.spec.roadmap.updatedOn <= asOf"),
    "a negated pair": expression("!(has(entity.spec.roadmap) && entity.spec.roadmap.updatedOn > asOf)"),
    "a ternary": expression("has(entity.spec.roadmap) ? entity.spec.roadmap.updatedOn <= asOf : true"),
    "two ternaries": expression(
        "(has(entity.spec.roadmap) ? has(entity.spec.funding) : false) && entity.spec.roadmap.updatedOn <= asOf"
    ),
    "an optional access": expression("entity.spec.?roadmap.?updatedOn.orValue(asOf) <= asOf"),
    "the value of an optional access": expression(
        "entity.spec.?roadmap.hasValue() && entity.spec.roadmap.updatedOn <= asOf"
    ),
    "when": "  when: has(entity.spec.roadmap)\n" + expression("entity.spec.roadmap.updatedOn <= asOf"),
    "when through a variable": (
        "  when: variables.planned\n  variables: [{name: planned, expression: has(entity.spec.roadmap)}]\n"
        + expression("entity.spec.roadmap.updatedOn <= asOf")
    ),
    "a variable that is read behind a guard only": (
        "  variables: [{name: old, expression: entity.spec.roadmap.updatedOn < asOf}]\n"
        + expression("!has(entity.spec.roadmap) || variables.old")
    ),
    "the failure that a message tells of": (
        "  validations:\n    - expression: '!has(entity.spec.roadmap)'\n"
        "      messageExpression: entity.spec.roadmap.updatedOn\n"
    ),
    "a reference beside its field": expression(
        'has(entity.spec.duplicates) && entity.spec.refs.duplicates[0].spec.lifecycle == "live"'
    ),
    "a long chain of conditions": expression(
        'entity.spec.lifecycle == "live" && has(entity.spec.roadmap) && size(entity.spec.consumers) > 1'
        " && (size(entity.spec.capabilities) > 3 || entity.spec.roadmap.updatedOn <= asOf)"
    ),
    "a field of an element": expression(
        "entity.spec.refs.consumers.all(b, !has(b.spec.notApplicable) || size(b.spec.notApplicable) < 3)"
    ),
    "inside a macro, known outside": expression(
        "!has(entity.spec.roadmap) || entity.spec.consumers.all(b, entity.spec.roadmap.updatedOn > b)"
    ),
}


@pytest.mark.parametrize("body", GUARDED.values(), ids=GUARDED)
def test_a_guarded_read_is_no_warning(body: str) -> None:
    assert tried(body) == []


def test_a_condition_on_parameters_alone_is_a_switch_and_no_constant() -> None:
    assert tried("  parameters: {strict: true}\n  when: params.strict\n" + HOLDS) == []


@pytest.fixture
def folder(write: Callable[[Mapping[str, str]], Path]) -> Callable[[str], Path]:
    def call(body: str) -> Path:
        return write({"concertino.yaml": BARE, "policies/tried/policy.yaml": HEAD + body})

    return call


def test_the_command_ends_with_1_on_warnings(folder: Callable[[str], Path], concertino: Callable[..., Any]) -> None:
    ran = concertino("policies", "lint", "-C", folder("  parameters: {never: 3}\n" + HOLDS))

    assert ran.code == 1
    assert "policies/tried/policy.yaml:11:16  warning  lint" in ran.out
    assert "1 policy, 1 warning" in ran.out


def test_the_command_ends_with_2_on_what_does_not_compile(
    folder: Callable[[str], Path], concertino: Callable[..., Any]
) -> None:
    ran = concertino("policies", "lint", "tried", "-C", folder(expression("entity.spec.roadmapp == 1")))

    assert ran.code == 2
    assert 'did you mean "roadmap"?' in ran.err


def test_warnings_of_lint_do_not_make_a_check_fail(
    folder: Callable[[str], Path], concertino: Callable[..., Any]
) -> None:
    ran = concertino("check", "-C", folder("  parameters: {never: 3}\n" + HOLDS), "--fail-on", "note")

    assert ran.code == 3
    assert "never" not in ran.out


def test_lint_of_this_repository_is_clean(concertino: Callable[..., Any]) -> None:
    root = Path(__file__).resolve().parents[2]
    count = len(list((root / "policies/operate-orchestrate").glob("*/policy.yaml")))
    ran = concertino("policies", "lint", "-C", root)

    assert (ran.code, ran.out) == (0, f"{count} policies, 0 warnings\n")
