"""The decision model and what it answers, as frozen values. Nothing here knows any factor, guard or answer by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import TypeAlias

from concertino.documents import Positions
from concertino.model.json import JsonObject, JsonValue
from concertino.model.place import Place
from concertino.policies import Expression, PolicyOrigin

Scalar: TypeAlias = bool | int | str
"""The value of an input: a score or a number, a yes or no, a word."""

SCORES: Sequence[int] = range(1, 6)
"""What a factor can be scored."""
MOST_POINTS = 4
"""The most points that a factor gives, unless it says less."""


class Direction(StrEnum):
    """Where a rising input leads: toward the last answer, the first, or now here, now there."""

    LAST = "last"
    FIRST = "first"
    VARIES = "varies"


class Bound(StrEnum):
    """What a guard does: a floor lifts the answer, a cap lowers it."""

    FLOOR = "floor"
    CAP = "cap"


class State(StrEnum):
    """What became of a guard's effect whose condition holds.

    `decided`: the answer is what it is because of it. `overruled`: the answer lies above it, since floors beat caps.
    `idle`: it holds, and the answer would be the same without it.
    """

    DECIDED = "decided"
    OVERRULED = "overruled"
    IDLE = "idle"


@dataclass(frozen=True)
class ModelSource:
    """A model's document that passed its schema, and all that is needed to point into it."""

    id: str
    origin: PolicyOrigin
    value: JsonObject
    data: bytes
    marks: Positions

    @property
    def spec(self) -> JsonObject:
        """What the document says under `spec`."""
        spec = self.value.get("spec")
        return spec if isinstance(spec, Mapping) else {}

    def at(self, pointer: str) -> Place:
        """The place of what stands at `pointer`, or of what is nearest to it."""
        return self.marks.nearest(pointer)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the possible answers. `lower` is the index at which its band begins; the first one has none."""

    id: str
    title: str
    lower: int | None
    pointer: str


@dataclass(frozen=True, slots=True)
class Factor:
    """What is scored from 1 to 5. `points` is None where the direction says it all: `score - 1` or `5 - score`."""

    id: str
    title: str
    question: str
    direction: Direction
    weight: int
    required: bool
    rubric: Mapping[int, str]
    points: Expression | None
    most: int
    perspectives: tuple[str, ...]
    pointer: str


@dataclass(frozen=True, slots=True)
class Circumstance:
    """What is known without a score. `values` are all that it can be, in the order in which it rises.

    `expression` is the text that computes it from an entity; it is compiled where the kinds are known.
    """

    id: str
    title: str
    description: str
    direction: Direction
    values: Sequence[Scalar]
    usual: Scalar | None
    expression: str
    pointer: str


@dataclass(frozen=True, slots=True)
class Effect:
    """One floor or cap. `answer` counts the answers of the model from 0."""

    bound: Bound
    answer: int
    when: Expression | None
    pointer: str


@dataclass(frozen=True, slots=True)
class Guard:
    """What no sum of points may overrule, and why. `policy` is one that finds the same state worth mending."""

    id: str
    title: str
    when: Expression
    effects: tuple[Effect, ...]
    reason: str
    policy: str
    pointer: str


@dataclass(frozen=True, slots=True)
class Overlap:
    """A floor and a cap, by their guards' ids, that may pull apart, and why the floor is right to win."""

    floor: str
    cap: str
    reason: str
    pointer: str


