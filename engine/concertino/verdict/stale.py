"""The findings on stale decisions: which fact moved, where its new value stands, and by which commit it came there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from posixpath import dirname

from concertino.bindings import Spot
from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.catalogue.lineage import Introduced, Lineage
from concertino.matrix.cells import CellAnswer
from concertino.model.history import NoHistory
from concertino.model.outcome import Outcome, Result
from concertino.model.place import Place, Related
from concertino.model.reference import DEFAULT_NAMESPACE, EntityReference
from concertino.model.snapshot import Snapshot
from concertino.verdict.accepted import Accepted
from concertino.verdict.checks import BUILT_IN_CHECKS
from concertino.verdict.replay import Replay
from concertino.verdict.rules import Rules
from concertino.verdict.staleness import Cause, Fact, Moved, Staleness, word

STALE_CHECK = "stale"
_SHORT = 12
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Whence:
    """Where a new value stands and since when.

    Without a `place` the new value does not stand in a document that changed: then `files` are those that changed with
    it, as far as that is known; `timed` says that none did, and only days have passed.
    """

    place: Place | None = None
    since: Introduced | NoHistory | None = None
    files: tuple[str, ...] = ()
    timed: bool = False

    @property
    def words(self) -> str:
        """The end of a sentence."""
        if self.timed:
            return "as days passed, by no change to a file"
        if self.place is None and self.since is None:
            return "by a change that was not found"
        where = f"in {self.place.file}:{self.place.line}" if self.place else f"in {_names(self.files)}"
        match self.since:
            case Introduced(commit=""):
                return f"{where}, not committed yet"
            case Introduced(commit=commit):
                return f"{where}, by commit {commit[:_SHORT]}"
            case NoHistory():
                return f"{where}, by a commit that is not known"
        return where


def stale_findings(snapshot: Snapshot, rules: Rules, catalogue: Catalogue, as_of: str) -> tuple[Outcome, ...]:
    """A finding for each fact behind an accepted decision that is another one on the ISO day `as_of`."""
    staleness = Staleness(catalogue, rules, as_of)
    if not staleness.moved:
        return ()
    configuration = rules.configuration
    lineage = Lineage(snapshot, configuration.catalogue, configuration.records, configuration.limits)
    return tuple(_Findings(staleness, snapshot, lineage).all())


@dataclass(frozen=True)
class _Findings:
    staleness: Staleness
    snapshot: Snapshot
    lineage: Lineage

    def all(self) -> Iterator[Outcome]:
        for item in self.staleness.decisions:
            for moved in self.staleness.moved.get(item.decision.name, ()):
                yield self._finding(item, moved)

    def _finding(self, item: Accepted, moved: Moved) -> Outcome:
        check = BUILT_IN_CHECKS[STALE_CHECK]
        told = tuple(self._whences(item, moved))
        unknown = {
            f"{each.since.message}. {each.since.remediation}" for each in told if isinstance(each.since, NoHistory)
        }
        return Outcome(
            policy=check.id,
            validation=moved.fact.value,
            subject=item.decision.name,
            key=moved.key,
            result=Result.FAIL,
            severity=check.severity,
            enforcement=check.enforcement,
            message=_message(item, moved, told),
            place=self._catalogue.locate(item.decision, moved.pointer),
            related=tuple(dict.fromkeys(_related(moved, told))),
            remediation="Look at it with those who decided. If it stands, accept it again, which takes the facts anew: "
            f"concertino records accept {item.decision.reference.name}. If not, record a decision that supersedes it.",
            notes=(*sorted(unknown), *self._attested(item)),
        )

    def _attested(self, item: Accepted) -> Iterator[str]:
        """One review of the matrix confirms all quiet cells at once, and these are not quiet."""
        since = [day for day in self.staleness.attestations if day >= item.looked_at]
        if since:
            yield f"the review of the matrix on {since[-1]} confirms only where nothing moved, and so not this decision"

    @property
    def _catalogue(self) -> Catalogue:
        return self.staleness.catalogue

    def _whences(self, item: Accepted, moved: Moved) -> Iterator[Whence]:
        """Where the new values stand: one for each cause, else one for the fact."""
        if moved.causes:
            early = self.staleness.answers_on(item.day, moved.about[:1]).get(moved.about[0])
            for cause in moved.causes:
                timed = early is not None and _value(early, cause.name) == cause.before
                yield Whence(timed=True) if timed else self._of_cause(item, moved.about[0], cause)
        elif moved.fact is Fact.RECOMMENDATION:
            yield self._model()
        elif not moved.sources:
            yield Whence(timed=True)
        else:
            yield self._of_spot(item, moved.sources)

    def _newest(self, item: Accepted, found: Sequence[tuple[Place, Introduced | NoHistory | None]]) -> Whence:
        """The place whose value is the latest; what was the same when the decision was accepted is not the reason."""
        basis = self.lineage.of_value(item.decision, "/spec/basis/digest")
        if isinstance(basis, NoHistory):
            return Whence(*found[0]) if found else Whence()
        newest: tuple[Place, Introduced] | None = None
        for place, since in found:
            fresh = isinstance(since, Introduced) and not self.lineage.is_before(since, basis)
            if isinstance(since, Introduced) and fresh and (newest is None or newest[1].position < since.position):
                newest = (place, since)
        if newest:
            return Whence(*newest)
        return next((Whence(place, since) for place, since in found if isinstance(since, NoHistory)), Whence())

    def _of_cause(self, item: Accepted, cell: str, cause: Cause) -> Whence:
        """Where a score or circumstance comes from. What no document holds is looked for in older catalogues."""
        found = self._newest(item, [(place, self._since(place)) for place in cause.places])
        basis = self.lineage.of_value(item.decision, "/spec/basis/digest")
        if isinstance(basis, NoHistory):
            return found

        def reading(answer: CellAnswer) -> str:
            return _value(answer, cause.name)

        if isinstance(found.since, Introduced) and not self.replay.refutes(cell, reading, cause.after, found.since):
            return found
        change = self.replay.since(cell, reading, cause.after, basis)
        if change is None:
            return found
        place = next((place for place in cause.places if place.file in change.files), None)
        return Whence(place, change.since, change.files)

    @cached_property
    def replay(self) -> Replay:
        """Asks the decision model about older catalogues."""
        return Replay(self.lineage, self.staleness.rules, self.staleness.as_of)

    def _since(self, place: Place) -> Introduced | NoHistory | None:
        """Since when the value at a place is what it is; None for what is no part of the catalogue."""
        for entity in self._by_file.get(place.file, ()):
            if self._catalogue.locate(entity, place.pointer) == place:
                return self.lineage.of_value(entity, place.pointer)
        return self.lineage.of_file(place.file) if place.file in self.snapshot.entries else None

    @cached_property
    def _by_file(self) -> dict[str, list[CatalogueEntity]]:
        found: dict[str, list[CatalogueEntity]] = {}
        for entity in self._catalogue.entities.values():
            if not entity.kind.derived:
                found.setdefault(entity.file, []).append(entity)
        return found

    def _of_spot(self, item: Accepted, sources: tuple[Spot, ...]) -> Whence:
        """Where the newest of these values stands; if they belong to an entity that is gone, since when it is."""
        known = [(entity, spot.pointer) for spot in sources if (entity := self._catalogue.by_name.get(spot.entity))]
        if not known:
            prefix, _, name = sources[0].entity.partition(":")
            kind, space = self.staleness.rules.kinds.find(prefix), name.rpartition("/")[0] or DEFAULT_NAMESPACE
            identity = EntityReference(prefix, space, name.rpartition("/")[2]).identity
            gone = self.lineage.of_removal(kind, identity) if kind else None
            changed = self.lineage.changes[gone.position] if isinstance(gone, Introduced) and gone.commit else {}
            return Whence(since=gone, files=tuple(path for path, item in changed.items() if item.before))
        places = [
            (self._catalogue.locate(entity, pointer), self.lineage.of_value(entity, pointer))
            for entity, pointer in known
        ]
        return self._newest(item, places)

    def _model(self) -> Whence:
        """The decision model, where no score and no circumstance moved and it is a part of the snapshot."""
        model = self.staleness.rules.model
        if model is None:
            return Whence()
        place = model.model.source.at("/spec")
        limits, folder = self.staleness.rules.configuration.limits, dirname(place.file)
        here = place.file in self.snapshot.entries
        return Whence(place, Lineage(self.snapshot, folder, "", limits).of_file(place.file) if here else None)


def _value(answer: CellAnswer, name: str) -> str:
    """The score or circumstance of this name, as a basis holds it."""
    if name in answer.scores:
        return str(answer.scores[name].value)
    return word(answer.circumstances[name].value) if name in answer.circumstances else ""


def _message(item: Accepted, moved: Moved, told: Sequence[Whence]) -> str:
    """The fact with its old and its new value, and where the new one comes from."""
    when = f"when the decision was accepted on {item.day}"
    match moved.fact:
        case Fact.SCORE:
            now = f"is {moved.after} now" if moved.after else "has no value now"
            (cause,) = moved.causes
            return f"{cause.name} of {_names(moved.about)} {now} and was {moved.before} {when}: {told[0].words}"
        case Fact.RECOMMENDATION:
            now = f"recommends {moved.after}" if moved.after else "has no answer"
            before = f"recommended {moved.before}" if moved.before else "had none"
            return f"the decision model {now} for {_names(moved.about)} and {before} {when}: {_reasons(moved, told)}"
        case Fact.COVERAGE:
            return f"it covers {_names(moved.about)} now, and did not {when}: {told[0].words}"
        case Fact.EXCEPTION:
            lean = f"it leans on {moved.about[0]}, which was in force until {moved.before} {when}"
            return f"{lean}, and {moved.after}: {told[0].words}"
        case Fact.EVENT:
            event, *cells = moved.about
            last = f"the decision was last looked at on {moved.before}"
            return f"{event}, {moved.after}, touches {_names(cells)}, and {last}: {told[0].words}"


def _reasons(moved: Moved, told: Sequence[Whence]) -> str:
    if not moved.causes:
        return f"no score and no circumstance is another one, so the model itself is, {told[0].words}"
    return "; ".join(
        f"{cause.name} {cause.before or 'none'} → {cause.after or 'none'} {whence.words}"
        for cause, whence in zip(moved.causes, told, strict=True)
    )


def _names(names: Sequence[str]) -> str:
    """Names, the first few of many."""
    if len(names) > _MOST_NAMED:
        return f"{', '.join(names[:_MOST_NAMED])} and {len(names) - _MOST_NAMED} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:]))) or "the catalogue"


def _related(moved: Moved, told: Sequence[Whence]) -> Iterator[Related]:
    names = [cause.name for cause in moved.causes] or [moved.fact.value]
    for name, whence in zip(names, told, strict=True):
        said = f"{name} changed here" if moved.causes else "this changed"
        for place in (whence.place,) if whence.place else tuple(Place(file) for file in whence.files[:_MOST_NAMED]):
            yield Related(said, place)
