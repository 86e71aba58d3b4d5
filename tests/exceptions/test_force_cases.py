"""One question, asked on four paths: is this exception in force on this day? The answers stand in force-cases.yaml."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from concertino.documents import read_documents
from concertino.model.limits import Limits
from concertino.model.outcome import Result
from concertino.records import render_records
from concertino.revision.shipped import shipped_files
from concertino.verdict import Register, Rules, judge, judge_and_tell, read_catalogue, read_rules
from concertino.verdict.audit import Flag
from concertino.verdict.auditing import audited
from concertino.verdict.cases import run_cases

FILE = Path(__file__).with_name("force-cases.yaml")
CELL = "cell:aurora/orders"
POLICY = "node-is-shared"


def _cases() -> list[dict[str, Any]]:
    read = read_documents(FILE.name, FILE.read_bytes().replace(b": ~", b": ''"), Limits())
    assert read.problems == ()
    value: Any = read.documents[0].value
    return list(value["cases"])


CASES = _cases()
RULES: dict[str, Rules] = {}


@dataclass(frozen=True)
class Asked:
    """A case with everything that is needed to ask it."""

    case: Mapping[str, Any]
    documents: list[dict[str, Any]]
    policy: dict[str, Any]
    files: dict[str, str | bytes]
    day: str

    @property
    def holds(self) -> bool:
        return bool(self.case["standing"] == "in-force")


@pytest.fixture
def asked(request: pytest.FixtureRequest, world: SimpleNamespace) -> Asked:
    case = request.param
    figure = {key: value for key, value in {**world.figure, **case.get("figure", {})}.items() if value != ""}
    change = {"evidence": [figure], **case.get("with", {})}
    documents = [*world.group, world.exception("own-node", *case.get("without", ()), **change)]
    for number in range(1, case.get("chain", 0) + 1):
        later = {"renewalOf": f"before-{number + 1}"} if number < case["chain"] else {}
        old = {"approvedOn": "2025-01-01", "startsOn": "2025-01-01", "expires": "2025-02-01", "evidence": [figure]}
        documents.append(world.exception(f"before-{number}", **old, **later))
    for number, spec in enumerate(case.get("entities", ())):
        documents.append(world.right(f"special-{number}", spec))
    policy = world.policy(POLICY, **case.get("policy", {}))
    return Asked(case, documents, policy, world.files(documents, policy), case.get("day", "2026-05-01"))


def rules_of(asked: Asked, world: SimpleNamespace) -> Rules:
    """The rules do not depend on the catalogue, so cases with one policy share them."""
    key = json.dumps(asked.policy)
    if key not in RULES:
        RULES[key] = read_rules(world.snapshot(asked.files), shipped_files())
    return RULES[key]


def test_there_are_cases_enough() -> None:
    assert len(CASES) >= 40
    assert len({case["name"] for case in CASES}) == len(CASES)


every_case = pytest.mark.parametrize("asked", CASES, ids=[case["name"] for case in CASES], indirect=True)


@every_case
def test_check_says_so(asked: Asked, world: SimpleNamespace) -> None:
    snapshot = world.snapshot(asked.files)
    verdict = judge(snapshot, rules_of(asked, world), asked.day)

    (outcome,) = [item for item in verdict.findings if (item.policy, item.subject) == (POLICY, CELL)]
    assert outcome.result is (Result.WAIVED if asked.holds else Result.FAIL)
    said = " ".join((*outcome.notes, *(item.message for item in verdict.findings if "own-node" in item.subject)))
    assert asked.case.get("why", "") in said
    assert asked.holds or "own-node" in said or any("own-node" in item.subject for item in verdict.findings)


@every_case
def test_the_cases_of_a_policy_say_so(asked: Asked, world: SimpleNamespace) -> None:
    expected = {"entity": CELL, "outcome": "waived" if asked.holds else "fail"}
    others = {"entity": "cell:oakwell/orders", "outcome": "fail"}
    cases = {
        "apiVersion": "concertino/v1",
        "kind": "Cases",
        "metadata": {"name": POLICY},
        "spec": {
            "asOf": asked.day,
            "entities": asked.documents,
            "cases": [{"name": "As the case says", "expect": [expected, others]}],
        },
    }
    rules = rules_of(asked, world)
    (policy,) = rules.policies.policies
    report = run_cases(policy, "policies/node-is-shared/cases.yaml", json.dumps(cases).encode(), rules)

    if report.problems:  # What the schema refuses is refused in a case, too, and nothing is waived.
        assert asked.case["standing"] == "malformed"
    else:
        assert [result.failures for result in report.results] == [()]


@every_case
def test_a_record_says_so_without_asking_for_the_day(asked: Asked, world: SimpleNamespace) -> None:
    rules = rules_of(asked, world)
    catalogue = read_catalogue(world.snapshot(asked.files), rules)
    policies = {policy.id: policy for policy in rules.policies.policies}
    rendered = render_records(catalogue, "catalogue/records", Register.of(catalogue, policies, "", rules))

    (record,) = [file.text for file in rendered if file.decision]
    terms = re.findall(r"own-node\S* .*from (\d{4}-\d\d-\d\d) to (\d{4}-\d\d-\d\d)", record)
    if "match" not in asked.case.get("with", {}):  # What a condition meets is known only once there are findings.
        assert any(first <= asked.day <= last for first, last in terms) is asked.holds


@every_case
def test_the_audit_says_so(asked: Asked, world: SimpleNamespace) -> None:
    verdict, register = judge_and_tell(world.snapshot(asked.files), rules_of(asked, world), asked.day)
    (item,) = [entry for entry in audited(register) if entry.reference == "exception:own-node"]

    assert (Flag.IN_FORCE in item.flags, item.waives) == (asked.holds, int(asked.holds))
    assert verdict.count(Result.WAIVED) == int(asked.holds)


@every_case
def test_the_register_says_so_in_one_word(asked: Asked, world: SimpleNamespace) -> None:
    rules = rules_of(asked, world)
    catalogue = read_catalogue(world.snapshot(asked.files), rules)
    policies = {policy.id: policy for policy in rules.policies.policies}
    register = Register.of(catalogue, policies, asked.day, rules)
    (item,) = [entry for entry in register.exceptions if entry.entity.reference.name == "own-node"]
    policy, subject = next(iter(register.matters(item)), (POLICY, CELL))
    found = register.force(item, policy, subject or CELL)

    assert found.standing == asked.case["standing"]
    assert asked.case.get("why", "") in found.why
