"""The matrix as a table for a spreadsheet, and as one for a page in markdown."""

import csv
from collections.abc import Sequence
from io import StringIO

from concertino.matrix.model import Model
from concertino.matrix.picture import Picture, Pictured
from concertino.rendering.cells import cell as guarded
from concertino.rendering.escape import escape
from concertino.rendering.matrix_grid import Grid
from concertino.rendering.matrix_words import (
    MARKS,
    NOWHERE,
    code_of,
    marks_of,
    number,
    scored,
    short,
    standing,
    totals,
)


def matrix_csv(picture: Picture, entries: Sequence[Pictured]) -> str:
    """A row for each entity: its answers, its figures, and for each factor the score and the level it came from."""
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    factors = [factor.id for factor in picture.model.factors]
    axes = [name for name, _ in picture.axes]
    flags = ("departing", "overdue", "contested", "undetermined")
    writer.writerow(
        [
            "cell",
            *axes,
            *("recommendation", "decided", "actual", "index", "margin", "boundaryDistance"),
            *flags,
            "guards",
            *(f"{kind}{name[:1].upper()}{name[1:]}" for name in factors for kind in ("score", "level")),
        ]
    )
    for entry in entries:
        writer.writerow(map(guarded, _row(entry, axes, picture.model)))
    return stream.getvalue()


def _row(entry: Pictured, axes: Sequence[str], model: Model) -> list[str]:
    cell, answer = entry.cell, entry.cell.answer
    figures = [answer.index, answer.margin, number(answer.line_distance)] if answer else ["", "", ""]
    flags = (entry.departing, entry.overdue, cell.contested, bool(cell.undetermined))
    scores = [cell.scores.get(factor.id) for factor in model.factors]
    return [
        cell.entity,
        *(cell.factors.get(name, "") for name in axes),
        *(cell.recommendation, cell.decided, cell.actual, *map(str, figures)),
        *("yes" if flag else "no" for flag in flags),
        ";".join(answer.deciding) if answer else "",
        *(text for score in scores for text in ((str(score.value), score.level) if score else ("", ""))),
    ]


def matrix_markdown(picture: Picture, entries: Sequence[Pictured]) -> str:
    """The grid with its legend, then what is not as it should be; of a part of the matrix a list."""
    lines = [f"## {escape(picture.model.title)}", ""]
    if picture.unscored:
        leaning = escape(picture.model.answers[0].id)
        lines += [f"**Nothing is scored yet**: every answer follows from defaults, and those lean to {leaning}.", ""]
    lines += _grid(picture) if len(entries) == len(picture.entries) else _list(entries)
    open_ends = standing(entries)
    lines += ["", f"{escape(totals(picture, entries))}{f'; {open_ends}' if open_ends else ''}. As of {picture.as_of}."]
    return "\n".join(lines) + "\n"


def _grid(picture: Picture) -> list[str]:
    grid, letters = Grid.of(picture), picture.matrix.display.letters
    lines = [
        f"| | {' | '.join(map(escape, grid.columns))} |",
        f"|---|{'---|' * len(grid.columns)}",
    ]
    for row in grid.rows:
        found = [grid.entries.get((row, column)) for column in grid.columns]
        cells = [
            f"{code_of(entry, letters)} {escape(marks_of(entry))}".strip() if entry else NOWHERE for entry in found
        ]
        lines.append(f"| {escape(row)} | {' | '.join(cells)} |")
    held = {mark for entry in picture.entries for mark in marks_of(entry)}
    names = ", ".join(f"{letter} {escape(name)}" for name, letter in letters.items())
    told = "; ".join(f"{escape(mark)} {meaning}" for mark, meaning in MARKS.items() if mark in held)
    three = "One letter: recommended, decided and actual are the same; three: each of them, in this order."
    return [*lines, "", f"{names}. {three}{f' {told}.' if told else ''}"]


def _list(entries: Sequence[Pictured]) -> list[str]:
    lines = [
        "| cell | recommended | decided | actual | index | margin | scores of its own |",
        "|---|---|---|---|---:|---:|---|",
    ]
    for entry in entries:
        cell, answer = entry.cell, entry.cell.answer
        figures = (str(answer.index), str(answer.margin)) if answer else ("", "")
        words = (short(cell), cell.recommendation, cell.decided, cell.actual, *figures, scored(cell))
        lines.append(f"| {' | '.join(map(escape, words))} |")
    return lines
