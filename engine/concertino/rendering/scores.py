"""Scores for the terminal, as markdown, CSV and JSON: each with the numbers behind it and what would raise it."""

import csv
from collections.abc import Iterator
from fractions import Fraction
from io import StringIO

from concertino import __version__
from concertino.insight.scores import WHOLE, Part, Scored, Scores
from concertino.rendering.cells import cell as guarded
from concertino.rendering.escape import escape
from concertino.rendering.grid import grid
from concertino.rendering.json import Tree, dumped, filled
from concertino.rendering.painting import DIM, Line, Span, line, paint, paragraph
from concertino.rendering.status_formats import unanswered_tree
from concertino.rendering.status_text import unanswered

SCORES_VERSION = "1"
"""Raised when a field changes its meaning or goes away."""
_NONE = "-"


def scores_text(scores: Scores, *, width: int = 100, colour: bool = False, quiet: bool = False) -> str:
    """A table for each kind, then what would raise whose score."""
    return paint(_text(scores, width, quiet=quiet), colour=colour)


def _text(scores: Scores, width: int, *, quiet: bool) -> Iterator[Line]:
    since = f", compared with {scores.since}" if scores.since else ""
    yield line(Span(scores.title, "bold"), f"  out of {WHOLE}, as of {scores.as_of}{since}")
    for kind in dict.fromkeys(entry.kind for entry in scores.entries):
        entries = ranked(scores, kind)
        parts = entries[0].parts
        heads = (kind.lower(), scores.id, *(("trend",) if scores.since else ()), *(part.id for part in parts))
        yield ()
        yield from grid(heads, [_row(entry, trend=bool(scores.since)) for entry in entries])
        for part in parts:
            yield line(Span(f"{part.id}: {part.title}; weight {part.weight}", DIM))
    yield from _open(scores, width)
    yield from unanswered(scores.unanswered, width)
    if not quiet:
        yield ()
        yield line(Span("a part with nothing to gain drops out (-), and the others weigh more; it is no gate", DIM))
        yield line(
            "next: concertino reuse --since REV  # where it goes" if not scores.since else f"next: {_next(scores)}"
        )


def _next(scores: Scores) -> str:
    return "concertino matrix" if scores.entries else "concertino status"


def ranked(scores: Scores, kind: str) -> list[Scored]:
    """The entries of one kind, the highest score first; those without one last."""
    entries = [entry for entry in scores.entries if entry.kind == kind]
    return sorted(entries, key=lambda entry: (entry.value is None, -(entry.value or 0), entry.entity))


def _row(entry: Scored, *, trend: bool) -> tuple[str, ...]:
    moved = (_signed(entry.trend),) if trend else ()
    return (entry.entity.partition(":")[2], points(entry.value), *moved, *map(_behind, entry.parts))


def points(value: Fraction | None) -> str:
    """A score out of 100, with one digit after the point."""
    return _NONE if value is None else f"{float(value * WHOLE):.1f}"


def _signed(value: Fraction | None) -> str:
    return _NONE if value is None else f"{float(value * WHOLE):+.1f}"


def _behind(part: Part) -> str:
    """The two numbers behind a part: `11 of 13`."""
    return _NONE if part.value is None else f"{_number(part.gained)} of {_number(part.of)}"


def _number(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.2f}"


def _open(scores: Scores, width: int) -> Iterator[Line]:
    told = [(entry, text) for entry in scores.entries for part in entry.parts for text in part.open]
    if told:
        yield ()
        yield line(Span("What would raise it", "bold"))
    for entry in dict.fromkeys(entry.entity for entry, _ in told):
        text = ", ".join(text for other, text in told if other.entity == entry)
        yield from paragraph(text, width, "  ", f"{entry.partition(':')[2]}: ")


def scores_csv(scores: Scores) -> str:
    """A row for each part of each score, so that a spreadsheet can do the sum again."""
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(("entity", "kind", "score", "before", "part", "weight", "gained", "of", "open"))
    for entry in scores.entries:
        for part in entry.parts:
            figures = (str(part.weight), _exact(part.gained), _exact(part.of))
            row = (entry.entity, entry.kind, points(entry.value), points(entry.before), part.id, *figures)
            writer.writerow(map(guarded, ("" if text == _NONE else text for text in (*row, "; ".join(part.open)))))
    return stream.getvalue()


def _exact(value: Fraction) -> str:
    return f"{float(value):.15g}"


def scores_markdown(scores: Scores) -> str:
    """A table for each kind."""
    lines = [f"## {escape(scores.title)} as of {scores.as_of}"]
    for kind in dict.fromkeys(entry.kind for entry in scores.entries):
        entries = ranked(scores, kind)
        heads = (
            kind.lower(),
            scores.id,
            *(("trend",) if scores.since else ()),
            *(part.id for part in entries[0].parts),
        )
        lines += ["", f"| {' | '.join(map(escape, heads))} |", f"|---|{'---:|' * (len(heads) - 1)}"]
        for entry in entries:
            name, *figures = _row(entry, trend=bool(scores.since))
            lines.append(f"| {' | '.join((escape(name), *figures))} |")
    return "\n".join(lines) + "\n"


def scores_json(scores: Scores) -> str:
    """The scores as JSON, from 0 to 1, with all parts."""
    return dumped(
        {
            "version": SCORES_VERSION,
            "engine": {"name": "concertino", "version": __version__},
            "score": scores.id,
            "asOf": scores.as_of,
            **filled(since=scores.since),
            "entries": [_entry(entry) for entry in scores.entries],
            "unanswered": unanswered_tree(scores.unanswered),
        }
    )


def _entry(entry: Scored) -> Tree:
    known: dict[str, Tree] = {
        name: float(value)
        for name, value in (("value", entry.value), ("before", entry.before), ("trend", entry.trend))
        if value is not None
    }
    return {
        "entity": entry.entity,
        "kind": entry.kind,
        "title": entry.title,
        **known,
        "parts": [
            {
                "id": part.id,
                "title": part.title,
                "weight": part.weight,
                "share": float(part.share),
                "gained": float(part.gained),
                "of": float(part.of),
                "open": list(part.open),
            }
            for part in entry.parts
        ],
    }
