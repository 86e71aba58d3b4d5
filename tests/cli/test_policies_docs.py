"""The reference of policies says what they say, and nothing that they say can break out of it."""

import json
import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt

from concertino.cli.main import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "policies/operate-orchestrate"
_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])

CONFIGURATION = "apiVersion: concertino/v1\nkind: Configuration\nextends: [./policies/house]\n"
HOUSE = """
apiVersion: concertino/v1
kind: Pack
metadata: {name: house, title: House rules}
spec:
  version: "1"
  rows:
    - {id: HR1, title: Brands promise something}
    - {id: HR2, title: The model is asked, commands: [matrix verify]}
    - {id: HR3, title: Nobody thought of this}
"""
POLICY = """
apiVersion: concertino/v1
kind: Policy
metadata: {name: promise-is-short, title: A promise is short, annotations: {concertino/mission: HR1}}
spec:
  description: What is long is forgotten.
  target: Brand
  severity: error
  enforcement: soft-mandatory
  approvalRight: funding
  parameters: {longest: 12}
  parameterReasons: {longest: A dozen.}
  when: has(entity.spec.promise)
  validations:
    - expression: size(entity.spec.promise) <= params.longest
      field: spec.promise
      messageExpression: '"it takes %d characters".format([size(entity.spec.promise)])'
  remediation: Say less.
"""
CASES = """
apiVersion: concertino/v1
kind: Cases
metadata: {name: promise-is-short}
spec:
  asOf: 2026-06-30
  entities:
    - {kind: Brand, metadata: {name: harbour}, spec: {promise: Mended.}}
  cases:
    - name: With a threshold the case would be shorter still
      parameters: {longest: 1}
      expect: [{entity: "brand:harbour", outcome: fail}]
    - name: Two things are changed
      change:
        - {entity: "brand:harbour", set: spec.promise, to: Mended in every port}
        - {entity: "brand:harbour", set: spec.demand, to: 2}
      expect: [{entity: "brand:harbour", outcome: fail}]
    - name: One thing is changed
      change: [{entity: "brand:harbour", set: spec.promise, to: Mended in every port}]
      expect: [{entity: "brand:harbour", outcome: fail}]
    - name: As it stands
      expect: [{entity: "brand:harbour", outcome: pass}]
    - name: A case that does not hold is no example
      parameters: {longest: 1}
      expect: [{entity: "brand:harbour", outcome: pass}]
"""
OTHER = "policies/house/promise-is-short"


def _model() -> dict[str, Any]:
    """The example in the schema of decision models; it covers a row, and its guard another one."""
    schema = json.loads((ROOT / "schemas/DecisionModel.schema.json").read_text(encoding="utf-8"))
    model: dict[str, Any] = schema["examples"][0]
    model["metadata"]["annotations"] = {"concertino/mission": "HR1"}
    model["spec"]["guards"][0]["rows"] = ["HR2"]
    return model


@pytest.fixture
def house(write: Callable[[Mapping[str, str]], Path]) -> Path:
    """A repository with a pack of its own: rows, one policy, a decision model."""
    return write(
        {
            "concertino.yaml": CONFIGURATION,
            "policies/house/pack.yaml": HOUSE,
            "policies/house/decision-model.yaml": json.dumps(_model()),
            f"{OTHER}/policy.yaml": POLICY,
            f"{OTHER}/cases.yaml": CASES,
        }
    )


@pytest.fixture
def docs(house: Path, concertino: Callable[..., Any]) -> Callable[..., str]:
    """The reference of that repository."""
    return lambda: str(concertino("policies", "docs", "-C", house).out)


@pytest.mark.slow
def test_the_reference_that_is_committed_is_up_to_date(concertino: Callable[..., Any]) -> None:
    ran = concertino("policies", "docs", "--check", "-C", ROOT)

    assert ran.code == 0, f"make docs\n{ran.out}"


def test_it_has_a_heading_and_an_example_that_fails_with_its_message_for_each_shipped_policy() -> None:
    text = (ROOT / "docs/policies.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^### ([a-z0-9-]+)\n(.*?)(?=^### |\Z)", text, re.DOTALL | re.MULTILINE))
    shipped = sorted(file.parent.name for file in PACK.glob("*/policy.yaml"))

    assert sorted(sections) == shipped
    for name, section in sections.items():
        assert f"[{name}](#{name})" in text, f"{name} is missing in the contents"
        assert "**Passes:**" in section, name
        assert re.search(r"\*\*Fails:\*\*.*\n- `[^`]+`: \S", section, re.DOTALL), name


def test_every_row_of_the_pack_is_there_and_what_covers_it_is_what_the_annotations_say() -> None:
    text = (ROOT / "docs/policies.md").read_text(encoding="utf-8")
    table = dict(re.findall(r"^\| ([A-Z]{2}\d) \| .* \| (.*) \|$", text, re.MULTILINE))
    declared = yaml.safe_load((PACK / "pack.yaml").read_text(encoding="utf-8"))["spec"]["rows"]
    annotated: dict[str, set[str]] = {}
    for file in PACK.glob("*/policy.yaml"):
        rows = yaml.safe_load(file.read_text(encoding="utf-8"))["metadata"]["annotations"]["concertino/mission"]
        for row in rows.split(","):
            annotated.setdefault(row.strip(), set()).add(file.parent.name)

    assert list(table) == [row["id"] for row in declared]
    assert {row: set(re.findall(r"\(#([a-z-]+)\)", cover)) for row, cover in table.items()} == {
        row: annotated.get(row, set()) for row in table
    }
    assert annotated.keys() <= table.keys(), "a policy names a row that the pack does not have"


