from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from concertino.catalogue import Catalogue
from concertino.records import (
    DriftKind,
    RenderedFile,
    WritePlan,
    compare_records,
    faulty_decisions,
    plan_writes,
    render_records,
    unified_difference,
    write_files,
)

Build = Callable[[Mapping[str, str]], Catalogue]
FOLDER = "catalogue/records"
FIRST = f"{FOLDER}/0003-first.md"
SECOND = f"{FOLDER}/0004-second.md"
INDEX = f"{FOLDER}/README.md"


@pytest.fixture
def rendered(catalogue_of: Build, small: Callable[..., str]) -> tuple[RenderedFile, ...]:
    """Two records and their index."""
    files = {"catalogue/decisions/a.yaml": small("first", 3), "catalogue/decisions/b.yaml": small("second", 4)}
    return render_records(catalogue_of(files), FOLDER)


@pytest.fixture
def there(rendered: tuple[RenderedFile, ...]) -> dict[str, bytes]:
    """The same files, as they stand in the repository."""
    return {file.path: file.text.encode() for file in rendered}


def _found(
    rendered: tuple[RenderedFile, ...], there: Mapping[str, bytes], spared: tuple[str, ...] = ()
) -> list[tuple[str, DriftKind]]:
    return [(drift.path, drift.kind) for drift in compare_records(rendered, there, FOLDER, spared=spared)]


def _moved_on(catalogue_of: Build, small: Callable[..., str]) -> tuple[RenderedFile, ...]:
    files = {
        "catalogue/decisions/a.yaml": small("first", 3, context="The facts have changed."),
        "catalogue/decisions/b.yaml": small("second", 4),
    }
    return render_records(catalogue_of(files), FOLDER)


def test_what_was_just_rendered_does_not_differ(rendered: tuple[RenderedFile, ...], there: dict[str, bytes]) -> None:
    assert _found(rendered, there) == []
    assert plan_writes(rendered, there, FOLDER, spared=()) == WritePlan()


def test_other_line_ends_are_no_difference_and_no_edit(
    rendered: tuple[RenderedFile, ...], there: dict[str, bytes], catalogue_of: Build, small: Callable[..., str]
) -> None:
    windows = {path: data.replace(b"\n", b"\r\n") for path, data in there.items()}

    assert _found(rendered, windows) == []
    assert _found(_moved_on(catalogue_of, small), windows) == [(FIRST, DriftKind.OUTDATED)]


def test_a_record_that_is_not_there_is_missing(rendered: tuple[RenderedFile, ...], there: dict[str, bytes]) -> None:
    del there[FIRST]

    assert _found(rendered, there) == [(FIRST, DriftKind.MISSING)]


def test_a_record_is_outdated_when_the_catalogue_moves_on(
    there: dict[str, bytes], catalogue_of: Build, small: Callable[..., str]
) -> None:
    moved_on = _moved_on(catalogue_of, small)

    assert _found(moved_on, there) == [(FIRST, DriftKind.OUTDATED)]
    assert [file.path for file in plan_writes(moved_on, there, FOLDER, spared=()).writes] == [FIRST]


EDITS: list[tuple[str, bytes, bytes]] = [
    ("a word in the text", b"Something had", b"Nothing had"),
    ("the status", b"status: accepted", b"status: rejected"),
    ("a space at the end", b"decided.\n", b"decided. \n"),
    ("the digest itself", b"concertino-digest: sha256:", b"concertino-digest: sha256:f"),
    ("the digest taken away", b"concertino-digest: ", b"concertino-removed: "),
    ("the decision it names", b'"decision:first"', b'"decision:other"'),
    ("a merge conflict", b"# First\n", b"<<<<<<< ours\n# First\n=======\n"),
]


@pytest.mark.parametrize(("before", "after"), [edit[1:] for edit in EDITS], ids=[edit[0] for edit in EDITS])
def test_a_record_that_a_person_changed_is_told_from_one_that_is_outdated(
    rendered: tuple[RenderedFile, ...], there: dict[str, bytes], before: bytes, after: bytes
) -> None:
    assert before in there[FIRST]
    there[FIRST] = there[FIRST].replace(before, after, 1)

    assert _found(rendered, there) == [(FIRST, DriftKind.EDITED)]


