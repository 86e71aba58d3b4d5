import re
from collections.abc import Iterator

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from concertino.expressions.aligner import align

STYLES = {"plain": None, "single": "'", "double": '"', "literal": "|", "folded": ">"}
ESCAPES = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)


def lines_of(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text)


def scalars(text: str) -> Iterator[yaml.ScalarEvent]:
    loader = yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader
    return (event for event in yaml.parse(text, Loader=loader) if isinstance(event, yaml.ScalarEvent))


def place(text: str, event: yaml.ScalarEvent, offset: int) -> tuple[int, int]:
    start, end = event.start_mark, event.end_mark
    assert start
    assert end
    marks = (start.line + 1, start.column + 1, end.line + 1, end.column + 1)
    return align(lines_of(text), *marks, event.style, event.value, offset)


def character_at(text: str, line: int, column: int, *, escaped: bool) -> str:
    """What stands at a place of the file: the character, or the one that the escape sequence there means."""
    rest = lines_of(text)[line - 1][column - 1 :]
    if escaped and rest.startswith("\\"):
        found = ESCAPES.match(rest)
        assert found, rest
        meant = yaml.safe_load(f'"{found[0]}"')
        assert isinstance(meant, str)
        return meant
    return rest[:1]


def check_every_offset(text: str, event: yaml.ScalarEvent) -> None:
    seen: list[tuple[int, int]] = []
    for offset, character in enumerate(event.value):
        found = place(text, event, offset)
        seen.append(found)
        if not character.isspace():
            assert character_at(text, *found, escaped=event.style == '"') == character, (text, offset, found)
    assert seen == sorted(seen), "places never go backwards"


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        pytest.param("when: a == b\n", "b", (1, 12), id="a plain scalar on one line"),
        pytest.param("when: a\n  && b\n", "b", (2, 6), id="a plain scalar folded over two lines"),
        pytest.param("when: a\n\n\n  && b\n", "b", (4, 6), id="a plain scalar with empty lines in it"),
        pytest.param("{when: a && b, x: 1}\n", "b", (1, 13), id="a plain scalar in a flow mapping"),
        pytest.param(
            "when: 'it''s' \n", "s", (1, 12), id="a doubled quote counts once in the text and twice in the file"
        ),
        pytest.param("when: 'x ==\n  ''b'''\n", "b", (2, 5), id="a single-quoted scalar over two lines"),
        pytest.param('when: "\\"a\\" == b"\n', "b", (1, 17), id="escaped quotes before it"),
        pytest.param('when: "x ==\\\n    b"\n', "b", (2, 5), id="an escaped line break joins without a space"),
        pytest.param('when: "x\\u00e9\\U0001F600\\x41 b"\n', "b", (1, 30), id="escapes by code in three lengths"),
        pytest.param('when: "é😀 b"\n', "b", (1, 11), id="characters outside of the basic plane count as one"),
        pytest.param("when: |\n  x ==\n    b\n", "b", (3, 5), id="a literal block keeps deeper indentation"),
        pytest.param("when: |-\n\n  x\n\n  b\n", "b", (5, 3), id="a literal block with empty lines"),
        pytest.param("when: |2\n    x\n  b\n", "b", (3, 3), id="a literal block with an indentation indicator"),
        pytest.param("a:\n  when: |2+\n      x\n    b\n\n", "b", (4, 5), id="an indicator counts from the parent"),
        pytest.param("when: >\n  x\n  b\n", "b", (3, 3), id="a folded block"),
        pytest.param(
            "when: >- # why\n  x\n   y\n\n  b\n", "b", (5, 3), id="a folded block with a deeper line and a comment"
        ),
        pytest.param("when: |\r\n  x\r\n  b\r\n", "b", (3, 3), id="lines that end in carriage return and line feed"),
        pytest.param("when: &a !!str  x == b\n", "b", (1, 22), id="an anchor and a tag before it"),
        pytest.param("- when:\n    x\n    b", "b", (3, 5), id="a file without a line break at its end"),
        pytest.param("--- |\n x\n b\n", "b", (3, 2), id="a block at the top of a document"),
        pytest.param("--- >\n x\n b", "b", (3, 2), id="a block that ends with the file"),
    ],
)
def test_a_word_of_an_expression_is_found_where_it_stands(text: str, word: str, expected: tuple[int, int]) -> None:
    event = next(one for one in scalars(text) if word in one.value)
    assert place(text, event, event.value.rindex(word)) == expected
    check_every_offset(text, event)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("when: ab\n", (1, 9), id="plain"),
        pytest.param("when: 'ab'\n", (1, 10), id="quoted, before the quote"),
        pytest.param("when: |\n  ab\nx: 1\n", (2, 5), id="block, before the line break"),
        pytest.param("when: ''\n", (1, 7), id="empty"),
    ],
)
def test_the_end_of_a_value_is_one_past_its_last_character(text: str, expected: tuple[int, int]) -> None:
    event = [*scalars(text)][1]
    assert place(text, event, len(event.value)) == expected


def test_a_value_that_does_not_stand_there_is_at_the_start_of_its_scalar() -> None:
    assert align(["when: abc"], 1, 7, 1, 10, None, "something else", 5) == (1, 7)
    assert align([], 3, 7, 3, 10, None, "abc", 1) == (3, 7)


# What YAML calls printable, less what breaks lines in some readers and not in others.
printable = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"), exclude_characters="\x85\u2028\u2029\ufeff")
    | st.sampled_from(" \n\t'\"\\#:&|>-?{}[]abé😀"),
    max_size=60,
)


@settings(max_examples=400, deadline=None)
@given(value=printable, style=st.sampled_from(sorted(STYLES)), width=st.sampled_from([8, 20, 80]), deep=st.booleans())
@example(value=" a\n b\n\n\n  c", style="folded", width=8, deep=True)
@example(value="\n\n  a\nb\n\n", style="literal", width=8, deep=True)
@example(value="  \n a", style="literal", width=80, deep=False)
def test_every_character_is_found_in_whatever_way_it_was_dumped(
    value: str, style: str, width: int, *, deep: bool
) -> None:
    class Styled(yaml.SafeDumper):
        def represent_scalar(self, tag: str, value: str, style: str | None = None) -> yaml.ScalarNode:  # noqa: ARG002
            return super().represent_scalar(tag, value, wanted if value == data_value else None)

    wanted, data_value = STYLES[style], value
    data = {"spec": [{"when": value}]} if deep else {"when": value}
    text = yaml.dump(data, Dumper=Styled, allow_unicode=len(value) % 2 == 0, width=width)
    event = [*scalars(text)][-1]
    assert event.value == value
    check_every_offset(text, event)
