"""Names of revisions, which are data from outside: refused, resolved, or answered with what was probably meant."""

import re

from concertino.model.suggest import suggest
from concertino.revision import parse
from concertino.revision.commands import Answer, Git
from concertino.revision.problem import SnapshotProblem, listed, printable

_COMPARED = 20_000
"""As many branches and tags are looked through for a near miss."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_STEPS = re.compile(r"[~^@]")
"""What leads on from a name to another commit, as in main~2."""
_HOW = "Give one commit: a branch, a tag, or a commit id, for example main, v1.2 or HEAD~1."
SHALLOW = (
    "This clone is shallow, so older commits are not here: run git fetch --unshallow --tags, "
    "or set fetch-depth: 0 at actions/checkout (GIT_DEPTH: 0 on GitLab)."
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
    base = _STEPS.split(revision)[0]
    if f"refname '{base}' is ambiguous" in answer.error and not parse.object_id(base):
        return _ambiguous(git, base)
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
    hints = [*_meant(revision, known), *([SHALLOW] if shallow else [])]
    if not hints:
        hints = ["Fetch the branch or tag first: git fetch --tags." if known else "Commit something first."]
    return SnapshotProblem(f'there is no commit named "{shown}" in this repository', " ".join(hints))


def _ambiguous(git: Git, name: str) -> SnapshotProblem:
    full = [known for known in _references(git) if known.endswith(f"/{name}")]
    return SnapshotProblem(
        f'"{printable(name)}" names more than one thing in this repository: {listed([*full, "perhaps a commit id"])}',
        "Give the full name, so that nobody can put another commit in its place.",
    )


def _meant(revision: str, known: list[str]) -> list[str]:
    """A sentence on the branch or tag that was probably meant; a remote branch is typed with its remote."""
    typed = ["HEAD", *(name.split("/", 2)[2] for name in known)]
    base = _STEPS.split(revision)[0]
    if base in typed and base != revision:
        return [f"{printable(base)} is known, but it does not go back that far."]
    remote = [name for name in typed if name.partition("/")[2] == base]
    meant = remote[0] if remote else suggest(base, typed)
    return [f'Did you mean "{printable(meant + revision[len(base) :])}"?'] if meant else []


def _references(git: Git) -> list[str]:
    return git.references(_COMPARED).output.decode("utf-8", "surrogateescape").splitlines()
