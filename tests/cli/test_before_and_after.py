"""The acid tests and the label that reality contradicts, as somebody sees them in the terminal, before and after."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DAY = "2026-06-30"
NODE = "decisions/0017-fulfilment-atelier-nord.yaml"
FIGURES = "measurements/services.yaml"
BLOCKED = '{subject: "service:storefront-core", period: 2026-Q1, value: %d}'
CORE = "services/commerce.yaml"
BROKER = "decisions/0029-integration-oakwell.yaml"
ORDERS_OF_AURORA = """apiVersion: concertino/v1
kind: Service
metadata: {name: aurora-orders, title: Aurora orders}
spec: {owner: aurora-technology, capabilities: [orders], consumers: [aurora], lifecycle: live}
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """The catalogue of the reference portfolio, to be changed at will."""
    shutil.copytree(ROOT / "catalogue", tmp_path / "catalogue", ignore=shutil.ignore_patterns("records"))
    return tmp_path / "catalogue"


@pytest.fixture
def check(catalogue: Path, concertino: Callable[..., Any]) -> Callable[[str], tuple[int, str]]:
    """Judges the catalogue by one policy of the pack: the exit code, and what stands in the terminal in one line."""

    def call(policy: str) -> tuple[int, str]:
        ran = concertino("-C", catalogue.parent, "check", "--as-of", DAY, "--policy", policy)
        return ran.code, " ".join(ran.out.split())

    return call


def change(file: Path, before: str, after: str) -> None:
    """Puts one text in the place of another, which must be there once."""
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1, before
    file.write_text(text.replace(before, after), encoding="utf-8")


def test_a_node_called_special_is_found_as_soon_as_its_figure_is_no_reason(
    catalogue: Path, check: Callable[[str], tuple[int, str]]
) -> None:
    before = check("special-node-has-a-reason")
    change(catalogue / NODE, "kind: customer", "kind: differentiation")
    after = check("special-node-has-a-reason")
    change(catalogue / NODE, "kind: differentiation", "kind: customer")

    assert before[0] == 0
    assert after[0] == 1
    assert "cell:atelier-nord/fulfilment" in after[1]
    assert "operated by the brand by decision, and no customer, revenue or risk figure says why" in after[1]
    assert check("special-node-has-a-reason") == before


def test_a_service_called_efficient_is_found_when_it_blocks_a_launch_until_it_is_to_be_taken_apart(
    catalogue: Path, check: Callable[[str], tuple[int, str]]
) -> None:
    before, _ = check("efficient-service-does-not-block")
    change(catalogue / FIGURES, BLOCKED % 0, BLOCKED % 1)
    after, told = check("efficient-service-does-not-block")
    plan = "  decomposition: {into: [content-hub, product-information], by: 2026-12-31}\n"
    change(catalogue / CORE, "  claims: [efficiency, agility]\n", "  claims: [efficiency, agility]\n" + plan)
    planned, _ = check("efficient-service-does-not-block")

    assert (before, after, planned) == (0, 1, 0)
    assert "storefront-core stands for efficiency, and in 2026-Q1 it held up a launch" in told


def test_a_service_called_efficient_is_found_when_two_brands_work_around_it(
    catalogue: Path, check: Callable[[str], tuple[int, str]]
) -> None:
    one = "  workarounds:\n    - brand: piccolino\n"
    two = one.replace(
        "    - brand", "    - {brand: kindling, what: Drops are shipped by hand., since: 2026-04-01}\n    - brand"
    )
    change(catalogue / "services/order-and-supply.yaml", one, two)
    code, told = check("efficient-service-does-not-block")

    assert code == 1
    assert "fulfilment-network stands for efficiency, and 2 workarounds are open, by kindling and piccolino" in told


def test_a_label_that_reality_contradicts_is_found_until_reality_is_as_it_says(
    catalogue: Path, check: Callable[[str], tuple[int, str]]
) -> None:
    before, _ = check("actual-follows-decision")
    (catalogue / "services/aurora-orders.yaml").write_text(ORDERS_OF_AURORA, encoding="utf-8")
    after, told = check("actual-follows-decision")
    (catalogue / "services/aurora-orders.yaml").unlink()

    assert (before, after, check("actual-follows-decision")[0]) == (0, 1, 0)
    assert "aurora/orders is decided orchestrate and in fact federate (aurora-orders, order-hub)" in told


def test_a_transition_past_its_date_makes_the_label_one_that_reality_contradicts(
    catalogue: Path, check: Callable[[str], tuple[int, str]]
) -> None:
    before, _ = check("actual-follows-decision")
    change(catalogue / BROKER, "by: 2026-10-31", "by: 2026-06-29")
    after, told = check("actual-follows-decision")

    assert (before, after) == (0, 1)
    assert "oakwell/integration is decided orchestrate and in fact operate" in told
    assert "its transition ended on 2026-06-29, 1 days ago" in told
