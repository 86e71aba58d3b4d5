"""Reading the checker's bytes: every kind of node, and no bytes that bring the reader down."""

import random
from typing import Any

import pytest
from cel_expr_python import cel

from concertino.expressions.message import Message, WireError
from concertino.expressions.tree import (
    Call,
    CheckedTree,
    Comprehension,
    Constant,
    Identifier,
    ListLiteral,
    MapLiteral,
    Select,
)
from concertino.expressions.types import BOOL, DYN, INT, STRING, UINT, list_of, map_of, optional_of, shape
from concertino.expressions.values import Uint
from concertino.expressions.wire import decode


@pytest.fixture(scope="module")
def checker() -> Any:  # noqa: ANN401 - the checker ships no types
    config = cel.NewEnvConfigFromYaml("extensions: [{name: optional}, {name: lists}, {name: two-var-comprehensions}]")
    variables = {"variables.x": cel.Type.INT, "d": cel.Type.DYN, "m": cel.Type.Map(cel.Type.STRING, cel.Type.DYN)}
    return cel.NewEnv(None, config=config, variables=variables)


def read(checker: Any, source: str, *, unchecked: bool = False) -> CheckedTree:  # noqa: ANN401 - the same
    return decode(checker.compile(source, disable_check=unchecked).serialize(), source)


def test_literals_keep_their_types(checker: Any) -> None:  # noqa: ANN401 - the same
    root = read(checker, "[dyn(1), dyn(-1), dyn(1u), dyn(1.5), dyn('é'), dyn(b'\\xff'), dyn(true), dyn(null)]").root
    assert isinstance(root, ListLiteral)
    values = [call.arguments[0].value for call in root.elements if isinstance(call, Call)]  # type: ignore[union-attr]
    assert values == [1, -1, 1, 1.5, "é", b"\xff", True, None]
    assert [type(value) for value in values] == [int, int, Uint, float, str, bytes, bool, type(None)]


def test_a_qualified_variable_is_one_identifier(checker: Any) -> None:  # noqa: ANN401 - the same
    assert read(checker, "variables.x").root == Identifier(2, "variables.x")
    assert isinstance(read(checker, "variables.x", unchecked=True).root, Select)


def test_nodes_have_types_and_offsets_in_code_points(checker: Any) -> None:  # noqa: ANN401 - the same
    tree = read(checker, "'🐱é' + 'a' == d.?b.orValue('x')")
    assert isinstance(tree.root, Call)
    assert (tree.root.function, tree.root.overloads, tree.result) == ("_==_", ("equals",), BOOL)
    assert tree.offsets[tree.root.id] == tree.source.index("==")
    left, right = tree.root.arguments
    assert (tree.types[left.id], tree.types[right.id]) == (STRING, DYN)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[1]", list_of(INT)),
        ("{'a': [1u]}", map_of(STRING, list_of(UINT))),
        ("optional.of([1])", optional_of(list_of(INT))),
        ("m", map_of(STRING, DYN)),
        ("timestamp(0)", "timestamp"),
        ("duration('1s')", "duration"),
        ("null", "null_type"),
        ("type(1)", "type(int)"),
    ],
)
def test_types_are_read(source: str, expected: object, checker: Any) -> None:  # noqa: ANN401 - the same
    assert str(read(checker, source).result) == str(expected)


def test_macros_optional_elements_and_tests_for_presence_are_read(checker: Any) -> None:  # noqa: ANN401 - the same
    macro = read(checker, "[1].exists(i, x, x > i)").root
    assert isinstance(macro, Comprehension)
    assert (macro.variable, macro.second_variable, macro.accumulator) == ("i", "x", "@result")
    literal = read(checker, "[1, ?optional.of(2)]").root
    assert isinstance(literal, ListLiteral)
    assert literal.optional_indices == (1,)
    made = read(checker, "{'a': 1, ?'b': optional.of(2)}").root
    assert isinstance(made, MapLiteral)
    assert [(entry.key, entry.optional) for entry in made.entries] == [
        (Constant(3, "a"), False),
        (Constant(6, "b"), True),
    ]
    has = read(checker, "has(d.x)").root
    assert isinstance(has, Select)
    assert (has.field, has.test_only) == ("x", True)


def test_a_message_of_ours_is_a_shape() -> None:
    def field(number: int, content: bytes) -> bytes:
        return bytes([number << 3 | 2, len(content)]) + content

    named = field(9, b"concertino.Decision.spec")
    checked = field(3, b"\x08\x01" + field(2, named)) + field(4, b"\x10\x01" + field(4, field(1, b"x")))
    envelope = field(1, b"t/cel.expr.CheckedExpr") + field(2, checked)
    assert decode(envelope, "x").result == shape("Decision.spec")
    assert decode(envelope, "x", {"concertino.Decision.spec": "Other"}).result == shape("Other")


def test_bytes_cut_or_changed_anywhere_are_read_or_refused_but_never_bring_the_reader_down(checker: Any) -> None:  # noqa: ANN401 - the same
    serialized = checker.compile("[1, 2].exists(x, has(d.a) && x > 1) ? {'a': 1.5} : {'b': 2.5}").serialize()
    pick = random.Random(3)  # noqa: S311 - cases, not secrets
    for end in range(len(serialized)):
        attempt(serialized[:end])
    for _ in range(600):
        changed = bytearray(serialized)
        changed[pick.randrange(len(changed))] = pick.randrange(256)
        attempt(bytes(changed))


def attempt(data: bytes) -> None:
    try:
        assert decode(data, "x").source == "x"
    except WireError as error:
        assert "checked expression" in str(error)  # noqa: PT017 - most changes are refused, some are harmless


def test_a_field_that_is_missing_reads_as_its_default() -> None:
    empty = Message()
    assert (empty.integer(1), empty.text(1), empty.raw(1), empty.double(1), list(empty.numbers(1))) == (
        0,
        "",
        b"",
        0,
        [],
    )
