"""What a portfolio knows, as expressions see it: `entity.known.metrics`, the metrics of the packs and its own.

A portfolio declares only what is special about it. Whoever asks for the unit, the good direction or the commercial
effect of a metric must not need to know who declared it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.expressions import Computed
from concertino.kinds import Kinds
from concertino.model.json import JsonObject
from concertino.model.shape import Field, Shape, ShapeName, Vocabulary

PORTFOLIO_KIND: Final = "Portfolio"
FIELD: Final = "known"
"""The field of a portfolio under which what it knows stands. No document holds it."""
_METRICS: Final = "metrics"


def with_metrics(kinds: Kinds) -> Kinds:
    """The kinds with the field `known` added to portfolios; its metrics have the type of those they declare."""
    shapes = kinds.vocabulary.shapes
    shape, spec = shapes.get(PORTFOLIO_KIND), shapes.get(f"{PORTFOLIO_KIND}.spec")
    own = spec.fields.get(_METRICS) if spec else None
    if shape is None or own is None or FIELD in shape.fields:
        return kinds
    name = f"{PORTFOLIO_KIND}.{FIELD}"
    described = "The metrics that the packs bring and those of the portfolio, which go before those of the same id."
    metrics = Field(own.type, required=True, description=described)
    known = Field(ShapeName(name), required=True, description="What holds without being written here.", computed=True)
    portfolio = Shape(PORTFOLIO_KIND, {**shape.fields, FIELD: known})
    added = {PORTFOLIO_KIND: portfolio, name: Shape(name, {_METRICS: metrics})}
    return replace(kinds, vocabulary=Vocabulary({**shapes, **added}))


class MetricsView(Computed):
    """What expressions see as the knowledge of one portfolio."""

    __slots__ = ()


@dataclass(frozen=True)
class MetricViews:
    """All metrics of each portfolio of a catalogue."""

    catalogue: Catalogue
    brought: Mapping[str, JsonObject]
    """The metrics of the packs, by id."""

    def attach(self) -> None:
        """Let expressions see these metrics, and no others, in the portfolios of the catalogue."""
        for entity, view in self._views:
            present = entity.value.get(FIELD)
            if present is view or not isinstance(present, MetricsView | None):
                return  # Somebody tries changes to the catalogue, for which what was computed does not hold.
            entity.value[FIELD] = view

    @cached_property
    def _views(self) -> tuple[tuple[CatalogueEntity, MetricsView], ...]:
        return tuple((entity, self._view(entity)) for entity in self.catalogue.of_kind(PORTFOLIO_KIND))

    def _view(self, entity: CatalogueEntity) -> MetricsView:
        spec = entity.value.get("spec")
        written = spec if isinstance(spec, Mapping) else {}
        return MetricsView((_METRICS,), lambda _name: merged(self.brought, written))


def merged(brought: Mapping[str, JsonObject], spec: Mapping[str, object]) -> list[object]:
    """The metrics of a portfolio's `spec`, and before them those of the packs that it does not declare itself."""
    own = dict(_own(spec))
    return [*(dict(item) for key, item in sorted(brought.items()) if key not in own), *own.values()]


def _own(spec: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
    declared = spec.get(_METRICS)
    for item in declared if isinstance(declared, list) else ():
        if isinstance(item, Mapping):
            yield str(item.get("id")), item
