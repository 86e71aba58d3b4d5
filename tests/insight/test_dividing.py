"""Money is divided so that nothing is lost and nothing is made up, whatever the amount and the key."""

from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concertino.insight.dividing import divide, quarter_of
from concertino.insight.money import money

AMOUNTS = st.integers(min_value=0, max_value=10**15)
FIGURES = st.one_of(
    st.integers(min_value=0, max_value=10**12).map(Fraction),
    st.floats(min_value=0, max_value=1e15, allow_nan=False).map(lambda value: Fraction(repr(value))),
)
KEYS = st.dictionaries(st.text(min_size=1, max_size=5), FIGURES, max_size=12)


@given(AMOUNTS, KEYS)
def test_shares_and_what_stays_central_are_exactly_what_was_incurred(amount: int, key: dict[str, Fraction]) -> None:
    division = divide(amount, key)

    assert sum(division.shares.values()) + division.central == amount
    assert all(share >= 0 for share in division.shares.values())
    assert division.central >= 0


@given(AMOUNTS, KEYS)
def test_rounding_leaves_less_than_one_minor_unit_for_each_receiver(amount: int, key: dict[str, Fraction]) -> None:
    division = divide(amount, key)

    if any(key.values()):
        assert division.central < max(1, sum(1 for value in key.values() if value))
    else:
        assert division.central == amount


@given(AMOUNTS, KEYS)
def test_whose_key_is_zero_gets_nothing(amount: int, key: dict[str, Fraction]) -> None:
    division = divide(amount, {**key, "idle": Fraction(0)})

    assert division.shares["idle"] == 0


@given(AMOUNTS, KEYS, st.randoms(use_true_random=False))
def test_the_order_of_receivers_makes_no_difference(amount: int, key: dict[str, Fraction], random: Random) -> None:
    names = list(key)
    random.shuffle(names)

    assert divide(amount, {name: key[name] for name in names}) == divide(amount, key)


@given(AMOUNTS, KEYS, st.integers(min_value=1, max_value=10**6))
def test_the_unit_of_the_key_makes_no_difference(amount: int, key: dict[str, Fraction], factor: int) -> None:
    larger = {name: value * factor for name, value in key.items()}

    assert divide(amount, larger).shares == divide(amount, key).shares


@given(AMOUNTS, KEYS)
def test_whoever_uses_more_never_gets_less(amount: int, key: dict[str, Fraction]) -> None:
    shares = divide(amount, key).shares
    ordered = sorted(key, key=lambda name: key[name])

    assert all(shares[low] <= shares[high] for low, high in pairwise(ordered))


def test_a_cent_that_can_not_be_divided_stays_central() -> None:
    division = divide(100, dict.fromkeys("abc", Fraction(1)))

    assert (dict(division.shares), division.central) == ({"a": 33, "b": 33, "c": 33}, 1)


@pytest.mark.parametrize(
    ("amount", "key"),
    [pytest.param(-1, {"a": 1}, id="the amount is negative"), pytest.param(1, {"a": -1}, id="a figure is negative")],
)
def test_nothing_negative_is_divided(amount: int, key: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="negative"):
        divide(amount, {name: Fraction(value) for name, value in key.items()})


@given(AMOUNTS, st.integers(min_value=1, max_value=4))
def test_any_four_quarters_in_a_row_are_the_year(yearly: int, first: int) -> None:
    row = [(first + offset - 1) % 4 + 1 for offset in range(4)]

    assert sum(quarter_of(yearly, quarter) for quarter in row) == yearly


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (1_250_000, "EUR", "12,500.00"),
        (5, "EUR", "0.05"),
        (-5, "EUR", "-0.05"),
        (1_250_000, "JPY", "1,250,000"),
        (1_250_000, "KWD", "1,250.000"),
        (1_250_000, "CLF", "125.0000"),
        (199, "", "1.99"),
    ],
)
def test_amounts_have_the_digits_of_their_currency(amount: int, currency: str, written: str) -> None:
    assert money(amount, currency) == written
