"""A new kind and a policy on it are files, not Python."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

README = Path(__file__).resolve().parents[2] / "README.md"

POLICY = """
apiVersion: concertino/v1
kind: Policy
metadata: {name: warehouse-serves-two, title: A warehouse serves two brands}
spec:
  description: One brand alone does not pay for a warehouse.
  target: Warehouse
  severity: error
  enforcement: soft-mandatory
  approvalRight: funding
  validations:
    - expression: size(entity.spec.brands) >= 2 && entity.spec.refs.brands.all(b, b.spec.demand > 0)
      field: spec.brands
      messageExpression: '"it serves %d".format([size(entity.spec.brands)])'
  remediation: Share it, or close it.
"""
OTHER_WAY = """
apiVersion: concertino/v1
kind: Policy
metadata: {name: brand-has-a-warehouse, title: A brand has a warehouse}
spec:
  description: Read the other way round, from the brand to who refers to it.
  target: Brand
  severity: error
  enforcement: soft-mandatory
  approvalRight: funding
  validations:
    - expression: size(entity.inverse.warehouses) > 0
  remediation: Name the brand in a warehouse.
"""
WAREHOUSES = """
apiVersion: concertino/v1
kind: Warehouse
metadata: {name: north}
spec: {brands: [harbour]}
"""


@pytest.fixture
def extended(tmp_path: Path, concertino: Callable[..., Any]) -> Path:
    """What `init` writes, with the kind that the README shows, an entity of it and two policies on it."""
    concertino("init", "-C", tmp_path, "--as-of", "2026-06-01")
    (schema,) = re.findall(r"```json\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    for name, text in {
        "schemas/Warehouse.schema.json": schema,
        "policies/warehouse-serves-two/policy.yaml": POLICY,
        "policies/brand-has-a-warehouse/policy.yaml": OTHER_WAY,
        "catalogue/warehouses.yaml": WAREHOUSES,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def findings(concertino: Callable[..., Any], folder: Path) -> dict[str, dict[str, Any]]:
    ran = concertino("check", "-C", folder, "--as-of", "2026-06-01", "--format", "json")
    return {finding["policy"]: finding for finding in json.loads(ran.out)["findings"]}


def test_an_entity_of_a_new_kind_is_judged_on_its_own_line(extended: Path, concertino: Callable[..., Any]) -> None:
    found = findings(concertino, extended)["warehouse-serves-two"]

    assert (found["entity"], found["message"]) == ("warehouse:north", "it serves 1")
    assert found["location"] == {
        "file": "catalogue/warehouses.yaml",
        "pointer": "/spec/brands",
        "line": 5,
        "column": 16,
        "endLine": 5,
        "endColumn": 25,
    }


def test_a_shipped_kind_knows_who_of_the_new_kind_refers_to_it(extended: Path, concertino: Callable[..., Any]) -> None:
    assert findings(concertino, extended)["brand-has-a-warehouse"]["entity"] == "brand:meadow"


def test_a_misspelt_reference_from_a_new_kind_is_found(extended: Path, concertino: Callable[..., Any]) -> None:
    (extended / "catalogue/warehouses.yaml").write_text(WAREHOUSES.replace("harbour", "harbor"))

    assert findings(concertino, extended)["reference"]["suggestion"] == "harbour"


def test_a_misspelt_field_of_a_new_kind_is_found_in_a_policy(extended: Path, concertino: Callable[..., Any]) -> None:
    policy = extended / "policies/warehouse-serves-two/policy.yaml"
    policy.write_text(POLICY.replace("entity.spec.refs.brands.all", "entity.spec.refs.brnads.all"))

    assert findings(concertino, extended)["policy"]["suggestion"] == "brands"


def test_a_cell_that_no_document_mentions_is_found(extended: Path, concertino: Callable[..., Any]) -> None:
    """A third brand appears, and the one decision is for the other two: nothing speaks of the new cell."""
    decision = extended / "catalogue/decisions/0001-order-management.yaml"
    decision.write_text(decision.read_text().replace("allBrands: {}", "brands: [harbour, meadow]"))
    brands = extended / "catalogue/brands.yaml"
    third = "\n---\n" + brands.read_text().split("---\n")[1].replace("meadow", "gable").replace("Meadow", "Gable")
    brands.write_text(brands.read_text() + third.replace("team: gable-technology", "team: meadow-technology"))

    assert findings(concertino, extended)["cell-has-one-decision"]["entity"] == "cell:gable/order-management"


def test_a_schema_that_redefines_a_shipped_kind_is_refused(extended: Path, concertino: Callable[..., Any]) -> None:
    (extended / "schemas/Brand.schema.json").write_text("{}")
    ran = concertino("check", "-C", extended, "--as-of", "2026-06-01")

    assert ran.code == 2
    assert "redefines" in ran.out
