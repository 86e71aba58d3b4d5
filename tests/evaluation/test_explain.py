"""An explanation shows what each part of an expression came to, and where that stands."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from concertino.bindings import Bindings
from concertino.cli.session import Session
from concertino.evaluation import Element, Explanation, Judge, Passage, Shown, explain
from concertino.expressions import (
    DYN,
    BudgetError,
    CelOptional,
    CelType,
    CheckedTree,
    EvaluationError,
    Meter,
    Scope,
    UnreadableError,
    compile_tree,
)
from concertino.model.outcome import Result
from concertino.model.snapshot import Entry, EntryKind, Snapshot, Source, SourceKind
from concertino.policies import Policy
from concertino.revision import SnapshotProblem, open_snapshot
from concertino.revision.shipped import shipped_files
from concertino.verdict import judge, read_catalogue, read_rules
from concertino.verdict.judge import read_histories
from concertino.verdict.views import views

ROOT = Path(__file__).resolve().parents[2]
DAY = "2026-06-30"
TEAMS = """\
apiVersion: concertino/v1
kind: Team
metadata: {name: blue}
spec:
  type: brand
  members:
    - {name: Bo, handle: bo}
    - {name: Cleo, handle: cleo}
  escalatesTo: board
---
apiVersion: concertino/v1
kind: Team
metadata: {name: board}
spec: {type: architecture, members: [{name: Ada, handle: ada}]}
---
apiVersion: concertino/v1
kind: Team
metadata: {name: lost}
spec: {type: brand, members: [{name: Dai, handle: dai}], escalatesTo: nowhere}
"""
HEAD = """\
apiVersion: concertino/v1
kind: Policy
metadata: {name: tried, title: A policy to try}
spec:
  description: A policy to try.
  target: Team
  severity: error
  enforcement: soft-mandatory
  approvalRight: funding
  remediation: Mend it.
