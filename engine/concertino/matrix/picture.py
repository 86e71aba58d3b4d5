"""Everything that is drawn: the answers, what they rest on, how far they differ, and where a pilot would teach most."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from concertino.catalogue import Catalogue
from concertino.expressions import EvaluationError, UnreadableError
from concertino.expressions.values import Entity
from concertino.matrix.cells import CellAnswer
from concertino.matrix.drawing import Drawing, evaluated
from concertino.matrix.model import Model
from concertino.matrix.resolution import MatrixModel
from concertino.matrix.resolving import Resolver
from concertino.matrix.spread import Spread, median, spreads
from concertino.matrix.views import Matrix
from concertino.model.limits import Limits
from concertino.policies import Expression

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Pictured:
    """One entity with its answer. `decided_by` and `actual_by` are references of what the two follow from.

    `overdue`: it is no longer meant to be otherwise in fact than decided.
    """

    cell: CellAnswer
    decided_by: tuple[str, ...] = ()
    actual_by: tuple[str, ...] = ()
    overdue: bool = False

    @property
    def departing(self) -> bool:
        """Whether it was decided otherwise than recommended."""
        cell = self.cell
        return bool(cell.decided and cell.recommendation and cell.decided != cell.recommendation)

    @property
    def moving(self) -> bool:
        """Whether it is otherwise in fact than decided."""
        return bool(self.cell.decided and self.cell.actual and self.cell.decided != self.cell.actual)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Where a pilot would teach something. `distance` is the median distance of `cells` to the line, in points."""

    name: str
    cells: tuple[CellAnswer, ...]
    distance: Fraction


@dataclass(frozen=True)
class Picture:
    """The matrix of one catalogue on one day, sorted by reference."""

    matrix: MatrixModel
    catalogue: Catalogue
    as_of: str
    entries: tuple[Pictured, ...]
    limits: Limits
    drawing: Drawing

    @property
    def model(self) -> Model:
        """The model that answers."""
        return self.matrix.model

    @cached_property
    def cells(self) -> tuple[CellAnswer, ...]:
        """The answers alone."""
        return tuple(entry.cell for entry in self.entries)

    @cached_property
    def axes(self) -> tuple[tuple[str, str], ...]:
        """The factors of the target, each with the kind that it stands for, as its schema declares them."""
        kinds = (entity.kind.product for entity in self.catalogue.of_kind(self.model.target))
        product = next((item for item in kinds if item), None)
        return product.factors if product else ()

    @cached_property
    def spreads(self) -> tuple[Spread, ...]:
        """How far the answers differ along the factor that the model names."""
        return spreads(self.model, self.matrix.display.comparison, self.cells, self.limits)

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        """Where a pilot would teach most: the nearest to the line first."""
        comparison = self.matrix.display.comparison
        rule = comparison.candidates
        if rule is None:
            return ()
        Matrix(Resolver(self.drawing)).attach()
        groups: dict[str, list[CellAnswer]] = {}
        for cell in self.cells:
            if cell.answer and self._asked(rule.when, cell.entity) is True:
                groups.setdefault(cell.factors.get(comparison.along, ""), []).append(cell)
        found = (_candidate(name, cells) for name, cells in groups.items() if len(cells) >= rule.least)
        return tuple(sorted(found, key=lambda item: (item.distance, item.name)))

    def _asked(self, expression: Expression, reference: str) -> object:
        return _value(self.drawing, expression, reference)

    @cached_property
    def unscored(self) -> bool:
        """Whether there are answers, and nobody has scored anything by itself: they all follow from defaults."""
        return any(cell.answer for cell in self.cells) and not any(cell.own for cell in self.cells)


def read_picture(
    catalogue: Catalogue,
    matrix: MatrixModel,
    as_of: str,
    limits: Limits,
    progress: Progress = lambda _doing, _done, _all: None,
) -> Picture:
    """The matrix of a catalogue on the ISO day `as_of`."""
    drawing = Drawing(matrix, catalogue, as_of, limits)
    resolver = Resolver(drawing)
    entities = catalogue.of_kind(matrix.model.target)
    entries: list[Pictured] = []
    for number, entity in enumerate(entities):
        progress("answering", number, len(entities))
        entries.append(_pictured(drawing, resolver.cell(entity)))
    return Picture(matrix, catalogue, as_of, tuple(entries), limits, drawing)


def _pictured(drawing: Drawing, cell: CellAnswer) -> Pictured:
    display = drawing.matrix.display
    if cell.scores == {} and cell.failures:
        return Pictured(cell)
    differs = cell.decided and cell.actual and cell.decided != cell.actual
    return Pictured(
        cell,
        decided_by=_references(drawing, display.decided_by, cell.entity),
        actual_by=_references(drawing, display.actual_by, cell.entity),
        overdue=bool(differs and display.overdue and _value(drawing, display.overdue, cell.entity) is True),
    )


def _references(drawing: Drawing, expression: Expression | None, reference: str) -> tuple[str, ...]:
    value = _value(drawing, expression, reference) if expression else ()
    found: Sequence[object] = value if isinstance(value, list | tuple) else [value]
    return tuple(item.reference for item in found if isinstance(item, Entity))


def _value(drawing: Drawing, expression: Expression, reference: str) -> object:
    """The value of an expression on an entity; None if it has none, which the answer says already."""
    entity = drawing.catalogue.by_name[reference]
    if entity.fault:
        return None
    try:
        return evaluated(expression, drawing.bindings(entity))
    except (EvaluationError, UnreadableError):
        return None


def _candidate(name: str, cells: Sequence[CellAnswer]) -> Candidate:
    return Candidate(name, tuple(cells), median([cell.answer.line_distance for cell in cells if cell.answer]))


def counted(values: Mapping[str, int], model: Model) -> tuple[tuple[str, int], ...]:
    """Counts in the order of the model's answers, those that are nobody's left out."""
    return tuple((item.id, values[item.id]) for item in model.answers if values.get(item.id))
