"""Places of nodes: the text at a place is the node."""

import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from concertino.documents import Positions, positions, read_documents
from concertino.model.json import JsonValue
from concertino.model.limits import Limits
from concertino.model.place import Place

LIMITS = Limits()
TEXT = """\
# a comment
kind: Brand
---
# another
kind: Team
metadata:
  name: plätform 𐍈 # why
  "title": 'It''s ours'
  labels: {a/b: x, "c~d": [1, two]}
spec:
  about: |
    first

    third

  folded: >-
    one
    two
  plain: some
    more text
  members:
    - name: Ada
      handle: ada

    - {name: Bob}

  last: 1
"""


@pytest.fixture(scope="module")
def team() -> Positions:
    return positions("f.yaml", TEXT.encode(), 1, LIMITS)


def cut(place: Place, text: str = TEXT) -> str:
    """The text at a place."""
    lines = re.split(r"(?<=\n)", text.replace("\r\n", "\n").replace("\r", "\n"))
    if place.line == place.end_line:
        return lines[place.line - 1][place.column - 1 : place.end_column - 1]
    first, last = lines[place.line - 1][place.column - 1 :], lines[place.end_line - 1][: place.end_column - 1]
    return first + "".join(lines[place.line : place.end_line - 1]) + last


@pytest.mark.parametrize(
    ("pointer", "text"),
    [
        ("/kind", "Team"),
        ("/metadata/name", "plätform 𐍈"),
        ("/metadata/title", "'It''s ours'"),
        ("/metadata/labels", '{a/b: x, "c~d": [1, two]}'),
        ("/metadata/labels/a~1b", "x"),
        ("/metadata/labels/c~0d", "[1, two]"),
        ("/metadata/labels/c~0d/1", "two"),
        ("/spec/about", "|\n    first\n\n    third"),
        ("/spec/folded", ">-\n    one\n    two"),
        ("/spec/plain", "some\n    more text"),
        ("/spec/members/0", "name: Ada\n      handle: ada"),
        ("/spec/members/1", "{name: Bob}"),
        ("/spec/members", "- name: Ada\n      handle: ada\n\n    - {name: Bob}"),
    ],
)
def test_a_value_stands_where_its_text_stands(team: Positions, pointer: str, text: str) -> None:
    place = team.value(pointer)
    assert cut(place) == text
    assert place.pointer == pointer


@pytest.mark.parametrize(
    ("pointer", "text"),
    [("/kind", "kind"), ("/metadata/title", '"title"'), ("/metadata/labels/c~0d", '"c~d"'), ("/spec/about", "about")],
)
def test_a_key_stands_where_its_text_stands(team: Positions, pointer: str, text: str) -> None:
    assert cut(team.key(pointer)) == text


@pytest.mark.parametrize(
    ("pointer", "found"),
    [
        ("/metadata/nothing", "/metadata"),
        ("/spec/members/7/name", "/spec/members"),
        ("/spec/members/0/name/deeper", "/spec/members/0/name"),
        ("/nowhere", ""),
        ("", ""),
    ],
)
def test_the_nearest_place_is_that_of_an_ancestor(team: Positions, pointer: str, found: str) -> None:
    assert team.nearest(pointer) == team.value(found)


@pytest.mark.parametrize(
    ("pointer", "text"),
    [("", "kind"), ("/spec", "spec"), ("/spec/members/0", "name"), ("/spec/members/1", "name"), ("/spec/x/y", "spec")],
)
def test_the_head_of_a_node_is_one_line_to_point_at(team: Positions, pointer: str, text: str) -> None:
    assert cut(team.head(pointer)) == text


def test_a_pointer_to_nothing_is_a_key_error(team: Positions) -> None:
    with pytest.raises(KeyError):
        team.value("/metadata/nothing")
    with pytest.raises(KeyError):
        team.key("/spec/members/01")