def test_an_edited_record_is_refused_and_the_others_are_written(
    there: dict[str, bytes], catalogue_of: Build, small: Callable[..., str]
) -> None:
    there[FIRST] += b"\nA note.\n"
    del there[SECOND]
    plan = plan_writes(_moved_on(catalogue_of, small), there, FOLDER, spared=())

    assert [file.path for file in plan.writes] == [SECOND]
    assert [(drift.path, drift.kind) for drift in plan.refused] == [(FIRST, DriftKind.EDITED)]


def test_force_overwrites_what_was_edited(rendered: tuple[RenderedFile, ...], there: dict[str, bytes]) -> None:
    there[FIRST] += b"\nA note.\n"
    plan = plan_writes(rendered, there, FOLDER, spared=(), force=True)

    assert [file.path for file in plan.writes] == [FIRST]
    assert plan.refused == ()


@pytest.mark.parametrize("foreign", [b"", b"# My notes\n", b"---\nstatus: accepted\n---\n", b"\xff\xfe\x00"])
def test_a_file_of_somebody_else_is_never_overwritten(
    rendered: tuple[RenderedFile, ...], there: dict[str, bytes], foreign: bytes
) -> None:
    there[INDEX] = foreign

    assert _found(rendered, there) == [(INDEX, DriftKind.FOREIGN)]
    assert [drift.path for drift in plan_writes(rendered, there, FOLDER, spared=()).refused] == [INDEX]


def test_a_record_without_its_decision_is_an_orphan_and_removed(
    there: dict[str, bytes], catalogue_of: Build, small: Callable[..., str]
) -> None:
    less = render_records(catalogue_of({"catalogue/decisions/b.yaml": small("second", 4)}), FOLDER)

    assert _found(less, there) == [(FIRST, DriftKind.ORPHAN), (INDEX, DriftKind.OUTDATED)]
    assert plan_writes(less, there, FOLDER, spared=()).removals == (FIRST,)


def test_an_edited_orphan_is_refused(there: dict[str, bytes], catalogue_of: Build, small: Callable[..., str]) -> None:
    there[FIRST] += b"\nA note.\n"
    less = render_records(catalogue_of({"catalogue/decisions/b.yaml": small("second", 4)}), FOLDER)
    plan = plan_writes(less, there, FOLDER, spared=())

    assert plan.removals == ()
    assert [(drift.path, drift.kind) for drift in plan.refused] == [(FIRST, DriftKind.ORPHAN)]
    assert plan_writes(less, there, FOLDER, spared=(), force=True).removals == (FIRST,)


def test_a_decision_with_another_number_leaves_its_old_record_an_orphan(
    there: dict[str, bytes], catalogue_of: Build, small: Callable[..., str]
) -> None:
    files = {"catalogue/decisions/a.yaml": small("first", 9), "catalogue/decisions/b.yaml": small("second", 4)}
    drifts = compare_records(render_records(catalogue_of(files), FOLDER), there, FOLDER, spared=())

    assert f"decision:first is now recorded in {FOLDER}/0009-first.md" in [drift.message for drift in drifts]


def test_without_any_decision_the_index_goes_too(there: dict[str, bytes]) -> None:
    assert plan_writes((), there, FOLDER, spared=()).removals == (FIRST, SECOND, INDEX)


def test_files_that_people_put_beside_the_records_are_left_alone(
    rendered: tuple[RenderedFile, ...], there: dict[str, bytes]
) -> None:
    there |= {
        f"{FOLDER}/0001-by-hand.md": b"# By hand\n",
        f"{FOLDER}/archive/0002-old.md": there[FIRST],
        "docs/0003-first.md": there[FIRST],
        f"{FOLDER}/notes.txt": there[FIRST],
    }

    assert _found(rendered, there) == []


@pytest.mark.parametrize(
    "change",
    [("model: operate", "model: opperate"), ("spec:", "spec: ["), ("kind: Decision", "kind: Decison")],
    ids=["a schema fault", "a syntax error", "a misspelt kind"],
)
def test_a_typing_error_in_a_decision_drops_neither_its_record_nor_its_line_in_the_index(
    there: dict[str, bytes], catalogue_of: Build, small: Callable[..., str], change: tuple[str, str]
) -> None:
    files = {
        "catalogue/decisions/a.yaml": small("first", 3).replace(*change, 1),
        "catalogue/decisions/b.yaml": small("second", 4),
    }
    catalogue = catalogue_of(files)
    rendered, spared = render_records(catalogue, FOLDER), faulty_decisions(catalogue)

    assert _found(rendered, there, spared) == []
    assert plan_writes(rendered, there, FOLDER, spared=spared) == WritePlan()


