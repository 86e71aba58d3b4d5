"""Thin functions that run git, and what they answer."""

import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from concertino.revision import parse
from concertino.revision.problem import SnapshotProblem, printable

if TYPE_CHECKING:
    from git.cmd import Git as Runner

OLDEST_GIT = (2, 31)
"""The first version that reads settings from GIT_CONFIG_COUNT; an older one would ignore all our precautions."""

NO_GIT = 127
"""Status of a git that could not be started, as a shell has it."""
TIMED_OUT = 124
"""Status of a git that was stopped, as `timeout` has it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What git answered: exit status, standard output in bytes, standard error as text."""

    status: int
    output: bytes = b""
    error: str = ""

    @property
    def line(self) -> str:
        """The output as one line of text."""
        return self.output.decode("utf-8", "surrogateescape").removesuffix("\n")

    def problem(self, doing: str, remediation: str = "") -> SnapshotProblem:
        """A failed answer in words: what could not be done, and the sentence in which git says why."""
        if self.status == NO_GIT:
            return SnapshotProblem(
                f"git could not be started, so Concertino could not {doing}",
                f"Install git {_dotted(OLDEST_GIT)} or later and see that it is on the PATH.",
            )
        return SnapshotProblem(
            f"git could not {doing}: {self._reason()}", remediation or "See whether git itself can read the repository."
        )

    def _reason(self) -> str:
        lines = [line for line in self.error.splitlines() if line.strip()]
        told = next((line for line in lines if line.startswith(("fatal:", "error:"))), "".join(lines[:1]))
        return printable(told.removeprefix("fatal: ").removeprefix("error: ")) or f"it ended with status {self.status}"


