"""Strict CSV tables: the rows of a list of a document, with the place of every cell.

The quick way splits a line at its commas and looks no closer; where a quote stands, or a place is wanted, `cells` does.
"""

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from concertino.documents.cells import Cell, QuoteFault, Record, read_record
from concertino.documents.nodes import Node, Span
from concertino.documents.phrases import counted, one_of
from concertino.documents.positions import Positions
from concertino.documents.refusals import forbidden
from concertino.documents.scalars import shorten
from concertino.documents.text import FORBIDDEN, decode, lines_of
from concertino.model.json import JsonScalar
from concertino.model.limits import Limits
from concertino.model.place import Place, Related
from concertino.model.problem import Problem
from concertino.model.suggest import suggest

CHECK = "syntax"
MOST_PROBLEMS = 20
"""As many are told of one table: what is wrong with one row is mostly wrong with all of them."""
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,18})\Z")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,3})?\Z")
_LARGEST_FLOAT = 1.7976931348623157e308
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1
_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that a table may have, each with its type as schemas call it, and those it must have."""

    types: Mapping[str, str]
    required: Sequence[str] = ()


@dataclass(frozen=True)
class Table:
    """A CSV file that was read.

    `rows` holds one mapping for each record below the header, whatever is wrong with it, so that a row's position
    leads back to its line. An empty cell is a field left out; what is no value of its column's type stays text.
    `problems` are about the file and its header; if there are any, it may have no rows. `faults` are about single rows,
    by their positions; rows beyond the first faulty ones are only counted, in `faulty`.
    """

    file: str
    header: tuple[str, ...] = ()
    rows: "list[dict[str, JsonScalar]]" = field(default_factory=list)
    problems: tuple[Problem, ...] = ()
    faults: Mapping[int, Problem] = field(default_factory=dict)
    faulty: frozenset[int] = frozenset()
    _data: bytes = field(default=b"", repr=False)
    _starts: "array[int]" = field(default_factory=lambda: array("L"), repr=False)

    def cells(self, row: int) -> tuple[Cell, ...]:
        """The cells of one row with their places; none if there is no such row."""
        if not 0 <= row < len(self._starts):
            return ()
        return read_record(_lines(self._data), self._starts[row]).cells

    def head(self) -> Place:
        """The first line."""
        lines = _lines(self._data)
        return Place(self.file, 1, 1, 1, max(len(lines[0]) if lines else 0, 1) + 1)

    def row_place(self, row: int) -> Place:
        """The place of a row, or of the header if there is no such row."""
        cells = self.cells(row)
        return _over(cells[0].span, cells[-1].span).place(self.file) if cells else self.head()

    def place(self, row: int, column: str) -> Place:
        """The place of a cell, or of its row if it has no such cell."""
        cells = self.cells(row)
        index = self.header.index(column) if column in self.header else len(cells)
        return cells[index].span.place(self.file) if index < len(cells) else self.row_place(row)

    def positions(self, row: int) -> Positions:
        """The places in a row, as if it were a document of its own."""
        cells = self.cells(row)
        place = self.row_place(row)
        node = Node(Span(place.line, place.column, place.end_line, place.end_column))
        for name, cell in zip(self.header, cells, strict=False):
            node.children[name] = Node(cell.span, style="plain", text=cell.text, key=cell.span)
        return Positions(self.file, node)


def read_table(file: str, data: bytes, columns: Columns, limits: Limits) -> Table:
    """The table in a CSV file: UTF-8, a header in the first line, commas between cells, quotes as in RFC 4180."""
    refusal = _refuse(file, data, limits)
    if refusal is not None:
        return Table(file, problems=(refusal,))
    lines = _lines(data)
    if not lines:
        remedy = f"Begin it with the names of its columns: {','.join(columns.types)}."
        return Table(file, problems=(Problem(CHECK, "the table is empty", Place(file), remediation=remedy),))
    header = read_record(lines, 1)
    problems = tuple(_check_header(file, header, columns))[:MOST_PROBLEMS]
    if problems:
        return Table(file, problems=problems, _data=data)
    return _Reader(file, lines, [cell.text for cell in header.cells], columns, limits.table_rows).table(data, header)


def _refuse(file: str, data: bytes, limits: Limits) -> Problem | None:
    if len(data) > limits.file_bytes:
        message = f"the file has {len(data):,} bytes; no more than {limits.file_bytes:,} are read"
        return Problem(CHECK, message, Place(file), remediation="Split the table, or raise limits.fileBytes.")
    if data.startswith(_UTF16_MARKS):
        remedy = 'Save it as UTF-8 ("CSV UTF-8" in a spreadsheet).'
        return Problem(CHECK, "the file is UTF-16, not UTF-8", Place(file), remediation=remedy)
    return None


@lru_cache(maxsize=2)
def _lines(data: bytes) -> list[str]:
    """The lines of a file without the empty ones at its end. The last files are kept: places are asked for in turn."""
    lines = lines_of(decode(data).text)
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _check_header(file: str, header: Record, columns: Columns) -> Iterator[Problem]:
    names = [cell.text for cell in header.cells]
    if header.fault is not None:
        yield _quotes(file, header.fault)
        return
    wrong = next((sign for sign in _OTHER_SEPARATORS if len(names) == 1 and sign in names[0]), "")
    if wrong:
        message = f"the columns are separated by {_OTHER_SEPARATORS[wrong]}"
        place, meant = header.cells[0].span.place(file), ",".join(names[0].split(wrong))
        yield Problem(CHECK, message, place, "commas", meant, "Separate all cells by commas.")
        return
    yield from _check_names(file, header.cells, columns)
    missing = [name for name in columns.required if name not in names]
    misspelt = {suggest(name, columns.types) for name in names if name not in columns.types}
    for name in missing:
        if name not in misspelt:
            place = _over(header.cells[0].span, header.cells[-1].span).place(file)
            yield Problem(CHECK, f'the column "{name}" is missing', place, remediation="Add it to the first line.")


def _check_names(file: str, cells: Sequence[Cell], columns: Columns) -> Iterator[Problem]:
    first: dict[str, Cell] = {}
    for cell in cells:
        place = cell.span.place(file)
        twin = first.setdefault(cell.text, cell)
        if twin is not cell:
            related = (Related("it stands here first", twin.span.place(file)),)
            remedy = "Keep one of the two."
            message = f'the column "{shorten(cell.text)}" stands here twice'
            yield Problem(CHECK, message, place, remediation=remedy, related=related)
        elif cell.text not in columns.types:
            message = f'unknown column "{shorten(cell.text)}"' if cell.text else "a column has no name"
            remedy = "Correct the name, or remove the column."
            yield Problem(CHECK, message, place, _listed(columns.types), suggest(cell.text, columns.types), remedy)


class _Reader:
    """Reads the rows below the header."""

    def __init__(self, file: str, lines: list[str], header: list[str], columns: Columns, most: int) -> None:
        self._file = file
        self._lines = lines
        self._header = header
        self._most = most
        self._values = [_Values(columns.types[name]) for name in header]
        self._rows: list[dict[str, JsonScalar]] = []
        self._starts = array("L")
        self._faults: dict[int, Problem] = {}
        self._faulty: set[int] = set()
        self._problems: list[Problem] = []

    def table(self, data: bytes, header: Record) -> Table:
        """The table whose header was read already."""
        clean = decode(data).clean
        number = header.following
        while number <= len(self._lines):
            if len(self._rows) == self._most:
                self._problems.append(self._too_many(number))
                break
            self._starts.append(number)
            number = self._row(number, clean=clean)
        return Table(
            self._file,
            tuple(self._header),
            self._rows,
            tuple(self._problems),
            self._faults,
            frozenset(self._faulty),
            data,
            self._starts,
        )

    def _row(self, number: int, *, clean: bool) -> int:
        """Reads the row on line `number`, and gives the number of the line after it."""
        text = self._lines[number - 1]
        if '"' not in text:
            cells, following, fault = text.split(","), number + 1, None
        else:
            record = read_record(self._lines, number)
            cells, following, fault = [cell.text for cell in record.cells], record.following, record.fault
        columns = zip(self._header, self._values, cells, strict=False)
        row = {name: values[cell] for name, values, cell in columns if cell}
        if fault is not None:
            self._blame(_quotes(self._file, fault))
        elif not clean and (found := self._forbidden(number, following)) is not None:
            self._blame(found)
        elif len(cells) != len(self._header):
            self._blame(self._wrong_length(number, text))
        self._rows.append(row)
        return following

    def _blame(self, problem: Problem) -> None:
        row = len(self._rows)
        self._faulty.add(row)
        if len(self._faults) < MOST_PROBLEMS:
            self._faults[row] = problem

    def _wrong_length(self, number: int, text: str) -> Problem:
        wanted = len(self._header)
        cells = read_record(self._lines, number).cells
        if not text:
            place = Place(self._file, number, 1, number, 2)
            return Problem(CHECK, "an empty line stands between the rows", place, remediation="Remove it.")
        message = f"the row has {counted(len(cells), 'cell')}, and the header names {counted(wanted, 'column')}"
        remedy = "A cell may be empty, but its comma stays."
        span = _over(cells[0].span, cells[-1].span)
        if len(cells) > wanted:
            span = _over(cells[wanted].span, cells[-1].span)
            remedy = "Decimals follow a point, and text that holds a comma stands in quotes."
        return Problem(CHECK, message, span.place(self._file), ",".join(self._header), remediation=remedy)

    def _forbidden(self, number: int, following: int) -> Problem | None:
        for line in range(number, following):
            found = FORBIDDEN.search(self._lines[line - 1])
            if found is not None:
                place = Place(self._file, line, found.start() + 1, line, found.start() + 2)
                problem = forbidden(found.group(), place)
                return problem if "UTF-8" in problem.remediation else replace(problem, remediation="Remove it.")
        return None

    def _too_many(self, number: int) -> Problem:
        message = f"the table has more than {self._most:,} rows; the rest is not read"
        place = Place(self._file, number, 1, number, len(self._lines[number - 1]) + 1)
        return Problem(CHECK, message, place, remediation="Split the table, or raise limits.tableRows.")


class _Values(dict[str, JsonScalar]):
    """The values of the cells of one column. Most cells hold what another held before."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self._word = word

    def __missing__(self, cell: str) -> JsonScalar:
        value = value_of(cell, self._word)
        self[cell] = value
        return value


def value_of(cell: str, word: str) -> JsonScalar:
    """What a cell holds in a column of the type `word`; the text itself if it is no value of that type."""
    if word == "number" and _NUMBER.match(cell):
        value = float(cell)
        return value if abs(value) <= _LARGEST_FLOAT else cell
    if word == "integer" and _INTEGER.match(cell):
        whole = int(cell)
        return whole if _SMALLEST <= whole <= _LARGEST else cell
    if word == "boolean" and cell in ("true", "false"):
        return cell == "true"
    return cell


def _quotes(file: str, fault: QuoteFault) -> Problem:
    related = (Related("the cell begins here", fault.opened.place(file)),) if fault.opened else ()
    return Problem(CHECK, fault.message, fault.span.place(file), remediation=fault.remediation, related=related)


def _over(first: Span, last: Span) -> Span:
    return Span(first.line, first.column, last.end_line, max(last.end_column, first.column + 1))


def _listed(names: Iterable[str]) -> str:
    return f"one of {one_of(names)}"
