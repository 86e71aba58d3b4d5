"""CSV tables beside documents: found, read, and put where the schema says their rows belong."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from posixpath import dirname, join
from typing import cast

from concertino.documents import Document, Gate, Positions, ScalarMark
from concertino.documents.nodes import path_of
from concertino.documents.rows import check_rows
from concertino.documents.tables import Columns, Table, read_table
from concertino.documents.tree import Schema
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


NO_TABLES = TableSource()


@dataclass(frozen=True)
class Use:
    """One property that names a table. `pointer` is that of the mapping `holder` in which it stands.

    `path` is relative to the governed folder, or empty if the name leads out of the folder of its document.
    """

    document: Document
    holder: dict[str, object]
    pointer: str
    name: str
    rule: TableRule
    path: str

    @property
    def target(self) -> str:
        """The pointer of the list that the table fills."""
        return f"{self.pointer}/{self.rule.rows}"

    @property
    def written(self) -> str:
        """The name as the document gives it."""
        return str(self.holder[self.name])


@dataclass(frozen=True)
class Tables:
    """Fills documents from their tables, and remembers which rows came from where.

    A table fills one list only: figures that count twice are worse than none, and a file that ten thousand documents
    name would fill the memory.
    """

    source: TableSource = NO_TABLES
    limits: Limits = field(default_factory=Limits)
    attached: dict[tuple[str, int], dict[str, Table]] = field(default_factory=dict)
    """The tables of each document, by file and index, each under the pointer of the list that it fills."""
    _contents: dict[str, bytes | Problem] = field(default_factory=dict)
    _taken: dict[str, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many tables were read."""
        return len(self._contents)

    def fetch(self, documents: Iterable[tuple[Document, Kind]]) -> None:
        """Read the tables that these documents name, all at once."""
        named = {use.path for document, kind in documents for use in uses(document, kind)}
        self._contents.update(self.source.read(sorted(named.intersection(self.source.paths))))

    def fill(
        self, document: Document, kind: Kind, gate: Gate, marks: Callable[[], Positions], told: Collection[str]
    ) -> Iterator[Problem]:
        """Put the rows of its tables into a document. Yields what is wrong with them.

        `told` are the pointers at which something else is wrong already.
        """
        for use in list(uses(document, kind)):
            if use.rule.rows in use.holder or f"{use.pointer}/{use.name}" in told:
                continue  # The list is filled already, which the schema forbids, or the name is no name.
            place = marks().nearest(f"{use.pointer}/{use.name}")
            content = self._contents.get(use.path)
            if content is None:
                yield self._absent(use, place)
            elif isinstance(content, Problem):
                yield content
            elif use.path in self._taken:
                message = f'the table "{use.written}" fills the rows of {self._taken[use.path]} already'
                remedy = "Give each a table of its own: what stands in two places counts twice."
                yield Problem("duplicate", message, place, remediation=remedy)
            else:
                self._taken[use.path] = f"the document in {document.place}"
                yield from self._filled(use, content, gate)

    def _filled(self, use: Use, content: bytes, gate: Gate) -> tuple[Problem, ...]:
        rule = use.rule
        columns = Columns(rule.columns, rule.required)
        table = read_table(use.path, content, columns, self.limits)
        use.holder[rule.rows] = table.rows
        self.attached.setdefault((use.document.file, use.document.index), {})[use.target] = table
        whole = gate.part(f"{rule.name} as a list", cast("Schema", rule.schema))
        single = gate.part(f"{rule.name} as a row", cast("Schema", rule.element))
        return check_rows(table, columns, whole, single, use.target)

    def _absent(self, use: Use, place: Place) -> Problem:
        if not use.path:
            message = f'"{use.written}" is not the name of a table in the folder of this document or below it'
            remedy = f"Name a file that ends in {ENDING}, without .. and without a slash in front."
            return Problem("schema", message, place, remediation=remedy)
        folder = join(dirname(use.document.file), "")
        beside = [path.removeprefix(folder) for path in self.source.paths if path.startswith(folder)]
        message = f'there is no table "{use.written}" beside this document'
        remedy = "Correct the name, or add the file; one that git ignores does not count."
        return Problem("unread", message, place, suggestion=suggest(use.written, beside), remediation=remedy)


