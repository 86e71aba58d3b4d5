"""Schema files: strict JSON, a dialect on which the libraries agree, and no way out of the folder."""

import json
from pathlib import Path

import jsonschema_rs
import pytest

from concertino.documents import SchemaSet

SHIPPED = Path(__file__).parents[2] / "schemas"


def faults(schema: object, name: str = "a.schema.json", **others: object) -> list[str]:
    text = schema if isinstance(schema, str) else json.dumps(schema, indent=1)
    files = {name: text.encode()} | {f"{key}.json": json.dumps(value).encode() for key, value in others.items()}
    _, problems = SchemaSet.build(files)
    return [
        f"{problem.message} -> {problem.suggestion}" if problem.suggestion else problem.message for problem in problems
    ]


def test_the_shipped_schemas_keep_to_the_dialect() -> None:
    files = {path.name: path.read_bytes() for path in SHIPPED.glob("*.json")}
    schemas, problems = SchemaSet.build(files)
    assert problems == ()
    assert set(schemas.schemas) == set(files)


def test_the_dialect_keeps_to_itself_and_to_the_meta_schema() -> None:
    text = (SHIPPED.parent / "engine/concertino/documents/dialect.json").read_text(encoding="utf-8")
    assert faults(text) == []
    assert jsonschema_rs.meta.is_valid(json.loads(text))


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        pytest.param({"tpye": "string"}, 'unknown field "tpye" -> type', id="misspelt keyword"),
        pytest.param({"type": "sting"}, '"sting" is not a value of "type" -> string', id="misspelt type"),
        pytest.param({"type": "null"}, '"null" is not a value of "type"', id="null"),
        pytest.param({"multipleOf": 0.1}, "expected a whole number, found the number 0.1", id="fraction"),
        pytest.param({"format": "regex"}, '"regex" is not a value of "format"', id="other format"),
        pytest.param({"unevaluatedProperties": False}, 'unknown field "unevaluatedProperties"', id="unevaluated"),
        pytest.param({"$dynamicRef": "#x"}, 'unknown field "$dynamicRef"', id="dynamic reference"),
        pytest.param({"$anchor": "x"}, 'unknown field "$anchor"', id="anchor"),
        pytest.param(
            {"properties": {"a": 3}}, "expected a mapping (name: value) or true or false, found", id="no schema"
        ),
        pytest.param({"$schema": "http://json-schema.org/draft-07/schema#"}, "draft-07", id="older draft"),
        pytest.param(
            {"properties": {"a": {"$id": "x"}}}, "$id stands only at the top of a schema file", id="inner name"
        ),
        pytest.param({"x-kind": {"nmae": "A"}}, 'unknown field "nmae" -> name', id="misspelt annotation"),
        pytest.param(
            {"required": ["stauts"], "properties": {"status": True}, "additionalProperties": False},
            '"stauts" is required and not among the properties -> status',
            id="required and impossible",
        ),
    ],
)
def test_a_schema_outside_the_dialect_is_refused(schema: object, told: str) -> None:
    (fault,) = faults(schema)
    assert told in fault


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        (r"^\d+$", r"\d in a pattern means different things to different libraries"),
        (r"^\w+$", r"\w in a pattern means different things to different libraries"),
        (r"[\s]", r"\s in a pattern means different things to different libraries"),
        (r"\bword", r"\b in a pattern means different things to different libraries"),
        (r"\p{L}", r"\p in a pattern means different things to different libraries"),
        (r"(a)\1", r"\1 in a pattern means different things to different libraries"),
        ("(?=a)", "(? in a pattern begins something that not all libraries know"),
        ("(?i)a", "(? in a pattern begins something that not all libraries know"),
        ("a+?", "not all libraries know one sign of repetition after another"),
        ("a{2}+", "not all libraries know one sign of repetition after another"),
        ("[[:alpha:]]", "libraries differ on [, &&, -- and ~~ inside [ ]"),
        ("[a&&b]", "libraries differ on [, &&, -- and ~~ inside [ ]"),
        ("(a", "this is not a regular expression that can be matched in linear time"),
        ("a**", "not all libraries know one sign of repetition after another"),
        ("(a{1000}){1000}", "this is not a regular expression that can be matched in linear time"),
    ],
)
def test_a_pattern_that_libraries_read_differently_is_refused(pattern: str, told: str) -> None:
    found = [*faults({"pattern": pattern}), *faults({"patternProperties": {pattern: True}})]
    assert len(found) == 2
    assert all(fault.startswith(told) for fault in found)


@pytest.mark.parametrize(
    "pattern",
    ["^[a-z0-9]+(-[a-z0-9]+)*$", r"^[^/\\ ][^\\]*$", r"^a\.b\-c\/d$", "^(?:a|b){2,3}$", "[?+*]+", "[]a]", r"\[x\]"],
)
def test_a_plain_pattern_is_fine(pattern: str) -> None:
    assert faults({"pattern": pattern}) == []


OUTSIDE = (
    "a $ref leads to a place in this file (#/…) or in another file of the schema folder (name.schema.json#/…), never"
)


