"""No expression may cost more than its budget, whatever it does."""

from collections.abc import Callable

import pytest

from concertino.expressions.meter import Meter
from concertino.expressions.program import Program
from concertino.expressions.values import BudgetError

Evaluate = Callable[..., object]


@pytest.mark.parametrize(
    ("source", "limit"),
    [
        ("d.map(x, x)", "expressionSteps"),
        ("d.all(x, x >= 0)", "expressionSteps"),
        ("d.exists(x, x < 0)", "expressionSteps"),
        ("d.exists_one(x, x == 1)", "expressionSteps"),
        ("d.filter(x, false)", "expressionSteps"),
        ("d.transformList(i, x, x)", "expressionSteps"),
        ("d.transformMap(i, x, x)", "expressionSteps"),
        ("-1 in d", "expressionSteps"),
        ("d == d + []", "expressionSteps"),
        ("sets.contains(d, d)", "expressionSteps"),
        ("d.distinct()", "expressionSteps"),
        ("d.sort()", "expressionSteps"),
        ("d.sortBy(x, -x)", "expressionSteps"),
        ("sum(d) > 0", "expressionSteps"),
        ("math.greatest(d)", "expressionSteps"),
        ("[d, d].flatten().size()", "valueSize"),
        ("'%s'.format([d])", "valueSize"),
        ("[1, 2, 3, 4].all(a, d.slice(0, 9).all(b, d.slice(0, 99).all(c, true)))", "expressionSteps"),
        ("d.all(x, x >= 0) || true", "expressionSteps"),
        ("true || d.all(x, x < 0)", ""),
        ("lists.range(1001)", "valueSize"),
        ("lists.range(9223372036854775807)", "valueSize"),
        ("d + d", "valueSize"),
        ("variables.a + variables.a", "valueSize"),
        ("bytes(variables.a) + bytes(variables.a)", "valueSize"),
        ("variables.a.replace('', '-')", "valueSize"),
        ("variables.a.replace('a', 'aa')", "valueSize"),
        ("[variables.a, variables.a].join()", "valueSize"),
        ("[variables.a, 'a'].join(variables.a)", "valueSize"),
        ("'%s%s'.format([variables.a, variables.a])", "valueSize"),
        ("'%s'.format([[variables.a, variables.a]])", "valueSize"),
        ("'%.900f%.900f'.format([1.0, 1.0])", "valueSize"),
        ("strings.quote(variables.a)", "valueSize"),
        ("base64.encode(bytes(variables.a))", "valueSize"),
        ("regex.replace(variables.a, 'a', 'aa')", "valueSize"),
        ("regex.replace(variables.a, 'a+', '\\\\0\\\\0')", "valueSize"),
        ("variables.a.split('').size()", ""),
        ("variables.b == variables.b", "expressionSteps"),
        ("'%s'.format([variables.b])", "valueSize"),
    ],
)
def test_what_costs_too_much_stops_and_names_the_limit(source: str, limit: str, evaluate: Evaluate) -> None:
    shared: list[object] = [0]
    for _ in range(40):
        shared = [shared, shared]
    bindings = {"d": list(range(600)), "variables.a": "a" * 900, "variables.b": shared}
    result = evaluate(source, bindings, steps=500 if limit.endswith("teps") else 5_000_000)
    assert isinstance(result, BudgetError) == bool(limit), result
    assert limit.lower() in str(result).lower()


def test_an_element_costs_more_where_more_is_done_with_it(evaluate: Evaluate) -> None:
    simple, thorough = "d.all(x, x >= 0)", f"d.all(x, {' && '.join(['x >= 0'] * 100)})"
    bindings = {"d": list(range(600))}
    assert evaluate(simple, bindings, steps=600) is True
    assert isinstance(evaluate(thorough, bindings, steps=6000), BudgetError)
    assert evaluate(thorough, bindings, steps=9000) is True


def test_values_built_one_after_the_other_cost_steps_too(evaluate: Evaluate) -> None:
    result = evaluate("d.map(x, variables.a + 'b')", {"d": [0] * 900, "variables.a": "a" * 900}, steps=50_000)
    assert isinstance(result, BudgetError)
    assert "limits.expressionSteps" in str(result)


def test_the_budget_holds_for_many_evaluations_that_share_a_meter(program: Callable[[str], Program]) -> None:
    meter = Meter(100, 100)
    made = program("d.all(x, x > 0)")
    for _ in range(10):
        made.evaluate({"d": [1] * 10}, meter)
    with pytest.raises(BudgetError):
        made.evaluate({"d": [1]}, meter)


def test_variables_nested_beyond_pythons_stack_end_in_a_budget_error(program: Callable[[str], Program]) -> None:
    made = program("variables.a == 1")

    class Endless(dict[str, object]):
        def __missing__(self, name: str) -> object:
            return made.evaluate(self, Meter(10, 10))

    with pytest.raises(BudgetError, match="nested too deeply"):
        made.evaluate(Endless(), Meter(10, 10))
