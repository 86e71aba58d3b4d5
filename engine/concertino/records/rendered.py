"""What rendering gives, and how it differs from what is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from concertino.model.place import Place
from concertino.model.problem import Problem


@dataclass(frozen=True, slots=True, order=True)
class RenderedFile:
    """A file as the catalogue has it. `decision` is the reference of what it was rendered from; the index has none."""

    path: str
    text: str
    decision: str = ""


class DriftKind(StrEnum):
    """In which way a file in the records folder is not what the catalogue says."""

    MISSING = "missing"
    """There is a decision without its record."""
    OUTDATED = "outdated"
    """The record is as it was rendered, and the catalogue has moved on."""
    EDITED = "edited"
    """Somebody changed the record by hand."""
    FOREIGN = "foreign"
    """A file that Concertino did not render stands where a record belongs."""
    ORPHAN = "orphan"
    """A record without its decision."""
    COLLISION = "collision"
    """Two decisions share one number."""


_REMEDIES: Mapping[DriftKind, str] = {
    DriftKind.MISSING: 'Run "concertino records render" and commit the result.',
    DriftKind.OUTDATED: 'Run "concertino records render" and commit the result.',
    DriftKind.EDITED: (
        "Move the change into the decision it was rendered from, then render with --force, which discards it here."
    ),
    DriftKind.FOREIGN: "Rename the file, or render with --force to replace it.",
    DriftKind.ORPHAN: 'Run "concertino records render", which removes it, or bring the decision back.',
    DriftKind.COLLISION: (
        "Give the younger decision the next free number: concertino records renumber NAME. Records refer to each other "
        "by number."
    ),
}


@dataclass(frozen=True, slots=True, order=True)
class Drift:
    """One difference between the records folder and the catalogue. `decision` is a reference, or empty."""

    path: str
    kind: DriftKind
    message: str
    decision: str = ""

    @property
    def problem(self) -> Problem:
        """The difference as a report takes it."""
        return Problem(
            "record", self.message, Place(self.path), remediation=_REMEDIES[self.kind], subject=self.decision
        )


@dataclass(frozen=True, slots=True)
class WritePlan:
    """What rendering would do: files to write, files it must not touch and why, files to remove."""

    writes: tuple[RenderedFile, ...] = ()
    refused: tuple[Drift, ...] = ()
    removals: tuple[str, ...] = ()
