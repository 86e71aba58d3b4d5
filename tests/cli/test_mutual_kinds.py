"""Two kinds that refer to each other, and a policy that goes three references far."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest


def schema(name: str, plural: str, spec: Mapping[str, Any]) -> str:
    envelope = {"apiVersion": {"const": "concertino/v1", "type": "string"}, "kind": {"const": name, "type": "string"}}
    metadata = {"$ref": "envelope.schema.json#/$defs/metadata"}
    body = {"type": "object", "additionalProperties": False, "properties": spec}
    return json.dumps(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"{name}.schema.json",
            "title": name,
            "x-kind": {"name": name, "plural": plural},
            "type": "object",
            "required": ["apiVersion", "kind", "metadata", "spec"],
            "additionalProperties": False,
            "properties": {**envelope, "metadata": metadata, "spec": body},
        }
    )


def reference(kind: str, inverse: str) -> Mapping[str, Any]:
    return {"$ref": "envelope.schema.json#/$defs/reference", "x-reference": {"kind": kind, "inverse": inverse}}


POLICY = """\
apiVersion: concertino/v1
kind: Policy
metadata: {name: first-mate-is-rested, title: The captain of the escort's home port is rested}
spec:
  description: From a ship to its port, to the ship that guards the port, and to the port of that one.
  target: Ship
  severity: error
  enforcement: soft-mandatory
  approvalRight: funding
  when: has(entity.spec.port)
  validations:
    - expression: entity.spec.refs.port.spec.refs.guard.spec.refs.port.spec.berths >= 2
      messageExpression: >-
        "%s has %d berths".format([
          entity.spec.refs.port.spec.refs.guard.spec.refs.port.metadata.name,
          entity.spec.refs.port.spec.refs.guard.spec.refs.port.spec.berths])
  remediation: Build a berth.
"""
FLEET = """\
apiVersion: concertino/v1
kind: Ship
metadata: {name: swift}
spec:
  port: east
---
apiVersion: concertino/v1
kind: Ship
metadata: {name: watch}
spec: {port: west}
"""
PORTS = """\
apiVersion: concertino/v1
kind: Port
metadata: {name: east}
spec: {berths: 5, guard: watch}
---
apiVersion: concertino/v1
kind: Port
metadata: {name: west}
spec:
  guard: swift
  berths: 1
"""


@pytest.fixture
def harbour(write: Callable[[Mapping[str, str]], Path]) -> Path:
    return write(
        {
            "concertino.yaml": "apiVersion: concertino/v1\nkind: Configuration\nextends: []\n",
            "schemas/Ship.schema.json": schema("Ship", "ships", {"port": reference("Port", "ships")}),
            "schemas/Port.schema.json": schema(
                "Port",
                "ports",
                {"guard": reference("Ship", "guards"), "berths": {"type": "integer", "minimum": 0, "maximum": 9}},
            ),
            "policies/first-mate-is-rested/policy.yaml": POLICY,
            "catalogue/fleet.yaml": FLEET,
            "catalogue/ports.yaml": PORTS,
        }
    )


def test_it_is_checked_and_located_on_the_ship(harbour: Path, concertino: Callable[..., Any]) -> None:
    ran = concertino("check", "-C", harbour, "--as-of", "2026-06-30", "--format", "json")
    (finding,) = json.loads(ran.out)["findings"]

    assert (ran.code, finding["entity"], finding["message"]) == (1, "ship:swift", "west has 1 berths")
    assert (finding["location"]["file"], finding["location"]["line"]) == ("catalogue/fleet.yaml", 3)


def test_the_finding_names_every_place_on_the_way(harbour: Path, concertino: Callable[..., Any]) -> None:
    ran = concertino("check", "-C", harbour, "--as-of", "2026-06-30", "--format", "json")
    (finding,) = json.loads(ran.out)["findings"]
    way = "entity.spec.refs.port.spec.refs.guard.spec.refs.port"

    assert [(one["location"]["file"], one["location"]["line"], one["message"]) for one in finding["related"]] == [
        ("catalogue/fleet.yaml", 5, "entity.spec.refs.port is port:east"),
        ("catalogue/ports.yaml", 11, f"{way}.spec.berths is 1"),
        ("catalogue/fleet.yaml", 10, f"{way} is port:west"),
        ("catalogue/ports.yaml", 4, "entity.spec.refs.port.spec.refs.guard is ship:watch"),
    ]


def test_what_would_make_it_pass_lies_three_references_away(harbour: Path, concertino: Callable[..., Any]) -> None:
    checked = concertino("check", "-C", harbour, "--as-of", "2026-06-30").out
    explained = concertino("explain", "-C", harbour, "first-mate-is-rested", "swift", "--as-of", "2026-06-30").out

    assert "\n  would pass with: catalogue/ports.yaml:11  port:west spec.berths: 1 -> 2\n" in checked
    assert "  catalogue/ports.yaml:11  port:west spec.berths: 1 -> 2\n" in explained


def test_it_is_explained_with_the_line_three_references_away(harbour: Path, concertino: Callable[..., Any]) -> None:
    ran = concertino("explain", "-C", harbour, "first-mate-is-rested", "swift", "--as-of", "2026-06-30")

    assert ran.code == 0
    assert (
        "entity.spec.refs.port.spec.refs.guard.spec.refs.port.spec.berths  = 1  ← catalogue/ports.yaml:11:11" in ran.out
    )


def test_a_misspelt_field_three_references_away_is_found_at_its_column(
    harbour: Path, concertino: Callable[..., Any]
) -> None:
    policy = harbour / "policies/first-mate-is-rested/policy.yaml"
    policy.write_text(POLICY.replace("port.spec.berths >= 2", "port.spec.breths >= 2"))
    ran = concertino("check", "-C", harbour, "--as-of", "2026-06-30", "--format", "json")
    line = next(text for text in POLICY.splitlines() if "berths >= 2" in text)
    found = [one for one in json.loads(ran.out)["findings"] if one["policy"] == "policy"]

    assert ran.code == 2
    assert [(one["suggestion"], one["location"]["column"]) for one in found] == [("berths", line.index("berths") + 1)]


def test_a_reference_in_the_wrong_direction_is_found(harbour: Path, concertino: Callable[..., Any]) -> None:
    policy = harbour / "policies/first-mate-is-rested/policy.yaml"
    policy.write_text(POLICY.replace("port.spec.refs.guard.spec.refs.port.spec.berths >= 2", "guard == entity"))
    ran = concertino("check", "-C", harbour, "--as-of", "2026-06-30", "--format", "json")
    (found,) = [one for one in json.loads(ran.out)["findings"] if one["policy"] == "policy"]

    assert ran.code == 2
    assert "guard" in found["message"]
