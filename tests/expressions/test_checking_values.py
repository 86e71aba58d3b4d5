import pytest

from concertino.expressions import CheckedTree, Environment, Scope, list_of, shape
from concertino.model.shape import Field, ListOf, Primitive, Shape, ShapeName, Vocabulary

TEXT = Primitive.STRING


@pytest.fixture(scope="module")
def scope() -> Scope:
    shapes = {
        "Decision": {"spec": Field(ShapeName("Decision.spec"))},
        "Decision.spec": {
            "model": Field(TEXT, values=("federate", "operate", "orchestrate")),
            "drivers": Field(ListOf(TEXT), values=("cost", "growth", "legacy")),
            "evidence": Field(ListOf(ShapeName("Decision.spec.evidence"))),
            "title": Field(TEXT),
            "urgent": Field(Primitive.BOOL),
            "score": Field(Primitive.INT, minimum=1, maximum=5),
            "change": Field(Primitive.DOUBLE, minimum=-1.5),
        },
        "Decision.spec.evidence": {"basis": Field(TEXT, values=("expected", "observed"))},
    }
    vocabulary = Vocabulary({name: Shape(name, fields) for name, fields in shapes.items()})
    variables = {"entity": shape("Decision"), "variables.measured": list_of(shape("Decision.spec.evidence"))}
    return Environment(vocabulary).scope(variables)


@pytest.mark.parametrize(
    ("source", "literal", "suggestion"),
    [
        pytest.param('entity.spec.model == "orchestrat"', '"orchestrat"', '"orchestrate"', id="equal"),
        pytest.param("entity.spec.model != 'Operate'", "'Operate'", "'operate'", id="unequal, and in its own quotes"),
        pytest.param('"federat" == entity.spec.model', '"federat"', '"federate"', id="the literal first"),
        pytest.param('entity.spec.model in ["operate", "federat"]', '"federat"', '"federate"', id="one of a list"),
        pytest.param('entity.spec.model == "nothing like it"', '"nothing like it"', "", id="nothing near"),
        pytest.param('entity.spec.?model.orValue("none") == "nome"', '"nome"', '"none"', id="a default is a value too"),
        pytest.param(
            'entity.spec.?model == optional.of("x") || entity.spec.model == "operat"',
            '"operat"',
            '"operate"',
            id="beside an optional",
        ),
        pytest.param('"costs" in entity.spec.drivers', '"costs"', '"cost"', id="in a list of values"),
        pytest.param('entity.spec.drivers[0] == "grow"', '"grow"', '"growth"', id="an element of a list of values"),
        pytest.param('entity.spec.drivers == ["cost", "legac"]', '"legac"', '"legacy"', id="a whole list"),
        pytest.param('entity.spec.drivers.exists(d, d == "costt")', '"costt"', '"cost"', id="the variable of a macro"),
        pytest.param('entity.spec.evidence.all(e, e.basis == "observd")', '"observd"', '"observed"', id="its field"),
        pytest.param(
            'variables.measured.map(e, e.basis).exists(b, b == "observd")', '"observd"', '"observed"', id="through map"
        ),
        pytest.param(
            'entity.spec.drivers.filter(d, d != "cost").exists(d, d == "lgacy")',
            '"lgacy"',
            '"legacy"',
            id="through filter",
        ),
        pytest.param(
            'entity.spec.drivers.distinct().sort().first().value() == "cst"',
            '"cst"',
            '"cost"',
            id="through list functions",
        ),
        pytest.param('cel.bind(m, entity.spec.model, m == "opeate")', '"opeate"', '"operate"', id="through a binding"),
        pytest.param(
            '(entity.spec.urgent ? entity.spec.model : "none") == "nine"', '"nine"', '"none"', id="through a choice"
        ),
        pytest.param('sets.intersects(entity.spec.drivers, ["legcy"])', '"legcy"', '"legacy"', id="sets"),
        pytest.param('{"operat": 1}[entity.spec.model] == 1', '"operat"', '"operate"', id="keys looked up by it"),
        pytest.param(
            '[1].map(x, entity.spec.model == "operat")', '"operat"', '"operate"', id="inside an unrelated macro"
        ),
        pytest.param(
            'entity.spec.drivers.transformList(i, d, d == "cots").exists(x, x)',
            '"cots"',
            '"cost"',
            id="the second variable of a macro",
        ),
    ],
)
def test_a_text_that_a_field_can_never_be_is_found(scope: Scope, source: str, literal: str, suggestion: str) -> None:
    found = scope.check(source)
    assert isinstance(found, tuple), "no complaint"
    start = source.index(literal)
    assert [(one.offset, one.end_offset, one.suggestion) for one in found] == [
        (start, start + len(literal), suggestion)
    ]


