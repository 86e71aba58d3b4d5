"""Whether answers move where the model says they do: by the direction of each input, and by its claims on movements."""

from concertino.matrix.checking import told
from concertino.matrix.claims import Claim, claim, fault, so_for
from concertino.matrix.model import Direction
from concertino.matrix.movements import Clause, Looked, WrongWay, look
from concertino.matrix.space import Space
from concertino.matrix.tables import Input
from concertino.model.problem import Problem


def directions(space: Space) -> Claim:
    """No answer moves the wrong way as one input rises."""
    steps = 0
    problems: list[Problem] = []
    for number, item in enumerate(space.tables.inputs):
        if item.direction is Direction.VARIES:
            continue
        if number in space.idle:
            steps += _idle_steps(space, number)
            continue
        looked = look(space, (number, item.direction, None))
        steps += looked.steps
        if looked.wrong:
            problems.append(_wrong_way(space, item, looked.wrong, item.direction, f"{item.pointer}/direction"))
    return claim("directions", steps, *problems)


def _idle_steps(space: Space, number: int) -> int:
    """Steps of an input that nothing reads: none of them moves anything."""
    count = len(space.tables.inputs[number].values)
    return space.tables.combinations // count * (count - 1)


def movements(space: Space) -> Claim:
    """What the model says of inputs under a condition."""
    steps = 0
    problems: list[Problem] = []
    for movement, table in space.tables.movements:
        number, item = next(pair for pair in enumerate(space.tables.inputs) if pair[1].name == movement.input)
        clause: Clause = (number, movement.leads, table)
        looked = Looked(_idle_steps(space, number), None) if number in space.idle else look(space, clause)
        steps += looked.steps
        if looked.wrong:
            problems.append(_wrong_way(space, item, looked.wrong, movement.leads, movement.pointer))
        elif not looked.steps:
            message = f'there is no combination for which this says something about "{movement.input}"'
            problems.append(fault(space.tables.model, message, f"{movement.pointer}/when"))
    return claim("movements", steps, *problems)


def _wrong_way(space: Space, item: Input, found: WrongWay, leads: Direction | None, pointer: str) -> Problem:
    model, tables = space.tables.model, space.tables
    names = [choice.id for choice in model.answers]
    number = tables.inputs.index(item)
    before, after = (told(item.values[at[number]]) for at in (found.before, found.after))
    message = (
        f"{item.name} rises from {before} to {after} and the answer goes from {names[found.answer_before]} to "
        f"{names[found.answer_after]}: {tables.describe(found.before)}.{so_for(found.count)}"
    )
    wanted = f"toward {names[0 if leads is Direction.FIRST else -1]}, or none" if leads else "no move at all"
    return fault(model, message, pointer, expected=wanted)
