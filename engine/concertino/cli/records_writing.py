"""What the commands on records share: the records as they should be, as they are, and writing them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from concertino.cli.session import Session
from concertino.matrix.cells import CellAnswer
from concertino.matrix.resolving import read_matrix
from concertino.model.problem import Problem
from concertino.model.snapshot import Entry, EntryKind
from concertino.records import (
    Behind,
    Rendering,
    WritePlan,
    faulty_decisions,
    plan_writes,
    render,
    write_files,
)
from concertino.records.layouts import read_templates
from concertino.records.pairs import held_back, partners_of
from concertino.verdict import Register
from concertino.verdict.adr import read_old_records


@dataclass(frozen=True)
class Written:
    """What was written and what was not: refused, impossible, or spared since the decision has faults.

    `templates` says what is wrong with templates: what they would have laid out is left as it is.
    """

    plan: WritePlan
    problems: tuple[Problem, ...]
    spared: tuple[str, ...]
    templates: tuple[Problem, ...] = ()


def write_records(session: Session, *, force: bool) -> Written:
    """Write the records of a working tree that are missing or have fallen behind."""
    rendering = rendered_records(session)
    plan = planned(session, rendering, force=force)
    faulty = faulty_decisions(session.catalogue)
    return Written(plan, write_files(session.folder, plan), faulty, rendering.problems)


def planned(session: Session, rendering: Rendering, *, force: bool = False) -> WritePlan:
    """What is to be written so that the records are as rendered; both sides of a succession, or neither."""
    spared = faulty_decisions(session.catalogue)
    records = session.rules.configuration.records
    existing = existing_records(session, rendering)
    plan = plan_writes(rendering.files, existing, records, spared=spared, force=force)
    return held_back(plan, partners_of(session.catalogue), spared)


def rendered_records(session: Session) -> Rendering:
    """The records as the catalogue has them."""
    rules, catalogue, snapshot = session.rules, session.catalogue, session.snapshot
    model = rules.model

    def answers(cells: tuple[str, ...], day: str) -> tuple[CellAnswer, ...]:
        return read_matrix(catalogue, model, day, rules.configuration.limits, cells) if model else ()

    behind = Behind(
        register=Register.of(catalogue, session.policies, "", rules),
        answers=answers,
        old=read_old_records(snapshot, rules.configuration),
        policy_files={
            name: policy.place.file
            for name, policy in session.policies.items()
            if policy.place.file in snapshot.entries
        },
        templates=read_templates(snapshot, rules.configuration),
    )
    return render(catalogue, rules.configuration.records, behind)


def existing_records(session: Session, rendering: Rendering) -> dict[str, bytes]:
    """The markdown files in the records folder, by path; without those that a faulty template leaves as they are.

    Nor does what people wrote count there, where the folder is one of earlier records as well.
    """
    configuration = session.rules.configuration
    below = [path for path in session.snapshot.entries if path.startswith(f"{configuration.records}/")]
    earlier = {item.path for item in read_old_records(session.snapshot, configuration).records}
    left = rendering.unrendered | (earlier - {item.path for item in rendering.files})
    return dict(session.snapshot.read([path for path in below if path.endswith(".md") and path not in left]))


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
