"""The shipped pack: every policy can be found from the rows it covers, and from every row back."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from concertino.documents import read_documents
from concertino.model.limits import Limits

PACK = Path(__file__).resolve().parents[2] / "policies/operate-orchestrate"


def _read(file: Path) -> Mapping[str, Any]:
    """The one document in a file, read as Concertino reads it."""
    (document,) = read_documents(str(file), file.read_bytes(), Limits()).documents
    value: Any = document.value
    found: Mapping[str, Any] = value
    return found


def test_the_table_of_rows_says_what_the_annotations_say() -> None:
    annotated: dict[str, set[str]] = {}
    for file in PACK.glob("*/policy.yaml"):
        rows = _read(file)["metadata"]["annotations"]["concertino/mission"]
        for row in rows.split(","):
            annotated.setdefault(row.strip(), set()).add(file.parent.name)
    lines = re.findall(
        r"^\| ([A-Z]{2}\d) \|.*\| (.*) \|$", (PACK / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )

    assert {row: set(re.findall(r"`([^`]+)`", names)) for row, names in lines} == annotated


def test_every_policy_has_cases_that_pass_and_fail_and_if_it_has_a_condition_that_do_not_apply() -> None:
    for file in PACK.glob("*/policy.yaml"):
        cases = _read(file.parent / "cases.yaml")["spec"]["cases"]
        outcomes = {expected["outcome"] for case in cases for expected in case["expect"]}
        conditional = "when" in _read(file)["spec"]
        assert {"pass", "fail"} | ({"skip"} if conditional else set()) <= outcomes, file.parent.name
