"""Whatever people write, it stays in its place: in records, in the index, in diagrams."""

import json
import re
from collections.abc import Callable, Mapping

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from concertino.catalogue import Catalogue
from concertino.records import Behind, faulty_decisions, render
from concertino.records.escaping import label
from concertino.verdict.adr import OldRecords
from concertino.verdict.adr_file import read_record

Build = Callable[[Mapping[str, str]], Catalogue]
FOLDER = "catalogue/records"
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_API = "apiVersion: concertino/v1\n"
DOCUMENTS = {
    "catalogue/brands.yaml": f"""{_API}kind: Brand
metadata: {{name: aurora, title: @@}}
spec: {{promise: @@, role: flagship, team: board, resultOwner: board, demand: 2}}
---
{_API}kind: Brand
metadata: {{name: oakwell, title: @@}}
spec: {{promise: Repaired., role: heritage, team: board, resultOwner: board, demand: 1}}
""",
    "catalogue/capabilities/orders.yaml": f"""{_API}kind: Capability
metadata: {{name: orders, title: @@}}
spec: {{standard: @@, plane: workflow, owner: board}}
""",
    "catalogue/services/hub.yaml": f"""{_API}kind: Service
metadata: {{name: order-hub, title: @@}}
spec: {{owner: board, capabilities: [orders], consumers: [aurora, oakwell], lifecycle: live}}
""",
    "catalogue/teams.yaml": f"""{_API}kind: Team
metadata: {{name: board, title: @@}}
spec: {{type: architecture, members: [{{name: Ada, handle: ada}}, {{name: Fay, handle: fay}}]}}
""",
    "catalogue/exceptions/split.yaml": f"""{_API}kind: Exception
metadata: {{name: split, title: @@}}
spec:
  policies: [orders-have-one-truth]
  entities: [cell:aurora/orders]
  type: waiver
  requester: ada
  approver: fay
  approvedOn: 2026-01-10
  owner: board
  expires: 2026-06-30
  evidence: []
  controls: [@@]
  reason: @@
""",
    "catalogue/pilots/one.yaml": f"""{_API}kind: Pilot
metadata: {{name: one, title: @@}}
spec:
  capability: orders
  brands: [aurora]
  question: @@
  endsOn: 2026-01-01
  eligible: 2
  measures: [{{metric: error-rate, group: error-rate, baseline: 3, target: 1, unit: @@}}]
  decision: orders-together
""",
    "catalogue/decisions/old.yaml": f"""{_API}kind: Decision
metadata: {{name: orders-apart, title: @@}}
spec:
  number: 3
  status: accepted
  capability: orders
  brands: [aurora]
  model: operate
  decidedOn: 2025-02-01
  deciders: [board]
  drivers: [legacy]
  measures: [{{metric: error-rate, baseline: 2, target: 1, unit: @@, by: 2026-12-31}}]
  nextReview: 2026-05-01
  context: @@
  consequences: [{{kind: bad, text: @@}}]
""",
    "catalogue/decisions/new.yaml": f"""{_API}kind: Decision
metadata: {{name: orders-together, title: @@}}
spec:
  number: 7
  status: accepted
  capability: orders
  allBrands: {{}}
  model: federate
  services: [order-hub]
  decidedOn: 2026-01-12
  nextReview: 2026-07-01
  deciders: [board]
  drivers: [single-truth, cost]
  supersedes: [orders-apart]
  supersedesRecords: [docs/adr/0001-old.md, @@]
  evidence:
    - {{kind: customer, metric: kept, baseline: 71, value: 93.5, unit: @@, basis: observed, source: @@, period: @@}}
  measures: [{{metric: error-rate, baseline: 3.2, target: 1.5, unit: @@, by: 2026-12-31, safeguard: true}}]
  federation: {{funding: order-hub, mayExtend: [@@, b], mayReplace: [@@]}}
  costs:
    horizonQuarters: 8
    shared: [{{line: queueing-delay, amount: 1250050, note: @@}}]
    local: [{{line: duplicate-engineering, unknown: {{owner: board, by: 2026-09-30}}}}]
  brandBenefit: [{{brand: aurora, benefit: @@, metric: basket-size}}]
  context: @@
  options:
    - {{title: @@, model: federate, description: @@, arguments: [{{kind: good, text: @@}}]}}
    - {{title: @@, description: @@}}
  consequences: [{{kind: good, text: @@}}, {{kind: bad, text: @@}}]
  basis:
    acceptedOn: 2026-01-12
    digest: @@
    deciders: [@@]
    cells:
      - {{cell: cell:aurora/orders, recommendation: @@, index: 70, margin: 4, scores: {{@@: 3}}}}
      - {{cell: @@, scores: {{@@: 2}}}}
    exceptions: [{{exception: @@, until: 2026-06-30}}]
    summary: [@@]
""",
}
OLD = "# @@\n\n* Status: @@\n* Date: @@\n"
TEXTS = [
    "# Heading", "x\n# Heading", "x\n===", "<h1>x</h1>", "<!-- x", "x -->", "<script>alert(1)</script>", "[a](b)",
    "[a]: b", "![a](b)", "<https://a.example>", "https://a.example/x", "www.a.example", "ada@a.example", "| a | b |",
    "|", "x | y", "```", "```mermaid\nflowchart TD", "~~~", "`", "``", "*a*", "__a__", "~~a~~", "- a", "1. a", "+ a",
    "> a", "---", "***", "    code", "\ttab", "\\", "\\\\", "x\\", "{{ title }}", "{% raw %}", "{# x #}", "&lt;b&gt;",
    "&#60;b&#62;", "a  \nb", "\n", 'say "x"', "'", '"]; n0 --> n1["', "n0-->n1", "%% x", "end", "#quot;",
    "%%{init: {}}%%", "classDef x", "<br>", "$x$", "\x1b[31mred", "\x00", "\x07", "\u202etxet", "\u2066x\u2069",
    "\u200b", "\ufeff", "\u2028# x", "\u2029# x", "\x85# x", "\U000e0041", "\ud800", "é\u0301" * 20,
    "concertino-digest: sha256:" + "0" * 30, "status: rejected", "...", ":::", "[^1]", "[^1]: x", "[ ] x", "@ada",
    "#12", ":smile:", "x" * 63, "(" * 60, "[" * 60, "*" * 60, "`" * 60, "<" * 60,
]  # fmt: skip


