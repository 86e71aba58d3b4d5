"""A revision in, findings out: the same verdict from wherever the files are read."""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DAY = ("--as-of", "2026-06-30")

OWN_POLICIES = {
    "policies/every-brand-is-a-flagship/policy.yaml": """
apiVersion: concertino/v1
kind: Policy
metadata: {name: every-brand-is-a-flagship, title: Every brand is a flagship}
spec:
  description: A rule that the portfolio can't hold, so that something fails.
  target: Brand
  severity: error
  enforcement: soft-mandatory
  approvalRight: operating-model
  validations:
    - expression: entity.spec.role == "flagship"
      field: spec.role
  remediation: Nothing; this is a test.
""",
    "policies/nobody-can-judge-this/policy.yaml": """
apiVersion: concertino/v1
kind: Policy
metadata: {name: nobody-can-judge-this, title: A rule that has no value}
spec:
  description: It divides by nothing, so that something is an error.
  target: Portfolio
  severity: error
  enforcement: soft-mandatory
  approvalRight: operating-model
  validations:
    - expression: 1 / size(entity.inverse.exceptions) == 1
  remediation: Nothing; this is a test.
""",
}


@pytest.fixture
def portfolio(tmp_path: Path, git: Callable[..., str], commit_portfolio: Callable[[Path], None]) -> Path:
    """A repository with the reference portfolio, as it came to be, and two rules of its own."""
    folder = tmp_path / "portfolio"
    shutil.copytree(ROOT / "catalogue", folder / "catalogue")
    shutil.copy(ROOT / "concertino.yaml", folder)
    for name, text in OWN_POLICIES.items():
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text)
    git(folder.parent, "init", "--quiet", str(folder))
    commit_portfolio(folder)
    return folder


def commit(folder: Path, git: Callable[..., str]) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "A state")


def report(concertino: Callable[..., Any], *arguments: str | Path) -> dict[str, Any]:
    ran = concertino("check", "--format", "json", *DAY, *arguments)
    value = json.loads(ran.out)
    assert isinstance(value, dict)
    return value


def outcomes(value: Mapping[str, Any]) -> set[str]:
    return {finding["outcome"] for finding in value["findings"]}


def test_a_revision_a_bare_clone_the_index_and_the_working_tree_come_to_the_same(
    portfolio: Path, git: Callable[..., str], concertino: Callable[..., Any], tmp_path: Path
) -> None:
    git(tmp_path, "clone", "--quiet", str(portfolio), "clone")
    git(tmp_path, "clone", "--quiet", "--bare", str(portfolio), "bare.git")

    tree = report(concertino, "-C", tmp_path / "clone")
    others = [
        report(concertino, "-C", tmp_path / "clone", "--rev", "HEAD"),
        report(concertino, "-C", tmp_path / "bare.git", "--rev", "HEAD"),
        report(concertino, "-C", tmp_path / "clone", "--staged"),
    ]

    assert outcomes(tree) == {"fail", "waived", "error"}
    sources = [value.pop("source") for value in (tree, *others)]
    assert [value == tree for value in others] == [True, True, True]
    assert [source["kind"] for source in sources] == ["working-tree", "revision", "revision", "index"]


def test_a_fault_in_the_index_is_judged_before_it_is_committed(
    portfolio: Path, git: Callable[..., str], concertino: Callable[..., Any]
) -> None:
    brand = portfolio / "catalogue/brands/aurora.yaml"
    brand.write_text(brand.read_text().replace("kind: Brand", "kind: Brnad"))
    git(portfolio, "add", "--all")
    brand.write_text("")

    staged = report(concertino, "-C", portfolio, "--staged")

    assert "Brand" in [finding.get("suggestion") for finding in staged["findings"]]


def test_the_reference_portfolio_passes_with_exceptions_in_force_and_advice_left_standing(
    concertino: Callable[..., Any],
) -> None:
    value = report(concertino, "-C", ROOT)

    assert value["summary"]["exit"] == 0
    assert value["summary"]["outcomes"]["waived"] > 0
    assert any(item["enforcement"] == "advisory" and item["outcome"] == "fail" for item in value["findings"])
    assert len({item["policy"] for item in value["findings"] if item["outcome"] == "waived"}) >= 3


def test_one_planted_fault_fails_the_check_of_the_reference_portfolio(
    portfolio: Path, concertino: Callable[..., Any]
) -> None:
    shutil.rmtree(portfolio / "policies")
    assert concertino("check", "-C", portfolio, *DAY).code == 0

    team = portfolio / "catalogue/teams.yaml"
    team.write_text(team.read_text().replace("escalatesTo: architecture-board", "escalatesTo: architecture-bored", 1))
    ran = concertino("check", "-C", portfolio, *DAY)

    assert ran.code == 1
    assert 'did you mean "architecture-board"?' in ran.out


def test_the_same_input_gives_the_same_bytes(portfolio: Path, concertino: Callable[..., Any]) -> None:
    first = concertino("check", "-C", portfolio, "--format", "json", *DAY)
    second = concertino("check", "-C", portfolio, "--format", "json", *DAY)

    assert first == second


def test_reports_are_written_to_files_and_text_still_goes_to_the_terminal(
    portfolio: Path, concertino: Callable[..., Any], tmp_path: Path
) -> None:
    target = tmp_path / "report.json"
    ran = concertino("check", "-C", portfolio, *DAY, "--format", f"json={target}")

    assert json.loads(target.read_text())["version"] == "1"
    assert "next: " in ran.out
    assert list(tmp_path.glob(".*.tmp")) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("check", "--policy", "actual-follow-decision"), 'Did you mean "actual-follows-decision"?'),
        (("check", "--kind", "Brnad"), 'Did you mean "Brand"?'),
        (("check", "--format", "jsn"), 'did you mean "json"?'),
        (("check", "--as-of", "2026-02-30"), "no day of the calendar"),
        (("check", "--rev", "HEAD", "--staged"), "exclude each other"),
        (("check", "--format", "json", "--format", "markdown"), "Only one format"),
        (("chekc",), 'did you mean "check"?'),
        (("catalogue", "show", "brand:auror"), 'Did you mean "brand:aurora"?'),
        (("policies", "show", "actual-follow-decision"), 'Did you mean "actual-follows-decision"?'),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_was_meant(
    concertino: Callable[..., Any], arguments: tuple[str, ...], sentence: str
) -> None:
    ran = concertino("-C", ROOT, *arguments)

    assert ran.code == 2
    assert sentence in ran.err
    assert "Traceback" not in ran.err
