"""Reading from disk without ever leaving the folder: no symbolic link is followed, no pipe or device is opened."""

import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import groupby
from pathlib import Path
from typing import TypeVar

from concertino.model.problem import Problem
from concertino.model.snapshot import EntryKind
from concertino.revision.parse import name
from concertino.revision.reading import Reading, too_large, unreadable

Found = TypeVar("Found")

# O_PATH asks only for the right to pass through a folder, as every other program needs it; it is known to Linux alone.
_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# O_NONBLOCK: what turned into a pipe since it was listed is opened without waiting for a writer, and then refused.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def kinds(root: Path, paths: Iterable[str]) -> dict[str, EntryKind]:
    """What stands at each of some paths below `root`. Paths at which nothing stands are left out."""
    found: dict[str, EntryKind] = {}
    for path, kind in _visit(root, paths, _kind):
        if isinstance(kind, EntryKind):
            found[path] = kind
        elif isinstance(kind, PermissionError):
            found[path] = EntryKind.FILE  # Git knows a file here; reading it will say what is in the way.
    return found


def read_files(root: Path, paths: Iterable[str], most: int) -> Reading:
    """The contents of some files below `root`. A file larger than `most` bytes is not read."""
    contents: dict[str, bytes] = {}
    problems: dict[str, Problem] = {}
    for path, content in _visit(root, paths, lambda folder, part: _read(folder, part, most)):
        if isinstance(content, bytes):
            contents[path] = content
        else:
            problems[path] = _problem(path, content, most)
    return Reading(contents, problems)


def walk(root: Path, most: int) -> dict[str, EntryKind] | None:
    """Everything below `root` but folders and what is called .git, or None if there are more than `most` paths.

    A folder that cannot be opened is listed as something other than a file.
    """
    found: dict[str, EntryKind] = {}
    top = os.fsencode(root) + b"/"
    waiting = [b""]
    while waiting and len(found) <= most:
        folder = waiting.pop()
        try:
            listed = sorted(os.scandir(top + folder), key=lambda each: each.name)
        except OSError:
            found[name(folder.removesuffix(b"/"))] = EntryKind.OTHER
            continue
        for each in listed:
            if each.is_dir(follow_symlinks=False):
                waiting += [folder + each.name + b"/"] if each.name != b".git" else []
            elif each.name != b".git":
                found[name(folder + each.name)] = _kind_of(each.stat(follow_symlinks=False).st_mode)
    return found if len(found) <= most else None


def _visit(
    root: Path, paths: Iterable[str], look: Callable[[int, bytes], Found]
) -> Iterator[tuple[str, Found | OSError]]:
    """What `look` finds at each path, given its open folder and its name in there; or why it found nothing."""
    grouped = groupby(sorted((*path.rpartition("/")[::2], path) for path in paths), key=lambda place: place[0])
    for parent, places in grouped:
        with _opened(root, parent) as folder:
            for _, last, path in places:
                yield path, folder if isinstance(folder, OSError) else _attempt(look, folder, last)


def _attempt(look: Callable[[int, bytes], Found], folder: int, last: str) -> Found | OSError:
    try:
        return look(folder, _bytes(last))
    except OSError as error:
        return error


@contextmanager
def _opened(root: Path, below: str) -> Iterator[int | OSError]:
    """A folder, opened step by step from `root` so that none of the steps can be a symbolic link."""
    with ExitStack() as opened:
        try:
            folder = os.open(root, _FOLDER)
            opened.callback(os.close, folder)
            for part in below.split("/") if below else ():
                folder = os.open(_bytes(part), _FOLDER, dir_fd=folder)
                opened.callback(os.close, folder)
        except OSError as error:
            yield error
        else:
            yield folder


def _kind(folder: int, last: bytes) -> EntryKind:
    return _kind_of(os.stat(last, dir_fd=folder, follow_symlinks=False).st_mode)


def _kind_of(mode: int) -> EntryKind:
    """What a file mode stands for. The folders among the paths that git tells are repositories of their own."""
    if stat.S_ISREG(mode):
        return EntryKind.FILE
    if stat.S_ISDIR(mode):
        return EntryKind.SUBMODULE
    return EntryKind.SYMLINK if stat.S_ISLNK(mode) else EntryKind.OTHER


def _read(folder: int, last: bytes, most: int) -> bytes | int:
    """The bytes of a file, or its size where that is more than `most`."""
    with os.fdopen(os.open(last, _FILE, dir_fd=folder), "rb", buffering=0) as stream:
        facts = os.fstat(stream.fileno())
        if not stat.S_ISREG(facts.st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        if facts.st_size > most:
            return facts.st_size
        content = stream.read(facts.st_size + 1)
        if len(content) > facts.st_size:  # It has grown since.
            content += stream.read(most + 1 - len(content))
    return content if len(content) <= most else len(content)


def _problem(path: str, trouble: int | OSError, most: int) -> Problem:
    if isinstance(trouble, int):
        return too_large(path, trouble, most)
    why = (trouble.strerror or "it cannot be opened").lower()
    return unreadable(path, why, "See that the file is there and that you may read it.")


def _bytes(part: str) -> bytes:
    """One part of a path, which must lead down: a crafted index can hold `..`."""
    if part in ("", ".", ".."):
        raise OSError(errno.EINVAL, "its path leads out of the folder")
    return part.encode("utf-8", "surrogateescape")