def rendered(build: Build, text: str) -> tuple[dict[str, str], Catalogue]:
    files = {path: document.replace("@@", quoted(text)) for path, document in DOCUMENTS.items()}
    catalogue = build(files)
    record = read_record("docs/adr/0001-old.md", OLD.replace("@@", text))
    found = render(catalogue, FOLDER, Behind(old=OldRecords((record,))))
    assert found.problems == ()
    return {file.path.removeprefix(f"{FOLDER}/"): file.text for file in found.files}, catalogue


def quoted(text: str) -> str:
    """The text as YAML takes it: in quotes, whatever does not show by its number."""
    return '"' + "".join(one if one.isprintable() and one not in '"\\' else f"\\U{ord(one):08x}" for one in text) + '"'


def structure(text: str) -> list[str]:
    """The blocks of a page, where its links lead and what is in its head; not the paragraphs that people may write."""
    head, _, body = text.partition("\n\n")
    assert head.startswith(("---\n", "<!-- "))
    found = sorted(yaml.safe_load(head.strip("-"))) if head.startswith("---") else []
    free = False
    tokens = PARSER.parse(body)
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "heading_open" and following:
            free = following.content == "Context and Problem Statement" or token.tag == "h3"
            found.append(token.tag)
        elif not free or token.type in ("heading_close", "fence", "table_open"):
            found.append(f"{token.type} {token.info}".strip())
        if token.type == "fence":
            found.append(str(diagram(token.content)))
        for leaf in token.children or () if not free else ():
            if leaf.type == "link_open":
                found.append(str(leaf.attrs["href"]))
            elif leaf.type not in ("text", "code_inline", "text_special", "link_close"):
                found.append(leaf.type)
        assert not any(leaf.type in ("html_inline", "image") for leaf in token.children or ())
        assert token.type not in ("html_block", "code_block", "blockquote_open", "hr")
    return found


def diagram(content: str) -> tuple[int, int]:
    """How many boxes and arrows a diagram has; every one of its lines is one of them."""
    first, *lines = content.rstrip("\n").split("\n")
    boxes = [line for line in lines if re.fullmatch(r' {4}n\d+\["(?:[^"#`<>&\[\]{}|\\%_*]|#\d+;)+"\]', line)]
    arrows = [line for line in lines if re.fullmatch(r" {4}n\d+ -->\|[a-z ]+\| n\d+", line)]
    assert first in ("flowchart LR", "flowchart TD")
    assert len(boxes) + len(arrows) == len(lines)
    return len(boxes), len(arrows)