def test_every_command_that_covers_a_row_is_one() -> None:
    for row in yaml.safe_load((PACK / "pack.yaml").read_text(encoding="utf-8"))["spec"]["rows"]:
        for command in row.get("commands", ()):
            assert command.split()[0] in COMMANDS, f"{row['id']}: {command}"


def test_a_policy_is_told_with_its_threshold_its_reason_and_its_shortest_cases(docs: Callable[..., str]) -> None:
    text = docs()

    assert "### promise-is-short\n\n**A promise is short.** What is long is forgotten.\n" in text
    assert "\n- enforcement: soft-mandatory (an approved exception may waive it)\n" in text
    assert "\n- an exception takes: the right `funding`\n" in text
    assert "\nWhat to do:\n\nSay less.\n" in text
    assert "\n#### The rule of promise-is-short in CEL\n\n```cel\n// applies when\nhas(entity.spec.promise)\n" in text
    assert "| `longest` | `12` | A dozen. |" in text
    assert "**Passes:** As it stands\n" in text
    assert (
        "**Fails:** One thing is changed\n\n```yaml\n"
        'change: [{entity: "brand:harbour", set: spec.promise, to: Mended in every port}]\n```\n\n'
        "- `brand:harbour`: it takes 20 characters\n"
    ) in text


def test_where_nothing_passes_alone_a_case_that_also_skips_something_is_the_example(
    house: Path, docs: Callable[..., str]
) -> None:
    second = "    - {kind: Brand, metadata: {name: moor}}\n  cases:"
    skipped = '[{entity: "brand:harbour", outcome: pass}, {entity: "brand:moor", outcome: skip}]'
    cases = CASES.replace("  cases:", second, 1).replace('[{entity: "brand:harbour", outcome: pass}]', skipped)
    (house / f"{OTHER}/cases.yaml").write_text(cases)

    assert "**Passes:** As it stands\n" in docs()


def test_a_row_is_covered_by_policies_commands_and_parts_of_the_decision_model_or_by_nothing(
    docs: Callable[..., str],
) -> None:
    text = docs()

    assert "| HR1 | Brands promise something | [promise-is-short](#promise-is-short), the decision model |" in text
    assert (
        "| HR2 | The model is asked | the guard `too-few-customers` of the decision model, `concertino matrix verify` |"
        in text
    )
    assert "| HR3 | Nobody thought of this | – |" in text


HOSTILE = "</details><script>x</script> ![i](https://e.example/p.png) [l](javascript:x) @team #1 |\n\n# Heading\n\n```"


def test_nothing_that_a_policy_says_becomes_markup(house: Path, docs: Callable[..., str]) -> None:
    before = _shape(docs())
    quoted = json.dumps(HOSTILE)
    policy = POLICY.replace("What is long is forgotten.", quoted).replace("Say less.", quoted)
    policy = policy.replace("title: A promise is short", f"title: {json.dumps(HOSTILE[:100])}").replace(
        "A dozen.", quoted
    )
    cases = CASES.replace("Mended in every port", quoted).replace("One thing is changed", json.dumps(HOSTILE[:100]))
    (house / f"{OTHER}/policy.yaml").write_text(policy)
    (house / f"{OTHER}/cases.yaml").write_text(cases.replace("Two things", "Two more things than nothing at all"))
    text = docs()

    assert "script" in text
    assert _shape(text) == before


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param("two `ticks`", '``"two `ticks`"``', id="backticks stand between more of them"),
        pytest.param("a ``` b", '````"a ``` b"````', id="what would close a fence"),
        pytest.param("<b>*x*</b> @team", '`"<b>*x*</b> @team"`', id="markup has no meaning in code"),
        pytest.param("a | b", r'"a \| b"', id="a bar would end the cell, so it is no code"),
        pytest.param(["north", "south"], "`[north, south]`", id="a list is told as in YAML"),
    ],
)
def test_a_default_of_a_parameter_stays_in_its_cell(
    house: Path, docs: Callable[..., str], value: object, shown: str
) -> None:
    policy = POLICY.replace("{longest: 12}", f"{{longest: 12, word: {json.dumps(value)}}}")
    policy = policy.replace("{longest: A dozen.}", "{longest: A dozen., word: It says so.}")
    policy = policy.replace("<= params.longest", "<= params.longest + size(params.word)")
    (house / f"{OTHER}/policy.yaml").write_text(policy)

    assert f"| `word` | {shown} | It says so. |" in docs()


