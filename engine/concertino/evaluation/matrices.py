"""What a decision model said of the entities whose answers a policy read, and where in the catalogue that came from."""

import json
from collections.abc import Iterable, Iterator

from concertino.evaluation.explaining import Passage
from concertino.expressions import Step
from concertino.matrix.cells import CellAnswer
from concertino.matrix.views import Matrix, MatrixView
from concertino.model.place import Related
from concertino.model.visible import visible

_MOST = 5
"""Entities whose answers are told in full."""


def matrix_passages(matrix: Matrix | None, steps: Iterable[Step]) -> Iterator[Passage]:
    """One passage for each entity whose matrix was read, in the order of reading."""
    read = dict.fromkeys(step.value.reference for step in steps if isinstance(step.value, MatrixView))
    for reference in list(read)[:_MOST]:
        cell = matrix.cell(reference) if matrix else None
        if cell:
            yield Passage("matrix", reference, notes=tuple(_told(cell)))


def figures_of(matrix: Matrix | None, references: Iterable[str]) -> Iterator[Related]:
    """What the answers for these entities rest on: the scores and then the circumstances, each at its first place.

    A figure that the model itself gives stands in no document of the catalogue and is left out.
    """
    for reference in references:
        cell = matrix.cell(reference) if matrix else None
        if cell is None:
            continue
        for score in cell.scores.values():
            yield from (Related(f"{score.factor} is {score.value}", place) for place in score.source.places[:1])
        for name, condition in cell.circumstances.items():
            value = visible(json.dumps(condition.value, ensure_ascii=False))
            yield from (Related(f"{name} is {value}", place) for place in condition.places[:1])


def _told(cell: CellAnswer) -> Iterator[str]:
    yield from (f"{failure.message} ({failure.place})" for failure in cell.failures)
    if cell.missing:
        yield f"no answer: nothing is said about {', '.join(cell.missing)}"
    if cell.answer:
        why = f" through {', '.join(cell.answer.deciding)}" if cell.answer.deciding else ""
        yield f"{cell.answer.answer}{why}; index {cell.answer.index}"
    if cell.if_known:
        yield f"undetermined by {', '.join(cell.undetermined)}; {cell.if_known.answer} if it were known as assumed"
    for score in cell.scores.values():
        whose = f" ({score.source.perspective})" if score.source.perspective else ""
        yield f"{score.factor} {score.value}: {score.source.title}{whose}  ← {score.source.place}"
    for name, condition in cell.circumstances.items():
        value = str(condition.value).lower() if isinstance(condition.value, bool) else condition.value
        place = next(iter(condition.places), condition.expression)
        yield f"{name} {value}  ← {place}"
