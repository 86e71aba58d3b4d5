"""`concertino reuse`: the score, what is behind it, and where it goes."""

import json
from collections.abc import Callable, Mapping
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


@pytest.mark.parametrize(("form", "ending"), [("text", "txt"), ("csv", "csv"), ("json", "json"), ("markdown", "md")])
def test_the_reuse_in_a_small_portfolio_is_as_it_was(
    grove: Path, concertino: Concertino, form: str, ending: str
) -> None:
    ran = concertino("reuse", "-C", grove, "--as-of", "2026-06-30", "--format", form)

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.replace("\r\n", "\n") == (GOLDEN / f"reuse.{ending}").read_text("utf-8")


def test_the_trend_is_that_since_a_revision(grove: Path, concertino: Concertino, git: Callable[..., str]) -> None:
    file = grove / "catalogue/whole.yaml"
    now = file.read_text("utf-8")
    file.write_text(now.replace("consumers: [ash]", "consumers: []"), encoding="utf-8")
    git(grove, "init")
    git(grove, "add", ".")
    git(grove, "commit", "-m", "before")
    file.write_text(now, encoding="utf-8")

    ran = concertino("reuse", "-C", grove, "--as-of", "2026-06-30", "--since", "HEAD", "--format", "json")

    trends = {entry["entity"]: round(entry["trend"], 3) for entry in json.loads(ran.out)["entries"]}
    assert trends == {"brand:ash": 0.25, "brand:birch": 0.0, "team:platform": 0.125}


def test_a_revision_that_is_none_is_said(grove: Path, concertino: Concertino, git: Callable[..., str]) -> None:
    git(grove, "init")
    git(grove, "add", ".")
    git(grove, "commit", "-m", "all")

    ran = concertino("reuse", "-C", grove, "--since", "HAED")

    assert ran.code == 2
    assert "HAED" in ran.err


def test_without_a_pack_that_has_one_there_is_no_score(write: Write, concertino: Concertino) -> None:
    bare = "apiVersion: concertino/v1\nkind: Configuration\nextends: []\n"

    ran = concertino("reuse", "-C", write({"concertino.yaml": bare, "catalogue/none.txt": ""}))

    assert ran.code == 2
    assert "overview.yaml" in ran.err
