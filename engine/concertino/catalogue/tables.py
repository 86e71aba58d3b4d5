"""CSV tables beside documents: found, read, and put where the schema says their rows belong."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from posixpath import dirname

from concertino.documents import Document, Gate, Positions, ScalarMark
from concertino.documents.rows import check_rows
from concertino.documents.tables import Columns, Table, read_table
from concertino.kinds import Kind, Plan, TableRule
from concertino.model.limits import Limits
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.model.suggest import suggest

ENDING = ".csv"


def _no_files(_paths: Iterable[str]) -> Mapping[str, bytes | Problem]:
    return {}


@dataclass(frozen=True)
class TableSource:
    """The CSV files that documents may name. `read` gives the bytes of those it is asked for, or why there are none."""

    paths: Collection[str] = ()
    read: Callable[[Iterable[str]], Mapping[str, bytes | Problem]] = _no_files


@dataclass(frozen=True)
class Use:
    """One property of a document that names a table. `pointer` is that of the mapping `holder` that it stands in."""

    holder: dict[str, object]
    pointer: str
    name: str
    rule: TableRule
    path: str
    """Where the table is, relative to the governed folder; empty if the name leads out of the document's folder."""


@dataclass(frozen=True)
class Tables:
    """Fills documents from their tables, and remembers which rows came from where.

    A table fills one list only: figures that counted twice would be worse than none, and one file that a thousand
    documents name would fill the memory.
    """

    source: TableSource = field(default_factory=TableSource)
    limits: Limits = field(default_factory=Limits)
    attached: dict[tuple[str, int], dict[str, Table]] = field(default_factory=dict)
    """The tables of each document, by file and index, each with the pointer of the list that it fills."""
    _contents: dict[str, bytes | Problem] = field(default_factory=dict)
    _taken: dict[str, str] = field(default_factory=dict)

    def fetch(self, documents: Iterable[tuple[Document, Kind]]) -> None:
        """Read the tables that these documents name, all at once."""
        named = {use.path for document, kind in documents for use in uses(document, kind)}
        self._contents.update(self.source.read(sorted(named.intersection(self.source.paths))))

    def fill(self, document: Document, kind: Kind, gate: Gate, marks: Positions, subject: str) -> Iterator[Problem]:
        """Put the rows of its tables into a document, and tell what is wrong with them."""
        for use in uses(document, kind):
            if use.rule.rows in use.holder:
                continue  # The schema says that both together are one too many.
            place = marks.nearest(f"{use.pointer}/{use.name}")
            content = self._contents.get(use.path)
            first = self._taken.setdefault(use.path, subject or document.file) if content is not None else ""
            if content is None:
                yield self._absent(use, place, document.file)
            elif isinstance(content, Problem):
                yield content
            elif (document.file, document.index, use.pointer) != self._first_use(document, use):
                message = f'the table "{use.holder[use.name]}" fills the rows of {first} already'
                remedy = "Give each its own table: what stands in two places counts twice."
                yield Problem("duplicate", message, place, remediation=remedy)
            else:
                yield from self._filled(document, use, content, gate)

    def _first_use(self, document: Document, use: Use) -> tuple[str, int, str]:
        return self._firsts.setdefault(use.path, (document.file, document.index, use.pointer))

    _firsts: dict[str, tuple[str, int, str]] = field(default_factory=dict)

    def _filled(self, document: Document, use: Use, content: bytes, gate: Gate) -> Iterator[Problem]:
        rule = use.rule
        columns = Columns(rule.columns, rule.required)
        table = read_table(use.path, content, columns, self.limits)
        pointer = f"{use.pointer}/{rule.rows}"
        use.holder[rule.rows] = table.rows
        self.attached.setdefault((document.file, document.index), {})[pointer] = table
        yield from ()

    def _absent(self, use: Use, place: Place, file: str) -> Problem:
        raise NotImplementedError


def uses(document: Document, kind: Kind) -> Iterator[Use]:
    raise NotImplementedError
