"""The past of a catalogue, read from git: entities in all versions of all files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from concertino.catalogue.catalogue import Identity
from concertino.catalogue.loading import reference_of, yaml_files
from concertino.catalogue.states import EMPTY, Past, Point, State, nearest, touched
from concertino.documents import read_documents
from concertino.kinds import Kind
from concertino.model.history import Commit, FileChange, History, Keys, NoHistory
from concertino.model.json import JsonValue
from concertino.model.limits import Limits
from concertino.model.snapshot import Snapshot, SourceKind

_States = dict[Identity, dict[int, State]]
_Described = Mapping[Identity, State]
"""The entities of one kind that a version of a file describes."""


@dataclass(frozen=True)
class GitArchive:
    """Reads the past of a snapshot. Nothing is read before the first kind is asked for, and each kind once.

    `folder` is that of the catalogue as it is configured now; `records`, inside of it, holds none of the catalogue.
    Old files that can't be read describe nothing: what matters is what they said when they could be judged.
    """

    snapshot: Snapshot
    folder: str
    records: str
    limits: Limits
    _history: list[History | NoHistory] = field(default_factory=list)
    _pasts: dict[str, Past | NoHistory] = field(default_factory=dict)

    def past(self, kind: Kind) -> Past | NoHistory:
        """The past of the entities of `kind`."""
        if kind.name not in self._pasts:
            self._pasts[kind.name] = self._read(kind)
        return self._pasts[kind.name]

    def signer(self, commit: str, keys: Keys) -> str | NoHistory:
        """The handle of the one whose key verifiably signed a commit, or nothing."""
        history = self._opened()
        return history if isinstance(history, NoHistory) else history.signer(commit, keys)

    def _opened(self) -> History | NoHistory:
        if not self._history:
            self._history.append(self.snapshot.history(self.folder))
        return self._history[0]

    def _read(self, kind: Kind) -> Past | NoHistory:
        history = self._opened()
        if isinstance(history, NoHistory):
            return history
        changes = [self._relevant(commit) for commit in history.commits]
        known = self._described(history, {blob for found in changes for item in found for blob in _blobs(item)}, kind)
        if isinstance(known, NoHistory):
            return known
        points = _points(history.commits)
        states = _states(points, changes, known)
        if self.snapshot.source.kind is not SourceKind.REVISION:
            self._add_present(points, states, kind)
        claims = history.claims(touched(points, states.values())) if states else {}
        return claims if isinstance(claims, NoHistory) else Past(points, states, claims)

    def _relevant(self, commit: Commit) -> list[FileChange]:
        """What a commit changed in the files of the catalogue."""
        inside = {item.path: item for item in commit.changes if self._inside(item.path)}
        return [inside[path] for path in yaml_files(inside)]

    def _inside(self, path: str) -> bool:
        return path.startswith(f"{self.folder}/") and not path.startswith(f"{self.records}/")

    def _described(self, history: History, blobs: set[str], kind: Kind) -> dict[str, _Described] | NoHistory:
        """The entities of `kind` in each blob that describes some."""
        known: dict[str, _Described] = {}
        for item in history.blobs(blobs):
            if isinstance(item, NoHistory):
                return item
            if described := describe(item[1], kind, self.limits):
                known[item[0]] = described
        return known

    def _add_present(self, points: list[Point], states: _States, kind: Kind) -> None:
        """What is not committed yet, as one more point after the last commit."""
        here = self.snapshot.read(yaml_files(path for path in self.snapshot.entries if self._inside(path)))
        now: dict[Identity, State] = {}
        for _, data in sorted(here.items()):
            for identity, state in describe(data, kind, self.limits).items():
                now[identity] = (*now.get(identity, EMPTY), *state)
        for identity in {**states, **now}:
            states.setdefault(identity, {})[len(points)] = now.get(identity, EMPTY)
        points.append(Point("", (len(points) - 1,) if points else ()))


def describe(data: bytes, kind: Kind, limits: Limits) -> _Described:
    """The entities of one kind in the bytes of a file. Documents with faults describe none."""
    # A name without escapes stands in the bytes as it is, so most files need not be read as YAML.
    if kind.name.encode() not in data and b"\\" not in data:
        return {}
    found: dict[Identity, State] = {}
    for document in read_documents("", data, limits).documents:
        value: JsonValue = document.value
        if document.faulty or not isinstance(value, dict) or value.get("kind") != kind.name:
            continue
        if reference := reference_of(value, kind):
            found[reference.identity] = (*found.get(reference.identity, EMPTY), value)
    return found


def _blobs(change: FileChange) -> list[str]:
    return [blob for blob in (change.before, change.after) if blob]


def _points(commits: Sequence[Commit]) -> list[Point]:
    places = {commit.id: position for position, commit in enumerate(commits)}
    return [Point(commit.id, tuple(places[parent] for parent in commit.parents)) for commit in commits]


def _states(
    points: Sequence[Point], changes: Sequence[Sequence[FileChange]], known: Mapping[str, _Described]
) -> _States:
    """The state of each entity at each commit that changed one of its files."""
    files: dict[Identity, dict[int, Mapping[str, State]]] = {}
    for position, found in enumerate(changes):
        for change in found:
            after = known.get(change.after, {})
            for identity in {**known.get(change.before, {}), **after}:
                held = files.setdefault(identity, {})
                before = held.get(position) or nearest(points, held, position) or {}
                held[position] = {**before, change.path: after.get(identity, EMPTY)}
    return {identity: {at: _joined(held[at]) for at in held} for identity, held in files.items()}


def _joined(files: Mapping[str, State]) -> State:
    return tuple(document for path in sorted(files) for document in files[path])
