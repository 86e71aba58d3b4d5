"""The matrix as expressions see it: `entity.matrix`, computed field by field when somebody looks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.expressions import ABSENT, Computed, EvaluationError, UnreadableError
from concertino.matrix.cells import CellAnswer
from concertino.matrix.drawing import Drawing
from concertino.matrix.model import Answer
from concertino.matrix.resolution import MatrixModel
from concertino.matrix.resolving import Core, Resolver
from concertino.matrix.vocabulary import FIELD, FIELDS, READINGS
from concertino.model.limits import Limits

_Reader = Callable[[Core], object]


class MatrixView(Computed):
    """What expressions see as the matrix of the entity `reference`."""

    __slots__ = ("reference",)

    def __init__(self, reference: str, compute: Callable[[str], object]) -> None:
        super().__init__(FIELDS, compute)
        self.reference = reference


@dataclass(frozen=True)
class Matrix:
    """The answers of one model for one catalogue on one day, each computed once, and only if something reads it."""

    resolver: Resolver

    @classmethod
    def of(cls, model: MatrixModel, catalogue: Catalogue, as_of: str, limits: Limits) -> "Matrix":
        """The matrix of a catalogue on the ISO day `as_of`."""
        return cls(Resolver(Drawing(model, catalogue, as_of, limits)))

    def attach(self) -> None:
        """Let expressions see this matrix, and no other one, in the entities of the catalogue."""
        for entity, view in self._views:
            present = entity.value.get(FIELD)
            if present is view or not isinstance(present, MatrixView | None):
                return  # Somebody tries changes to the catalogue, for which what was computed does not hold.
            entity.value[FIELD] = view

    @cached_property
    def _views(self) -> tuple[tuple[CatalogueEntity, MatrixView], ...]:
        drawing = self.resolver.drawing
        entities = drawing.catalogue.of_kind(drawing.matrix.model.target)
        return tuple((entity, MatrixView(entity.name, _View(self.resolver, entity).field)) for entity in entities)

    def cell(self, reference: str) -> CellAnswer | None:
        """Everything about the entity of this reference, with where it came from; None if there is no such entity."""
        entity = self.resolver.drawing.catalogue.by_name.get(reference)
        return self.resolver.cell(entity) if entity else None


class _View:
    """The fields of one entity's matrix. What failed once is not tried again for the next field."""

    def __init__(self, resolver: Resolver, entity: CatalogueEntity) -> None:
        self._resolver = resolver
        self._entity = entity
        self._core: Core | EvaluationError | UnreadableError | None = None
        self._busy = False

    def field(self, name: str) -> object:
        """The value of a field, or `ABSENT` if it is left out for this entity."""
        if self._busy:
            raise EvaluationError(f"the decision model reads the {FIELD} of {self._entity.name} to compute it")
        self._busy = True
        try:
            return self._reading(name) if name in READINGS else _FIELDS[name](self._computed())
        finally:
            self._busy = False

    def _reading(self, name: str) -> object:
        drawing = self._resolver.drawing
        return drawing.reading(name, drawing.bindings(self._entity)) or ABSENT

    def _computed(self) -> Core:
        if self._core is None:
            try:
                self._core = self._resolver.core(self._resolver.drawing.bindings(self._entity))
            except (EvaluationError, UnreadableError) as failure:
                self._core = failure
        if isinstance(self._core, Core):
            return self._core
        raise self._core


def _of_answer(read: Callable[[Answer], object]) -> _Reader:
    return lambda core: read(core.answer) if core.answer else ABSENT


def _listed(read: Callable[[Answer], tuple[str, ...]]) -> _Reader:
    return lambda core: list(read(core.answer)) if core.answer else []


_FIELDS: Mapping[str, _Reader] = {
    "recommendation": _of_answer(lambda found: found.answer),
    "band": _of_answer(lambda found: found.band),
    "index": _of_answer(lambda found: found.index),
    "margin": _of_answer(lambda found: found.margin),
    "boundaryDistance": _of_answer(lambda found: float(found.line_distance)),
    "guards": _listed(lambda found: found.deciding),
    "overruled": _listed(lambda found: found.overruled),
    "contested": lambda core: core.contested,
    "perspectives": lambda core: list(core.perspectives),
    "alone": lambda core: {view.perspective: view.answer.answer for view in core.views},
    "missing": lambda core: list(core.missing),
    "own": lambda core: [name for name, drawn in core.drawn.items() if not drawn[0].level.inherited],
    "scores": lambda core: dict(core.scores),
    "levels": lambda core: {name: drawn[0].level.id for name, drawn in core.drawn.items()},
    "circumstances": lambda core: dict(core.circumstances),
    "undetermined": lambda core: bool(core.unknown),
    "unknown": lambda core: list(core.unknown),
    "ifKnown": lambda core: core.if_known.answer if core.if_known else ABSENT,
}
