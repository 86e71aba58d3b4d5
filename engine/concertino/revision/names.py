"""Names of revisions, which are data from outside: refused, resolved, or answered with what was probably meant."""

import re

from concertino.model.suggest import suggest
from concertino.revision import parse
from concertino.revision.commands import Answer, Git
from concertino.revision.problem import SnapshotProblem, printable

_COMPARED = 20_000
"""As many branches and tags are looked through for a near miss."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HOW = "Give one commit: a branch, a tag, or a commit id, for example main, v1.2 or HEAD~1."
_SHALLOW = (
    "This clone is shallow, so older commits are not here: run git fetch --unshallow --tags, "
    "or set fetch-depth: 0 at actions/checkout."
)


def resolve(git: Git, revision: str, *, shallow: bool = False) -> str | SnapshotProblem:
    """The full id of the commit that `revision` names."""
    refused = refusal(revision)
    if refused:
        return SnapshotProblem(f'"{printable(revision)}" cannot name a revision: {refused}', _HOW)
    answer = git.object_id(f"{revision}^{{commit}}")
    commit = parse.object_id(answer.line)
    if answer.status or not commit:
        return _unknown(git, answer, revision, shallow=shallow)
    if f"refname '{revision}' is ambiguous" in answer.error:
        return _ambiguous(git, revision)
    return commit


def refusal(revision: str) -> str:
    """Why a text is no name of one commit, or the empty text."""
    if not revision.strip():
        return "it is empty"
    if _CONTROL.search(revision):
        return "it holds a control character"
    if revision.startswith("-"):
        return "it begins like an option"
    if revision.startswith("^") or ".." in revision:
        return "it is a range of commits, not one"
    return ""


def _unknown(git: Git, answer: Answer, revision: str, *, shallow: bool) -> SnapshotProblem:
    known = _references(git)
    shown = printable(revision)
    if revision == "HEAD" and "Needed a single revision" in answer.error and not known:
        return SnapshotProblem("there is no commit yet, so HEAD names nothing", "Commit something first.")
    if "ambiguous" in answer.error:
        return SnapshotProblem(f'"{shown}" is the beginning of more than one commit id', "Give more of its digits.")
    meant = _meant(revision, known)
    hints = [f'Did you mean "{printable(meant)}"?'] if meant else []
    hints += [_SHALLOW] if shallow else []
    if not hints:
        hints = ["Fetch the branch or tag first (git fetch --tags)." if known else "Commit something first."]
    return SnapshotProblem(f'there is no commit named "{shown}" in this repository', " ".join(hints))


def _ambiguous(git: Git, revision: str) -> SnapshotProblem:
    full = [known for known in _references(git) if known.endswith(f"/{revision}")]
    return SnapshotProblem(
        f'"{printable(revision)}" names more than one thing in this repository: {", ".join(map(printable, full))}',
        "Give the full name, so that nobody can put another commit in its place.",
    )


def _meant(revision: str, known: list[str]) -> str:
    """A branch or tag whose name is near, as it would be typed: a remote branch with its remote."""
    typed = [name.split("/", 2)[2] for name in known]
    remote = [name for name in typed if name.partition("/")[2] == revision]
    return remote[0] if remote else suggest(revision, typed)


def _references(git: Git) -> list[str]:
    return git.references(_COMPARED).output.decode("utf-8", "surrogateescape").splitlines()
