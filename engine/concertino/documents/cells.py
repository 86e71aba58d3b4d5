"""One record of a CSV file (RFC 4180) at a time: its cells, where they stand, and what is wrong with its quotes."""

from dataclasses import dataclass
from typing import NamedTuple

from concertino.documents.nodes import Span

_QUOTE = '"'


class Cell(NamedTuple):
    """One cell: its text without quotes, and its range, quotes included."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class QuoteFault:
    """A quote where none may stand. `message` says what is wrong, `opened` is the quote that began the cell, if any."""

    message: str
    remediation: str
    span: Span
    opened: Span | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one record. `following` is the number of the line after it."""

    cells: tuple[Cell, ...]
    following: int
    fault: QuoteFault | None = None


def read_record(lines: list[str], number: int) -> Record:
    """The record that begins on line `number`, counted from 1. Of several faults the first is told.

    A quoted cell may hold line breaks. One that is not closed as it should be most likely lacks its closing quote, so
    the next record is then taken to begin on the next line.
    """
    cells: list[Cell] = []
    line, column = number, 0
    fault: QuoteFault | None = None
    while True:
        text = lines[line - 1]
        if text.startswith(_QUOTE, column):
            cell, found = _quoted(lines, line, column)
            if found is not None and (cell is None or cell.span.end_line != number):
                return Record((*cells, *((cell,) if cell else ())), number + 1, found)
        else:
            cell, found = _plain(text, line, column), _stray_quote(text, line, column)
        fault = fault or found
        if cell is None:  # pragma: no cover - a quoted cell without an end has a fault and was returned
            return Record(tuple(cells), number + 1, fault)
        cells.append(cell)
        line, column = cell.span.end_line, cell.span.end_column - 1
        if column >= len(lines[line - 1]):
            return Record(tuple(cells), line + 1, fault)
        column += 1


def _plain(text: str, line: int, column: int) -> Cell:
    end = text.find(",", column)
    end = len(text) if end < 0 else end
    return Cell(text[column:end], Span(line, column + 1, line, end + 1))


def _stray_quote(text: str, line: int, column: int) -> QuoteFault | None:
    end = text.find(",", column)
    at = text.find(_QUOTE, column, len(text) if end < 0 else end)
    if at < 0:
        return None
    remedy = 'Put the whole cell in quotes, and write each quote in it twice: "a ""word"" in quotes".'
    return QuoteFault("a quote stands in a cell that does not begin with one", remedy, Span(line, at + 1, line, at + 2))


def _quoted(lines: list[str], line: int, column: int) -> tuple[Cell | None, QuoteFault | None]:
    """The cell whose opening quote stands at `column`, counted from 0; no cell if it is never closed."""
    opened = Span(line, column + 1, line, column + 2)
    parts: list[str] = []
    number, start = line, column + 1
    while number <= len(lines):
        text = lines[number - 1]
        end = _closing(text, start)
        if end >= 0:
            parts.append(text[start:end].replace('""', _QUOTE))
            return _closed("\n".join(parts), text, number, end, opened)
        parts.append(text[start:].replace('""', _QUOTE))
        number, start = number + 1, 0
    remedy = "Add the closing quote. A quote that is meant as such is written twice, in a cell in quotes."
    return None, QuoteFault("the quote that opens this cell is never closed", remedy, opened)


def _closing(text: str, start: int) -> int:
    """Where the quote is that ends a cell, or -1: two quotes together stand for one."""
    at = text.find(_QUOTE, start)
    while at >= 0 and text.startswith(_QUOTE, at + 1):
        at = text.find(_QUOTE, at + 2)
    return at


def _closed(value: str, text: str, line: int, end: int, opened: Span) -> tuple[Cell, QuoteFault | None]:
    behind = text.find(",", end)
    behind = len(text) if behind < 0 else behind
    cell = Cell(value, Span(opened.line, opened.column, line, behind + 1))
    if behind == end + 1:
        return cell, None
    message = "text follows the quote that closes this cell"
    remedy = "Let a comma or the end of the line follow. A quote that is meant as such is written twice."
    return cell, QuoteFault(message, remedy, Span(line, end + 2, line, behind + 1), opened)
