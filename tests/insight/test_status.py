"""Which step a portfolio has reached, and what is due: on the day, the day before and the day after."""

from collections.abc import Callable

import pytest

from concertino.insight.asking import Inquiry
from concertino.insight.status import DueItem, Status, Step, status_of

Ask = Callable[..., Inquiry]


def steps(status: Status) -> dict[str, Step]:
    return {step.id: step for way in status.ways for step in way.steps}


def due(status: Status, name: str) -> list[DueItem]:
    return [item for item in status.dues if item.due == name]


def test_what_is_missing_of_each_step_is_named(ask: Ask, portfolio: dict[str, str]) -> None:
    found = steps(status_of(ask(portfolio)))

    assert found["mapped"].missing == (
        "7 of 10 capabilities",
        "a service that serves ash/loyalty",
        "a service that serves birch/loyalty",
    )
    assert "a sheet of scores for loyalty" in found["scored"].missing
    assert "scores for ash/loyalty: differentiation" in found["scored"].missing
    assert found["pilot-defined"].missing == ("a pilot: its brands, its end and the measures it will be judged by",)
    assert not any(step.reached for step in found.values())


PILOT = """
---
apiVersion: concertino/v1
kind: Pilot
metadata: {name: one-price, title: One price for two brands}
spec:
  capability: pricing
  brands: [ash, birch]
  endsOn: 2026-08-31
  measures: [{metric: error-rate, group: error-rate, baseline: 3, target: 1}]
  eligible: 2
"""


def test_the_next_command_follows_what_is_missing(ask: Ask, portfolio: dict[str, str]) -> None:
    (file,) = portfolio
    few, none = status_of(ask(portfolio)), status_of(ask({file: portfolio[file].split("---\n", 1)[0]}))

    assert steps(few)["mapped"].next == "concertino catalogue new Capability NAME"
    assert steps(none)["mapped"].next == "concertino catalogue new Brand NAME"
    assert steps(few)["pilot-defined"].next == "concertino matrix --candidates"


def test_a_step_is_reached_once_nothing_of_it_is_missing(ask: Ask, portfolio: dict[str, str]) -> None:
    (file,) = portfolio

    found = steps(status_of(ask({file: portfolio[file] + PILOT})))

    assert (found["pilot-defined"].reached, found["pilot-defined"].missing) == (True, ())


@pytest.mark.parametrize(
    ("day", "late"),
    [
        pytest.param("2026-05-10", False, id="not before its day"),
        pytest.param("2026-05-11", False, id="not on its day"),
        pytest.param("2026-05-12", True, id="on the day after"),
    ],
)
def test_a_step_is_late_once_its_day_is_past(ask: Ask, portfolio: dict[str, str], day: str, *, late: bool) -> None:
    status = status_of(ask(portfolio, day))

    assert (steps(status)["mapped"].by, steps(status)["mapped"].late) == ("2026-05-11", late)


def test_the_days_of_the_way_are_counted_from_its_start(ask: Ask, portfolio: dict[str, str]) -> None:
    (way,) = status_of(ask(portfolio, "2026-05-11")).ways

    assert (way.started_on, way.day) == ("2026-05-01", 10)
    assert [step.by for step in way.steps] == ["2026-05-11", "2026-05-21", "2026-05-31", "2026-08-31"]


def test_without_a_start_steps_have_no_day_and_are_never_late(ask: Ask, portfolio: dict[str, str]) -> None:
    (file,) = portfolio

    status = status_of(ask({file: portfolio[file].replace("  path: {startedOn: 2026-05-01}\n", "")}))

    assert [(way.day, way.started_on) for way in status.ways] == [(None, "")]
    assert [(step.by, step.late) for step in steps(status).values()] == [("", False)] * 4


@pytest.mark.parametrize(
    ("day", "left"),
    [
        pytest.param("2026-05-16", None, id="a day too far ahead"),
        pytest.param("2026-05-17", 90, id="ninety days ahead"),
        pytest.param("2026-08-15", 0, id="on the day"),
        pytest.param("2026-08-16", -1, id="overdue by a day"),
    ],
)
def test_what_falls_due_within_ninety_days_is_shown(
    ask: Ask, portfolio: dict[str, str], day: str, left: int | None
) -> None:
    found = due(status_of(ask(portfolio, day)), "customization")

    assert [(item.left, item.what, item.owner) for item in found] == (
        [] if left is None else [(left, "long-legs of ash", "platform")]
    )
    assert [item.overdue for item in found] == ([] if left is None else [left < 0])


@pytest.mark.parametrize(("ahead", "shown"), [(45, False), (46, True), (0, False)])
def test_one_may_look_further_ahead_or_less(ask: Ask, portfolio: dict[str, str], ahead: int, *, shown: bool) -> None:
    assert bool(due(status_of(ask(portfolio, "2026-06-30"), ahead), "customization")) is shown


DECISION = """
---
apiVersion: concertino/v1
kind: Decision
metadata: {name: one-order-hub, title: One hub}
spec:
  number: 1
  status: STATUS
  capability: orders
  allBrands: {}
  model: orchestrate
  decidedOn: 2026-05-10
  nextReview: 2026-06-30
  deciders: [platform, ash-team]
  drivers: [single-truth]
  measures: [{metric: revenue, baseline: 1, target: 2, by: 2026-12-31}]
  transition: {from: operate, to: orchestrate, by: 2026-07-31}
  context: Orders were kept twice.
  consequences: [{kind: good, text: they are kept once}]
"""


