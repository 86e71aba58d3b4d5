"""Templates that a repository brings: what they see, what they can't do, and how their faults are told."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from concertino.catalogue import Catalogue
from concertino.model.problem import Problem
from concertino.records import Behind, render
from concertino.records.escaping import Markdown
from concertino.records.layouts import VIEWS, Own, Templates, shipped_source
from concertino.records.sandbox import Layout, compile_layout

Build = Callable[[Mapping[str, str]], Catalogue]
FOLDER = "catalogue/records"
PATH = "templates/record.md.j2"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "records.md"
VALUES = {"title": "A *title*", "items": ["a", "b|c"], "many": [str(index) for index in range(100)], "count": 2}


def laid_out(source: str, values: Mapping[str, object] = VALUES) -> str | Problem:
    layout = compile_layout(PATH, source, values)
    return layout.lay_out(values) if isinstance(layout, Layout) else layout


def rendered(catalogue: Catalogue, templates: Templates) -> tuple[dict[str, str], tuple[Problem, ...]]:
    found = render(catalogue, FOLDER, Behind(templates=templates))
    return {file.path.removeprefix(f"{FOLDER}/"): file.text for file in found.files}, found.problems


@pytest.fixture
def catalogue(catalogue_of: Build, full: str, small: Callable[..., str]) -> Catalogue:
    return catalogue_of({"catalogue/decisions/a.yaml": full, "catalogue/decisions/b.yaml": small("own-orders", 12)})


def test_a_template_of_the_repository_lays_out_the_body_below_the_same_front_matter(catalogue: Catalogue) -> None:
    shipped, _ = rendered(catalogue, {})
    own, problems = rendered(catalogue, {"record": Own(PATH, "# {{ number }}: {{ title }}\n\n{{ because }}\n")})
    head, _, body = own["0007-orders-together.md"].partition("\n---\n")

    assert problems == ()
    assert body == "\n# ADR-0007: One order service for all\n\nthere has to be one truth and it lowers cost\n"
    unsealed = [line for line in head.split("\n") if "digest" not in line]
    assert (
        unsealed
        == [line for line in shipped["0007-orders-together.md"].split("\n") if "digest" not in line][:8][
            : len(unsealed)
        ]
    )
    assert own["README.md"] == shipped["README.md"]


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_what_the_command_prints_as_a_start_renders_the_same_bytes(catalogue: Catalogue, name: str) -> None:
    shipped, _ = rendered(catalogue, {})

    assert rendered(catalogue, {name: Own(PATH, shipped_source(name))})[0] == shipped


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ title }}", r"A \*title\*"),
        ('{{ items | join(" and ") }}', r"a and b\|c"),
        ('{{ items | join("*") }}', r"a\*b\|c"),
        ("{{ items | row }}", r"| a | b\|c |"),
        ("{{ items | rule }}", "| --- | --- |"),
        ("{{ items | length }} {{ items[1] }}", r"2 b\|c"),
        ('{% for item in items %}{{ item }}{{ "" if loop.last else ", " }}{% endfor %}', r"a, b\|c"),
        ("{% for item in items if item == 'a' %}{{ loop.index }} of {{ loop.length }}{% endfor %}", "1 of 1"),
        ('{% set name = title %}{{ name | default("none") }}', r"A \*title\*"),
        ("{% if count > 1 and not title in items %}more{% else %}one{% endif %}", "more"),
        ("{# a remark #}{{ count }}", "2"),
    ],
)  # fmt: skip
def test_a_template_prints_loops_and_asks(source: str, text: str) -> None:
    assert laid_out(source) == text


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("\n{{ titel }}", 2, 'there is no value "titel"; did you mean "title"?'),
        ("{{ title.__class__ }}", 1, 'there is no value "__class__"'),
        ("{{ title['__class__'] }}", 1, 'there is no value "__class__"'),
        ("{{ title.format }}", 1, 'there is no value "format"'),
        ("{{ items.append }}", 1, 'there is no value "append"'),
        ("{{ loop }}", 1, 'there is no value "loop"'),
        ("{% for item in items %}\n{{ loop.cycle }}{% endfor %}", 2, 'there is no value "cycle"'),
        ("{{ title.upper() }}", 1, "a template takes no call"),
        ("\n\n{{ range(10) }}", 3, "a template takes no call"),
        ("{{ title ~ title }}", 1, "a template takes no concat"),
        ("{{ 2 ** 100000000 }}", 1, "a template takes no pow"),
        ("{{ title * 1000000 }}", 1, "a template takes no mul"),
        ("{{ [title] }}", 1, "a template takes no list"),
        ("{{ many[0:5] }}", 1, "a template takes no slice"),
        ("{% include '/etc/passwd' %}", 1, "a template takes no include"),
        ("{% import 'x' as y %}", 1, "a template takes no import"),
        ("{% extends 'x' %}", 1, "a template takes no extends"),
        ("{% macro f() %}{% endmacro %}", 1, "a template takes no macro"),
        ("{% set x %}{{ title }}{% endset %}", 1, "a template takes no assignblock"),
        ("{% for item in items recursive %}{% endfor %}", 1, "a loop can't call itself"),
        ("{{ title | attr('x') }}", 1, 'there is no filter "attr"; there are default, join, length, row, rule'),
        ("{{ items | counted }}", 1, 'there is no filter "counted"'),
        ("{{ title is callable }}", 1, 'there is no test "callable"'),
        ("{{ _budget }}", 1, '"_budget" is no value'),
        ("{{ items }}", 1, "only texts and numbers can be printed"),
        ("{{ title | row }}", 1, "this takes a list of texts"),
        ("{{ count | length }}", 1, "only lists and texts have a length"),
        ("{% for c in title %}{% endfor %}", 1, "only lists can be gone through"),
        ("# x\n\n{% if %}", 3, "Expected an expression"),
        ("{% for x in items %}", 1, "Unexpected end of template"),
        ("{{ title", 1, "unexpected end of template"),
        ("x\n<div>{{ title }}</div>", 2, "a template takes no HTML"),
        ("x\n\n<{{ title }}", 3, "a template takes no HTML"),
        ("<!-- {{ title }} -->", 1, "a template takes no HTML"),
        ("x\n[a]({{ title }})", 2, "a value can't be where a link leads to"),
        ("[a]: {{ title }}", 1, "a value can't be where a link leads to"),
        ("{{ " + "not " * 60 + "count }}", 1, "it is nested too deep"),
        ("{{ " + "(" * 5_000 + "count" + ")" * 5_000 + " }}", 1, "it is nested too deep"),
        ("{% if count %}" * 1_500 + "{% endif %}" * 1_500, 1, "it is nested too deep"),
        ("{{ " + "1" * 10_000 + " }}", 1, "Exceeds the limit"),
        ("x" * 64_001, 1, "more than 64,000 characters"),
        ("{% for a in many %}" * 4 + "x" + "{% endfor %}" * 4, 1, "its loops take more than 2,000,000 steps"),
        ("{% for a in many %}{% for b in many %}" + "x" * 200 + "{% endfor %}{% endfor %}", 1, "more than 1,000,000"),
        ("{% for a in many %}{% for b in many %}{{ many | join }}{% endfor %}{% endfor %}", 1, "more than 1,000,000"),
    ],
    ids=lambda value: value[:24].replace("\n", " ") if isinstance(value, str) else "",
)  # fmt: skip
def test_a_fault_of_a_template_is_told_with_its_line(source: str, line: int, said: str) -> None:
    problem = laid_out(source)

    assert isinstance(problem, Problem)
    assert (problem.check, problem.place.file, problem.place.line) == ("configuration", PATH, line)
    assert said in problem.message
    assert "\n" not in problem.message


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["{{", "}}", "{%", "%}", "{#", "#}", " ", "\n", "for x in items", "endfor", "if", "endif", "title", "|row",
             "loop", ".", "__class__", "(", ")", "[0]", "set a=", "raw", "endraw", "not", "is", "in", "'", "1e999", "-"]
        ), max_size=14,
    ).map("".join)
)  # fmt: skip
def test_whatever_stands_in_a_template_the_answer_is_a_text_or_a_problem_with_a_place(source: str) -> None:
    found = laid_out(source)

    assert isinstance(found, str) or (found.place.file == PATH and found.place.line <= source.count("\n") + 1)


def test_a_faulty_template_leaves_the_index_to_be_rendered_and_says_which_paths_are_left(catalogue: Catalogue) -> None:
    found = render(catalogue, FOLDER, Behind(templates={"record": Own(PATH, "# {{ titel }}")}))

    assert [file.path for file in found.files] == [f"{FOLDER}/README.md"]
    assert len(found.problems) == 1
    assert found.unrendered == {f"{FOLDER}/0007-orders-together.md", f"{FOLDER}/0012-own-orders.md"}


def test_a_template_that_fails_for_one_decision_lays_out_the_others(catalogue: Catalogue) -> None:
    source = "# {{ title }}\n\n{{ pilots[0] if basis else title }}\n"
    files, problems = rendered(catalogue, {"record": Own(PATH, source)})

    assert sorted(files) == ["0012-own-orders.md", "README.md"]
    assert [str(item.place) for item in problems] == [f"{PATH}:3:1"]


OWN = """\
# {{ title }} ({{ status }})

