"""Kinds come from schema files alone."""

from collections.abc import Mapping
from typing import Any

from concertino.kinds import Kinds, read_kinds
from concertino.model.shape import ListOf, MapOf, Primitive, ShapeName

REFERENCE = {"type": "string", "x-reference": {"kind": "House", "inverse": "guests"}}


def kinds_with(spec: Mapping[str, Any], more: Mapping[str, Any] | None = None) -> Kinds:
    """Two kinds: House, which is empty, and Guest, with this schema for its spec."""
    return read_kinds(
        {
            "House.schema.json": schema("House", {"type": "object", "properties": {"rooms": {"type": "integer"}}}),
            "Guest.schema.json": {**schema("Guest", spec), **(more or {})},
        }
    )


def schema(name: str, spec: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "x-kind": {"name": name},
        "type": "object",
        "required": ["spec"],
        "properties": {"apiVersion": {"const": "example/v1"}, "kind": {"const": name}, "spec": spec},
    }


def test_a_schema_with_a_kind_declares_it_and_one_without_does_not() -> None:
    kinds = read_kinds({"House.schema.json": schema("House", {}), "shared.schema.json": {"type": "object"}})

    assert list(kinds.by_name) == ["House"]
    assert kinds.by_name["House"].api_version == "example/v1"


def test_each_json_type_has_its_type_in_expressions() -> None:
    fields = {
        "text": {"type": "string"},
        "count": {"type": "integer"},
        "share": {"type": "number"},
        "open": {"type": "boolean"},
        "either": {"type": ["string", "integer"]},
        "names": {"type": "array", "items": {"type": "string"}},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "inner": {"type": "object", "properties": {"deep": {"type": "string"}}},
    }
    shape = kinds_with({"type": "object", "properties": fields}).vocabulary.shapes["Guest.spec"]

    assert {name: field.type for name, field in shape.fields.items()} == {
        "text": Primitive.STRING,
        "count": Primitive.INT,
        "share": Primitive.DOUBLE,
        "open": Primitive.BOOL,
        "either": Primitive.DYN,
        "names": ListOf(Primitive.STRING),
        "labels": MapOf(Primitive.STRING),
        "inner": ShapeName("Guest.spec.inner"),
    }


def test_a_reference_gets_a_field_beside_it_that_holds_what_it_refers_to() -> None:
    fields = {"house": REFERENCE, "others": {"type": "array", "items": REFERENCE}}
    shapes = kinds_with({"type": "object", "properties": fields}).vocabulary.shapes

    assert shapes["Guest.spec"].fields["refs"].type == ShapeName("Guest.spec.refs")
    assert shapes["Guest.spec.refs"].fields["house"].type == ShapeName("House")
    assert shapes["Guest.spec.refs"].fields["others"].type == ListOf(ShapeName("House"))


def test_the_target_of_a_reference_lists_who_refers_to_it() -> None:
    shapes = kinds_with({"type": "object", "properties": {"house": REFERENCE}}).vocabulary.shapes

    assert shapes["House"].fields["inverse"].type == ShapeName("House.inverse")
    assert shapes["House.inverse"].fields["guests"].type == ListOf(ShapeName("Guest"))


def test_a_reference_to_any_kind_is_listed_by_every_kind() -> None:
    anything = {"type": "string", "x-reference": {"kind": "*", "inverse": "notes"}}
    shapes = kinds_with({"type": "object", "properties": {"about": anything}}).vocabulary.shapes

    assert "notes" in shapes["House.inverse"].fields
    assert "notes" in shapes["Guest.inverse"].fields


def test_definitions_are_followed_within_a_file_and_across_files() -> None:
    spec = {"type": "object", "properties": {"a": {"$ref": "#/$defs/text"}, "b": {"$ref": "common.json#/$defs/count"}}}
    guest = {**schema("Guest", spec), "$defs": {"text": {"type": "string"}}}
    kinds = read_kinds({"Guest.schema.json": guest, "common.json": {"$defs": {"count": {"type": "integer"}}}})

    fields = kinds.vocabulary.shapes["Guest.spec"].fields
    assert (fields["a"].type, fields["b"].type) == (Primitive.STRING, Primitive.INT)


def test_what_an_enum_allows_is_known_through_a_list_as_well() -> None:
    size = {"type": "string", "enum": ["small", "large"]}
    spec = {"type": "object", "properties": {"size": size, "sizes": {"type": "array", "items": size}}}
    fields = kinds_with(spec).vocabulary.shapes["Guest.spec"].fields

    assert fields["size"].values == fields["sizes"].values == ("small", "large")


def test_a_schema_that_contains_itself_ends() -> None:
    tree = {"type": "object", "properties": {"left": {"$ref": "#/$defs/tree"}, "right": {"$ref": "#/$defs/tree"}}}
    kinds = kinds_with({"$ref": "#/$defs/tree"}, {"$defs": {"tree": tree}})

    assert len(kinds.vocabulary.shapes) < 10_000


def test_a_schema_built_to_double_at_every_step_ends() -> None:
    steps = {f"s{n}": {"allOf": [{"$ref": f"#/$defs/s{n + 1}"}] * 2} for n in range(60)}
    kinds = kinds_with({"$ref": "#/$defs/s0"}, {"$defs": {**steps, "s60": {"type": "object"}}})

    assert "Guest" in kinds.by_name


def test_a_derived_kind_names_its_factors() -> None:
    stay = {**schema("Stay", {}), "x-product": {"factors": {"house": "House", "guest": "Guest"}, "where": "true"}}
    kinds = read_kinds({"Stay.schema.json": stay})

    product = kinds.by_name["Stay"].product
    assert product is not None
    assert product.factors == (("house", "House"), ("guest", "Guest"))
    assert product.place == "house"


def test_kinds_are_found_without_regard_to_case() -> None:
    found = kinds_with({}).find("house")

    assert found is not None
    assert found.name == "House"
