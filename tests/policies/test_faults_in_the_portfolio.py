"""The reference portfolio before and after one edit for each failure mode: what the terminal says, and where."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DAY = "2026-06-30"


@dataclass(frozen=True)
class Fault:
    """One edit of the catalogue, and the finding that it makes: the file that it stands in."""

    policy: str
    file: str
    old: str
    new: str
    says: str
    at: str


FAULTS = {
    "FM1, the platform is late a second time": Fault(
        "platform-keeps-its-pace",
        "measurements/request-lead-time.csv",
        "service:fulfilment-network,2025-Q4,29",
        "service:fulfilment-network,2025-Q4,31",
        "requests took 34 days in 2026-Q1, and too long in the quarter before as well; 30 are promised",
        "catalogue/services/order-and-supply.yaml",
    ),
    "FM3, a move is only about cost": Fault(
        "move-is-more-than-saving",
        "decisions/0029-integration-oakwell.yaml",
        "drivers: [risk-reduction, agility]",
        "drivers: [cost]",
        "the only drivers are cost",
        "catalogue/decisions/0029-integration-oakwell.yaml",
    ),
    "FM4, a stack that was about to move stays": Fault(
        "separate-stack-has-a-reason",
        "decisions/0029-integration-oakwell.yaml",
        "  transition: {from: operate, to: orchestrate, by: 2026-10-31}\n",
        "",
        "oakwell/integration has a stack of its own since 2013-01-01, and no reason is known but legacy",
        "catalogue/services/foundation.yaml",
    ),
    "FM5, a decline goes unnoticed": Fault(
        "declining-brand-is-reviewed",
        "events/tidewater-declines.yaml",
        "brands: [tidewater]",
        "brands: [fjellhus]",
        "four quarters' revenue to 2026-Q1 lie 6.9 % below the four before, and no event asks for a review",
        "catalogue/brands/tidewater.yaml",
    ),
    "FM5, a brand fix goes against the symptoms": Fault(
        "decline-review-gives-a-direction",
        "events/tidewater-declines.yaml",
        "direction: more-local",
        "direction: more-shared",
        "slow-launches, assortment points to more local control, the review to more-shared, and it does not say why",
        "catalogue/events/tidewater-declines.yaml",
    ),
    "PI4, a pilot concludes against its figures": Fault(
        "conclusion-is-borne-by-its-figures",
        "pilots/furniture-behind-the-network.yaml",
        "conclusion: preserve-local",
        "conclusion: expand",
        "expand is not borne by the figures: only 1 brand took part; 6 of 30 workshops use it; "
        "time-to-deliver, cost-per-transaction, satisfaction is worse than before; 0 of 4 targets are met; "
        "2 workarounds are open",
        "catalogue/pilots/furniture-behind-the-network.yaml",
    ),
    "PI5, a review is put off": Fault(
        "decision-is-looked-at-again",
        "decisions/0013-orders-north.yaml",
        "nextReview: 2026-09-09",
        "nextReview: 2026-12-09",
        "the next review is on 2026-12-09, 182 days after the last; at most 92 are allowed",
        "catalogue/decisions/0013-orders-north.yaml",
    ),
    "DO1, a second system knows the stock": Fault(
        "cluster-has-one-truth",
        "services/order-and-supply.yaml",
        "systemOfRecord: [shipments]",
        "systemOfRecord: [shipments, stock]",
        "the brands of north have two truths: stock in fulfilment-network and stock-ledger",
        "catalogue/portfolio.yaml",
    ),
    "DO2, a customization outlives its day": Fault(
        "customization-has-an-end",
        "services/commerce.yaml",
        "retireBy: 2026-09-30",
        "retireBy: 2026-06-29",
        "old-voucher-field of tidewater was to be gone by 2026-06-29, 1 days ago",
        "catalogue/services/commerce.yaml",
    ),
    "DO3, a heritage cell inherits its scores": Fault(
        "heritage-cell-is-looked-at",
        "assessments/payments-and-analytics.yaml",
        "    - {brand: oakwell, differentiation: 1, commonality: 5, by: harriet.lowe",
        "    - {brand: aurora, differentiation: 1, commonality: 5, by: harriet.lowe",
        "oakwell/payments has no scores of its own and inherits all of them",
        "catalogue/brands/oakwell.yaml",
    ),
}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the reference portfolio."""
    folder = tmp_path_factory.mktemp("portfolio")
    shutil.copytree(ROOT / "catalogue", folder / "catalogue", ignore=shutil.ignore_patterns("records"))
    return folder


@pytest.mark.slow
def test_each_failure_mode_is_absent_before_one_edit_and_in_the_terminal_after_it(
    catalogue: Path, concertino: Callable[..., Any]
) -> None:
    """One fault at a time would take a minute; they do not get in each other's way, so all are made at once."""
    policies = sorted({fault.policy for fault in FAULTS.values()})
    arguments = [word for policy in policies for word in ("--policy", policy)]
    before = concertino("-C", catalogue, "check", "--as-of", DAY, *arguments)
    for fault in FAULTS.values():
        file = catalogue / "catalogue" / fault.file
        text = file.read_text(encoding="utf-8")
        assert fault.old in text, fault.file
        file.write_text(text.replace(fault.old, fault.new, 1), encoding="utf-8")

    after = concertino("-C", catalogue, "check", "--as-of", DAY, *arguments)

    assert (before.code, after.code) == (0, 1), before.out
    blocks = [" ".join(block.split()) for block in after.out.split("\n\n")]
    said_before = " ".join(before.out.split())
    missing = [
        fault
        for fault in FAULTS.values()
        if fault.says in said_before
        or not any(block.startswith(fault.at) and fault.policy in block and fault.says in block for block in blocks)
    ]
    assert missing == []
