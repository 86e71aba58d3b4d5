"""Records to disk: each file whole or not at all, and never outside the folder."""

from collections.abc import Iterator
from pathlib import Path

from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.records.rendered import WritePlan
from concertino.revision.writing import UnsafePathError, safe_path, write_file


def write_files(root: Path, plan: WritePlan) -> tuple[Problem, ...]:
    """Carry out `plan` below `root`; what could not be done comes back, the rest is done.

    A file is written beside its place and then renamed, so that nobody ever reads half of it. Neither a file nor a
    folder on the way to it may be a symbolic link, which could lead anywhere.
    """
    return tuple(_problems(root, plan))


def _problems(root: Path, plan: WritePlan) -> Iterator[Problem]:
    for file in plan.writes:
        try:
            write_file(root, file.path, file.text.encode())
        except (UnsafePathError, OSError) as error:
            yield _problem(file.path, "written", error, file.decision)
    for path in plan.removals:
        try:
            safe_path(root, path).unlink(missing_ok=True)
        except (UnsafePathError, OSError) as error:
            yield _problem(path, "removed", error)


def _problem(path: str, what: str, error: Exception, decision: str = "") -> Problem:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Problem(
        "record",
        f"the record can't be {what}: {reason}",
        Place(path),
        remediation="Clear the way, then run the command again: it does what is left.",
        subject=decision,
    )
