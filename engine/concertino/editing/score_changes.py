"""A table of scores compared with the sheets: what has to change in them, and what the table gets wrong."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from concertino.catalogue import CatalogueEntity
from concertino.documents.tables import Table
from concertino.editing.changes import Append, Change, Insert, Remove, Replace
from concertino.editing.scores import SHEET, SheetRow, Sheets, text_of
from concertino.model.json import JsonScalar, JsonValue
from concertino.model.place import Related
from concertino.model.problem import Problem
from concertino.model.suggest import suggest

CHECK = "schema"
_FORMULA_SIGNS = "=+-@＝＋－＠"  # noqa: RUF001 - the wide signs are guarded against, too


@dataclass
class ScorePlan:
    """What a table comes to: the changes of each sheet, by its reference, new rows of sheets that are not there yet
    (by the factors and the perspective that they would have), and everything that is wrong. `rows` counts those that
    differ.
    """

    changes: dict[str, list[Change]] = field(default_factory=dict)
    added: dict[tuple[tuple[str, ...], str], list[dict[str, JsonValue]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    rows: int = 0


def plan_changes(sheets: Sheets, table: Table, shown: Callable[[str], str]) -> ScorePlan:
    """What has to change so that the sheets say what the table says. `shown` is how a text is exported.

    Rows that the table leaves out stay as they are, and so does what it has no column for.
    """
    return _Planner(sheets, table, shown).plan()


class _Planner:
    def __init__(self, sheets: Sheets, table: Table, shown: Callable[[str], str]) -> None:
        self._sheets = sheets
        self._table = table
        self._shown = shown
        self._plan = ScorePlan()
        self._cells = {tuple(sheets.factors(cell).values()): cell for cell in sheets.cells}
        self._names = {sheet.reference.name: sheet for sheet in sheets.sheets}
        self._seen: dict[tuple[str, str], int] = {}
        self._columns = [name for name in table.header if name in sheets.fields]

    def plan(self) -> ScorePlan:
        removed: dict[str, list[int]] = {}
        for number, row in enumerate(self._table.rows):
            found = self._row_of(number, row)
            if found is not None:
                self._compare(number, row, found, removed)
        for sheet, numbers in removed.items():
            pointers = (f"{self._rows}/{item}" for item in sorted(numbers, reverse=True))
            self._plan.changes.setdefault(sheet, []).extend(map(Remove, pointers))
        for changes in self._plan.changes.values():  # rows are counted from 0 until one goes or comes
            changes.sort(
                key=lambda change: (isinstance(change, Append), isinstance(change, Remove) and _is_row(change))
            )
        return self._plan

    @property
    def _rows(self) -> str:
        return f"/spec/{self._sheets.declared.rows}"

    def _row_of(self, number: int, row: Mapping[str, JsonScalar]) -> SheetRow | None:
        """What a row of the table is about; None if there is nothing to compare, or if that is wrong."""
        cell = self._cell(number, row)
        if cell is None:
            return None
        declared = self._sheets.declared.perspective
        perspective = str(row.get(declared, "")) if declared else ""
        if SHEET in row:
            sheet = self._named_sheet(number, str(row[SHEET]), cell, perspective)
            return self._once(number, cell, sheet) if sheet else None
        blank = not any(name in row for name in self._columns)
        if declared and not perspective:
            if not blank:
                message = f'neither "{SHEET}" nor "{declared}" says whose view this is'
                self._report(message, number, declared, remedy="Fill one of them in, or leave the row empty.")
            return None
        sheet = self._found_sheet(cell, perspective)
        if sheet:
            return self._once(number, cell, sheet)
        return None if blank else self._begun(number, cell, perspective)

    def _once(self, number: int, cell: CatalogueEntity, sheet: CatalogueEntity) -> SheetRow | None:
        return None if self._is_twin(number, cell.name, sheet.name) else self._sheets.row(cell, sheet)

    def _begun(self, number: int, cell: CatalogueEntity, perspective: str) -> SheetRow | None:
        """The first score of a view that has no sheet yet."""
        declared = self._sheets.declared
        fields = self._sheets.kinds.vocabulary.shapes[f"{declared.kind}.spec"].fields
        known = fields[declared.perspective].values if declared.perspective else ()
        if known and perspective not in known:
            message = f'there is no {declared.perspective} "{perspective}"'
            self._report(message, number, declared.perspective, suggest(perspective, known))
            return None
        if self._is_twin(number, cell.name, perspective):
            return None
        return SheetRow(cell, self._sheets.factors(cell), None, perspective)

    def _cell(self, number: int, row: Mapping[str, JsonScalar]) -> CatalogueEntity | None:
        axes = self._sheets.axes
        names = tuple(str(row.get(name, "")) for name in axes)
        if names in self._cells:
            return self._cells[names]
        for at, name in enumerate(axes):
            known = sorted({key[at] for key in self._cells})
            if names[at] not in known:
                message = f'there is no {name} "{names[at]}" that can be scored'
                self._report(message, number, name, suggest(names[at], known))
                return None
        remedy = "Remove the row: what does not apply is not scored."
        self._report(f"{'/'.join(names)} is no {self._sheets.target}", number, axes[-1], remedy=remedy)
        return None

    def _named_sheet(self, number: int, text: str, cell: CatalogueEntity, perspective: str) -> CatalogueEntity | None:
        sheet = self._names.get(text.partition(":")[2] or text)
        if sheet is None:
            faulty = next((item for item in self._sheets.faulty if item.reference.name == text), None)
            why = "has faults, so it can't be changed" if faulty else "does not exist"
            self._report(f'the sheet "{text}" {why}', number, SHEET, suggest(text, self._names))
        elif not self._sheets.concerns(sheet, cell):
            self._report(f"{sheet.name} is not about {cell.name}", number, SHEET)
        elif perspective and perspective != self._sheets.perspective(sheet):
            message = f"{sheet.name} is the view of {self._sheets.perspective(sheet)}, not of {perspective}"
            self._report(message, number, self._sheets.declared.perspective, self._sheets.perspective(sheet))
        else:
            return sheet
        return None

    def _found_sheet(self, cell: CatalogueEntity, perspective: str) -> CatalogueEntity | None:
        concerned = (item for item in self._sheets.sheets if self._sheets.concerns(item, cell))
        return next((item for item in concerned if self._sheets.perspective(item) == perspective), None)

    def _is_twin(self, number: int, cell: str, sheet: str) -> bool:
        first = self._seen.setdefault((cell, sheet), number)
        if first == number:
            return False
        related = (Related("it stands here first", self._table.row_place(first)),)
        message = f"{cell} stands here twice for the same sheet"
        place = self._table.row_place(number)
        self._plan.problems.append(
            Problem(CHECK, message, place, remediation="Keep one of the two rows.", related=related)
        )
        return True

    def _compare(
        self, number: int, row: Mapping[str, JsonScalar], found: SheetRow, removed: dict[str, list[int]]
    ) -> None:
        after = {name: found.values[name] for name in found.values}
        for name in self._columns:
            value = self._value(row.get(name), found.values.get(name))
            after.pop(name, None)
            if value is not None:
                after[name] = value
        if after == dict(found.values):
            return
        self._plan.rows += 1
        if not after and not found.hidden and found.sheet and found.number is not None:
            removed.setdefault(found.sheet.name, []).append(found.number)
            return
        lacking = [name for name in self._sheets.required if name not in after]
        for name in lacking:
            remedy = "Fill it in; a row of which everything is empty inherits everything."
            self._report(f'"{name}" is empty, and a row of scores needs it', number, name, remedy=remedy)
        if not lacking:
            self._change(found, after)

    def _value(self, given: JsonScalar | None, before: JsonScalar | None) -> JsonScalar | None:
        """What a cell of the table says: what there was, if it was not touched on its way through a spreadsheet."""
        if given is None:
            return None
        if before is not None and text_of(given) in (text_of(before), self._shown(text_of(before))):
            return before
        if isinstance(given, str) and given[:1] == "'" and given[1:].lstrip()[:1] in tuple(_FORMULA_SIGNS):
            return given[1:]
        return given

    def _change(self, found: SheetRow, after: Mapping[str, JsonScalar]) -> None:
        if found.sheet is None:
            key = (tuple(found.factors[name] for name in self._sheets.declared.document), found.perspective)
            self._plan.added.setdefault(key, []).append(self._element(found, after))
            return
        changes = self._plan.changes.setdefault(found.sheet.name, [])
        if found.number is None:
            changes.append(Append(self._rows, self._element(found, after)))
        else:
            changes.extend(self._edits(found, after, f"{self._rows}/{found.number}"))

    def _element(self, found: SheetRow, after: Mapping[str, JsonScalar]) -> dict[str, JsonValue]:
        """A new row, its fields in the order of the schema."""
        names = {name: found.factors[name] for name in self._sheets.declared.row}
        return {name: {**names, **after}[name] for name in self._sheets.order if name in names or name in after}

    def _edits(self, found: SheetRow, after: Mapping[str, JsonScalar], pointer: str) -> Iterator[Change]:
        """What changes in a row that is there: a new field goes behind the one that comes before it in the schema."""
        gone: list[Change] = []
        there = [name for name in self._sheets.order if name in found.values or name in self._sheets.declared.row]
        for name in self._sheets.order:
            before, value = found.values.get(name), after.get(name)
            if name not in self._sheets.fields or before == value:
                continue
            if value is None:
                gone.append(Remove(f"{pointer}/{name}"))  # last, since a new field may go behind it
            elif before is not None:
                yield Replace(f"{pointer}/{name}", value)
            else:
                earlier = [item for item in there if self._sheets.order.index(item) < self._sheets.order.index(name)]
                there.append(name)
                there.sort(key=self._sheets.order.index)
                yield Insert(f"{pointer}/{name}", value, earlier[-1] if earlier else "")
        yield from gone

    def _report(self, message: str, number: int, column: str, meant: str = "", remedy: str = "") -> None:
        place = self._table.place(number, column)
        self._plan.problems.append(Problem(CHECK, message, place, suggestion=meant, remediation=remedy))


def _is_row(change: Remove) -> bool:
    """Whether a whole row goes."""
    return change.pointer.rpartition("/")[2].isdigit()