def test_policies_stand_by_the_first_row_that_they_cover_and_those_without_one_at_the_end(
    house: Path, docs: Callable[..., str]
) -> None:
    for name, rows in {"a-late-one": "HR3", "a-lost-one": "XX1", "z-early-one": "HR1,HR3"}.items():
        (house / f"policies/house/{name}").mkdir()
        policy = POLICY.replace("promise-is-short", name).replace("mission: HR1", f'mission: "{rows}"')
        (house / f"policies/house/{name}/policy.yaml").write_text(policy)
    text = docs()
    expected = ["promise-is-short", "z-early-one", "a-late-one", "a-lost-one"]

    assert re.findall(r"^### (.*)$", text, re.MULTILINE) == expected
    assert re.findall(r"^    - \[([a-z-]+)\]", text, re.MULTILINE) == expected
    assert re.findall(r"^  - (.*)$", text, re.MULTILINE) == [
        "HR1: Brands promise something",
        "HR3: Nobody thought of this",
        "No row",
    ]


def test_no_two_headings_are_alike_and_every_link_leads_to_one() -> None:
    text = (ROOT / "docs/policies.md").read_text(encoding="utf-8")
    headings, html, _ = _shape(text)
    anchors = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}

    assert len(anchors) == len(headings)
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors
    assert not html


def _shape(markdown: str) -> tuple[list[str], set[str], int]:
    """Headings, HTML elements and links: what a text could add if it broke out."""
    tokens = [part for token in _MARKDOWN.parse(markdown) for part in (token, *(token.children or []))]
    headings = [token.content for before, token in pairwise(tokens) if before.type == "heading_open"]
    html = "".join(token.content for token in tokens if token.type in ("html_block", "html_inline"))
    elements = set(re.findall(r"</?[a-z]+", html)) - {"<span", "</span"}
    links = sum(token.type in ("link_open", "image") for token in tokens)
    return headings, elements, links


def test_a_file_that_has_drifted_is_told_with_the_difference(house: Path, concertino: Callable[..., Any]) -> None:
    assert concertino("policies", "docs", "--output", "reference.md", "-C", house).code == 0
    assert concertino("policies", "docs", "--check", "--output", "reference.md", "-C", house).code == 0
    policy = house / f"{OTHER}/policy.yaml"
    policy.write_text(policy.read_text().replace("Say less.", "Say half."))
    ran = concertino("policies", "docs", "--check", "--output", "reference.md", "-C", house)

    assert ran.code == 1
    assert "\n-Say less.\n+Say half.\n" in ran.out
    assert "--output" in ran.err


def test_in_a_folder_it_is_called_policies_md(house: Path, concertino: Callable[..., Any]) -> None:
    (house / "docs").mkdir()
    concertino("policies", "docs", "--output", "docs", "-C", house)

    assert (house / "docs/policies.md").is_file()
    assert concertino("policies", "docs", "--check", "-C", house).code == 0


def test_a_broken_policy_ends_with_2_and_the_others_are_told(house: Path, concertino: Callable[..., Any]) -> None:
    broken = POLICY.replace("promise-is-short", "promise-is-kept").replace(
        "entity.spec.promise)", "entity.spec.promis)"
    )
    (house / "policies/house/promise-is-kept").mkdir()
    (house / "policies/house/promise-is-kept/policy.yaml").write_text(broken)
    ran = concertino("policies", "docs", "-C", house)

    assert ran.code == 2
    assert "promise-is-kept/policy.yaml:" in ran.err
    assert "### promise-is-short" in ran.out


def test_one_policy_is_shown_as_markdown_and_as_json_with_the_same_examples(
    house: Path, concertino: Callable[..., Any]
) -> None:
    markdown = concertino("policies", "show", "promise-is-short", "-C", house, "--format", "markdown").out
    shown = json.loads(concertino("policies", "show", "promise-is-short", "-C", house, "--format", "json").out)

    assert markdown.startswith("# promise-is-short\n")
    assert "**Fails:** One thing is changed" in markdown
    assert shown["parameters"] == [{"name": "longest", "value": 12, "reason": "A dozen."}]
    assert shown["examples"]["fails"]["name"] == "One thing is changed"
    assert [item["message"] for item in shown["examples"]["fails"]["findings"]] == ["it takes 20 characters"]
    assert shown["examples"]["passes"] == {"name": "As it stands", "case": {}, "findings": []}


def test_lint_tells_all_faults_of_a_file_at_once_for_machines_with_their_places(
    house: Path, concertino: Callable[..., Any]
) -> None:
    policy = house / f"{OTHER}/policy.yaml"
    faulty = policy.read_text().replace("has(entity.spec.promise)", "has(entity.spec.promis)")
    faulty = faulty.replace("field: spec.promise", "field: spec.promis").replace("params.longest\n", "params.longst\n")
    policy.write_text(faulty)
    ran = concertino("policies", "lint", "--format", "json", "-C", house)
    text = concertino("policies", "lint", "-C", house)
    found = json.loads(ran.out)["findings"]

    assert (ran.code, text.code) == (2, 2)
    assert [(item["location"]["line"], item["suggestion"]) for item in found] == [
        (13, "promise"),
        (15, "longest"),
        (16, "promise"),
    ]
    assert all(f"policy.yaml:{item['location']['line']}:{item['location']['column']}" in text.err for item in found)
