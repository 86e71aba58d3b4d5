"""What would make a finding go away: the smallest changes to what a policy read, each proven by judging it."""

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cached_property

from concertino.bindings import Spot
from concertino.catalogue import Catalogue, CatalogueEntity, Overlay, copied, parse_reference
from concertino.evaluation.account import Account
from concertino.evaluation.domains import Domains
from concertino.evaluation.judging import Judge
from concertino.evaluation.reading import Read, Reading, leaves, read_for
from concertino.evaluation.referring import referring
from concertino.evaluation.trial import Trial, Trials, parts_of, value_at
from concertino.kinds import Kinds
from concertino.model.edit import APPEND, Edit, Offer
from concertino.model.json import JsonObject, JsonValue
from concertino.model.outcome import Outcome, Result
from concertino.policies import Policy

_MOST_SPOTS = 60
_MOST_OF_ONE = 2
"""Offers for one field: which of thirty teams it shall be is not ours to say."""
_MOST_SKIPPED = 2
_CHOICE = 3
"""Offers that are looked for, for each that is shown."""
_COST = 200
"""Steps that a change costs beside those of judging it: they take about as long."""
_GONE = (Result.PASS, Result.SKIP)


@dataclass(frozen=True, slots=True)
class Effort:
    """How far a search goes: steps of evaluation, fields that are changed together, offers that are enough.

    Whoever has to change more than three fields is better served by the explanation.
    """

    steps: int = 400_000
    together: int = 3
    offers: int = 5


@dataclass(frozen=True, slots=True)
class Search:
    """What was found: offers, the smallest and nearest first; those after which the policy does not apply come last.

    `tried` is how many changes were judged, `steps` what that took; with `complete` the effort was enough for all that
    there is to try.
    """

    offers: tuple[Offer, ...] = ()
    tried: int = 0
    steps: int = 0
    complete: bool = True


def search(
    judge: Judge,
    overlay: Overlay,
    policy: Policy,
    entity: CatalogueEntity,
    outcome: Outcome,
    effort: Effort = Effort(),
) -> Search:
    """What would make one outcome of a policy on an entity pass.

    Nothing is offered that was not judged: with the changes made the documents follow their schemas, the finding is
    gone, the policy finds nothing new on the entity, and no part of the changes is enough.
    """
    account = Account(effort.steps, judge.limits)
    members = sum(len(judge.catalogue.of_kind(item.over)) for item in policy.aggregates.values())
    if not outcome.is_finding or members > effort.steps // 4:
        return Search(complete=not outcome.is_finding)
    world = World(replace(judge, new_meter=account.meter), overlay, policy, entity, outcome, account)
    return _Search(world, effort).run()


@dataclass
class World:
    """One outcome in the catalogue as it is, and as it would be."""

    judge: Judge
    overlay: Overlay
    policy: Policy
    entity: CatalogueEntity
    outcome: Outcome
    account: Account
    results: dict[frozenset[Trial], Result | None] = field(default_factory=dict)
    before: Mapping[tuple[str, str, str, str], Result] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.before = {item.identity: item.result for item in self.judge.outcomes_of(self.policy, self.entity)}

    @cached_property
    def usual(self) -> Reading:
        """What the policy reads as the catalogue is."""
        return self.reading(())

    def result(self, trials: Trials) -> Result | None:
        """What the outcome is once these changes are made: pass, skip if it is not judged any more, else fail.

        None if they can't be made, break a schema, or bring something worse.
        """
        known = frozenset(trials)
        if known not in self.results:
            self.results[known] = self._judged(trials)
        return self.results[known]

    def documents(self, trials: Trials) -> dict[str, JsonObject] | None:
        """The documents with the changes made to them; None if that is impossible."""
        documents: dict[str, JsonObject] = {}
        for trial in trials:
            written = self.overlay.written(trial.entity)
            document = documents.get(trial.entity) or (copied(written) if written else None)
            if document is None or not trial.put(document):
                return None
            documents[trial.entity] = document
        return documents

    def reading(self, trials: Trials) -> Reading:
        """What the policy reads once these changes are made."""
        with self.overlay.changed(self.documents(trials) or {}):
            reading = read_for(self.judge, self.policy, self.entity, self.outcome)
        self.account.pay(2 * reading.steps)
        return reading

    def _judged(self, trials: Trials) -> Result | None:
        self.account.pay(_COST)
        documents = self.documents(trials)
        if documents is None or not all(self.overlay.accepts(name, one) for name, one in documents.items()):
            return None
        with self.overlay.changed(documents) as done:
            outcomes = self.judge.outcomes_of(self.policy, self.entity) if done else ()
        now = next((item for item in outcomes if item.identity == self.outcome.identity), None)
        if now is not None and now.is_finding:
            return Result.FAIL
        if not outcomes or any(map(self._is_worse, outcomes)) or (now is not None and now.related):
            return None
        return Result.PASS if now is not None and now.result is Result.PASS else Result.SKIP

    def _is_worse(self, item: Outcome) -> bool:
        known = self.before.get(item.identity)
        return item.is_finding and (known is None or known in _GONE)


