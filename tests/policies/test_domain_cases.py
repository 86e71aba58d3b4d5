"""The cases that the reference portfolio is there to tell, read from the matrix and the register and not from prose."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from concertino.documents import read_documents
from concertino.model.limits import Limits

ROOT = Path(__file__).resolve().parents[2]
DAY = "2026-06-30"

Entity = Mapping[str, Any]


@pytest.fixture(scope="module")
def cells() -> Mapping[str, Entity]:
    """The matrix of the reference portfolio, by brand and capability."""
    command = [sys.executable, "-m", "concertino", "matrix", "-C", str(ROOT), "--as-of", DAY, "--format", "json"]
    told = subprocess.run(command, check=True, capture_output=True).stdout
    return {f"{cell['brand']}/{cell['capability']}": cell for cell in json.loads(told)["cells"]}


@pytest.fixture(scope="module")
def entities() -> Mapping[str, Entity]:
    """What the reference portfolio holds, by kind and name."""
    found = {}
    for file in sorted((ROOT / "catalogue").rglob("*.yaml")):
        for document in read_documents(str(file), file.read_bytes(), Limits()).documents:
            value: Any = document.value
            found[f"{value['kind'].lower()}:{value['metadata']['name']}"] = value["spec"]
    return found


@pytest.mark.parametrize(
    ("cell", "recommended", "decided", "actual"),
    [
        pytest.param("aurora/orders", "orchestrate", "orchestrate", "orchestrate", id="orders are shared in a cluster"),
        pytest.param("piccolino/orders", "orchestrate", "orchestrate", "orchestrate", id="and in another one"),
        pytest.param("atelier-nord/orders", "operate", "operate", "operate", id="what is made to order is rightly not"),
        pytest.param("oakwell/storytelling", "operate", "operate", "operate", id="of a heritage brand this must stay"),
        pytest.param("oakwell/analytics", "orchestrate", "orchestrate", "operate", id="and this was only habit"),
        pytest.param(
            "tidewater/storefront", "federate", "orchestrate", "orchestrate", id="a brand declines by sharing"
        ),
        pytest.param("kindling/storefront", "operate", "operate", "operate", id="a test bed runs its own shop"),
        pytest.param("pocket-botanics/storefront", "federate", "federate", "federate", id="a small one never alone"),
        pytest.param("pocket-botanics/fulfilment", "orchestrate", "orchestrate", "orchestrate", id="regulated"),
    ],
)
def test_a_cell_tells_its_story(
    cells: Mapping[str, Entity], cell: str, recommended: str, decided: str, actual: str
) -> None:
    told = cells[cell]

    assert (told["recommendation"], told["decided"], told["actual"]) == (recommended, decided, actual)


def test_a_small_brand_is_capped_for_its_size_and_a_regulated_cell_waits_for_its_platform(
    cells: Mapping[str, Entity], entities: Mapping[str, Entity]
) -> None:
    small, waiting = (
        {item["circumstance"]: item["value"] for item in cells[name]["circumstances"]}
        for name in ("pocket-botanics/storefront", "pocket-botanics/fulfilment")
    )
    regulated = {item["capability"]: item["risk"] for item in entities["brand:pocket-botanics"]["regulated"]}

    assert small["small"] is True
    assert regulated["fulfilment"] >= 4
    assert waiting["maturity"] < 4


def test_every_cell_of_the_heritage_brand_has_scores_of_its_own(cells: Mapping[str, Entity]) -> None:
    inherited = [
        name
        for name, cell in cells.items()
        if cell["brand"] == "oakwell" and all(item["inherited"] for item in cell["contributions"])
    ]

    assert inherited == []


def test_one_pilot_succeeded_and_one_failed_and_a_decision_followed_each(entities: Mapping[str, Entity]) -> None:
    pilots = {name: item for name, item in entities.items() if name.startswith("pilot:")}
    followed = {
        (pilot["conclusion"], entities[f"decision:{pilot['decision']}"]["model"])
        for pilot in pilots.values()
        if "decision" in pilot
    }

    assert {("expand", "federate"), ("preserve-local", "operate")} <= followed


def test_the_commerce_platform_is_composed_and_some_of_its_customizations_go(entities: Mapping[str, Entity]) -> None:
    core = entities["service:storefront-core"]
    dispositions = {item["disposition"] for item in core["customizations"]}

    assert core["composition"] == "composable"
    assert dispositions == {"keep", "promote", "retire"}
    assert all("retireBy" in item for item in core["customizations"] if item["disposition"] == "retire")
