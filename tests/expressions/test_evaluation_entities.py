"""Entities, which are equal only to themselves, and what can't be read, which must not be read through."""

from collections.abc import Callable

import pytest

from concertino.expressions.values import Entity, Unreadable, UnreadableError

Evaluate = Callable[..., object]

GONE = Unreadable("brand:default/gone")


def decision(**spec: object) -> Entity:
    refs = {"brand": GONE, "brands": [GONE]}
    return Entity("decision:default/one", {"name": "one", "spec": {"refs": refs, **spec}})


@pytest.mark.parametrize(
    "source",
    [
        "entity.spec.refs.brand.name",
        "entity.spec.refs.brand.name == 'x'",
        "has(entity.spec.refs.brand.name)",
        "entity.spec.refs.brand == brand",
        "brand == entity.spec.refs.brand",
        "entity.spec.refs.brand != brand",
        "entity.spec.refs.brand == null",
        "entity.spec.refs.brands[0].demand > 3",
        "entity.spec.refs.brands.map(b, b.name)",
        "entity.spec.refs.brands.exists(b, b.demand == 1)",
        "entity.spec.refs.brands.all(b, b.demand == 1)",
        "entity.spec.refs.brands.filter(b, b.demand == 1)",
        "entity.spec.refs.brands.exists_one(b, has(b.name))",
        "brand in entity.spec.refs.brands",
        "entity.spec.refs.brands == [brand]",
        "entity.spec.refs.brands.distinct()",
        "entity.spec.refs.brand.?name.orValue('none')",
        "dyn(entity.spec.refs.brand)['name']",
        "dyn(entity.spec.refs.brand).size()",
        "dyn(entity.spec.refs.brand).exists(x, true)",
        "dyn(entity.spec.refs.brand).startsWith('a')",
        "dyn(entity.spec.refs.brand) && true",
        "dyn(entity.spec.refs.brand) ? 1 : 2",
        "!dyn(entity.spec.refs.brand)",
        "type(entity.spec.refs.brand) == map",
        "'%s'.format([entity.spec.refs.brand])",
        "'%s'.format([entity.spec.refs.brands])",
        "'%d'.format([entity.spec.refs.brand])",
        "optional.ofNonZeroValue(entity.spec.refs.brand).hasValue()",
        "sum(entity.spec.refs.brands.map(b, b.demand)) == 3",
        "sum(dyn(entity.spec.refs.brands)) == 3",
        "dyn(entity.spec.refs.brands).join(', ')",
        "dyn(entity.spec.refs.brands).sort()",
        "dyn([entity.spec.refs.brands]).flatten(9)",
        "dyn(1) < dyn(entity.spec.refs.brand)",
        "dyn(1) + dyn(entity.spec.refs.brand)",
        "dyn([1])[dyn(entity.spec.refs.brand)]",
        "dyn({'a': 1})[dyn(entity.spec.refs.brand)]",
        "dyn(entity.spec.refs.brand) in {'a': 1}",
        "dyn(entity.spec.refs.brand) in ['a']",
        "{dyn(entity.spec.refs.brand): 1}",
        "math.greatest(dyn(entity.spec.refs.brands))",
        "entity.spec.refs.brand.name == 'x' || false",
        "false || entity.spec.refs.brand.name == 'x'",
        "true && entity.spec.refs.brand.name == 'x'",
        "[1, 2].all(i, i > 0 && entity.spec.refs.brand.demand > i)",
        "entity.spec.refs.brand.demand == 1 || 1 / 0 == 1",
        "1 / 0 == 1 || entity.spec.refs.brand.demand == 1",
        "[0, 1].exists(i, 1 / i > 1 || entity.spec.refs.brands[i].demand == 1)",
    ],
)
def test_what_reads_through_something_unreadable_says_what_it_is(source: str, evaluate: Evaluate) -> None:
    result = evaluate(source, {"entity": decision(), "brand": Entity("brand:default/acme")})
    assert isinstance(result, UnreadableError), result
    assert result.unreadable is GONE


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("has(entity.spec.refs.brand)", True),
        ("size(entity.spec.refs.brands)", 1),
        ("size(entity.spec.refs.brands + [brand])", 2),
        ("[entity.spec.refs.brand].size() == 1", True),
        ("entity.spec.refs.brands.map(b, b).size()", 1),
        ("entity.spec.refs.?brand.hasValue()", True),
        ("optional.of(entity.spec.refs.brand).hasValue()", True),
        ("entity.spec.refs.brand.name == 'x' || true", True),
        ("true || entity.spec.refs.brand.name == 'x'", True),
        ("entity.spec.refs.brand.name == 'x' && false", False),
        ("false && entity.spec.refs.brand.name == 'x'", False),
        ("(entity.spec.refs.brands + [brand]).exists(b, b.demand == 4)", True),
        ("(entity.spec.refs.brands + [brand]).all(b, b.demand == 3)", False),
        ("brand in entity.spec.refs.brands + [brand]", True),
        ("true ? 1 : entity.spec.refs.brand.demand", 1),
        ("brand.?demand.orValue(entity.spec.refs.brand.demand)", 4),
        ("entity.spec.refs.brands == []", False),
    ],
)
def test_what_does_not_need_the_unreadable_has_its_value(source: str, expected: object, evaluate: Evaluate) -> None:
    brand = Entity("brand:default/acme", {"name": "acme", "demand": 4})
    assert evaluate(source, {"entity": decision(), "brand": brand}) == expected


def test_something_unreadable_can_be_passed_on(evaluate: Evaluate) -> None:
    assert evaluate("entity.spec.refs.brand", {"entity": decision()}) is GONE


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("brands[0] == brands[0]", True),
        ("brands[0] == brands[1]", False),
        ("brands[0] != brands[1]", True),
        ("brands[0].twin == brands[1]", True),
        ("brands[0].twin.twin == brands[0]", True),
        ("brands[0] in brands", True),
        ("brands[0] in [brands[1]]", False),
        ("brands == [brands[0], brands[1]]", True),
        ("brands == [brands[1], brands[0]]", False),
        ("{'a': brands[0]} == {'a': brands[0]}", True),
        ("{'a': brands[0]} == {'a': brands[1]}", False),
        ("(brands + brands).distinct().size()", 2),
        ("sets.equivalent(brands, brands + brands)", True),
        ("dyn(brands[0]) == dyn({'name': 'same'})", False),
        ("'%s and %s'.format([brands[0], brands])", "brand:a and [brand:a, brand:b]"),
        ("size(brands[0])", 2),
        ("brands[0].map(key, key)", ["name", "twin"]),
        ("type(brands[0]) == map", True),
    ],
)
def test_entities_are_equal_only_to_themselves(source: str, expected: object, evaluate: Evaluate) -> None:
    one, other = Entity("brand:a", {"name": "same"}), Entity("brand:b", {"name": "same"})
    one["twin"], other["twin"] = other, one
    source = source.replace("size(brands[0])", "size(dyn(brands[0]))").replace("brands[0].map(", "dyn(brands[0]).map(")
    assert evaluate(source, {"brands": [one, other]}) == expected
