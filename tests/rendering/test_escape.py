"""Nothing that a catalogue says can become markup, a link, a mention or another row."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from concertino.model.visible import visible
from concertino.rendering.escape import cell_code, code, code_span, escape

_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_OURS = ("<!-- -->", "<span>", "</span>", "<code>", "</code>", "<br>")
_SIGNS = st.sampled_from(list("\\`*_{}[]()<>#+-.!|~&=:\"'$%^;,/?@\n\t 1aw\u202e\x1b"))
_TEXT = st.one_of(st.text(max_size=40), st.lists(_SIGNS, max_size=40).map("".join))


def _inline(markdown: str) -> list[Token]:
    """The parts of a text that is one paragraph and nothing else."""
    tokens = _MARKDOWN.parse(markdown)
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    return tokens[1].children or []


def _words(tokens: list[Token]) -> str:
    assert {token.type for token in tokens} <= {"text", "html_inline"}
    assert {token.content for token in tokens if token.type == "html_inline"} <= set(_OURS)
    return "".join(token.content for token in tokens if token.type == "text")


@given(_TEXT)
@example("[click](javascript:alert(1))")
@example("![x](https://evil.example/pixel.png)")
@example("<img src=x onerror=alert(1)>")
@example("&lt;b&gt; and &amp; and &#64;")
@example("a | b \\| c `d|e`")
@example("- item")
@example("1. item")
@example("# heading")
@example("> quote")
@example("===")
@example("***")
@example("```")
@example("[x]: https://evil.example")
@example("<!-- --> -->")
@example("$`x`$ and $$y$$")
def test_an_escaped_text_is_read_as_exactly_its_own_words(text: str) -> None:
    shown = visible(text).strip()

    if shown:
        assert _words(_inline(escape(text))) == shown


@given(_TEXT)
@example("a|b")
@example("a\\|b")
@example("a`|`b")
def test_an_escaped_text_stays_in_its_cell_of_a_table(text: str) -> None:
    tokens = _MARKDOWN.parse(f"| a | b |\n| - | - |\n| {escape(text)} | {code(text)} |")
    cells = [tokens[index + 1] for index, token in enumerate(tokens) if token.type == "td_open"]

    assert [_words(cell.children or []).strip() for cell in cells] == [visible(text).strip()] * 2


@pytest.mark.parametrize(
    ("text", "never"),
    [
        pytest.param("ask @octocat", "@octocat", id="a mention of a person"),
        pytest.param("ask @octo-org/team", "@octo", id="a mention of a team"),
        pytest.param("closes #123", "#123", id="the number of an issue"),
        pytest.param("octo/repo#123", "#123", id="the number of an issue elsewhere"),
        pytest.param("see gh-123", "gh-123", id="an issue in letters"),
        pytest.param("see https://evil.example", "https://", id="an address"),
        pytest.param("see _WWW.evil.example", "WWW.", id="an address without a scheme"),
        pytest.param("a@evil.example", "@evil", id="a mail address"),
    ],
)
def test_what_a_forge_would_link_is_kept_apart(text: str, never: str) -> None:
    rendered = _MARKDOWN.render(escape(text))

    # What is between two parts of HTML is what a forge looks for links in.
    assert never not in rendered
    assert rendered.replace("<!-- -->", "") == f"<p>{text}</p>\n"


def test_a_text_of_many_characters_is_cut_and_says_so() -> None:
    assert escape("x" * 10_000) == "x" * 600 + "… (9400 more characters)"


@given(_TEXT)
@example("`")
@example("``` a `` b `")
@example("a\\")
@example("<b>*x*</b> @team $`x`$")
def test_a_code_span_is_read_as_exactly_its_own_code(text: str) -> None:
    shown = visible(text).strip()

    if shown:
        assert [(token.type, token.content) for token in _inline(f"code: {code_span(text)}, and so on")] == [
            ("text", "code: "),
            ("code_inline", shown),
            ("text", ", and so on"),
        ]
    else:
        assert not code_span(text)


@given(_TEXT)
@example("a|b")
@example("a\\|b")
@example("a`|`b")
@example("a\\")
def test_code_stays_in_its_cell_of_a_table(text: str) -> None:
    tokens = _MARKDOWN.parse(f"| a | b |\n| --- | --- |\n| {cell_code(text)} | next |")
    cells = [tokens[index + 1] for index, token in enumerate(tokens) if token.type == "td_open"]

    assert len(cells) == 2
    assert "".join(token.content for token in cells[0].children or [] if token.type != "html_inline") == (
        visible(text).strip()
    )
    assert cells[1].content == "next"
