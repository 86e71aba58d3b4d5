"""References are read as in Backstage: `[kind:][namespace/]name`."""

import pytest

from concertino.catalogue import parse_reference
from concertino.kinds import Kind, Kinds, Product, ReferenceRule
from concertino.model.reference import EntityReference
from concertino.model.shape import Vocabulary


def kind(name: str, product: Product | None = None) -> Kind:
    return Kind(name, "example/v1", "", "", name, "", f"{name}.schema.json", product=product)


CELL = Product((("brand", "Brand"), ("capability", "Capability")), "brand", "")
KINDS = Kinds(
    {name: kind(name) for name in ("Brand", "Capability", "Team")} | {"Cell": kind("Cell", CELL)}, Vocabulary()
)
BRAND = ReferenceRule(("Brand",), "")
ANY = ReferenceRule(("*",), "")
CELLS = ReferenceRule(("Cell",), "")


@pytest.mark.parametrize(
    ("text", "rule", "expected"),
    [
        ("aurora", BRAND, ("Brand", "here", "aurora")),
        ("brand:aurora", BRAND, ("Brand", "here", "aurora")),
        ("BRAND:there/aurora", BRAND, ("Brand", "there", "aurora")),
        ("there/aurora", BRAND, ("Brand", "there", "aurora")),
        ("team:blue", ANY, ("Team", "here", "blue")),
        ("there/aurora/there/orders", CELLS, ("Cell", "default", "there/aurora/there/orders")),
    ],
)
def test_a_reference_takes_from_its_place_what_it_does_not_say(
    text: str, rule: ReferenceRule, expected: tuple[str, str, str]
) -> None:
    found = parse_reference(text, rule, "here", KINDS)

    assert isinstance(found, EntityReference)
    assert (found.kind, found.namespace, found.name) == expected


def test_a_cell_is_named_by_its_factors() -> None:
    assert parse_reference("aurora/orders", CELLS, "default", KINDS) == EntityReference(
        "Cell", "default", "aurora/orders"
    )


@pytest.mark.parametrize(
    ("text", "rule", "sentence"),
    [
        ("", BRAND, '"" is not a reference'),
        ("au rora", BRAND, '"au rora" is not a reference'),
        ("-aurora", BRAND, '"-aurora" is not a reference'),
        ("team:blue", BRAND, '"team:blue" refers to a Team, but this place takes Brand'),
        ("bran:aurora", BRAND, '"bran" is not a kind'),
        ("aurora", ANY, '"aurora" does not say which kind it means'),
        ("a/b/c", BRAND, '"a/b/c" has more than one "/"'),
        ("aurora", CELLS, '"aurora" is not a Cell; it is written brand/capability'),
    ],
)
def test_what_is_no_reference_is_said_in_a_sentence(text: str, rule: ReferenceRule, sentence: str) -> None:
    assert parse_reference(text, rule, "default", KINDS) == sentence


def test_references_are_the_same_whatever_their_case_and_read_short_in_the_default_namespace() -> None:
    one, other = EntityReference("Brand", "default", "Aurora"), EntityReference("brand", "Default", "aurora")

    assert one.identity == other.identity
    assert str(one) == "brand:Aurora"
    assert str(EntityReference("DecisionRight", "europe", "funding")) == "decisionright:europe/funding"
