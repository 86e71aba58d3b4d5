"""The strict reader: what it takes, what it makes of it, and that nothing brings it down."""

import re
import time
from collections.abc import Callable

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from concertino.documents import read_documents
from concertino.documents.careful import read_marked
from concertino.documents.text import chunks_of
from concertino.model.json import JsonValue
from concertino.model.limits import Limits

LIMITS = Limits()


def value_of(text: str) -> JsonValue:
    (document,) = read_documents("f.yaml", text.encode(), LIMITS).documents
    return document.value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *((word, True) for word in ("true", "True", "TRUE")),
        *((word, False) for word in ("false", "False", "FALSE")),
        *((word, word) for word in ("yes", "no", "on", "off", "y", "n", "Yes", "NO", "tRue")),
        ("0", 0),
        ("-0", 0),
        ("+7", 7),
        ("-12", -12),
        ("0x1F", 31),
        ("0o17", 15),
        ("0x000000000000000000000000000000000000F", 15),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        ("1.5", 1.5),
        ("1.", 1.0),
        (".5", 0.5),
        ("-1e3", -1000.0),
        ("1E-2", 0.01),
        *(
            (word, word)
            for word in ("010", "00", "007.5", "1_000", "0b11", "-0x1", "1:30", "0x", "1e", "-a", "+", ".", "...x")
        ),
        ("2024-02-29", "2024-02-29"),
        ("2024-02-29T12:00:00Z", "2024-02-29T12:00:00Z"),
        ("nullify", "nullify"),
        ("<<", "<<"),
        ("=", "="),
        ("'true'", "true"),
        ('"12"', "12"),
        ("''", ""),
        ("|\n  null\n", "null\n"),
        (">-\n  1\n", "1"),
    ],
)
def test_a_scalar_means_what_the_core_schema_says_or_stays_text(written: str, value: object) -> None:
    read = value_of(f"a: {written}")
    assert read == {"a": value}
    assert isinstance(read, dict)
    assert type(read["a"]) is type(value)


@pytest.mark.parametrize("key", ["yes", "no", "on", "010", "1:30", "2024-01-01", "'1'", '"true"', '"~"', "a b"])
def test_a_key_that_is_text_needs_no_more_quotes_than_a_value(key: str) -> None:
    assert value_of(f"{key}: x") == {key.strip("'\""): "x"}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param("", [], id="an empty file"),
        pytest.param("# only a comment\n", [], id="a comment"),
        pytest.param("---\n---\n\n--- # nothing\n...\n", [], id="nothing but marks"),
        pytest.param("a: 1", [{"a": 1}], id="no line break at the end"),
        pytest.param("---\na: 1\n", [{"a": 1}], id="a mark first"),
        pytest.param("a: 1\n---\n---\nb: 2\n---\n", [{"a": 1}, {"b": 2}], id="empty ones between and after"),
        pytest.param("a: 1\n...\n# end\n---\nb: 2\n...\n", [{"a": 1}, {"b": 2}], id="ended by dots"),
        pytest.param("--- text\n--- [1]\n---\t'x'\n", ["text", [1], "x"], id="content on the mark's line"),
        pytest.param("a: |\n  ---\n  x\n", [{"a": "---\nx\n"}], id="an indented mark is text"),
        pytest.param("a: ---\nb: x---y\n----: z\n", [{"a": "---", "b": "x---y", "----": "z"}], id="dashes inside"),
        pytest.param("\ufeffa: 1\n", [{"a": 1}], id="a byte order mark"),
        pytest.param("a: 1\r\n---\r\nb: 2\r\n", [{"a": 1}, {"b": 2}], id="line breaks of Windows"),
        pytest.param("a: 1\r---\rb: 2\r", [{"a": 1}, {"b": 2}], id="line breaks of old"),
        pytest.param('{"a": [1, true, "x"]}', [{"a": [1, True, "x"]}], id="JSON"),
    ],
)
def test_documents_are_told_apart(text: str, values: list[object]) -> None:
    found = read_documents("f.yaml", text.encode(), LIMITS)
    assert found.problems == ()
    assert [document.value for document in found.documents] == values
    assert [document.index for document in found.documents] == list(range(len(values)))


def test_the_place_of_a_document_is_the_first_line_of_its_content() -> None:
    text = "# about\nkind: Brand\nx: y\n---\n\n# more\nkind: Team # t\n--- {a: b}\n---\nkind: 'x\n"
    places = [document.place for document in read_documents("f", text.encode(), LIMITS).documents]
    assert [(p.line, p.column, p.end_line, p.end_column) for p in places] == [
        (2, 1, 2, 12),
        (7, 1, 7, 15),
        (8, 5, 8, 11),
        (10, 1, 10, 9),
    ]


