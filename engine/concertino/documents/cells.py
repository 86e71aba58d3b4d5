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
    it is then taken to end with its line.
    """
    cells: list[Cell] = []
    fault: QuoteFault | None = None
    line, column = number, 0
    while True:
        text = lines[line - 1]
        read = _quoted(lines, line, column) if text.startswith(_QUOTE, column) else _plain(text, line, column)
        cells.append(read[0])
        fault = fault or read[1]
        line, column = read[0].span.end_line, read[0].span.end_column - 1
        if column >= len(lines[line - 1]):
            return Record(tuple(cells), line + 1, fault)
        column += 1  # over the comma


def _plain(text: str, line: int, column: int) -> tuple[Cell, QuoteFault | None]:
    end = _comma(text, column)
    cell = Cell(text[column:end], Span(line, column + 1, line, end + 1))
    at = cell.text.find(_QUOTE)
    if at < 0:
        return cell, None
    remedy = 'Put the whole cell in quotes, and write each quote in it twice: "a ""word"" in quotes".'
    span = Span(line, column + at + 1, line, column + at + 2)
    return cell, QuoteFault("a quote stands in a cell that does not begin with one", remedy, span)


def _quoted(lines: list[str], line: int, column: int) -> tuple[Cell, QuoteFault | None]:
    """The cell whose opening quote stands at `column`, counted from 0."""
    first = lines[line - 1]
    opened = Span(line, column + 1, line, column + 2)
    alone = Cell(first[column + 1 :], Span(line, column + 1, line, len(first) + 1))
    parts: list[str] = []
    number, start = line, column + 1
    while number <= len(lines):
        text = lines[number - 1]
        end = _closing(text, start)
        parts.append(text[start : end if end >= 0 else None].replace(_QUOTE * 2, _QUOTE))
        if end >= 0:
            behind = _comma(text, end)
            cell = Cell("\n".join(parts), Span(line, column + 1, number, behind + 1))
            if behind == end + 1:
                return cell, None
            message = "text follows the quote that closes this cell"
            remedy = "Let a comma or the end of the line follow. A quote that is meant as such is written twice."
            fault = QuoteFault(message, remedy, Span(number, end + 2, number, behind + 1), opened)
            return (cell if number == line else alone), fault
        number, start = number + 1, 0
    remedy = "Add the closing quote. A quote that is meant as such is written twice, in a cell in quotes."
    return alone, QuoteFault("the quote that opens this cell is never closed", remedy, opened)


def _closing(text: str, start: int) -> int:
    """Where the quote is that ends a cell, or -1: two quotes together stand for one."""
    at = text.find(_QUOTE, start)
    while at >= 0 and text.startswith(_QUOTE, at + 1):
        at = text.find(_QUOTE, at + 2)
    return at


def _comma(text: str, start: int) -> int:
    """Where the next comma is, or the end of the line."""
    at = text.find(",", start)
    return len(text) if at < 0 else at
