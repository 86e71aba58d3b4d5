import pytest

from concertino.expressions import (
    BOOL,
    DYN,
    INT,
    STRING,
    CelType,
    CheckedTree,
    Environment,
    ExpressionProblem,
    Scope,
    cel_type,
    list_of,
    map_of,
    optional_of,
    shape,
)
from concertino.model.shape import Field, ListOf, MapOf, Primitive, Shape, ShapeName, Vocabulary

TEXT, WHOLE = Field(Primitive.STRING), Field(Primitive.INT)
EVIDENCE = "Decision.spec.evidence"
SHAPES = {
    "Decision": {
        "metadata": Field(ShapeName("Decision.metadata")),
        "spec": Field(ShapeName("Decision.spec")),
    },
    "Decision.metadata": {"name": TEXT, "labels": Field(MapOf(Primitive.STRING)), "not-a-name": TEXT},
    "Decision.spec": {
        "model": Field(Primitive.STRING, values=("federate", "operate", "orchestrate")),
        "brand": TEXT,
        "cells": WHOLE,
        "ratio": Field(Primitive.DOUBLE),
        "urgent": Field(Primitive.BOOL),
        "evidence": Field(ListOf(ShapeName(EVIDENCE))),
        "drivers": Field(ListOf(Primitive.STRING), values=("cost", "growth", "legacy")),
        "byQuarter": Field(MapOf(ShapeName(EVIDENCE))),
        "grid": Field(ListOf(ListOf(Primitive.INT))),
        "extra": Field(Primitive.DYN),
        "in": TEXT,
        "refs": Field(ShapeName("Decision.spec.refs")),
    },
    EVIDENCE: {
        "metric": TEXT,
        "basis": Field(Primitive.STRING, values=("expected", "observed")),
        "value": Field(Primitive.DOUBLE),
    },
    "Decision.spec.refs": {"brand": Field(ShapeName("Brand"))},
    "Brand": {"spec": Field(ShapeName("Brand.spec")), "inverse": Field(ShapeName("Brand.inverse"))},
    "Brand.spec": {"role": Field(Primitive.STRING, values=("flagship", "heritage")), "revenue": WHOLE},
    "Brand.inverse": {"decisions": Field(ListOf(ShapeName("Decision")))},
}


@pytest.fixture(scope="module")
def scope() -> Scope:
    vocabulary = Vocabulary({name: Shape(name, fields) for name, fields in SHAPES.items()})
    return Environment(vocabulary).scope(
        {
            "entity": shape("Decision"),
            "asOf": STRING,
            "params.minimumEvidence": INT,
            "variables.measured": list_of(shape(EVIDENCE)),
            "variables.reason": optional_of(STRING),
        }
    )


def problems(scope: Scope, source: str, expected: CelType | None = None) -> tuple[ExpressionProblem, ...]:
    found = scope.check(source, expected)
    assert isinstance(found, tuple), f"no complaint about {source}"
    return found


