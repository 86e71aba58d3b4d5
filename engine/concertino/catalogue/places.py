"""Finding places: a file is read again when somebody wants to know where something stands in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from concertino.catalogue.tables import TableMarks
from concertino.documents import Positions, positions
from concertino.documents.tables import Table
from concertino.model.limits import Limits


class Marks(Protocol):
    """Whatever knows where the nodes of a document stand."""

    def of(self, file: str, index: int) -> Positions:
        """The positions in one document of a file."""


@dataclass(frozen=True)
class Places:
    """The positions in these files. Marks of every node would fill the memory, so they are made on demand.

    `tables` are those that fill lists of documents, by file and index of the document.
    """

    files: Mapping[str, bytes]
    limits: Limits
    tables: Mapping[tuple[str, int], Mapping[str, Table]] = field(default_factory=dict)
    _known: dict[tuple[str, int], Positions] = field(default_factory=dict, repr=False, compare=False)

    def of(self, file: str, index: int) -> Positions:
        """The positions in one document of a file."""
        if (file, index) not in self._known:
            self._known[file, index] = positions(file, self.files[file], index, self.limits)
        known, tables = self._known[file, index], self.tables.get((file, index))
        return TableMarks(known, tables) if tables else known
