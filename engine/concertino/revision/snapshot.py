"""A folder, and which of its states is meant, to a snapshot."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from concertino.model.history import History, NoHistory
from concertino.model.limits import Limits
from concertino.model.snapshot import Entry, EntryKind, Snapshot, Source, SourceKind
from concertino.revision import parse
from concertino.revision.blobs import read_blobs
from concertino.revision.commands import Git
from concertino.revision.commits import no_repository as no_past
from concertino.revision.commits import read_history
from concertino.revision.names import resolve
from concertino.revision.problem import SnapshotProblem, listed, printable
from concertino.revision.reading import Reading
from concertino.revision.repository import Repository, locate, no_repository, no_working_tree
from concertino.revision.worktree import kinds, read_files, walk

_LIMITS = Limits()
_NO_FOLDER = (EntryKind.FILE, EntryKind.SYMLINK, EntryKind.OTHER)
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
    if staged and revision is not None:
        return SnapshotProblem("the index and a revision cannot both be judged", "Give either --staged or --rev.")
    place = locate(folder, environment)
    if isinstance(place, SnapshotProblem):
        return place
    repository = place.repository
    if repository is None:
        return _of_folder(place.folder, limits) if revision is None and not staged else no_repository(place.folder)
    if revision is not None:
        return snapshot_of_revision(repository, revision, limits)
    return _of_index(repository, limits) if staged else _of_working_tree(repository, limits)


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
    if not repository.checked_out:
        return no_working_tree(git.folder)
    tracked, untracked = git.tracked(), git.untracked()
    for answer in (tracked, untracked):
        if answer.status:
            return answer.problem("list the files of the working tree")
    entries = _on_disk(git.folder, parse.tracked(tracked.output), parse.names(untracked.output))
    return _snapshot(repository, git.folder, Source(SourceKind.WORKING_TREE, _head(git)), entries, limits)


def _on_disk(folder: Path, tracked: list[parse.Tracked], untracked: list[str]) -> list[Entry]:
    """Entries of a working tree. Git ends the name of another repository that lies in it in `/`."""
    told = {each.entry.path: each.entry.kind for each in tracked}
    for path in untracked:
        told[path.removesuffix("/")] = EntryKind.SUBMODULE if path.endswith("/") else EntryKind.FILE
    crafted = [path for path, kind in told.items() if kind is EntryKind.OTHER]
    found = kinds(folder, told.keys() - set(crafted))
    return [
        # A file that has become a folder is gone; git tells by itself what lies in the folder.
        *(Entry(path, kind) for path, kind in found.items() if kind in (told[path], *_NO_FOLDER)),
        *(each.entry for each in tracked if each.absent and each.entry.path not in found),
        *(Entry(path, EntryKind.OTHER) for path in crafted),
    ]


def _of_index(repository: Repository, limits: Limits) -> Snapshot | SnapshotProblem:
    git = repository.git
    if not repository.checked_out:
        return no_working_tree(git.folder)
    answer = git.tracked()
    if answer.status:
        return answer.problem("read the index")
    lines = parse.tracked(answer.output)
    unmerged = sorted({each.entry.path for each in lines if each.stage})
    if unmerged:
        return SnapshotProblem(
            f"a merge is in progress, and the index holds more than one version of {listed(unmerged)}",
            "Resolve the conflicts and git add the files, or check the working tree without --staged.",
        )
    source = Source(SourceKind.INDEX, _head(git))
    return _snapshot(repository, git.folder, source, [each.entry for each in lines], limits)


def snapshot_of_revision(repository: Repository, revision: str, limits: Limits = _LIMITS) -> Snapshot | SnapshotProblem:
    """The files of one revision of a repository that was found already."""
    git = repository.git
    commit = resolve(git, revision, shallow=repository.shallow)
    if isinstance(commit, SnapshotProblem):
        return commit
    tree = _tree(repository, commit)
    if isinstance(tree, SnapshotProblem):
        return tree
    source = Source(SourceKind.REVISION, commit, tree)
    if not tree:
        return _snapshot(repository, git.folder, source, [], limits)
    answer = git.tree(tree)
    if answer.status:
        return answer.problem(f"list the files of {commit}", _DAMAGED)
    entries = parse.tree(answer.output)
    twice = sorted(path for path, count in Counter(each.path for each in entries).items() if count > 1)
    if twice:
        return SnapshotProblem(
            f"commit {commit} names a path more than once: {listed(twice)}",
            "Such a commit is damaged or made to deceive, and git fsck says so. Judge another one.",
        )
    return _snapshot(repository, git.folder, source, entries, limits)


def _tree(repository: Repository, commit: str) -> str | SnapshotProblem:
    """The id of the folder's tree in a commit, or the empty text if the commit has no such folder yet."""
    if not repository.prefix:
        answer = repository.git.object_id(f"{commit}^{{tree}}")
        return parse.object_id(answer.line) or answer.problem(f"read the tree of {commit}", _DAMAGED)
    answer = repository.git.tree_entry(commit, repository.prefix.removesuffix("/"))
    if answer.status:
        return answer.problem(f"read the tree of {commit}", _DAMAGED)
    return parse.folder(answer.output)


def _head(git: Git) -> str:
    """The commit that is checked out, or the empty text before the first one."""
    return parse.object_id(git.object_id("HEAD^{commit}").line)


def _snapshot(
    repository: Repository | None, folder: Path, source: Source, entries: list[Entry], limits: Limits
) -> Snapshot:
    git = repository.git if repository else None
    table = {entry.path: entry for entry in sorted(entries, key=lambda entry: entry.path)}

    def look(paths: Iterable[str]) -> Reading:
        files = [entry for path in sorted(set(paths)) if (entry := table.get(path)) and entry.kind is EntryKind.FILE]
        kept = {entry.path: entry.blob for entry in files if entry.blob}
        stored = read_blobs(git, kept, limits.file_bytes) if git and kept else Reading()
        here = read_files(folder, [entry.path for entry in files if not entry.blob], limits.file_bytes)
        return Reading({**stored.contents, **here.contents}, {**stored.problems, **here.problems})

    def history(below: str) -> History | NoHistory:
        return read_history(repository, source.revision, below, limits) if repository else no_past(folder)

    prefix = repository.prefix if repository else ""
    read, unread = lambda paths: look(paths).contents, lambda paths: look(paths).problems
    return Snapshot(source, table, read, unread, history, prefix)
