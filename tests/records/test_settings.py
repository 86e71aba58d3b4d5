"""What `concertino.yaml` says about records: templates of one's own, and folders of earlier records."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
OLD = """\
# 12. One queue for all

## Status

Accepted
"""


@pytest.fixture
def started(group: Path, concertino: Run) -> Path:
    """The small group with its records rendered."""
    assert concertino("records", "render", "-C", group).code == 0
    return group


def configured(folder: Path, text: str) -> None:
    path = folder / "concertino.yaml"
    path.write_text(path.read_text() + text)


def write(folder: Path, path: str, text: str) -> Path:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text)
    return folder / path


def record(folder: Path) -> str:
    return (folder / "catalogue/records/0001-own-orders.md").read_text()


def test_a_template_of_the_repository_is_used_and_its_change_is_a_drift(started: Path, concertino: Run) -> None:
    configured(started, "\ntemplates: {record: templates/record.md.j2}\n")
    template = write(started, "templates/record.md.j2", "# {{ title }}\n")
    assert concertino("records", "render", "-C", started).code == 0
    assert record(started).endswith("---\n\n# Own orders\n")

    template.write_text("# {{ title }}\n\n{{ question }}\n")
    ran = concertino("records", "check", "-C", started)
    assert ran.code == 1
    assert "+Who runs [Orders]" in ran.out


@pytest.mark.parametrize("command", ["render", "check"])
def test_a_faulty_template_ends_with_2_names_the_line_and_leaves_its_records(
    started: Path, concertino: Run, command: str
) -> None:
    before = record(started)
    configured(started, "\ntemplates: {record: templates/record.md.j2}\n")
    write(started, "templates/record.md.j2", "# {{ title }}\n\n{{ contxt }}\n")
    (started / "catalogue/records/README.md").unlink()
    ran = concertino("records", command, "-C", started)

    assert ran.code == 2
    assert 'templates/record.md.j2:3:1: there is no value "contxt"; did you mean "context"?' in ran.err
    assert record(started) == before
    assert (started / "catalogue/records/README.md").exists() == (command == "render")


def test_a_template_that_is_not_there_is_told_where_it_is_named(started: Path, concertino: Run) -> None:
    configured(started, "\ntemplates:\n  index: templates/index.md.j2\n")
    lines = (started / "concertino.yaml").read_text().splitlines()
    ran = concertino("records", "render", "-C", started)

    assert ran.code == 2
    place = f"concertino.yaml:{lines.index('  index: templates/index.md.j2') + 1}:3"
    assert f'{place}: the template "templates/index.md.j2" is not there' in ran.err


@pytest.mark.parametrize(
    "text", ["templates: {record: ../x.md.j2}", "adr: [../adr]", "adr: [.]", "templates: {records: x}", "adr: docs/adr"]
)
def test_what_leads_out_of_the_repository_or_is_misspelt_is_refused(started: Path, concertino: Run, text: str) -> None:
    configured(started, f"\n{text}\n")
    ran = concertino("check", "-C", started)

    assert ran.code == 2
    assert "concertino.yaml" in ran.out


@pytest.mark.parametrize("name", ["record", "index"])
def test_the_template_that_is_printed_works_as_it_is(started: Path, concertino: Run, name: str) -> None:
    configured(started, f"\ntemplates: {{{name}: templates/own.md.j2}}\n")
    write(started, "templates/own.md.j2", concertino("records", "template", name).out)

    assert concertino("records", "check", "-C", started).code == 0


def test_earlier_records_count_for_numbers_stand_in_the_index_and_can_be_superseded(
    started: Path, concertino: Run
) -> None:
    configured(started, "\nadr: [docs/adr]\n")
    old = write(started, "docs/adr/0012-one-queue-for-all.md", OLD)
    drift = concertino("records", "check", "-C", started)
    assert drift.code == 1
    assert "+| 0012 | [One queue for all](../../docs/adr/0012-one-queue-for-all.md) | accepted |" in drift.out

    ran = concertino(
        "records", "new", "Two queues", "--capability", "orders", "--brands", "all", "--model", "operate",
        "--supersedes", "docs/adr/0012-one-queue-for-all.md", "-C", started, "--as-of", "2026-06-01",
    )  # fmt: skip
    written = started / "catalogue/decisions/0013-two-queues.yaml"
    assert ran.code == 0, ran.err
    assert "docs/adr/0012-one-queue-for-all.md" in written.read_text()

    concertino("records", "accept", "two-queues", "--force", "-C", started, "--as-of", "2026-06-01")
    concertino("records", "render", "-C", started)
    index = (started / "catalogue/records/README.md").read_text()
    assert "| superseded by [ADR-0013](0013-two-queues.md) |" in index
    assert old.read_text() == OLD


def test_a_misspelt_earlier_record_is_refused_with_what_was_meant(started: Path, concertino: Run) -> None:
    configured(started, "\nadr: [docs/adr]\n")
    write(started, "docs/adr/0012-one-queue-for-all.md", OLD)
    ran = concertino(
        "records", "new", "X", "--capability", "orders", "--brands", "all", "--supersedes",
        "docs/adr/0012-one-queue.md", "-C", started,
    )  # fmt: skip

    assert ran.code == 2
    assert 'Did you mean "docs/adr/0012-one-queue-for-all.md"?' in ran.err


def test_the_check_advises_on_earlier_records_and_still_passes(started: Path, concertino: Run) -> None:
    configured(started, "\nadr: [docs/adr]\n")
    write(started, "docs/adr/0012-one-queue-for-all.md", OLD.replace("Accepted", "Agreed"))
    ran = concertino("check", "-C", started, "--as-of", "2026-06-01", "--format", "csv")

    assert ran.code == 0
    assert "docs/adr/0012-one-queue-for-all.md" in ran.out
    assert '""Agreed"" is no status' in ran.out


def test_records_may_be_rendered_into_the_folder_of_the_earlier_ones(started: Path, concertino: Run) -> None:
    configured(started, "\nrecords: docs/adr\nadr: [docs/adr]\n")
    old = write(started, "docs/adr/0012-one-queue-for-all.md", OLD)

    assert concertino("records", "render", "-C", started).code == 0
    assert concertino("records", "check", "-C", started).code == 0
    assert "(0012-one-queue-for-all.md)" in (started / "docs/adr/README.md").read_text()
    assert old.read_text() == OLD


def test_hostile_files_among_the_earlier_records_are_told_and_not_followed(started: Path, concertino: Run) -> None:
    configured(started, "\nadr: [docs/adr]\n")
    write(started, "secret.md", "# Secret\n\nStatus: accepted\n")
    write(started, "docs/adr/0001-sound.md", "# Sound\n\nStatus: accepted\n")
    write(started, f"docs/adr/{'deep/' * 40}0002-deep.md", "# Deep\n\nStatus: accepted\n")
    (started / "docs/adr/0003-link.md").symlink_to(started / "secret.md")
    (started / "docs/adr/0004-binary.md").write_bytes(b"\x00\xff" * 100)
    (started / "docs/adr/0005-huge.md").write_bytes(b"# x\n" * 300_000)
    (started / "docs/adr/0006-folder.md").mkdir()
    found = concertino("check", "-C", started, "--format", "csv").out

    for name, why in (("0003-link", "no plain file"), ("0004-binary", "is no text"), ("0005-huge", "1,000,000 bytes")):
        assert any(f"docs/adr/{name}.md" in line and why in line for line in found.splitlines()), name
    assert concertino("records", "render", "-C", started).code == 0
    index = (started / "catalogue/records/README.md").read_text()
    assert "Secret" not in index
    assert "[Sound]" in index
    assert "[Deep]" in index
