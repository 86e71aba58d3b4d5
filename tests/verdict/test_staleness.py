"""Which facts behind an accepted decision count as moved, and which do not."""

from collections.abc import Callable, Mapping

import pytest

from concertino.model.outcome import Outcome
from concertino.verdict import Verdict

Judge = Callable[..., Verdict]
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
kind: Brand
metadata: {name: oakwell, title: Oakwell}
spec: {promise: Boots., role: mature, team: board, resultOwner: board, demand: 2}
---
apiVersion: concertino/v1
kind: Capability
metadata: {name: orders, title: Orders}
spec: {standard: One order., plane: workflow, owner: board, defaults: {risk: 2}}
"""
MODEL = """\
apiVersion: concertino/v1
kind: DecisionModel
metadata: {name: tiny, title: Tiny}
spec:
  version: "1.0"
  parameters: {until: "2026-12-31", PARAMETERS}
  answers: [{id: orchestrate}, {id: operate, from: 205}]
  factors:
    - id: worth
      title: Worth
      question: Would customers miss it?
      direction: last
      weight: 50
      rubric: [{score: 1, means: no}, {score: 3, means: some}, {score: 5, means: all of them}]
    - id: risk
      title: Risk
      question: What is at stake?
      direction: last
      weight: 50
      rubric: [{score: 1, means: no}, {score: 3, means: some}, {score: 5, means: all}]
  circumstances:
    - id: late
      title: Late
      type: boolean
      direction: last
      expression: asOf > params.until
      usual: false
  aggregation: {method: median}
  resolution:
    - id: capability
      title: the default of the capability
      values:
        worth: entity.spec.refs.brand.spec.demand
        risk: entity.spec.refs.capability.spec.?defaults.?risk
  guards:
    - {id: late, title: Late, when: late, effects: [{bound: floor, answer: operate}], reason: It is late.}
  examples:
    - title: In the middle
      scores: {worth: 3, risk: 3}
      circumstances: {late: false}
      index: 200
      answer: orchestrate
"""
CELLS = """\
      - {cell: "cell:aurora/orders", recommendation: orchestrate, index: 100, margin: 105, scores: {risk: 2, worth: 2},
         circumstances: {late: "false"}}
      - {cell: "cell:oakwell/orders", recommendation: orchestrate, index: 100, margin: 105, scores: {risk: 2, worth: 2},
         circumstances: {late: "false"}}
"""
DECISION = """\
apiVersion: concertino/v1
kind: Decision
metadata: {name: alone, title: Alone}
spec:
  number: 1
  status: accepted
  capability: orders
  allBrands: {}
  model: orchestrate
  decidedOn: 2026-06-01
  deciders: [board]
  drivers: [cost]
  measures: [{metric: m, baseline: 1, target: 2, by: 2026-12-31}]
  nextReview: 2026-09-01
  basis:
    acceptedOn: 2026-06-01
    digest: "sha256:0"
    cells:
CELLS  context: c
  consequences: [{kind: good, text: t}]
