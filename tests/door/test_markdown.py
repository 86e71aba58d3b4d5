"""What we write in markdown, by hand or rendered, is clean by markdownlint's default rules but line length."""

import json
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


def markdownlint(node: Path, *files: Path) -> list[dict[str, object]]:
    done = subprocess.run(
        ["node", "markdownlint.mjs", *map(str, files)], cwd=node, check=True, capture_output=True, encoding="utf-8"
    )
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found


def test_markdownlint_finds_nothing_in_the_records_of_the_reference_portfolio(node: Path) -> None:
    records = sorted((ROOT / "catalogue" / "records").glob("*.md"))
    assert len(records) > 30
    assert markdownlint(node, *records) == []


def test_markdownlint_finds_nothing_in_what_is_written_for_users(node: Path) -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("policies/**/*.md")]
    assert markdownlint(node, *pages) == []


def test_markdownlint_would_find_a_heading_that_skips_a_level(node: Path, tmp_path: Path) -> None:
    faulty = tmp_path / "faulty.md"
    faulty.write_text("# A page\n\n### A section\n", encoding="utf-8")
    assert [item["rule"] for item in markdownlint(node, faulty)] == ["MD001"]
