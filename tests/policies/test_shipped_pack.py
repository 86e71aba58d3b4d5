"""The shipped pack: every policy can be found from the rows it covers, and from every row back."""

import re
from pathlib import Path

import yaml

PACK = Path(__file__).resolve().parents[2] / "policies/operate-orchestrate"


def test_the_table_of_rows_says_what_the_annotations_say() -> None:
    annotated: dict[str, set[str]] = {}
    for file in PACK.glob("*/policy.yaml"):
        rows = yaml.safe_load(file.read_text(encoding="utf-8"))["metadata"]["annotations"]["concertino/mission"]
        for row in rows.split(","):
            annotated.setdefault(row.strip(), set()).add(file.parent.name)
    lines = re.findall(
        r"^\| ([A-Z]{2}\d) \|.*\| (.*) \|$", (PACK / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )

    assert {row: set(re.findall(r"`([^`]+)`", names)) for row, names in lines} == annotated


def test_every_policy_has_cases_that_pass_and_fail_and_if_it_has_a_condition_that_do_not_apply() -> None:
    for file in PACK.glob("*/policy.yaml"):
        cases = yaml.safe_load((file.parent / "cases.yaml").read_text(encoding="utf-8"))["spec"]["cases"]
        outcomes = {expected["outcome"] for case in cases for expected in case["expect"]}
        conditional = "when" in yaml.safe_load(file.read_text(encoding="utf-8"))["spec"]
        assert {"pass", "fail"} | ({"skip"} if conditional else set()) <= outcomes, file.parent.name