# The expression, the words that are wrong in it (at their first place), and what to write there.
FAULTY = [
    pytest.param("entty.spec.urgent", "entty", "entity", id="a misspelt variable"),
    pytest.param("entity.spec.modle == 'operate'", "modle", "model", id="a misspelt field"),
    pytest.param("entity.spec.refs.brand.spec.rol == 'flagship'", "rol", "role", id="a misspelt field one hop away"),
    pytest.param(
        "entity.spec.refs.brand.inverse.decisions.all(d, d.spec.modl == 'operate')",
        "modl",
        "model",
        id="a misspelt field two hops away inside a macro",
    ),
    pytest.param("entity . spec\n  .  modle == 'operate'", "modle", "model", id="a misspelt field on another line"),
    pytest.param("entity.spec.?modle.hasValue()", "modle", "model", id="a misspelt field that may be missing"),
    pytest.param("has(entity.spec.modle)", "modle", "model", id="a misspelt field in has"),
    pytest.param("variables.measured[0].bsis == 'observed'", "bsis", "basis", id="a misspelt field of an element"),
    pytest.param(
        "entity.spec.byQuarter['q'].bsis == 'observed'", "bsis", "basis", id="a misspelt field of a map value"
    ),
    pytest.param(
        "'é😀\t' == entity.spec.brnad", "brnad", "brand", id="a misspelt field after wide characters and a tab"
    ),
    pytest.param("entity.model == 'operate'", "model", "spec.model", id="a field that stands one level deeper"),
    pytest.param("entity.spec.brand.spec.revenue > 1", "brand", "refs.brand", id="a hop without refs"),
    pytest.param("variables.measurd.size() > 0", "measurd", "measured", id="a misspelt variable of the policy"),
    pytest.param("params.minimunEvidence > 0", "minimunEvidence", "minimumEvidence", id="a misspelt parameter"),
    pytest.param("measured.size() > 0", "measured", "variables.measured", id="a variable without its qualifier"),
    pytest.param("spec.urgent", "spec", "entity.spec", id="a field without entity"),
    pytest.param("entity.spec.urgent == True", "True", "true", id="Python's True"),
    pytest.param("entity.spec.model == operate", "operate", '"operate"', id="text without quotes"),
    pytest.param("entity.spec.brand.startWith('a')", "startWith", "startsWith", id="a misspelt method"),
    pytest.param("len(entity.spec.brand) > 1", "len", "size", id="another language's function"),
    pytest.param("day(asOf, asOf) > 1", "day", "days", id="a misspelt function of ours"),
    pytest.param("variables.measured.flter(e, e.metric == 'x')", "flter", "filter", id="a misspelt macro, named once"),
    pytest.param(
        "variables.measured.exists(one, onne.metric == '')", "onne", "one", id="a misspelt variable of a macro"
    ),
    pytest.param("sets.contain([1], [1])", "contain", "contains", id="a misspelt function in a namespace"),
    pytest.param("entity.spec.evidence.length > 0", "length", "size()", id="a length as a field"),
    pytest.param("entity.spec.brand == 1", "1", '"1"', id="text compared with a number"),
    pytest.param("entity.spec.ratio > 1", "1", "1.0", id="a double compared with an int"),
    pytest.param("entity.spec.cells >= 2.0 ", "2.0", "2", id="an int compared with a double"),
    pytest.param("entity.spec.urgent == 'true'", "'true'", "true", id="a bool compared with text"),
    pytest.param("entity.spec.cells > '5'", "'5'", "5", id="an int compared with text"),
    pytest.param("entity.spec.urgent = true", "=", "==", id="one equals sign"),
    pytest.param("entity.spec.urgent === true", "===", "==", id="three equals signs"),
    pytest.param("entity.spec.urgent and true", "and", "&&", id="the word and"),
    pytest.param("not entity.spec.urgent", "not", "!", id="the word not"),
    pytest.param("entity.spec.urgent & true", "&", "&&", id="one ampersand"),
    pytest.param("entity.spec.in == ''", "in", "`in`", id="a field named like a keyword"),
    pytest.param("entity.spec?.brand.hasValue()", "?.", ".?", id="optional access of another language"),
    pytest.param("entity.spec.brand == `x`", "`x`", '"x"', id="text in backticks"),
    pytest.param("entity.spec.brand == \u2018x\u2019", "\u2018x\u2019", '"x"', id="curly quotes"),
    pytest.param(r"entity.spec.brand.matches('\d')", r"\d", r"\\d", id="an escape that is none"),
]


@pytest.mark.parametrize(("source", "words", "suggestion"), FAULTY)
def test_a_near_miss_is_found_at_its_words_with_what_was_meant(
    scope: Scope, source: str, words: str, suggestion: str
) -> None:
    found = problems(scope, source)
    start = source.index(words)
    assert [(one.offset, one.end_offset, one.suggestion) for one in found] == [(start, start + len(words), suggestion)]


@pytest.mark.parametrize(("source", "words", "suggestion"), FAULTY)
def test_what_is_suggested_takes_the_problem_away(scope: Scope, source: str, words: str, suggestion: str) -> None:
    start = source.index(words)
    mended = source[:start] + suggestion + source[start + len(words) :]
    after = scope.check(mended)
    assert isinstance(after, CheckedTree), after


