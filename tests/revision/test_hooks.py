"""What a hook of git is about to let in, read as git tells it to the hook."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from concertino.model.snapshot import Snapshot
from concertino.revision import open_snapshot

Git: TypeAlias = Callable[..., str]
Make: TypeAlias = Callable[..., Path]

SCRIPT = """#!{python}
import json, os, sys
from pathlib import Path
from concertino.model.snapshot import Snapshot
from concertino.revision import open_snapshot
arguments = json.loads({arguments!r})
if arguments.get("revision") == "pushed":
    arguments["revision"] = sys.stdin.read().split()[1]
taken = open_snapshot(Path({folder!r}), environment=os.environ, **arguments)
if isinstance(taken, Snapshot):
    answer = {{path: content.decode() for path, content in taken.read(taken.entries).items()}}
else:
    answer = taken.message
Path({told!r}).write_text(json.dumps(answer))
"""


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """Where a hook writes what it was shown."""
    return tmp_path / "told"


@pytest.fixture
def hook(told: Path) -> Callable[..., None]:
    """Installs a hook that takes a snapshot of `folder` and writes it down."""

    def install(git_folder: Path, name: str, folder: str | Path = ".", **arguments: str | bool) -> None:
        path = git_folder / "hooks" / name
        path.parent.mkdir(exist_ok=True)
        filled = SCRIPT.format(
            python=sys.executable, arguments=json.dumps(arguments), folder=str(folder), told=str(told)
        )
        path.write_text(filled)
        path.chmod(0o755)

    return install


def changed(folder: Path) -> None:
    (folder / "a").write_text("2\n")
    (folder / "b").write_text("2\n")


@pytest.mark.parametrize(
    ("add", "commit", "expected"),
    [
        (["a"], [], {"a": "2\n", "b": "1\n"}),
        ([], ["--all"], {"a": "2\n", "b": "2\n"}),
        (["a"], ["--", "b"], {"a": "1\n", "b": "2\n"}),
    ],
    ids=["what was added", "all that is tracked", "one file though another was added"],
)
def test_before_a_commit_the_index_is_what_will_be_committed(
    add: list[str],
    commit: list[str],
    expected: dict[str, str],
    git: Git,
    repository: Make,
    hook: Callable[..., None],
    told: Path,
) -> None:
    folder = repository({"a": b"1\n", "b": b"1\n"})
    changed(folder)
    hook(folder / ".git", "pre-commit", staged=True)
    if add:
        git(folder, "add", *add)

    git(folder, "commit", "--quiet", "--message=Later", *commit)

    assert json.loads(told.read_text()) == expected
    assert {path: git(folder, "show", f"HEAD:{path}") + "\n" for path in "ab"} == expected


def test_before_a_commit_in_a_linked_worktree_its_own_index_counts(
    git: Git, repository: Make, hook: Callable[..., None], told: Path, tmp_path: Path
) -> None:
    folder = repository({"a": b"1\n", "b": b"1\n"})
    git(folder, "worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))
    changed(tmp_path / "linked")
    hook(folder / ".git", "pre-commit", staged=True)

    git(tmp_path / "linked", "commit", "--quiet", "--message=Later", "--", "b")

    assert json.loads(told.read_text()) == {"a": "1\n", "b": "2\n"}


def test_a_hook_may_check_a_folder_below_the_top(
    git: Git, repository: Make, hook: Callable[..., None], told: Path
) -> None:
    folder = repository({"catalogue/a": b"1\n", "b": b"1\n"})
    (folder / "catalogue" / "a").write_text("2\n")
    hook(folder / ".git", "pre-commit", "catalogue", staged=True)

    git(folder, "commit", "--quiet", "--message=Later", "--", "catalogue")

    assert json.loads(told.read_text()) == {"a": "2\n"}


@pytest.mark.parametrize("linked", [False, True], ids=["from a repository", "from a linked worktree"])
@pytest.mark.parametrize("commit", [[], ["--all"]], ids=["its index", "an index for this commit"])
def test_a_hook_may_check_another_repository(
    commit: list[str],
    linked: bool,  # noqa: FBT001 - pytest hands it over by name
    git: Git,
    repository: Make,
    hook: Callable[..., None],
    told: Path,
    tmp_path: Path,
) -> None:
    folder, other = repository({"a": b"1\n"}), repository({"other": b"1\n"}, name="other")
    hook(folder / ".git", "pre-commit", other, staged=True)
    if linked:
        git(folder, "worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))
        folder = tmp_path / "linked"
    (folder / "a").write_text("2\n")
    git(folder, "add", "a")

    git(folder, "commit", "--quiet", "--message=Later", *commit)

    assert json.loads(told.read_text()) == {"other": "1\n"}


def test_before_a_push_is_accepted_its_commits_can_be_read(
    git: Git, repository: Make, hook: Callable[..., None], told: Path, tmp_path: Path
) -> None:
    folder = repository({"a": b"1\n"})
    git(tmp_path, "clone", "--quiet", "--bare", str(folder), "central.git")
    hook(tmp_path / "central.git", "pre-receive", revision="pushed")
    (folder / "a").write_text("2\n")
    git(folder, "commit", "--quiet", "--all", "--message=Later")

    git(folder, "push", "--quiet", str(tmp_path / "central.git"), "main")

    assert json.loads(told.read_text()) == {"a": "2\n"}


@pytest.mark.parametrize("relative", [False, True], ids=["absolute", "from the top"])
def test_an_index_that_someone_made_for_the_purpose_is_honoured(
    relative: bool,  # noqa: FBT001 - pytest hands it over by name
    environment: dict[str, str],
    git: Git,
    repository: Make,
) -> None:
    folder = repository({"catalogue/a": b"1\n"})
    prepared = "prepared" if relative else str(folder / "prepared")
    git(folder, "read-tree", "--empty", GIT_INDEX_FILE=prepared)

    for place in (folder, folder / "catalogue"):
        taken = open_snapshot(place, staged=True, environment={**environment, "GIT_INDEX_FILE": prepared})
        assert isinstance(taken, Snapshot)
        assert dict(taken.entries) == {}
