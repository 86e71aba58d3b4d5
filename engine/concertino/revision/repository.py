"""The repository that a folder belongs to, if any."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from concertino.revision.commands import Answer, Git, unfit
from concertino.revision.environment import HOOK_VARIABLES, git_environment, hook_environment
from concertino.revision.problem import SnapshotProblem, printable

_OWNER = re.compile(r"dubious ownership in repository at '(.+)'")


@dataclass(frozen=True, slots=True)
class Repository:
    """Git, run in the governed folder. `prefix` leads from the top of the working tree to it and ends in `/`.

    `checked_out` says whether the folder lies in a working tree, `shallow` whether old commits were left out.
    """

    git: Git
    prefix: str
    checked_out: bool
    shallow: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A folder without symbolic links in its path, and the repository it lies in, if any."""

    folder: Path
    repository: Repository | None


def locate(folder: Path, environment: Mapping[str, str]) -> Place | SnapshotProblem:
    """Where a governed folder lies."""
    existing = _existing(folder)
    if isinstance(existing, SnapshotProblem):
        return existing
    repository = _repository(existing, environment)
    return repository if isinstance(repository, SnapshotProblem) else Place(existing, repository)


def _existing(folder: Path) -> Path | SnapshotProblem:
    """The folder without symbolic links. Git runs in it, so it must be one that can be entered."""
    shown = printable(str(folder))
    try:
        place = folder.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        return SnapshotProblem(f"there is no folder {shown}", "Name an existing folder with -C.")
    if not place.is_dir():
        return SnapshotProblem(f"{shown} is not a folder", "Name the folder that holds the catalogue with -C.")
    if not os.access(place, os.R_OK | os.X_OK):
        return SnapshotProblem(f"{shown} may not be entered", "See that you may read the folder.")
    return place


def _repository(folder: Path, environment: Mapping[str, str]) -> Repository | SnapshotProblem | None:
    """The repository that `folder` lies in; None if it lies in none.

    A repository of someone else's is refused as git refuses it. Every setting that names a program is overruled here,
    so reading it should be safe today; but whether a folder deserves trust is a decision of the owner of the machine,
    and git guards against what nobody has thought of yet. The message says how to trust it.
    """
    if not _may_be_in_repository(folder):
        return None
    git = Git(folder, git_environment(environment))
    problem = unfit(git)
    if problem:
        return problem
    answer = git.discover()
    if answer.status:
        return None if "(or any " in answer.error else _refused(answer, folder)
    inside, shallow, prefix = answer.line.split("\n", 2)
    repository = Repository(git, prefix, checked_out=inside == "true", shallow=shallow == "true")
    return _in_hook(repository, environment)


def _may_be_in_repository(folder: Path) -> bool:
    """Whether git could find a repository, so that where there is none git need not even be installed."""
    return any(
        os.path.lexists(each / ".git") or (os.path.lexists(each / "HEAD") and os.path.lexists(each / "objects"))
        for each in (folder, *folder.parents)
    )


def _in_hook(repository: Repository, environment: Mapping[str, str]) -> Repository | SnapshotProblem:
    """The repository with what a hook was told about the commit that is about to be made."""
    if not any(environment.get(name) for name in HOOK_VARIABLES):
        return repository
    git = repository.git
    answer = git.git_folder()
    if answer.status:
        return answer.problem("find the folder of the repository")
    top = (git.folder, *git.folder.parents)[repository.prefix.count("/")]
    told = hook_environment(environment, Path(answer.line).resolve(), top)
    hooked = Git(git.folder, {**git.environment, **told}, git.patience)
    return Repository(hooked, repository.prefix, repository.checked_out, repository.shallow)


def _refused(answer: Answer, folder: Path) -> SnapshotProblem:
    owner = _OWNER.search(answer.error)
    if owner is None:
        return answer.problem(f"read the repository of {printable(str(folder))}")
    place = printable(owner[1])
    return SnapshotProblem(
        f"the repository at {place} belongs to another user, and its settings could make git run programs",
        f"If you trust it, run: git config --global --add safe.directory {place}",
    )


def no_repository(folder: Path) -> SnapshotProblem:
    """Something was asked that only git knows, of a folder without git."""
    return SnapshotProblem(
        f"{printable(str(folder))} is in no git repository, so it has neither revisions nor an index",
        "Run Concertino in a git repository, or name one with -C.",
    )


def no_working_tree(folder: Path) -> SnapshotProblem:
    """The working tree or the index was asked for where there is none."""
    return SnapshotProblem(
        f"{printable(str(folder))} has no working tree and no index",
        "It is a bare repository, or lies inside of one. Name a revision, for example --rev HEAD.",
    )
