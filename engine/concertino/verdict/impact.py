"""What a change means for a portfolio: answers that flip, exceptions, reviews, records and owners.

Findings say what is wrong; this says what becomes different, and holds no opinion about it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.evaluation.history import TEAM_KIND
from concertino.expressions import Entity
from concertino.matrix.picture import read_picture
from concertino.matrix.resolution import MatrixModel
from concertino.model.limits import Limits
from concertino.verdict.comparing import Change, Comparison
from concertino.verdict.differing import Changes
from concertino.verdict.impact_answers import Answers, Flip, flips
from concertino.verdict.impact_exceptions import ExceptionChange, exception_changes
from concertino.verdict.impact_reviews import ReviewDue, reviews_due
from concertino.verdict.register import Register
from concertino.verdict.stale import STALE_CHECK

_OWNING = ("owner", "team", "accountable", "deciders")
"""The fields that say who answers for an entity, the first that is there counts."""


@dataclass(frozen=True, slots=True)
class RecordDue:
    """A record that does not say what the catalogue says any more: its file, its decision if one is left, and why."""

    file: str
    decision: str
    why: str


@dataclass(frozen=True, slots=True)
class Touches:
    """How many entities of one team a change touches. Without a team nobody is named who owns them."""

    team: str
    entities: int


@dataclass(frozen=True, slots=True)
class Impact:
    """What becomes different, each list sorted. `kind` is what the decision model is about, `plural` several of that.

    `arrived` and `left` are the entities of that kind that only one side has, `newly_stale` the decisions whose grounds
    moved on.
    """

    kind: str = ""
    plural: str = ""
    flips: tuple[Flip, ...] = ()
    arrived: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    newly_stale: tuple[str, ...] = ()
    exceptions: tuple[ExceptionChange, ...] = ()
    reviews: tuple[ReviewDue, ...] = ()
    records: tuple[RecordDue, ...] = ()
    owners: tuple[Touches, ...] = ()

    @property
    def flipped(self) -> tuple[str, ...]:
        """The entities of which any answer flips."""
        return tuple(dict.fromkeys(item.entity for item in self.flips))


@dataclass(frozen=True)
class Standpoint:
    """One side of a change, as it stands by itself: its catalogue, the decision model that it holds, its exceptions."""

    catalogue: Catalogue
    model: MatrixModel | None
    limits: Limits
    register: Register


def impact_of(
    base: Standpoint, head: Standpoint, comparison: Comparison, as_of: str, records: tuple[RecordDue, ...] = ()
) -> Impact:
    """What becomes different between two sides of a change, both seen on the ISO day `as_of`.

    `records` are those that the change leaves behind; who renders them knows.
    """
    changes = Changes.between(base.catalogue, head.catalogue)
    kind, answers = _answers(base, head, as_of)
    found = [] if answers is None else sorted(flips(answers, changes), key=lambda item: (item.entity, item.reading))
    before, after = ((), ()) if answers is None else (answers.before, answers.after)
    return Impact(
        kind=kind,
        plural=next((item.kind.plural for side in (head, base) for item in side.catalogue.of_kind(kind)), ""),
        flips=tuple(found),
        arrived=tuple(sorted(after[name].cell.entity for name in after if name not in before)) if after else (),
        left=tuple(sorted(before[name].cell.entity for name in before if name not in after)) if before else (),
        newly_stale=_stale(comparison),
        exceptions=tuple(exception_changes(base.register, head.register)),
        reviews=tuple(sorted(reviews_due(changes, as_of), key=lambda item: (item.subject, item.day))),
        records=tuple(sorted(records, key=lambda item: item.file)),
        owners=_owners(changes),
    )


def _answers(base: Standpoint, head: Standpoint, as_of: str) -> tuple[str, Answers | None]:
    """The answers of both sides; none where one of them has no sound model, which is a finding of its own."""
    if base.model is None or head.model is None or base.model.model.target != head.model.model.target:
        return "", None
    before = read_picture(base.catalogue, base.model, as_of, base.limits)
    after = read_picture(head.catalogue, head.model, as_of, head.limits)
    return head.model.model.target, Answers.of(before, after)


def _stale(comparison: Comparison) -> tuple[str, ...]:
    worse = comparison.of(Change.NEW, Change.NO_LONGER_WAIVED)
    return tuple(sorted({item.subject for item in worse if item.policy == STALE_CHECK}))


def _owners(changes: Changes) -> tuple[Touches, ...]:
    """How many changed entities each team owns, on whichever side, the most first."""
    counts: Counter[str] = Counter()
    for change in changes.entities.values():
        teams = {team for side in (change.before, change.after) if side for team in _teams(side)}
        counts.update(teams or {""})
    found = sorted(counts.items(), key=lambda item: (not item[0], -item[1], item[0]))
    return tuple(Touches(team, count) for team, count in found)


def _teams(entity: CatalogueEntity) -> Iterator[str]:
    if entity.kind.name == TEAM_KIND:
        yield entity.name
        return
    spec = entity.value.get("spec")
    refs = spec.get("refs") if isinstance(spec, Mapping) else None
    named = [refs.get(name) for name in _OWNING] if isinstance(refs, Mapping) else []
    # What can't be read names nobody; it does not even say whether it is empty.
    listed = ([team for team in _listed(item) if isinstance(team, Entity)] for item in named)
    yield from (team.reference for team in next((found for found in listed if found), []))


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
