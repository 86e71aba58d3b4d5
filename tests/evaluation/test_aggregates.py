"""Aggregates: values over all entities of a kind, looked up for the one that is judged."""

from collections.abc import Callable

import pytest

from concertino.model.outcome import Result
from concertino.verdict import Verdict

TEAMS = """
apiVersion: concertino/v1
kind: Team
metadata: {name: board}
spec: {type: architecture, members: [{name: Ada, handle: ada}]}
---
apiVersion: concertino/v1
kind: Team
metadata: {name: blue}
spec: {type: brand, members: [{name: Bo, handle: bo}, {name: Cleo, handle: cleo}], escalatesTo: board}
---
apiVersion: concertino/v1
kind: Team
metadata: {name: red}
spec: {type: brand, members: [{name: Dai, handle: dai}], escalatesTo: board}
"""


def policy(aggregate: str, expression: str, message: str = "string(aggregates.value)") -> str:
    return f"""
apiVersion: concertino/v1
kind: Policy
metadata: {{name: folds, title: A title}}
spec:
  description: Why.
  target: Team
  severity: error
  enforcement: soft-mandatory
  approvalRight: funding
  parameters: {{type: brand}}
  aggregates:
    - {{name: value, over: Team, {aggregate}}}
  validations:
    - {{expression: '{expression}', messageExpression: '{message}'}}
  remediation: Mend it.
"""


@pytest.fixture
def said(verdict_on: Callable[..., Verdict]) -> Callable[..., dict[str, str]]:
    """What a policy that always fails says of each team."""

    def call(aggregate: str, message: str = "string(aggregates.value)", catalogue: str = TEAMS) -> dict[str, str]:
        files = {"catalogue/teams.yaml": catalogue, "policies/folds/policy.yaml": policy(aggregate, "false", message)}
        return {item.subject.removeprefix("team:"): item.message for item in verdict_on(files).findings}

    return call


@pytest.mark.parametrize(
    ("aggregate", "expected"),
    [
        ("fold: count", "3"),
        ("fold: count, where: item.spec.type == params.type", "2"),
        ("fold: sum, value: size(item.spec.members)", "4"),
        ("fold: min, value: item.metadata.name", "blue"),
        ("fold: max, value: size(item.spec.members)", "2"),
        ("fold: average, value: double(size(item.spec.members)), where: item.spec.type == params.type", "1.5"),
        ("fold: distinct, value: item.spec.type", "2"),
        ("fold: sum, value: '1', where: 'false'", "0"),
        ("fold: max, value: '1', where: 'false', otherwise: 7", "7"),
    ],
)
def test_a_fold_makes_one_value_of_all_members(
    said: Callable[..., dict[str, str]], aggregate: str, expected: str
) -> None:
    assert set(said(aggregate).values()) == {expected}


def test_every_entity_asks_for_its_own_group(said: Callable[..., dict[str, str]]) -> None:
    grouped = "fold: count, by: item.spec.type, at: entity.spec.type"

    assert said(grouped) == {"board": "1", "blue": "2", "red": "2"}


def test_groups_can_be_entities(said: Callable[..., dict[str, str]]) -> None:
    by_escalation = "fold: count, where: has(item.spec.escalatesTo), by: item.spec.refs.escalatesTo, at: entity"

    assert said(by_escalation) == {"board": "2", "blue": "0", "red": "0"}


def test_a_list_keeps_the_order_of_references(said: Callable[..., dict[str, str]]) -> None:
    names = said("fold: list, value: item.metadata.name", message='aggregates.value.join(",")')

    assert set(names.values()) == {"blue,board,red"}


def test_a_group_without_members_and_without_otherwise_is_an_error_that_names_the_aggregate(
    verdict_on: Callable[..., Verdict],
) -> None:
    files = {
        "catalogue/teams.yaml": TEAMS,
        "policies/folds/policy.yaml": policy("fold: max, value: '1', where: 'false'", "aggregates.value > 0"),
    }
    (first, *_) = verdict_on(files).findings

    assert first.result is Result.ERROR
    assert '"value" has no members' in first.message


def test_a_member_that_cannot_be_read_makes_the_value_unknown(verdict_on: Callable[..., Verdict]) -> None:
    """The faulty team might be the third of its type: the policy is skipped, and the fault is the one finding."""
    files = {
        "catalogue/teams.yaml": TEAMS.replace("type: architecture", "type: archtecture"),
        "policies/folds/policy.yaml": policy("fold: count", "aggregates.value == 2"),
    }
    verdict = verdict_on(files)

    assert [item.policy for item in verdict.findings] == ["schema"]
    assert verdict.count(Result.SKIP) == 2