@dataclass(frozen=True)
class _Search:
    """All single changes first, then those that go one further than what was tried in vain."""

    world: World
    effort: Effort
    found: list[tuple[Trials, bool]] = field(default_factory=list)

    def run(self) -> Search:
        vain: list[Trials] = [()]
        for _ in range(self.effort.together):
            vain = self._extended(vain)
            if not vain or any(applies for _, applies in self.found) or not self.world.account.pay():
                break
        complete = self.world.account.pay()
        used = self.effort.steps - self.world.account.left
        return Search(self._offers(), len(self.world.results), used, complete=complete)

    def _extended(self, vain: list[Trials]) -> list[Trials]:
        """Try each of these with one change more, and give what was judged in vain again."""
        still: list[Trials] = []
        for trials, reading in self._promising(vain):
            for options in self._options(trials, reading):
                gone = 0
                for option in options:
                    if not self.world.account.pay() or self._is_enough():
                        return still
                    result = self._result(trials, option)
                    gone += result in _GONE
                    if result is Result.FAIL:
                        still.append((*trials, option))
                    if gone == _MOST_OF_ONE:
                        break
        return still

    def _promising(self, vain: list[Trials]) -> Iterable[tuple[Trials, Reading]]:
        """Those first after which the policy reads what it did not read before."""
        usual = self.world.usual.reads.keys()
        fresh: list[tuple[Trials, Reading]] = []
        others: list[tuple[Trials, Reading]] = []
        for trials in vain:
            if not self.world.account.pay():
                break
            reading = self.world.reading(trials) if trials else self.world.usual
            (fresh if reading.reads.keys() - usual else others).append((trials, reading))
        return [*fresh, *others]

    def _is_enough(self) -> bool:
        """Whether there are so many that the best of them are worth showing."""
        passing = [trials for trials, applies in self.found if applies]
        if len(passing) < self.effort.offers:
            return False
        meant = sum(1 for trials in passing if not self._rank(trials)[1])
        return meant >= self.effort.offers or len(passing) >= _CHOICE * self.effort.offers

    def _result(self, trials: Trials, option: Trial) -> Result | None:
        """What one change more comes to. None if it is no document, was tried before, or is more than is needed."""
        changes = (*trials, option)
        together = frozenset(changes)
        if together in self.world.results or any(one.collides(option) for one in trials):
            return None
        if any(together > frozenset(known) or option.exceeds(known[-1]) for known, _ in self.found):
            return None
        result = self.world.result(changes)
        if result in _GONE:
            if any(self.world.result(part) in _GONE for part in parts_of(changes)):
                return None
            self.found.append((changes, result is Result.PASS))
        return result

    def _options(self, trials: Trials, reading: Reading) -> Iterator[Iterator[Trial]]:
        """For each field that is read, the nearest first, the other values that it may have."""
        overlay = self.world.overlay
        documents = self.world.documents(trials) or {}
        domains = Domains(self.world.judge.catalogue, overlay.builder.kinds, reading)
        for spot in self._spots(reading):
            document = documents.get(spot.entity) or overlay.written(spot.entity)
            if document is not None:
                yield _trials(domains, spot, value_at(document, spot.pointer))
        for spot in reading.inverses:
            yield from referring(overlay, spot)

    def _spots(self, reading: Reading) -> list[Spot]:
        """Those of the entity itself first, and those that decided; what holds others comes after them."""
        reads = sorted(
            reading.reads.values(), key=lambda read: (read.spot.entity != self.world.entity.name, read.minor)
        )
        chosen = leaves(reads)
        return [read.spot for read in _unique(chosen, reads)][:_MOST_SPOTS]

    def _offers(self) -> tuple[Offer, ...]:
        ranked = sorted(self.found, key=lambda item: (not item[1], len(item[0]), self._rank(item[0])))
        passing = [item for item in ranked if item[1]]
        skipped = [item for item in ranked if not item[1]][:_MOST_SKIPPED]
        chosen = [*passing, *skipped][: self.effort.offers]
        return tuple(Offer(tuple(self._edits(trials)), applies) for trials, applies in chosen)

    def _rank(self, trials: Trials) -> tuple[bool, bool]:
        """The entity itself before its neighbours, and what was read before one of many that might stand there."""
        kinds = self.world.overlay.builder.kinds
        own = all(trial.entity == self.world.entity.name for trial in trials)
        return not own, any(
            _is_arbitrary(trial, self.world.judge.catalogue, kinds, self.world.usual.entities) for trial in trials
        )

    def _edits(self, trials: Trials) -> Iterator[Edit]:
        catalogue = self.world.judge.catalogue
        for number, trial in enumerate(trials):
            documents = self.world.documents(trials[:number]) or {}
            document = documents.get(trial.entity) or self.world.overlay.written(trial.entity)
            before = deepcopy(value_at(document, trial.pointer))
            place = catalogue.locate(catalogue.by_name[trial.entity], trial.pointer.removesuffix(f"/{APPEND}"))
            yield Edit(trial.entity, trial.pointer, before, trial.value, place)


def _is_arbitrary(trial: Trial, catalogue: Catalogue, kinds: Kinds, usual: Mapping[str, None]) -> bool:
    """Whether a reference is made to an entity that played no part so far: any other might do as well."""
    slot = Domains(catalogue, kinds, Reading()).slot(catalogue.by_name[trial.entity], trial.pointer)
    value = trial.value
    if slot is None or slot.rule is None or not isinstance(value, str):
        return False
    found = parse_reference(value, slot.rule, catalogue.by_name[trial.entity].reference.namespace, kinds)
    return not isinstance(found, str) and str(found) not in usual


def _trials(domains: Domains, spot: Spot, before: JsonValue | None) -> Iterator[Trial]:
    for pointer, value in domains.alternatives(spot, before):
        yield Trial.of(spot.entity, pointer, value)


def _unique(first: Iterable[Read], then: Iterable[Read]) -> list[Read]:
    """Both, each read once: what was read may be a list, so that reads have no hash."""
    return list({read.spot: read for read in (*first, *then)}.values())
