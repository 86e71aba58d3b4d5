"""Several scores of one factor to one: a middle or an outer one, which is always a score that somebody gave.

The median of an even number of scores is not their mean: the lower or the upper median is taken (ISO 3534-1:2006,
2.13, leaves the choice open), whichever leads toward the answer that the model names.
"""

from collections.abc import Callable, Mapping, Sequence

from concertino.matrix.answering import answer
from concertino.matrix.model import Answer, Direction, Factor, Inputs, Model, Scalar
from concertino.matrix.resolution import Resolution

Key = Callable[[int], tuple[int, ...]]
"""Orders scores from the one that leads most toward the first answer to the one that leads most toward the last."""


def aggregate(
    model: Model,
    resolution: Resolution,
    given: Mapping[str, Sequence[int]],
    circumstances: Mapping[str, Scalar],
) -> dict[str, int]:
    """One score for each factor that has any.

    A factor that varies comes last: where its scores lead is found out by answering with each of them.
    """
    found: dict[str, int] = {}
    ordered = sorted(model.factors, key=lambda factor: factor.direction is Direction.VARIES)
    for factor in ordered:
        scores = sorted(given.get(factor.id, ()))
        if len(set(scores)) > 1:
            rest = {name: min(values) for name, values in given.items() if values}
            key = _key(model, factor, Inputs({**rest, **found}, circumstances))
            found[factor.id] = _one(resolution, scores, key)
        elif scores:
            found[factor.id] = scores[0]
    return found


def _one(resolution: Resolution, scores: Sequence[int], key: Key) -> int:
    if resolution.method != "median":
        return (min if resolution.method == Direction.FIRST else max)(scores, key=key)
    middle = scores[(len(scores) - 1) // 2 : len(scores) // 2 + 1]
    return (min if resolution.even is Direction.FIRST else max)(middle, key=key)


def _key(model: Model, factor: Factor, inputs: Inputs) -> Key:
    if factor.direction is Direction.LAST:
        return lambda score: (score,)
    if factor.direction is Direction.FIRST:
        return lambda score: (-score,)
    names = [item.id for item in model.answers]

    def led_to(score: int) -> tuple[int, ...]:
        found = answer(model, Inputs({**inputs.scores, factor.id: score}, inputs.circumstances))
        # Where the answer can't tell scores apart, the lower one is taken: it claims less.
        return (names.index(found.answer), found.index, score) if isinstance(found, Answer) else (0, 0, score)

    return led_to
