"""Pure parsers of what git prints. Names of files are bytes; those that are no UTF-8 become surrogate escapes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from concertino.model.history import Commit, FileChange
from concertino.model.snapshot import Entry, EntryKind

_OBJECT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_VERSION = re.compile(rb"git version (\d+)\.(\d+)")
_KINDS = {
    b"100644": EntryKind.FILE,
    b"100755": EntryKind.FILE,
    b"100664": EntryKind.FILE,  # written by the first versions of git, and still in old histories
    b"120000": EntryKind.SYMLINK,
    b"160000": EntryKind.SUBMODULE,
}


@dataclass(frozen=True, slots=True)
class Tracked:
    """One line of the index. `absent` means that a sparse checkout keeps the file out of the working tree."""

    entry: Entry
    stage: int
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Size:
    """What git knows of an object: its type, and its size in bytes."""

    type: str
    bytes: int


def version(output: bytes) -> tuple[int, int]:
    """Major and minor version of git, or 0.0 where it answers in another way."""
    match = _VERSION.match(output)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def object_id(line: str) -> str:
    """The object id that is all of `line`, or the empty text: `rev-parse` also answers `^` and an id, for example."""
    return line if _OBJECT_ID.fullmatch(line) else ""


def name(path: bytes) -> str:
    """A path as text that can be turned back into the same bytes."""
    return path.decode("utf-8", "surrogateescape")


def names(output: bytes) -> list[str]:
    """The paths of `ls-files -o -z`."""
    return [name(path) for path in _records(output)]


def tracked(output: bytes) -> list[Tracked]:
    """The index, of `ls-files -t -s -z`: tag, mode, blob, stage, a tab, the path."""
    found = []
    for record in _records(output):
        facts, _, path = record.partition(b"\t")
        tag, mode, blob, stage = facts.split(b" ")
        found.append(Tracked(_entry(path, mode, blob), int(stage), absent=tag == b"S"))
    return found


def tree(output: bytes) -> list[Entry]:
    """The entries of `ls-tree -z`: mode, type, object id, a tab, the path."""
    found = []
    for record in _records(output):
        facts, _, path = record.partition(b"\t")
        mode, _, blob = facts.split(b" ")
        found.append(_entry(path, mode, blob))
    return found


def folder(output: bytes) -> str:
    """The tree id in an answer of `ls-tree -z` that was asked for one path; the empty text if no folder is there."""
    mode, _, rest = output.partition(b" tree ")
    return rest.partition(b"\t")[0].decode("ascii") if mode == b"040000" else ""


def sizes(output: bytes) -> dict[str, Size]:
    """The objects of `cat-file --batch-check` that are there."""
    found = {}
    for line in output.decode("ascii", "replace").splitlines():
        facts = line.split(" ")
        if len(facts) == 3 and facts[2].isdigit():  # noqa: PLR2004 - id, type and size; "ID missing" has two words
            found[facts[0]] = Size(facts[1], int(facts[2]))
    return found


def contents(output: bytes) -> Iterator[tuple[str, bytes]]:
    """Object id and bytes of each object of `cat-file --batch`. The size tells where one ends: it may hold anything."""
    at = 0
    while at < len(output):
        end = output.index(b"\n", at)
        facts = output[at:end].split(b" ")
        at = end + 1
        if len(facts) == 3:  # noqa: PLR2004 - id, type and size; "ID missing" has two words
            size = int(facts[2])
            yield facts[0].decode("ascii"), output[at : at + size]
            at += size + 1


def commits(output: bytes, prefix: str) -> Iterator[Commit]:
    """The commits of `log --raw -z --format='%H %P'`, with the changes of files below `prefix`, which is taken off.

    A commit is a record of ids; what follows it are pairs of a record that begins with a colon, and a path.
    """
    records = iter(_records(output))
    ids: list[str] = []
    changes: list[FileChange] = []
    for record in records:
        if not record.startswith((b":", b"\n:")):
            if ids:
                yield Commit(ids[0], tuple(ids[1:]), tuple(changes))
            ids, changes = record.decode("ascii", "replace").split(), []
            continue
        path = name(next(records, b""))
        if path.startswith(prefix):
            changes.append(_change(record.lstrip(b"\n"), path.removeprefix(prefix)))
    if ids:
        yield Commit(ids[0], tuple(ids[1:]), tuple(changes))


def parents(output: bytes) -> list[tuple[str, tuple[str, ...]]]:
    """The commits of `rev-list --parents`, each with the ids of its parents."""
    lines = [line.split() for line in output.decode("ascii", "replace").splitlines()]
    return [(ids[0], tuple(ids[1:])) for ids in lines if ids and all(map(object_id, ids))]


def _change(record: bytes, path: str) -> FileChange:
    """Modes and blobs of both sides: `:100644 100644 BLOB BLOB M`. What is no plain file counts as nothing there."""
    before_mode, after_mode, before, after, _ = record.removeprefix(b":").split(b" ")
    plain = is_plain(path)
    return FileChange(path, _blob(before_mode, before) if plain else "", _blob(after_mode, after) if plain else "")


def _blob(mode: bytes, blob: bytes) -> str:
    return blob.decode("ascii") if _KINDS.get(mode) is EntryKind.FILE else ""


def is_plain(path: str) -> bool:
    """Whether a path leads down only. A crafted index or tree can hold `..` and absolute paths."""
    return not {"", ".", ".."}.intersection(path.split("/"))


def _entry(path: bytes, mode: bytes, blob: bytes) -> Entry:
    text = name(path)
    kind = _KINDS.get(mode, EntryKind.OTHER) if is_plain(text) else EntryKind.OTHER
    return Entry(text, kind, blob.decode("ascii"))


def _records(output: bytes) -> list[bytes]:
    """Parts that each end in NUL."""
    return output.split(b"\0")[:-1]
