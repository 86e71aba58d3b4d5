"""The report for a pull request: well-formed tables, whatever the catalogue says, and never too long for a comment."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from concertino.model.outcome import Outcome
from concertino.model.place import Place
from concertino.model.snapshot import Source, SourceKind
from concertino.rendering import FORMATS, ReportContext
from concertino.verdict import Verdict

_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_MOST = 65_536
"""Characters that a comment on GitHub may have."""

Contexts = Callable[..., ReportContext]


@pytest.fixture
def report(context_of: Contexts) -> Callable[[Verdict], str]:
    """The Markdown report on a verdict."""
    return lambda verdict: FORMATS["markdown"].render(context_of(verdict))


def _tokens(markdown: str) -> list[Token]:
    return [part for token in _MARKDOWN.parse(markdown) for part in (token, *(token.children or []))]


def _count(markdown: str, kind: str) -> int:
    return sum(token.type == kind for token in _tokens(markdown))


def _headings(markdown: str) -> list[str]:
    tokens = _MARKDOWN.parse(markdown)
    return [tokens[index + 1].content for index, token in enumerate(tokens) if token.type == "heading_open"]


def test_the_title_tells_the_result(report: Callable[[Verdict], str], rich: Verdict, clean: Verdict) -> None:
    assert _headings(report(rich))[0] == "✗ Concertino: failed"
    assert _headings(report(clean)) == ["✓ Concertino: passed"]
    assert _headings(report(replace(clean, entities=0))) == ["✗ Concertino: nothing was judged"]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        pytest.param(Source(SourceKind.REVISION, "4f" * 20), "revision <code>4f4f4f4f4f4f</code>.", id="a revision"),
        pytest.param(Source(SourceKind.INDEX), "the index.", id="the index"),
        pytest.param(Source(SourceKind.WORKING_TREE), "the working tree.", id="the working tree"),
    ],
)
def test_the_report_says_what_was_judged(
    report: Callable[[Verdict], str], clean: Verdict, source: Source, told: str
) -> None:
    assert f"Judged as of 2026-06-30: {told}" in report(replace(clean, source=source))


def test_every_finding_has_a_row_under_the_heading_of_its_file(report: Callable[[Verdict], str], rich: Verdict) -> None:
    rendered = report(rich)

    titles = [title for title in _headings(rendered) if title.endswith(")")]
    assert titles == [
        "Broken rules (1)",
        "Findings (5)",
        "Not counted: advice, and what is less than an error (2)",
        "Waived (1)",
        "Changed by the configuration (1)",
        "Exceptions that end soon (1)",
    ]
    # Nine findings, nine figures, and the heads of the summary, five files and the waived.
    assert _count(rendered, "tr_open") == 9 + 9 + 7


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a | b |\n| - | - |\n| x | y |", id="rows"),
        pytest.param("</details>\n\n# Approved\n\n<details>", id="the end of a section"),
        pytest.param("[ok](https://evil.example) ![x](https://evil.example/x.png)", id="a link and an image"),
        pytest.param("`code` **bold** ~~gone~~ *it*", id="emphasis"),
        pytest.param("<a href='https://evil.example'>x</a><!--", id="HTML"),
        pytest.param("\n\n---\n\n## Approved", id="a heading"),
        pytest.param("\n```\n", id="the start of a code block"),
        pytest.param("\\", id="a backslash before our own bar"),
    ],
)
def test_a_hostile_text_changes_nothing_in_the_structure(
    report: Callable[[Verdict], str], rich: Verdict, text: str
) -> None:
    def shape(verdict: Verdict) -> list[str]:
        tokens = _tokens(report(verdict))
        return [
            token.content if token.type == "html_inline" else token.type
            for token in tokens
            if token.type != "text" and token.content not in ("<!-- -->", "<span>", "</span>")
        ]

    def worded(item: Outcome, words: str) -> Outcome:
        return replace(
            item, message=words, remediation=words, expected=words, suggestion=words, notes=(words,), key=words + "k"
        )

    plain = replace(rich, findings=tuple(worded(item, "plain") for item in rich.findings))
    hostile = replace(rich, findings=tuple(worded(item, text) for item in rich.findings))
    assert shape(hostile) == shape(plain)


def test_a_short_section_is_open_and_a_long_one_can_be_folded(
    report: Callable[[Verdict], str], clean: Verdict, outcome: Outcome
) -> None:
    assert "<details" not in report(replace(clean, findings=(outcome,) * 9))
    assert "<details open>\n<summary><b>Findings (10)</b></summary>" in report(replace(clean, findings=(outcome,) * 10))


def test_a_long_report_fits_a_comment_keeps_what_matters_and_says_what_is_left_out(
    report: Callable[[Verdict], str], clean: Verdict, outcome: Outcome, rich: Verdict
) -> None:
    waived = next(item for item in rich.findings if item.exception)
    many = [replace(outcome, place=Place(f"f{number:04}.yaml"), message=f"m{number}") for number in range(1000)]
    rendered = report(replace(clean, findings=(*many, *(waived,) * 1000)))

    assert len(rendered) < _MOST
    shown = rendered.count("<br>m")
    assert 100 < shown < 1000
    assert rendered.index("<br>m0 ") < rendered.index("<br>m99 ")
    assert f"**Too long for a comment: {2000 - shown} rows are left out.**" in rendered
    assert "| Errors | 1000 |" in rendered


def test_a_section_that_found_no_room_leaves_no_empty_title(
    report: Callable[[Verdict], str], clean: Verdict, outcome: Outcome, rich: Verdict
) -> None:
    waived = next(item for item in rich.findings if item.exception)

    assert "Waived (1)" not in report(replace(clean, findings=(*(outcome,) * 1000, waived)))


def test_a_finding_without_a_place_has_a_row_too(
    report: Callable[[Verdict], str], clean: Verdict, outcome: Outcome
) -> None:
    rendered = report(replace(clean, findings=(replace(outcome, place=None),)))

    assert "#### Without a place" in rendered
    assert "| error | – |" in rendered


def test_a_run_that_judged_nothing_says_why(report: Callable[[Verdict], str], clean: Verdict) -> None:
    rendered = report(replace(clean, entities=0, files=0))

    assert "No catalogue file was found" in rendered
    assert "Next: `concertino init`" in rendered
