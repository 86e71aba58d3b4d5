"""Each file in `misfits/` says first what must be told of it: `# LINE:COLUMN message | expected | suggestion`."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from concertino.documents import Gate, SchemaSet, positions, read_documents
from concertino.model.limits import Limits
from concertino.model.problem import Problem

FOLDER = Path(__file__).parent / "misfits"
MISFITS = sorted(FOLDER.glob("*.yaml"))
LIMITS = Limits()


@pytest.fixture(scope="module")
def order() -> Gate:
    schemas, problems = SchemaSet.build({"order.schema.json": (FOLDER / "order.schema.json").read_bytes()})
    assert problems == ()
    return schemas.gate("order.schema.json")


def explain(gate: Gate, data: bytes, *, ignore_missing: bool = False) -> Sequence[Problem]:
    (document,) = read_documents("f.yaml", data, LIMITS).documents
    assert not document.faulty
    marks = positions("f.yaml", data, 0, LIMITS)
    found = gate.explain(document.value, marks, ignore_missing=ignore_missing)
    if not ignore_missing:
        assert gate.accepts(document.value) == (not found)
    return found


def told(problems: Sequence[Problem]) -> list[str]:
    return [f"{p.place.line}:{p.place.column} {p.message} | {p.expected} | {p.suggestion}" for p in problems]


@pytest.mark.parametrize("path", MISFITS, ids=lambda path: path.stem)
def test_a_misfit_is_told_with_place_and_what_was_meant(order: Gate, path: Path) -> None:
    data = path.read_bytes()
    expected = [line[2:] for line in data.decode().splitlines() if re.match(r"# [0-9]+:[0-9]+ ", line)]
    assert expected
    assert told(explain(order, data)) == expected


def test_an_order_that_follows_its_schema_is_accepted(order: Gate) -> None:
    data = b"""
kind: Order
name: first-order
status: delivered
deliveredOn: today
priority: 2
code: ABC
count: 99
weight: 999.5
open: true
note: hello
on: 2024-02-29
mail: ada@example.com
page: https://example.com/x?y
tags: [a, b]
lines: [{article: x}, {article: y, main: true}]
labels: {a: x}
limits: {max-a: 1}
payment: {by: invoice, address: x}
brands: all
contact: {mail: x}
source: {web: x}
gift: {wrap: x}
startsOn: x
endsOn: y
pair: [a, 1, true]
"""
    assert explain(order, data) == ()


def test_left_out_fields_can_be_ignored(order: Gate) -> None:
    data = b"status: delivered\nendsOn: x\ncontact: {}\npayment: {by: card}\nlines: [{main: true}]\ncount: 0\n"
    assert told(explain(order, data, ignore_missing=True)) == ['6:8 0 is too small for "count" | at least 1 | ']


def test_an_element_that_stands_twice_shows_the_first(order: Gate) -> None:
    (problem,) = explain(order, b"kind: Order\nname: a\ntags:\n  - x\n  - x\n")
    assert [(str(related.place), related.message) for related in problem.related] == [
        ("f.yaml:4:5", "it stands here first")
    ]


def test_problems_come_in_the_order_of_their_places(order: Gate) -> None:
    found = explain(order, b"zz: 1\nname: A\naa: 2\nkind: x\ncount: 0\n")
    assert [problem.place.line for problem in found] == [1, 2, 3, 4, 5]


def test_what_the_value_is_not_placed_at_is_told_at_its_nearest_ancestor(order: Gate) -> None:
    marks = positions("f.yaml", b"kind: Order\nname: a\n", 0, LIMITS)
    (problem,) = order.explain({"kind": "Order", "name": "a", "tags": ["B"]}, marks)
    assert (problem.place.line, problem.place.column) == (1, 1)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        pytest.param(b'{"not": {}}', b"a: b\n", id="not anything"),
        pytest.param(b"false", b"a: b\n", id="nothing at all"),
        pytest.param(b'{"items": false}', b"[a]\n", id="no elements"),
        pytest.param(b'{"allOf": [{"type": "string"}, {"type": "string"}]}', b"a: b\n", id="the same twice"),
        pytest.param(b'{"dependentSchemas": {"a": {"required": ["c"]}}}', b"a: b\n", id="dependent schema"),
        pytest.param(b'{"oneOf": [{"type": "object"}, {"required": ["a"]}]}', b"a: b\n", id="two alternatives fit"),
        pytest.param(
            b'{"anyOf": [{"const": {"a": 1}}, {"const": {"a": 2}}]}', b"a: 3\n", id="constants that are mappings"
        ),
        pytest.param(b'{"anyOf": [false, {"type": "string"}]}', b"a: b\n", id="an alternative that is nothing"),
        pytest.param(b'{"anyOf": [false, false]}', b"a: b\n", id="no alternative at all"),
        pytest.param(b'{"prefixItems": [true], "items": false}', b"[a, b]\n", id="more than a pair"),
        pytest.param(b'{"maxProperties": 1}', b"a: b\nc: d\n", id="too many fields"),
        pytest.param(b'{"enum": [[1], {"a": 1}]}', b"a: b\n", id="a choice of lists and mappings"),
        pytest.param(b'{"type": ["string", "integer"]}', b"a: b\n", id="one of two types"),
        pytest.param(b'{"contains": {"type": "string"}}', b"[1]\n", id="lacks an element"),
        pytest.param(b'{"uniqueItems": true}', b"[{a: 1, b: [1.0]}, x, {b: [1], a: 1}]\n", id="equal mappings"),
    ],
)
def test_whatever_is_refused_is_told_as_one_problem(schema: bytes, value: bytes) -> None:
    schemas, problems = SchemaSet.build({"s.schema.json": schema})
    assert problems == ()
    (problem,) = explain(schemas.gate("s.schema.json"), value)
    assert problem.message
    assert problem.check == "schema"


def test_a_message_stays_short_whatever_the_value(order: Gate) -> None:
    long = "x" * 1_000
    for data in (f"kind: {long}\nname: a\n", f"kind: Order\nname: {long} Y\n", f"kind: Order\nname: a\n{long}: 1\n"):
        for problem in explain(order, data.encode()):
            assert len(problem.message) < 200


def test_control_characters_of_a_value_are_shown_as_escapes(order: Gate) -> None:
    (problem,) = explain(order, b'kind: Order\nname: "a\\e[31m"\n')
    assert problem.message == '"a\\x1b[31m" does not have the form of "name"'