@pytest.mark.parametrize(("day", "overdue"), [("2026-06-29", False), ("2026-06-30", False), ("2026-07-01", True)])
def test_a_review_is_overdue_on_the_day_after_its_day(
    ask: Ask, portfolio: dict[str, str], day: str, *, overdue: bool
) -> None:
    (file,) = portfolio

    status = status_of(ask({file: portfolio[file] + DECISION.replace("STATUS", "accepted")}, day))

    assert [item.overdue for item in due(status, "decision-review")] == [overdue]
    assert [item.entity for item in status.overdue if item.due == "decision-review"] == [
        "decision:one-order-hub"
    ] * overdue


def test_a_decision_that_is_only_proposed_is_not_reviewed(ask: Ask, portfolio: dict[str, str]) -> None:
    (file,) = portfolio

    status = status_of(ask({file: portfolio[file] + DECISION.replace("STATUS", "proposed")}))

    assert due(status, "decision-review") == []


def test_a_move_is_over_once_what_runs_is_what_was_decided(ask: Ask, portfolio: dict[str, str]) -> None:
    (file,) = portfolio
    text = portfolio[file] + DECISION.replace("STATUS", "accepted")

    done = status_of(ask({file: text}))
    moving = status_of(ask({file: text.replace("consumers: [ash, birch]", "consumers: [ash]")}))

    assert due(done, "transition") == []
    assert [item.day for item in due(moving, "transition")] == ["2026-07-31"]


EXCEPTION = """
---
apiVersion: concertino/v1
kind: DecisionRight
metadata: {name: funding, title: Who pays}
spec: {right: funding, accountable: finance, escalation: platform, answerWithinDays: 15}
---
apiVersion: concertino/v1
kind: Exception
metadata: {name: paid-by-the-centre, title: Paid by the centre for now}
spec:
  policies: [shared-service-is-funded]
  entities: ["service:order-hub"]
  type: waiver
  requester: pia
  owner: platform
  approver: fay
  approvedOn: 2026-03-01
  expires: 2026-07-15
  evidence:
    - {kind: revenue, metric: revenue, baseline: 100, value: 150, unit: EUR, period: 2025-Q4,
       source: Ledger, basis: observed, asOf: 2026-01-31}
  controls: [Costs are booked by line.]
  reason: The key is not agreed on.
"""


@pytest.mark.parametrize(
    ("day", "left"),
    [
        pytest.param("2026-02-28", None, id="before it is in force"),
        pytest.param("2026-04-15", None, id="ninety-one days before its last day"),
        pytest.param("2026-04-16", 90, id="ninety days before"),
        pytest.param("2026-07-15", 0, id="on its last day, on which it is still in force"),
        pytest.param("2026-07-16", None, id="once it has lapsed there is nothing to do about it here"),
    ],
)
def test_an_exception_in_force_is_shown_until_its_last_day(
    ask: Ask, portfolio: dict[str, str], day: str, left: int | None
) -> None:
    (file,) = portfolio

    found = due(status_of(ask({file: portfolio[file] + EXCEPTION}, day)), "exception-end")

    assert [item.left for item in found] == ([] if left is None else [left])


@pytest.mark.parametrize(("day", "overdue"), [("2026-06-18", False), ("2026-06-19", False), ("2026-06-20", True)])
def test_an_event_asks_for_a_look_within_thirty_days(
    ask: Ask, portfolio: dict[str, str], day: str, *, overdue: bool
) -> None:
    (item,) = due(status_of(ask(portfolio, day)), "event-review")

    assert (item.day, item.overdue, item.owner) == ("2026-06-19", overdue, "birch-team")


def test_a_pilot_is_to_be_concluded_when_it_ends(ask: Ask, portfolio: dict[str, str]) -> None:
    (file,) = portfolio
    concluded = PILOT + "  conclusion: inconclusive\n  concludedOn: 2026-06-01\n"
    concluded += "  results: [{metric: error-rate, value: 2}]\n"

    running = status_of(ask({file: portfolio[file] + PILOT}))
    done = status_of(ask({file: portfolio[file] + concluded}))

    assert [item.day for item in due(running, "pilot-end")] == ["2026-08-31"]
    assert due(done, "pilot-end") == []


def test_what_is_due_is_counted_by_owner(ask: Ask, portfolio: dict[str, str]) -> None:
    status = status_of(ask(portfolio))

    assert status.owners == {"": (0, 1), "birch-team": (1, 0), "platform": (0, 1)}
    assert [item.due for item in status.of_owner("platform").dues] == ["customization"]


def test_a_fault_in_the_catalogue_leaves_a_step_unknown_and_hides_nothing_else(
    ask: Ask, portfolio: dict[str, str]
) -> None:
    (file,) = portfolio

    status = status_of(ask({file: portfolio[file].replace("consumers: [ash]", "consumers: [oak]")}))

    assert not steps(status)["mapped"].known
    assert not steps(status)["mapped"].reached
    assert steps(status)["pilot-defined"].known
    assert {item.about for item in status.unanswered} >= {"mapped"}
    assert due(status, "customization")


OWN = """
apiVersion: concertino/v1
kind: Overview
metadata: {name: own, title: Ours}
spec:
  dues:
    - {id: customization, title: Birthdays, group: review, of: Brand, day: '"2026-07-01"', what: '"a cake"'}
    - {id: far, title: Too far, group: end, of: Brand, day: '"9999-12-31"', after: '1'}
    - {id: odd, title: No day, group: end, of: Brand, day: '"soon"'}
"""


def test_an_overview_of_the_repository_adds_to_that_of_the_pack_and_goes_before_it(
    ask: Ask, portfolio: dict[str, str]
) -> None:
    status = status_of(ask({**portfolio, "policies/overview.yaml": OWN}), ahead=3660)

    assert [(item.entity, item.what) for item in due(status, "customization")] == [
        ("brand:ash", "a cake"),
        ("brand:birch", "a cake"),
    ]
    assert due(status, "event-review")
    assert due(status, "far") == due(status, "odd") == []
