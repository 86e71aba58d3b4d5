"""`concertino showback`: tables, CSV and JSON that add up."""

import csv
import json
from collections.abc import Callable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

INSIGHT = Path(__file__).parents[1] / "insight"
GOLDEN = INSIGHT / "golden"

Write = Callable[[Mapping[str, str]], Path]
Concertino = Callable[..., Any]


@pytest.fixture
def grove(write: Write) -> Path:
    """The small portfolio."""
    return write({"catalogue/whole.yaml": (INSIGHT / "portfolio" / "whole.yaml").read_text("utf-8")})


CASES = [
    pytest.param((), "showback.txt", id="everything"),
    pytest.param(("order-hub",), "showback-service.txt", id="one service"),
    pytest.param(("ash",), "showback-brand.txt", id="one brand"),
    pytest.param(("--format", "csv"), "showback.csv", id="for a spreadsheet"),
    pytest.param(("--format", "json"), "showback.json", id="for a program"),
    pytest.param(("--format", "markdown"), "showback.md", id="for a page"),
]


@pytest.mark.parametrize(("arguments", "golden"), CASES)
def test_the_showback_of_a_small_portfolio_is_as_it_was(
    grove: Path, concertino: Concertino, arguments: tuple[str, ...], golden: str
) -> None:
    ran = concertino("showback", "-C", grove, "--as-of", "2026-06-30", *arguments)

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.replace("\r\n", "\n") == (GOLDEN / golden).read_text("utf-8")


def test_the_rows_of_the_csv_add_up_to_what_was_incurred(grove: Path, concertino: Concertino) -> None:
    table = concertino("showback", "-C", grove, "--period", "2026", "--format", "csv").out
    whole = json.loads(concertino("showback", "-C", grove, "--period", "2026", "--format", "json").out)

    rows = list(csv.DictReader(StringIO(table)))

    assert sum(int(row["amount"]) for row in rows) == whole["incurred"] == 51604
    assert {row["charged"] for row in rows if row["influence"] == "none"} == {"no"}


def test_the_reference_portfolio_adds_up_to_the_cent(concertino: Concertino) -> None:
    ran = concertino("showback", "-C", Path(__file__).parents[2], "--period", "2026-Q1", "--format", "json")

    found = json.loads(ran.out)
    assert ran.code == 0
    assert sum(item["charged"] + item["shown"] for item in found["brands"]) + found["central"] == found["incurred"]
    assert sum(item["charged"] for item in found["brands"]) > 0
    assert sum(item["shown"] for item in found["brands"]) > 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(
            ("--period", "2026-Q5"), "is no quarter and no year; write it as 2026-Q2 or as 2026", id="a quarter"
        ),
        pytest.param(("order-hup",), 'Did you mean "order-hub"?', id="a service"),
        pytest.param(("nothing-like-it",), "concertino catalogue list Service", id="nothing near"),
    ],
)
def test_a_mistake_is_answered_with_what_was_meant(
    grove: Path, concertino: Concertino, arguments: tuple[str, ...], said: str
) -> None:
    ran = concertino("showback", "-C", grove, *arguments)

    assert ran.code == 2
    assert said in ran.err


def test_a_formula_in_a_name_is_text_in_a_spreadsheet(grove: Path, concertino: Concertino) -> None:
    file = grove / "catalogue/whole.yaml"
    file.write_text(file.read_text("utf-8").replace("line: Orders,", 'line: "=1+1",'), encoding="utf-8")

    table = concertino("showback", "-C", grove, "--as-of", "2026-06-30", "--format", "csv").out

    assert '"\'=1+1"' in table


def test_without_costs_it_is_said_where_they_go(grove: Path, concertino: Concertino) -> None:
    file = grove / "catalogue/whole.yaml"
    text = file.read_text("utf-8")
    costs = text[text.index("    costs:\n      - {line: Orders") : text.index("  customizations:")]
    file.write_text(text.replace(costs, ""), encoding="utf-8")

    ran = concertino("showback", "-C", grove, "--as-of", "2026-06-30")

    assert "order-hub says nothing of what it costs (spec.funding.costs)" in ran.out
