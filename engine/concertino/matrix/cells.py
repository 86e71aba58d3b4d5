"""What the matrix says of each entity that a decision model is about, as frozen values.

`read_matrix` (in `concertino.matrix.resolving`) gives them::

    read_matrix(
        catalogue: Catalogue,      # of the snapshot
        matrix: MatrixModel,       # the compiled model: Rules.matrix, None where no model applies
        as_of: str,                # an ISO day
        limits: Limits,            # Rules.configuration.limits
        wanted: Collection[str] = (),   # references such as "cell:aurora/orders"; empty means all
    ) -> tuple[CellAnswer, ...]    # sorted by reference; for entities with faults, `failures` says so
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from concertino.matrix.model import Answer, Inputs, Scalar, Unanswered
from concertino.model.place import Place

Find = Callable[[], tuple[Place, ...]]
"""Looks up the places of the values that an expression read, for whoever asks: it takes as long as the answer."""


@dataclass(frozen=True)
class Source:
    """Where one score came from: a level of the resolution, and whose view it is where levels have perspectives.

    `value` is the score after it was brought between 1 and 5. `inherited` says whether it was given for something more
    general than the entity. `expression` is the place of the model's expression for it.
    """

    level: str
    title: str
    inherited: bool
    value: int
    perspective: str
    expression: Place
    find: Find = field(repr=False, compare=False)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The places in the catalogue that the score was read from; none if the model itself gives it."""
        return self.find()

    @property
    def place(self) -> Place:
        """The place of the very value; of the first one it was computed from; or of the model's expression."""
        return next(iter(self.places), self.expression)


@dataclass(frozen=True)
class Score:
    """The effective score of one factor. All `sources` are of one level; where they differ, they were aggregated."""

    factor: str
    value: int
    sources: tuple[Source, ...]

    @property
    def source(self) -> Source:
        """The first source that says exactly what counts: of the values aggregated one is always chosen."""
        return next((item for item in self.sources if item.value == self.value), self.sources[0])

    @property
    def level(self) -> str:
        """The id of the level that gave it."""
        return self.sources[0].level

    @property
    def inherited(self) -> bool:
        """Whether it was given for something more general than the entity."""
        return self.sources[0].inherited


@dataclass(frozen=True)
class Condition:
    """The value of one circumstance. `assumed` is what the model assumes if nobody can know it yet, else None."""

    circumstance: str
    value: Scalar
    expression: Place
    assumed: Scalar | None = None
    find: Find = field(default=tuple, repr=False, compare=False)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The places in the catalogue that it was read from, in the order of reading."""
        return self.find()


@dataclass(frozen=True, slots=True)
class View:
    """What comes out if one perspective alone had scored; on what it left out it is taken to agree with the others."""

    perspective: str
    inputs: Inputs
    answer: Answer


@dataclass(frozen=True, slots=True)
class CellAnswer:
    """What a model says of one entity, and what it is based on. Nothing here knows a factor or an answer by name.

    `entity` is the reference (`cell:aurora/orders`), `factors` what a derived kind is made of, as it was written
    (`{"brand": "aurora", "capability": "orders"}`), `place` where the entity stands. `missing` are the factors that no
    level has a score for; then there are no `inputs` and there is no `answer`. `undetermined` are the circumstances
    that nobody can know yet, and `if_known` is the answer with what the model assumes for them. `decided` and `actual`
    are ids of answers, or empty. `failures` say what could not be computed, and why.
    """

    entity: str
    title: str
    place: Place
    factors: Mapping[str, str]
    scores: Mapping[str, Score] = field(default_factory=dict)
    circumstances: Mapping[str, Condition] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    inputs: Inputs | None = None
    answer: Answer | None = None
    views: tuple[View, ...] = ()
    undetermined: tuple[str, ...] = ()
    if_known: Answer | None = None
    decided: str = ""
    actual: str = ""
    failures: tuple[Unanswered, ...] = ()

    @property
    def recommendation(self) -> str:
        """The id of the answer, or empty if there is none."""
        return self.answer.answer if self.answer else ""

    @property
    def contested(self) -> bool:
        """Whether the perspectives, each taken alone, lead to different answers."""
        return len({view.answer.answer for view in self.views}) > 1

    @property
    def own(self) -> tuple[str, ...]:
        """The factors whose scores were given for the entity itself."""
        return tuple(name for name, score in self.scores.items() if not score.inherited)