"""


def tried(body: str, team: str = "blue") -> Explanation:
    """The explanation of a policy with this body on a team."""
    blobs = {
        "concertino.yaml": b"apiVersion: concertino/v1\nkind: Configuration\nextends: []\n",
        "catalogue/teams.yaml": TEAMS.encode(),
        "policies/tried/policy.yaml": (HEAD + body).encode(),
    }
    snapshot = Snapshot(
        source=Source(SourceKind.WORKING_TREE),
        entries={path: Entry(path, EntryKind.FILE) for path in sorted(blobs)},
        read=lambda paths: {path: blobs[path] for path in paths if path in blobs},
    )
    rules = read_rules(snapshot, shipped_files())
    assert rules.problems == ()
    catalogue = read_catalogue(snapshot, rules)
    (policy,) = rules.policies.policies
    judging = Judge(catalogue, DAY, rules.configuration.limits)
    return explain(judging, policy, catalogue.by_name[f"team:{team}"])


def holds(expression: str) -> str:
    return f"  validations:\n    - expression: >-\n        {expression}\n"


def the_only(explanation: Explanation) -> Shown:
    """The root of the only expression."""
    (passage,) = explanation.passages
    assert passage.shown is not None
    return passage.shown


def all_of(shown: Shown) -> Iterator[Shown]:
    yield shown
    for part in (*shown.parts, *(part for element in shown.elements for part in element.parts)):
        yield from all_of(part)


def passages(found: tuple[Passage, ...]) -> Iterator[Passage]:
    for passage in found:
        yield passage
        yield from passages(passage.inner)


PARTS = {
    "a comparison": ("size(entity.spec.members) == 2", {"size(entity.spec.members)": 2}),
    "a chain, up to what decided": (
        'entity.spec.type == "brand" && size(entity.spec.members) > 2 && has(entity.spec.escalatesTo)',
        {'entity.spec.type == "brand"': True, "size(entity.spec.members) > 2": False, "entity.spec.type": "brand"},
    ),
    "the branch that was taken": (
        'has(entity.spec.escalatesTo) ? entity.spec.escalatesTo == "board" : entity.spec.type == "brand"',
        {"has(entity.spec.escalatesTo)": True, 'entity.spec.escalatesTo == "board"': True},
    ),
    "a neighbour": (
        'entity.spec.refs.escalatesTo.spec.type == "brand"',
        {"entity.spec.refs.escalatesTo.spec.type": "architecture"},
    ),
    "a value that may be missing, mapped": (
        'entity.spec.?escalatesTo.optMap(to, to == "board").orValue(false) && false',
        {'entity.spec.?escalatesTo.optMap(to, to == "board").orValue(false)': True, 'to == "board"': True},
    ),
    "the numbers of which one is the greatest": (
        "math.greatest(size(entity.spec.members), 1) == 3",
        {"math.greatest(size(entity.spec.members), 1)": 2, "size(entity.spec.members)": 2},
    ),
    "an optional access with its value": (
        'entity.spec.?escalatesTo.orValue("nobody") == "board"',
        {'entity.spec.?escalatesTo.orValue("nobody")': "board"},
    ),
}


@pytest.mark.parametrize(("expression", "expected"), PARTS.values(), ids=PARTS)
def test_parts_are_shown_with_their_values(expression: str, expected: Mapping[str, object]) -> None:
    shown = {one.text: one.value for one in all_of(the_only(tried(holds(expression))))}

    assert expected.items() <= shown.items()
    assert "entity.spec" not in shown, "the beginning of a path says nothing"


def test_of_a_macro_only_what_was_written_is_shown_and_once() -> None:
    mapped = 'entity.spec.?escalatesTo.optMap(to, to == "board")'
    whole, *shown = [one.text for one in all_of(the_only(tried(holds(f"{mapped}.orValue(false) && 1 == 2"))))]

    assert whole == f"{mapped}.orValue(false) && 1 == 2"
    assert [text for text in shown if text != "1 == 2"] == [
        f"{mapped}.orValue(false)",
        mapped,
        "entity.spec.?escalatesTo",
        'to == "board"',
    ]


def test_a_part_that_was_not_needed_is_not_shown() -> None:
    shown = [
        one.text for one in all_of(the_only(tried(holds('entity.spec.type == "risk" && has(entity.spec.members)'))))
    ]

    assert "has(entity.spec.members)" not in shown


ORIGINS = {
    "a scalar": ('entity.spec.type == "risk"', "entity.spec.type", "catalogue/teams.yaml:5:9"),
    "a list": ("size(entity.spec.members) > 3", "entity.spec.members", "catalogue/teams.yaml:6:3"),
    "an element by its index": (
        'entity.spec.members[1].name == "x"',
        "entity.spec.members[1].name",
        "catalogue/teams.yaml:8:14",
    ),
    "a neighbour's field": (
        'entity.spec.refs.escalatesTo.spec.type == "risk"',
        "entity.spec.refs.escalatesTo.spec.type",
        "catalogue/teams.yaml:14:14",
    ),
    "a neighbour": (
        "entity.spec.refs.escalatesTo == entity",
        "entity.spec.refs.escalatesTo",
        "catalogue/teams.yaml:13:18",
    ),
    "an optional field": (
        'entity.spec.?escalatesTo.orValue("") == "x"',
        'entity.spec.?escalatesTo.orValue("")',
        "catalogue/teams.yaml:9:16",
    ),
}


@pytest.mark.parametrize(("expression", "part", "place"), ORIGINS.values(), ids=ORIGINS)
def test_a_value_that_was_read_knows_its_line(expression: str, part: str, place: str) -> None:
    found = {one.text: str(one.origin) for one in all_of(the_only(tried(holds(expression)))) if one.origin}

    assert found[part] == place


def decided(element: Element) -> str:
    (value,) = element.bound.values()
    assert isinstance(value, dict)
    return str(value["handle"])


@pytest.mark.parametrize(
    ("macro", "looked_at", "deciding"),
    [
        ('all(m, m.handle == "cleo")', ["bo"], ["bo"]),
        ('exists(m, m.handle == "cleo")', ["bo", "cleo"], ["cleo"]),
        ('exists_one(m, m.handle == "cleo")', ["bo", "cleo"], ["cleo"]),
        ('filter(m, m.handle == "cleo") == []', ["bo", "cleo"], ["cleo"]),
        ('map(m, m.handle) == ["bo"]', ["bo", "cleo"], ["bo", "cleo"]),
        ('map(m, m.handle == "bo", m.name) == ["Bo"]', ["bo", "cleo"], ["bo"]),
        ("all(m, has(m.name))", ["bo", "cleo"], []),
    ],
)
def test_a_macro_tells_which_elements_decided(macro: str, looked_at: list[str], deciding: list[str]) -> None:
    shown = the_only(tried(holds(f"entity.spec.members.{macro}")))
    elements = [element for one in all_of(shown) for element in one.elements]

    assert [decided(element) for element in elements] == looked_at
    assert [decided(element) for element in elements if element.decided] == deciding
    assert [str(element.origin) for element in elements] == [
        "catalogue/teams.yaml:7:7",
        "catalogue/teams.yaml:8:7",
    ][: len(looked_at)]


def test_only_variables_that_were_read_are_shown_with_those_they_read() -> None:
    variables = (
        "  variables:\n    - {name: count, expression: size(entity.spec.members)}\n"
        "    - {name: many, expression: variables.count > 1}\n    - {name: idle, expression: entity.spec.type}\n"
    )
    found = tried(variables + holds("variables.many || variables.idle == 'risk'"))

    assert [(one.kind, one.name) for one in found.passages] == [
        ("variable", "count"),
        ("variable", "many"),
        ("validation", ""),
    ]


def test_a_condition_that_does_not_hold_is_why_a_policy_is_skipped() -> None:
    found = tried('  when: entity.spec.type == "finance"\n' + holds("false"))
    (passage,) = found.passages

    assert [item.result for item in found.outcomes] == [Result.SKIP]
    assert passage.kind == "when"
    assert passage.shown
    assert (passage.shown.value, passage.shown.parts[0].value) == (False, "brand")
    assert passage.notes == ("the condition does not hold, so the policy does not apply to this entity",)


def test_what_cannot_be_read_is_why_a_policy_is_skipped_with_the_finding_behind_it() -> None:
    found = tried('  when: entity.spec.refs.escalatesTo.spec.type == "brand"\n' + holds("true"), team="lost")
    (note,) = found.passages[0].notes

    assert [item.result for item in found.outcomes] == [Result.SKIP]
    assert 'there is no Team "nowhere" (catalogue/teams.yaml:19:71)' in note


def test_each_element_has_its_outcome_and_its_own_values() -> None:
    body = "  validations:\n    - {each: entity.spec.members, key: item.handle, expression: item.handle == 'bo'}\n"
    (passage,) = tried(body).passages

    assert [(one.name, one.outcome.result.value) for one in passage.inner if one.outcome] == [
        ("bo", "pass"),
        ("cleo", "fail"),
    ]
    assert [one.shown.parts[0].value for one in passage.inner if one.shown] == ["bo", "cleo"]


def test_an_aggregate_names_the_members_of_the_group_that_was_asked_for() -> None:
    aggregate = (
        "  aggregates:\n    - {name: heads, over: Team, fold: sum, where: size(item.spec.members) > 0,"
        " by: item.spec.type, at: entity.spec.type, value: size(item.spec.members)}\n"
    )
    passage = next(one for one in tried(aggregate + holds("aggregates.heads > 5")).passages if one.kind == "aggregate")

    assert passage.shown
    assert passage.shown.value == 3
    assert [(one.reference, one.value) for one in passage.members] == [("team:blue", 2), ("team:lost", 1)]
    assert str(passage.members[0].place) == "catalogue/teams.yaml:3:18"


def test_an_expression_without_a_value_says_why_and_shows_how_far_it_came() -> None:
    shown = the_only(tried(holds("size(entity.spec.members) / (size(entity.spec.members) - 2) == 1")))

    assert "zero" in shown.failure
    assert [one.value for one in shown.parts[0].parts] == [2, 0]


# The reference portfolio: whatever is shown is true.


@pytest.fixture(scope="module")
def session() -> Session:
    snapshot = open_snapshot(ROOT, revision=None, staged=False, environment=os.environ)
    assert not isinstance(snapshot, SnapshotProblem)
    return Session(ROOT, snapshot)


def judging(session: Session) -> Judge:
    histories = read_histories(session.snapshot, session.rules, session.catalogue)
    return Judge(
        session.catalogue,
        DAY,
        session.rules.configuration.limits,
        histories,
        model=session.rules.model,
        views=views(session.catalogue, session.rules, DAY),
    )


def shown_of(explanation: Explanation) -> list[Shown]:
    roots = [passage.shown for passage in passages(explanation.passages) if passage.shown]
    return [one for root in roots for one in all_of(root)]


def value_alone(shown: Shown, bindings: Bindings, scope: Scope) -> tuple[object, bool]:
    """What the source of a part comes to on its own, and whether it has a value at all."""
    seen = bindings.for_element(shown.bound["item"]) if "item" in shown.bound else bindings
    names = {**dict.fromkeys(NAMES, DYN), **dict.fromkeys(shown.bound, DYN), **qualified(bindings)}
    tree = scope.with_variables(names).check(shown.text)
    assert isinstance(tree, CheckedTree), (shown.text, tree)
    together = _Layered(seen, shown.bound)
    try:
        return compile_tree(tree).evaluate(together, Meter(1_000_000, 1_000_000)), True
    except (EvaluationError, UnreadableError, BudgetError):
        return None, False


NAMES = ("entity", "asOf", "item")


class _Layered(dict[str, object]):
    """The variables of macros above those of the policy."""

    def __init__(self, bindings: Bindings, above: Mapping[str, object]) -> None:
        super().__init__(above)
        self._bindings = bindings

    def __missing__(self, name: str) -> object:
        return self._bindings[name]


def qualified(bindings: Bindings) -> dict[str, CelType]:
    """The names a policy gives; a variable with its type, since a list alone can't tell which `sum` is meant."""
    policy = bindings.surroundings.policy
    assert isinstance(policy, Policy)
    families = {
        "params": policy.parameters,
        "variables": policy.variables,
        "aggregates": policy.aggregates,
        "history": policy.history,
    }
    names = {f"{family}.{name}": DYN for family, names in families.items() for name in names}
    return {**names, **{f"variables.{name}": item.tree.result for name, item in policy.variables.items()}}


