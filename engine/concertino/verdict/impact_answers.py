"""Answers of the decision model that flip with a change, and what made them do so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from concertino.matrix.answering import answer
from concertino.matrix.cells import Score
from concertino.matrix.model import Answer, Inputs, Scalar
from concertino.matrix.picture import Picture, Pictured
from concertino.model.place import Place
from concertino.verdict.differing import Changes


class Reading(StrEnum):
    """Which of the three answers flips."""

    RECOMMENDATION = "recommendation"
    DECIDED = "decided"
    ACTUAL = "actual"


class CauseKind(StrEnum):
    """What an answer flips through."""

    FACTOR = "factor"
    CIRCUMSTANCE = "circumstance"
    ENTITY = "entity"
    """A decision or a service, say: what the decided or the actual answer is read from."""
    MODEL = "model"
    """The same values lead elsewhere, since the decision model itself is another."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason for a flip. `name` is the id of a factor or circumstance, or the reference of an entity.

    `before` and `now` are its values as text, empty where there is none. `level` is the id of the level of the
    resolution that gives a factor's score now, `level_title` its title, `level_before` the title of the one that gave
    it, if that was another. `place` is where the value stands that is not as it was, if it still stands somewhere.
    """

    kind: CauseKind
    name: str
    title: str
    before: str = ""
    now: str = ""
    level: str = ""
    level_title: str = ""
    level_before: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Flip:
    """One answer of one entity that becomes another. Empty stands for no answer."""

    entity: str
    factors: Mapping[str, str]
    reading: Reading
    before: str
    now: str
    causes: tuple[Cause, ...] = ()


@dataclass(frozen=True)
class Answers:
    """The answers of both sides, by reference in the one form in which references are compared."""

    old: Picture
    new: Picture
    before: Mapping[str, Pictured]
    after: Mapping[str, Pictured]

    @classmethod
    def of(cls, old: Picture, new: Picture) -> "Answers":
        """The answers of two matrices."""
        before, after = ({item.cell.entity.casefold(): item for item in side.entries} for side in (old, new))
        return cls(old, new, before, after)


def flips(answers: Answers, changes: Changes) -> Iterator[Flip]:
    """Every answer that both sides know and that is not the same. What can't be computed is a finding, no flip."""
    for name, now in answers.after.items():
        before = answers.before.get(name)
        if before is None:
            continue
        for reading in Reading:
            old, new = (getattr(side.cell, reading.value) for side in (before, now))
            if old != new and (old or not before.cell.failures) and (new or not now.cell.failures):
                causes = _Causes(answers, changes, before, now).of(reading)
                yield Flip(now.cell.entity, now.cell.factors, reading, old, new, tuple(causes))


@dataclass(frozen=True)
class _Causes:
    """Looks for what made the answers of one entity flip."""

    answers: Answers
    changes: Changes
    before: Pictured
    now: Pictured

    def of(self, reading: Reading) -> Iterator[Cause]:
        match reading:
            case Reading.RECOMMENDATION:
                yield from self._inputs()
            case Reading.DECIDED:
                yield from self._entities(self.before.decided_by, self.now.decided_by)
            case Reading.ACTUAL:
                yield from self._entities(self.before.actual_by, self.now.actual_by)

    def _inputs(self) -> Iterator[Cause]:
        """The inputs that are others now; of several, those that suffice to lead elsewhere. Else it is the model."""
        changed = [*self._factors(), *self._circumstances()]
        decisive = [cause for cause in changed if self._decides(cause)]
        yield from decisive or changed
        if not changed or self._other_model():
            model = self.answers.new.model
            yield Cause(CauseKind.MODEL, model.source.id, "the decision model", place=model.source.at("/spec"))

    def _factors(self) -> Iterator[Cause]:
        old, new = self.before.cell, self.now.cell
        for factor in self.answers.new.model.factors:
            before, now = old.scores.get(factor.id), new.scores.get(factor.id)
            if _value(before) == _value(now):
                continue
            source = now.source if now else None
            yield Cause(
                CauseKind.FACTOR,
                factor.id,
                factor.title,
                _told(_value(before)),
                _told(_value(now)),
                level=source.level if source else "",
                level_title=source.title if source else "",
                level_before=_title(before) if _title(before) != _title(now) else "",
                place=self._place(source.places, source.expression) if source else None,
            )

    def _circumstances(self) -> Iterator[Cause]:
        old, new = self.before.cell.circumstances, self.now.cell.circumstances
        for circumstance in self.answers.new.model.circumstances:
            before, now = old.get(circumstance.id), new.get(circumstance.id)
            if before and now and before.value != now.value:
                place = self._place(now.places, now.expression)
                title, values = circumstance.title, (_told(before.value), _told(now.value))
                yield Cause(CauseKind.CIRCUMSTANCE, circumstance.id, title, *values, place=place)

    def _place(self, places: Sequence[Place], otherwise: Place) -> Place:
        """Of the places that a value was read from, the first in a file that the change touches."""
        touched = (place for place in places if place.file in self.changes.files)
        return next(touched, next(iter(places), otherwise))

    def _decides(self, cause: Cause) -> bool:
        """Whether the answer would be another if this one input were as it was."""
        old, new = self.before.cell.inputs, self.now.cell.inputs
        if old is None or new is None:
            return False
        scores, circumstances = dict(new.scores), dict(new.circumstances)
        given, kept = (scores, old.scores) if cause.kind is CauseKind.FACTOR else (circumstances, old.circumstances)
        if cause.name not in kept:
            return False
        given[cause.name] = kept[cause.name]  # type: ignore[assignment]  # each of the two holds its own values
        return self._answer(Inputs(scores, circumstances)) != self.now.cell.recommendation

    def _other_model(self) -> bool:
        """Whether the inputs of before lead elsewhere today."""
        old = self.before.cell.inputs
        return old is not None and self._answer(old) not in ("", self.before.cell.recommendation)

    def _answer(self, inputs: Inputs) -> str:
        found = answer(self.answers.new.model, inputs)
        return found.answer if isinstance(found, Answer) else ""

    def _entities(self, before: Sequence[str], now: Sequence[str]) -> Iterator[Cause]:
        """What the answer is read from: what came, what went, and what stayed and is written otherwise."""
        known = {name.casefold() for name in before} & {name.casefold() for name in now}
        for name in dict.fromkeys((*now, *before)):
            place = self.changes.place(name)
            if name.casefold() not in known:
                yield Cause(CauseKind.ENTITY, name, _named(name, self.answers), place=place, **_came(name in now))
            elif place:
                yield Cause(CauseKind.ENTITY, name, _named(name, self.answers), "there", "there", place=place)


def _came(came: bool) -> dict[str, str]:  # noqa: FBT001 - the one thing that it says
    return {"now": "there"} if came else {"before": "there"}


def _named(name: str, answers: Answers) -> str:
    """The title of an entity, on whichever side it is."""
    entity = answers.new.catalogue.by_name.get(name) or answers.old.catalogue.by_name.get(name)
    metadata = entity.value.get("metadata") if entity else None
    return str(metadata.get("title", "")) if isinstance(metadata, Mapping) else ""


def _value(score: Score | None) -> int | None:
    return score.value if score else None


def _title(score: Score | None) -> str:
    return score.source.title if score else ""


def _told(value: Scalar | None) -> str:
    """A value as the catalogue writes it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