# The expression, the words that are wrong in it, and what the message and the expectation say among other things.
EXPLAINED = [
    pytest.param("entity.spec.modle", "modle", 'Decision.spec has no field "modle"', "model, ", id="field"),
    pytest.param("aggregates.total > 1", "total", '"aggregates.total"', "no aggregate is declared", id="none declared"),
    pytest.param("params > 1", "params", "no value itself", "params.minimumEvidence", id="a qualifier alone"),
    pytest.param("entity.spec.brand && true", "&&", "string and bool", '!= ""', id="text as a condition"),
    pytest.param("!entity.spec.evidence", "!", f"list({EVIDENCE})", "size(…) > 0", id="a list as a condition"),
    pytest.param("variables.measured.filter(e, e.metric)", "filter", "needs a condition", "bool", id="filter by text"),
    pytest.param("variables.measured.all(e, e.value)", "all", "gives double", "bool", id="all by a number"),
    pytest.param("'x' in entity.spec.brand", "in", "string and string", "contains", id="text in text"),
    pytest.param("1 in entity.spec.drivers", "in", "list(string)", "elements are string", id="a number among texts"),
    pytest.param("entity.spec.drivers == 'cost'", "==", "list(string)", "in asks", id="a list compared with text"),
    pytest.param("entity.spec.cells + entity.spec.ratio", "+", "int and double", "convert", id="mixed numbers"),
    pytest.param("entity.spec.brand + 1 == ''", "1", "string and int", "string", id="text plus a number"),
    pytest.param("entity.spec.brand == null", "==", "null_type", "has(…)", id="null"),
    pytest.param("entity.spec == 'x'", "==", "Decision.spec", "brand", id="a mapping compared with text"),
    pytest.param("entity.spec['brand'] == ''", "[", "Decision.spec", "after a dot", id="a field in brackets"),
    pytest.param("true ? 1 : 'a'", "?", "bool and int and string", "one type", id="answers of two types"),
    pytest.param("variables.reason == 'x'", "==", "optional_type(string)", "orValue", id="an optional as a value"),
    pytest.param("variables.measured.metric", "metric", f"list({EVIDENCE})", ".map(x, x.metric)", id="list's field"),
    pytest.param("entity.spec.exists(x, true)", "spec", "a list or a map", "named", id="a macro on a mapping"),
    pytest.param("entity.spec.brand.startsWith(1)", "startsWith", "(string, int)", "(string)", id="argument"),
    pytest.param("days(asOf) > 1", "days", "not called like this", "days(string, string)", id="too few arguments"),
    pytest.param("lowerAscii('A')", "lowerAscii", "not called like this", "string.lowerAscii()", id="no receiver"),
    pytest.param("variables.measured.map(e)", "map", "not called like this", "list.map(x, ", id="a macro cut short"),
    pytest.param("variables.measured.map(e.x, 1)", "e.x", "name of a new variable", "map(x, …)", id="macro's variable"),
    pytest.param("has(entity)", "entity", "asks for a field", "has(value.field)", id="has without a field"),
    pytest.param("99999999999999999999 > 1", "9" * 20, "64-bit", "", id="a number too large"),
    pytest.param("size(entity.spec.brand", "(", "not closed", "", id="an open bracket"),
    pytest.param("entity.spec.brand == 'x", "'x", "not closed", "quote", id="an open text"),
    pytest.param("entity.spec.urgent &&", "&&", "missing after", "", id="an operand left out"),
    pytest.param("entity.spec.urgent)", ")", "unexpected", "brackets", id="a bracket too many"),
    pytest.param("entity.spec.urgent ? 1", "?", "no : after it", "otherwise", id="half a ternary"),
    pytest.param("entity.spec.model in ('a', 'b')", ",", "unexpected", "square brackets", id="a list in parentheses"),
    pytest.param("['a' 'b'] == []", "'b'", "follow each other", "comma", id="a comma left out"),
    pytest.param("entity.spec.urgent # why", "#", "means nothing", "//", id="a shell comment"),
    pytest.param("if entity then 1", "if", "reserved word", "? value :", id="the word if"),
    pytest.param("días > 1", "í", "latin small letter i with acute", "a to z", id="a letter with an accent"),
    pytest.param("entity\u00a0.spec", "\u00a0", "invisible no-break space", "", id="a space that is none"),
    pytest.param("concertino.Brand{}", "concertino", "neither built nor named", "a map", id="a message literal"),
    pytest.param("google.protobuf.Timestamp{}", "google", "neither built nor named", "a map", id="a time as a literal"),
    pytest.param("google.protobuf.Value{}", "google", "neither built nor named", "a map", id="a protobuf literal"),
]


