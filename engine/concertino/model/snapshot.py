"""The files of one git revision, of the index, or of the working tree."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from concertino.model.history import History, NoHistory
from concertino.model.problem import Problem


class SourceKind(StrEnum):
    """What a snapshot was taken of."""

    REVISION = "revision"
    INDEX = "index"
    WORKING_TREE = "working-tree"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a snapshot came from. `revision` is the full commit id and `tree` the full tree id, where there are any."""

    kind: SourceKind
    revision: str = ""
    tree: str = ""


class EntryKind(StrEnum):
    """What stands at a path. Only files are ever read."""

    FILE = "file"
    SYMLINK = "symlink"
    SUBMODULE = "submodule"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Entry:
    """One path of a snapshot. `path` is relative to the governed folder, with `/` between its parts.

    `blob` is the object id that git gives the content, or empty where git was not asked for one.
    """

    path: str
    kind: EntryKind
    blob: str = ""


def _nothing_unread(_paths: Iterable[str]) -> Mapping[str, Problem]:
    return {}


def _no_history(_folder: str) -> NoHistory:
    return NoHistory("these files come without a history", "Judge a git repository.")


@dataclass(frozen=True)
class Snapshot:
    """What stands in a governed folder at one moment, and the way to read it.

    `entries` are sorted by path. `read` gives the bytes of the paths it is asked for, all at once, since one
    conversation with git is much faster than many. It leaves out what is no file and what cannot be read; `unread`
    says of each file that cannot be read why, so that nobody takes silence for a clean bill. `history` lists the
    commits that led here, with what they changed below a folder; nothing of it is read before somebody asks. `prefix`
    leads from the top of the repository to the governed folder and ends in `/`; it is empty at the top.
    """

    source: Source
    entries: Mapping[str, Entry]
    read: Callable[[Iterable[str]], Mapping[str, bytes]] = field(repr=False, compare=False)
    unread: Callable[[Iterable[str]], Mapping[str, Problem]] = field(default=_nothing_unread, repr=False, compare=False)
    history: Callable[[str], History | NoHistory] = field(default=_no_history, repr=False, compare=False)
    prefix: str = ""
