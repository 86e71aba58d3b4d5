"""The commit since which the decision model says something of a cell, found by asking it about older catalogues.

Mostly it confirms what the history of the value itself says. It finds what no document holds: a score that counts since
a row before it was taken away, one of many figures that a circumstance is computed from.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from concertino.catalogue import Catalogue, TableSource, table_files, yaml_files
from concertino.catalogue.lineage import Introduced, Lineage
from concertino.matrix.cells import CellAnswer
from concertino.matrix.resolving import read_matrix
from concertino.model.history import NoHistory
from concertino.model.problem import Problem
from concertino.verdict.rules import Rules

_MOST_CATALOGUES = 16
"""Old catalogues that are read in one run: enough to find one commit among thousands, or to confirm a few."""
_MOST_FILES = 2_000
"""Files of a catalogue that is worth reading again and again for this."""

Reading = Callable[[CellAnswer], str]
"""What is looked for in the answer for a cell: the text of a score, a circumstance or the answer itself."""


@dataclass(frozen=True, slots=True)
class Change:
    """Since when the model says something, and the files of the catalogue that changed then."""

    since: Introduced
    files: tuple[str, ...]


@dataclass
class Replay:
    """Asks today's decision model about the catalogues of old commits, as of today."""

    lineage: Lineage
    rules: Rules
    as_of: str
    left: int = _MOST_CATALOGUES
    _known: dict[int, Catalogue] = field(default_factory=dict)

    def refutes(self, cell: str, reading: Reading, now: str, since: Introduced) -> bool:
        """Whether a commit can't be the one since which `reading` of a cell is `now`; false if nobody can tell."""
        head = self.lineage.head
        if not since.commit:
            return head is not None and self._says(head, cell, reading) == now
        said = self._says(since.position, cell, reading)
        before = [self._says(parent, cell, reading) for parent in self.lineage.points[since.position].parents]
        return (said is not None and said != now) or now in before

    def since(self, cell: str, reading: Reading, now: str, basis: Introduced) -> Change | None:
        """The change since which `reading` of a cell is `now`, looked for after the decision got its basis.

        The way goes from merge to merge. None if nobody can tell, or it would take too long.
        """
        chain = self._chain(basis)
        if not chain:
            return None
        first, last = chain[-1], chain[0]
        newest = self._says(last, cell, reading)
        if newest is None or newest != now:
            return None if newest is None else Change(Introduced("", len(self.lineage.points)), ())
        if len(chain) == 1 or self._says(first, cell, reading) in (now, None):
            return None
        same, other = 0, len(chain) - 1
        while other - same > 1:
            middle = (same + other) // 2
            found = self._says(chain[middle], cell, reading)
            if found is None:
                return None
            same, other = (middle, other) if found == now else (same, middle)
        position = chain[same]
        return Change(Introduced(self.lineage.points[position].commit, position), tuple(self.lineage.changes[position]))

    def _chain(self, basis: Introduced) -> list[int]:
        """The positions from the commit that was judged, first parent by first parent, to where the basis came in."""
        position = self.lineage.head
        found = []
        while position is not None and position >= basis.position:
            found.append(position)
            parents = self.lineage.points[position].parents
            position = parents[0] if parents else None
        if position is not None and found and (found[-1] != basis.position or len(found) == 1):
            found.append(position)  # The basis came in by a merge, or with the change: look at what was before.
        return found or ([self.lineage.head] if self.lineage.head is not None and not basis.commit else [])

    def _says(self, position: int, cell: str, reading: Reading) -> str | None:
        catalogue = self._catalogue(position)
        model = self.rules.model
        if catalogue is None or model is None:
            return None
        found = read_matrix(catalogue, model, self.as_of, self.rules.configuration.limits, (cell,))
        return reading(found[0]) if found else ""

    def _catalogue(self, position: int) -> Catalogue | None:
        if position not in self._known:
            if not self.left:
                return None
            self.left -= 1
            files = self.lineage.files(position, _MOST_FILES)
            if isinstance(files, NoHistory):
                return None
            self._known[position] = _built(files, self.rules)
        return self._known[position]


def _built(files: Mapping[str, bytes], rules: Rules) -> Catalogue:
    def tables(paths: Iterable[str]) -> Mapping[str, bytes | Problem]:
        return {path: files[path] for path in paths if path in files}

    documents = {path: files[path] for path in yaml_files(files)}
    return rules.builder.build(documents, TableSource(table_files(files), tables))
