"""What the decision model said of the cells of a decision: the scores, the answer, and by how much."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from concertino.catalogue import Catalogue
from concertino.expressions import Entity
from concertino.matrix.cells import CellAnswer
from concertino.records.coverage import Coverage
from concertino.records.escaping import Markdown, code, compose, inline, joined
from concertino.records.reading import Shelf, mapping, number, sequence, spec_of, target, text, title_of
from concertino.records.wording import words

Answers = Callable[[tuple[str, ...], str], tuple[CellAnswer, ...]]
"""The answers of the decision model for these cells, by reference, on an ISO day."""
_NONE = Markdown("–")


@dataclass(frozen=True, slots=True)
class Scored:
    """One cell: `name` is that of its brand. Scores stand in the order of the factors in the head of the table."""

    name: Markdown
    recommendation: Markdown
    index: Markdown
    margin: Markdown
    scores: tuple[Markdown, ...]
    row: tuple[Markdown, ...]
    """All of it, as the cells of a row below `Recommendation.head`."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What the model said on `day`. `frozen` says whether the decision holds it, or it was computed for that day.

    `said` are sentences, `head` is the head of the table and `cells` its rows; both are empty where nothing is known.
    """

    day: Markdown
    frozen: bool
    said: tuple[Markdown, ...]
    head: tuple[Markdown, ...]
    cells: tuple[Scored, ...]


@dataclass(frozen=True, slots=True)
class _Cell:
    """The facts of one cell, frozen or computed."""

    reference: str
    answer: str
    index: float | None
    margin: float | None
    scores: Mapping[str, object]


def recommendation_of(shelf: Shelf, decision: Entity, coverage: Coverage, answers: Answers | None) -> Recommendation:
    """What was recommended: as the decision froze it, else as the catalogue has it for the day of the decision.

    Without either there is no day to ask for, and nothing is said.
    """
    spec = spec_of(decision)
    basis = mapping(spec, "basis")
    frozen = [_frozen(item) for item in sequence(basis, "cells")]
    day = text(basis, "acceptedOn") if basis else text(spec, "decidedOn")
    if basis:
        cells = frozen
    elif answers and day:
        wanted = tuple(cell.reference for cell, _ in coverage.cells)
        cells = [_computed(item) for item in answers(wanted, day) if item.answer] if wanted else []
    else:
        cells = []
    cells.sort(key=lambda item: item.reference)
    factors = list(dict.fromkeys(name for item in cells for name in item.scores))
    if basis:
        factors.sort()
    names = {item.reference: _brand(shelf.catalogue, item.reference) for item in cells}
    return Recommendation(
        day=inline(day),
        frozen=bool(basis),
        said=tuple(_said(spec, cells, names, day, frozen=bool(basis))),
        head=tuple(inline(words(name).capitalize()) for name in ("brand", "recommended", "index", "margin", *factors))
        if cells
        else (),
        cells=tuple(_scored(item, names[item.reference], factors) for item in cells),
    )


def _frozen(item: object) -> _Cell:
    return _Cell(
        text(item, "cell"),
        text(item, "recommendation"),
        number(item, "index"),
        number(item, "margin"),
        mapping(item, "scores"),
    )


def _computed(item: CellAnswer) -> _Cell:
    index, margin = (item.answer.index, item.answer.margin) if item.answer else (None, None)
    scores = {name: score.value for name, score in item.scores.items()}
    return _Cell(item.entity, item.recommendation, index, margin, scores)


def _brand(catalogue: Catalogue, reference: str) -> Markdown:
    """The title of a cell's brand; what was written where the cell is no longer there."""
    found = catalogue.by_name.get(reference)
    brand = target(spec_of(found.value), "brand") if found else None
    return inline(title_of(brand)) if brand else code(reference.partition(":")[2] or reference)


def _scored(item: _Cell, name: Markdown, factors: list[str]) -> Scored:
    answer = inline(item.answer) or _NONE
    index, margin = _figure(item.index), _figure(item.margin)
    scores = tuple(_figure(number(item.scores, factor)) for factor in factors)
    return Scored(name, answer, index, margin, scores, (name, answer, index, margin, *scores))


def _figure(value: float | None) -> Markdown:
    return _NONE if value is None else Markdown(f"{value:g}")


def _said(
    spec: Mapping[str, object], cells: list[_Cell], names: Mapping[str, Markdown], day: str, *, frozen: bool
) -> Iterator[Markdown]:
    answered = [item for item in cells if item.answer]
    if answered:
        yield compose("As of {} the decision model recommended {}.", day, _answers(answered))
        others = [names[item.reference] for item in answered if item.answer != text(spec, "model")]
        if others:
            all_of_them = len(others) == len(cells)
            decided = compose("The decision is another one, {}", text(spec, "model"))
            yield compose("{}.", decided) if all_of_them else compose("{}, for {}.", decided, joined(others))
    silent = [names[item.reference] for item in cells if not item.answer]
    if silent:
        yield compose("It had no answer for {}.", joined(silent))
    if answered and not frozen:
        yield inline("Nothing was frozen when it was decided: this is what the catalogue says of that day.")


def _answers(cells: list[_Cell]) -> Markdown:
    """Which answer for how many cells, and how near the nearest of them is to another one."""
    margins = [item.margin for item in cells if item.margin is not None]
    counts = sorted(Counter(item.answer for item in cells).items(), key=lambda pair: (-pair[1], pair[0]))
    if len(cells) == 1:
        answer = inline(cells[0].answer)
        return compose("{}, {}", answer, _distance(margins[0])) if margins else answer
    parts = joined(compose("{} for {}", name, "one cell" if count == 1 else f"{count} cells") for name, count in counts)
    return compose("{}; the closest is {}", parts, _distance(min(margins))) if margins else parts


def _distance(margin: float) -> str:
    return f"{margin:g} index point{'' if margin == 1 else 's'} from a border between two answers"
