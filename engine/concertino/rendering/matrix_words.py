"""What every drawing of the matrix has in common: a letter for each answer, marks, and the words for both."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from concertino.matrix.cells import CellAnswer
from concertino.matrix.model import Model, Scalar
from concertino.matrix.picture import Picture, Pictured, counted
from concertino.rendering.painting import DIM, Line, Span, line

NONE = "-"
"""Stands for an answer that there is not."""
NOWHERE = "."
"""Stands where two factors make no entity."""

MARKS: Mapping[str, str] = {
    "!": "otherwise in fact than decided, and past its day",
    ">": "otherwise in fact than decided, for now",
    "^": "decided otherwise than recommended",
    "~": "contested: perspectives would answer differently",
    "?": "undetermined: not everything can be known yet",
    "x": "no answer",
}
"""Every mark with what it says, the gravest first."""
_STYLES = {"!": "bold red", ">": "yellow", "^": "yellow", "~": "magenta", "?": "cyan", "x": "bold red"}


def marks_of(entry: Pictured) -> str:
    """The marks of one entity, the gravest first."""
    cell = entry.cell
    held = {
        "!": entry.overdue,
        ">": entry.moving and not entry.overdue,
        "^": entry.departing,
        "~": cell.contested,
        "?": bool(cell.undetermined),
        "x": cell.answer is None,
    }
    return "".join(mark for mark in MARKS if held[mark])


def code_of(entry: Pictured, letters: Mapping[str, str]) -> str:
    """The three answers in letters: one letter where all are the same, else recommended, decided and actual."""
    cell = entry.cell
    three = [letters.get(name, NONE) for name in (cell.recommendation, cell.decided, cell.actual)]
    return three[0] if len(set(three)) == 1 else "".join(three)


def painted(entry: Pictured, picture: Picture, width: int = 0) -> Iterator[Span]:
    """The letters and marks of one entity, filled up to `width` columns."""
    code, marks = code_of(entry, picture.matrix.display.letters), marks_of(entry)
    ordinary = code == picture.matrix.display.letters.get(picture.model.answers[0].id)
    yield Span(code, DIM if ordinary and not marks else "bold")
    yield Span(" " if marks else "")
    yield from (Span(mark, _STYLES[mark]) for mark in marks)
    yield Span(" " * (width - len(code) - len(marks) - bool(marks)))


def legend(picture: Picture, entries: Iterable[Pictured], *, gaps: bool = False) -> Iterator[Line]:
    """What the letters and those marks say that occur."""
    letters = picture.matrix.display.letters
    shown = list(entries)
    names = "   ".join(f"{letter} {name}" for name, letter in letters.items())
    empty = [f"{NONE} none"] if any(NONE in code_of(entry, letters) for entry in shown) else []
    empty += [f"{NOWHERE} does not apply"] if gaps else []
    yield line(Span("   ".join([names, *empty]), DIM))
    yield line(Span("one letter: recommended, decided and actual are the same; three: each, in this order", DIM))
    found = {mark for entry in shown for mark in marks_of(entry)}
    for mark, meaning in MARKS.items():
        if mark in found:
            yield line(Span(mark, _STYLES[mark]), Span(f" {meaning}", DIM))


def unscored(picture: Picture) -> Iterator[Line]:
    """Said first where nobody has scored anything: otherwise defaults would be taken for an opinion."""
    if picture.unscored:
        yield line(
            Span("Nothing is scored yet", "bold yellow"),
            ": every answer here follows from defaults alone, and those lean to ",
            f"{picture.model.answers[0].id}.",
        )
        yield line("next: concertino matrix export --output scores.csv  # fill in what departs, then matrix import")
        yield ()


def totals(picture: Picture, entries: Sequence[Pictured]) -> str:
    """How many answers there are of each kind."""
    recommended = [entry.cell.recommendation for entry in entries]
    counts = counted({name: recommended.count(name) for name in set(recommended)}, picture.model)
    told = ", ".join(f"{count} {name}" for name, count in counts)
    cells = "cell" if len(entries) == 1 else "cells"
    return f"{len(entries)} {cells}" + (f": {told} recommended" if told else "")


def standing(entries: Sequence[Pictured]) -> str:
    """How many are not as they should be, or not known to be so; empty if none."""
    parts = (
        (sum(entry.departing for entry in entries), "decided otherwise"),
        (sum(entry.moving for entry in entries), "otherwise in fact"),
        (sum(entry.overdue for entry in entries), "past its day"),
        (sum(entry.cell.contested for entry in entries), "contested"),
        (sum(bool(entry.cell.undetermined) for entry in entries), "undetermined"),
        (sum(entry.cell.answer is None for entry in entries), "without an answer"),
    )
    return ", ".join(f"{count} {what}" for count, what in parts if count)


def telling(entries: Sequence[Pictured]) -> Pictured | None:
    """The one that is worth being looked at first: the gravest mark, and of these the nearest to the line."""
    order = list(MARKS)

    def grade(entry: Pictured) -> tuple[int, Fraction, str]:
        marks = marks_of(entry)
        distance = entry.cell.answer.line_distance if entry.cell.answer else Fraction(0)
        return (order.index(marks[0]) if marks else len(order), distance, entry.cell.entity)

    return min(entries, key=grade, default=None)


def short(cell: CellAnswer) -> str:
    """A reference without its kind, as commands take it."""
    return cell.entity.partition(":")[2]


def number(value: Fraction | int) -> str:
    """A figure, with one decimal where it needs one."""
    return str(value) if isinstance(value, int) or value.denominator == 1 else f"{float(value):.1f}"


def said(value: Scalar) -> str:
    """A score or circumstance as people write it."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def scored(cell: CellAnswer) -> str:
    """The scores that were given for an entity itself, by factor."""
    return ", ".join(f"{name} {cell.scores[name].value}" for name in cell.own) or "all inherited"


def title(model: Model, name: str) -> str:
    """What people call a factor, circumstance, guard or answer of the model."""
    found = model.factor(name) or model.circumstance(name) or model.guard(name)
    return found.title if found else name
