"""Why there is no snapshot."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SnapshotProblem:
    """What stands in the way of a snapshot, and what to do about it. Both are sentences for a terminal."""

    message: str
    remediation: str


def printable(text: str) -> str:
    """`text` with everything escaped that could move a cursor, break a line or fail to encode.

    Names in a repository are chosen by whoever wrote it.
    """
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode("ascii") for each in text)


def listed(names: list[str], most: int = 5) -> str:
    """Some names in a sentence, and how many more there are."""
    shown = ", ".join(printable(name) for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
