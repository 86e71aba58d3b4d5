"""Evaluating an expression in both ways: generated and interpreted."""

from collections.abc import Callable, Mapping

import pytest

from concertino.expressions.environment import Environment
from concertino.expressions.meter import Meter
from concertino.expressions.program import Program, compile_tree
from concertino.expressions.tree import CheckedTree
from concertino.expressions.types import DYN, CelType, list_of, shape
from concertino.expressions.values import BudgetError, EvaluationError, UnreadableError
from concertino.model.shape import Field, ListOf, MapOf, Primitive, Shape, ShapeName, Vocabulary

STRING = Field(Primitive.STRING)
VOCABULARY = Vocabulary(
    {
        "Decision": Shape("Decision", {"name": STRING, "spec": Field(ShapeName("Decision.spec"), required=True)}),
        "Decision.spec": Shape(
            "Decision.spec",
            {
                "model": STRING,
                "brand": STRING,
                "refs": Field(ShapeName("Decision.refs"), required=True),
                "evidence": Field(ListOf(ShapeName("Decision.evidence"))),
                "labels": Field(MapOf(Primitive.STRING)),
                "weight": Field(Primitive.INT),
                "share": Field(Primitive.DOUBLE),
                "open": Field(Primitive.BOOL),
                "tags": Field(ListOf(Primitive.STRING)),
            },
        ),
        "Decision.refs": Shape(
            "Decision.refs", {"brand": Field(ShapeName("Brand")), "brands": Field(ListOf(ShapeName("Brand")))}
        ),
        "Decision.evidence": Shape(
            "Decision.evidence", {"basis": STRING, "value": Field(Primitive.INT), "source": STRING}
        ),
        "Brand": Shape("Brand", {"name": STRING, "demand": Field(Primitive.INT), "twin": Field(ShapeName("Brand"))}),
    }
)
VARIABLES: Mapping[str, CelType] = {
    "entity": shape("Decision"),
    "brand": shape("Brand"),
    "brands": list_of(shape("Brand")),
    "d": DYN,
    "variables.a": DYN,
    "variables.b": DYN,
    "params.n": CelType("int"),
}

Evaluate = Callable[..., object]


@pytest.fixture(scope="session")
def program() -> Callable[[str], Program]:
    """Checks and compiles an expression over decisions and brands."""
    scope = Environment(VOCABULARY).scope(VARIABLES)

    def make(source: str) -> Program:
        tree = scope.check(source)
        assert isinstance(tree, CheckedTree), tree
        return compile_tree(tree)

    return make


@pytest.fixture(scope="session")
def evaluate(program: Callable[[str], Program]) -> Evaluate:
    """The value of an expression, or what was raised instead: the same in both ways of evaluating it."""

    def call(source: str, bindings: Mapping[str, object] | None = None, *, steps: int = 10_000) -> object:
        made = program(source)
        outcomes = [outcome(way, bindings or {}, Meter(steps, 1000)) for way in (made.evaluate, made.interpret)]
        assert repr(outcomes[0]) == repr(outcomes[1])
        return outcomes[0]

    return call


def outcome(way: Callable[..., object], bindings: Mapping[str, object], meter: Meter) -> object:
    try:
        return way(bindings, meter)
    except (EvaluationError, UnreadableError, BudgetError) as error:
        return error
