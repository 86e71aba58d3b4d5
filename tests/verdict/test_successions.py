"""What is wrong between decisions is found by the check, once for each mistake."""

from collections.abc import Callable

import pytest

from concertino.verdict import Verdict

Judge = Callable[..., Verdict]
CIRCLE = "decisions supersede each other in a circle, so none of them is in force"
BASE = """\
apiVersion: concertino/v1
kind: Team
metadata: {name: board, title: Board}
spec: {type: architecture, members: [{name: Ada, handle: ada}]}
---
apiVersion: concertino/v1
kind: Brand
metadata: {name: aurora, title: Aurora}
spec: {promise: Light., role: mature, team: board, resultOwner: board, demand: 2}
---
apiVersion: concertino/v1
kind: Capability
metadata: {name: orders, title: Orders}
spec: {standard: One order., plane: workflow, owner: board}
"""


def decision(name: str, number: int, status: str = "accepted", supersedes: str = "") -> str:
    return f"""\
apiVersion: concertino/v1
kind: Decision
metadata: {{name: {name}, title: {name}}}
spec:
  number: {number}
  status: {status}
  capability: orders
  brands: [aurora]
  model: operate
  decidedOn: 2026-01-01
  deciders: [board]
  drivers: [cost]
  measures: [{{metric: m, baseline: 1, target: 2, by: 2026-12-31}}]
  nextReview: 2026-04-01
  supersedes: [{supersedes}]
  context: c
  consequences: [{{kind: good, text: t}}]
"""


@pytest.mark.parametrize(
    ("decisions", "found"),
    [
        pytest.param([("a", 1), ("b", 2)], [], id="two decisions with numbers of their own"),
        pytest.param(
            [("a", 7), ("b", 7), ("c", 7)],
            [
                (
                    "decision:c",
                    "number 7 is used by decision:a, decision:b and decision:c, and records are told by number",
                )
            ],
            id="one number three times is one finding",
        ),
        pytest.param([("a", 1), ("b", 2, "accepted", "a"), ("c", 3, "accepted", "b")], [], id="a chain"),
        pytest.param([("a", 1), ("b", 2, "accepted", "a"), ("c", 3, "accepted", "a")], [], id="a split"),
        pytest.param([("a", 1), ("b", 2), ("c", 3, "accepted", "a, b")], [], id="a merge"),
        pytest.param(
            [("a", 1, "accepted", "a")],
            [
                ("decision:a", f"{CIRCLE}: decision:a → decision:a"),
            ],
            id="a decision that supersedes itself",
        ),
        pytest.param(
            [
                ("d", 4, "accepted", "a"),
                ("c", 3, "accepted", "b"),
                ("b", 2, "accepted", "a"),
                ("a", 1, "proposed", "c"),
            ],
            [
                ("decision:a", f"{CIRCLE}: decision:a → decision:c → decision:b → decision:a"),
            ],
            id="a circle of three, and one that only leads into it",
        ),
        pytest.param(
            [("a", 1, "rejected"), ("b", 2, "accepted", "a")],
            [("decision:b", "decision:a was rejected, so it was never in force and can't be superseded")],
            id="a decision that was decided against",
        ),
        pytest.param([("a", 1, "deprecated"), ("b", 2, "accepted", "a")], [], id="a decision that had ended"),
    ],
)
def test_numbers_and_successions(
    verdict_on: Judge, decisions: list[tuple[str, int]], found: list[tuple[str, str]]
) -> None:
    files = {f"catalogue/decisions/{item[0]}.yaml": decision(*item) for item in decisions}
    findings = verdict_on({"catalogue/base.yaml": BASE, **files}).findings

    assert [(item.subject, item.message) for item in findings] == found
    assert all(item.policy == "record" and item.place and item.remediation for item in findings)


def test_two_circles_are_two_findings_each_with_its_places(verdict_on: Judge) -> None:
    pairs = [("a", 1, "accepted", "b"), ("b", 2, "accepted", "a"), ("x", 3, "accepted", "y"), ("y", 4, "accepted", "x")]
    files = {f"catalogue/decisions/{item[0]}.yaml": decision(*item) for item in pairs}
    findings = verdict_on({"catalogue/base.yaml": BASE, **files}).findings

    assert [item.subject for item in findings] == ["decision:a", "decision:x"]
    assert [str(item.related[0].place) for item in findings] == [
        "catalogue/decisions/b.yaml:15:15",
        "catalogue/decisions/y.yaml:15:15",
    ]


def test_an_unknown_predecessor_is_the_finding_of_a_reference(verdict_on: Judge) -> None:
    (found,) = verdict_on({"catalogue/base.yaml": BASE, "catalogue/d.yaml": decision("a", 1, supersedes="b")}).findings

    assert found.policy == "reference"


def test_a_long_chain_is_walked_without_end_or_recursion(verdict_on: Judge) -> None:
    names = [f"d{number}" for number in range(1, 400)]
    links = zip(names, ["", *names], strict=False)
    text = "---\n".join(decision(name, index, supersedes=after) for index, (name, after) in enumerate(links, 1))

    assert verdict_on({"catalogue/base.yaml": BASE, "catalogue/d.yaml": text}).findings == ()
