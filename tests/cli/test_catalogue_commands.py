"""Entities are listed, shown and added."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
KINDS = sorted(
    path.name.removesuffix(".schema.json")
    for path in (ROOT / "schemas").glob("*.schema.json")
    if '"x-kind"' in path.read_text() and '"x-product"' not in path.read_text()
)


@pytest.fixture
def started(tmp_path: Path, concertino: Callable[..., Any]) -> Path:
    """What `init` writes."""
    concertino("init", "-C", tmp_path, "--as-of", "2026-06-01")
    return tmp_path


def test_a_list_names_each_entity_with_its_title_and_place(started: Path, concertino: Callable[..., Any]) -> None:
    ran = concertino("catalogue", "list", "-C", started, "--kind", "brand")

    assert ran.out.splitlines()[:3] == [
        "ENTITY         TITLE    PLACE",
        "brand:harbour  Harbour  catalogue/brands.yaml:3:1",
        "brand:meadow   Meadow   catalogue/brands.yaml:14:1",
    ]


def test_a_list_for_machines_is_json(started: Path, concertino: Callable[..., Any]) -> None:
    rows = json.loads(concertino("catalogue", "list", "-C", started, "--kind", "Cell", "--format", "json").out)

    assert [row["entity"] for row in rows] == ["cell:harbour/order-management", "cell:meadow/order-management"]


def test_an_entity_is_shown_with_what_it_refers_to_and_who_refers_to_it(
    started: Path, concertino: Callable[..., Any]
) -> None:
    shown = concertino("catalogue", "show", "service:order-hub", "-C", started).out

    assert "refers to\n  brand:harbour\n  brand:meadow\n" in shown
    assert "its decisions\n  decision:order-management" in shown


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_entity_follows_the_schema_of_its_kind(started: Path, concertino: Callable[..., Any], kind: str) -> None:
    """What is written is a start: it can be filled in, and nothing in it is refused by the reader or the schema."""
    if kind == "Portfolio":
        (started / "catalogue/portfolio.yaml").unlink()
    ran = concertino("catalogue", "new", kind, "fresh", "-C", started, "--as-of", "2026-06-01")
    found = json.loads(concertino("check", "-C", started, "--as-of", "2026-06-01", "--format", "json").out)["findings"]

    assert ran.code == 0, ran.err
    assert [item["message"] for item in found if item["policy"] in ("syntax", "schema", "reference")] == []


def test_a_new_entity_takes_the_values_it_is_given(started: Path, concertino: Callable[..., Any]) -> None:
    ran = concertino("catalogue", "new", "Team", "blue", "-C", started, "--set", "spec.type=finance")

    assert ran.code == 0
    assert "  type: finance\n" in (started / "catalogue/teams/blue.yaml").read_text()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("Team", "group-platform"), "described already"),
        (("Team", "../outside"), "is no name"),
        (("Cell", "harbour-orders"), "is derived"),
        (("Temm", "blue"), 'Did you mean "Team"?'),
        (("Team", "blue", "--set", "spec.type"), "has no equals sign"),
    ],
)
def test_what_can_not_be_added_is_refused_with_a_reason(
    started: Path, concertino: Callable[..., Any], arguments: tuple[str, ...], sentence: str
) -> None:
    before = sorted(started.rglob("*"))
    ran = concertino("catalogue", "new", *arguments, "-C", started)

    assert ran.code == 2
    assert sentence in ran.err
    assert sorted(started.rglob("*")) == before
