"""What a finding tells beside itself: the places it was read from, and what would make it go away."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from operator import itemgetter

from concertino.bindings import Origins
from concertino.catalogue import CatalogueEntity, Overlay
from concertino.evaluation.account import Account
from concertino.evaluation.counterfactual import Effort, search
from concertino.evaluation.judging import Judge
from concertino.evaluation.matrices import figures_of
from concertino.evaluation.reading import Read, Reading, leaves, read_for
from concertino.expressions import Entity
from concertino.model.outcome import Enforcement, Outcome, Result
from concertino.model.place import Place, Related
from concertino.model.visible import visible
from concertino.policies import Policy

MOST_READS = 10
"""Places that a finding names."""
_LONGEST = 80
_IN_PASSING = Effort(steps=10_000, together=1, offers=1)
"""What a report spends on one finding: enough to find one change of one field."""
_STEPS_FOR_OFFERS = 300_000
_STEPS_FOR_PLACES = 1_000_000
"""What a report spends on all findings together: about a second on either."""
_COST_OF_PLACES = 200


@dataclass
class Adviser:
    """Completes the findings of one report, as far as that costs little.

    The findings are taken in the order in which they come; once the steps are used up, the rest stay as they are.
    """

    judge: Judge
    overlay: Overlay
    with_places: bool = True
    offering: Account = field(init=False)
    placing: Account = field(init=False)
    reader: Judge = field(init=False)

    def __post_init__(self) -> None:
        self.offering = Account(_STEPS_FOR_OFFERS, self.judge.limits)
        self.placing = Account(_STEPS_FOR_PLACES, self.judge.limits)
        # One judge for all: what was computed for entities once need not be computed for every finding.
        self.reader = replace(self.judge, new_meter=self.placing.meter)

    def advised(self, policy: Policy, outcome: Outcome) -> Outcome:
        """The finding with the places that were read; and, if it may count, with the one change that would do."""
        entity = self.judge.catalogue.by_name.get(outcome.subject)
        if entity is None:
            return outcome
        found = outcome
        if self.with_places and self.placing.pay():
            reading = read_for(self.reader, policy, entity, outcome)
            self.placing.pay(_COST_OF_PLACES + 2 * reading.steps)
            found = replace(outcome, reads=places_of(reading, self.reader, entity, outcome))
        counts = outcome.result is not Result.WAIVED and outcome.enforcement is not Enforcement.ADVISORY
        if counts and self.offering.pay():
            result = search(self.judge, self.overlay, policy, entity, outcome, _IN_PASSING)
            self.offering.pay(result.steps)
            found = replace(found, offers=tuple(offer for offer in result.offers if offer.applies))
        return found


def places_of(reading: Reading, judge: Judge, entity: CatalogueEntity, outcome: Outcome) -> tuple[Related, ...]:
    """The places in the catalogue that an outcome rests on, at most ten: those of the entity itself first.

    Left out are the place that the outcome stands at, and what was only looked at on the way to something inside it.
    A policy that read nothing but the answers of a decision model (`entity.matrix`) rests on what those rest on: its
    places are those of their figures.
    """
    reads = _told_first(leaves(reading.reads.values()), entity)
    places = tuple(islice(_places(reads, Origins(judge.catalogue), outcome.place), MOST_READS))
    return places or tuple(islice(_figures(reading, judge, entity, outcome.place), MOST_READS))


def _figures(reading: Reading, judge: Judge, entity: CatalogueEntity, own: Place | None) -> Iterator[Related]:
    """The places of the figures behind the answers that were read, those in the entity's own document first."""
    nearest = sorted(figures_of(judge.matrix, reading.answered), key=lambda item: item.place.file != entity.file)
    known = {(own.file, own.line, own.column)} if own else set()
    for item in nearest:
        where = (item.place.file, item.place.line, item.place.column)
        if where not in known:
            known.add(where)
            yield item


def _told_first(reads: list[Read], entity: CatalogueEntity) -> list[Read]:
    """Those of the entity itself first, then those that decided; of what is read in a loop, each text once first."""
    turns: Counter[str] = Counter()
    ranked = []
    for read in reads:
        turns[read.text] += 1
        ranked.append(((read.spot.entity != entity.name, read.minor, turns[read.text]), read))
    return [read for _, read in sorted(ranked, key=itemgetter(0))]


def _places(reads: list[Read], origins: Origins, own: Place | None) -> Iterator[Related]:
    known = {(own.file, own.line, own.column)} if own else set()
    for read in reads:
        entity = origins.catalogue.by_name.get(read.spot.entity)
        place = origins.place(read.spot) if entity and not entity.kind.derived else None
        if place is None or (place.file, place.line, place.column) in known:
            continue
        known.add((place.file, place.line, place.column))
        text = read.text.removeprefix("has(").removesuffix(")") if read.text.startswith("has(") else read.text
        yield Related(f"{text} {_told(read)}", place)


def _told(read: Read) -> str:
    """What was there, in a few words."""
    value = read.value
    if not read.present:
        return "is not there"
    if isinstance(value, Entity):
        return f"is {value.reference}"
    if isinstance(value, list):
        return f"holds {len(value)} element{'' if len(value) == 1 else 's'}"
    if not isinstance(value, str | int | float):
        return "was read"
    text = visible(json.dumps(value, ensure_ascii=False))
    return f"is {text if len(text) <= _LONGEST else text[: _LONGEST - 1] + '…'}"