def test_two_decisions_with_one_number_are_named_both(catalogue_of: Build, small: Callable[..., str]) -> None:
    files = {"catalogue/decisions/a.yaml": small("first", 3), "catalogue/decisions/b.yaml": small("second", 3)}
    rendered = render_records(catalogue_of(files), FOLDER)
    there = {file.path: file.text.encode() for file in rendered}
    (drift,) = compare_records(rendered, there, FOLDER, spared=())

    assert drift.kind is DriftKind.COLLISION
    assert drift.message == "number 3 is used by decision:first and decision:second"


def test_two_decisions_that_would_be_one_file_are_not_written_even_by_force(
    catalogue_of: Build, small: Callable[..., str]
) -> None:
    files = {"catalogue/decisions/a.yaml": small("a.b", 3), "catalogue/decisions/b.yaml": small("a_b", 3)}
    plan = plan_writes(render_records(catalogue_of(files), FOLDER), {}, FOLDER, spared=(), force=True)

    assert [file.path for file in plan.writes] == [INDEX]
    assert [drift.kind for drift in plan.refused] == [DriftKind.COLLISION]


def test_a_difference_becomes_a_finding_on_the_record(rendered: tuple[RenderedFile, ...]) -> None:
    problem = compare_records(rendered, {}, FOLDER, spared=())[0].problem

    assert (problem.check, problem.place.file, problem.subject) == ("record", FIRST, "decision:first")
    assert "concertino records render" in problem.remediation


def test_the_difference_shows_what_is_there_and_what_should_be(
    rendered: tuple[RenderedFile, ...], there: dict[str, bytes]
) -> None:
    there[FIRST] = there[FIRST].replace(b"Something had to", b"\x1b[31mNothing had to")
    shown = unified_difference(FIRST, rendered, there)

    assert "-\\x1b[31mNothing had to be decided.\n+Something had to be decided.\n" in shown
    assert unified_difference(SECOND, rendered, there) == ""


def test_writing_gives_exactly_what_was_rendered_and_a_second_time_nothing(
    tmp_path: Path, rendered: tuple[RenderedFile, ...]
) -> None:
    assert write_files(tmp_path, plan_writes(rendered, {}, FOLDER, spared=())) == ()

    there = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in tmp_path.rglob("*.*")}
    assert there == {file.path: file.text.encode() for file in rendered}
    assert plan_writes(rendered, there, FOLDER, spared=()) == WritePlan()


def test_removing_takes_away_the_orphan_only(tmp_path: Path, rendered: tuple[RenderedFile, ...]) -> None:
    write_files(tmp_path, WritePlan(writes=rendered))

    assert write_files(tmp_path, WritePlan(removals=(FIRST,))) == ()
    assert sorted(path.name for path in tmp_path.rglob("*.md")) == ["0004-second.md", "README.md"]


@pytest.mark.parametrize("link", ["catalogue", FOLDER, FIRST], ids=["above the folder", "the folder", "the record"])
def test_no_symbolic_link_is_followed_out_of_the_repository(
    tmp_path: Path, rendered: tuple[RenderedFile, ...], link: str
) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    outside.mkdir()
    (root / link).parent.mkdir(parents=True)
    (root / link).symlink_to(outside)
    first = tuple(file for file in rendered if file.path == FIRST)
    problems = write_files(root, WritePlan(writes=first, removals=(FIRST,)))

    assert [problem.place.file for problem in problems] == [FIRST, FIRST]
    assert all("symbolic link" in problem.message for problem in problems)
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("path", ["../x.md", "/etc/x.md", "a//b.md", "a/../../x.md"])
def test_no_path_leads_out_of_the_repository(tmp_path: Path, path: str) -> None:
    root = tmp_path / "root"
    root.mkdir()

    assert len(write_files(root, WritePlan(writes=(RenderedFile(path, "x"),), removals=(path,)))) == 2
    assert [item.name for item in tmp_path.rglob("*")] == ["root"]


def test_what_cannot_be_written_is_told_and_the_rest_is_written(
    tmp_path: Path, rendered: tuple[RenderedFile, ...]
) -> None:
    (tmp_path / FIRST).mkdir(parents=True)
    problems = write_files(tmp_path, WritePlan(writes=rendered))

    assert [problem.place.file for problem in problems] == [FIRST]
    assert (tmp_path / SECOND).is_file()
    assert not [path.name for path in (tmp_path / FOLDER).iterdir() if path.suffix == ".tmp"]
