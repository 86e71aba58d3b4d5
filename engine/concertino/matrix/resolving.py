"""The answers of a model for the entities of a catalogue, each with where everything in it came from."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from concertino.bindings import Bindings
from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.expressions import EvaluationError, UnreadableError
from concertino.matrix.aggregating import aggregate
from concertino.matrix.answering import answer
from concertino.matrix.cells import CellAnswer, Condition, Score, Source, View
from concertino.matrix.drawing import Drawing, Drawn
from concertino.matrix.model import Answer, Inputs, Scalar, Unanswered
from concertino.matrix.resolution import MatrixModel
from concertino.matrix.tracing import Finder
from concertino.matrix.vocabulary import READINGS
from concertino.model.limits import Limits
from concertino.model.place import Place
from concertino.model.problem import Problem


def read_matrix(
    catalogue: Catalogue, matrix: MatrixModel, as_of: str, limits: Limits, wanted: Collection[str] = ()
) -> tuple[CellAnswer, ...]:
    """What the model says of every entity it is about, sorted by reference; of those called `wanted`, if any are.

    `as_of` is an ISO day. Entities with faults have no answer; `failures` says so.
    """
    resolver = Resolver(Drawing(matrix, catalogue, as_of, limits))
    return tuple(
        resolver.cell(entity)
        for entity in catalogue.of_kind(matrix.model.target)
        if not wanted or entity.name in wanted
    )


@dataclass(frozen=True)
class Core:
    """What one entity comes to, without the places it was read from. Without an `answer` something is missing."""

    drawn: Mapping[str, tuple[Drawn, ...]]
    scores: Mapping[str, int]
    circumstances: Mapping[str, Scalar]
    unknown: Mapping[str, Scalar]
    missing: tuple[str, ...] = ()
    inputs: Inputs | None = None
    answer: Answer | None = None
    views: tuple[View, ...] = ()
    if_known: Answer | None = None

    @property
    def perspectives(self) -> tuple[str, ...]:
        """Those that gave a score which counts, in the order in which they stand in the catalogue's sheets."""
        names = (item.perspective for drawn in self.drawn.values() for item in drawn if item.perspective)
        return tuple(dict.fromkeys(names))

    @property
    def contested(self) -> bool:
        """Whether the perspectives, each taken alone, lead to different answers."""
        return len({view.answer.answer for view in self.views}) > 1


