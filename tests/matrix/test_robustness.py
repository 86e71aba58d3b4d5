"""What is said of how well an answer stands is true: a flip flips, and so does a weight outside its interval."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concertino.matrix.answering import answer
from concertino.matrix.model import SCORES, Answer, Inputs, Model, Scalar, Unanswered
from concertino.matrix.robustness import (
    Robustness,
    answer_under,
    reweighted,
    robustness,
    smallest_flips,
    weight_intervals,
)

Document = dict[str, Any]
HAIR = Fraction(1, 10**9)
"""How far outside an interval is just outside."""

SEEDS = st.tuples(*([st.integers(0, 4)] * 6), *([st.integers(0, 59)] * 2))


def cell(model: Model, seed: tuple[int, ...]) -> Inputs:
    """A cell of the whole model: six scores, and circumstances picked by two numbers."""
    scores = {item.id: SCORES[at] for item, at in zip(model.factors, seed, strict=False)}
    left, known = seed[6] * 60 + seed[7], {}
    for item in model.circumstances:
        left, at = divmod(left, len(item.values))
        known[item.id] = item.values[at]
    return Inputs(scores, known)


def domains(model: Model) -> dict[str, Sequence[Scalar]]:
    return dict.fromkeys((item.id for item in model.factors), SCORES) | {
        item.id: item.values for item in model.circumstances
    }


def answered(model: Model, inputs: Inputs) -> str:
    found = answer(model, inputs)
    assert isinstance(found, Answer)
    return found.answer


def robust(model: Model, inputs: Inputs) -> Robustness:
    found = robustness(model, inputs)
    assert isinstance(found, Robustness)
    return found


def changed(model: Model, inputs: Inputs) -> list[tuple[int, str, Scalar, str]]:
    """Every change of one input, by hand: by how many steps, which input, to what, and the answer then."""
    found = []
    for name, values in domains(model).items():
        at = values.index(inputs.value(name))
        for to, value in enumerate(values):
            if to != at:
                found.append((abs(to - at), name, value, answered(model, inputs.with_value(name, value))))
    return found


@pytest.mark.slow
def test_the_smallest_flip_flips_and_no_smaller_change_does(whole: Model) -> None:
    @given(SEEDS)
    @settings(max_examples=1_000, deadline=None)
    def check(seed: tuple[int, ...]) -> None:
        inputs = cell(whole, seed)
        now = answered(whole, inputs)
        found = smallest_flips(whole, inputs, now)

        flipping = [change for change in changed(whole, inputs) if change[3] != now]
        least = min((change[0] for change in flipping), default=0)

        assert [(one.steps, one.input, one.after, one.answer) for one in found] == [
            change for change in flipping if change[0] == least
        ]
        for one in found:
            assert answered(whole, inputs.with_value(one.input, one.after)) == one.answer != now
            assert one.before == inputs.value(one.input)

    check()


@pytest.mark.slow
def test_an_answer_holds_inside_the_interval_of_each_weight_and_not_just_outside(whole: Model) -> None:
    @given(SEEDS)
    @settings(max_examples=2_500, deadline=None)
    def check(seed: tuple[int, ...]) -> None:
        inputs = cell(whole, seed)
        now = answer(whole, inputs)
        assert isinstance(now, Answer)

        for interval, factor in zip(weight_intervals(whole, now), whole.factors, strict=True):

            def holds(weight: Fraction, name: str = factor.id, now: Answer = now) -> bool:
                return answer_under(whole, now, reweighted(whole, name, weight)) == now.answer

            inside = [interval.low, (interval.low + interval.high) / 2, interval.high, Fraction(factor.weight)]
            assert all(holds(weight) is (weight in interval) for weight in inside)
            assert Fraction(factor.weight) in interval
            if interval.low > 0 or not interval.low_included:
                assert not holds(interval.low - HAIR) or not interval.low
                assert interval.low + HAIR not in interval or holds(interval.low + HAIR)
            if interval.high < 100 or not interval.high_included:
                assert not holds(interval.high + HAIR) or interval.high == 100
                assert interval.high - HAIR not in interval or holds(interval.high - HAIR)

    check()


def test_the_share_of_neighbours_counts_every_value_one_step_away(whole: Model) -> None:
    @given(SEEDS)
    @settings(max_examples=200, deadline=None)
    def check(seed: tuple[int, ...]) -> None:
        inputs = cell(whole, seed)
        now, found = answered(whole, inputs), robust(whole, inputs)

        near = [change for change in changed(whole, inputs) if change[0] == 1]

        assert found.neighbours == len(near)
        assert found.share == Fraction(sum(change[3] == now for change in near), len(near))

    check()


def test_weights_with_one_changed_still_add_up_and_the_others_keep_their_ratio(whole: Model) -> None:
    weights = reweighted(whole, "differentiation", Fraction(65))

    assert sum(weights.values()) == 100
    assert weights["differentiation"] == 65
    assert weights["commonality"] == weights["reuse"] == 2 * weights["risk"] == 10


def test_an_answer_that_no_single_input_flips_says_so(model_of: Callable[[Document], Model], small: Document) -> None:
    both: Document = {"id": "held", "title": "Held", "when": "true", "reason": "."}
    both["effects"] = [{"bound": "cap", "answer": "rent"}, {"bound": "floor", "answer": "rent"}]
    small["spec"] |= {"guards": [both], "overlaps": [], "examples": small["spec"]["examples"][:1]}
    small["spec"]["examples"][0].pop("guards")

    found = robust(model_of(small), Inputs({"worth": 3, "market": 3}, {"customers": 10, "state": "new"}))

    assert found.flips == ()
    assert found.smallest is None
    assert found.share == 1
    assert {f"{item.low} to {item.high}" for item in found.intervals} == {"0 to 100"}


def test_a_flip_by_a_number_counts_its_steps(model_of: Callable[[Document], Model], small: Document) -> None:
    inputs = Inputs({"worth": 5, "market": 2}, {"customers": 5, "state": "new"})

    found = robust(model_of(small), inputs)

    assert [(one.input, one.before, one.after, one.steps, one.answer) for one in found.flips] == [
        ("worth", 5, 3, 2, "rent"),
        ("customers", 5, 3, 2, "buy"),
    ]


def test_the_only_factor_of_a_model_has_no_other_weight(model_of: Callable[[Document], Model], small: Document) -> None:
    spec = small["spec"]
    spec["factors"] = [spec["factors"][0] | {"weight": 100}]
    spec |= {"guards": [], "overlaps": [], "resolution": [{"id": "a", "title": "a", "values": {"worth": "3"}}]}
    spec["examples"] = [{"title": "one", "scores": {"worth": 1}, "answer": "buy"}]

    found = robust(model_of(small), Inputs({"worth": 3}, {"customers": 10, "state": "new"}))

    assert [f"{item.low} to {item.high}" for item in found.intervals] == ["100 to 100"]


def test_an_interval_can_be_checked_by_hand(model_of: Callable[[Document], Model], small: Document) -> None:
    """Points 2 and 1: the index is 160 and rises by 1 with each per cent of worth. The bands end at 110 and 270."""
    found = robust(model_of(small), Inputs({"worth": 3, "market": 4}, {"customers": 10, "state": "new"}))

    worth, market = found.intervals
    assert [str(end) for end in (worth.low, worth.high, market.low, market.high)] == ["10", "100", "0", "90"]
    assert worth.low_included
    assert market.high_included
    assert Fraction(19, 2) not in worth
    assert 10 in worth


def test_inputs_without_an_answer_have_no_robustness(whole: Model) -> None:
    assert isinstance(robustness(whole, Inputs({}, {})), Unanswered)
