"""Which decisions are stale: the facts behind them are others now than when they were accepted. Pure.

A decision says on what it was accepted. It is stale when the decision model recommends something else for one of its
cells, when a score has moved far, when it covers a cell that it was not accepted on, when an exception it leans on is
no longer in force, or when something happened that asks for a look at its cells.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from concertino.bindings import Spot
from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.expressions import Entity
from concertino.matrix.cells import CellAnswer
from concertino.matrix.resolving import read_matrix
from concertino.model.place import Place
from concertino.verdict.accepted import Accepted, FrozenCell, FrozenException, accepted, covered_cells, mapping, text
from concertino.verdict.entry import RegisteredException
from concertino.verdict.register import Register
from concertino.verdict.rules import Rules

THRESHOLD_PARAMETER = "staleScoreChange"
"""The parameter of a decision model that says by how much a score has to move to make a decision stale."""
THRESHOLD = 2
"""What holds where the model says nothing: half of a scale from 1 to 5. One point is what two raters may differ by."""
DISTURBING = ("acquisition", "divestment", "channel-launch", "supply-chain-disruption")
"""The types of events that ask for a look at the cells they touch, whatever has become of scores."""
EVENT_KIND = "Event"
_ATTESTATION = "matrix-review"


class Fact(StrEnum):
    """What kind of fact moved."""

    RECOMMENDATION = "recommendation"
    SCORE = "score"
    COVERAGE = "coverage"
    EXCEPTION = "exception"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Cause:
    """A score or circumstance that is another one now, and the places that its value of today was read from.

    Both values are texts; `before` is empty if there was none, `after` if there is none any more.
    """

    name: str
    before: str
    after: str
    places: tuple[Place, ...] = field(default=(), compare=False)
    computed: bool = False
    """Whether the value was computed from several: then none of the places holds it."""

    @property
    def key(self) -> tuple[str, str, str, Place | None]:
        """What two causes share that are one."""
        return (self.name, self.before, self.after, next(iter(self.places), None))


@dataclass(frozen=True, slots=True)
class Moved:
    """A fact that a decision was accepted on and that is another one now.

    `about` are the references of the cells, or that of the exception or event. `pointer` leads to the fact in the
    decision (JSON pointer). `before` and `after` are what it was and what it is, in words. Where there is no cause, the
    new value is read from the `sources`; without them, time alone has passed.
    """

    fact: Fact
    about: tuple[str, ...]
    pointer: str
    before: str
    after: str
    causes: tuple[Cause, ...] = ()
    sources: tuple[Spot, ...] = ()

    @property
    def key(self) -> str:
        """What tells the fact from others of the decision, whatever its values."""
        name = f" {self.causes[0].name}" if self.fact is Fact.SCORE else ""
        return f"{self.about[0]}{name}"


@dataclass(frozen=True, slots=True)
class _Lapsed:
    """What became of an exception, in a sentence, and where that is read; nowhere if time alone has passed."""

    said: str
    sources: tuple[Spot, ...] = ()


@dataclass(frozen=True)
class Staleness:
    """The accepted decisions of one catalogue, held against what is the case on the ISO day `as_of`."""

    catalogue: Catalogue
    rules: Rules
    as_of: str

    @cached_property
    def decisions(self) -> tuple[Accepted, ...]:
        """The decisions in force that say what they were accepted on."""
        return tuple(accepted(self.catalogue, self.as_of))

    @cached_property
    def moved(self) -> Mapping[str, tuple[Moved, ...]]:
        """What moved behind each stale decision, by its reference; decisions that are not stale are left out."""
        found = {item.decision.name: tuple(self._moved(item)) for item in self.decisions}
        return {name: facts for name, facts in sorted(found.items()) if facts}

    @cached_property
    def attestations(self) -> tuple[str, ...]:
        """The days on which a review of the whole matrix confirmed what is quiet, up to `as_of`."""
        specs = [mapping(item.value, "spec") for item in self.catalogue.of_kind(EVENT_KIND) if item.fault is None]
        reviews = [mapping(spec, "review") for spec in specs if text(spec, "type") == _ATTESTATION]
        days = [text(review, "heldOn") for review in reviews if text(review, "result") == "confirmed"]
        return tuple(sorted(day for day in days if day <= self.as_of))

    @property
    def threshold(self) -> int:
        """By how much a score has to move."""
        model = self.rules.model
        value = model.model.parameters.get(THRESHOLD_PARAMETER) if model else None
        return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else THRESHOLD

    @cached_property
    def answers(self) -> Mapping[str, CellAnswer]:
        """What the decision model says of the cells of all these decisions."""
        return self.answers_on(self.as_of, tuple(cell.cell for item in self.decisions for cell in item.cells))

    def answers_on(self, day: str, cells: tuple[str, ...]) -> Mapping[str, CellAnswer]:
        """What the decision model says of these cells of the catalogue on an ISO day."""
        model = self.rules.model
        if model is None or not cells:
            return {}
        limits = self.rules.configuration.limits
        return {item.entity: item for item in read_matrix(self.catalogue, model, day, limits, frozenset(cells))}

    @cached_property
    def register(self) -> Register:
        """The exceptions under all policies, those not judged now included."""
        policies = {policy.id: policy for policy in self.rules.policies.policies}
        return Register.of(self.catalogue, policies, self.as_of, self.rules)

    def _moved(self, item: Accepted) -> Iterator[Moved]:
        yield from self._cells(item)
        yield from self._coverage(item)
        for frozen in item.exceptions:
            lapsed = self._lapsed(frozen)
            if lapsed:
                pointer, about = f"/spec/basis/exceptions/{frozen.index}", (frozen.exception,)
                yield Moved(Fact.EXCEPTION, about, pointer, frozen.until, lapsed.said, sources=lapsed.sources)
        for event in self.catalogue.of_kind(EVENT_KIND):
            cells = self._disturbed(item, event) if event.fault is None else ()
            if cells:
                spec = mapping(event.value, "spec")
                happened = f"{text(spec, 'type')} on {text(spec, 'on')}"
                touched, source = (event.name, *cells), (Spot(event.name, "/spec/on"),)
                yield Moved(Fact.EVENT, touched, "/spec/basis/acceptedOn", item.looked_at, happened, sources=source)

    def _cells(self, item: Accepted) -> Iterator[Moved]:
        """What moved in the cells. What is the same in several cells, and for the same reason, is told once."""
        groups: dict[object, list[Moved]] = {}
        for frozen in item.cells:
            answer = self.answers.get(frozen.cell)
            for moved in self._cell(item, frozen, answer) if answer and not answer.failures else ():
                key = (moved.fact, moved.before, moved.after, tuple(cause.key for cause in moved.causes))
                groups.setdefault(key, []).append(moved)
        for first, *others in groups.values():
            about = (*first.about, *(cell for other in others for cell in other.about))
            yield Moved(first.fact, about, first.pointer, first.before, first.after, first.causes)

    def _cell(self, item: Accepted, frozen: FrozenCell, answer: CellAnswer) -> Iterator[Moved]:
        pointer, about = f"/spec/basis/cells/{frozen.index}", (frozen.cell,)
        before, after = frozen.recommendation, answer.recommendation
        if before != after and (before or after != item.model):
            causes = (*_scores(frozen, answer, 1), *_circumstances(frozen, answer))
            yield Moved(Fact.RECOMMENDATION, about, f"{pointer}/recommendation", before, after, causes)
            return
        for cause in _scores(frozen, answer, self.threshold):
            place = f"{pointer}/scores/{cause.name}"
            yield Moved(Fact.SCORE, about, place, cause.before, cause.after, (cause,))

    def _coverage(self, item: Accepted) -> Iterator[Moved]:
        """Cells that the decision covers now and was not accepted on, where it was accepted on any."""
        known = {frozen.cell for frozen in item.cells}
        new = tuple(cell for cell in covered_cells(item.decision) if cell not in known) if known else ()
        if new:
            factors = mapping(mapping(self.catalogue.by_name[new[0]].value, "spec"), "refs").values()
            sources = [Spot(factor.reference, "/metadata/name") for factor in factors if isinstance(factor, Entity)]
            sources += [Spot(item.decision.name, f"/spec/{name}") for name in ("brands", "allBrands", "capability")]
            yield Moved(Fact.COVERAGE, new, "/spec/basis/cells", "", "", sources=tuple(sources))

    def _lapsed(self, frozen: FrozenException) -> "_Lapsed | None":
        """What became of an exception that is no longer in force, nor one that continues it; None if one is."""
        name = frozen.exception
        item = next((each for each in self.register.exceptions if each.name == name), None)
        if item is None:
            return _Lapsed("it is not in the register any more", (Spot(name, ""),))
        if any(self.register.holds(each) for each in self._line(item)):
            return None
        if item.text("revokedOn"):
            return _Lapsed(f"it was revoked on {item.text('revokedOn')}", (Spot(name, "/spec/revokedOn"),))
        if item.expires < frozen.until:
            return _Lapsed(f"its end was moved to {item.expires}", (Spot(name, "/spec/expires"),))
        if frozen.until < self.as_of:
            return _Lapsed(f"it lapsed after {frozen.until}")
        policy, subject = next(iter(self.register.matters(item)), ("", ""))
        why = self.register.force(item, policy, subject).why
        return _Lapsed(f"it has no effect any more: {why}", (Spot(name, "/spec"),))

    def _line(self, item: RegisteredException) -> Iterator[RegisteredException]:
        """An exception and those that continue it."""
        known, waiting = {item.name}, [item]
        while waiting:
            here = waiting.pop()
            yield here
            renewals = mapping(here.entity.value, "inverse").get("renewals")
            names = {
                each.reference for each in (renewals if isinstance(renewals, list) else ()) if isinstance(each, Entity)
            }
            waiting += [each for each in self.register.exceptions if each.name in names - known]
            known |= names

    def _disturbed(self, item: Accepted, event: CatalogueEntity) -> tuple[str, ...]:
        """The cells of a decision that an event has touched since somebody last looked at it.

        An event whose own review found that everything stays as it is disturbs nothing.
        """
        spec = mapping(event.value, "spec")
        review = mapping(spec, "review")
        confirmed = text(review, "result") == "confirmed" and text(review, "heldOn") <= self.as_of
        if text(spec, "type") not in DISTURBING or confirmed or not item.looked_at < text(spec, "on") <= self.as_of:
            return ()
        return tuple(cell for cell in covered_cells(item.decision) if self._touches(spec, cell))

    def _touches(self, spec: Mapping[str, object], cell: str) -> bool:
        refs = mapping(mapping(self.catalogue.by_name[cell].value, "spec"), "refs")
        return all(
            name not in spec or any(each is refs.get(one) for each in _listed(mapping(spec, "refs").get(name)))
            for name, one in (("brands", "brand"), ("capabilities", "capability"))
        )


def _scores(frozen: FrozenCell, answer: CellAnswer, least: int) -> Iterator[Cause]:
    """The scores that moved by at least so much, or that are gone."""
    for name, before in frozen.scores.items():
        score = answer.scores.get(name)
        if score is None and name in answer.missing:
            yield Cause(name, str(before), "")
        elif score is not None and abs(score.value - before) >= least:
            sources = [score.source, *(item for item in score.sources if item is not score.source)]
            places = dict.fromkeys(place for item in sources for place in (item.places or (item.expression,)))
            yield Cause(name, str(before), str(score.value), tuple(places), computed=len(places) > 1)


def _circumstances(frozen: FrozenCell, answer: CellAnswer) -> Iterator[Cause]:
    for name, held in sorted(answer.circumstances.items()):
        before, after = frozen.circumstances.get(name, ""), word(held.value)
        if before != after:
            yield Cause(name, before, after, held.places or (held.expression,), computed=True)


def word(value: object) -> str:
    """The value of a circumstance as the basis of a decision holds it."""
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
