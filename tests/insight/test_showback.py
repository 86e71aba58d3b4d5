"""What services cost is divided among those who use them, and what nobody can influence is nobody's."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from concertino.catalogue import Catalogue
from concertino.insight.asking import Inquiry
from concertino.insight.showback import Line, Mode, Stays, last_full_quarter, quarters, showback_of

Ask = Callable[..., Inquiry]


def lines(catalogue: Catalogue, period: str = "2026-Q1") -> dict[str, Line]:
    return {line.line: line for line in showback_of(catalogue, (period,)).lines}


def test_a_quarter_of_a_line_is_divided_by_its_key(ask: Ask, portfolio: dict[str, str]) -> None:
    line = lines(ask(portfolio).catalogue)["Orders"]

    assert (line.incurred, dict(line.shares), line.central) == (10000, {"brand:ash": 6666, "brand:birch": 3333}, 1)
    assert line.figures == {"brand:ash": Fraction(2), "brand:birch": Fraction(1)}
    assert line.charged


def test_what_no_brand_can_influence_is_shown_and_never_charged(ask: Ask, portfolio: dict[str, str]) -> None:
    line = lines(ask(portfolio).catalogue)["Run team"]

    assert (line.incurred, dict(line.shares), line.central, line.stays) == (2500, {}, 2500, Stays.NO_INFLUENCE)


def test_showback_is_seen_and_not_charged(ask: Ask, portfolio: dict[str, str]) -> None:
    found = showback_of(ask(portfolio).catalogue, ("2026-Q1",))

    assert found.brands == {"brand:ash": (6666, 200), "brand:birch": (3333, 0)}


def test_a_key_without_figures_leaves_the_line_central_and_says_whose_are_lacking(
    ask: Ask, portfolio: dict[str, str]
) -> None:
    line = lines(ask(portfolio).catalogue)["Requests"]

    assert (line.central, line.stays, line.lacking) == (200, Stays.NO_FIGURES, ("brand:ash",))


CHANGES = [
    pytest.param("mode: chargeback", "mode: central", Stays.CENTRAL, id="the centre pays"),
    pytest.param("consumers: [ash, birch]", "consumers: []", Stays.NO_CONSUMER, id="nobody uses it"),
    pytest.param(
        '- {subject: "brand:birch", period: 2026-Q1, value: 1}', "", Stays.NO_FIGURES, id="one figure is lacking"
    ),
    pytest.param("value: 1}", "value: -1}", Stays.NEGATIVE, id="a figure is negative"),
]


@pytest.mark.parametrize(("sound", "other", "why"), CHANGES)
def test_a_line_that_can_not_be_divided_stays_central_whole(
    ask: Ask, portfolio: dict[str, str], sound: str, other: str, why: Stays
) -> None:
    (file,) = portfolio
    text = portfolio[file]
    assert sound in text

    line = lines(ask({file: text.replace(sound, other, 1)}).catalogue)["Orders"]

    assert (line.stays, dict(line.shares), line.central) == (why, {}, line.incurred)


def test_figures_of_the_cells_go_before_that_of_the_brand(ask: Ask, portfolio: dict[str, str]) -> None:
    (file,) = portfolio
    more = '- {subject: "brand:birch", period: 2026-Q1, value: 1}\n    - {subject: "cell:ash/orders", period: 2026-Q1, '
    text = portfolio[file].replace('- {subject: "brand:birch", period: 2026-Q1, value: 1}', f"{more}value: 3}}", 1)

    line = lines(ask({file: text}).catalogue)["Orders"]

    assert dict(line.shares) == {"brand:ash": 7500, "brand:birch": 2500}


def test_a_planned_service_costs_nothing_yet(ask: Ask, portfolio: dict[str, str]) -> None:
    (file,) = portfolio

    found = lines(ask({file: portfolio[file].replace("lifecycle: live", "lifecycle: planned", 1)}).catalogue)

    assert sorted(found) == ["Licences", "Requests"]


def test_a_year_is_the_sum_of_its_quarters(ask: Ask, portfolio: dict[str, str]) -> None:
    found = showback_of(ask(portfolio).catalogue, quarters("2026"))

    assert found.incurred == 40003 + 10000 + 800 + 801
    assert sum(map(sum, found.brands.values())) + found.central == found.incurred


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.integers(min_value=0, max_value=10**9), min_size=3, max_size=3),
    st.tuples(st.floats(-1e6, 1e9, allow_nan=False), st.floats(0, 1e9, allow_nan=False)),
    st.sampled_from(list(Mode)),
    st.sampled_from(["2026-Q1", "2026-Q2"]),
)
def test_brands_and_central_are_what_was_incurred_for_random_costs_and_keys(
    whole: Catalogue, amounts: list[int], figures: tuple[float, float], mode: Mode, period: str
) -> None:
    hub: Any = whole.by_name["service:order-hub"].value["spec"]
    measured: Any = whole.by_name["measurement:orders"].value["spec"]
    hub["funding"]["mode"] = str(mode)
    keys = [("orders", "brand"), ("equal", "brand"), ("orders", "none")]
    hub["funding"]["costs"] = [
        {"line": str(number), "amount": amount, "key": key, "influence": influence}
        for number, (amount, (key, influence)) in enumerate(zip(amounts, keys, strict=True))
    ]
    for row, figure in zip(measured["rows"], figures, strict=True):
        row["value"] = figure

    found = showback_of(whole, (period,))

    assert found.incurred == sum(line.incurred for line in found.lines)
    assert sum(map(sum, found.brands.values())) + found.central == found.incurred
    for line in found.lines:
        assert sum(line.shares.values()) + line.central == line.incurred
        assert line.central >= 0
        assert all(share >= 0 for share in line.shares.values())
        assert not (line.influence == "none" and line.shares)


@pytest.fixture
def whole(ask: Ask, portfolio: dict[str, str]) -> Catalogue:
    return ask(portfolio).catalogue


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-Q2", ("2026-Q2",)),
        ("2026", ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")),
        ("2026-Q5", ()),
        ("2026-2", ()),
        ("26-Q1", ()),
        ("", ()),
    ],
)
def test_a_period_is_a_quarter_or_a_year(text: str, meant: tuple[str, ...]) -> None:
    assert quarters(text) == meant


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        ("2026-06-30", "2026-Q1"),
        ("2026-07-01", "2026-Q2"),
        ("2026-12-31", "2026-Q3"),
        ("2026-01-01", "2025-Q4"),
    ],
)
def test_the_last_full_quarter_was_over_before_the_day(day: str, quarter: str) -> None:
    assert last_full_quarter(day) == quarter