def alike(one: object, other: object) -> bool:
    if isinstance(one, CelOptional) and isinstance(other, CelOptional):
        return one.present == other.present and (not one.present or alike(one.value, other.value))
    return type(one) is type(other) and one == other


def untrue(session: Session, policy: str, entity: str) -> list[str]:
    """What an explanation shows and evaluating it alone does not confirm."""
    judge_ = judging(session)
    chosen, of = session.policies[policy], session.catalogue.by_name[entity]
    found = shown_of(explain(judge_, chosen, of))
    assert found
    scope, bindings = session.rules.environment.scope({}), judge_.bindings(chosen, of)
    wrong = []
    for one in found:
        value, has_value = value_alone(one, bindings, scope)
        if has_value is bool(one.failure) or (has_value and not alike(value, one.value)):
            wrong.append(f"{one.text} is shown as {one.value!r:.80} and is {value!r:.80}")
    return wrong


def test_every_part_shown_for_a_finding_of_the_portfolio_has_the_value_it_has_alone(session: Session) -> None:
    verdict = judge(session.snapshot, session.rules, DAY)
    found = {(item.policy, item.subject) for item in verdict.findings if item.policy in session.policies}

    assert len(found) >= 8
    assert [line for pair in sorted(found) for line in untrue(session, *pair)] == []