"""


@pytest.fixture
def stale(verdict_on: Judge) -> Callable[..., tuple[Outcome, ...]]:
    """The findings on stale decisions, after replacements in the files."""

    def call(
        *changes: tuple[str, str], more: Mapping[str, str] | None = None, day: str = "2026-06-30", cells: str = CELLS
    ) -> tuple[Outcome, ...]:
        files = {
            "catalogue/base.yaml": BASE,
            "catalogue/decision.yaml": DECISION.replace("CELLS", cells),
            "policies/decision-model.yaml": MODEL,
            **(more or {}),
        }
        for before, after in (*changes, ("PARAMETERS", "spare: 1")):
            assert any(before in text for text in files.values()) or before == "PARAMETERS"
            files = {path: text.replace(before, after) for path, text in files.items()}
        findings = verdict_on(files, day).findings
        assert {item.policy for item in findings} <= {"stale"}, findings
        return findings

    return call


Stale = Callable[..., tuple[Outcome, ...]]
AURORA, OAKWELL = (
    "{promise: Light., role: mature, team: board, resultOwner: board, demand: ",
    "{promise: Boots., role: mature, team: board, resultOwner: board, demand: ",
)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        pytest.param((), [], id="nothing moved"),
        pytest.param(((f"{AURORA}2", f"{AURORA}3"),), [], id="a score moved by one"),
        pytest.param(
            ((f"{AURORA}2", f"{AURORA}4"),), [("score", "cell:aurora/orders worth")], id="a score moved by two"
        ),
        pytest.param(
            ((f"{AURORA}2", f"{AURORA}3"), ("PARAMETERS", "staleScoreChange: 1")),
            [("score", "cell:aurora/orders worth")],
            id="a score moved by one, and the model says that this is far",
        ),
        pytest.param(
            ((f"{AURORA}2", f"{AURORA}4"), ("PARAMETERS", "staleScoreChange: 3")),
            [],
            id="a score moved by two, and the model says that this is near",
        ),
        pytest.param(
            (("risk: 2}}", "risk: 4}}"),),
            [("score", "cell:aurora/orders risk")],
            id="a default of two cells moved, and is told once",
        ),
        pytest.param(
            ((f"{AURORA}2", f"{AURORA}4"), (f"{OAKWELL}2", f"{OAKWELL}4")),
            [("score", "cell:aurora/orders worth"), ("score", "cell:oakwell/orders worth")],
            id="two scores moved alike, each in a document of its own",
        ),
        pytest.param(
            ((f"{AURORA}2", f"{AURORA}4"), ("scores: {risk: 2", "scores: {risk: 4")),
            [("score", "cell:aurora/orders risk"), ("score", "cell:aurora/orders worth")],
            id="two scores of one cell moved, up and down",
        ),
        pytest.param(
            (("recommendation: orchestrate", "recommendation: operate"),),
            [("recommendation", "cell:aurora/orders")],
            id="the model recommends something else for the same scores",
        ),
        pytest.param((("status: accepted", "status: deprecated"),), [], id="a decision that is not in force"),
        pytest.param((("  allBrands: {}\n", "  brands: [aurora]\n"),), [], id="a decision that covers less"),
    ],
)
def test_what_counts_as_moved(stale: Stale, changes: tuple[tuple[str, str], ...], found: list[tuple[str, str]]) -> None:
    findings = stale(*changes)

    assert [(item.validation, item.key) for item in findings] == found
    assert all(item.place and item.place.pointer.startswith("/spec/basis") and item.remediation for item in findings)


def test_a_default_of_many_cells_names_them_in_one_finding(stale: Stale) -> None:
    (found,) = stale(("risk: 2}}", "risk: 4}}"))

    assert found.message.startswith("risk of cell:aurora/orders and cell:oakwell/orders is 4 now and was 2 when")
    assert [str(item.place) for item in found.related] == ["catalogue/base.yaml:19:78"]


def test_a_flip_tells_the_scores_that_caused_it_and_is_one_finding(stale: Stale) -> None:
    (found,) = stale((f"{AURORA}2", f"{AURORA}5"), ("risk: 2}}", "risk: 3}}"))

    assert found.validation == "recommendation"
    assert "recommends operate for cell:aurora/orders and recommended orchestrate" in found.message
    assert "risk 2 → 3 in catalogue/base.yaml:19" in found.message
    assert "worth 2 → 5 in catalogue/base.yaml:9" in found.message


def test_what_flips_as_days_pass_is_said_to_and_names_no_file(stale: Stale) -> None:
    assert stale(day="2026-12-31") == ()
    (found,) = stale(day="2027-01-01")

    assert "late false → true as days passed, by no change to a file" in found.message
    assert "cell:aurora/orders and cell:oakwell/orders" in found.message
    assert found.related == ()


def test_a_model_that_changed_is_the_reason_where_no_score_is(stale: Stale) -> None:
    (found,) = stale(("from: 205", "from: 100"))

    assert "no score and no circumstance is another one, so the model itself is" in found.message
    assert [item.place.file for item in found.related] == ["policies/decision-model.yaml"]


def test_a_score_that_is_gone_leaves_no_answer(stale: Stale) -> None:
    (found,) = stale((", defaults: {risk: 2}", ""))

    assert "has no answer for cell:aurora/orders and cell:oakwell/orders" in found.message
    assert "risk 2 → none" in found.message


def test_a_cell_that_came_later_was_not_decided_on(stale: Stale) -> None:
    (found,) = stale(cells=CELLS.partition('      - {cell: "cell:oakwell')[0])

    assert (found.validation, found.key) == ("coverage", "cell:oakwell/orders")
    assert "it covers cell:oakwell/orders now" in found.message


def test_where_the_model_had_nothing_to_say_nothing_of_it_can_move(stale: Stale) -> None:
    assert stale((f"{AURORA}2", f"{AURORA}5"), ("    cells:\n", ""), cells="") == ()


def test_a_decision_that_was_superseded_is_history(stale: Stale) -> None:
    later = DECISION.partition("  basis:")[0] + "  supersedes: [alone]\n  context: c\n"
    later += "  consequences: [{kind: good, text: t}]\n"
    later = later.replace("name: alone", "name: later").replace("number: 1", "number: 2")

    assert stale((f"{AURORA}2", f"{AURORA}5"), more={"catalogue/later.yaml": later}) == ()


def test_what_cannot_be_read_is_one_finding_and_makes_nothing_stale(verdict_on: Judge) -> None:
    files = {
        "catalogue/base.yaml": BASE.replace("demand: 2", "demand: many", 1),
        "catalogue/decision.yaml": DECISION.replace("CELLS", CELLS),
        "policies/decision-model.yaml": MODEL.replace(", PARAMETERS", ""),
    }

    assert [item.policy for item in verdict_on(files).findings] == ["schema"]
