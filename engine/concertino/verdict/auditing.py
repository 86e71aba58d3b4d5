"""Looking at each exception of a register: what it is worth, and what is the matter with it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from concertino.catalogue import CatalogueEntity, Past
from concertino.expressions import Entity
from concertino.kinds import ANY_KIND
from concertino.model.suggest import suggest
from concertino.policies import Policy
from concertino.verdict.audit import BANDS, Audited, Flag, Remark, Waived
from concertino.verdict.entry import RegisteredException, State, days_between, days_left, is_day
from concertino.verdict.evidence import figures, weigh
from concertino.verdict.force import Force, Standing
from concertino.verdict.proof import claimed
from concertino.verdict.register import Register, Use
from concertino.verdict.rights import Scope, scope_of

_BANDS = dict(zip(BANDS, (Flag.EXPIRING_7, Flag.EXPIRING, Flag.EXPIRING_90), strict=True))
_ENDED = {
    State.REJECTED: Flag.REJECTED,
    State.REVOKED: Flag.REVOKED,
    State.EXPIRED: Flag.EXPIRED,
    State.RENEWED: Flag.RENEWED,
}
_BRAND_KIND = "Brand"
_MORE_THAN_ONE = 2


def audited(register: Register, past: Past | None = None) -> Iterator[Audited]:
    """Every exception of a register that findings were already held against; `past` is that of the exceptions."""
    auditor = _Auditor(register, past)
    for item in register.exceptions:
        yield auditor.look_at(item)


@dataclass(frozen=True)
class _Auditor:
    register: Register
    past: Past | None

    def look_at(self, item: RegisteredException) -> Audited:
        remarks = tuple(self._remarks(item))
        scopes = [scope_of(entity) for entity in self._subjects(item)]
        expires = item.text("expires")
        return Audited(
            reference=item.name,
            title=_title(item.entity),
            state=item.state(self.register.as_of),
            place=self.register.catalogue.locate(item.entity, "/metadata/name"),
            flags=frozenset(remark.flag for remark in remarks),
            remarks=tuple(remark for remark in remarks if remark.text),
            policies=item.policies,
            entities=tuple(sorted({subject for _, subject in self.register.matters(item) if subject})),
            brands=_names(scope.brands for scope in scopes),
            capabilities=_names(scope.capabilities for scope in scopes),
            type=item.text("type"),
            requester=item.text("requester"),
            owner=item.text("owner"),
            approver=item.text("approver"),
            approved_on=item.text("approvedOn"),
            starts_on=item.text("startsOn"),
            expires=expires,
            days_left=days_left(expires, self.register.as_of),
            waived=tuple(self._waived(use) for use in sorted(self._uses(item)) if use.applied),
            renewals=len(item.before),
            reason=item.text("reason"),
            ticket=item.text("ticket"),
            reviews=tuple(sorted(_reviews(item))),
            contacts=tuple(_contacts(item)),
            claims=claimed(self.past, item) if self.past and item.text("approver") else "",
        )

    def _waived(self, use: Use) -> Waived:
        entity = self.register.catalogue.by_name.get(use.subject)
        scope = scope_of(entity) if entity else Scope()
        return Waived(use.policy, _names([scope.brands]), _names([scope.capabilities]))

    def _remarks(self, item: RegisteredException) -> Iterator[Remark]:
        fault = item.entity.fault
        if fault or item.faulty_match:
            yield Remark(Flag.FAULTY, fault.message if fault else "its match can't be used")
            return
        state = item.state(self.register.as_of)
        if state in _ENDED:
            yield Remark(_ENDED[state], "" if state is State.RENEWED else _ended(item, state))
            return
        yield from self._force(item)
        yield from self._orphans(item)
        yield from self._superseded(item)
        yield from self._breadth(item)
        yield from self._overlaps(item)
        yield from self._renewals(item)
        yield from self._evidence(item)

    def _force(self, item: RegisteredException) -> Iterator[Remark]:
        answers = {pair: self.register.force(item, *pair) for pair in self.register.matters(item)}
        found = next((force for force in answers.values() if force.holds), None)
        if found is None:
            yield _without_force(next(iter(answers.values()), None))
            return
        yield Remark(Flag.IN_FORCE, "")
        last = self.register.last_day(item)
        left = days_left(last, self.register.as_of)
        for days, flag in _BANDS.items():
            if left is not None and left <= days:
                yield Remark(
                    flag, f"in force until {last}: a forecast is to be confirmed" if last < item.expires else ""
                )
        yield from self._usage(item, answers)

    def _usage(self, item: RegisteredException, answers: Mapping[tuple[str, str], Force]) -> Iterator[Remark]:
        uses = self._uses(item)
        if not uses:
            yield Remark(Flag.UNUSED, "it waives no finding any more; remove it")
            return
        used = {(use.policy, use.subject) for use in uses}
        for (policy, subject), force in answers.items():
            if force.holds and (policy, subject) not in used and self._fits(policy, subject):
                yield Remark(Flag.PARTLY_USED, f"it waives no finding of {policy} on {subject}")
            elif not force.holds and force.standing not in (Standing.UNKNOWN_ENTITY, Standing.UNKNOWN_POLICY):
                yield Remark(Flag.PARTLY_USED, f"it has no effect on {policy} for {subject}: {force.why}")
        for name in sorted(item.subjects):
            if not any(self._fits(policy, name) for policy in item.policies):
                yield Remark(Flag.PARTLY_USED, f"none of its policies judges {name}")

    def _fits(self, policy: str, subject: str) -> bool:
        """Whether a policy judges entities of that kind at all."""
        entity = self.register.catalogue.by_name.get(subject)
        found = self.register.policies.get(policy)
        return entity is not None and found is not None and found.target == entity.kind.name

    def _orphans(self, item: RegisteredException) -> Iterator[Remark]:
        known = tuple(self.register.grounds.known)
        for name in item.policies:
            if name not in known:
                yield Remark(Flag.ORPHANED, f'there is no policy "{name}" any more', suggest(name, known))
        for named in item.named:
            if not named.reference:
                meant = suggest(named.written, self._names_like(named.written))
                yield Remark(Flag.ORPHANED, f"{named.written} is not in the catalogue any more", meant)

    def _names_like(self, written: str) -> list[str]:
        prefix, colon, _ = written.partition(":")
        start = f"{prefix.casefold()}{colon}" if colon and prefix != ANY_KIND else ""
        return [name for name in self.register.catalogue.by_name if name.startswith(start)]

    def _superseded(self, item: RegisteredException) -> Iterator[Remark]:
        digests = item.spec.get("policyDigests")
        for name, digest in sorted(digests.items()) if isinstance(digests, Mapping) else ():
            policy = self.register.policies.get(name)
            if policy is not None and not policy.digest.startswith(str(digest)):
                yield Remark(Flag.SUPERSEDED, _changed(policy))

    def _breadth(self, item: RegisteredException) -> Iterator[Remark]:
        subjects = self._subjects(item)
        most = self.register.grounds.limits.broad_factor * max(len(figures(item.spec)), 1)
        if len(subjects) > most:
            yield Remark(
                Flag.OVER_BROAD, f"it covers {len(subjects)} entities, and its evidence speaks for {most} at most"
            )
        # A service that all brands share is one thing; what is meant here are things of the brands themselves.
        own = {brand for scope in map(scope_of, subjects) if len(scope.brands) == 1 for brand in scope.brands}
        if len(self._brands) >= _MORE_THAN_ONE and own >= self._brands:
            yield Remark(Flag.OVER_BROAD, "it covers all brands: then it is the policy that should change")

    @cached_property
    def _brands(self) -> frozenset[str]:
        return frozenset(entity.name for entity in self.register.catalogue.of_kind(_BRAND_KIND))

    def _overlaps(self, item: RegisteredException) -> Iterator[Remark]:
        for other, pairs in sorted(self._shared.get(item.name, {}).items()):
            policy, subject = min(pairs)
            more = f" and {len(pairs) - 1} more" if len(pairs) > 1 else ""
            yield Remark(Flag.OVERLAPPING, f"{other} is in force on {policy} for {subject}{more}, too")

    @cached_property
    def _shared(self) -> Mapping[str, Mapping[str, set[tuple[str, str]]]]:
        """The matters on which two exceptions are in force at once, by the references of both."""
        by_pair: dict[tuple[str, str], list[RegisteredException]] = {}
        for item in self.register.exceptions:
            for pair in self.register.matters(item):
                if pair[1] and self.register.force(item, *pair).holds:
                    by_pair.setdefault(pair, []).append(item)
        found: dict[str, dict[str, set[tuple[str, str]]]] = {}
        for pair, items in by_pair.items():
            for one in items:
                for other in items:
                    if one is not other and _same_matter(one, other):
                        found.setdefault(one.name, {}).setdefault(other.name, set()).add(pair)
        return found

    def _renewals(self, item: RegisteredException) -> Iterator[Remark]:
        most = self.register.grounds.limits.most_renewals
        if len(item.before) > most:
            yield Remark(Flag.RENEWED_TOO_OFTEN, f"it is renewal number {len(item.before)}; at most {most} are allowed")

    def _evidence(self, item: RegisteredException) -> Iterator[Remark]:
        grounds, as_of = self.register.grounds, self.register.as_of
        weight = weigh(item.spec, item.before, grounds.better, grounds.limits)
        if weight.until < as_of:
            yield Remark(Flag.EVIDENCE_MISSING, weight.why)
        observed = [figure.get("asOf") for figure in figures(item.spec) if figure.get("basis") == "observed"]
        days = [str(day) for day in observed if is_day(day)]
        if days and len(days) == len(observed):
            age = days_between(max(days), as_of)
            if age > grounds.limits.evidence_days:
                yield Remark(Flag.EVIDENCE_STALE, f"its newest figure was taken on {max(days)}, {age} days ago")

    def _uses(self, item: RegisteredException) -> set[Use]:
        return self.register.uses.get(item.name, set())

    def _subjects(self, item: RegisteredException) -> list[CatalogueEntity]:
        names = {subject for _, subject in self.register.matters(item)}
        by_name = self.register.catalogue.by_name
        return [by_name[name] for name in sorted(names) if name in by_name]


def _without_force(found: Force | None) -> Remark:
    if found is None:
        return Remark(Flag.WITHOUT_EFFECT, "it names nothing that could be waived")
    waiting = found.standing in (Standing.NOT_APPROVED, Standing.NOT_BEGUN)
    return Remark(Flag.WAITING if waiting else Flag.WITHOUT_EFFECT, found.why)


def _ended(item: RegisteredException, state: State) -> str:
    if state is State.EXPIRED:
        return f"it expired on {item.expires}"
    word = state.value
    by = item.text(f"{word}By")
    return f"it was {word} on {item.text(f'{word}On')}" + (f" by {by}" if by else "")


def _changed(policy: Policy) -> str:
    return f"{policy.id} is another policy than the one that was approved: its digest is {policy.digest[:12]} now"


def _same_matter(one: RegisteredException, other: RegisteredException) -> bool:
    """Whether two exceptions can meet the same finding."""
    for name in ("validations", "keys"):
        mine, theirs = set(one.texts(name)), set(other.texts(name))
        if mine and theirs and mine.isdisjoint(theirs):
            return False
    return True


def _reviews(item: RegisteredException) -> set[str]:
    found = (figure.get("confirmBy") for figure in figures(item.spec) if figure.get("basis") == "expected")
    return {str(day) for day in found if is_day(day)}


def _contacts(item: RegisteredException) -> Iterator[str]:
    refs = item.spec.get("refs")
    team = refs.get("owner") if isinstance(refs, Mapping) else None
    spec = team.get("spec") if isinstance(team, Entity) else None
    members = spec.get("members") if isinstance(spec, Mapping) else None
    for person in members if isinstance(members, list) else ():
        if isinstance(person, Mapping) and isinstance(person.get("email"), str):
            yield str(person["email"])


def _names(groups: Iterable[frozenset[str]]) -> tuple[str, ...]:
    return tuple(sorted({name.partition(":")[2] for group in groups for name in group}))


def _title(entity: CatalogueEntity) -> str:
    metadata = entity.value.get("metadata")
    title = metadata.get("title") if isinstance(metadata, Mapping) else None
    return title if isinstance(title, str) else ""
