"""Each file in `broken/` says in its first lines what must be found in it: `# LINE:COLUMN message`."""

import re
from pathlib import Path

import pytest

from concertino.documents import FileDocuments, positions, read_documents
from concertino.model.frame import code_frame
from concertino.model.limits import Limits

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))
LIMITS = Limits()


def expected_of(data: bytes) -> list[str]:
    lines = data.decode().splitlines()
    return [line.removeprefix("# ") for line in lines if re.match(r"# [0-9]+:[0-9]+ ", line)]


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_is_told_with_place_and_plain_words(path: Path) -> None:
    data = path.read_bytes()
    found = read_documents("f.yaml", data, LIMITS).problems
    assert [f"{p.place.line}:{p.place.column} {p.message}" for p in found] == expected_of(data)
    assert expected_of(data)


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_every_problem_says_what_to_do_and_can_be_drawn(path: Path) -> None:
    data = path.read_bytes()
    for problem in read_documents("f.yaml", data, LIMITS).problems:
        assert problem.remediation
        assert "^" in code_frame(data, problem.place)


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_places_in_a_broken_document_can_still_be_asked_for(path: Path) -> None:
    data = path.read_bytes()
    for document in read_documents("f.yaml", data, LIMITS).documents:
        assert positions("f.yaml", data, document.index, LIMITS).nearest("/spec/nothing/here").line >= 1


def read(text: str) -> FileDocuments:
    return read_documents("f.yaml", text.encode(), LIMITS)


def test_a_duplicate_key_shows_both_places() -> None:
    (problem,) = read("a:\n  b: 1\n  b: 2\n").problems
    assert (problem.place.line, problem.place.pointer) == (3, "/a/b")
    assert [(related.message, related.place.line) for related in problem.related] == [("it stands here first", 2)]


def test_of_a_duplicate_key_the_first_value_is_kept_and_reading_goes_on() -> None:
    (document,) = read("a: 1\na: 2\nb: 3\n").documents
    assert document.value == {"a": 1, "b": 3}
    assert document.faulty


def test_the_closing_bracket_is_asked_for_where_the_list_opens() -> None:
    (problem,) = read("spec: {channels: [web, shop}\n").problems
    assert problem.related[0].place.column == 18


def test_a_missing_space_suggests_the_line_as_it_was_meant() -> None:
    (problem,) = read("metadata:\n  name:aurora\n  title: x\n").problems
    assert problem.suggestion == "name: aurora"


def test_an_error_in_one_document_does_not_hide_the_others() -> None:
    found = read("kind: A\n---\nkind: B\nx: 'open\n---\nkind: C\n--- \nkind: D\ny: [\n")
    assert [(d.index, d.faulty, d.value) for d in found.documents] == [
        (0, False, {"kind": "A"}),
        (1, True, {"kind": "B"}),
        (2, False, {"kind": "C"}),
        (3, True, {"kind": "D", "y": []}),
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x: 'open\nkind: Brand\nmetadata:\n  labels: {}\n  name: aurora\n", id="below the fault"),
        pytest.param("kind: Brand\nmetadata:\n  name: aurora\n  x: [\n", id="above the fault"),
        pytest.param("kind: Brand # of ours\nx: @\nmetadata: {title: x, name: 'aurora'}\n", id="in braces"),
        pytest.param('--- # first\nx: @\nkind: "Brand"\r\nmetadata:\r\n\r\n  name: aurora # short\r\n', id="in quotes"),
        pytest.param("\tx: y\nkind: Brand\nmetadata:\n  name: aurora\n", id="below a tab"),
    ],
)
def test_a_broken_document_can_still_be_known_by_kind_and_name(text: str) -> None:
    (document,) = read(text).documents
    assert document.faulty
    value = document.value
    assert isinstance(value, dict)
    assert (value["kind"], value["metadata"]["name"]) == ("Brand", "aurora")


def test_a_field_called_kind_inside_is_not_taken_for_the_kind() -> None:
    (document,) = read("spec:\n  kind: api\n  metadata:\n    name: no\n  x: 'open\n").documents
    assert document.value == {"spec": {"kind": "api", "metadata": {"name": "no"}}}


@pytest.mark.parametrize(
    ("data", "place", "message"),
    [
        pytest.param(b"a: b\nc: d\xfce\n", (2, 5), "the byte 0xFC is not UTF-8", id="Latin-1"),
        pytest.param(b"\xef\xbb\xbfa: \xff\n", (1, 4), "the byte 0xFF is not UTF-8", id="after a byte order mark"),
        pytest.param("é𐍈: \x85b\n".encode(), (1, 5), "U+0085 (next line,", id="next line"),
        pytest.param("a: 'x\u2028y'\n".encode(), (1, 6), "U+2028 (line separator,", id="line separator"),
        pytest.param("a: |\n  x\u2029\n".encode(), (2, 4), "U+2029 (paragraph separator,", id="paragraph separator"),
        pytest.param(b"a: b\r\nc: \x00\n", (2, 4), "U+0000 (the null character)", id="null character"),
        pytest.param(b"# \x1b[31m\na: b\n", (1, 3), "U+001B (escape)", id="escape sequence in a comment"),
        pytest.param("a: b\ufeff\n".encode(), (1, 5), "U+FEFF (byte order mark,", id="byte order mark inside"),
        pytest.param("a: user\u202etxt\n".encode(), (1, 8), "U+202E (it reorders", id="right-to-left override"),
    ],
)
def test_what_no_document_may_hold_is_told_at_its_place(data: bytes, place: tuple[int, int], message: str) -> None:
    found = read_documents("f.yaml", data, LIMITS)
    (problem,) = found.problems
    assert (problem.place.line, problem.place.column) == place
    assert problem.message.startswith(message)
    assert [document.faulty for document in found.documents] == [True]


def test_a_forbidden_character_leaves_the_other_documents_sound() -> None:
    found = read_documents("f.yaml", b"a: 1\n---\nb: \xff\n---\nc: 3\n", LIMITS)
    assert [document.faulty for document in found.documents] == [False, True, False]


def test_a_file_in_utf_16_is_called_by_its_name() -> None:
    found = read_documents("f.yaml", "a: b\n".encode("utf-16"), LIMITS)
    assert [problem.message for problem in found.problems] == ["the file is UTF-16, not UTF-8"]


@pytest.mark.parametrize(
    ("limits", "text", "message"),
    [
        (Limits(file_bytes=3), "a: b\n", "the file has 5 bytes; no more than 3 are read"),
        (Limits(documents=1), "a: b\n---\nc: d\n---\ne: f\n", "the file has more than 1 documents"),
        (Limits(depth=2), "a: {b: [c]}\n", "lists and mappings lie more than 2 deep"),
    ],
    ids=["bytes", "documents", "depth"],
)
def test_a_limit_is_refused_by_its_name(limits: Limits, text: str, message: str) -> None:
    (problem,) = read_documents("f.yaml", text.encode(), limits).problems
    assert problem.message.startswith(message)
    assert "limits." in problem.remediation


def test_what_stays_within_a_limit_is_read() -> None:
    limits = Limits(file_bytes=20, documents=2, depth=3)
    found = read_documents("f.yaml", b"a: {b: [c]}\n---\nd: e", limits)
    assert found.problems == ()
    assert [document.value for document in found.documents] == [{"a": {"b": ["c"]}}, {"d": "e"}]


def test_many_problems_of_one_document_end_with_their_number() -> None:
    problems = read("[" + "*a, " * 3000 + "]").problems
    assert len(problems) == 51
    assert problems[-1].message == "2,950 more problems in this document"