@dataclass(frozen=True, slots=True)
class Git:
    """Git in one folder, with exactly the variables of `environment`. `patience` is in seconds.

    Git can wait forever on a repository made to stop it: it opens a `.gitignore` that is a pipe.
    """

    folder: Path
    environment: Mapping[str, str]
    patience: float = 300.0

    def run(self, *arguments: str, requests: bytes = b"") -> Answer:
        """What git answers to a command, with `requests` as its standard input."""
        try:
            from git.cmd import Git as Runner  # noqa: PLC0415 - takes a tenth of a second, and not every run needs git
            from git.exc import GitCommandNotFound  # noqa: PLC0415 - the same
        except ImportError as error:  # GitPython runs git as it is imported, and raises this where it finds none.
            return Answer(NO_GIT, error=str(error))
        with tempfile.TemporaryFile() as stream:
            # A file, since a pipe that is written to the end before anything is read can fill and stop both sides.
            stream.write(requests)
            stream.seek(0)
            try:
                process = self._start(Runner(self.folder), ["git", "--no-pager", *arguments], cast("BinaryIO", stream))
            except GitCommandNotFound as error:
                return Answer(NO_GIT, error=str(error))
            return self._answer(process)

    def _start(
        self, runner: "Runner", command: list[str], stream: BinaryIO
    ) -> "Runner.AutoInterrupt | subprocess.Popen[bytes]":
        if os.name == "nt":
            # GitPython only adds variables, and Windows has no program that starts another one without some of them.
            pipe = subprocess.PIPE
            return subprocess.Popen(  # noqa: S603 - a list of arguments, no shell
                command, cwd=self.folder, env=dict(self.environment), stdin=stream, stdout=pipe, stderr=pipe
            )
        return runner.execute(
            [*_removing(self.environment), *command], istream=stream, as_process=True, env=self.environment
        )

    def _answer(self, process: "Runner.AutoInterrupt | subprocess.Popen[bytes]") -> Answer:
        try:
            output, error = process.communicate(timeout=self.patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return Answer(TIMED_OUT, error=f"it was stopped, since it had given no answer after {self.patience:g} s")
        return Answer(process.returncode, output, error.decode("utf-8", "replace"))

    def discover(self) -> Answer:
        """In a working tree? Shallow? A line each, and then the path from the top of the working tree to here."""
        return self.run("rev-parse", "--is-inside-work-tree", "--is-shallow-repository", "--show-prefix")

    def git_folder(self) -> Answer:
        """The absolute path of the folder that holds HEAD and the index."""
        return self.run("rev-parse", "--absolute-git-dir")

    def object_id(self, name: str) -> Answer:
        """The id of the object with this name."""
        return self.run("rev-parse", "--verify", "--end-of-options", name)

    def tracked(self) -> Answer:
        """Paths below the folder in the index, with tag, mode, blob and stage."""
        return self.run("ls-files", "-t", "-s", "-z")

    def untracked(self) -> Answer:
        """Paths below the folder that are neither in the index nor ignored."""
        return self.run("ls-files", "-o", "--exclude-standard", "-z")

    def tree_entry(self, commit: str, path: str) -> Answer:
        """The one entry of a commit at a path from its top."""
        return self.run("ls-tree", "-z", "--full-tree", commit, "--", path)

    def tree(self, tree: str) -> Answer:
        """Everything below a tree, with mode, type and id."""
        return self.run("ls-tree", "-r", "-z", "--full-tree", tree)

    def sizes(self, blobs: list[str]) -> Answer:
        """Id, type and size in bytes of objects."""
        return self.run("cat-file", "--batch-check", "--buffer", requests=_lines(blobs))

    def contents(self, blobs: list[str]) -> Answer:
        """Id, type, size and bytes of objects."""
        return self.run("cat-file", "--batch", "--buffer", requests=_lines(blobs))

    def present(self, blobs: list[str]) -> Answer:
        """Those of some objects that are here, without a try to fetch the others."""
        options = ("--objects", "--no-object-names", "--ignore-missing", "--missing=allow-any", "--no-walk=unsorted")
        return self.run("rev-list", *options, "--stdin", requests=_lines(blobs))

    def references(self, most: int) -> Answer:
        """The full names of branches and tags."""
        spaces = ("refs/heads", "refs/tags", "refs/remotes")
        return self.run("for-each-ref", f"--count={most}", "--format=%(refname)", *spaces)

    def commits(self, commit: str, folder: str) -> Answer:
        """Every commit that led to `commit`, parents first, with what it changed below a folder of this one.

        All of them are listed, also those that changed nothing there, since ancestry runs through them. Each is
        compared with its first parent alone. The options overrule what the repository may have configured; the file
        in which git keeps a copy of who is whose parent is not believed, since nothing holds it to the commits.
        """
        kept = ("--topo-order", "--reverse", "--full-history", "--sparse", "--root", "--no-follow")
        raw = ("--raw", "-z", "--no-abbrev", "--no-renames", "--diff-merges=first-parent", "--no-relative")
        plain = ("-O/dev/null", "--no-ext-diff", "--no-textconv", "--no-notes", "--no-color", "--no-show-signature")
        form = ("--encoding=UTF-8", "--format=tformat:%H %P")
        return self.run("-c", "core.commitGraph=false", "log", *kept, *raw, *plain, *form, commit, "--", folder)

    def listed(self, most: int, *revisions: str) -> Answer:
        """Commits with their parents, parents first: of `revisions`, ids each, those after a `^` left out.

        Of more than `most` the latest are listed.
        """
        kept = ("--topo-order", "--reverse", "--parents", f"--max-count={most}")
        return self.run("-c", "core.commitGraph=false", "rev-list", *kept, "--end-of-options", *revisions)

    def merge_base(self, first: str, second: str) -> Answer:
        """The best common ancestor of two commits."""
        return self.run("merge-base", first, second)

    def version(self) -> Answer:
        """`git version 2.39.5`, with whatever the maker of the build adds."""
        return self.run("version")


def unfit(git: Git) -> SnapshotProblem | None:
    """A problem if there is no git, or one that does not know the settings that protect from the repository."""
    answer = git.version()
    if answer.status:
        return answer.problem("read the repository")
    version = parse.version(answer.output)
    if version >= OLDEST_GIT:
        return None
    return SnapshotProblem(
        f"git {_dotted(version)} is too old: it ignores the settings that keep a repository from running programs",
        f"Install git {_dotted(OLDEST_GIT)} or later.",
    )


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _removing(environment: Mapping[str, str]) -> list[str]:
    """A command before the command that takes away what GitPython would pass on: it can only add variables."""
    unwanted = sorted(name for name in os.environ if name not in environment)
    return ["env", *(word for name in unwanted for word in ("-u", name))] if unwanted else []


def _lines(blobs: list[str]) -> bytes:
    return "".join(f"{blob}\n" for blob in blobs).encode("ascii")
