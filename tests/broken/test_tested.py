"""Broken cases of a policy: `tested.yaml` says what is changed in sound ones, and what must be said about it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

HERE = Path(__file__).parent
TABLE = yaml.safe_load((HERE / "tested.yaml").read_text(encoding="utf-8"))
FILE = "policies/brand-is-read/cases.yaml"


@pytest.fixture
def portfolio(tmp_path: Path, sound: Mapping[str, str]) -> Path:
    """The sound repository, and in it a policy with cases that hold."""
    pieces = {name: (HERE / "pieces" / name).read_text(encoding="utf-8") for name in ("policy.yaml", "cases.yaml")}
    files = {**sound} | {f"policies/brand-is-read/{name}": text for name, text in pieces.items()}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.usefixtures("remembered")
def test_the_cases_hold_before_they_are_broken(portfolio: Path, concertino: Callable[..., Any]) -> None:
    assert concertino("policies", "test", "-C", portfolio, "brand-is-read").code == 0


@pytest.mark.usefixtures("remembered")
@pytest.mark.parametrize("case", [pytest.param(case, id=case["case"]) for case in TABLE])
def test_broken_cases_are_told_and_those_of_other_policies_still_run(
    case: Mapping[str, Any], portfolio: Path, concertino: Callable[..., Any]
) -> None:
    text = (portfolio / FILE).read_text(encoding="utf-8")
    assert text.count(case["replace"]) == 1
    (portfolio / FILE).write_text(text.replace(case["replace"], case["by"]), encoding="utf-8")

    ran = concertino("policies", "test", "-C", portfolio, "brand-is-read", "promise-is-one-sentence")

    assert ran.code == 2
    assert f"{FILE}:{case['at']} " in ran.err
    assert case["says"] in " ".join(ran.err.split())
    if "suggests" in case:
        assert f'did you mean "{case["suggests"]}"?' in ran.err
    assert "promise-is-one-sentence: 3 cases" in ran.out
    assert ran.err.count(f"{FILE}:") == 1
    assert "  → " in ran.err or "  expected: " in ran.err
    assert "Traceback" not in ran.err
