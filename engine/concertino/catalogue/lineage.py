"""The commit by which a value of the catalogue became what it is now, looked for from the newest commit backwards.

Only versions of the one file are read in which the value stands, and none older than the answer. Reading the whole past
of all entities of a kind, as policies may ask for it, takes far longer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from concertino.catalogue.archive import describe
from concertino.catalogue.catalogue import CatalogueEntity, Identity
from concertino.catalogue.states import Ancestry, Point, State, nearest
from concertino.catalogue.telling import Way, values_at, way_to
from concertino.kinds import Kind
from concertino.model.history import FileChange, History, NoHistory
from concertino.model.limits import Limits
from concertino.model.snapshot import Snapshot, SourceKind

_AT_ONCE = 16
"""Versions of a file that are asked of git together: a conversation takes as long as reading a few of them."""
_MOST_VERSIONS = 500
"""Versions that are looked at for one value. Whoever looks further back asks git."""
_TOO_LONG = NoHistory(
    f"the value is older than the last {_MOST_VERSIONS} versions of its file, and nobody looked further back",
    "Look for it with git log -p on the file.",
)

Found = tuple[str, ...] | None
"""The value that a version of a file has, empty if it is left out; None where what it belongs to is not in the file."""
Reader = Callable[[bytes], Found]


@dataclass(frozen=True, slots=True)
class Introduced:
    """Since when something is as it is: a commit by its full id, or (`commit` empty) it is not committed yet.

    `position` counts commits, parents before children; what is not committed comes after all of them.
    """

    commit: str
    position: int


@dataclass
class Lineage:
    """Answers for one snapshot, out of the history that led to it. Nothing is read before the first question.

    `folder` is that of the catalogue as it is configured now; `records`, inside of it, holds none of it.
    """

    snapshot: Snapshot
    folder: str
    records: str
    limits: Limits
    most_versions: int = _MOST_VERSIONS
    _bytes: dict[str, bytes] = field(default_factory=dict)
    _parsed: dict[tuple[bytes, str], Mapping[Identity, State]] = field(default_factory=dict)
    _known: dict[tuple[str, str], Introduced | NoHistory] = field(default_factory=dict)

    def of_value(self, entity: CatalogueEntity, pointer: str) -> Introduced | NoHistory:
        """Since when the value at a JSON pointer of an entity is what it is, in whatever file it stood before.

        Only the value counts, and not how it is written. Without a value there: since when it is left out.
        """
        key = (entity.name, pointer)
        if key not in self._known:
            here = self._now(entity.file)
            documents = self._described(here, entity.kind).get(entity.reference.identity, ())
            way = way_to(documents[0], pointer, entity.kind) if documents else ()
            self._known[key] = self._since(entity.file, self._reader(entity, way))
        return self._known[key]

    def of_file(self, path: str) -> Introduced | NoHistory:
        """Since when a file that holds no entities, such as a table, says what it says."""
        key = ("", path)
        if key not in self._known:
            self._known[key] = self._since(path, _words)
        return self._known[key]

    def of_removal(self, kind: Kind, identity: Identity) -> Introduced | NoHistory:
        """Since when an entity is gone that the snapshot does not describe."""
        history = self.history
        if isinstance(history, NoHistory):
            return history

        def there(data: bytes) -> Found:
            return ("there",) if identity in self._described(data, kind) else None

        return _Walk(self, history, there).removal(identity[2])

    def is_before(self, first: Introduced, second: Introduced) -> bool:
        """Whether the first came before the second, and the second knew of it."""
        if not first.commit:
            return False
        return not second.commit or self._ancestry.is_before(first.position, second.position)

    @cached_property
    def history(self) -> History | NoHistory:
        """The commits that led to the snapshot, or why nobody knows them."""
        return self.snapshot.history(self.folder)

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """The commits as points, parents before children."""
        commits = self.history.commits if isinstance(self.history, History) else ()
        places = {commit.id: position for position, commit in enumerate(commits)}
        return tuple(Point(commit.id, tuple(places[parent] for parent in commit.parents)) for commit in commits)

    @cached_property
    def changes(self) -> tuple[Mapping[str, FileChange], ...]:
        """What each commit changed in the files of the catalogue against its first parent, by path."""
        commits = self.history.commits if isinstance(self.history, History) else ()
        return tuple({item.path: item for item in commit.changes if self._inside(item.path)} for commit in commits)

    @cached_property
    def versions(self) -> Mapping[str, Mapping[int, str]]:
        """The blobs of each file by the position of the commit that brought them; empty where it took the file away."""
        found: dict[str, dict[int, str]] = {}
        for position, changes in enumerate(self.changes):
            for path, change in changes.items():
                found.setdefault(path, {})[position] = change.after
        return found

    def blob(self, position: int, path: str) -> str:
        """The blob at a path after a commit, or empty."""
        known = self.versions.get(path, {})
        return known[position] if position in known else nearest(self.points, known, position) or ""

    def content(self, history: History, blob: str, path: str) -> bytes | NoHistory:
        """The bytes of a blob; none for one that is larger than the limits allow. Others of its path come along."""
        if blob not in self._bytes:
            others = [item for item in reversed([*self.versions.get(path, {}).values()]) if item not in self._bytes]
            wanted = [blob, *(item for item in others if item)][:_AT_ONCE]
            for item in history.blobs(wanted):
                if isinstance(item, NoHistory):
                    return item
                self._bytes[item[0]] = item[1]
        return self._bytes.setdefault(blob, b"")

    @cached_property
    def head(self) -> int | None:
        """The position of the commit that the snapshot is of, or that its changes build on; None before the first."""
        wanted = self.snapshot.source.revision
        return next((at for at in reversed(range(len(self.points))) if self.points[at].commit == wanted), None)

    def files(self, position: int, most: int) -> Mapping[str, bytes] | NoHistory:
        """The files of the catalogue after a commit; no more than `most`, since all of them are read."""
        blobs = self._tree(position)
        history = self.history
        if isinstance(history, NoHistory):
            return history
        if len(blobs) > most:
            return NoHistory(f"the catalogue had more than {most:,} files", "Look for the change with git log.")
        missing = {blob for blob in blobs.values() if blob not in self._bytes}
        for item in history.blobs(missing) if missing else ():
            if isinstance(item, NoHistory):
                return item
            self._bytes[item[0]] = item[1]
        return {path: self._bytes[blob] for path, blob in sorted(blobs.items()) if blob in self._bytes}

    def _tree(self, position: int) -> dict[str, str]:
        """The blobs of all files after a commit, in one walk along its first parents."""
        found: dict[str, str] = {}
        waiting: int | None = position
        while waiting is not None:
            for path, change in self.changes[waiting].items():
                found.setdefault(path, change.after)
            waiting = next(iter(self.points[waiting].parents), None)
        return {path: blob for path, blob in found.items() if blob}

    @cached_property
    def _ancestry(self) -> Ancestry:
        return Ancestry(self.points)

    def _inside(self, path: str) -> bool:
        return path.startswith(f"{self.folder}/") and not path.startswith(f"{self.records}/")

    def _now(self, path: str) -> bytes:
        return self.snapshot.read([path]).get(path, b"")

    def _since(self, path: str, read: Reader) -> Introduced | NoHistory:
        history = self.history
        if isinstance(history, NoHistory):
            return history
        return _Walk(self, history, read).since(path, read(self._now(path)))

    def _reader(self, entity: CatalogueEntity, way: Way) -> Reader:
        def read(data: bytes) -> Found:
            documents = self._described(data, entity.kind).get(entity.reference.identity)
            return values_at(documents, way) if documents else None

        return read

    def _described(self, data: bytes, kind: Kind) -> Mapping[Identity, State]:
        key = (data, kind.name)
        if key not in self._parsed:
            self._parsed[key] = describe(data, kind, self.limits)
        return self._parsed[key]


class _Unknown(Exception):  # noqa: N818 - it carries an answer and never leaves this module
    def __init__(self, why: NoHistory) -> None:
        super().__init__(why.message)
        self.why = why


@dataclass
class _Walk:
    """The way back from the snapshot to where one value came from."""

    lineage: Lineage
    history: History
    reader: Reader
    looked: int = 0

    def since(self, path: str, wanted: Found) -> Introduced | NoHistory:
        """The commit since which the value in this file of the snapshot is what it is."""
        try:
            here = self._committed(path, wanted)
            if here is None:
                return Introduced("", len(self.lineage.points))
            while earlier := self._earlier(*here, wanted):
                here = earlier
        except _Unknown as unknown:
            return unknown.why
        return self._at(here[0])

    def removal(self, name: str) -> Introduced | NoHistory:
        """The latest commit that took something away; `name` stands in what described it."""
        lineage = self.lineage
        try:
            for position in reversed(range(len(lineage.points))):
                changes = lineage.changes[position]
                before = [(path, item.before) for path, item in changes.items() if item.before != item.after]
                if any(self._read(path, blob, name) is not None for path, blob in before):
                    after = [(path, item.after) for path, item in changes.items()]
                    there = any(self._read(path, blob, name) is not None for path, blob in after)
                    return Introduced("", len(lineage.points)) if there else self._at(position)
        except _Unknown as unknown:
            return unknown.why
        return Introduced("", len(lineage.points))

    def _at(self, position: int) -> Introduced:
        return Introduced(self.lineage.points[position].commit, position)

    def _committed(self, path: str, wanted: Found) -> tuple[int, str] | None:
        """The commit that is checked out and the file there, if the value is in it already."""
        lineage, head = self.lineage, self.lineage.head
        if head is None:
            return None
        if lineage.snapshot.source.kind is SourceKind.REVISION:
            return head, path
        found = self._read(path, lineage.blob(head, path))
        if found is not None:
            return (head, path) if found == wanted else None
        # It stood in another file, which was renamed, or out of which it was moved: those that are gone come first.
        others = sorted(lineage.versions, key=lambda each: (each in lineage.snapshot.entries, each))
        for other in others:
            there = self._read(other, lineage.blob(head, other))
            if there is not None:
                return (head, other) if there == wanted else None
        return None

    def _earlier(self, position: int, path: str, wanted: Found) -> tuple[int, str] | None:
        """A parent that had the same value, and the file in which it had it."""
        lineage = self.lineage
        parents, changes = lineage.points[position].parents, lineage.changes[position]
        for parent in parents[:1]:
            if path not in changes:
                return parent, path
            moved = [(each, item.before) for each, item in sorted(changes.items()) if each != path]
            for file, blob in [(path, changes[path].before), *moved]:
                found = self._read(file, blob)
                if found is not None:
                    if found == wanted:
                        return parent, file
                    break
        for parent in parents[1:]:
            if self._read(path, lineage.blob(parent, path)) == wanted:
                return parent, path
        return None

    def _read(self, path: str, blob: str, name: str = "") -> Found:
        if not blob:
            return None
        self.looked += 1
        if self.looked > self.lineage.most_versions:
            raise _Unknown(_TOO_LONG)
        data = self.lineage.content(self.history, blob, path)
        if isinstance(data, NoHistory):
            raise _Unknown(data)
        if name and name.encode().lower() not in data.lower():
            return None
        return self.reader(data)


def _words(data: bytes) -> Found:
    """The words of a file: line ends and blanks at the margins are no news."""
    return tuple(line.strip().decode("utf-8", "replace") for line in data.split(b"\n") if line.strip())
