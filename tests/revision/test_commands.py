"""How git is run, and what becomes of its answers."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from concertino.revision.commands import TIMED_OUT, Answer, Git
from concertino.revision.environment import git_environment


def test_the_room_can_be_imported_without_starting_git() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import sys, concertino.revision; print('git' in sys.modules)"],
        capture_output=True,
        check=True,
        text=True,
    )

    assert told.stdout == "False\n"


def test_a_git_that_cannot_be_found_is_an_answer_and_no_traceback(
    environment: dict[str, str], repository: Callable[..., Path]
) -> None:
    # In a process of its own, since GitPython looks for git once, as it is imported.
    script = (
        "import os, sys; from pathlib import Path; from concertino.revision import open_snapshot;"
        "print(open_snapshot(Path(sys.argv[1]), environment=os.environ).message)"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, repository({})],
        capture_output=True,
        check=False,
        text=True,
        env={**environment, "PATH": "/nowhere"},
    )

    assert (told.stdout, told.stderr) == ("git could not be started, so Concertino could not read the repository\n", "")


def test_a_repository_made_to_stop_git_does_not_stop_the_run(
    environment: dict[str, str], repository: Callable[..., Path]
) -> None:
    folder = repository({"a": b"1\n"})
    os.mkfifo(folder / ".gitignore")

    answer = Git(folder, git_environment(environment), patience=0.2).untracked()

    assert answer.status == TIMED_OUT
    assert answer.problem("list files").message == (
        "git could not list files: it was stopped, since it had given no answer after 0.2 s"
    )


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (Answer(128, error="warning: x\nfatal: no \x1b[31mluck\n"), "git could not go on: no \\x1b[31mluck"),
        (Answer(1, error="error: index file corrupt\n"), "git could not go on: index file corrupt"),
        (Answer(3), "git could not go on: it ended with status 3"),
        (Answer(2, error="strange\n"), "git could not go on: strange"),
    ],
    ids=["a fatal error after a warning", "an error", "nothing said", "something else"],
)
def test_a_failure_is_told_in_one_printable_sentence(answer: Answer, message: str) -> None:
    assert answer.problem("go on").message == message