@pytest.mark.parametrize(
    ("pointer", "style", "value"),
    [
        ("/metadata/name", "plain", "plätform 𐍈"),
        ("/metadata/title", "'", "It's ours"),
        ("/spec/about", "|", "first\n\nthird\n\n"),
        ("/spec/folded", ">", "one two"),
        ("/spec/last", "plain", "1"),
    ],
)
def test_a_scalar_is_told_as_it_is_written(team: Positions, pointer: str, style: str, value: str) -> None:
    mark = team.scalar(pointer)
    assert mark is not None
    place = team.value(pointer)
    assert (mark.line, mark.column, mark.end_line, mark.end_column) == (
        place.line,
        place.column,
        place.end_line,
        place.end_column,
    )
    assert mark.style == style
    assert mark.value == (value if pointer != "/spec/about" else "first\n\nthird\n")


def test_a_list_is_no_scalar(team: Positions) -> None:
    assert team.scalar("/spec/members") is None
    assert team.scalar("/spec/nothing") is None


def test_an_index_beyond_the_file_points_to_its_beginning() -> None:
    assert positions("f.yaml", b"a: b\n", 3, LIMITS).nearest("/a") == Place("f.yaml")


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_line_breaks_of_any_kind_count_as_one(line_break: str) -> None:
    data = "a: 1\n---\nb:\n  - x\n  - yö: z\n".replace("\n", line_break).encode()
    place = positions("f.yaml", data, 1, LIMITS).value("/b/1/yö")
    assert (place.line, place.column, place.end_column) == (5, 9, 10)


def test_a_byte_order_mark_takes_no_column() -> None:
    assert positions("f.yaml", b"\xef\xbb\xbfa: b\n", 0, LIMITS).value("/a").column == 4


# PyYAML writes by YAML 1.1, where 1e3 is text and needs no quotes: here it is a number.
texts = st.text(st.characters(categories=["L", "N", "P", "S"], include_characters=" "), min_size=1, max_size=8).filter(
    lambda text: not re.match(r"[-+.]?[0-9]", text)
)
leaves = texts | st.integers(-99, 99) | st.booleans() | st.sampled_from(["x\ny\n", "a: b", "two words", "𐍈 ü", ""])
trees = st.dictionaries(
    texts,
    st.recursive(leaves, lambda p: st.lists(p, max_size=3) | st.dictionaries(texts, p, max_size=3), max_leaves=8),
    min_size=1,
    max_size=4,
)


def value_of(text: str) -> JsonValue:
    (document,) = read_documents("f.yaml", text.encode(), LIMITS).documents
    return document.value


def leaves_of(value: JsonValue, pointer: str = "") -> list[tuple[str, JsonValue]]:
    if isinstance(value, dict):
        parts = [(key.replace("~", "~0").replace("/", "~1"), part) for key, part in value.items()]
    elif isinstance(value, list):
        parts = [(str(index), part) for index, part in enumerate(value)]
    else:
        return [(pointer, value)]
    return [leaf for key, part in parts for leaf in leaves_of(part, f"{pointer}/{key}")]


@settings(deadline=None)
@given(values=st.lists(trees, min_size=1, max_size=3), flow=st.booleans(), style=st.sampled_from([None, '"', "'", "|"]))
def test_the_text_at_the_place_of_a_leaf_is_the_leaf(*, values: list[JsonValue], flow: bool, style: str | None) -> None:
    only_texts = all(isinstance(leaf, str) for value in values for _, leaf in leaves_of(value))
    text = yaml.dump_all(
        values, default_flow_style=flow, default_style=style if only_texts else None, allow_unicode=True, width=10_000
    )
    if re.search("[\x7f-\x9f\u2028\u2029\ufeff]", text):
        return
    found = read_documents("f.yaml", text.encode(), LIMITS)
    assert found.problems == ()
    for document in found.documents:
        marks = positions("f.yaml", text.encode(), document.index, LIMITS)
        for pointer, leaf in leaves_of(document.value):
            mark = marks.scalar(pointer)
            assert mark is not None
            written = cut(marks.value(pointer), text)
            if mark.style in ("|", ">"):
                assert mark.value == leaf
            else:
                assert repr(value_of(written)) == repr(leaf)
            if "/" in pointer and not pointer.rsplit("/", 1)[1].isdigit():
                key = pointer.rsplit("/", 1)[1].replace("~1", "/").replace("~0", "~")
                assert value_of(cut(marks.key(pointer), text)) == key
