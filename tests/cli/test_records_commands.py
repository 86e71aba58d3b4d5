"""Records are rendered, compared, and never lost."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

RECORD = "catalogue/records/0001-order-management.md"
EXCEPTION = """
apiVersion: concertino/v1
kind: Exception
metadata: {name: until-summer, title: Until summer}
spec:
  policies: [shared-service-is-funded]
  entities: ["service:order-hub"]
  type: waiver
  requester: ada
  owner: group-platform
  approver: cleo
  approvedOn: 2026-05-01
  expires: 2026-06-15
  reason: The meter is being built.
  evidence: []
  controls: []
"""


@pytest.fixture
def rendered(tmp_path: Path, concertino: Callable[..., Any]) -> Path:
    """What `init` writes, with an exception that expires soon, and its records rendered."""
    concertino("init", "-C", tmp_path, "--as-of", "2026-06-01")
    (tmp_path / "catalogue/exceptions/until-summer.yaml").write_text(EXCEPTION)
    assert concertino("records", "render", "-C", tmp_path).code == 0
    return tmp_path


def records(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "catalogue/records").iterdir())}


def test_a_decision_has_its_record_and_its_line_in_the_index(rendered: Path) -> None:
    assert list(records(rendered)) == ["0001-order-management.md", "README.md"]
    assert b"0001-order-management.md" in records(rendered)["README.md"]


def test_rendering_twice_changes_no_byte(rendered: Path, concertino: Callable[..., Any]) -> None:
    before = records(rendered)
    ran = concertino("records", "render", "-C", rendered)

    assert "0 written" in ran.out
    assert records(rendered) == before


@pytest.mark.parametrize("seed", ["0", "1", "2"])
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati"])
@pytest.mark.slow
def test_neither_the_hash_seed_nor_the_day_changes_a_byte(rendered: Path, seed: str, zone: str) -> None:
    """The clock is years past the exception's end, and would show if a record looked at it."""
    before = records(rendered)
    for name in before:
        (rendered / "catalogue/records" / name).unlink()
    later = "import time; time.time = lambda: 4102444800.0; from concertino.cli.main import main; main()"
    subprocess.run(
        [sys.executable, "-c", later, "records", "render", "-C", str(rendered)],
        env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
        check=True,
        capture_output=True,
    )

    assert records(rendered) == before


def test_an_edited_record_fails_the_check_and_is_named(rendered: Path, concertino: Callable[..., Any]) -> None:
    record = rendered / RECORD
    record.write_text(record.read_text().replace("One truth", "Two truths"))
    ran = concertino("records", "check", "-C", rendered)

    assert ran.code == 1
    assert ran.out.startswith(RECORD)
    assert "+* Good, because One truth" in ran.out or "One truth" in ran.out


def test_an_edited_record_is_not_replaced_unless_told_to(rendered: Path, concertino: Callable[..., Any]) -> None:
    record = rendered / RECORD
    record.write_text(record.read_text().replace("One truth", "Two truths"))

    assert concertino("records", "render", "-C", rendered).code == 1
    assert "Two truths" in record.read_text()
    assert concertino("records", "render", "-C", rendered, "--force").code == 0
    assert "Two truths" not in record.read_text()


def test_a_record_that_has_fallen_behind_is_found_and_rendered_anew(
    rendered: Path, concertino: Callable[..., Any]
) -> None:
    decision = rendered / "catalogue/decisions/0001-order-management.yaml"
    decision.write_text(decision.read_text().replace("Both brands sell", "All brands sell"))

    assert concertino("records", "check", "-C", rendered).code == 1
    assert concertino("records", "render", "-C", rendered).code == 0
    assert concertino("records", "check", "-C", rendered).code == 0


def test_a_decision_with_faults_keeps_its_record_and_is_named(rendered: Path, concertino: Callable[..., Any]) -> None:
    before = records(rendered)
    decision = rendered / "catalogue/decisions/0001-order-management.yaml"
    decision.write_text(decision.read_text().replace("status: accepted", "status: acepted"))
    ran = concertino("records", "render", "-C", rendered)

    assert ran.code == 1
    assert "decision:order-management" in ran.err
    assert records(rendered) == before


def test_a_file_that_somebody_put_beside_the_records_stays(rendered: Path, concertino: Callable[..., Any]) -> None:
    note = rendered / "catalogue/records/0000-how-we-decide.md"
    note.write_text("# How we decide\n")
    concertino("records", "render", "-C", rendered, "--force")

    assert note.read_text() == "# How we decide\n"


def test_the_records_of_the_reference_portfolio_are_up_to_date(concertino: Callable[..., Any]) -> None:
    ran = concertino("records", "check", "-C", Path(__file__).resolve().parents[2])

    assert ran.code == 0, ran.out