@dataclass(frozen=True, slots=True)
class Movement:
    """A claim about how the answer moves while one input rises and the others, for which `when` holds, stay.

    `leads` is `first`, `last`, or None for "not at all".
    """

    input: str
    leads: Direction | None
    when: Expression | None
    pointer: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a model answers on: a score for every factor, a value for every circumstance."""

    scores: Mapping[str, int]
    circumstances: Mapping[str, Scalar] = field(default_factory=dict)

    def value(self, name: str) -> Scalar:
        """The score or circumstance called so. Raises KeyError if there is none."""
        return self.scores[name] if name in self.scores else self.circumstances[name]

    def with_value(self, name: str, value: Scalar) -> "Inputs":
        """The same with one input changed."""
        if name in self.scores:
            return Inputs({**self.scores, name: int(value)}, self.circumstances)
        return Inputs(self.scores, {**self.circumstances, name: value})


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: what goes in, and what must come out. None and empty ask for nothing, but see `guards`.

    `guards` are those that must decide, in the order of the document; None if the example does not say.
    """

    title: str
    inputs: Inputs
    index: int | None
    answer: str
    guards: tuple[str, ...] | None
    pointer: str


@dataclass(frozen=True, repr=False)
class Model:
    """A decision model with its expressions over factors and circumstances compiled.

    What needs the catalogue (`resolution`, `aggregation`, `aggregates`, `variables`, the circumstances' expressions) is
    left as it was written, in `source`. `digest` is the SHA-256 of everything that decides answers.
    """

    id: str
    title: str
    version: str
    target: str
    answers: tuple[Choice, ...]
    factors: tuple[Factor, ...]
    circumstances: tuple[Circumstance, ...]
    guards: tuple[Guard, ...]
    overlaps: tuple[Overlap, ...]
    movements: tuple[Movement, ...]
    examples: tuple[Example, ...]
    parameters: Mapping[str, JsonValue]
    digest: str
    source: ModelSource

    def __repr__(self) -> str:
        return f"<model {self.id} {self.version}>"  # all of it would be pages

    @cached_property
    def edges(self) -> tuple[int, ...]:
        """The indices at which one band ends and the next begins, in the order of the answers."""
        return tuple(answer.lower for answer in self.answers if answer.lower is not None)

    @cached_property
    def line(self) -> Fraction:
        """The middle between the first edge and the last: where no answer is any more likely than another."""
        edges = self.edges
        return Fraction(edges[0] + edges[-1], 2)

    def factor(self, name: str) -> Factor | None:
        """The factor called so."""
        return next((item for item in self.factors if item.id == name), None)

    def circumstance(self, name: str) -> Circumstance | None:
        """The circumstance called so."""
        return next((item for item in self.circumstances if item.id == name), None)

    def guard(self, name: str) -> Guard | None:
        """The guard called so."""
        return next((item for item in self.guards if item.id == name), None)


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one factor adds to the index."""

    factor: str
    score: int
    points: int
    weight: int

    @property
    def product(self) -> int:
        """Weight times points."""
        return self.weight * self.points


@dataclass(frozen=True, slots=True)
class GuardEffect:
    """A floor or cap whose condition holds, and what became of it. `overruled_by` are ids of guards."""

    guard: str
    bound: Bound
    answer: str
    state: State
    overruled_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model says, and how it came to it.

    `index` is the sum of weight times points, `band` the answer that the index alone leads to, `floor` and `cap` the
    strictest that hold. `margin` is the distance of the index to the nearest edge of a band, `line_distance` that to
    the middle between the first edge and the last; both in points of the index.
    """

    index: int
    band: str
    answer: str
    contributions: tuple[Contribution, ...]
    effects: tuple[GuardEffect, ...]
    margin: int
    line_distance: Fraction
    floor: str | None = None
    cap: str | None = None

    @property
    def deciding(self) -> tuple[str, ...]:
        """The guards that decided, in the order of the model; empty if the band did."""
        found = [item.guard for item in self.effects if item.state is State.DECIDED]
        return tuple(dict.fromkeys(found))

    @property
    def overruled(self) -> tuple[str, ...]:
        """The guards that a floor overruled, in the order of the model."""
        found = [item.guard for item in self.effects if item.state is State.OVERRULED]
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Why there is no answer: a value is missing or none of the possible ones, or an expression has no value."""

    message: str
    place: Place
