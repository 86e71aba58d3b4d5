"""A splice changes what is meant and nothing else: not a comment, not a quote, not a line end."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from concertino.documents import positions, read_documents
from concertino.editing.splicing import Append, Change, Insert, Remove, Replace, put, splice
from concertino.model.json import JsonValue
from concertino.model.limits import Limits
from concertino.model.problem import Problem

LIMITS = Limits()
Tree = Any
"""A value of a document, which tests take apart without asking what it is."""


def spliced(text: str, *changes: Change, index: int = 0) -> str:
    result = splice("a.yaml", text.encode(), index, changes, LIMITS)
    assert not isinstance(result, Problem), result.message
    return result.decode()


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        pytest.param("a: 1 # one\nb: 2\n", Replace("/a", 10), "a: 10 # one\nb: 2\n", id="a comment at the end stays"),
        pytest.param("a:   x\nb: 2\n", Replace("/a", "z"), "a:   z\nb: 2\n", id="aligned values stay aligned"),
        pytest.param("a: 'x'\n", Replace("/a", "it's"), "a: 'it''s'\n", id="single quotes stay"),
        pytest.param('a: "x"\n', Replace("/a", "z"), 'a: "z"\n', id="double quotes stay"),
        pytest.param("a: x\n", Replace("/a", "no"), 'a: "no"\n', id="a word that old readers take for a boolean"),
        pytest.param("a: x\n", Replace("/a", "b: c"), 'a: "b: c"\n', id="a text that would be a mapping"),
        pytest.param("a: x\n", Replace("/a", "12:30"), 'a: "12:30"\n', id="a text that old readers take for a number"),
        pytest.param("a: 1\n", Replace("/a", "1"), 'a: "1"\n', id="a text of digits is no number"),
        pytest.param("a: {b: x, c: y}\n", Replace("/a/b", "p, q"), 'a: {b: "p, q", c: y}\n', id="a comma in braces"),
        pytest.param("a: b\r\nc: d\r\n", Replace("/a", "z"), "a: z\r\nc: d\r\n", id="line ends of Windows"),
        pytest.param("a: b", Replace("/a", "z"), "a: z", id="no line break at the end of the file"),
        pytest.param("\ufeffa: b\n", Replace("/a", "z"), "\ufeffa: z\n", id="a byte order mark"),
        pytest.param("a:\tb\n", Replace("/a", "z"), "a:\tz\n", id="a tab after the colon"),
        pytest.param("a: b\n  c\nd: 1\n", Replace("/a", "z"), "a: z\nd: 1\n", id="a plain text over two lines"),
        pytest.param(
            "a: | # why\n  x\n  y\nb: 1\n",
            Replace("/a", "z"),
            "a: |- # why\n  z\nb: 1\n",
            id="the comment of a block of text",
        ),
        pytest.param(
            "a: |\n  x\n  y\nb: 1\n", Replace("/a", "p\nq\n"), "a: |\n  p\n  q\nb: 1\n", id="a block of text stays one"
        ),
        pytest.param("a: >-\n  x\n  y\n", Replace("/a", "p q"), "a: >-\n  p q\n", id="a folded text stays folded"),
        pytest.param("a:\n  # in\n  b: 1\nc: 2\n", Replace("/a", 5), "a: 5\n  # in\nc: 2\n", id="a block to a number"),
        pytest.param("a: 5 # c\nd: 1\n", Replace("/a", {"b": 1}), "a: # c\n  b: 1\nd: 1\n", id="a number to a block"),
        pytest.param("a:\n- x\n- y # c\n", Replace("/a/0", "z"), "a:\n- z\n- y # c\n", id="an element"),
        pytest.param("a:\n  - b: 1\n    c: 2\n", Replace("/a/0/c", 3), "a:\n  - b: 1\n    c: 3\n", id="deep in a list"),
        pytest.param("a: 1\n", Insert("/b", "x"), "a: 1\nb: x\n", id="a new last key"),
        pytest.param("a: 1", Insert("/b", "x"), "a: 1\nb: x", id="a new last key without a line break at the end"),
        pytest.param("a: 1\r\nc: 2\r\n", Insert("/b", 2, "a"), "a: 1\r\nb: 2\r\nc: 2\r\n", id="a key after a key"),
        pytest.param(
            "a: 1 # one\n# two\nc: 2\n", Insert("/b", 2, "a"), "a: 1 # one\nb: 2\n# two\nc: 2\n", id="next to comments"
        ),
        pytest.param("a: |+\n  x\n\nc: 2\n", Insert("/b", 2, "a"), "a: |+\n  x\n\nb: 2\nc: 2\n", id="kept blank lines"),
        pytest.param("a: {b: 1}\n", Insert("/a/c", "x"), "a: {b: 1, c: x}\n", id="a key in braces"),
        pytest.param("a: {}\n", Insert("/a/c", "x"), "a: {c: x}\n", id="a key in empty braces"),
        pytest.param(
            "a: {\n  b: 1, # one\n  c: 2 # two\n}\n",
            Insert("/a/d", 3),
            "a: {\n  b: 1, # one\n  c: 2, # two\n  d: 3\n}\n",
            id="braces over several lines",
        ),
        pytest.param(
            "a:\n    b:\n        c: 1\n", Insert("/a/d", {"e": {"f": 1}}), None, id="a document set in by four spaces"
        ),
        pytest.param("a: [x]\n", Append("/a", "z"), "a: [x, z]\n", id="an element in brackets"),
        pytest.param("a: []\n", Append("/a", "z"), "a: [z]\n", id="an element in empty brackets"),
        pytest.param("a: [x,]\n", Append("/a", "z"), "a: [x, z,]\n", id="a comma at the end"),
        pytest.param("a:\n- x # c\nb: 1\n", Append("/a", "z"), "a:\n- x # c\n- z\nb: 1\n", id="dashes not set in"),
        pytest.param(
            "a:\n  - b: 1\n    c: 2\n",
            Append("/a", {"b": 3, "c": 4}),
            "a:\n  - b: 1\n    c: 2\n  - b: 3\n    c: 4\n",
            id="a mapping below mappings",
        ),
        pytest.param(
            "a:\n  - {b: 1}\n", Append("/a", {"b": 3}), "a:\n  - {b: 1}\n  - {b: 3}\n", id="braces below braces"
        ),
        pytest.param("a: 1\nb: 2 # c\nc: 3\n", Remove("/b"), "a: 1\nc: 3\n", id="a key less"),
        pytest.param("a: 1\nb: 2", Remove("/b"), "a: 1", id="the last key less without a line break at the end"),
        pytest.param("a: {b: 1}\n", Remove("/a/b"), "a: {}\n", id="the only key in braces"),
        pytest.param("a:\n  b: 1\nc: 2\n", Remove("/a/b"), "a: {}\nc: 2\n", id="the only key of a block"),
        pytest.param("a: [x, y, z]\n", Remove("/a/0"), "a: [y, z]\n", id="the first element in brackets"),
        pytest.param("a: [x, y, z]\n", Remove("/a/2"), "a: [x, y]\n", id="the last element in brackets"),
        pytest.param("a:\n- x\n- y\n", Remove("/a/0"), "a:\n- y\n", id="an element with its dash"),
        pytest.param("- b: 1\n  c: 2\n", Remove("/0/b"), "- c: 2\n", id="the key that stands behind a dash"),
    ],
)
def test_a_change_touches_its_own_place_alone(before: str, change: Change, after: str | None) -> None:
    expected = after if after is not None else "a:\n    b:\n        c: 1\n    d:\n        e:\n            f: 1\n"

    assert spliced(before, change) == expected


def test_of_many_documents_only_the_one_that_is_meant_changes() -> None:
    text = "# head\n---\na: 1\n...\n---\n# second\na: 1 # here\n---\na: 1\n"

    assert spliced(text, Replace("/a", 2), index=1) == text.replace("a: 1 # here", "a: 2 # here")


def test_a_new_block_is_written_as_people_write_it() -> None:
    text = "spec:\n  number: 1\n  context: x\n"
    basis: dict[str, JsonValue] = {
        "acceptedOn": "2026-06-30",
        "cells": [{"brand": "aurora", "index": 150}, {"brand": "oakwell", "index": 90}],
        "summary": ["A sentence: with a colon.", "word " * 30 + "end"],
    }

    assert spliced(text, Insert("/spec/basis", basis)) == text + (
        "  basis:\n"
        "    acceptedOn: 2026-06-30\n"
        "    cells:\n"
        "      - {brand: aurora, index: 150}\n"
        "      - {brand: oakwell, index: 90}\n"
        "    summary:\n"
        '      - "A sentence: with a colon."\n'
        "      - >-\n"
        f"        {'word ' * 21}word\n"
        f"        {'word ' * 8}end\n"
    )


@pytest.mark.parametrize(
    ("text", "change", "why"),
    [
        pytest.param("a: &x 1\nb: *x\n", Replace("/a", 2), "can't be read", id="anchors and aliases"),
        pytest.param("a: 1\na: 2\n", Replace("/a", 2), "can't be read", id="a key that stands twice"),
        pytest.param("a: 1\n", Replace("/b", 2), 'there is no "b"', id="a key that is not there"),
        pytest.param("a: 1\n", Insert("/a", 2), "is there already", id="a key that is there already"),
        pytest.param("a: 1\n", Insert("/c", 2, "b"), 'no "b" to put it after', id="no such neighbour"),
        pytest.param("a: [1]\n", Replace("/a/1", 2), "no element 1", id="no such element"),
        pytest.param("a: 1\n", Append("/a", 2), "there is no list", id="no list"),
        pytest.param("a: 1\n", Remove("/a"), "nothing would be left", id="the last key of a document"),
        pytest.param("a: 1\n", Replace("", 2), "whole document", id="the document itself"),
        pytest.param("a: [b: 1]\n", Insert("/a/0/c", 2), "pair without braces", id="a pair without braces"),
        pytest.param("a: [x, # c\n y]\n", Remove("/a/1"), "comment would go", id="a comment between two elements"),
        pytest.param("a: |\n  x", Insert("/b", 1), "would not say what is meant", id="a text that would grow a line"),
    ],
)
def test_what_cannot_be_proven_is_refused_with_its_reason(text: str, change: Change, why: str) -> None:
    result = splice("a.yaml", text.encode(), 0, [change], LIMITS)

    assert isinstance(result, Problem)
    assert why in result.message
    assert result.place.file == "a.yaml"


def test_put_replaces_what_is_there_and_inserts_what_is_not() -> None:
    document = {"spec": {"status": "proposed"}}

    assert put(document, "/spec/status", "accepted") == Replace("/spec/status", "accepted")
    assert put(document, "/spec/decidedOn", "2026-06-30", "status") == Insert("/spec/decidedOn", "2026-06-30", "status")


# Random layouts. A writer of its own draws indentation, quotes, brackets, comments and line ends; each comment is
# unlike all others, so that it can be looked for afterwards.

KEYS = st.sampled_from(["a", "b", "name", "long-key", "x y", "no", "7", "ü"])
TEXTS = st.one_of(
    st.sampled_from(["", "x", "two words", "yes", "- x", "a: b", "x #y", "{", "it's", 'say "so"', "1.0", "2026-06-30"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Cn", "Co"]), max_size=12),
    st.sampled_from(["one\ntwo\n", "one\n\n  two", "\n", "tab\there", "\u202eturned", "a\u2028b", "word " * 40]),
)
SCALARS = st.one_of(
    TEXTS, st.integers(-(2**63), 2**63 - 1), st.booleans(), st.floats(allow_nan=False, allow_infinity=False)
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)
REFUSALS = ("nothing would be left of the document", "a comment would go with it")
DOCUMENTS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=4)


@dataclass
class Writer:
    """Writes a value as a person might."""

    draw: st.DrawFn
    step: int
    dash: int
    comments: int = 0
    made: list[str] = field(default_factory=list)

    def comment(self) -> str:
        self.comments += 1
        self.made.append(f"# c{self.comments}c")
        return self.made[-1]

    def tail(self) -> str:
        return f"  {self.comment()}" if self.draw(st.integers(0, 5)) == 0 else ""

    def between(self, indent: int) -> list[str]:
        made = self.draw(st.integers(0, 4))
        if made == 0:
            return [" " * indent + self.comment()]
        return [""] if made == 1 else []

    def inline(self, value: Tree) -> str:
        if isinstance(value, dict):
            pad = self.draw(st.sampled_from(["", " "]))
            return "{" + pad + ", ".join(f"{self.key(k)}: {self.inline(v)}" for k, v in value.items()) + pad + "}"
        if isinstance(value, list):
            comma = "," if self.draw(st.booleans()) and value else ""
            return "[" + ", ".join(map(self.inline, value)) + comma + "]"
        return self.text(value) if isinstance(value, str) else json.dumps(value)

    def text(self, value: str) -> str:
        styles = ["double"] + (["single"] if value.isprintable() else []) + (["plain"] if is_plain(value) else [])
        match self.draw(st.sampled_from(styles)):
            case "plain":
                return value
            case "single":
                return "'" + value.replace("'", "''") + "'"
        return quoted(value)

    def key(self, key: str) -> str:
        return key if key.isalpha() and self.draw(st.booleans()) else quoted(key)

    def block(self, value: Tree, indent: int, *, behind_dash: bool = False) -> list[str]:
        """The lines of a list or mapping that is not empty."""
        lines: list[str] = []
        pad = " " * indent
        parts = value.items() if isinstance(value, dict) else ((None, item) for item in value)
        for key, item in parts:
            lines += self.between(indent) if lines or not behind_dash else []
            lines += self.part(f"{pad}{self.key(key)}:" if key is not None else f"{pad}-", key, item, indent)
        return lines

    def part(self, head: str, key: str | None, item: Tree, indent: int) -> list[str]:
        if isinstance(item, dict | list) and item and self.draw(st.booleans()):
            if key is None:
                first, *rest = self.block(item, indent + 2, behind_dash=True)
                return [f"{head} {first.lstrip()}", *rest]
            inner = indent + (self.dash if isinstance(item, list) else self.step)
            return [head + self.tail(), *self.block(item, inner)]
        if isinstance(item, str) and self.literal(item) and self.draw(st.booleans()):
            body = [" " * (indent + self.step) + line if line else "" for line in item.rstrip("\n").split("\n")]
            return [f"{head} |{'' if item.endswith(chr(10)) else '-'}" + self.tail(), *body]
        return [f"{head} {self.inline(item)}" + self.tail()]

    @staticmethod
    def literal(text: str) -> bool:
        body = text.rstrip("\n")
        return len(text) - len(body) < 2 and body[:1].isalnum() and all(line.isprintable() for line in body.split("\n"))


def is_plain(text: str) -> bool:
    """Whether a text of letters, digits and single spaces reads as itself without quotes."""
    if not (text.replace(" ", "").isalnum() and text.isascii() and " ".join(text.split()) == text):
        return False
    return [item.value for item in read_documents("t", f"a: {text}\n".encode(), LIMITS).documents] == [{"a": text}]


def quoted(text: str) -> str:
    return '"' + "".join(c if c.isalnum() or c == " " else f"\\U{ord(c):08x}" for c in text) + '"'


@st.composite
def files(draw: st.DrawFn) -> tuple[str, list[Any]]:
    """The text of a file and the values of its documents."""
    values = draw(st.lists(DOCUMENTS, min_size=1, max_size=2))
    writer = Writer(draw, draw(st.sampled_from([1, 2, 4])), draw(st.sampled_from([0, 2])))
    lines: list[str] = []
    for number, value in enumerate(values):
        if number or draw(st.booleans()):
            lines += ["---" + writer.tail()]
        lines += writer.block(value, 0) + writer.between(0)
    ending = draw(st.sampled_from(["\n", "\r\n"]))
    text = ending.join(lines)
    kept = [item.value for item in read_documents("a.yaml", text.encode(), LIMITS).documents] == values
    text += "" if kept and draw(st.booleans()) else ending  # a text below | may need the last line break
    return draw(st.sampled_from(["", "\ufeff"])) + text, values


def pointers(value: Tree, prefix: str = "") -> list[str]:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, item in parts for found in (f"{prefix}/{key}", *pointers(item, f"{prefix}/{key}"))]


def at(value: Tree, pointer: str) -> Tree:
    for token in pointer.split("/")[1:]:
        value = value[int(token)] if isinstance(value, list) else value[token]
    return value


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, int, list[Any], Change, str]:
    """A file, one of its documents, a change to it, and the pointer of what it touches."""
    text, values = draw(files())
    index = draw(st.integers(0, len(values) - 1))
    value = values[index]
    pointer = draw(st.sampled_from(pointers(value)))
    new = draw(VALUES)
    kinds = ["replace", "remove"]
    found = at(value, pointer)
    kinds += ["insert"] if isinstance(found, dict) else ["append"] if isinstance(found, list) else []
    match draw(st.sampled_from(kinds)):
        case "insert":
            after = draw(st.sampled_from(["", *found]))
            return text, index, values, Insert(f"{pointer}/added", new, after), pointer
        case "append":
            return text, index, values, Append(pointer, new), pointer
        case "remove":
            return text, index, values, Remove(pointer), pointer.rpartition("/")[0]
    return text, index, values, Replace(pointer, new), pointer


def changed(value: Tree, change: Change) -> Tree:
    """The change as one would make it in Python."""
    value = json.loads(json.dumps(value))
    holder, _, last = change.pointer.rpartition("/")
    if isinstance(change, Append):
        at(value, change.pointer).append(change.value)
        return value
    inside = at(value, holder)
    key: Any = int(last) if isinstance(inside, list) else last
    if isinstance(change, Remove):
        del inside[key]
    elif isinstance(change, Replace) or not change.after:
        inside[key] = change.value
    else:
        items = list(inside.items())
        place = list(inside).index(change.after) + 1
        inside.clear()
        inside.update([*items[:place], (key, change.value), *items[place:]])
    return value


@given(cases())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_whatever_the_layout_a_splice_says_what_is_meant_and_leaves_all_other_lines(
    case: tuple[str, int, list[Any], Change, str],
) -> None:
    text, index, values, change, touched = case
    data = text.encode()
    before = read_documents("a.yaml", data, LIMITS)
    assert [item.value for item in before.documents] == values, "the writer of this test is at fault"

    result = splice("a.yaml", data, index, [change], LIMITS)
    event("refused" if isinstance(result, Problem) else "spliced")
    if isinstance(result, Problem):
        assert result.message.partition("here: ")[2] in REFUSALS
        return

    after = read_documents("a.yaml", result, LIMITS)
    values[index] = changed(values[index], change)
    assert json.dumps([item.value for item in after.documents]) == json.dumps(values)
    place = positions("a.yaml", data, index, LIMITS)
    first, last = place.key(touched).line, place.value(touched).end_line
    there, here = data.splitlines(keepends=True), result.splitlines(keepends=True)
    assert here[: first - 1] == there[: first - 1]
    assert here[len(here) - (len(there) - last) :] == there[last:]
    if isinstance(change, Insert | Append) or (isinstance(change, Replace) and place.scalar(change.pointer)):
        assert sorted(re.findall(rb"# c[0-9]+c", result)) == sorted(re.findall(rb"# c[0-9]+c", data))
