"""Which cells a decision covers."""

from dataclasses import dataclass

from concertino.expressions import Entity
from concertino.records.escaping import Markdown, compose, inline, joined
from concertino.records.reading import Shelf, inverse, mapping, references, spec_of, target, unknown


@dataclass(frozen=True, slots=True)
class Coverage:
    """The cells of a decision with their brands, brands that are named but have no cell, and what can't be read."""

    cells: tuple[tuple[Entity, Entity], ...]
    without_cell: tuple[Entity, ...]
    unread: tuple[str, ...]


def coverage_of(decision: Entity) -> Coverage:
    """The cells that `decision` covers, sorted by reference."""
    spec = spec_of(decision)
    capability = target(spec, "capability")
    cells, unread = inverse(capability, "cells") if capability else ([], [])
    pairs = [(cell, brand) for cell in cells if (brand := target(spec_of(cell), "brand"))]
    if "allBrands" in spec:
        excepted = {brand.reference for _, brand in references(mapping(spec, "allBrands"), "except") if brand}
        return Coverage(tuple(pair for pair in pairs if pair[1].reference not in excepted), (), tuple(unread))
    named = list(references(spec, "brands"))
    wanted = {brand.reference for _, brand in named if brand}
    covered = tuple(pair for pair in pairs if pair[1].reference in wanted)
    having = {brand.reference for _, brand in covered}
    return Coverage(
        covered,
        tuple(brand for _, brand in named if brand and brand.reference not in having),
        tuple(written for written, brand in named if brand is None),
    )


def brands_in_words(shelf: Shelf, decision: Entity) -> Markdown:
    """The brands as the decision names them: their titles, or `all brands` less some."""
    spec = spec_of(decision)
    if "allBrands" not in spec:
        return joined(shelf.titles(spec, "brands"))
    excepted = shelf.titles(mapping(spec, "allBrands"), "except")
    return compose("all brands but {}", joined(excepted)) if excepted else inline("all brands")


def cells_in_words(shelf: Shelf, decision: Entity, coverage: Coverage, *, ended: bool) -> list[Markdown]:
    """What a record says of the cells that the decision covers, or covered until it `ended`; one sentence each."""
    verb = "Covered" if ended else "Covers"
    capability = next(iter(shelf.links(spec_of(decision), "capability")), Markdown(""))
    brands = [shelf.link(brand) for _, brand in coverage.cells] + [unknown(name) for name in coverage.unread]
    count = len(coverage.cells)
    cells = "no cell" if not count else "one cell" if count == 1 else f"{count} cells"
    said = [compose("{} {} of {}: {}.", verb, cells, capability, joined(brands))] if brands else []
    if not brands:
        said.append(compose("{} no cell of {}.", verb, capability))
    if coverage.without_cell:
        missing = joined(shelf.link(brand) for brand in coverage.without_cell)
        said.append(compose("Named without a cell there: {}.", missing))
    return said
