"""How far the answers for one thing differ: the range of their indices, where one standard is safe, what clusters form.

Spread is the mean absolute difference between two entities (Gini, "Variabilità e mutabilità", 1912): how far two that
are picked at random lie apart. Clusters are single linkage in one dimension, which cuts at gaps between neighbours
(Gower and Ross, "Minimum spanning trees and single linkage cluster analysis", Applied Statistics 18(1), 1969).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise

from concertino.expressions import BudgetError, EvaluationError, Meter
from concertino.matrix.cells import CellAnswer
from concertino.matrix.display import Comparison, Rule
from concertino.matrix.model import Answer, Model
from concertino.model.limits import Limits


@dataclass(frozen=True, slots=True)
class Cluster:
    """Entities that belong together: alike, and close to each other in the index."""

    members: tuple[CellAnswer, ...]
    answer: str
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How far the entities that share `name` differ, those without an answer left out of everything but `cells`.

    `answers` counts them by their answer, `scores` holds the lowest and the highest score of each factor. `safe` is
    None where the model does not say when one standard is safe. `clusters` are empty unless there are at least two.
    """

    name: str
    cells: tuple[CellAnswer, ...]
    answers: Mapping[str, int]
    lowest: int
    median: Fraction
    highest: int
    difference: Fraction
    scores: Mapping[str, tuple[int, int]]
    safe: bool | None = None
    clusters: tuple[Cluster, ...] = ()

    @property
    def range(self) -> int:
        """The distance from the lowest index to the highest."""
        return self.highest - self.lowest

    @property
    def differing(self) -> tuple[str, ...]:
        """The factors on which they are scored differently."""
        return tuple(name for name, (low, high) in self.scores.items() if low != high)


def spreads(model: Model, comparison: Comparison, cells: Sequence[CellAnswer], limits: Limits) -> tuple[Spread, ...]:
    """The spread of each group of cells that share the factor of the comparison, sorted by name."""
    groups: dict[str, list[CellAnswer]] = {}
    for cell in cells:
        groups.setdefault(cell.factors.get(comparison.along, ""), []).append(cell)
    return tuple(_spread(model, comparison, name, members, limits) for name, members in sorted(groups.items()))


def median(values: Sequence[Fraction | int]) -> Fraction:
    """The middle of the values; of an even count the mean of the two in the middle.

    Raises:
        IndexError: there are none.
    """
    ordered = sorted(map(Fraction, values))
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def _spread(model: Model, comparison: Comparison, name: str, cells: Sequence[CellAnswer], limits: Limits) -> Spread:
    answered = [(cell, cell.answer) for cell in cells if cell.answer]
    indices = [answer.index for _, answer in answered] or [0]
    recommended = [answer.answer for _, answer in answered]
    counts = {item.id: recommended.count(item.id) for item in model.answers if item.id in recommended}
    scores = _scores(model, [cell for cell, _ in answered])
    return Spread(
        name=name,
        cells=tuple(cells),
        answers=counts,
        lowest=min(indices),
        median=median(indices),
        highest=max(indices),
        difference=_difference(indices),
        scores=scores,
        safe=_safe(model, comparison.standardize, indices, counts, scores, limits) if answered else None,
        clusters=tuple(_clusters(model, comparison.clusters, answered, limits)),
    )


def _scores(model: Model, cells: Sequence[CellAnswer]) -> dict[str, tuple[int, int]]:
    found = {
        item.id: [cell.scores[item.id].value for cell in cells if item.id in cell.scores] for item in model.factors
    }
    return {name: (min(values), max(values)) for name, values in found.items() if values}


def _difference(indices: Sequence[int]) -> Fraction:
    pairs = [abs(one - other) for one, other in combinations(indices, 2)]
    return Fraction(sum(pairs), len(pairs)) if pairs else Fraction(0)


def _safe(
    model: Model,
    rule: Rule | None,
    indices: Sequence[int],
    counts: Mapping[str, int],
    scores: Mapping[str, tuple[int, int]],
    limits: Limits,
) -> bool | None:
    if rule is None:
        return None
    seen = {
        "range": max(indices) - min(indices),
        "alike": len(counts) == 1,
        "lowest": {name: low for name, (low, _) in scores.items()},
        "highest": {name: high for name, (_, high) in scores.items()},
    }
    return _holds(model, rule, seen, limits)


def _clusters(
    model: Model, rule: Rule | None, answered: Sequence[tuple[CellAnswer, Answer]], limits: Limits
) -> Iterator[Cluster]:
    """The groups that are large enough, if there are at least two of them."""
    if rule is None:
        return
    order = [item.id for item in model.answers]
    ordered = sorted(answered, key=lambda pair: (order.index(pair[1].answer), pair[1].index, pair[0].entity))

    def together(one: Answer, other: Answer) -> bool:
        seen = {"gap": abs(other.index - one.index), "alike": one.answer == other.answer}
        return _holds(model, rule, seen, limits)

    large = [group for group in _groups(ordered, together) if len(group) >= rule.least]
    for group in large if len(large) > 1 else ():
        members = sorted((cell for cell, _ in group), key=lambda cell: cell.entity)
        indices = [answer.index for _, answer in group]
        yield Cluster(tuple(members), group[0][1].answer, min(indices), max(indices))


def _groups(
    ordered: Sequence[tuple[CellAnswer, Answer]], together: Callable[[Answer, Answer], bool]
) -> list[list[tuple[CellAnswer, Answer]]]:
    groups = [[ordered[0]]] if ordered else []
    for (_, before), pair in pairwise(ordered):
        if together(before, pair[1]):
            groups[-1].append(pair)
        else:
            groups.append([pair])
    return groups


def _holds(model: Model, rule: Rule, seen: Mapping[str, object], limits: Limits) -> bool:
    """Whether a rule holds; one that has no value does not, since nothing was shown then."""
    parameters = {f"params.{name}": value for name, value in model.parameters.items()}
    try:
        meter = Meter(limits.expression_steps, limits.value_size)
        return rule.when.program.evaluate({**parameters, **seen}, meter) is True
    except (EvaluationError, BudgetError):
        return False
