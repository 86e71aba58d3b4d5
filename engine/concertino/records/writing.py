"""Records to disk: each file whole or not at all, and never outside the folder."""

import os
from collections.abc import Iterator
from pathlib import Path

from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.records.rendered import WritePlan


def write_files(root: Path, plan: WritePlan) -> tuple[Problem, ...]:
    """Carry out `plan` below `root`; what could not be done comes back, the rest is done.

    A file is written beside its place and then renamed, so that nobody ever reads half of it. Neither a file nor a
    folder on the way to it may be a symbolic link, which could lead anywhere.
    """
    return tuple(_problems(root, plan))


def _problems(root: Path, plan: WritePlan) -> Iterator[Problem]:
    for file in plan.writes:
        if reason := _unsafe(root, file.path) or _write(root / file.path, file.text.encode()):
            yield _problem(file.path, f"the record can't be written: {reason}")
    for path in plan.removals:
        if reason := _unsafe(root, path) or _remove(root / path):
            yield _problem(path, f"the record can't be removed: {reason}")


def _unsafe(root: Path, path: str) -> str:
    parts = path.split("/")
    if path.startswith("/") or "\\" in path or any(part in ("", ".", "..") for part in parts):
        return "its path leads out of the repository"
    here = root
    for part in parts:
        here /= part
        if here.is_symlink():
            return f"{here.relative_to(root).as_posix()} is a symbolic link, which could lead anywhere"
    return ""


def _write(target: Path, data: bytes) -> str:
    beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("xb") as stream:
            stream.write(data)
        beside.replace(target)
    except OSError as error:
        _remove(beside)
        return _reason(error)
    return ""


def _remove(target: Path) -> str:
    try:
        target.unlink(missing_ok=True)
    except OSError as error:
        return _reason(error)
    return ""


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _problem(path: str, message: str) -> Problem:
    return Problem(
        "record", message, Place(path), remediation="Make room for it, then run the command again: it writes the rest."
    )
