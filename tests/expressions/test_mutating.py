"""Small faults in an expression: which are made, where, and which are none."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concertino.expressions import BOOL, INT, STRING, CheckedTree, Environment, Scope, mutants, shape, written
from concertino.expressions.folding import form
from concertino.model.shape import Field, ListOf, Primitive, Shape, ShapeName, Vocabulary

VOCABULARY = Vocabulary(
    {
        "Node": Shape(
            "Node",
            {
                "cost": Field(Primitive.INT),
                "demand": Field(Primitive.INT),
                "share": Field(Primitive.DOUBLE),
                "open": Field(Primitive.BOOL),
                "name": Field(Primitive.STRING),
                "model": Field(Primitive.STRING, values=("operate", "orchestrate", "federate")),
                "tags": Field(ListOf(Primitive.STRING)),
                "parts": Field(ListOf(ShapeName("Node"))),
            },
        )
    }
)
SCOPE = Environment(VOCABULARY).scope({"entity": shape("Node"), "params.least": INT, "asOf": STRING, "yes": BOOL})


def checked(source: str, scope: Scope = SCOPE) -> CheckedTree:
    tree = scope.check(source)
    assert isinstance(tree, CheckedTree), tree
    return tree


def faulty(source: str) -> set[str]:
    """The sources that are one small fault away."""
    return {mutant.tree.source for mutant in mutants(checked(source), SCOPE, {})}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("entity.cost == params.least", {"entity.cost != params.least", "entity.demand == params.least"}),
        (
            "entity.cost >= params.least",
            {"entity.cost > params.least", "entity.cost < params.least", "entity.demand >= params.least"},
        ),
        ("params.least < 10", {"params.least <= 10", "params.least >= 10", "params.least < 9", "params.least < 11"}),
        ("params.least + 2", {"params.least - 2", "params.least + 1", "params.least + 3"}),
        (
            "entity.share > 0.5",
            {"entity.share >= 0.5", "entity.share <= 0.5", "entity.share > 1.5", "entity.share > -0.5"},
        ),
        (
            "yes && entity.open",
            {
                "yes || entity.open",
                "yes",
                "entity.open",
                "!yes && entity.open",
                "yes && !entity.open",
                "!(yes && entity.open)",
            },
        ),
        ("!yes", {"yes"}),
        (
            "!(yes || entity.open)",
            {
                "(yes || entity.open)",
                "!(yes && entity.open)",
                "!(entity.open)",
                "!(yes)",
                "!(!yes || entity.open)",
                "!(yes || !entity.open)",
            },
        ),
        (
            'entity.model == "orchestrate"',
            {'entity.model != "orchestrate"', 'entity.model == "federate"', 'entity.name == "orchestrate"'},
        ),
        (
            'entity.model in ["operate", "orchestrate"]',
            {
                'entity.model in ["federate", "orchestrate"]',
                'entity.model in ["operate", "federate"]',
                'entity.name in ["operate", "orchestrate"]',
                '!(entity.model in ["operate", "orchestrate"])',
            },
        ),
        ('entity.name == "today"', {'entity.name != "today"', 'entity.name == "to~day"'}),
        ('asOf == "2026-02-28"', {'asOf != "2026-02-28"', 'asOf == "2026-03-01"', 'asOf == "2026-02-27"'}),
        (
            '"%d of %s".format([1, asOf])',
            {'"%d o~f %s".format([1, asOf])', '"%d of %s".format([2, asOf])', '"%d of %s".format([0, asOf])'},
        ),
        (
            "entity.tags.all(t, yes)",
            {
                "entity.tags.exists(t, yes)",
                "entity.tags.all(t, !yes)",
                "entity.tags.all(t, true)",
                "!entity.tags.all(t, yes)",
            },
        ),
        ("entity.parts.filter(p, p.open)", {"entity.parts.filter(p, !p.open)", "entity.parts.filter(p, true)"}),
        ("has(entity.cost)", {"has(entity.demand)", "!has(entity.cost)"}),
        (
            "entity.?cost.orValue(3)",
            {"entity.?demand.orValue(3)", "entity.?cost.orValue(2)", "entity.?cost.orValue(4)"},
        ),
        ("yes ? 1 : -1", {"!yes ? 1 : -1", "yes ? 0 : -1", "yes ? 2 : -1", "yes ? 1 : 0", "yes ? 1 : -2"}),
        ("true", {"false"}),
    ],
    ids=[
        "equality is denied, and a field exchanged for one of its type",
        "an order moves its bound by one, and turns round",
        "a number is one more and one less",
        "plus becomes minus",
        "so it is with numbers that are not whole",
        "and becomes or, each side is left out, and each turned round",
        "a negation is taken away",
        "what stands in brackets keeps them",
        "a listed value becomes another one of the list",
        "of a choice one value becomes one that is not among them",
        "another text has a mark in its middle",
        "a day is one later and one earlier",
        "the places in a format stay",
        "all becomes exists",
        "a filter keeps the others, or all",
        "another field is asked for",
        "an optional field is a field too",
        "a choice is turned round",
        "true becomes false",
    ],
)
def test_each_part_of_an_expression_is_changed_in_the_usual_ways(source: str, expected: set[str]) -> None:
    assert faulty(source) == expected


@pytest.mark.parametrize(
    ("source", "absent"),
    [
        ("yes || yes", "yes"),
        ("yes && true", "yes"),
        ("1 + 0", "1 - 0"),
        ('"a" + asOf', '"a" - asOf'),
        ("entity.parts[0].open", "entity.parts[-1].open"),
    ],
    ids=[
        "a condition said twice",
        "a condition beside one that always holds",
        "a sum that comes to the same",
        "an operator that texts do not have",
        "an index that can't be",
    ],
)
def test_what_comes_to_the_same_or_does_not_compile_is_no_fault(source: str, absent: str) -> None:
    assert absent not in faulty(source)


def test_two_faults_that_come_to_one_tree_are_one() -> None:
    trees = [form(mutant.tree.root) for mutant in mutants(checked("entity.cost == 1 && yes && yes"), SCOPE, {})]

    assert len(trees) == len(set(trees))


def test_a_part_of_a_long_condition_is_left_out_alone() -> None:
    source = "yes && entity.open && entity.cost > 1 && entity.demand > 1"
    left_out = {mutant.tree.source for mutant in mutants(checked(source), SCOPE, {}) if mutant.edit.what == "condition"}

    assert left_out == {
        "entity.open && entity.cost > 1 && entity.demand > 1",
        "yes && entity.cost > 1 && entity.demand > 1",
        "yes && entity.open && entity.demand > 1",
        "yes && entity.open && entity.cost > 1",
    }


CONDITIONS = st.recursive(
    st.sampled_from(
        [
            "yes",
            "entity.open",
            "entity.cost > 2",
            'entity.model != "operate"',
            "has(entity.name)",
            "entity.tags.exists(t, t == asOf)",
            "size(entity.parts.filter(p, p.cost < params.least)) == 0",
            "entity.?share.orValue(0.5) <= 1.0",
        ]
    ),
    lambda parts: st.one_of(
        st.tuples(parts, st.sampled_from(["&&", "||"]), parts).map(lambda item: f"({item[0]} {item[1]} {item[2]})"),
        st.tuples(parts, parts).map(lambda item: f"{item[0]} && {item[1]}"),
        parts.map(lambda item: f"!({item})"),
        st.tuples(parts, parts, parts).map(lambda item: f"({item[0]} ? {item[1]} : {item[2]})"),
    ),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(CONDITIONS)
def test_what_is_shown_is_what_was_changed_and_every_fault_is_one(source: str) -> None:
    tree = checked(source)
    for mutant in mutants(tree, SCOPE, {}):
        edit = mutant.edit
        assert source[edit.start : edit.end] == edit.before
        assert mutant.tree.source == source[: edit.start] + edit.after + source[edit.end :]
        assert mutant.tree.result == BOOL
        assert form(mutant.tree.root) != form(tree.root)


@settings(max_examples=60, deadline=None)
@given(CONDITIONS)
def test_what_was_written_stands_in_the_source_within_what_is_around_it(source: str) -> None:
    tree = checked(source)
    places = {id(part.node): (part.start, part.end) for part in written(tree)}
    for part in written(tree):
        start, end = places.get(id(part.parent), (0, len(source)))
        assert start <= part.start < part.end <= end


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("entity.?cost.optMap(c, c + 1).orValue(0)", {"c + 1", "entity.?cost", "0"}),
        ("entity.tags.filter(t, t == asOf)", {"entity.tags", "t == asOf"}),
        ("cel.bind(n, entity.cost, n + n)", {"entity.cost", "n + n"}),
    ],
    ids=["optMap", "filter", "cel.bind"],
)
def test_of_a_macro_only_what_somebody_wrote_is_a_part(source: str, parts: set[str]) -> None:
    found = {source[part.start : part.end] for part in written(checked(source))}

    assert parts < found
    assert not {text for text in found if text.startswith(("(", "@"))}


SAME: Mapping[str, str] = {
    "!!yes": "yes",
    "!(entity.cost == 1)": "entity.cost != 1",
    "(yes)": "yes",
    "1 == entity.cost": "entity.cost == 1",
    "2 * 3 + 1": "7",
    "yes && true": "yes",
    "!true": "false",
}


@pytest.mark.parametrize(("one", "other"), SAME.items(), ids=SAME)
def test_expressions_of_one_form_mean_the_same(one: str, other: str) -> None:
    assert form(checked(one).root) == form(checked(other).root)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("yes && entity.open", "entity.open && !yes"),
        ("1 == 2", "1 == 1"),
        ("entity.cost - 1", "1 - entity.cost"),
        ("!(entity.cost < 1)", "entity.cost < 1"),
        ("yes || true", "yes"),
        ("'1' == asOf", "asOf == '2'"),
    ],
)
def test_expressions_of_two_forms_may_differ(one: str, other: str) -> None:
    assert form(checked(one).root) != form(checked(other).root)