@pytest.mark.parametrize(
    "reference",
    [
        "file:///etc/passwd",
        "file:passwd",
        "http://localhost/x",
        "https://example.com/x.json",
        "//example.com/x",
        "/etc/passwd",
        "../x.json",
        "a/../../x.json",
        "..",
        "b.json?x",
        "#anchor",
        "",
        "%2e%2e/x.json",
        "\\\\host\\x",
    ],
)
def test_a_reference_never_leaves_the_folder(reference: str) -> None:
    for schema in ({"$ref": reference}, {"properties": {"a": {"items": {"$ref": reference}}}}):
        (fault,) = faults(schema)
        assert fault.startswith(OUTSIDE)


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("bb.json", '"bb.json" leads to no schema file -> b.json'),
        ("b.json#/$defs/nmae", '"b.json#/$defs/nmae" leads to no schema in b.json -> b.json#/$defs/name'),
        ("#/$defs/slgu", '"#/$defs/slgu" leads to no schema in a.schema.json -> #/$defs/slug'),
        ("b.json#/$defs/name/type", '"b.json#/$defs/name/type" leads to no schema in b.json'),
        ("b.json#/title", '"b.json#/title" leads to no schema in b.json'),
    ],
)
def test_a_reference_to_nothing_suggests_what_was_meant(reference: str, told: str) -> None:
    schema = {"$ref": reference, "$defs": {"slug": {"type": "string"}}}
    (fault,) = faults(schema, b={"title": "B", "$defs": {"name": {"type": "string"}}})
    assert fault.startswith(told)


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param({"$ref": "#"}, id="to itself"),
        pytest.param({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}, id="to and fro"),
        pytest.param({"allOf": [{"anyOf": [{"not": {"$ref": "#"}}]}]}, id="through alternatives"),
        pytest.param(
            {"$defs": {f"a{n}": {"allOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 3} for n in range(9)} | {"a9": {}}},
            id="a bush",
        ),
        pytest.param(
            {"$defs": {f"a{n}": {"$ref": f"#/$defs/a{n + 1}"} for n in range(5_000)} | {"a5000": {}}}, id="a chain"
        ),
    ],
)
def test_a_reference_that_never_ends_is_refused(schema: object) -> None:
    assert all("leads in a circle or through too many others" in fault for fault in faults(schema))
    assert faults(schema)


def test_a_schema_may_describe_a_tree() -> None:
    schema = {"type": "object", "properties": {"children": {"items": {"$ref": "#"}}}, "additionalProperties": False}
    schemas, problems = SchemaSet.build({"t.schema.json": json.dumps(schema).encode()})
    assert problems == ()
    gate = schemas.gate("t.schema.json")
    assert gate.accepts({"children": [{"children": []}, {}]})
    assert not gate.accepts({"children": [{"childen": []}]})


def test_references_cross_files_and_folders() -> None:
    files = {
        "kinds/a.schema.json": {"properties": {"x": {"$ref": "parts/b.json#/$defs/y"}}},
        "kinds/parts/b.json": {
            "$id": "https://example.com/b.json",
            "$defs": {"y": {"$ref": "#/$defs/z"}, "z": {"type": "string"}},
        },
    }
    schemas, problems = SchemaSet.build({name: json.dumps(schema).encode() for name, schema in files.items()})
    assert problems == ()
    assert schemas.gate("kinds/a.schema.json").accepts({"x": "y"})
    assert not schemas.gate("kinds/a.schema.json").accepts({"x": 1})


def test_one_broken_schema_leaves_those_that_do_not_need_it() -> None:
    files = {
        "bad.json": b"{",
        "needs.json": b'{"$ref": "bad.json"}',
        "also.json": b'{"$ref": "needs.json"}',
        "good.json": b"{}",
    }
    schemas, problems = SchemaSet.build(files)
    assert [problem.place.file for problem in problems] == ["bad.json"]
    assert set(schemas.schemas) == {"good.json"}
    with pytest.raises(KeyError):
        schemas.gate("also.json")


@pytest.mark.parametrize("name", ["refs", "inverse"])
def test_a_kind_has_no_property_that_policies_need_for_references(name: str) -> None:
    inner = {"properties": {"spec": {"properties": {name: {"type": "string"}}}}}
    assert faults({**inner, "x-kind": {"name": "A"}}) == [f'no property of a kind may be called "{name}"']
    assert faults(inner) == []


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        pytest.param('{"type": "string",}', (1, 18), "this is not JSON: ", id="comma"),
        pytest.param('{\n "a": 1\n "b": 2}', (3, 2), "this is not JSON: expecting ',' delimiter", id="no comma"),
        pytest.param(
            '{\n "type": "string",\n "type": "object"\n}', (3, 2), 'the field "type" stands here twice', id="twice"
        ),
        pytest.param('{"default": NaN}', (1, 1), "NaN is not a number in JSON", id="not a number"),
        pytest.param("", (1, 1), "this is not JSON: expecting value", id="empty"),
        pytest.param("[" * 100_000, (1, 1), "too deep", id="brackets"),
        pytest.param('{"maximum": ' + "9" * 5_000 + "}", (1, 1), "a number too long", id="digits"),
        pytest.param('{"default": ' + "[" * 70 + "]" * 70 + "}", (1, 1), "more than 60 deep", id="depth"),
        pytest.param("[]", (1, 1), "expected a mapping (name: value) or true or false, found an empty list", id="list"),
    ],
)
def test_a_schema_file_is_strict_json(text: str, place: tuple[int, int], told: str) -> None:
    _, (problem,) = SchemaSet.build({"a.json": text.encode()})
    assert told in problem.message
    if told != "this is not JSON: ":  # Python versions differ on the column
        assert (problem.place.line, problem.place.column) == place


def test_a_fault_in_a_schema_stands_on_its_keyword() -> None:
    _, (problem,) = SchemaSet.build({"a.json": b'{\n  "properties": {\n    "a": {"tpye": "string"}\n  }\n}'})
    assert (problem.place.line, problem.place.column, problem.place.pointer) == (3, 11, "/properties/a/tpye")
