"""The reuse score is the weighted mean of its parts, and a part with nothing to gain drops out."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concertino.insight.asking import Inquiry
from concertino.insight.scores import Part, Scored, Scores, scores_of

Ask = Callable[..., Inquiry]


def part(gained: int, of: int, weight: int = 1, name: str = "a") -> Part:
    return Part(name, name, Fraction(gained), Fraction(of), weight=weight)


def score(*parts: Part) -> Fraction | None:
    return Scored("brand:ash", "Ash", "Brand", parts).value


def test_parts_count_by_their_weights() -> None:
    assert score(part(1, 2, weight=2), part(1, 1), part(0, 3)) == Fraction(1, 2)


def test_a_part_without_denominator_drops_out_and_the_others_weigh_more() -> None:
    assert score(part(1, 2, weight=2), part(0, 0), part(1, 1)) == Fraction(2, 3)


def test_without_any_part_there_is_no_score() -> None:
    assert score(part(0, 0), part(0, 0)) is None


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(1, 5)), min_size=1, max_size=5))
def test_a_score_lies_between_its_lowest_and_its_highest_part(parts: list[tuple[int, int, int]]) -> None:
    found = [part(gained, of, weight) for gained, of, weight in parts]
    values = [value for item in found if (value := item.value) is not None]

    value = score(*found)

    assert (value is None) is (not values)
    if value is not None:
        assert 0 <= min(values) <= value <= max(values) <= 1


def behind(entry: Scored) -> list[tuple[str, Fraction, Fraction]]:
    return [(item.id, item.gained, item.of) for item in entry.parts]


def numbers(*parts: tuple[str, float, float]) -> list[tuple[str, Fraction, Fraction]]:
    return [(name, Fraction(repr(gained)), Fraction(repr(of))) for name, gained, of in parts]


def by_name(found: Scores | None) -> dict[str, Scored]:
    assert found is not None
    return {entry.entity: entry for entry in found.entries}


def test_the_numbers_behind_the_reuse_of_a_brand_are_told(ask: Ask, portfolio: dict[str, str]) -> None:
    found = by_name(scores_of(ask(portfolio), "reuse"))

    ash, birch = found["brand:ash"], found["brand:birch"]
    assert behind(ash) == numbers(
        ("consumed", 2, 2),
        ("duplicates", 1, 1),
        ("data", 0.9, 1),
    )
    assert behind(birch) == numbers(
        ("consumed", 1, 2),
        ("duplicates", 0, 1),
        ("data", 0.9, 1),
    )
    assert birch.value == Fraction(1, 2) * Fraction(1, 2) + Fraction(1, 4) * Fraction("0.9")
    assert [text for item in birch.parts for text in item.open] == ["use price-engine", "retire birch-pricing"]


def test_a_platform_team_is_scored_by_the_services_it_owns(ask: Ask, portfolio: dict[str, str]) -> None:
    team = by_name(scores_of(ask(portfolio), "reuse"))["team:platform"]

    assert behind(team) == numbers(
        ("consumed", 3, 4),
        ("duplicates", 1, 2),
        ("data", 0.9, 1),
    )


DECIDED = """
---
apiVersion: concertino/v1
kind: Decision
metadata: {name: birch-prices, title: Birch prices by itself}
spec:
  number: 1
  status: accepted
  capability: pricing
  brands: [birch]
  model: operate
  decidedOn: 2026-05-10
  nextReview: 2026-08-10
  deciders: [platform, birch-team]
  drivers: [experiment-pace]
  measures: [{metric: revenue, baseline: 1, target: 2, by: 2026-12-31}]
  context: Lamps sell by mood.
  consequences: [{kind: good, text: prices follow the mood}]
"""


def test_a_cell_that_is_decided_to_be_operated_takes_nothing_away(ask: Ask, portfolio: dict[str, str]) -> None:
    (file,) = portfolio

    birch = by_name(scores_of(ask({file: portfolio[file] + DECIDED}), "reuse"))["brand:birch"]

    assert behind(birch)[0] == numbers(("consumed", 1, 1))[0]


def test_a_duplicate_counts_as_retired_from_its_day_on(ask: Ask, portfolio: dict[str, str]) -> None:
    before, since = (
        by_name(scores_of(ask(portfolio, day), "reuse"))["brand:ash"] for day in ("2026-02-28", "2026-03-01")
    )

    assert [behind(item)[1] for item in (before, since)] == numbers(("duplicates", 0, 0), ("duplicates", 1, 1))


def test_the_trend_is_the_difference_to_what_it_was(ask: Ask, portfolio: dict[str, str]) -> None:
    (file,) = portfolio
    earlier = scores_of(ask({file: portfolio[file].replace("consumers: [ash]", "consumers: []")}), "reuse")
    now = scores_of(ask(portfolio), "reuse")
    assert earlier
    assert now

    trends = {entry.entity: entry.trend for entry in now.compared(earlier, "REV").entries}

    assert trends["brand:birch"] == 0
    assert trends["brand:ash"] == Fraction(1, 4)


def test_no_pack_no_score(ask: Ask, portfolio: dict[str, str]) -> None:
    bare = "apiVersion: concertino/v1\nkind: Configuration\nextends: []\n"

    assert scores_of(ask({**portfolio, "concertino.yaml": bare}), "reuse") is None


@pytest.mark.parametrize("name", ["brand:ash", "brand:birch", "team:platform"])
def test_shares_of_the_parts_that_count_add_up_to_one(ask: Ask, portfolio: dict[str, str], name: str) -> None:
    found = by_name(scores_of(ask(portfolio), "reuse"))[name]

    assert sum(item.share for item in found.parts) == 1