@pytest.mark.parametrize(
    "source",
    [
        'entity.spec.model == "operate"',
        'entity.spec.title == "anything"',
        'entity.spec.model + "x" == "operatex"',
        'entity.spec.model.upperAscii() == "OPERATE"',
        'entity.spec.model.startsWith("o")',
        'entity.spec.?model.orValue("") == ""',
        'entity.spec.?model.orValue(entity.spec.title) == "free"',
        '(entity.spec.urgent ? entity.spec.model : entity.spec.title) == "free"',
        'entity.spec.drivers.map(d, d + "!").exists(d, d == "cost!")',
        '(entity.spec.drivers + [entity.spec.title]).exists(d, d == "free")',
        'entity.spec.drivers.exists(d, entity.spec.title == "free")',
        'entity.spec.drivers.exists(d, ["free"].exists(d, d == "free"))',
        '"a" == "b" || "a" in ["b"]',
        "size(entity.spec.drivers) == 0 || entity.spec.drivers == []",
        'cel.bind(entity2, "x", entity2 == "y")',
        "entity.spec.drivers.transformList(i, d, i).exists(i, i == 1)",
    ],
)
def test_a_text_that_may_come_out_is_left_alone(scope: Scope, source: str) -> None:
    found = scope.check(source)
    assert isinstance(found, CheckedTree), found


def test_the_message_names_the_field_and_the_values_it_can_have(scope: Scope) -> None:
    found = scope.check('entity.spec.model == "x"')
    assert isinstance(found, tuple)
    assert found[0].message == 'Decision.spec.model is never "x"'
    assert found[0].expected == "one of: federate, operate, orchestrate"


@pytest.mark.parametrize(
    ("source", "literal", "message"),
    [
        pytest.param("entity.spec.score == 6", "6", "Decision.spec.score is never 6", id="equal to too much"),
        pytest.param("entity.spec.score != 0", "0", "Decision.spec.score is never 0", id="unequal to too little"),
        pytest.param("entity.spec.score > 5", "5", "Decision.spec.score is never > 5", id="above the maximum"),
        pytest.param("entity.spec.score < 1", "1", "Decision.spec.score is never < 1", id="below the minimum"),
        pytest.param("7 <= entity.spec.score", "7", "Decision.spec.score is never >= 7", id="the literal first"),
        pytest.param("entity.spec.score in [4, 5, 6]", "6", "Decision.spec.score is never 6", id="in a list"),
        pytest.param("entity.spec.change < -1.5", "-1.5", "Decision.spec.change is never < -1.5", id="below zero"),
    ],
)
def test_a_number_that_a_field_can_never_reach_is_found(scope: Scope, source: str, literal: str, message: str) -> None:
    found = scope.check(source)
    assert isinstance(found, tuple), "no complaint"
    assert [(source[one.offset : one.end_offset], one.message) for one in found] == [(literal, message)]
    assert found[0].expected in ("the schema allows 1 to 5", "the schema allows at least -1.5")


@pytest.mark.parametrize(
    "source",
    [
        "entity.spec.score >= 5 || entity.spec.score <= 1",
        "entity.spec.score > 4 && entity.spec.score < 2",
        "entity.spec.score >= 0",
        "entity.spec.change > 1000.0",
        "entity.spec.score + 1 > 5",
        "size(entity.spec.title) > 5",
    ],
)
def test_a_number_that_a_field_may_reach_is_left_alone(scope: Scope, source: str) -> None:
    found = scope.check(source)
    assert isinstance(found, CheckedTree), found
