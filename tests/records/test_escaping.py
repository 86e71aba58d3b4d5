from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from concertino.records.escaping import Markdown, block, code, compose, inline, joined, plain, row

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])

HOSTILE = [
    "# heading",
    "heading #",
    "===",
    "---",
    "- - -",
    "1. first",
    "1986. A great year.",
    "> quoted",
    "```\ncode\n```",
    "~~~",
    "<script>alert(1)</script>",
    "<!-- concertino-digest: sha256:0 -->",
    "&lt;b&gt; &#42; &copy;",
    "[text](https://evil.example)",
    "![image](x.png)",
    "[label]: https://evil.example",
    "<https://evil.example>",
    "see https://evil.example/a_b*c?d=e.",
    "www.evil.example and ada@example.com",
    "*strong* __strong__ ~~gone~~ snake_case",
    "a | b\n--- | ---\n1 | 2",
    "{{ secret }} {% raw %} {# x #}",
    "trailing backslash \\",
    "ends in spaces   ",
    "$x$ and $5",
    "`tick` ``ticks`` `",
    "!!! note",
    ":::{danger}",
    "\u202ereversed\u202c and \x1b[31m",
    "\\`\\*",
    "\t\tindented",
    "C# and #7",
]


def _leaves(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


def _shown(tokens: list[Token]) -> str:
    return "".join(token.content for token in _leaves(tokens) if token.type in ("text", "text_special", "code_inline"))


hostile_text = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(alphabet="#*_-+=>`~<>[](){}|!&;:@/\\.$%?^'\" \n\tab1w", max_size=60),
    st.text(max_size=40),
)


@given(hostile_text)
def test_text_from_people_stays_text_and_reads_as_it_was_written(text: str) -> None:
    tokens = PARSER.parse(f"before {inline(text)} after\n")

    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert {token.type for token in _leaves(tokens)} <= {"text", "text_special", "code_inline"}
    assert _shown(tokens) == f"before {plain(text)} after"


@given(hostile_text)
def test_text_at_the_start_of_a_line_begins_nothing(text: str) -> None:
    tokens = PARSER.parse(f"{inline(text)}\n")

    assert [token.type for token in tokens] in ([], ["paragraph_open", "inline", "paragraph_close"])
    assert _shown(tokens) == plain(text)


@given(hostile_text)
def test_a_title_stays_one_heading(text: str) -> None:
    tokens = PARSER.parse(f"# x {inline(text)}\n")

    assert [token.type for token in tokens] == ["heading_open", "inline", "heading_close"]
    assert _shown(tokens).split() == f"x {plain(text)}".split()


@given(st.lists(hostile_text, min_size=2, max_size=4))
def test_a_row_keeps_its_columns(cells: list[str]) -> None:
    head = "| a " * len(cells) + "|\n" + "| --- " * len(cells) + "|\n"
    tokens = PARSER.parse(f"{head}{row(cells)}\n")

    assert sum(token.type == "td_open" for token in tokens) == len(cells)
    shown = [_shown([token]) for token in tokens if token.type == "inline"][len(cells) :]
    assert shown == [plain(cell) or "–" for cell in cells]


@given(hostile_text)
def test_several_lines_become_paragraphs_and_flat_lists_only(text: str) -> None:
    kinds = {token.type.removesuffix("_open") for token in PARSER.parse(block(text)) if token.nesting == 1}

    assert kinds <= {"paragraph", "bullet_list", "ordered_list", "list_item"}


@given(hostile_text)
def test_a_block_never_ends_a_line_in_a_space_or_leaves_two_lines_empty(text: str) -> None:
    rendered = block(text)

    assert "\n\n\n" not in rendered
    assert all(line == line.rstrip() for line in rendered.split("\n"))


def test_paragraphs_and_simple_lists_survive() -> None:
    written = "One sentence\nover two lines.\n\n- first\n  goes on\n- second\n\nThen:\n\n3) a\n4) b\n"

    assert block(written) == "One sentence over two lines.\n\n* first goes on\n* second\n\nThen:\n\n1. a\n2. b"


@pytest.mark.parametrize(
    ("written", "rendered"),
    [
        pytest.param(
            "a plain sentence, with (signs) and 2.5 %.", "a plain sentence, with (signs) and 2.5 %.", id="prose"
        ),
        pytest.param("order_id", "order_id", id="an underscore in a word needs nothing"),
        pytest.param("see https://a.example/b_c.", "see `https://a.example/b_c`.", id="an address is code"),
        pytest.param("ask ada@example.com!", "ask `ada@example.com`!", id="a mail address is code"),
        pytest.param("{{ x }}", r"\{\{ x \}\}", id="no template opens"),
        pytest.param("7. August", r"7\. August", id="a day is no list"),
        pytest.param("AT&T and R&amp;D", r"AT\&T and R\&amp;D", id="no entity is decoded"),
        pytest.param("a\u202eb\x00", "a\ufffdb\ufffd", id="what can't be seen is shown"),
        pytest.param("a\u2028b\x85c\r\nd", "a b c d", id="every line end is a space"),
    ],
)
def test_escaping_is_as_light_as_it_can_be(written: str, rendered: str) -> None:
    assert inline(written) == rendered


def test_a_part_that_is_markdown_already_is_not_escaped_again() -> None:
    assert compose("{} and {}", Markdown("[a](b)"), "[c](d)") == r"[a](b) and \[c\](d)"


@pytest.mark.parametrize(
    ("parts", "rendered"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "*c*"], r"a, b and \*c\*")],
    ids=["none", "one", "two", "three, the last escaped"],
)
def test_parts_are_joined_as_people_do(parts: list[str], rendered: str) -> None:
    assert joined(parts) == rendered


def test_an_identifier_that_could_end_its_code_is_text_instead() -> None:
    assert code("error-rate") == "`error-rate`"
    assert code("a`b") == r"a\`b"


def test_a_long_hostile_text_is_escaped_in_no_time() -> None:
    assert len(inline("a" * 200_000 + "@" + "." * 10_000)) > 200_000
    assert len(block("- *\n" * 20_000)) > 60_000
