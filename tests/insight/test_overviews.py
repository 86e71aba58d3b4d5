"""What is wrong with an overview is told with its place, and the rest of the rules holds."""

from collections.abc import Callable

import pytest

from concertino.insight.asking import Inquiry
from concertino.insight.status import status_of

Ask = Callable[..., Inquiry]

SOUND = """apiVersion: concertino/v1
kind: Overview
metadata: {name: own, title: Ours}
spec:
  aggregates:
    - {name: brands, over: Brand, fold: count}
  path:
    target: Portfolio
    startedOn: entity.spec.?path.?startedOn.orValue("")
    steps:
      - {id: begun, title: Begun, missing: 'aggregates.brands > 0 ? [] : ["a brand"]'}
  dues:
    - {id: cake, title: Birthdays, group: review, of: Brand, each: '["2026-07-01"]', day: item}
  scores:
    - id: light
      title: Light
      of: Brand
      variables: [{name: one, expression: '1'}]
      parts: [{id: sun, title: Sun, weight: 1, gained: variables.one, of: '2.0'}]
"""
FAULTS = [
    ("aggregates.brands > 0", "aggregates.brand > 0", '11:56 there is no aggregate "aggregates.brand"'),
    ('[] : ["a brand"]', "[1] : [2]", "11:45 list(string) is needed here, and this gives list(int)"),
    ("target: Portfolio", "target: Portfolios", '8:13 "Portfolios" is not a kind'),
    ("of: Brand, each", "of: Brant, each", '13:55 "Brant" is not a kind'),
    ("'[\"2026-07-01\"]'", "'\"2026-07-01\"'", "13:68 each takes a list, and this is string"),
    ("day: item", "day: item.day", '13:96 a value of type string has no field "day"'),
    ("gained: variables.one", "gained: variables.two", '19:66 there is no variable "variables.two"'),
    ("of: '2.0'", "of: '\"2.0\"'", "19:75 a number is needed here, and this gives string"),
    ("group: review", "group: revue", '13:43 "revue" is not a value of "group"'),
]


@pytest.mark.parametrize(("sound", "faulty", "told"), [pytest.param(*fault, id=fault[1]) for fault in FAULTS])
def test_a_fault_is_told_where_it_stands(
    ask: Ask, portfolio: dict[str, str], sound: str, faulty: str, told: str
) -> None:
    assert SOUND.count(sound) == 1

    rules = ask({**portfolio, "policies/overview.yaml": SOUND.replace(sound, faulty)}).rules

    assert [problem.check for problem in rules.problems] == ["pack"] * len(rules.problems)
    assert [f"{item.place.line}:{item.place.column} {item.message}"[: len(told)] for item in rules.problems] == [told]


def test_a_sound_one_is_told_nothing_of(ask: Ask, portfolio: dict[str, str]) -> None:
    inquiry = ask({**portfolio, "policies/overview.yaml": SOUND})

    assert inquiry.rules.problems == ()
    assert [step.id for way in status_of(inquiry).ways for step in way.steps] == ["begun"]


def test_the_shipped_one_is_sound(ask: Ask, portfolio: dict[str, str]) -> None:
    outlook = ask(portfolio).rules.overviews.outlook

    assert [step.id for path in outlook.paths for step in path.steps] == [
        "mapped",
        "scored",
        "pilot-defined",
        "reviewed",
    ]
    assert {score.of for score in outlook.scores} == {"Brand", "Team"}
    assert len(outlook.dues) == 15


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("", "an overview is one document", id="an empty file"),
        pytest.param(f"{SOUND}---\n{SOUND}", "an overview is one document", id="two documents"),
        pytest.param(
            SOUND.replace("dues:", "dues:\n    - {id: cake, title: B, group: end, of: Team, day: '\"2026-07-01\"'}"),
            'there are two dues called "cake"',
            id="two of one name",
        ),
    ],
)
def test_one_document_says_everything_once(ask: Ask, portfolio: dict[str, str], text: str, told: str) -> None:
    rules = ask({**portfolio, "policies/overview.yaml": text}).rules

    assert [problem.message for problem in rules.problems] == [told]


def test_a_misspelt_file_name_is_noticed(ask: Ask, portfolio: dict[str, str]) -> None:
    (problem,) = ask({**portfolio, "policies/overviews.yaml": SOUND}).rules.problems

    assert (problem.message, problem.suggestion) == ('nothing reads a file called "overviews.yaml"', "overview.yaml")
