"""The exception register of one catalogue: which exceptions name a finding, and what became of each of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.expressions import Program
from concertino.model.outcome import Outcome
from concertino.model.problem import Problem
from concertino.model.suggest import suggest
from concertino.policies import Policy
from concertino.verdict.entry import RegisteredException, State, registered
from concertino.verdict.evidence import directions
from concertino.verdict.force import (
    Force,
    Grounds,
    Matter,
    Proof,
    Standing,
    Term,
    force,
    settled_already,
    taken_at_its_word,
    term,
)
from concertino.verdict.force_shape import EXCEPTION_KIND
from concertino.verdict.matching import Matcher
from concertino.verdict.proof import Trusted
from concertino.verdict.rights import Rights
from concertino.verdict.rules import Rules


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """One finding that an exception covers. `applied` tells it from one that another exception covered first."""

    policy: str
    subject: str
    validation: str
    key: str
    applied: bool = True


@dataclass(frozen=True)
class Register:
    """All exceptions, and what they were used for while findings were waived."""

    catalogue: Catalogue
    exceptions: tuple[RegisteredException, ...]
    policies: Mapping[str, Policy]
    as_of: str
    grounds: Grounds
    matcher: Matcher
    faults: tuple[Problem, ...] = ()
    """What is wrong with the conditions of exceptions."""
    uses: dict[str, set[Use]] = field(default_factory=dict)
    """What each exception covered, by its reference."""
    _by_finding: dict[tuple[str, str], list[RegisteredException]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, catalogue: Catalogue, policies: Mapping[str, Policy], as_of: str, rules: Rules, *, presumed: bool = False
    ) -> "Register":
        """The register in a catalogue. For `presumed` see `Rights`."""
        matcher = Matcher(rules.environment)
        faults: list[Problem] = []
        exceptions = tuple(
            _entry(entity, catalogue, matcher, rules, faults) for entity in catalogue.of_kind(EXCEPTION_KIND)
        )
        trusted = None if presumed else _trusted(rules)
        grounds = Grounds(
            limits=rules.exceptions.limits,
            rights=trusted.rights if trusted else Rights.of(catalogue, presumed=presumed),
            better={**{key: str(item.get("better")) for key, item in rules.metrics.items()}, **directions(catalogue)},
            known=rules.policies.ids,
            proof=taken_at_its_word if presumed else proof_of(rules),
            settled=settled_already if presumed else rules.exceptions.settled,
        )
        register = cls(catalogue, exceptions, policies, as_of, grounds, matcher, tuple(faults))
        for item in exceptions:
            for policy in item.policies:
                for subject in item.subjects:
                    register._by_finding.setdefault((policy, subject), []).append(item)
        return register

    def naming(self, outcome: Outcome) -> tuple[RegisteredException, ...]:
        """The exceptions that are meant for a finding, by names or by a condition, in the order of their references."""
        found = list(self._by_finding.get((outcome.policy, outcome.subject), ()))
        entity = self.catalogue.by_name.get(outcome.subject)
        if entity:
            found += [item for item in self._matching if item not in found and self._matches(item, outcome, entity)]
        meant = [item for item in found if item.concerns(outcome.validation, outcome.key)]
        return tuple(sorted(meant, key=lambda item: item.name))

    def force(self, item: RegisteredException, policy: str, subject: str, day: str = "") -> Force:
        """How an exception stands towards a policy on an entity. Without a subject: towards the policy as such.

        `day` is an ISO day, left out the one that is judged.
        """
        return force(item, self._matter(policy, subject), day or self.as_of, self.grounds)

    def term(self, item: RegisteredException, policy: str, subject: str) -> Term:
        """The days on which an exception waives what a policy finds on an entity, whatever the day is today."""
        return term(item, self._matter(policy, subject), self.grounds)

    def matters(self, item: RegisteredException) -> tuple[tuple[str, str], ...]:
        """The pairs of policy and entity that an exception is about: those it names, and those its condition met."""
        pairs = {(policy, named.reference or named.written) for policy in item.policies for named in item.named}
        pairs |= {(use.policy, use.subject) for use in self.uses.get(item.name, ())}
        return tuple(sorted(pairs or {(policy, "") for policy in item.policies}))

    def use(self, item: RegisteredException, outcome: Outcome, *, applied: bool) -> None:
        """Remember that an exception covers a finding."""
        use = Use(outcome.policy, outcome.subject, outcome.validation, outcome.key, applied)
        self.uses.setdefault(item.name, set()).add(use)

    def in_force(self) -> tuple[RegisteredException, ...]:
        """The exceptions that are in force towards at least one policy on at least one entity."""
        return tuple(item for item in self.exceptions if self.holds(item))

    def holds(self, item: RegisteredException) -> bool:
        """Whether an exception is in force towards at least one policy on at least one entity."""
        return any(self.force(item, policy, subject).holds for policy, subject in self.matters(item))

    def last_day(self, item: RegisteredException) -> str:
        """The last day on which an exception that is in force is so: its end, or that of a forecast it rests on."""
        terms = (self.term(item, *pair) for pair in self.matters(item) if self.force(item, *pair).holds)
        return max((days[1] for term in terms if (days := term.days)), default=item.expires)

    def problems(self) -> Iterator[tuple[Standing | None, Problem]]:
        """What is to be said of the exceptions themselves."""
        for problem in self.faults:
            yield Standing.MALFORMED, problem
        for item in self.exceptions:
            if item.entity.fault or item.faulty_match or item.continued:
                continue  # Its faults are findings already; a renewed one is history, and its successor speaks.
            yield from self._misspelt(item)
            for index, name in enumerate(item.policies):
                if name in self.policies and not self._used(item, name):
                    found = self._worst(item, name)
                    if found.standing is Standing.UNKNOWN_ENTITY:
                        continue  # A reference that leads nowhere is a finding already, with what was meant.
                    message, remedy = _said(item, name, found, expired=item.state(self.as_of) is State.EXPIRED)
                    yield found.standing, self._problem(item, f"/spec/policies/{index}", message, remedy)

    def _used(self, item: RegisteredException, policy: str) -> bool:
        return any(use.policy == policy for use in self.uses.get(item.name, ()))

    def _worst(self, item: RegisteredException, policy: str) -> Force:
        """What keeps an exception from waiving a policy, if anything does."""
        found = [self.force(item, name, subject) for name, subject in self.matters(item) if name == policy]
        return next((one for one in found if not one.holds), found[0]) if found else self.force(item, policy, "")

    def _misspelt(self, item: RegisteredException) -> Iterator[tuple[Standing | None, Problem]]:
        known = tuple(self.grounds.known)
        for index, name in enumerate(item.policies):
            if name not in known:
                message = f'it names the policy "{name}", and there is none'
                remedy = "Correct the name; an exception from nothing waives nothing."
                yield None, self._problem(item, f"/spec/policies/{index}", message, remedy, suggest(name, known))
        if not all(name in self.policies for name in item.policies):
            return  # What is not judged now may well have these validations.
        names = sorted({one.name for name in item.policies for one in self.policies[name].validations if one.name})
        for index, name in enumerate(item.texts("validations")):
            if item.policies and name not in names:
                message = f'it names the validation "{name}", and {" and ".join(item.policies)} has none of that name'
                remedy = "Correct the name; until then nothing is waived there."
                yield None, self._problem(item, f"/spec/validations/{index}", message, remedy, suggest(name, names))

    def _problem(self, item: RegisteredException, pointer: str, message: str, remedy: str, meant: str = "") -> Problem:
        place = self.catalogue.locate(item.entity, pointer)
        return Problem("exception", message, place, "", meant, remedy, subject=item.name)

    @property
    def _matching(self) -> Iterator[RegisteredException]:
        return (item for item in self.exceptions if item.match is not None)

    def _matches(self, item: RegisteredException, outcome: Outcome, entity: CatalogueEntity) -> bool:
        if item.match is None or (item.policies and outcome.policy not in item.policies):
            return False
        if item.named and outcome.subject not in item.subjects:
            return False
        return self.matcher.holds(item.match, outcome, entity)

    def _matter(self, policy: str, subject: str) -> Matter:
        return Matter(policy, self.policies.get(policy), subject, self.catalogue.by_name.get(subject))


def proof_of(rules: Rules) -> Proof:
    """How approvals are proven under these rules. Where proof is asked for and nobody can look, none is."""
    if not rules.configuration.proof:
        return taken_at_its_word
    return rules.exceptions.prover or (lambda _item, _holder: "its approval can't be proven: nobody looked for it")


def _trusted(rules: Rules) -> Trusted | None:
    """Who is trusted where the catalogue itself is not: those whom the configuration names go first."""
    named = rules.exceptions.prover.trusted if rules.exceptions.prover else None
    return named if isinstance(named, Trusted) else rules.exceptions.trusted


def _entry(
    entity: CatalogueEntity, catalogue: Catalogue, matcher: Matcher, rules: Rules, faults: list[Problem]
) -> RegisteredException:
    """An entry with its condition compiled; what is wrong with the condition is added to `faults`."""
    spec = entity.value.get("spec")
    text = spec.get("match") if isinstance(spec, Mapping) else None
    if not isinstance(text, str):
        return registered(entity)
    found = registered(entity)
    compiled = matcher.compile(text, (item for item in rules.policies.policies if item.id in found.policies))
    if isinstance(compiled, Program):
        return registered(entity, compiled)
    place = catalogue.locate(entity, "/spec/match")
    for fault in compiled:
        message = f"its match can't be used: {fault.message} (at character {fault.offset + 1})"
        remedy = "Correct the condition; until then the exception waives nothing."
        faults.append(
            Problem("exception", message, place, fault.expected, fault.suggestion, remedy, subject=entity.name)
        )
    return registered(entity, faulty_match=True)


def _said(item: RegisteredException, policy: str, found: Force, *, expired: bool) -> tuple[str, str]:
    if expired:
        remedy = "Remove it, or ask for a renewal in a new entry that names it."
        return f"it expired on {item.expires} and waives nothing", remedy
    match found.standing:
        case Standing.IN_FORCE:
            subjects = ", ".join(sorted(item.subjects)) or "what its match describes"
            return f"it waives no finding of {policy} on {subjects}", "Remove it, or what it no longer needs to name."
        case Standing.NEEDLESS:
            return f"it is not needed: {found.why}", "Remove it."
        case Standing.REJECTED | Standing.REVOKED:
            return f"it waives nothing: {found.why}", "It stays in the register as long as somebody may ask for it."
        case Standing.NOT_MERGED:
            return f"it has no effect yet: {found.why}", "Merge it first; whoever holds the right approves it there."
    return f"it has no effect: {found.why}", "Supply what is missing, or remove it."