| Who | What |
| --- | --- |
| {{ brands }} | {{ chosen }} |

{{ context }}

* {{ question }} in `{{ title }}` and "{{ because }}"
{% for option in options %}
* {{ option.name }}: {{ option.arguments | join("; ") }}
{% endfor %}

```text
{{ title }}
```
"""
HOSTILE = [
    "# h", "x\n# h", "<b>x</b>", "<!-- x", "](https://a.example)", "[a](b)", "| a | b |", "```", "~~~", "`", "*a*",
    "{{ title }}", "{% include 'x' %}", "https://a.example", "\u202eabc", "\x1b[31m", "1. a", "- a", "> a", "---", "\\",
    "&lt;script&gt;", "![x](y)", "<https://a.example>", "a\u2028# b", "[a]: b",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_leaves_its_place_in_a_template_of_the_repository(catalogue_of: Build, full: str, text: str) -> None:
    def tokens(title: str) -> list[str]:
        quoted = '"' + "".join(f"\\u{ord(one):04x}" if ord(one) < 0xFFFF else one for one in title) + '"'
        document = full.replace("One order service for all", quoted).replace("title: One hub", f"title: {quoted}")
        files, problems = rendered(catalogue_of({"catalogue/decisions/a.yaml": document}), {"record": Own(PATH, OWN)})
        assert problems == ()
        body = files["0007-orders-together.md"].split("\n---\n", 1)[1]
        parsed = MarkdownIt("commonmark", {"linkify": False}).enable("table").parse(body)
        leaves = [
            leaf.type for one in parsed for leaf in one.children or () if leaf.type not in ("text", "code_inline")
        ]
        return [one.type for one in parsed] + leaves

    assert tokens(text) == tokens("plain")


def test_the_page_on_records_names_every_value_that_a_template_sees() -> None:
    page = PAGE.read_text(encoding="utf-8")

    for name, view in VIEWS.items():
        section = page.split(f"### Values of the {name}\n", 1)[1].split("\n##", 1)[0]
        for value in names_of(view):
            assert f"`{value}`" in section, f"{value} of the {name}"


def names_of(view: type) -> set[str]:
    """The names of a view's fields, and of those of the views in its lists."""
    found: set[str] = set()
    hints = get_type_hints(view)
    for field in fields(view):
        found.add(field.name)
        for part in (hints[field.name], *get_args(hints[field.name])):
            if isinstance(part, type) and is_dataclass(part):
                found |= names_of(part)
    return found


def test_markdown_that_is_put_together_anew_is_escaped_once_more() -> None:
    assert laid_out("{{ items | join(title) }}", {"title": Markdown("*"), "items": ["a", "b"]}) == "a*b"
