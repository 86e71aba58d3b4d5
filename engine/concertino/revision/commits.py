"""The history that led to a commit: who came after whom, which files each one changed, and what they say."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from concertino.model.history import Claims, History, Keys, NoHistory
from concertino.model.limits import Limits
from concertino.revision import commit as raw
from concertino.revision import parse
from concertino.revision.commands import Git
from concertino.revision.problem import SnapshotProblem, printable
from concertino.revision.repository import Repository
from concertino.revision.signatures import verify

_SHALLOW = NoHistory(
    "the history is shallow: older commits were left out of this clone, so nobody can tell what came first",
    "Fetch the rest: git fetch --unshallow, or fetch-depth: 0 at actions/checkout.",
)
_PARTIAL = "In a partial clone, fetch the rest: git fetch --refetch --no-filter. Otherwise run git fsck."
_BATCH = 32_000_000
"""Bytes that are asked of git at once."""


def no_repository(folder: Path) -> NoHistory:
    """What is known of the past of a folder without git."""
    return NoHistory(
        f"{printable(str(folder))} is in no git repository, so nothing is known of what came before",
        "Run Concertino in a git repository, or name one with -C.",
    )


def read_history(repository: Repository, commit: str, folder: str, limits: Limits) -> History | NoHistory:
    """The history that led to `commit`, with what it changed below `folder`; without a commit, an empty one."""
    git = repository.git
    if repository.shallow:
        return _SHALLOW
    if not commit:
        return _broken_head(git) or _history(git, b"", "", limits)
    answer = git.commits(commit, folder)
    if answer.status:
        return _unknown(answer.problem("read the history", _PARTIAL))
    history = _history(git, answer.output, repository.prefix, limits)
    known = {item.id for item in history.commits}
    missing = [parent for item in history.commits for parent in item.parents if parent not in known]
    if missing or commit not in known:
        return NoHistory(f"git did not list the old commit {[*missing, commit][0]}", _PARTIAL)
    return history


def _broken_head(git: Git) -> NoHistory | None:
    """Before the first commit HEAD names nothing; where it names something that is not there, something is damaged."""
    named = parse.object_id(git.object_id("HEAD").line)
    return NoHistory(f"HEAD is {named}, and git does not have that commit", _PARTIAL) if named else None


def _history(git: Git, output: bytes, prefix: str, limits: Limits) -> History:
    return History(
        commits=tuple(parse.commits(output, prefix)),
        blobs=lambda blobs: _blobs(git, blobs, limits.file_bytes),
        claims=lambda commits: _claims(git, commits),
        signer=lambda commit, keys: _signer(git, commit, keys),
    )


def _blobs(git: Git, blobs: Collection[str], most: int) -> Iterator[tuple[str, bytes] | NoHistory]:
    """The contents of blobs, in batches: an old catalogue can be larger than the memory."""
    wanted = sorted(set(blobs))
    answer = git.sizes(wanted) if wanted else None
    sizes = parse.sizes(answer.output) if answer else {}
    if missing := [blob for blob in wanted if blob not in sizes]:
        yield NoHistory(f"git does not have {len(missing)} of the old files here (the first is {missing[0]})", _PARTIAL)
        return
    for batch in _batches([(blob, size.bytes) for blob, size in sizes.items() if size.bytes <= most]):
        found = git.contents(batch)
        if found.status:
            yield _unknown(found.problem("read the files of the history", _PARTIAL))
            return
        yield from parse.contents(found.output)


def _batches(sizes: list[tuple[str, int]]) -> Iterator[list[str]]:
    batch: list[str] = []
    room = _BATCH
    for blob, size in sizes:
        if batch and size > room:
            yield batch
            batch, room = [], _BATCH
        batch.append(blob)
        room -= size
    if batch:
        yield batch


def _claims(git: Git, commits: Collection[str]) -> Mapping[str, Claims] | NoHistory:
    found = _objects(git, sorted(set(commits)))
    return found if isinstance(found, NoHistory) else {commit: raw.claims(data) for commit, data in found.items()}


def _signer(git: Git, commit: str, keys: Keys) -> str | NoHistory:
    found = _objects(git, [commit])
    return found if isinstance(found, NoHistory) else verify(found[commit], keys, git.environment)


def _objects(git: Git, commits: list[str]) -> dict[str, bytes] | NoHistory:
    answer = git.contents(commits)
    found = dict(parse.contents(answer.output)) if not answer.status else {}
    if len(found) < len(commits):
        return _unknown(answer.problem("read a commit of the history", _PARTIAL))
    return found


def _unknown(problem: SnapshotProblem) -> NoHistory:
    return NoHistory(problem.message, problem.remediation)