@dataclass(frozen=True)
class Resolver:
    """Answers for the entities of one catalogue on one day."""

    drawing: Drawing

    def core(self, bindings: Bindings) -> Core:
        """The answer of a model for an entity, given what its expressions see.

        Raises:
            EvaluationError: an expression of the model has no value, or one that it can't have.
            UnreadableError: it reads through something that can't be read.
        """
        drawing = self.drawing
        model, resolution = drawing.matrix.model, drawing.matrix.resolution
        drawn, circumstances = drawing.scores(bindings), drawing.circumstances(bindings)
        unknown = drawing.unknown(bindings)
        given = {name: [item.value for item in found] for name, found in drawn.items()}
        scores = aggregate(model, resolution, given, circumstances)
        core = Core(
            drawn, scores, circumstances, unknown, tuple(item.id for item in model.factors if item.id not in scores)
        )
        if core.missing:
            return core
        inputs = Inputs({item.id: scores[item.id] for item in model.factors}, circumstances)
        assumed = Inputs(inputs.scores, {**circumstances, **unknown})
        return Core(
            drawn,
            scores,
            circumstances,
            unknown,
            inputs=inputs,
            answer=self._answer(inputs),
            views=tuple(self._view(core, name) for name in core.perspectives),
            if_known=self._answer(assumed) if unknown else None,
        )

    def _view(self, core: Core, perspective: str) -> View:
        """What one perspective alone leads to: its own scores and those of nobody, else what holds for all."""
        matrix = self.drawing.matrix
        given = {
            name: [item.value for item in found if item.perspective in ("", perspective)] or [core.scores[name]]
            for name, found in core.drawn.items()
        }
        scores = aggregate(matrix.model, matrix.resolution, given, core.circumstances)
        inputs = Inputs({item.id: scores[item.id] for item in matrix.model.factors}, core.circumstances)
        return View(perspective, inputs, self._answer(inputs))

    def _answer(self, inputs: Inputs) -> Answer:
        found = answer(self.drawing.matrix.model, inputs)
        if isinstance(found, Unanswered):
            raise EvaluationError(f"{found.message} ({found.place})")
        return found

    def cell(self, entity: CatalogueEntity) -> CellAnswer:
        """Everything about one entity."""
        product = entity.kind.product
        spec = _part(entity, "spec")
        about = CellAnswer(
            entity=entity.name,
            title=str(_part(entity, "metadata").get("title", entity.reference.name)),
            place=self.drawing.catalogue.locate(entity, "/metadata/name"),
            factors={name: str(spec.get(name, "")) for name, _ in (product.factors if product else ())},
        )
        if entity.fault:
            return replace(about, failures=(Unanswered(entity.fault.message, entity.fault.place),))
        return self._filled(about, self.drawing.bindings(entity))

    def _filled(self, about: CellAnswer, bindings: Bindings) -> CellAnswer:
        failures: list[Unanswered] = []
        readings = dict.fromkeys(READINGS, "")
        for name in READINGS:
            try:
                readings[name] = self.drawing.reading(name, bindings)
            except (EvaluationError, UnreadableError) as error:
                failures.append(_failed(error, about.place))
        try:
            core = self.core(bindings)
        except (EvaluationError, UnreadableError) as error:
            return replace(
                about,
                decided=readings["decided"],
                actual=readings["actual"],
                failures=(*failures, _failed(error, about.place)),
            )
        return replace(
            about,
            decided=readings["decided"],
            actual=readings["actual"],
            scores={name: self._score(name, core) for name in core.drawn},
            circumstances={name: self._condition(name, core, bindings) for name in core.circumstances},
            missing=core.missing,
            inputs=core.inputs,
            answer=core.answer,
            views=core.views,
            undetermined=tuple(core.unknown),
            if_known=core.if_known,
            failures=tuple(failures),
        )

    def _score(self, name: str, core: Core) -> Score:
        return Score(name, core.scores[name], tuple(self._source(item) for item in core.drawn[name]))

    def _source(self, drawn: Drawn) -> Source:
        level, expression, bindings = drawn.level, drawn.expression, drawn.bindings
        return Source(
            level=level.id,
            title=level.title,
            inherited=level.inherited,
            value=drawn.value,
            perspective=drawn.perspective,
            expression=expression.place,
            find=lambda: self.finder.places(expression, bindings),
        )

    def _condition(self, name: str, core: Core, bindings: Bindings) -> Condition:
        expression = self.drawing.matrix.resolution.circumstances[name]
        return Condition(
            circumstance=name,
            value=core.circumstances[name],
            expression=expression.place,
            assumed=core.unknown.get(name),
            find=lambda: self.finder.places(expression, bindings),
        )

    @cached_property
    def finder(self) -> Finder:
        """Knows the places of the catalogue; made when somebody asks for one."""
        return Finder.of(self.drawing.catalogue, self.drawing.matrix.resolution)


def _failed(error: EvaluationError | UnreadableError, place: Place) -> Unanswered:
    if isinstance(error, EvaluationError):
        return Unanswered(error.message, place)
    cause = error.unreadable.cause
    return Unanswered(cause.message, cause.place) if isinstance(cause, Problem) else Unanswered(str(error), place)


def _part(entity: CatalogueEntity, name: str) -> Mapping[str, object]:
    found = entity.value.get(name)
    return found if isinstance(found, Mapping) else {}
