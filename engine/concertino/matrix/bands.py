"""Whether the bands of a model cover every index, and each once."""

from collections.abc import Iterator
from itertools import pairwise

from concertino.matrix.checking import faulty
from concertino.matrix.model import Choice, Model
from concertino.matrix.space import MOST_PROFILES, Space
from concertino.matrix.tables import tables_of
from concertino.model.problem import Problem


def faulty_bands(model: Model) -> Iterator[Problem]:
    """Gaps between bands, and bands that do not rise in the order of the answers: an index has no answer, or two."""
    first, *later = model.answers
    if first.lower is not None:
        where = _combination(model, below=first.lower)
        message = f'"{first.id}" is the first answer, and below its {first.lower} there would be none{where}'
        yield _problem(model, first, message, "no `from` on the first answer: its band begins at the bottom")
    for item in later:
        if item.lower is None:
            message = f'"{item.id}" has no `from`: no index leads to it, so there is a gap between the bands'
            yield _problem(model, item, message, "the lowest index that leads to it, as `from`")
    for before, item in pairwise([one for one in later if one.lower is not None]):
        lower, previous = item.lower or 0, before.lower or 0
        if lower < previous:
            where = _combination(model, at_least=previous)
            message = f'the band of "{item.id}" begins at {lower}, below that of "{before.id}" at {previous}: '
            message += f"from there on an index would be in both{where}"
            yield _problem(model, item, message, f"more than {previous}: bands rise in the order of the answers")
        elif lower == previous:
            message = f'the bands of "{before.id}" and "{item.id}" both begin at {lower}, so an index would be in both'
            yield _problem(model, item, message + _combination(model, at_least=lower), f"more than {previous}")


def _problem(model: Model, item: Choice, message: str, expected: str) -> Problem:
    return faulty(model.source, message, model.source.at(f"{item.pointer}/from"), expected)


def _combination(model: Model, at_least: int | None = None, below: int | None = None) -> str:
    """A combination with an index in this range, in words after a comma; empty if there is none."""
    tables = tables_of(model)
    space = Space(tables)
    if tables.problems or space.size > MOST_PROFILES:
        return ""
    for combination, profile in space.profiles.items():
        for total in space.sums.ways:
            index = profile.base + total
            if (at_least is None or index >= at_least) and (below is None or index < below):
                return f", such as {index} of {tables.describe(space.positions(combination, total))}"
    return ""
