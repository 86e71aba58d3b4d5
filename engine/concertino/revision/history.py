"""Facts of history."""

from collections.abc import Mapping
from pathlib import Path

from concertino.revision.names import resolve
from concertino.revision.problem import SnapshotProblem, printable
from concertino.revision.repository import find_repository
from concertino.revision import parse


def merge_base(
    folder: Path, first: str, second: str, *, environment: Mapping[str, str]
) -> str | SnapshotProblem:
    """The full id of the best common ancestor of two revisions, which is where their ways parted."""
    repository = find_repository(folder, environment)
    if isinstance(repository, SnapshotProblem):
        return repository
    if repository is None:
        return SnapshotProblem(f"{printable(str(folder))} is in no git repository", "Name a folder in one with -C.")
    commits = []
    for revision in (first, second):
        commit = resolve(repository.git, revision, shallow=repository.shallow)
        if isinstance(commit, SnapshotProblem):
            return commit
        commits.append(commit)
    answer = repository.git.merge_base(*commits)
    base = parse.object_id(answer.line)
    if base and not answer.status:
        return base
    return SnapshotProblem(...)
