"""Overviews: what a pack says about the whole. The steps of a way, what falls due, and scores; none of it is a gate."""

from collections.abc import Mapping
from dataclasses import dataclass

from concertino.model.json import JsonValue
from concertino.policies.policy import Aggregate, Expression, PolicyOrigin

OVERVIEW_FILE = "overview.yaml"


@dataclass(frozen=True)
class Asked:
    """What expressions about one thing see beside the entity: parameters, variables and aggregates."""

    parameters: Mapping[str, JsonValue]
    variables: Mapping[str, Expression]
    aggregates: Mapping[str, Aggregate]


@dataclass(frozen=True)
class PathStep:
    """One step of a way: reached when `missing` gives an empty list. `day` counts from the day the way began."""

    id: str
    title: str
    missing: Expression
    day: int | None = None
    next: str = ""
    next_expression: Expression | None = None


@dataclass(frozen=True)
class Path(Asked):
    """The way of every entity of a kind. `started_on` gives an ISO day, or an empty text before the way began."""

    target: str
    started_on: Expression
    steps: tuple[PathStep, ...]


@dataclass(frozen=True)
class Due(Asked):
    """One kind of thing that falls due, of each entity of a kind, or with `each` of each element of a list in it.

    `day` gives an ISO day and `after` how many days later it is due. `group` is `review` or `end`.
    """

    id: str
    title: str
    group: str
    of: str
    day: Expression
    when: Expression | None = None
    each: Expression | None = None
    after: Expression | None = None
    what: Expression | None = None
    owner: Expression | None = None
    next: str = ""


@dataclass(frozen=True)
class ScorePart:
    """How much of something is gained: two numbers, and texts that say what would raise it."""

    id: str
    title: str
    weight: int
    gained: Expression
    of: Expression
    open: Expression | None = None


@dataclass(frozen=True)
class Score(Asked):
    """The weighted mean of some parts, of each entity of a kind for which `when` holds."""

    id: str
    title: str
    of: str
    parts: tuple[ScorePart, ...]
    when: Expression | None = None


@dataclass(frozen=True)
class Overview:
    """What one document says, with its expressions compiled."""

    id: str
    origin: PolicyOrigin
    path: Path | None = None
    dues: tuple[Due, ...] = ()
    scores: tuple[Score, ...] = ()


@dataclass(frozen=True)
class Outlook:
    """What all overviews together ask for: of two that say something about the same, the later one holds."""

    paths: tuple[Path, ...] = ()
    dues: tuple[Due, ...] = ()
    scores: tuple[Score, ...] = ()


def together(overviews: tuple[Overview, ...]) -> Outlook:
    """The overviews as one. They come in the order in which packs load: what builds on a pack comes after it."""
    paths = {item.path.target: item.path for item in overviews if item.path}
    dues = {due.id: due for item in overviews for due in item.dues}
    scores = {(score.id, score.of): score for item in overviews for score in item.scores}
    return Outlook(tuple(paths.values()), tuple(dues.values()), tuple(scores.values()))
