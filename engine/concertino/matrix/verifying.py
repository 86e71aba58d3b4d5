"""Proves what a model claims, for every combination of scores and circumstances, and names one where it does not hold.

Nothing is sampled: `space` takes combinations together only where the model cannot tell them apart.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from concertino.matrix.claims import STATEMENTS, Verification, claim, fault, so_for
from concertino.matrix.conflicts import conflicts
from concertino.matrix.directions import directions, movements
from concertino.matrix.model import Direction, Model
from concertino.matrix.space import MOST_PROFILES, Decisive, Profile, Space
from concertino.matrix.tables import Tables, tables_of
from concertino.matrix.worked import worked_examples
from concertino.model.problem import Problem


def verify(model: Model) -> Verification:
    """Everything that a model is held to, tried for all combinations of its inputs."""
    tables = tables_of(model)
    space = Space(tables)
    problems = tables.problems or _too_large(space)
    if problems:
        untried = [claim(name, None) for name in STATEMENTS if name not in ("one-answer", "examples")]
        claims = (claim("one-answer", None, *problems), *untried, worked_examples(model))
        return Verification(model, tables.combinations, claims)
    counts = _answers(space)
    claims = (
        claim("one-answer", tables.combinations),
        claim("bands", len(model.edges), *_attained_edges(space)),
        claim("answers", len(model.answers), *_never_given(model, counts)),
        directions(space),
        movements(space),
        claim("overlaps", len(model.overlaps), *conflicts(space)),
        claim("guards", len(tables.effects), *_never_held(tables)),
        worked_examples(model),
    )
    moved = {item.input for item in model.movements}
    undirected = [item.name for item in tables.inputs if item.direction is Direction.VARIES and item.name not in moved]
    return Verification(model, tables.combinations, claims, counts, tuple(undirected))


def _too_large(space: Space) -> tuple[Problem, ...]:
    if space.size <= MOST_PROFILES:
        return ()
    model = space.tables.model
    worst = sorted(zip(space.keys, space.classes, strict=True), key=lambda item: (-len(item[1].members), item[0]))
    names = ", ".join(f"{space.tables.inputs[number].name} ({len(item.members)})" for number, item in worst[:3])
    message = f"guards and points tell {space.size} combinations apart, too many to try; most values matter of {names}"
    expected = f"at most {MOST_PROFILES}, such as by circumstances of fewer grades"
    return (fault(model, message, "/spec/guards", expected),)


def _answers(space: Space) -> dict[str, int]:
    """How many combinations come to each answer."""
    names = [item.id for item in space.tables.model.answers]
    counts = dict.fromkeys(names, 0)
    alike: Counter[Decisive] = Counter()
    for combination, profile in space.profiles.items():
        alike[profile.decisive] += space.weight(combination)
    for (base, floor, cap), weight in alike.items():
        for total, ways in space.sums.ways.items():
            counts[names[space.answer(Profile(base, floor, cap, ()), total)]] += weight * ways
    return counts


def _never_given(model: Model, counts: Mapping[str, int]) -> Iterator[Problem]:
    for item in model.answers:
        if not counts[item.id]:
            yield fault(model, f'no combination is ever answered "{item.id}"', item.pointer)


def _attained_edges(space: Space) -> Iterator[Problem]:
    """An edge that is attained splits by a hair: the smallest change of a weight moves all that stand on it."""
    model = space.tables.model
    for item in model.answers:
        found = [
            (combination, total, space.weight(combination) * ways)
            for combination, profile in space.profiles.items()
            if item.lower is not None
            for total, ways in ((item.lower - profile.base, space.sums.ways.get(item.lower - profile.base, 0)),)
            if ways
        ]
        if found:
            combination, total, _ = found[0]
            where = space.tables.describe(space.positions(combination, total))
            message = f'the index {item.lower} stands on the edge of "{item.id}": {where}.'
            message += so_for(sum(count for _, _, count in found))
            yield fault(model, message, f"{item.pointer}/from", "an edge that no index attains")


def _never_held(tables: Tables) -> Iterator[Problem]:
    model = tables.model
    for guard, table in zip(model.guards, tables.guards, strict=True):
        if not any(table.rows.values()):
            yield fault(model, f'"{guard.id}" holds for no combination', f"{guard.pointer}/when")
    for guard, effect, table in tables.effects:
        if effect.when is not None and not any(table.rows.values()):
            message = f'this {effect.bound} of "{guard.id}" holds for no combination'
            yield fault(model, message, f"{effect.pointer}/when")