NUMBER = re.compile(r"[-+.]?[0-9]")
# PyYAML writes by YAML 1.1, where 1e3 is text and needs no quotes: here it is a number.
texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufeff"), max_size=12
).filter(lambda text: not NUMBER.match(text))
scalars = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
    st.sampled_from(["yes", "010", "1:30", "~", "null", "2024-01-01", "a: b", "- x", "#", "x\ny\n", "", " ", "\t"]),
)
json_like = st.recursive(
    scalars, lambda part: st.lists(part, max_size=4) | st.dictionaries(texts, part, max_size=4), max_leaves=12
)


@settings(deadline=None)
@given(
    values=st.lists(json_like, min_size=1, max_size=3),
    flow=st.booleans(),
    style=st.sampled_from([None, "|", ">", '"', "'"]),
)
def test_what_pyyaml_writes_comes_back_as_it_was(*, values: list[object], flow: bool, style: str | None) -> None:
    style = style if all(isinstance(value, str) for value in values) else None
    text = yaml.dump_all(values, default_flow_style=flow, default_style=style, allow_unicode=False, version=None)
    found = read_documents("f.yaml", text.encode(), LIMITS)
    assert found.problems == ()
    assert [document.value for document in found.documents] == values
    assert [repr(document.value) for document in found.documents] == [
        repr(value) for value in yaml.load_all(text, Loader=yaml.CSafeLoader)
    ]


@settings(deadline=None)
@given(st.text(st.sampled_from(list("ab01-:?[]{},#&*!|>'\"%@`~\\ \t\n.\x85é𐍈")), max_size=60))
def test_any_text_is_read_or_refused_and_both_ways_agree(text: str) -> None:
    data = text.encode()
    found = read_documents("f.yaml", data, LIMITS)
    assert len(found.documents) == len(chunks_of(data))
    for document, chunk in zip(found.documents, chunks_of(data), strict=True):
        if not document.faulty:
            assert repr(read_marked("f.yaml", chunk, LIMITS).value) == repr(document.value)
    assert bool(found.problems) >= any(document.faulty for document in found.documents)


@settings(deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    found = read_documents("f.yaml", data, LIMITS)
    assert all(problem.message and problem.place.file == "f.yaml" for problem in found.problems)


N = 100_000
BOMBS: dict[str, Callable[[], str]] = {
    "opening brackets": lambda: "[" * N,
    "opening braces": lambda: "{" * N,
    "opening brackets, one a line": lambda: "[\n" * N,
    "braces and brackets in turn": lambda: "{a: [" * (N // 5),
    "dashes": lambda: "- " * N,
    "question marks": lambda: "? " * N,
    "colons": lambda: ": " * N,
    "exclamation marks": lambda: "! " * N,
    "ampersands": lambda: "&a " * N,
    "anchored brackets": lambda: "&a [" * N,
    "indented fields": lambda: "".join(f"{' ' * depth}a:\n" for depth in range(2_000)),
    "billion laughs": lambda: "a: &a [x,x]\n" + "".join(f"b{i}: &b{i} [*a,*a,*a]\n" for i in range(20_000)),
    "aliases in a list": lambda: "[" + "*a," * N + "]",
    "one long word": lambda: "a" * 3_900_000,
    "one long quoted text": lambda: '"' + "a" * 3_900_000 + '"',
    "one long quoted text never closed": lambda: 'a: "' + "b\n" * 1_900_000,
    "one long block": lambda: "a: |\n" + "  b\n" * 900_000,
    "one long folded block": lambda: "a: >\n" + "  b\n\n" * 700_000,
    "one long key": lambda: "k" * 3_900_000 + ": v",
    "one long line with a second colon": lambda: "a: " + "b " * 1_900_000 + ": c",
    "one long comment": lambda: "#" * 3_900_000,
    "blank lines": lambda: "a:" + "\n" * 3_900_000 + " b",
    "empty documents": lambda: "---\n" * 900_000,
    "escapes": lambda: '"' + "\\n" * 1_900_000 + '"',
    "many duplicate keys": lambda: "a: 1\n" * N,
    "many nulls": lambda: "- ~\n" * N,
    "many documents with faults": lambda: "a: 'x\n---\n" * 19_000,
    "a wide flow list": lambda: "[" + "a," * 1_000_000 + "a]",
    "a wide flow list of lists": lambda: "[" + "[a]," * 500_000 + "[a]]",
    "control characters": lambda: "a: b\x01\n---\n" * 19_000,
}


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.slow
def test_a_bomb_is_refused_or_read_in_linear_time(name: str) -> None:
    data = BOMBS[name]().encode()
    start = time.process_time()
    found = read_documents("f.yaml", data, LIMITS)
    assert time.process_time() - start < 30
    assert found.documents or found.problems or name in ("one long comment", "empty documents")


def test_deep_nesting_is_refused_where_it_becomes_too_deep() -> None:
    (problem,) = read_documents("f.yaml", b"a: " + b"[" * 1_000, LIMITS).problems
    assert problem.message == "lists and mappings lie more than 60 deep; the rest of the document is not read"
    assert problem.place.column == 3 + 60
