"""Facts of history."""

from collections.abc import Mapping
from pathlib import Path

from concertino.revision import parse
from concertino.revision.names import SHALLOW, resolve
from concertino.revision.problem import SnapshotProblem, printable
from concertino.revision.repository import locate, no_repository


def merge_base(folder: Path, first: str, second: str, *, environment: Mapping[str, str]) -> str | SnapshotProblem:
    """The full id of the best common ancestor of two revisions, which is where their ways parted."""
    place = locate(folder, environment)
    if isinstance(place, SnapshotProblem):
        return place
    repository = place.repository
    if repository is None:
        return no_repository(place.folder)
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
    if answer.status > 1:  # 1 is the answer "there is none"
        return answer.problem("compare two histories")
    return SnapshotProblem(
        f'"{printable(first)}" and "{printable(second)}" have no commit in common',
        SHALLOW if repository.shallow else "Name two revisions of one history.",
    )
