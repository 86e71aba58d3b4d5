"""Of every shipped policy two cases show its line: one passes, one fails, and one field lies between them."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from concertino.documents import read_documents
from concertino.model.limits import Limits

PACK = Path(__file__).resolve().parents[2] / "policies/operate-orchestrate"
POLICIES = sorted(file.parent.name for file in PACK.glob("*/policy.yaml"))


def _cases(policy: str) -> Mapping[str, Any]:
    file = PACK / policy / "cases.yaml"
    (document,) = read_documents(str(file), file.read_bytes(), Limits()).documents
    value: Any = document.value
    found: Mapping[str, Any] = value["spec"]
    return found


def _what_differs(first: Mapping[str, Any], second: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Everything that one case says of its catalogue and the other does not, each with the thing it is about."""
    return set(_said(first)) ^ set(_said(second))


def _said(case: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for change in case.get("change", ()):
        about = f"{change['entity']} {change.get('set', change.get('remove'))}"
        yield about, json.dumps(change, sort_keys=True)
    for name in ("entities", "history", "parameters", "asOf"):
        if name in case:
            yield name, json.dumps(case[name], sort_keys=True)


def _came_to(case: Mapping[str, Any], outcome: str) -> set[str]:
    return {expected["entity"] for expected in case["expect"] if expected["outcome"] == outcome}


def _one_field_apart(spec: Mapping[str, Any]) -> bool:
    return any(
        _came_to(first, "pass") & _came_to(second, "fail")
        and len({about for about, _ in _what_differs(first, second)}) == 1
        for first in spec["cases"]
        for second in spec["cases"]
    )


@pytest.mark.parametrize("policy", POLICIES)
def test_a_case_that_passes_and_one_that_fails_differ_in_one_field(policy: str) -> None:
    assert _one_field_apart(_cases(policy))


def test_two_fields_are_told_from_one() -> None:
    def case(outcome: str, *fields: str) -> dict[str, Any]:
        changes = [{"entity": "team:blue", "set": field, "to": outcome} for field in fields]
        return {"change": changes, "expect": [{"entity": "team:blue", "outcome": outcome}]}

    assert _one_field_apart({"cases": [case("pass"), case("fail", "spec.type")]})
    assert _one_field_apart({"cases": [case("pass", "spec.type"), case("fail", "spec.type")]})
    assert not _one_field_apart({"cases": [case("pass"), case("fail", "spec.type", "spec.members")]})
    assert not _one_field_apart({"cases": [case("pass"), case("skip", "spec.type")]})
