"""The rows of a table through the schema gate, and what is wrong with each in words that fit a cell."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from concertino.documents.gate import Gate
from concertino.documents.phrases import TYPES, counted
from concertino.documents.scalars import shorten
from concertino.documents.tables import MOST_PROBLEMS, Columns, Table, value_of
from concertino.model.problem import Problem

CHECK = "schema"
_DECIMAL_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+\Z")
_GROUPED = re.compile(r"[-+]?[0-9]{1,3}([ ,'_\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}][0-9]{3})+(\.[0-9]+)?\Z")


def check_rows(table: Table, columns: Columns, whole: Gate, single: Gate, pointer: str) -> tuple[Problem, ...]:
    """All that is wrong with a table, at most `MOST_PROBLEMS` and a closing one that counts the other bad rows.

    `whole` is the gate of the list, `single` that of one row, `pointer` where the list stands in its document.
    """
    if table.problems and not table.rows:
        return table.problems
    bad = _bad_rows(table, whole, single)
    if not bad and not table.problems and not whole.accepts(table.rows):
        return (_wrong_as_a_whole(table),)
    found: list[Problem] = []
    for count, row in enumerate(bad):
        found += _problems_of(table, row, columns, single)
        if len(found) >= MOST_PROBLEMS and count + 1 < len(bad):
            found[MOST_PROBLEMS:] = [_and_more(table, bad[count + 1 :])]
            break
    return (*(_below(pointer, problem) for problem in found), *table.problems)


def _below(pointer: str, problem: Problem) -> Problem:
    return replace(problem, place=replace(problem.place, pointer=pointer + problem.place.pointer))


def _bad_rows(table: Table, whole: Gate, single: Gate) -> list[int]:
    if not table.faulty and whole.accepts(table.rows):
        return []
    accepts = single.accepts
    return [index for index, row in enumerate(table.rows) if index in table.faulty or not accepts(row)]


def _problems_of(table: Table, row: int, columns: Columns, single: Gate) -> Iterator[Problem]:
    if row in table.faulty:
        if row in table.faults:
            yield _at(table.faults[row], row, "")
        return
    cells = table.rows[row]
    wrong = list(_wrong_cells(table, row, columns))
    yield from (_at(problem, row, f"/{column}") for column, problem in wrong)
    left = {name: value for name, value in cells.items() if name not in {column for column, _ in wrong}}
    for problem in single.explain(left, table.positions(row), ignore_missing=bool(wrong)):
        yield _at(problem, row, problem.place.pointer)


def _wrong_cells(table: Table, row: int, columns: Columns) -> Iterator[tuple[str, Problem]]:
    """Cells that are empty and must not be, and those that hold no value of their type."""
    cells = table.rows[row]
    for name in table.header:
        word, value = columns.types[name], cells.get(name)
        if value is None and name in columns.required:
            message = f'"{name}" is empty'
            remedy = "Fill it in, or remove the row: what nobody measured is no row."
            yield name, Problem(CHECK, message, table.place(row, name), TYPES[word], remediation=remedy)
        elif isinstance(value, str) and word != "string":
            message = f'expected {TYPES[word]} for "{name}", found "{shorten(value)}"'
            yield name, Problem(CHECK, message, table.place(row, name), suggestion=_meant(value, word))


def _meant(text: str, word: str) -> str:
    """How a value is written that people and spreadsheets write in other ways."""
    plain = text.strip()
    if word == "boolean":
        return {"yes": "true", "no": "false"}.get(plain.casefold(), plain.casefold())
    plain = plain.removeprefix("+")
    if _GROUPED.match(plain):
        plain = re.sub(r"[^-0-9.]", "", plain)
    elif _DECIMAL_COMMA.match(plain):
        plain = plain.replace(",", ".")
    if word == "integer":
        plain = re.sub(r"\.0+\Z", "", plain)
    sign = "-" if plain.startswith("-") else ""
    plain = sign + (re.sub(r"\A0+(?=[0-9])", "", plain.removeprefix("-")))
    return plain if not isinstance(value_of(plain, word), str) else ""


def _at(problem: Problem, row: int, pointer: str) -> Problem:
    return replace(problem, place=replace(problem.place, pointer=f"/{row}{pointer}"))


def _and_more(table: Table, rows: Sequence[int]) -> Problem:
    message = f"and {counted(len(rows), 'more row')} of this table with problems"
    return _at(
        Problem(CHECK, message, table.row_place(rows[0]), remediation="They are shown once those above are solved."),
        rows[0],
        "",
    )


def _wrong_as_a_whole(table: Table) -> Problem:
    if not table.rows:
        return Problem(CHECK, "the table has no rows", table.head(), remediation="Add at least one below the header.")
    message = f"the {len(table.rows):,} rows together do not follow the schema of the list they fill"
    remedy = "See what the schema says of the list: how long it may be, and whether rows may be equal."
    return Problem(CHECK, message, table.head(), remediation=remedy)
