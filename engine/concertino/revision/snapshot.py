"""A folder, and which of its states is meant, to a snapshot."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from concertino.model.limits import Limits
from concertino.model.snapshot import Entry, EntryKind, Snapshot, Source, SourceKind
from concertino.revision import parse
from concertino.revision.blobs import read_blobs
from concertino.revision.commands import Git
from concertino.revision.names import resolve
from concertino.revision.problem import SnapshotProblem, listed, printable
from concertino.revision.reading import Reading
from concertino.revision.repository import Repository, find_repository
from concertino.revision.worktree import kinds, read_files, walk

_LIMITS = Limits()
_NOT_HERE = "Run Concertino in a git repository, or name one with -C."
_DAMAGED = "In a partial clone, fetch the rest first: git fetch --refetch --no-filter. Otherwise run git fsck."


def open_snapshot(
    folder: Path,
    *,
    revision: str | None = None,
    staged: bool = False,
    environment: Mapping[str, str],
    limits: Limits = _LIMITS,
) -> Snapshot | SnapshotProblem:
    """What stands in `folder`: at `revision`, in the index (`staged`), or else in the working tree.

    `folder` may be a repository, a folder below its top, a linked worktree, a bare repository (with `revision`), or a
    folder without git. Paths are relative to it. In a working tree the files that count are tracked, or untracked and
    not ignored; those that a sparse checkout leaves out are read from the index, since for git they are unchanged.

    The bytes of a revision and of the index are those that git keeps. A working tree may differ from them though it is
    clean: core.autocrlf, `eol` and filters such as git-lfs change files as they are checked out, and none of that is
    undone or run here, so a file kept by git-lfs is its pointer unless it was checked out.

    `environment` is what Concertino was started with. In a hook, the index and the objects that git names there are
    those that are read.
    """
    place = _existing(folder)
    if isinstance(place, SnapshotProblem):
        return place
    if staged and revision is not None:
        return SnapshotProblem("the index and a revision cannot both be judged", "Give either --staged or --rev.")
    repository = find_repository(place, environment)
    if isinstance(repository, SnapshotProblem):
        return repository
    if repository is None:
        return _of_folder(place, limits) if revision is None and not staged else _no_repository(place)
    if revision is not None:
        return _of_revision(repository, revision, limits)
    if not repository.checked_out:
        return SnapshotProblem(
            f"{printable(str(place))} has no working tree and no index",
            "It is a bare repository or the inside of one. Name a revision, for example --rev HEAD.",
        )
    return _of_index(repository, limits) if staged else _of_working_tree(repository, limits)


def _existing(folder: Path) -> Path | SnapshotProblem:
    """The folder without symbolic links. Git runs in it, so it must be one that can be entered."""
    shown = printable(str(folder))
    try:
        place = folder.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        return SnapshotProblem(f"there is no folder {shown}", "Name an existing folder with -C.")
    if not place.is_dir():
        return SnapshotProblem(f"{shown} is not a folder", "Name the folder that holds the catalogue with -C.")
    if not os.access(place, os.R_OK | os.X_OK):
        return SnapshotProblem(f"{shown} may not be entered", "See that you may read the folder.")
    return place


def _no_repository(folder: Path) -> SnapshotProblem:
    return SnapshotProblem(f"{printable(str(folder))} is in no git repository, so it has neither revisions nor an index", _NOT_HERE)


def _of_folder(folder: Path, limits: Limits) -> Snapshot | SnapshotProblem:
    found = walk(folder, limits.files)
    if found is None:
        return SnapshotProblem(
            f"{printable(str(folder))} is in no git repository and holds more than {limits.files:,} files",
            "Name the folder that holds the catalogue with -C, or raise limits.files.",
        )
    return _snapshot(None, folder, Source(SourceKind.WORKING_TREE), [Entry(*each) for each in found.items()], limits)


def _of_working_tree(repository: Repository, limits: Limits) -> Snapshot | SnapshotProblem:
    git = repository.git
    tracked, untracked = git.tracked(), git.untracked()
    for answer in (tracked, untracked):
        if answer.status:
            return answer.problem("list the files of the working tree")
    entries = _on_disk(git.folder, parse.tracked(tracked.output), parse.names(untracked.output))
    return _snapshot(git, git.folder, Source(SourceKind.WORKING_TREE, _head(git)), entries, limits)


def _on_disk(folder: Path, tracked: list[parse.Tracked], untracked: list[str]) -> list[Entry]:
    """Entries of a working tree. Git ends the name of a repository inside it in `/`."""
    known = {each.entry.path: each for each in tracked}
    found = kinds(folder, {path.removesuffix("/") for path in (*known, *untracked) if parse.is_plain(path.removesuffix("/"))})
    entries = []
    for path, kind in found.items():
        line = known.get(path)
        entries.append(Entry(path, EntryKind.SUBMODULE if ... else kind))
    return entries