@pytest.mark.parametrize(("source", "words", "message", "expected"), EXPLAINED)
def test_a_mistake_is_explained_in_words_of_the_schemas(
    scope: Scope, source: str, words: str, message: str, expected: str
) -> None:
    (found,) = problems(scope, source)
    assert source[found.offset : found.end_offset] == words
    assert message in found.message
    assert expected in found.expected
    assert "concertino." not in found.message + found.expected, "names of messages stay inside"


CORRECT = [
    pytest.param("entity.spec.?evidence.orValue([]).filter(e, e.basis == 'observed')", list_of(shape(EVIDENCE))),
    pytest.param("size(variables.measured) >= params.minimumEvidence", BOOL),
    pytest.param("'%d of %d'.format([size(variables.measured), params.minimumEvidence])", STRING),
    pytest.param("entity.spec.refs.brand.inverse.decisions.exists(d, d.metadata.name == 'x')", BOOL),
    pytest.param("entity.spec.refs.brand.inverse.decisions[0].spec.refs.brand.spec.revenue", INT),
    pytest.param("entity.metadata.labels.anything == entity.metadata.labels['any-thing']", BOOL),
    pytest.param("entity.metadata.labels.all(key, value, key != value)", BOOL),
    pytest.param("entity.spec.byQuarter['2026-Q1'].value > 1.0", BOOL),
    pytest.param("entity.spec.extra.whatever.is[0].there", DYN),
    pytest.param("entity.spec.grid[0][1] + 1", INT),
    pytest.param("entity.spec.`in` + r'\\d' + '''two\nlines'''", STRING),
    pytest.param("type(entity.spec.extra.on) == google.protobuf.Timestamp", BOOL),
    pytest.param("has(entity.spec.model) && has(entity.spec.refs.brand.spec.role)", BOOL),
    pytest.param("variables.reason.orValue('none') != 'none' // says why", BOOL),
    pytest.param("cel.bind(m, entity.spec.model, m == 'operate' || m == 'federate')", BOOL),
    pytest.param("sum(variables.measured.map(e, e.value)) / 2.0 > math.greatest(1.0, 2.0)", BOOL),
    pytest.param("days(asOf, '2026-12-31') > 90 ? quarter(asOf) : 'later'", STRING),
    pytest.param("sets.contains(['cost', 'growth'], entity.spec.drivers)", BOOL),
    pytest.param("entity.spec.drivers.transformList(i, d, i > 0, d + '!').join(',')", STRING),
    pytest.param("regex.extract(entity.spec.brand, 'a(b)').hasValue()", BOOL),
    pytest.param("entity.spec.brand.split('-').distinct().sort()", list_of(STRING)),
    pytest.param("base64.encode(b'x') == 'eA=='", BOOL),
    pytest.param("entity.spec.drivers.map(d, {d: size(d)})", list_of(map_of(STRING, INT))),
    pytest.param("&&".join(["entity.spec.urgent"] * 200), BOOL),
]


@pytest.mark.parametrize(("source", "result"), CORRECT, ids=[str(case.values[0])[:60] for case in CORRECT])
def test_a_correct_expression_has_its_type_and_no_complaint(scope: Scope, source: str, result: CelType) -> None:
    tree = scope.check(source)
    assert isinstance(tree, CheckedTree), tree
    assert tree.result == result
    assert tree.source == source


def test_all_errors_of_an_expression_come_at_once_in_their_order(scope: Scope) -> None:
    source = "entity.spec.modle == 'x' || entty.foo || 1 == 'a' || entity.spec.modle == 'x'"
    found = problems(scope, source)
    assert [source[one.offset : one.end_offset] for one in found] == ["modle", "entty", "==", "modle"]


def test_only_the_first_error_of_syntax_is_told(scope: Scope) -> None:
    assert len(problems(scope, "entity..spec = , ) 'a")) == 1


