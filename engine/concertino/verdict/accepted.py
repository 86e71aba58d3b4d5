"""What a decision rests on: its cells, the exceptions it leans on, and what was frozen when it was accepted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.expressions import Entity
from concertino.verdict.entry import RegisteredException
from concertino.verdict.register import Register

DECISION_KIND = "Decision"


@dataclass(frozen=True, slots=True)
class FrozenCell:
    """What the decision model said of one cell; `recommendation` is empty where it had no answer.

    `index` is the place of the cell in the list of the basis.
    """

    index: int
    cell: str
    recommendation: str
    scores: Mapping[str, int]
    circumstances: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FrozenException:
    """An exception that was in force, its last day, and its place in the list of the basis."""

    index: int
    exception: str
    until: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """A decision in force with its basis. `day` is the ISO day as of which the basis was taken.

    `looked_at` is the latest of that day, the day of the decision and that of its last review; what is written for a
    day that is still to come does not count.
    """

    decision: CatalogueEntity
    day: str
    looked_at: str
    model: str
    cells: tuple[FrozenCell, ...]
    exceptions: tuple[FrozenException, ...]


def accepted(catalogue: Catalogue, as_of: str) -> Iterator[Accepted]:
    """The decisions in force that say what they were decided on, by reference. `as_of` is an ISO day."""
    for decision in catalogue.of_kind(DECISION_KIND):
        spec = mapping(decision.value, "spec")
        basis = mapping(spec, "basis")
        if decision.fault is None and basis and spec.get("status") == "accepted" and not _replaced(decision):
            day = text(basis, "acceptedOn")
            days = [day, text(spec, "decidedOn"), text(spec, "lastReviewedOn")]
            yield Accepted(
                decision,
                day=day,
                looked_at=max((item for item in days if item <= as_of), default=day),
                model=text(spec, "model"),
                cells=tuple(_cells(basis)),
                exceptions=tuple(
                    FrozenException(index, text(item, "exception"), text(item, "until"))
                    for index, item in enumerate(_mappings(basis, "exceptions"))
                ),
            )


def covered_cells(decision: CatalogueEntity) -> tuple[str, ...]:
    """The references of the cells that a decision covers, sorted; none of what can't be read."""
    spec = mapping(decision.value, "spec")
    capability = mapping(spec, "refs").get("capability")
    cells = mapping(capability, "inverse").get("cells")
    brands, excepted = _named(spec, "brands"), _named(mapping(spec, "allBrands"), "except")
    found = []
    for cell in cells if isinstance(cells, list) else ():
        brand = mapping(mapping(cell, "spec"), "refs").get("brand")
        name = brand.reference if isinstance(brand, Entity) else ""
        if isinstance(cell, Entity) and name and (name in brands or ("allBrands" in spec and name not in excepted)):
            found.append(cell.reference)
    return tuple(sorted(found))


def leaned_on(register: Register, decision: CatalogueEntity) -> tuple[RegisteredException, ...]:
    """The exceptions in force on a decision, its cells and its services."""
    services = _named(mapping(decision.value, "spec"), "services")
    subjects = {decision.name, *services, *covered_cells(decision)}
    return tuple(item for item in register.in_force() if item.subjects & subjects)


def mapping(value: object, name: str) -> Mapping[str, object]:
    """The mapping under a name, or an empty one."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def text(value: object, name: str) -> str:
    """The text under a name, or the empty one."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, str) else ""


def _replaced(decision: CatalogueEntity) -> bool:
    """Whether an accepted decision supersedes this one."""
    successors = mapping(decision.value, "inverse").get("supersededBy")
    return any(
        isinstance(item, Entity)
        and item.reference != decision.name
        and text(mapping(item, "spec"), "status") == "accepted"
        for item in (successors if isinstance(successors, list) else ())
    )


def _named(value: Mapping[str, object], name: str) -> frozenset[str]:
    """The references of the entities that a list of references leads to."""
    found = mapping(value, "refs").get(name)
    return frozenset(item.reference for item in (found if isinstance(found, list) else ()) if isinstance(item, Entity))


def _cells(basis: Mapping[str, object]) -> Iterator[FrozenCell]:
    for index, item in enumerate(_mappings(basis, "cells")):
        scores, known = mapping(item, "scores"), mapping(item, "circumstances")
        yield FrozenCell(
            index,
            text(item, "cell"),
            text(item, "recommendation"),
            {name: value for name, value in sorted(scores.items()) if isinstance(value, int)},
            {name: value for name, value in sorted(known.items()) if isinstance(value, str)},
        )


def _mappings(value: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    found = value.get(name)
    return [item for item in (found if isinstance(found, list) else ()) if isinstance(item, Mapping)]
