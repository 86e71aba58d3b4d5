"""References in tables that lead nowhere: one name may stand in a thousand rows, and is one mistake all the same."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from concertino.catalogue.catalogue import CatalogueEntity, Identity
from concertino.documents.tables import MOST_PROBLEMS
from concertino.expressions.values import Unreadable
from concertino.model.place import Place
from concertino.model.problem import Problem


@dataclass(slots=True)
class _Told:
    """A problem and in how many further rows it stands."""

    problem: Problem
    unreadable: Unreadable
    more: int = 0


@dataclass(slots=True)
class _InOneTable:
    """The names that lead nowhere in one table, and how many rows hold names beyond those that are told."""

    names: dict[str, _Told] = field(default_factory=dict)
    beyond: int = 0
    first_beyond: Problem | None = None


@dataclass(frozen=True)
class Repeats:
    """Tells each name in a table once, at its first row, and no more of them than can be read."""

    _tables: dict[tuple[Identity, str], _InOneTable] = field(default_factory=dict)

    def again(self, entity: CatalogueEntity, written: str, place: Place) -> Unreadable | None:
        """What stands for a name that need not be told: it was, or enough others were. Nothing if it is to be told."""
        if place.file == entity.file:
            return None
        table = self._tables.setdefault((entity.reference.identity, place.file), _InOneTable())
        told = table.names.get(written)
        if told is not None:
            told.more += 1
            return told.unreadable
        if len(table.names) < MOST_PROBLEMS:
            return None
        table.beyond += 1
        table.first_beyond = table.first_beyond or _beyond(entity, place)
        return Unreadable(table.first_beyond)

    def tell(self, entity: CatalogueEntity, written: str, problem: Problem, unreadable: Unreadable) -> bool:
        """Take a problem over, if it lies in a table."""
        table = self._tables.get((entity.reference.identity, problem.place.file))
        if table is None or problem.place.file == entity.file:
            return False
        table.names[written] = _Told(problem, unreadable)
        return True

    def problems(self) -> Iterator[Problem]:
        """One problem for each name, and a closing one for each table with too many."""
        for table in self._tables.values():
            for told in table.names.values():
                rows = f"; {_more_rows(told.more)} it too" if told.more else ""
                yield replace(told.problem, message=told.problem.message + rows)
            if table.first_beyond is not None:
                message = f"and {_more_rows(table.beyond)} what is not there"
                yield replace(table.first_beyond, message=message)


def _more_rows(count: int) -> str:
    return "1 more row names" if count == 1 else f"{count:,} more rows name"


def _beyond(entity: CatalogueEntity, place: Place) -> Problem:
    remedy = "They are shown once those above are solved."
    return Problem("reference", "this row names what is not there", place, remediation=remedy, subject=entity.name)