@pytest.mark.parametrize(
    ("source", "expected", "fits"),
    [
        pytest.param("entity.spec.urgent", BOOL, True, id="a bool where a condition is needed"),
        pytest.param("entity.spec.extra", BOOL, True, id="anything where a condition is needed"),
        pytest.param("entity.spec.brand", BOOL, False, id="text where a condition is needed"),
        pytest.param("1 + 1", STRING, False, id="a number where text is needed"),
        pytest.param("[]", list_of(STRING), True, id="an empty list where one of texts is needed"),
        pytest.param("[1]", list_of(STRING), False, id="numbers where a list of texts is needed"),
    ],
)
def test_an_expression_has_the_type_its_place_needs(
    scope: Scope, source: str, expected: CelType, *, fits: bool
) -> None:
    found = scope.check(source, expected)
    assert isinstance(found, CheckedTree) is fits
    if isinstance(found, tuple):
        assert str(expected) in found[0].expected
        assert (found[0].offset, found[0].end_offset) == (0, len(source))


def test_more_variables_make_another_scope_and_leave_the_first_as_it_was(scope: Scope) -> None:
    inner = scope.with_variables({"item": shape(EVIDENCE), "params.minimumEvidence": STRING})
    assert isinstance(inner.check("item.metric == params.minimumEvidence", BOOL), CheckedTree)
    assert problems(scope, "item.metric == 'x'")
    assert isinstance(scope.check("params.minimumEvidence > 1", BOOL), CheckedTree)


def test_a_variable_whose_name_cannot_be_written_is_left_out(scope: Scope) -> None:
    odd = scope.with_variables({"params.two words": INT, 'x", "y': INT, "": INT, "params.ok": INT})
    assert isinstance(odd.check("params.ok == 1"), CheckedTree)


def test_a_shape_that_the_vocabulary_lacks_is_anything(scope: Scope) -> None:
    odd = scope.with_variables({"other": shape("Nowhere"), "strange": CelType("no-such-type")})
    assert isinstance(odd.check("other.field.deeper == strange"), CheckedTree)


def test_names_of_schemas_survive_whatever_characters_they_have() -> None:
    odd = {"A.b": TEXT, "A_b": WHOLE, "A__b": Field(Primitive.BOOL), "Ünï-1.x y": Field(Primitive.DOUBLE)}
    vocabulary = Vocabulary({name: Shape(name, {"only": field}) for name, field in odd.items()})
    scope = Environment(vocabulary).scope({f"v{index}": shape(name) for index, name in enumerate(odd)})
    results = [scope.check(f"v{index}.only") for index in range(len(odd))]
    assert [str(tree.result) for tree in results if isinstance(tree, CheckedTree)] == [
        "string",
        "int",
        "bool",
        "double",
    ]
    assert problems(scope, "v3.onli")[0].message == 'Ünï-1.x y has no field "onli"'


def test_fields_that_protobuf_would_confuse_are_kept_apart() -> None:
    fields = {
        "fooBar": Field(MapOf(Primitive.INT)),
        "foo_bar": Field(MapOf(Primitive.STRING)),
        "FooBarEntry": TEXT,
        "_": Field(MapOf(ShapeName("Odd"))),
        "lists": Field(MapOf(ListOf(Primitive.STRING))),
        "nested": Field(MapOf(MapOf(Primitive.STRING))),
    }
    scope = Environment(Vocabulary({"Odd": Shape("Odd", fields)})).scope({"odd": shape("Odd")})
    for source in ("odd.fooBar.a == 1", "odd.foo_bar.b == 'x'", "odd._.a.FooBarEntry == 'x'", "odd.lists.a[0] == 'x'"):
        assert isinstance(scope.check(source), CheckedTree), source
    assert isinstance(scope.check("odd.nested.a.b == 'x' && odd.FooBarEntry == ''"), CheckedTree)


def test_types_of_the_vocabulary_are_types_of_expressions() -> None:
    assert cel_type(ListOf(MapOf(ShapeName("Brand.spec")))) == list_of(map_of(STRING, shape("Brand.spec")))
    assert [str(cel_type(one)) for one in Primitive] == ["bool", "int", "double", "string", "dyn"]
