"""Files among the rules that nobody reads, though somebody meant them to be: a rule must not go missing in silence."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.model.snapshot import EntryKind, Snapshot
from concertino.model.suggest import suggest
from concertino.policies import Configuration

SCHEMA_ENDING = ".schema.json"
_POLICY_FILES = ("policy.yaml", "cases.yaml", "pack.yaml", "decision-model.yaml", "overview.yaml")


def misplaced(snapshot: Snapshot, configuration: Configuration) -> Iterator[Problem]:
    """A problem for each file whose name, or whose folder, is nearly one that is read."""
    for path in snapshot.entries:
        if path.startswith(f"{configuration.policies}/"):
            yield from _policy_file(path)
        if path.startswith(f"{configuration.schemas}/"):
            yield from _schema_file(path, configuration.schemas)


def closed_folders(snapshot: Snapshot, folder: str) -> list[str]:
    """What may be a folder at, above or below `folder` that is not looked into: links, and repositories of others.

    Where a link leads is not asked, so one whose name looks like that of a file counts as a file.
    """
    return [
        path
        for path, entry in snapshot.entries.items()
        if f"{path}/".startswith(f"{folder}/") or folder.startswith(f"{path}/")
        if entry.kind is EntryKind.SUBMODULE or (entry.kind is EntryKind.SYMLINK and not PurePosixPath(path).suffix)
    ]


def _policy_file(path: str) -> Iterator[Problem]:
    name = PurePosixPath(path).name
    if not name.lower().endswith((".yaml", ".yml")) or name in _POLICY_FILES:
        return
    meant = suggest(name, _POLICY_FILES)
    if meant:
        remedy = f"Rename it to {meant}; until then it judges nothing."
        yield Problem(
            "policy", f'nothing reads a file called "{name}"', Place(path), _called(), meant, remediation=remedy
        )


def _called() -> str:
    return f"{', '.join(_POLICY_FILES[:-1])} or {_POLICY_FILES[-1]}, in a folder called like the policy"


def _schema_file(path: str, folder: str) -> Iterator[Problem]:
    name = path.removeprefix(f"{folder}/")
    last = PurePosixPath(path).name
    stem = last.partition(".")[0]
    if name.endswith(SCHEMA_ENDING):
        if "/" in name:
            message = "a schema is read only if it stands directly in the folder of the schemas"
            yield Problem(
                "kind", message, Place(path), "", f"{folder}/{last}", "Move it there; it declares no kind yet."
            )
    elif last.lower().endswith((".json", ".yaml", ".yml")):
        message = "the schema of a kind is called NAME.schema.json, and nothing reads this file"
        meant = f"{stem}{SCHEMA_ENDING}"
        yield Problem("kind", message, Place(path), "JSON", meant, "Rename it, or move it elsewhere.")
