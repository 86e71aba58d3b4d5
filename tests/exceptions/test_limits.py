"""The limits of exceptions: in the engine, the pack, the policies and the configuration."""

import json
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from concertino.revision.shipped import shipped_files
from concertino.verdict import judge, read_rules
from concertino.verdict.limits import ExceptionLimits, limit_names, parameter_name

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "policies/operate-orchestrate"


def spec(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8"))["spec"])


def test_the_pack_says_each_limit_with_a_reason_and_the_engine_falls_back_on_the_same() -> None:
    pack = spec(PACK / "pack.yaml")
    expected = {parameter_name(item.name): item.default for item in fields(ExceptionLimits)}

    assert {name: value for name, value in pack["parameters"].items() if name in expected} == expected
    assert expected.keys() <= pack["parameterReasons"].keys()


def test_the_policies_on_exceptions_ask_for_what_force_asks_for() -> None:
    limits = ExceptionLimits()
    end, complete = (spec(PACK / name / "policy.yaml") for name in ("exception-has-an-end", "exception-is-complete"))

    assert end["parameters"] == {"mostDays": limits.most_days, "mostRenewals": limits.most_renewals}
    assert complete["parameters"] == {"confirmWithinDays": limits.confirm_within_days}


def test_the_configuration_can_change_each_limit() -> None:
    schema = json.loads((ROOT / "schemas/Configuration.schema.json").read_text(encoding="utf-8"))
    written = schema["properties"]["exceptions"]["properties"]["parameters"]["properties"]

    assert tuple(written) == limit_names()
    assert {name: item["default"] for name, item in written.items()} == dict(
        zip(limit_names(), (item.default for item in fields(ExceptionLimits)), strict=True)
    )


@pytest.mark.parametrize(("most", "waived"), [(107, 1), (106, 0)])
def test_a_limit_that_is_changed_holds_and_every_report_shows_it(
    world: SimpleNamespace, most: int, waived: int
) -> None:
    configuration = {"exceptions": {"parameters": {"mostDays": most}, "reason": "We look more often."}}
    documents = [*world.group, world.exception("own-node")]
    snapshot = world.snapshot(world.files(documents, world.policy("node-is-shared"), configuration=configuration))
    verdict = judge(snapshot, read_rules(snapshot, shipped_files()), "2026-05-01")

    assert len(verdict.in_force) == waived
    (change,) = verdict.overrides
    assert (change.policy, change.change) == ("exceptions", f"mostDays 184 → {most}")
    assert change.reason == "We look more often."


def test_a_pack_with_a_limit_that_is_none_is_broken(world: SimpleNamespace) -> None:
    pack = world.document("Pack", "ours", {"version": "1.0", "parameters": {"exceptionMostDays": "long"}})
    files = world.files(world.group, configuration={"extends": ["ours"]})
    snapshot = world.snapshot({**files, "policies/ours/pack.yaml": json.dumps(pack)})
    rules = read_rules(snapshot, shipped_files())

    (problem,) = rules.problems
    assert (problem.check, problem.place.file) == ("pack", "policies/ours/pack.yaml")
    assert "exceptionMostDays" in problem.message
    assert rules.exceptions.limits == ExceptionLimits()
