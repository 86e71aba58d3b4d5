"""Decision records that were there before: read from the folders that the configuration names, never written."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.model.snapshot import EntryKind, Snapshot
from concertino.policies import Configuration
from concertino.verdict.adr_file import OldRecord, is_record, read_record

CHECK = "adr"
_RENDERED = b"concertino-digest: sha256:"
_HEAD = 2_000
_MOST_BYTES = 1_000_000
"""No record that anybody reads is longer."""


@dataclass(frozen=True)
class OldRecords:
    """The records by path, in order, and what could not be read. `files` are all paths of the snapshot."""

    records: tuple[OldRecord, ...] = ()
    problems: tuple[Problem, ...] = ()
    files: frozenset[str] = field(default=frozenset(), repr=False)

    @cached_property
    def by_path(self) -> Mapping[str, OldRecord]:
        """The records by path."""
        return {item.path: item for item in self.records}


def old_paths(paths: Iterable[str], configuration: Configuration) -> list[str]:
    """The paths whose names are those of records, in the folders that the configuration names; sorted."""
    folders = tuple(f"{folder}/" for folder in configuration.adr)
    return sorted(path for path in paths if path.startswith(folders) and is_record(path)) if folders else []


def read_old_records(snapshot: Snapshot, configuration: Configuration) -> OldRecords:
    """The records of a snapshot that people wrote. What Concertino rendered into the same folder is none of them."""
    if not configuration.adr:
        return OldRecords()
    wanted = old_paths(snapshot.entries, configuration)
    data = snapshot.read(wanted)
    records: list[OldRecord] = []
    problems = list(_empty(snapshot, configuration, wanted))
    for path in wanted:
        found = _read(path, data.get(path), snapshot)
        if isinstance(found, OldRecord):
            records.append(found)
        elif found:
            problems.append(found)
    return OldRecords(tuple(records), tuple(problems), frozenset(snapshot.entries))


def _empty(snapshot: Snapshot, configuration: Configuration, wanted: list[str]) -> Iterator[Problem]:
    """A problem for each folder without a record: a misspelt one would pass in silence."""
    for index, folder in enumerate(configuration.adr):
        if any(path.startswith(f"{folder}/") for path in wanted):
            continue
        entry = snapshot.entries.get(folder)
        why = "is no folder, and no link is followed" if entry else "holds no decision record"
        yield Problem(
            CHECK,
            f'"{folder}" {why}',
            configuration.locate(f"/adr/{index}"),
            remediation="Correct the name of the folder, or take it out. Records are markdown files whose names begin "
            "with a number or a day.",
        )


def _read(path: str, data: bytes | None, snapshot: Snapshot) -> OldRecord | Problem | None:
    if data is None:
        kind = snapshot.entries[path].kind
        return _unreadable(path, "it is no plain file" if kind is not EntryKind.FILE else "it can't be read")
    if _RENDERED in data[:_HEAD]:
        return None
    if len(data) > _MOST_BYTES:
        return _unreadable(path, f"it has more than {_MOST_BYTES:,} bytes")
    if b"\0" in data:
        return _unreadable(path, "it is no text")
    try:
        return read_record(path, data.decode())
    except UnicodeDecodeError:
        return _unreadable(path, "it is not UTF-8")


def _unreadable(path: str, why: str) -> Problem:
    return Problem(
        CHECK,
        f"this is named like a decision record, and {why}",
        Place(path),
        remediation="Put the record itself there, as text in UTF-8, or give the file another name.",
    )