BREAKING = {
    "mode: showback": "mode: central",
    "escalatesTo: architecture-board": "escalatesTo: oakwell-technology",
    "model: federate": "model: orchestrate",
    "lifecycle: live": "lifecycle: retiring",
    "consumers: [aurora]": "consumers: [aurora, oakwell]",
}


@pytest.fixture(scope="module")
def broken(session: Session) -> Session:
    """The portfolio with much of it wrong, and without exceptions."""
    entries = {path: entry for path, entry in session.snapshot.entries.items() if "/exceptions/" not in path}

    def read(paths: Iterable[str]) -> Mapping[str, bytes]:
        return {path: spoilt(path, data) for path, data in session.snapshot.read(paths).items()}

    return Session(ROOT, replace(session.snapshot, entries=entries, read=read))


def spoilt(path: str, data: bytes) -> bytes:
    if not path.startswith("catalogue/"):
        return data
    for text, by in BREAKING.items():
        data = data.replace(text.encode(), by.encode())
    return data


@pytest.mark.slow
def test_the_same_holds_for_every_finding_of_a_portfolio_with_much_wrong_in_it(broken: Session) -> None:
    verdict = judge(broken.snapshot, broken.rules, DAY)
    found = {(item.policy, item.subject) for item in verdict.findings if item.policy in broken.policies}

    assert len(found) >= 40
    assert len({policy for policy, _ in found}) >= 7
    assert [line for pair in sorted(found) for line in untrue(broken, *pair)] == []


@pytest.mark.slow
def test_the_same_holds_for_every_finding_of_the_troubled_portfolio() -> None:
    folder = ROOT / "tests" / "troubled"
    snapshot = open_snapshot(folder, revision=None, staged=False, environment=os.environ)
    assert not isinstance(snapshot, SnapshotProblem)
    troubled = Session(folder, snapshot)
    verdict = judge(troubled.snapshot, troubled.rules, DAY)
    found = {(item.policy, item.subject) for item in verdict.findings if item.policy in troubled.policies}

    assert {policy for policy, _ in found} >= set(troubled.policies) - {"measures-stand-before-the-start"}
    assert [line for pair in sorted(found) for line in untrue(troubled, *pair)] == []


def test_the_same_holds_for_every_policy_whatever_it_came_to(session: Session) -> None:
    pairs = [
        (policy.id, entity.name)
        for policy in session.rules.policies.policies
        for entity in session.catalogue.of_kind(policy.target)[:2]
    ]

    assert len({policy for policy, _ in pairs}) == len(session.policies)
    assert [line for pair in pairs for line in untrue(session, *pair)] == []


def test_the_outcomes_of_an_explanation_are_those_of_the_verdict(session: Session) -> None:
    verdict = judge(session.snapshot, session.rules, DAY)
    waived = [item for item in verdict.findings if item.result is Result.WAIVED]
    for item in waived:
        chosen, of = session.policies[item.policy], session.catalogue.by_name[item.subject]
        assert item in explain(judging(session), chosen, of, verdict.findings).outcomes
    assert waived