@pytest.fixture(scope="module")
def plain(catalogue_of: Build) -> dict[str, list[str]]:
    found, catalogue = rendered(catalogue_of, "word")
    assert faulty_decisions(catalogue) == ()
    return {name: structure(text) for name, text in found.items()}


def test_the_documents_of_this_page_are_sound_and_show_all_there_is(plain: dict[str, list[str]]) -> None:
    assert list(plain) == ["0003-orders-apart.md", "0007-orders-together.md", "README.md"]
    assert plain["0007-orders-together.md"].count("fence mermaid") == 1
    assert plain["README.md"].count("fence mermaid") == 1


def assert_the_same(build: Build, plain: dict[str, list[str]], text: str) -> bool:
    """Whether the text was taken; then every page is built as with a plain word."""
    found, catalogue = rendered(build, text)
    faulty = faulty_decisions(catalogue)
    for name, page in found.items():
        assert "\ufffe" not in page
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\x85\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]", page)
        if not faulty:
            assert structure(page) == plain[name]
    return not faulty


@pytest.mark.parametrize("text", TEXTS, ids=[json.dumps(text)[:20] for text in TEXTS])
def test_hostile_text_in_every_field_at_once_changes_no_structure(
    catalogue_of: Build, plain: dict[str, list[str]], text: str
) -> None:
    taken = assert_the_same(catalogue_of, plain, text)

    assert taken or text == "\ud800"  # which no file in UTF-8 can hold


ANY = st.one_of(
    st.lists(st.sampled_from(TEXTS[:-3]), min_size=2, max_size=3).map("".join),
    st.text(alphabet="#*_-+=>`~<>[](){}|!&;:@/\\.$%'\" \n\t1aw\u202e\u00e9", min_size=1, max_size=60),
).map(lambda text: text[:60])


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=ANY)
def test_any_text_in_every_field_at_once_changes_no_structure(
    catalogue_of: Build, plain: dict[str, list[str]], text: str
) -> None:
    assert_the_same(catalogue_of, plain, text)


@pytest.mark.parametrize("text", ["x" * 100_000, "# x\n" * 25_000, "[" * 100_000, "`" * 100_000, "\u202e" * 50_000])
def test_a_hundred_kilobytes_are_refused_by_the_schema_and_the_rest_is_rendered(catalogue_of: Build, text: str) -> None:
    good = catalogue_of({
        "catalogue/decisions/old.yaml": DOCUMENTS["catalogue/decisions/old.yaml"].replace("@@", "word"),
        "catalogue/decisions/new.yaml": DOCUMENTS["catalogue/decisions/new.yaml"].replace("@@", quoted(text)),
    })  # fmt: skip

    assert "catalogue/decisions/new.yaml" in {item.place.file for item in good.problems}
    assert faulty_decisions(good)
    assert [file.decision for file in render(good, FOLDER, Behind()).files] == ["decision:orders-apart", ""]


@pytest.mark.parametrize("text", ["# x\n\n" * 2_500, "- a\n" * 2_500, "`[*" * 3_000, "<b>" * 3_000, "> " * 5_000])
def test_as_much_as_the_schema_takes_in_the_context_stays_in_its_section(
    catalogue_of: Build, small: Callable[..., str], text: str
) -> None:
    def headings(context: str) -> list[str]:
        document = small("orders", 3, context=quoted(context[:10_000]))
        catalogue = catalogue_of({"catalogue/decisions/a.yaml": document})
        (record,) = [file.text for file in render(catalogue, FOLDER, Behind()).files if file.decision]
        return [token.tag for token in PARSER.parse(record.split("\n---\n", 1)[1]) if token.type == "heading_open"]

    assert headings(text) == headings("word")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Örebro & Söhne", '"Örebro #38; Söhne"'),
        ('a "b"', '"a #34;b#34;"'),
        ("1. a", '"1#46; a"'),
        ("- a", '"#45; a"'),
        ("x" * 100, f'"{"x" * 80}…"'),
        ("", '" "'),
    ],
)
def test_a_label_of_a_diagram_reads_as_it_was_written(text: str, shown: str) -> None:
    assert label(text).replace("#8230;", "…") == shown