class TableMarks(Positions):
    """The places in a document of which some lists stand in tables."""

    def __init__(self, document: Positions, tables: Mapping[str, Table]) -> None:
        self._document = document
        self._tables = tables

    def value(self, pointer: str) -> Place:
        """The place of the value at `pointer`. Raises KeyError if there is none."""
        place = self._in_table(pointer)
        if place is None:
            return self._document.value(pointer)
        if place.pointer != pointer:
            raise KeyError(pointer)
        return place

    def key(self, pointer: str) -> Place:
        """As of a document; a cell stands for itself, since it has no key."""
        return self.value(pointer) if self._in_table(pointer) else self._document.key(pointer)

    def nearest(self, pointer: str) -> Place:
        """The place of the value at `pointer`, or of its nearest ancestor that exists."""
        return self._in_table(pointer) or self._document.nearest(pointer)

    def head(self, pointer: str) -> Place:
        """One line that stands for what is at `pointer`: of a row, the row."""
        return self._in_table(pointer) or self._document.head(pointer)

    def scalar(self, pointer: str) -> ScalarMark | None:
        """How the scalar at `pointer` is written; nothing of a cell, which is not YAML."""
        return None if self._in_table(pointer) else self._document.scalar(pointer)

    def _in_table(self, pointer: str) -> Place | None:
        for target, table in self._tables.items():
            if pointer == target or pointer.startswith(f"{target}/"):
                return _place(table, target, path_of(pointer.removeprefix(target)))
        return None


def _place(table: Table, target: str, path: list[str]) -> Place:
    number = path[0] if path else ""
    row = int(number) if number.isascii() and number.isdigit() and len(number) < _MOST_DIGITS else -1
    cells = table.cells(row)
    if not cells:
        return _under(table.head(), target)
    if len(path) > 1 and path[1] in table.rows[row]:
        return _under(table.place(row, path[1]), f"{target}/{row}/{path[1]}")
    return _under(table.row_place(row), f"{target}/{row}")


def _under(place: Place, pointer: str) -> Place:
    return Place(place.file, place.line, place.column, place.end_line, place.end_column, pointer)


_MOST_DIGITS = 12


def table_files(paths: Iterable[str]) -> list[str]:
    """Those of `paths` that a document may name as its table, sorted."""
    return sorted(path for path in paths if path.endswith(ENDING))


def uses(document: Document, kind: Kind) -> Iterator[Use]:
    """The properties of a document that name tables."""
    if kind.has_tables and kind.plan is not None:
        yield from _uses(document, document.value, kind.plan, "")


def _uses(document: Document, value: object, plan: Plan, pointer: str) -> Iterator[Use]:
    if isinstance(value, dict):
        for name, rule in plan.tables.items():
            written = value.get(name)
            if isinstance(written, str):
                yield Use(document, value, pointer, name, rule, _beside(document.file, written))
        for name, part in plan.fields.items():
            if name in value:
                yield from _uses(document, value[name], part, f"{pointer}/{name}")
        for name in value if plan.values else ():
            escaped = str(name).replace("~", "~0").replace("/", "~1")
            yield from _uses(document, value[name], cast("Plan", plan.values), f"{pointer}/{escaped}")
    elif isinstance(value, list) and plan.element:
        for index, item in enumerate(value):
            yield from _uses(document, item, plan.element, f"{pointer}/{index}")


def _beside(file: str, written: str) -> str:
    """The path of a table that a document in `file` names; empty if it would lie outside the document's folder."""
    parts = written.split("/")
    if "\\" in written or not written.endswith(ENDING) or any(part in ("", ".", "..") for part in parts):
        return ""
    return join(dirname(file), written)
