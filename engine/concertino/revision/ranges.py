"""Ranges of commits: `A..B`, the commits that led to B and not to A, as git has it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from concertino.model.history import Claims
from concertino.model.snapshot import Snapshot
from concertino.revision import commit as raw
from concertino.revision import parse
from concertino.revision.commands import Git
from concertino.revision.names import SHALLOW, resolve
from concertino.revision.problem import SnapshotProblem, printable
from concertino.revision.repository import Repository, locate, no_repository
from concertino.revision.snapshot import snapshot_of_revision

MOST_COMMITS = 10_000
"""Commits of one range. Somebody who means more has probably mixed up the ends."""
_HOW = "Give a range as git has it: main..HEAD are the commits that led to HEAD and not to main."


@dataclass(frozen=True, slots=True)
class Listed:
    """One commit of a range: its full id, those of its parents, and what it says of itself, which is no evidence."""

    id: str
    parents: tuple[str, ...]
    claims: Claims = field(default_factory=Claims)


@dataclass(frozen=True)
class Range:
    """The commits of a range, parents before children, and the way to the files of a commit."""

    commits: tuple[Listed, ...]
    open: Callable[[str], Snapshot | SnapshotProblem] = field(repr=False, compare=False)


def list_range(folder: Path, text: str, *, environment: Mapping[str, str], most: int = 0) -> Range | SnapshotProblem:
    """The commits of a range such as `main..HEAD`; an end that is left out is HEAD.

    With `most`, one revision may stand for a range: the latest commits, that many, that led to it.
    """
    place = locate(folder, environment)
    if isinstance(place, SnapshotProblem):
        return place
    repository = place.repository
    return no_repository(place.folder) if repository is None else _listed(repository, text, most)


def _listed(repository: Repository, text: str, most: int) -> Range | SnapshotProblem:
    ends = _ends(repository, text, alone=most > 0)
    if isinstance(ends, SnapshotProblem):
        return ends
    answer = repository.git.listed(most or MOST_COMMITS + 1, *ends)
    if answer.status:
        return answer.problem("list the commits of a range")
    found = parse.parents(answer.output)
    if len(found) > MOST_COMMITS:
        return SnapshotProblem(f'"{printable(text)}" holds more than {MOST_COMMITS:,} commits', _HOW)
    if repository.shallow and any(not parents for _, parents in found):
        return SnapshotProblem("the history is cut off inside the range, so nobody can tell who brought what", SHALLOW)
    claims = _claims(repository.git, [commit for commit, _ in found])
    commits = tuple(Listed(commit, parents, claims.get(commit, Claims())) for commit, parents in found)
    return Range(commits, lambda commit: snapshot_of_revision(repository, commit))


def _ends(repository: Repository, text: str, *, alone: bool) -> tuple[str, ...] | SnapshotProblem:
    """What `rev-list` is asked for: full ids, the first one after a `^`."""
    if "..." in text:
        return SnapshotProblem(f'"{printable(text)}" is the difference of two histories, not a range', _HOW)
    first, dots, last = text.partition("..")
    if not dots and alone:
        first, last = "", text
    elif not dots or not (first or last):
        return SnapshotProblem(f'"{printable(text)}" is no range of commits', _HOW)
    ids = []
    for name in ((first or "HEAD") if dots else "", last or "HEAD"):
        commit = resolve(repository.git, name, shallow=repository.shallow) if name else ""
        if isinstance(commit, SnapshotProblem):
            return commit
        ids.append(commit)
    return (ids[1], f"^{ids[0]}") if ids[0] else (ids[1],)


def _claims(git: Git, commits: list[str]) -> dict[str, Claims]:
    """What commits say of themselves. Whatever git can't give is left out: it only adorns a list."""
    answer = git.contents(commits) if commits else None
    found = parse.contents(answer.output) if answer and not answer.status else ()
    return {commit: raw.claims(data) for commit, data in found}
