"""What is wrong between decisions: a number that two of them use, and successions that lead nowhere."""

from collections.abc import Iterator, Mapping

from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.expressions import Entity
from concertino.model.place import Related
from concertino.model.problem import Problem

DECISION_KIND = "Decision"
_Succession = tuple[int, CatalogueEntity]
"""The position in `supersedes`, and the decision that is replaced."""


def decision_problems(catalogue: Catalogue) -> Iterator[Problem]:
    """One problem for each number that is used twice, each circle of successions, each rejected predecessor."""
    yield from _shared_numbers(catalogue)
    graph = {item.name: list(_replaced(catalogue, item)) for item in catalogue.of_kind(DECISION_KIND)}
    yield from _circles(catalogue, graph)
    for name, successions in graph.items():
        for position, predecessor in successions:
            if _spec(predecessor).get("status") == "rejected":
                yield _rejected(catalogue, catalogue.by_name[name], position, predecessor)


def number_of(decision: CatalogueEntity) -> int:
    """The number of a decision, faulty or not; 0 if none can be read."""
    found = _spec(decision).get("number")
    return found if isinstance(found, int) and not isinstance(found, bool) else 0


def _spec(decision: CatalogueEntity) -> Mapping[str, object]:
    spec = decision.value.get("spec")
    return spec if isinstance(spec, Mapping) else {}


def _shared_numbers(catalogue: Catalogue) -> Iterator[Problem]:
    by_number: dict[int, list[CatalogueEntity]] = {}
    for item in catalogue.of_kind(DECISION_KIND):
        by_number.setdefault(number_of(item), []).append(item)
    for number, users in sorted(by_number.items()):
        if number and len(users) > 1:
            *others, last = users
            names = [item.name for item in users]
            yield Problem(
                "record",
                f"number {number} is used by {', '.join(names[:-1])} and {names[-1]}, and records are told by number",
                catalogue.locate(last, "/spec/number"),
                remediation=f'Give the younger one the next free number, for example with "concertino records renumber '
                f'{last.reference.name}": it moves what refers to it as well. Of two branches, --base names the older.',
                related=tuple(
                    Related("uses the number as well", catalogue.locate(item, "/spec/number")) for item in others
                ),
                subject=last.name,
            )


def _replaced(catalogue: Catalogue, decision: CatalogueEntity) -> Iterator[_Succession]:
    """What a decision says it replaces, as far as that can be read."""
    refs = _spec(decision).get("refs")
    found = refs.get("supersedes") if isinstance(refs, Mapping) else None
    for position, item in enumerate(found if isinstance(found, list) else ()):
        if isinstance(item, Entity) and item.reference in catalogue.by_name:
            yield position, catalogue.by_name[item.reference]


def _circles(catalogue: Catalogue, graph: Mapping[str, list[_Succession]]) -> Iterator[Problem]:
    """A problem for each circle; circles that share a decision are told one after the other, as they are mended."""
    edges = {name: [item.name for _, item in successions] for name, successions in graph.items()}
    while edges := _without_ends(edges):
        path = [min(edges)]
        while (following := min(edges[path[-1]])) not in path:
            path.append(following)
        circle = path[path.index(following) :]
        start = circle.index(min(circle))
        circle = [*circle[start:], *circle[:start]]
        yield _circle(catalogue, graph, circle)
        edges = {name: targets for name, targets in edges.items() if name not in circle}


def _without_ends(edges: dict[str, list[str]]) -> dict[str, list[str]]:
    """Only what still leads somewhere: of a graph without a circle, nothing."""
    while True:
        left = {name: kept for name, targets in edges.items() if (kept := [each for each in targets if each in edges])}
        if len(left) == len(edges):
            return left
        edges = left


def _circle(catalogue: Catalogue, graph: Mapping[str, list[_Succession]], circle: list[str]) -> Problem:
    first, following = circle[0], circle[1 % len(circle)]
    position = next(position for position, item in graph[first] if item.name == following)
    places = (catalogue.locate(catalogue.by_name[name], "/spec/supersedes") for name in circle[1:])
    way = " → ".join([*circle, first])
    return Problem(
        "record",
        f"decisions supersede each other in a circle, so none of them is in force: {way}",
        catalogue.locate(catalogue.by_name[first], f"/spec/supersedes/{position}"),
        remediation="Remove the step that goes back in time: only the later decision supersedes the earlier.",
        related=tuple(Related("a further step of the circle", place) for place in places),
        subject=first,
    )


def _rejected(catalogue: Catalogue, decision: CatalogueEntity, position: int, predecessor: CatalogueEntity) -> Problem:
    return Problem(
        "record",
        f"{predecessor.name} was rejected, so it was never in force and can't be superseded",
        catalogue.locate(decision, f"/spec/supersedes/{position}"),
        remediation="Leave it out of supersedes; name in the context what was decided against before.",
        related=(Related("it was rejected here", catalogue.locate(predecessor, "/spec/status")),),
        subject=decision.name,
    )
