"""Scores: how much of something is gained, as the weighted mean of parts, with the numbers behind it and its trend."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from concertino.bindings import Bindings
from concertino.insight.asking import Inquiry, Unanswered
from concertino.policies.overview import Score, ScorePart

WHOLE = 100
"""A score is shown out of this."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score. Where there was nothing to gain (`of` is 0) it drops out: `value` is None.

    `share` is its weight among the parts that count, so those add up to 1.
    """

    id: str
    title: str
    gained: Fraction
    of: Fraction
    open: tuple[str, ...] = ()
    weight: int = 1
    share: Fraction = Fraction(0)

    @property
    def value(self) -> Fraction | None:
        """How much of it is gained, from 0 to 1."""
        return min(Fraction(1), max(Fraction(0), self.gained / self.of)) if self.of > 0 else None


@dataclass(frozen=True, slots=True)
class Scored:
    """The score of one entity, from 0 to 1; None where no part of it counts. `before` is what it was earlier."""

    entity: str
    title: str
    kind: str
    parts: tuple[Part, ...]
    before: Fraction | None = None

    @property
    def value(self) -> Fraction | None:
        """The weighted mean of the parts that count: the simple additive form of multi-criteria analysis."""
        counting = [part for part in self.parts if part.value is not None]
        total = sum(part.weight for part in counting)
        gained = sum((part.weight * (part.value or Fraction(0)) for part in counting), Fraction(0))
        return gained / total if total else None

    @property
    def trend(self) -> Fraction | None:
        """How much it changed since then; None if one of the two is not known."""
        return self.value - self.before if self.value is not None and self.before is not None else None


@dataclass(frozen=True)
class Scores:
    """The scores of one name on one day, by kind and then by entity. `since` says what they are compared with."""

    id: str
    title: str
    as_of: str
    entries: tuple[Scored, ...]
    since: str = ""
    unanswered: tuple[Unanswered, ...] = ()

    def compared(self, earlier: "Scores", since: str) -> "Scores":
        """The same, with what the scores were earlier."""
        before = {entry.entity: entry.value for entry in earlier.entries}
        entries = tuple(replace(entry, before=before.get(entry.entity)) for entry in self.entries)
        return replace(self, entries=entries, since=since)


def scores_of(inquiry: Inquiry, name: str) -> Scores | None:
    """The scores called `name`, or None if no overview has such."""
    asked = [score for score in inquiry.rules.overviews.outlook.scores if score.id == name]
    if not asked:
        return None
    entries = tuple(entry for score in asked for entry in _scored(inquiry, score))
    return Scores(name, asked[0].title, inquiry.as_of, entries, unanswered=inquiry.known())


def _scored(inquiry: Inquiry, score: Score) -> Iterator[Scored]:
    for entity, bindings in inquiry.of_kind(score, score.of, score.id):
        if score.when is None or inquiry.answer(score.when, bindings, entity.name, score.id) is True:
            parts = tuple(_part(inquiry, part, bindings, entity.name) for part in score.parts)
            metadata = entity.value.get("metadata")
            title = metadata.get("title") if isinstance(metadata, Mapping) else None
            yield Scored(entity.name, str(title or entity.name), score.of, tuple(_shared(parts)))


def _part(inquiry: Inquiry, part: ScorePart, bindings: Bindings, entity: str) -> Part:
    gained, of = (
        _exact(inquiry.answer(expression, bindings, entity, part.id)) for expression in (part.gained, part.of)
    )
    # Where one of the two has no value, the part says nothing, like one in which there is nothing to gain.
    known = gained is not None and of is not None
    left = inquiry.texts(part.open, bindings, entity, part.id)
    return Part(
        part.id,
        part.title,
        gained or Fraction(0) if known else Fraction(0),
        of or Fraction(0) if known else Fraction(0),
        left,
        part.weight,
    )


def _shared(parts: tuple[Part, ...]) -> Iterator[Part]:
    total = sum(part.weight for part in parts if part.value is not None)
    for part in parts:
        yield replace(part, share=Fraction(part.weight, total)) if part.value is not None else part


def _exact(value: object) -> Fraction | None:
    """The number as it is written: 0.1 is a tenth, and no sum depends on the order of its terms."""
    return Fraction(repr(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None
