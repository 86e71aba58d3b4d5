"""What came of reading some files: contents, and problems where there are none."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from concertino.model.place import Place
from concertino.model.problem import Problem


@dataclass(frozen=True, slots=True)
class Reading:
    """Each path that was asked for stands in one of the two."""

    contents: Mapping[str, bytes] = field(default_factory=dict)
    problems: Mapping[str, Problem] = field(default_factory=dict)


def unreadable(path: str, why: str, remediation: str) -> Problem:
    """A file that the snapshot lists and whose content it cannot give."""
    return Problem(
        "syntax", f"this file cannot be read, so nothing in it is judged: {why}", Place(path), "", "", remediation
    )


def too_large(path: str, size: int, most: int) -> Problem:
    """A file that is larger than the limits allow, both in bytes."""
    return unreadable(path, f"it has {size:,} bytes, and the limit is {most:,}", "Split it, or raise limits.fileBytes.")
