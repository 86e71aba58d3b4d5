"""What the shipped pack is there for: every row is covered, and none loses its cover unnoticed."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from concertino.cli.main import COMMANDS
from concertino.cli.policies_docs import covered_rows
from concertino.cli.session import Session, open_session
from concertino.documents import read_documents
from concertino.model.limits import Limits
from concertino.model.outcome import Result
from concertino.policies import Policy
from concertino.verdict.cases import PreparedCase, prepare_cases

ROOT = Path(__file__).resolve().parents[2]
PACK = "policies/operate-orchestrate"
NO_FIELDS = ("asOf", "entities", "parameters")
"""What a case may change beside fields of entities; two cases that differ in these are not told apart by one."""
NOTHING = object()
COMMANDS_ALONE = {"DM7", "GO5"}
"""The rows that no policy could cover, since what they ask for is an answer and not a state."""
ROWS = {"OM": 8, "DM": 8, "GO": 7, "EX": 4, "FM": 5, "ME": 3, "PI": 5, "DO": 4, "EN": 6}


@pytest.fixture(scope="module")
def session() -> Session:
    """This repository, as it stands in the working tree."""
    return open_session(str(ROOT))


def test_the_pack_declares_every_row_once_and_in_order(session: Session) -> None:
    expected = [f"{area}{number}" for area, count in ROWS.items() for number in range(1, count + 1)]

    assert [row.id for row in session.rules.rows] == expected


def test_every_row_names_a_policy_a_part_of_the_decision_model_or_a_command(session: Session) -> None:
    bare = [item.row.id for item in covered_rows(session) if not (item.policies or item.model or item.row.commands)]

    assert bare == []


def test_a_command_that_covers_a_row_is_there(session: Session) -> None:
    named = {command.split()[0] for row in session.rules.rows for command in row.commands}

    assert sorted(named - COMMANDS.keys()) == []


def test_every_row_that_a_policy_names_is_one_of_the_pack(session: Session) -> None:
    known = {row.id for row in session.rules.rows}
    strange = {(policy.id, row) for policy in session.rules.policies.policies for row in policy.mission} - {
        (policy.id, row) for policy in session.rules.policies.policies for row in known
    }

    assert sorted(strange) == []


# What follows looks at the cases: for each policy two of them that differ in one field, with another outcome.


Written = Mapping[str, Any]


@dataclass(frozen=True)
class Pair:
    """A case that passes and one that fails, told apart by one field."""

    of: str
    listed: Sequence[str]
    passes: PreparedCase
    fails: PreparedCase

    def turns(self, policy: Policy) -> bool:
        """Whether something passes in the one and fails in the other."""
        before, after = self._results(self.passes, policy), self._results(self.fails, policy)
        return any(before.get(key) is Result.PASS and result is Result.FAIL for key, result in after.items())

    def touches(self, policy: Policy) -> bool:
        """Whether a policy finds something in one of the two and not in the other."""
        before, after = (
            {key for key, result in self._results(case, policy).items() if result is Result.FAIL}
            for case in (self.passes, self.fails)
        )
        return before != after

    def _results(self, case: PreparedCase, policy: Policy) -> dict[tuple[str, str, str], Result]:
        meant = case if policy.id == self.of else replace(case, parameters={})
        return {(item.subject, item.validation, item.key): item.result for item in meant.outcomes(policy)}


def _expects(case: Written, outcome: str) -> bool:
    return any(item["outcome"] == outcome for item in case["expect"])


def _told(case: Written) -> dict[str, object]:
    """What makes a case different from the entities that all cases share, one entry for each field that is changed."""
    told: dict[str, object] = {key: case[key] for key in (*NO_FIELDS, "history") if key in case}
    for change in case.get("change", []):
        told[f"{change['entity']} {change.get('set') or change['remove']}"] = change.get("to", "removed")
    return told


def _in_one_field(cases: Sequence[Written]) -> Iterator[tuple[Written, Written]]:
    passing = [(case, _told(case)) for case in cases if _expects(case, "pass")]
    failing = [(case, _told(case)) for case in cases if _expects(case, "fail")]
    for (passes, one), (fails, other) in product(passing, failing):
        differing = {key for key in one.keys() | other.keys() if one.get(key, NOTHING) != other.get(key, NOTHING)}
        if len(differing) == 1 and not differing & set(NO_FIELDS):
            yield passes, fails


def _pairs(policy: Policy, session: Session) -> Iterator[Pair]:
    """The pairs of a policy's cases that differ in one field. Only these two are built, since there are many cases."""
    file = f"{PACK}/{policy.id}/cases.yaml"
    (document,) = read_documents(file, (ROOT / file).read_bytes(), Limits()).documents
    whole = json.loads(json.dumps(document.value))
    for two in _in_one_field(whole["spec"]["cases"]):
        told = json.dumps({**whole, "spec": {**whole["spec"], "cases": two}}).encode()
        yield Pair(policy.id, two[1].get("flips", []), *prepare_cases(policy, file, told, session.rules).cases)


@pytest.fixture(scope="module")
def pairs(session: Session) -> Mapping[str, Pair]:
    """For each policy the first two of its cases that differ in one field and turn its outcome."""
    found: dict[str, Pair] = {}
    for policy in session.rules.policies.policies:
        turning = (pair for pair in _pairs(policy, session) if pair.turns(policy))
        first = next(turning, None)
        if first:
            found[policy.id] = first
    return found


@pytest.mark.slow
def test_one_field_turns_the_outcome_of_every_policy(session: Session, pairs: Mapping[str, Pair]) -> None:
    assert sorted({policy.id for policy in session.rules.policies.policies} - pairs.keys()) == []


@pytest.mark.slow
def test_every_row_of_the_domain_has_a_policy_that_one_field_turns(session: Session, pairs: Mapping[str, Pair]) -> None:
    by_command_alone = {
        item.row.id
        for item in covered_rows(session)
        if not item.row.id.startswith("EN") and not any(policy in pairs for policy in item.policies)
    }

    assert by_command_alone == COMMANDS_ALONE


@pytest.mark.slow
def test_what_else_the_field_turns_is_listed_in_the_case(session: Session, pairs: Mapping[str, Pair]) -> None:
    policies = session.rules.policies.policies
    turned = {
        name: sorted(policy.id for policy in policies if policy.id != name and pair.touches(policy))
        for name, pair in pairs.items()
    }

    assert {name: list(pair.listed) for name, pair in pairs.items()} == turned


def test_a_row_whose_policy_is_switched_off_has_lost_its_cover(write: Callable[[Mapping[str, str]], Path]) -> None:
    off = "apiVersion: concertino/v1\nkind: Configuration\noverrides:\n  NAME: {off: true, reason: To see it missed.}\n"
    folder = write({"concertino.yaml": off.replace("NAME", "departure-has-a-reason"), "catalogue/.keep": ""})
    covers = {item.row.id: item.policies for item in covered_rows(open_session(str(folder)))}

    assert covers["DM4"] == ()
    assert covers["DM8"] == ("efficient-service-does-not-block", "special-node-has-a-reason")
