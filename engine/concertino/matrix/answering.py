"""Scores and circumstances to an answer. Pure: the same inputs have the same answer.

The index is a weighted sum of points: simple additive weighting (Churchman and Ackoff, "An approximate measure of
value", Operations Research 2(2), 1954; Fishburn, "Additive utilities with incomplete product sets", Operations Research
15(3), 1967). Then answer = max(floor, min(cap, band)) in the order of the model's answers: floors beat caps.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from fractions import Fraction

from concertino.expressions import BudgetError, EvaluationError, Meter, UnreadableError
from concertino.matrix.checking import among, listed, told
from concertino.matrix.model import (
    SCORES,
    Answer,
    Bound,
    Contribution,
    Direction,
    Effect,
    Factor,
    Guard,
    GuardEffect,
    Inputs,
    Model,
    Scalar,
    State,
    Unanswered,
)
from concertino.model.limits import Limits
from concertino.policies import Expression

_LIMITS = Limits()
"""What one expression may cost. Those of a model see a few numbers and words, so nothing honest comes near."""

Held = tuple[Guard, Effect]
"""An effect whose condition holds, with its guard."""


class NoValueError(Exception):
    """An expression of the model has no value for these inputs, or not one that counts. Never leaves this room."""

    def __init__(self, unanswered: Unanswered) -> None:
        super().__init__(unanswered.message)
        self.unanswered = unanswered


def answer(model: Model, inputs: Inputs) -> Answer | Unanswered:
    """The answer of a model, or why it has none: an input is missing or none of the possible values, for example."""
    fault = faulty_inputs(model, inputs)
    if fault is not None:
        return fault
    bindings = bindings_of(model, inputs)
    try:
        contributions = tuple(
            Contribution(item.id, inputs.scores[item.id], points(item, bindings), item.weight) for item in model.factors
        )
        return conclude(model, contributions, held(model, bindings))
    except NoValueError as error:
        return error.unanswered


def faulty_inputs(model: Model, inputs: Inputs) -> Unanswered | None:
    """What keeps these inputs from having an answer, if anything: they name all inputs, each with a possible value."""
    asked: list[tuple[str, str, Sequence[Scalar], Mapping[str, Scalar]]] = [
        *((item.id, item.pointer, SCORES, inputs.scores) for item in model.factors),
        *((item.id, item.pointer, item.values, inputs.circumstances) for item in model.circumstances),
    ]
    for name, pointer, values, given in asked:
        if name not in given:
            return Unanswered(f"nothing is said about {name}", model.source.at(pointer))
        if not among(given[name], values):
            message = f"{name} is {told(given[name])}, and can only be one of {listed(values)}"
            return Unanswered(message, model.source.at(pointer))
    return None


def bindings_of(model: Model, inputs: Inputs) -> dict[str, object]:
    """What the expressions of a model see."""
    parameters = {f"params.{name}": value for name, value in model.parameters.items()}
    return {**parameters, **inputs.scores, **inputs.circumstances}


def points(factor: Factor, bindings: Mapping[str, object]) -> int:
    """The points of a factor, 0 to 4, more toward the last answer.

    Raises:
        NoValueError: the factor's expression has no value, or one out of its range.
    """
    if factor.points is None:
        at = SCORES.index(bindings[factor.id])
        return at if factor.direction is Direction.LAST else len(SCORES) - 1 - at
    value = evaluate(factor.points, bindings)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= factor.most:
        message = f'"{factor.id}" gives {told(value)} points, and not a whole number from 0 to {factor.most}'
        raise NoValueError(Unanswered(message, factor.points.place))
    return value


def held(model: Model, bindings: Mapping[str, object]) -> list[Held]:
    """The effects whose conditions hold.

    Raises:
        NoValueError: a condition has no value.
    """
    return [
        (guard, effect)
        for guard in model.guards
        if evaluate(guard.when, bindings) is True
        for effect in guard.effects
        if effect.when is None or evaluate(effect.when, bindings) is True
    ]


def evaluate(expression: Expression, bindings: Mapping[str, object]) -> object:
    """The value of an expression of the model.

    Raises:
        NoValueError: it has none, or takes too much to compute.
    """
    try:
        return expression.program.evaluate(bindings, Meter(_LIMITS.expression_steps, _LIMITS.value_size))
    except (EvaluationError, BudgetError, UnreadableError) as error:
        raise NoValueError(Unanswered(str(error), expression.place)) from None


def band_of(edges: Sequence[int], index: Fraction | int) -> int:
    """The answer, counted from 0, that an index alone leads to. `edges` rise; each is the lowest index of its band."""
    return bisect_right(edges, index)


def bounded(band: int, floor: int | None, cap: int | None) -> int:
    """max(floor, min(cap, band)): what is left of a band when the guards have spoken."""
    capped = band if cap is None else min(cap, band)
    return capped if floor is None else max(floor, capped)


def strictest(effects: Sequence[Held]) -> tuple[int | None, int | None]:
    """The highest floor and the lowest cap of these, None where there is none."""
    floors = [effect.answer for _, effect in effects if effect.bound is Bound.FLOOR]
    caps = [effect.answer for _, effect in effects if effect.bound is Bound.CAP]
    return max(floors, default=None), min(caps, default=None)


def conclude(model: Model, contributions: tuple[Contribution, ...], effects: Sequence[Held]) -> Answer:
    """The answer of these contributions under these effects."""
    index = sum(item.product for item in contributions)
    band = band_of(model.edges, index)
    floor, cap = strictest(effects)
    names = [item.id for item in model.answers]
    return Answer(
        index=index,
        band=names[band],
        answer=names[bounded(band, floor, cap)],
        contributions=contributions,
        effects=_told_apart(names, band, effects),
        margin=min(abs(index - edge) for edge in model.edges),
        line_distance=abs(index - model.line),
        floor=None if floor is None else names[floor],
        cap=None if cap is None else names[cap],
    )


def _told_apart(names: Sequence[str], band: int, effects: Sequence[Held]) -> tuple[GuardEffect, ...]:
    """Who decided, who was overruled and by whom, who changed nothing.

    The strictest floors decide if they lift what the caps left of the band; else the strictest caps do if they lower
    it. A cap below the answer was overruled by the floors that decided: nothing else lifts an answer above a cap.
    """
    floor, cap = strictest(effects)
    capped = bounded(band, None, cap)
    lifts = floor is not None and floor > capped
    final = bounded(band, floor, cap)
    lifting = tuple(
        guard.id for guard, effect in effects if lifts and effect.bound is Bound.FLOOR and effect.answer == floor
    )
    found = []
    for guard, effect in effects:
        if effect.bound is Bound.FLOOR:
            state = State.DECIDED if lifts and effect.answer == floor else State.IDLE
        elif effect.answer < final:
            state = State.OVERRULED
        else:
            state = State.DECIDED if effect.answer == cap and capped < band else State.IDLE
        overruled_by = tuple(dict.fromkeys(lifting)) if state is State.OVERRULED else ()
        found.append(GuardEffect(guard.id, effect.bound, names[effect.answer], state, overruled_by))
    return tuple(found)
