"""The commits that led to a snapshot, as git records them."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class NoHistory:
    """Why nothing can be known of the past, and what to do about it. Both are sentences for a terminal."""

    message: str
    remediation: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that a commit holds in another version than its first parent.

    `path` is relative to the governed folder. `before` and `after` are blob ids, empty where no file stood or stands.
    """

    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit: its full id, the ids of its parents, and what differs from the first parent (a root: everything)."""

    id: str
    parents: tuple[str, ...]
    changes: tuple[FileChange, ...]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a commit says of itself. Anyone can write anything there, so none of it is evidence.

    Days are ISO days in the zone that the commit names, empty if it names no day. The names of trailers are in lower
    case.
    """

    author: str = ""
    email: str = ""
    authored_on: str = ""
    committer: str = ""
    committer_email: str = ""
    committed_on: str = ""
    trailers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    subject: str = ""
    """The first line of the message."""


Keys = Mapping[str, Collection[str]]
"""The keys of people, by handle: fingerprints (`SHA256:…`) or public keys (`ssh-ed25519 AAAA…`)."""


@dataclass(frozen=True)
class History:
    """The commits that led to a snapshot, parents before children, and the way to read them.

    `blobs` gives the contents of blobs one by one and leaves out those that are larger than the limits allow; `claims`
    what commits say of themselves; `signer` the handle of the one whose key verifiably signed a commit, or nothing.
    Each of them answers `NoHistory` where git does not have what was asked for.
    """

    commits: tuple[Commit, ...]
    blobs: Callable[[Collection[str]], Iterator[tuple[str, bytes] | NoHistory]] = field(repr=False, compare=False)
    claims: Callable[[Collection[str]], Mapping[str, Claims] | NoHistory] = field(repr=False, compare=False)
    signer: Callable[[str, Keys], str | NoHistory] = field(repr=False, compare=False)
