"""Where floors and caps pull apart: only where the model says so, and everywhere it says so."""

from collections.abc import Iterator

from concertino.matrix.claims import fault, so_for
from concertino.matrix.model import Bound
from concertino.matrix.space import Space
from concertino.model.problem import Problem


def conflicts(space: Space) -> Iterator[Problem]:
    """Pairs of a floor above a cap that no overlap declares, and overlaps that never happen."""
    model, effects = space.tables.model, space.tables.effects
    declared = {(item.floor, item.cap) for item in model.overlaps}
    met: dict[tuple[int, int], tuple[list[int], int]] = {}
    ways = sum(space.sums.ways.values())
    for combination, profile in space.profiles.items():
        for floor in profile.effects:
            for cap in profile.effects:
                if _apart(space, floor, cap):
                    where, count = met.get((floor, cap), (space.key_positions(combination), 0))
                    met[floor, cap] = (where, count + space.weight(combination) * ways)
    happened = {(effects[floor][0].id, effects[cap][0].id) for floor, cap in met}
    for (floor, cap), (where, count) in sorted(met.items()):
        if (effects[floor][0].id, effects[cap][0].id) not in declared:
            yield _conflict(space, floor, cap, space.tables.describe(where), count)
    for item in model.overlaps:
        if (item.floor, item.cap) not in happened:
            message = f'the floor of "{item.floor}" never lies above the cap of "{item.cap}" while both hold'
            yield fault(model, message, item.pointer, "only overlaps that happen, so that each was meant")


def _apart(space: Space, one: int, other: int) -> bool:
    floor, cap = space.tables.effects[one][1], space.tables.effects[other][1]
    return floor.bound is Bound.FLOOR and cap.bound is Bound.CAP and floor.answer > cap.answer


def _conflict(space: Space, one: int, other: int, where: str, count: int) -> Problem:
    model = space.tables.model
    (floor_guard, floor, _), (cap_guard, cap, _) = space.tables.effects[one], space.tables.effects[other]
    names = [item.id for item in model.answers]
    message = (
        f'"{floor_guard.id}" sets the floor {names[floor.answer]} while "{cap_guard.id}" sets the cap '
        f"{names[cap.answer]}: {where}.{so_for(count)}"
    )
    expected = f"an overlap {{floor: {floor_guard.id}, cap: {cap_guard.id}}} if it is meant"
    return fault(model, message, floor.pointer, expected)
