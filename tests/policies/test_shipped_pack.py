"""The shipped pack: every policy can be found from the rows it covers, and from every row back."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from concertino.documents import read_documents
from concertino.model.limits import Limits

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "policies/operate-orchestrate"
REFERENCE = ROOT / "docs/policies.md"


def _read(file: Path) -> Mapping[str, Any]:
    """The one document in a file, read as Concertino reads it."""
    (document,) = read_documents(str(file), file.read_bytes(), Limits()).documents
    value: Any = document.value
    found: Mapping[str, Any] = value
    return found


def test_the_table_of_rows_that_the_pack_points_to_says_what_the_annotations_say() -> None:
    annotated: dict[str, set[str]] = {}
    for file in PACK.glob("*/policy.yaml"):
        rows = _read(file)["metadata"]["annotations"]["concertino/mission"]
        for row in rows.split(","):
            annotated.setdefault(row.strip(), set()).add(file.parent.name)
    text = REFERENCE.read_text(encoding="utf-8")
    lines = re.findall(r"^\| ([A-Z]{2}\d) \|.*\| (.*) \|$", text, re.MULTILINE)
    covered = {row: set(re.findall(r"\(#([^)]+)\)", names)) for row, names in lines}

    assert {row: names for row, names in covered.items() if names} == annotated


def test_the_readme_of_the_pack_leads_to_the_table_of_rows_and_to_files_that_are_there() -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#([^)]+))?\)", (PACK / "README.md").read_text(encoding="utf-8"))

    assert (PACK / links[0][0]).resolve() == REFERENCE
    assert all((PACK / file).exists() for file, _ in links)
    assert {anchor for _, anchor in links if anchor} == {"rows-and-what-covers-them"}
    assert "\n## Rows, and what covers them\n" in REFERENCE.read_text(encoding="utf-8")


def test_every_policy_has_cases_that_pass_and_fail_and_if_it_has_a_condition_that_do_not_apply() -> None:
    for file in PACK.glob("*/policy.yaml"):
        cases = _read(file.parent / "cases.yaml")["spec"]["cases"]
        outcomes = {expected["outcome"] for case in cases for expected in case["expect"]}
        conditional = "when" in _read(file)["spec"]
        assert {"pass", "fail"} | ({"skip"} if conditional else set()) <= outcomes, file.parent.name
