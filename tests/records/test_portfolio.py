"""The records of the reference portfolio, read back by a parser."""

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "catalogue" / "records"
RECORDS = sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")
PARSER = MarkdownIt("commonmark").enable("table")
HEADINGS = [
    ("h2", "Context and Problem Statement"),
    ("h2", "Decision Drivers"),
    ("h2", "Considered Options"),
    ("h2", "Decision Outcome"),
    ("h3", "Consequences"),
    ("h3", "Confirmation"),
    ("h2", "Pros and Cons of the Options"),
    ("h3", "one for each option"),
    ("h2", "More Information"),
]
_TWO_MINUTES = 600
"""Words that people read in two minutes, at a leisurely 300 a minute."""


def body(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition("\n---\n")[2]


def headings(text: str) -> list[tuple[str, str]]:
    tokens = PARSER.parse(text)
    return [
        (token.tag, tokens[index + 1].content) for index, token in enumerate(tokens) if token.type == "heading_open"
    ]


def words(text: str) -> int:
    """The words that a reader sees: no destinations of links, no text of diagrams, no figures of tables."""
    read = " ".join(
        leaf.content
        for token in PARSER.parse(text)
        for leaf in token.children or ()
        if leaf.type in ("text", "code_inline")
    )
    return len(re.findall(r"[^\W\d][\w'\u2019-]*", read))


def test_there_are_the_records_of_a_portfolio() -> None:
    assert len(RECORDS) >= 30


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.name)
def test_every_heading_of_madr_stands_in_order(path: Path) -> None:
    title, *found = headings(body(path))
    options = [name for _, name in found[7:-1]]
    considered = body(path).split("## Considered Options\n")[1].split("\n## ")[0]

    assert title[0] == "h1"
    assert found[:7] == HEADINGS[:7]
    assert found[-1] == HEADINGS[-1]
    assert all(tag == "h3" for tag, _ in found[7:-1])
    assert options == [line.removeprefix("* ") for line in considered.strip().splitlines()]
    assert len(options) >= 3


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.name)
def test_a_record_says_why_and_is_read_in_two_minutes(path: Path) -> None:
    text = body(path)

    assert re.search(r'^Chosen option: ".+", because .+\.$', text, re.MULTILINE)
    assert words(text) <= _TWO_MINUTES


def test_the_index_leads_to_every_record() -> None:
    index = (FOLDER / "README.md").read_text(encoding="utf-8")

    assert {path.name for path in RECORDS} == set(re.findall(r"\]\((\d{4}-[^)/]+\.md)\)", index))
    for path in RECORDS:
        assert index.count(f"]({path.name})") >= 2, "once by capability and once by brand"


@pytest.mark.parametrize("path", [*RECORDS, FOLDER / "README.md"], ids=lambda path: path.name)
def test_every_link_leads_to_a_file(path: Path) -> None:
    targets = [
        str(leaf.attrs["href"])
        for token in PARSER.parse(body(path) or path.read_text(encoding="utf-8"))
        for leaf in token.children or ()
        if leaf.type == "link_open"
    ]

    assert targets
    assert [target for target in targets if not (path.parent / target).resolve().is_file()] == []
