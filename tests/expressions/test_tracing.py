"""A trace writes down an evaluation and changes nothing about it."""

import pytest

from concertino.expressions import (
    BOOL,
    DYN,
    INT,
    CheckedTree,
    Environment,
    EvaluationError,
    Meter,
    Program,
    compile_tree,
    list_of,
    trace,
    tracing,
    turns,
)
from concertino.model.shape import Vocabulary

SCOPE = Environment(Vocabulary({})).scope({"entity": DYN, "numbers": list_of(INT), "n": INT, "yes": BOOL})
BINDINGS = {"entity": {"a": {"b": 3}}, "numbers": [1, 2, 3], "n": 2, "yes": True}


def program(source: str) -> Program:
    tree = SCOPE.check(source)
    assert isinstance(tree, CheckedTree)
    return compile_tree(tree)


@pytest.mark.parametrize(
    "source",
    [
        "numbers.all(x, numbers.exists(y, y >= x && y != n + 7))",
        "numbers.map(x, x * n).filter(y, y > 2).size()",
        "cel.bind(twice, n * 2, twice + twice)",
        "entity.?a.?c.orValue(entity.a.b) == 3 ? numbers[0] : numbers[1]",
        "numbers.transformMap(i, v, v > 1, v + i)",
    ],
)
def test_however_little_is_written_down_the_value_is_the_same(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = program(source)
    wanted = made.evaluate(BINDINGS, Meter(1_000, 1_000))
    for most in range(1, 60):
        monkeypatch.setattr(tracing, "_MOST_STEPS", most)
        step = trace(made, BINDINGS, Meter(1_000, 1_000))
        assert step.value == wanted
        assert sum(1 for _ in step.all()) <= most
        assert all(turn.steps or turn.bound for one in step.all() for turn in turns(made, one))


def test_a_failure_stands_in_every_step_that_it_ended() -> None:
    step = trace(program("n / (n - 2) == 1 && yes"), BINDINGS, Meter(1_000, 1_000))
    failed = [type(one.node).__name__ for one in step.all() if isinstance(one.failure, EvaluationError)]

    assert failed == ["Call", "Call", "Call"]


def test_a_failure_that_the_other_side_absorbs_ends_nothing() -> None:
    step = trace(program("n / 0 == 1 || yes"), BINDINGS, Meter(1_000, 1_000))

    assert (step.value, step.failure) == (True, None)
    assert step.steps[0].failure


def test_an_evaluation_that_costs_too_much_says_so() -> None:
    step = trace(program("numbers.all(x, numbers.all(y, x > 0 && y > 0))"), BINDINGS, Meter(5, 1_000))

    assert "limits.expressionSteps" in str(step.failure)
