"""What the commands on records share: the records as they should be, as they are, and writing them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from concertino.cli.session import Session
from concertino.model.problem import Problem
from concertino.model.snapshot import Entry, EntryKind
from concertino.records import RenderedFile, WritePlan, faulty_decisions, plan_writes, render_records, write_files
from concertino.records.pairs import held_back, partners_of
from concertino.verdict import Register


@dataclass(frozen=True)
class Written:
    """What was written and what was not: refused, impossible, or spared since the decision has faults."""

    plan: WritePlan
    problems: tuple[Problem, ...]
    spared: tuple[str, ...]


def write_records(session: Session, *, force: bool) -> Written:
    """Write the records of a working tree that are missing or have fallen behind."""
    plan = planned(session, rendered_records(session), force=force)
    return Written(plan, write_files(session.folder, plan), faulty_decisions(session.catalogue))


def planned(session: Session, rendered: tuple[RenderedFile, ...], *, force: bool = False) -> WritePlan:
    """What is to be written so that the records are as rendered; both sides of a succession, or neither."""
    spared = faulty_decisions(session.catalogue)
    records = session.rules.configuration.records
    plan = plan_writes(rendered, existing_records(session), records, spared=spared, force=force)
    return held_back(plan, partners_of(session.catalogue), spared)


def rendered_records(session: Session) -> tuple[RenderedFile, ...]:
    """The records as the catalogue has them."""
    register = Register.of(session.catalogue, session.policies, "", session.rules)
    return render_records(session.catalogue, session.rules.configuration.records, register)


def existing_records(session: Session) -> dict[str, bytes]:
    """The markdown files in the records folder, by path."""
    folder = session.rules.configuration.records
    paths = [path for path in session.snapshot.entries if path.startswith(f"{folder}/") and path.endswith(".md")]
    return dict(session.snapshot.read(paths))


def with_files(session: Session, files: Mapping[str, bytes], gone: frozenset[str] = frozenset()) -> Session:
    """The session as it would be with these files, and without those that are gone. Nothing is written."""
    snapshot = session.snapshot
    entries = {path: entry for path, entry in snapshot.entries.items() if path not in gone}
    entries |= {path: Entry(path, EntryKind.FILE) for path in files}
    before = snapshot.read

    def read(paths: Iterable[str]) -> Mapping[str, bytes]:
        wanted = list(paths)
        there = before([path for path in wanted if path not in files and path not in gone])
        return {**there, **{path: files[path] for path in wanted if path in files}}

    return replace(session, snapshot=replace(snapshot, entries=dict(sorted(entries.items())), read=read))
