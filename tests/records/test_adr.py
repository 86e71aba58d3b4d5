"""Records that people wrote before: what is read from them, and what is wrong among them."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concertino.catalogue import Catalogue
from concertino.model.problem import Problem
from concertino.model.snapshot import Entry, EntryKind, Snapshot, Source, SourceKind
from concertino.policies import Configuration
from concertino.verdict.adr import read_old_records
from concertino.verdict.adr_file import OldRecord, is_record, number_in, read_record
from concertino.verdict.adr_findings import adr_problems

Build = Callable[[Mapping[str, str]], Catalogue]
CORPUS = Path(__file__).parent / "adr"
CONFIGURATION = Configuration(adr=("docs/adr",))
BOTH = Configuration(adr=("docs/adr", "services/shop/docs/adr"))
RECORDS = "catalogue/records"

PLANTED = {
    "docs/adr/0011-denied-by-its-successor.md:5:1": "superseded by 0012-silent-successor.md, which says nothing of it",
    "docs/adr/0013-still-accepted.md:2:9": 'superseded by 0014-supersedes-what-stays.md, and it says "accepted"',
    "docs/adr/0015-two-statuses.md:7:1": 'it says "accepted" and "rejected"',
    "docs/adr/0016-successor-is-gone.md:3:11": "superseded by docs/adr/0017-successor-that-is-gone.md, and there is no",
    "docs/adr/0018-second-of-two.md:1:1": "number 18 is used by 0018-first-of-two.md as well",
    "docs/adr/0019-unknown-word.md:2:9": '"acepted" is no status',
    "docs/adr/0020-no-status.md:1:1": "it has no status",
    "docs/adr/0021-head-and-body-disagree.md:9:1": 'it says "proposed" and "accepted"',
    "docs/adr/0022-superseded-by-nothing.md:5:1": "does not say by what",
    "docs/adr/0023-names-another-successor.md:5:1": "superseded by 0024-claims-it-too.md, and it names another",
    "docs/adr/0026-superseded-by-itself.md:2:9": "superseded by itself",
    "docs/adr/0027-predecessor-is-gone.md:4:5": "supersedes docs/adr/0999-never-was.md, and there is no such record",
    "docs/adr/20220101-denied-by-a-log.md:3:11": "superseded by 20220202-silent-log.md, which says nothing of it",
}


def snapshot_of(files: Mapping[str, str | bytes], kinds: Mapping[str, EntryKind] | None = None) -> Snapshot:
    blobs = {path: data if isinstance(data, bytes) else data.encode() for path, data in files.items()}
    entries = {path: Entry(path, EntryKind.FILE) for path in blobs}
    entries |= {path: Entry(path, kind) for path, kind in (kinds or {}).items()}
    return Snapshot(
        Source(SourceKind.WORKING_TREE),
        dict(sorted(entries.items())),
        lambda paths: {path: blobs[path] for path in paths if path in blobs},
    )


def found_in(
    catalogue: Catalogue,
    files: Mapping[str, str | bytes],
    kinds: Mapping[str, EntryKind] | None = None,
    configuration: Configuration = CONFIGURATION,
) -> list[Problem]:
    old = read_old_records(snapshot_of(files, kinds), configuration)
    return list(adr_problems(catalogue, old, RECORDS))


@pytest.fixture(scope="module")
def corpus() -> dict[str, str | bytes]:
    return {path.relative_to(CORPUS).as_posix(): path.read_bytes() for path in sorted(CORPUS.rglob("*.md"))}


def test_every_planted_fault_is_found_and_no_false_one(catalogue_of: Build, corpus: dict[str, str | bytes]) -> None:
    problems = found_in(catalogue_of({}), corpus, configuration=BOTH)
    found = {str(item.place): item.message for item in problems}

    assert len(problems) == len(PLANTED)
    assert sorted(found) == sorted(PLANTED)
    for place, said in PLANTED.items():
        assert said in found[place]


def test_a_folder_that_is_not_configured_is_not_read(corpus: dict[str, str | bytes]) -> None:
    assert read_old_records(snapshot_of(corpus), Configuration()).records == ()


@pytest.mark.parametrize(
    ("name", "number", "title", "status", "date"),
    [
        ("0001-record-architecture-decisions.md", 1, "Record architecture decisions", "accepted", "2016-02-12"),
        ("0002-one-database-for-all-shops.md", 2, "One database for all shops", "superseded", "2016-03-01"),
        ("0004-use-a-message-queue.md", 4, "Use a message queue", "superseded", "2018-11-20"),
        ("0005-use-an-event-backbone.md", 5, "Use an event backbone", "accepted", "2020-06-02"),
        ("0007-read-replicas.md", 7, "Read replicas", "accepted", "2018-01-01"),
        ("0008-a-form-of-our-own.md", 8, "A form of our own", "deprecated", ""),
        ("0020-no-status.md", 20, "No status", "", ""),
        ("20210301-log-in-with-one-account.md", None, "Log in with one account", "superseded", "2021-03-01"),
        ("20211001-a-draft.md", None, "A draft", "draft", "2021-10-01"),
    ],
)
def test_number_title_status_and_date_are_read_in_all_forms(
    corpus: dict[str, str | bytes], name: str, number: int | None, title: str, status: str, date: str
) -> None:
    record = read_old_records(snapshot_of(corpus), CONFIGURATION).by_path[f"docs/adr/{name}"]

    assert (record.number, record.title, record.status, record.date) == (number, title, status, date)


@pytest.mark.parametrize(
    ("name", "record", "number"),
    [
        ("0012-title.md", True, 12),
        ("ADR-7 title.MD", True, 7),
        ("adr_0042_title.md", True, 42),
        ("20200102-title.md", True, None),
        ("2020-01-02-title.md", True, None),
        ("README.md", False, None),
        ("0000-adr-template.md", False, 0),
        ("12345-title.md", False, None),
        ("0012-title.txt", False, 12),
    ],
)
def test_a_record_is_told_by_the_name_of_its_file(name: str, record: bool, number: int | None) -> None:  # noqa: FBT001 - a case
    assert (is_record(f"docs/adr/{name}"), number_in(f"docs/adr/{name}")) == (record, number)


@pytest.mark.parametrize(
    ("line", "word", "target"),
    [
        ("Accepted", "accepted", ""),
        ("**Accepted** on 2020-01-02", "accepted", ""),
        ("accepted, later superseded by ADR-0012", "superseded", "12"),
        ("superseded by [ADR-0012](0012-new.md)", "superseded", "d/0012-new.md"),
        ("Superseded by [12](../other/0012-new.md#why)", "superseded", "other/0012-new.md"),
        ("superseded by 0012-new.md", "superseded", "d/0012-new.md"),
        ("replaced by ADR 12", "superseded", "12"),
        ("superseded by 20200102-new", "superseded", "20200102-new"),
        ("Superseded on 2020-01-02", "superseded", ""),
        ("✅ Accepted", "accepted", ""),
        ("[proposed | accepted]", "", ""),
        ("approved", "", ""),
    ],
)
def test_statuses_are_read_with_what_they_name(line: str, word: str, target: str) -> None:
    (status,) = read_record("d/0001-x.md", f"# X\n\n* Status: {line}\n").statuses

    named = [item.path or item.slug or str(item.number) for item in status.targets]
    assert (status.word, named) == (word, [target] if target else [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("## Status\n\nAccepted by the whole team after two meetings.\n", ["accepted"], id="a sentence"),
        pytest.param("## Status\n\nAccepted\n\nProposed by Ada in May.\n", ["accepted"], id="a sentence below it"),
        pytest.param("## Status\n\n2020-01-01: proposed\n2020-02-01: accepted\n", ["accepted"], id="a list of days"),
        pytest.param("## Status: Accepted\n\n## Context\n", ["accepted"], id="in the heading"),
        pytest.param("| Status | x |\n\n## Context\n\nStatus: accepted\n", [], id="elsewhere"),
        pytest.param("> Status: accepted\n\n    Status: rejected\n", ["rejected"], id="quoted"),
        pytest.param("Status: accepted\n\n## Links\n\n* Superseded by ADR-2\n", ["accepted", "superseded"], id="links"),
    ],
)
def test_the_current_statuses_are_told_from_sentences_about_them(text: str, words: list[str]) -> None:
    assert [item.word for item in read_record("d/0001-x.md", f"# X\n\n{text}").current] == words


def test_a_record_can_be_superseded_by_a_decision_that_names_it(catalogue_of: Build, small: Callable[..., str]) -> None:
    old = {"docs/adr/0003-old.md": "# Old\n\n* Status: superseded by [ADR-0040](../../catalogue/records/0040-new.md)\n"}
    silent = catalogue_of({"catalogue/decisions/a.yaml": small("new", 40)})
    naming = catalogue_of({"catalogue/decisions/a.yaml": small("new", 40, supersedesRecords="[docs/adr/0003-old.md]")})

    (problem,) = found_in(silent, old)
    assert "superseded by decision:new, which says nothing of it" in problem.message
    assert found_in(naming, old) == []


def test_a_decision_that_names_no_earlier_record_is_told_what_was_probably_meant(
    catalogue_of: Build, small: Callable[..., str]
) -> None:
    text = small("new", 40, supersedesRecords="[docs/adr/0003-odl.md]")
    (problem,) = found_in(
        catalogue_of({"catalogue/decisions/a.yaml": text}), {"docs/adr/0003-old.md": "# Old\n\nStatus: accepted\n"}
    )

    assert (problem.check, problem.subject, problem.suggestion) == ("reference", "decision:new", "docs/adr/0003-old.md")
    assert problem.place.file == "catalogue/decisions/a.yaml"
    assert problem.place.pointer == "/spec/supersedesRecords/0"


def test_a_decision_with_the_number_of_an_earlier_record_collides(
    catalogue_of: Build, small: Callable[..., str]
) -> None:
    catalogue = catalogue_of({"catalogue/decisions/a.yaml": small("new", 3)})
    (problem,) = found_in(catalogue, {"docs/adr/0003-old.md": "# Old\n\nStatus: accepted\n"})

    assert "number 3 is used by decision:new as well" in problem.message
    assert [item.place.file for item in problem.related] == ["catalogue/decisions/a.yaml"]


def test_what_concertino_rendered_into_the_folder_is_no_earlier_record() -> None:
    rendered = "---\nstatus: accepted\nconcertino-digest: sha256:00\n---\n\n# X\n"

    assert read_old_records(snapshot_of({"docs/adr/0001-x.md": rendered}), CONFIGURATION).records == ()


@pytest.mark.parametrize(
    ("data", "kind", "said"),
    [
        pytest.param(b"# X\0", EntryKind.FILE, "it is no text", id="a binary file"),
        pytest.param(b"# \xff\xfe", EntryKind.FILE, "it is not UTF-8", id="another encoding"),
        pytest.param(b"x" * 1_000_001, EntryKind.FILE, "more than 1,000,000 bytes", id="a huge file"),
        pytest.param(None, EntryKind.SYMLINK, "it is no plain file", id="a symbolic link"),
        pytest.param(None, EntryKind.SUBMODULE, "it is no plain file", id="a submodule"),
        pytest.param(None, EntryKind.FILE, "it can't be read", id="a closed file"),
    ],
)
def test_what_cannot_be_read_is_a_finding(catalogue_of: Build, data: bytes | None, kind: EntryKind, said: str) -> None:
    files = {} if data is None else {"docs/adr/0001-x.md": data}
    (problem,) = found_in(catalogue_of({}), files, {"docs/adr/0001-x.md": kind})

    assert problem.check == "adr"
    assert said in problem.message


@pytest.mark.parametrize(
    "text",
    [
        "---\n" * 50_000,
        "[" * 500_000,
        "# " + "(" * 500_000,
        "Status: " + "superseded by " * 50_000,
        "## Status\n\n" + "superseded by [a](b.md)\n" * 20_000,
        "> " * 200_000 + "Status: accepted",
        "\n" * 900_000,
        "*" * 900_000 + "status: x",
        "# x\n" + "status:" * 100_000,
        "## Status\n" + "a" * 900_000,
    ],
    ids=lambda text: text[:12],
)
def test_a_hostile_record_is_read_in_no_time(text: str) -> None:
    record = read_record("d/0001-x.md", text)

    assert record.number == 1
    assert len(record.statuses) <= 50


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="-#*:|[]()<>!`\n \r\tStatusuperseded by1204.md/\u202e\ud800", max_size=300))
def test_any_text_is_a_record_and_places_lie_within_it(text: str) -> None:
    record = read_record("d/0001-x.md", f"---\n{text}")

    assert isinstance(record, OldRecord)
    lines = f"---\n{text}".replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for place in [*(item.place for item in record.statuses), *(item.place for item in record.replaces)]:
        assert 1 <= place.line <= len(lines)
        assert place.column <= place.end_column <= len(lines[place.line - 1]) + 1


def test_a_thousand_records_in_a_chain_are_checked_in_order(catalogue_of: Build) -> None:
    files: dict[str, str | bytes] = {
        f"docs/adr/{number:04d}-x.md": f"# X\n\n* Status: superseded by ADR-{number + 1:04d}\n* Supersedes ADR-"
        f"{number - 1:04d}\n"
        for number in range(2, 1_000)
    }
    found = found_in(catalogue_of({}), files)

    assert [item.place.file for item in found] == ["docs/adr/0002-x.md", "docs/adr/0999-x.md"]


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        ({}, '"docs/adr" holds no decision record'),
        ({"docs/adr": EntryKind.SYMLINK}, '"docs/adr" is no folder, and no link is followed'),
    ],
    ids=["it is misspelt or empty", "it is a symbolic link"],
)
def test_a_folder_without_records_does_not_pass_in_silence(
    catalogue_of: Build, kinds: Mapping[str, EntryKind], said: str
) -> None:
    (problem,) = found_in(catalogue_of({}), {"docs/adr.md": "# X"}, kinds)

    assert problem.message == said
    assert problem.place.file == "concertino.yaml"
