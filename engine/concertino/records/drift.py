"""Rendered records against those that are there, and what to do about it."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import unified_diff
from posixpath import basename, dirname

from concertino.model.visible import visible
from concertino.records.rendered import Drift, DriftKind, RenderedFile, WritePlan
from concertino.records.seal import Condition, read_seal, with_plain_line_ends

_MOST_LINES = 5_000
"""Comparing more lines takes minutes where somebody means harm."""
_NUMBER = 4


def compare_records(
    rendered: Sequence[RenderedFile],
    existing: Mapping[str, bytes],
    records_folder: str,
    *,
    spared: Collection[str],
) -> tuple[Drift, ...]:
    """Where the files in `records_folder` differ from `rendered`, sorted by path.

    `existing` are the files of a snapshot by path; those elsewhere are not looked at, and neither are files that
    people put beside the records. `spared` are the `faulty_decisions` of the catalogue: what was rendered from them
    is no orphan, and while there are any the index, which would lose their lines, is not outdated either.
    """
    shared = _shared_paths(rendered)
    found = [*_collisions(rendered), *_numbered_by_hand(rendered, existing, records_folder)]
    found += [
        drift
        for file in rendered
        if file.path not in shared and (drift := _drift(file, existing.get(file.path), faults=bool(spared)))
    ]
    wanted = {file.path for file in rendered}
    elsewhere = {file.decision: file.path for file in rendered if file.decision}
    for path in sorted(existing):
        if dirname(path) == records_folder and path not in wanted and path.endswith(".md"):
            found.extend(_orphan(path, existing[path], elsewhere, spared))
    return tuple(sorted(found))


def plan_writes(
    rendered: Sequence[RenderedFile],
    existing: Mapping[str, bytes],
    records_folder: str,
    *,
    spared: Collection[str],
    force: bool = False,
) -> WritePlan:
    """What to write and remove so that `records_folder` is as `rendered`.

    A file that somebody changed, or that is not ours, is refused unless `force`. Two decisions that would be one file
    are always refused: there is no telling which is meant.
    """
    drifts = compare_records(rendered, existing, records_folder, spared=spared)
    shared = _shared_paths(rendered)
    refused = {drift for drift in drifts if drift.path in shared}
    if not force:
        refused |= {drift for drift in drifts if _is_a_persons(drift, existing)}
    paths = {
        drift.path
        for drift in drifts
        if drift not in refused and drift.kind not in (DriftKind.ORPHAN, DriftKind.COLLISION)
    }
    return WritePlan(
        writes=tuple(file for file in rendered if file.path in paths),
        refused=tuple(sorted(refused)),
        removals=tuple(drift.path for drift in drifts if drift.kind is DriftKind.ORPHAN and drift not in refused),
    )


def unified_difference(path: str, rendered: Sequence[RenderedFile], existing: Mapping[str, bytes]) -> str:
    """A unified diff from what stands at `path` to what the catalogue says, or the empty text if they are alike.

    Control characters are made visible, so that a file can't write to the terminal what it likes.
    """
    wanted = _lines(next((file.text for file in rendered if file.path == path), ""))
    there = _lines(with_plain_line_ends(existing.get(path, b"")).decode("utf-8", "replace"))
    if len(there) > _MOST_LINES or len(wanted) > _MOST_LINES:
        return f"{visible(path)}: too long to show the difference\n"
    lines = unified_diff(there, wanted, path, f"{path} (as the catalogue has it)", lineterm="")
    return "".join(f"{visible(line)}\n" for line in lines)


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []


def _drift(file: RenderedFile, data: bytes | None, *, faults: bool) -> Drift | None:
    if data is None:
        what = f"the record of {file.decision}" if file.decision else "the index of the records"
        return Drift(file.path, DriftKind.MISSING, f"{what} is missing", file.decision)
    if with_plain_line_ends(data) == file.text.encode():
        return None
    match read_seal(data).condition:
        case Condition.FOREIGN:
            what = f"the record of {file.decision} belongs" if file.decision else "the index of the records belongs"
            message = f"a file that Concertino did not render stands where {what}"
            return Drift(file.path, DriftKind.FOREIGN, message, file.decision)
        case Condition.CHANGED:
            message = "the record was changed after it was rendered, so it no longer says what was decided"
            return Drift(file.path, DriftKind.EDITED, message, file.decision)
    if faults and not file.decision:
        return None
    message = "the catalogue has moved on since this was rendered"
    return Drift(file.path, DriftKind.OUTDATED, message, file.decision)


def _orphan(path: str, data: bytes, elsewhere: Mapping[str, str], spared: Collection[str]) -> Iterator[Drift]:
    seal = read_seal(data)
    if seal.condition is Condition.FOREIGN or seal.decision in spared or seal.source in spared:
        return
    if spared and not seal.decision:
        return  # the index
    changed = ", and it was changed after it was rendered" if seal.condition is Condition.CHANGED else ""
    if not seal.decision:
        yield Drift(path, DriftKind.ORPHAN, f"there is no decision left to list{changed}")
    elif seal.decision in elsewhere:
        moved = elsewhere[seal.decision]
        yield Drift(path, DriftKind.ORPHAN, f"{seal.decision} is now recorded in {moved}{changed}", seal.decision)
    else:
        message = f"the catalogue holds no {visible(seal.decision)} any more{changed}"
        yield Drift(path, DriftKind.ORPHAN, message)


def _is_a_persons(drift: Drift, existing: Mapping[str, bytes]) -> bool:
    """Whether something would be lost that Concertino did not write."""
    if drift.kind is DriftKind.ORPHAN:
        return read_seal(existing[drift.path]).condition is Condition.CHANGED
    return drift.kind in (DriftKind.EDITED, DriftKind.FOREIGN)


def _collisions(rendered: Sequence[RenderedFile]) -> Iterator[Drift]:
    shared = _shared_paths(rendered)
    by_number: dict[str, list[RenderedFile]] = {}
    for file in rendered:
        if file.decision:
            by_number.setdefault(basename(file.path)[:_NUMBER], []).append(file)
    for number, files in sorted(by_number.items()):
        if len(files) > 1:
            names = " and ".join(file.decision for file in files)
            message = f"number {int(number)} is used by {names}"
            last = next((file for file in files if file.path in shared), files[-1])
            yield Drift(last.path, DriftKind.COLLISION, message, last.decision)


def _numbered_by_hand(
    rendered: Sequence[RenderedFile], existing: Mapping[str, bytes], records_folder: str
) -> Iterator[Drift]:
    """Files that people put beside the records, under the number of a decision."""
    numbers = {basename(file.path)[:_NUMBER]: file for file in rendered if file.decision}
    for path in sorted(existing):
        file = numbers.get(basename(path)[:_NUMBER])
        if file is None or path == file.path or dirname(path) != records_folder:
            continue
        if read_seal(existing[path]).condition is not Condition.FOREIGN:
            continue
        number = int(basename(path)[:_NUMBER])
        message = f"number {number} is used by {file.decision}, and by this file, which Concertino did not render"
        yield Drift(path, DriftKind.COLLISION, message, file.decision)


def _shared_paths(rendered: Sequence[RenderedFile]) -> set[str]:
    """Paths that more than one decision would be rendered to."""
    return {path for path, count in Counter(file.path for file in rendered).items() if count > 1}
