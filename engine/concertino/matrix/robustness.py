"""How well an answer stands: what would flip it, in which interval of each weight it holds, what its neighbours say.

Weights are varied one at a time, the others keeping their ratio, as in the sensitivity analysis of additive weighting
by Triantaphyllou and Sanchez ("A sensitivity analysis approach for some deterministic multi-criteria decision-making
methods", Decision Sciences 28(1), 1997). Here an answer flips when its index crosses the edge of a band, not when two
alternatives change places. All arithmetic is exact.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from concertino.matrix.answering import answer, band_of, bounded
from concertino.matrix.model import SCORES, Answer, Inputs, Model, Scalar, Unanswered

_WHOLE = 100


@dataclass(frozen=True, slots=True)
class Flip:
    """One changed score or circumstance that leads to another answer. `steps` counts the values it moves by."""

    input: str
    before: Scalar
    after: Scalar
    steps: int
    answer: str


@dataclass(frozen=True, slots=True)
class WeightInterval:
    """The weights of one factor, in per cent, with which the answer stays, the others keeping their ratio.

    An end that is not included is the edge of a band, which belongs to another answer.
    """

    factor: str
    low: Fraction
    high: Fraction
    low_included: bool = True
    high_included: bool = True

    def __contains__(self, weight: object) -> bool:
        if not isinstance(weight, (int, Fraction)):
            return False
        above = weight >= self.low if self.low_included else weight > self.low
        return above and (weight <= self.high if self.high_included else weight < self.high)


@dataclass(frozen=True, slots=True)
class Robustness:
    """How well one answer stands.

    `flips` are the smallest single changes that flip it: all of the same number of steps, in the order of the model's
    inputs, the falling one first; none if no change of one input does. `neighbours` counts the inputs' values one step
    away, `agreeing` those of them that lead to the same answer.
    """

    flips: tuple[Flip, ...]
    neighbours: int
    agreeing: int
    intervals: tuple[WeightInterval, ...]

    @property
    def smallest(self) -> Flip | None:
        """The first of the smallest flips, or None if no single input flips the answer."""
        return self.flips[0] if self.flips else None

    @property
    def share(self) -> Fraction:
        """The share of one-step neighbours that agree; 1 if there are none."""
        return Fraction(self.agreeing, self.neighbours) if self.neighbours else Fraction(1)


def robustness(model: Model, inputs: Inputs) -> Robustness | Unanswered:
    """How well the answer on these inputs stands, or why there is none."""
    now = answer(model, inputs)
    if isinstance(now, Unanswered):
        return now
    near = [(one, _answer_of(model, inputs, one)) for one in _changes(model, inputs, 1)]
    told = [given for _, given in near if given]
    return Robustness(
        flips=smallest_flips(model, inputs, now.answer),
        neighbours=len(told),
        agreeing=sum(given == now.answer for given in told),
        intervals=tuple(weight_intervals(model, now)),
    )


@dataclass(frozen=True, slots=True)
class _Change:
    input: str
    before: Scalar
    after: Scalar


def _domains(model: Model) -> Iterator[tuple[str, Sequence[Scalar]]]:
    yield from ((item.id, SCORES) for item in model.factors)
    yield from ((item.id, item.values) for item in model.circumstances)


def _changes(model: Model, inputs: Inputs, steps: int) -> Iterator[_Change]:
    """The changes of one input by so many steps, in the order of the model's inputs, the falling one first."""
    for name, values in _domains(model):
        before = inputs.value(name)
        at = values.index(before)
        for to in (at - steps, at + steps):
            if 0 <= to < len(values):
                yield _Change(name, before, values[to])


def _answer_of(model: Model, inputs: Inputs, change: _Change) -> str:
    """The answer after a change; empty if there is none."""
    given = answer(model, inputs.with_value(change.input, change.after))
    return "" if isinstance(given, Unanswered) else given.answer


def smallest_flips(model: Model, inputs: Inputs, now: str) -> tuple[Flip, ...]:
    """The smallest changes of one input after which the answer is no longer `now`."""
    most = max(len(values) for _, values in _domains(model))
    for steps in range(1, most):
        found = tuple(
            Flip(one.input, one.before, one.after, steps, given)
            for one in _changes(model, inputs, steps)
            if (given := _answer_of(model, inputs, one)) not in ("", now)
        )
        if found:
            return found
    return ()


def weight_intervals(model: Model, now: Answer) -> Iterator[WeightInterval]:
    """The weights of each factor with which an answer stays.

    The index is linear in a weight: with the others at the same ratio, index(w) = 100 · rest + w · (points - rest).

    `rest` is what the other factors give for one per cent of weight, on average. Guards know no weights, so the answer
    holds as long as the index stays within the bands that lead to it.
    """
    lowest, highest = _range_of(model, now)
    for item in now.contributions:
        if item.weight == _WHOLE:  # nothing is left that could take what this weight gives up
            yield WeightInterval(item.factor, Fraction(_WHOLE), Fraction(_WHOLE))
            continue
        rest = Fraction(now.index - item.product, _WHOLE - item.weight)
        yield _interval(item.factor, _WHOLE * rest, item.points - rest, lowest, highest)


def _range_of(model: Model, now: Answer) -> tuple[int | None, int | None]:
    """From which index on, and below which one, the answer is what it is under the floors and caps that hold."""
    edges = model.edges
    names = [item.id for item in model.answers]
    floor = None if now.floor is None else names.index(now.floor)
    cap = None if now.cap is None else names.index(now.cap)
    same = [band for band in range(len(names)) if names[bounded(band, floor, cap)] == now.answer]
    lowest = edges[same[0] - 1] if same[0] > 0 else None
    highest = edges[same[-1]] if same[-1] < len(edges) else None
    return lowest, highest


def _interval(factor: str, start: Fraction, slope: Fraction, lowest: int | None, highest: int | None) -> WeightInterval:
    """Where lowest <= start + slope · w < highest, for w from 0 to 100. The lower edge of a band belongs to it."""
    low, high = Fraction(0), Fraction(_WHOLE)
    low_included = high_included = True
    for edge, belongs, from_below in ((lowest, True, slope > 0), (highest, False, slope < 0)):
        if edge is None or not slope:
            continue
        weight = (edge - start) / slope
        if from_below and weight >= low:
            low, low_included = weight, belongs
        if not from_below and weight <= high:
            high, high_included = weight, belongs
    return WeightInterval(factor, low, high, low_included, high_included)


def reweighted(model: Model, factor: str, weight: Fraction) -> dict[str, Fraction]:
    """The weights of all factors when one has this weight and the others keep their ratio; they add up to 100.

    Raises:
        ZeroDivisionError: the factor has all the weight, so the others have no ratio to keep.
    """
    now = next(item.weight for item in model.factors if item.id == factor)
    scale = (_WHOLE - weight) / Fraction(_WHOLE - now)
    return {item.id: weight if item.id == factor else item.weight * scale for item in model.factors}


def answer_under(model: Model, now: Answer, weights: dict[str, Fraction]) -> str:
    """The answer with other weights, and everything else as it was."""
    names = [item.id for item in model.answers]
    index = sum((weights[item.factor] * item.points for item in now.contributions), Fraction(0))
    floor = None if now.floor is None else names.index(now.floor)
    cap = None if now.cap is None else names.index(now.cap)
    return names[bounded(band_of(model.edges, index), floor, cap)]
