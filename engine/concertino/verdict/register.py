"""The exception register of one catalogue: which exceptions name a finding, and what became of each of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.expressions import Entity
from concertino.model.json import JsonValue
from concertino.model.outcome import AppliedException
from concertino.model.problem import Problem
from concertino.model.suggest import suggest
from concertino.policies import Policy
from concertino.verdict.force import Force, Standing, force, is_day

EXCEPTION_KIND = "Exception"


@dataclass(frozen=True, slots=True)
class RegisteredException:
    """One exception as the register knows it."""

    entity: CatalogueEntity
    spec: Mapping[str, object]
    policies: tuple[str, ...]
    subjects: frozenset[str]

    @property
    def expires(self) -> str:
        """The last day in force, as it is written."""
        return str(self.spec.get("expires", ""))

    @property
    def parameters(self) -> Mapping[str, JsonValue]:
        """The parameters that a partial exception widens; empty for one that waives wholly."""
        value = self.spec.get("parameters")
        return value if isinstance(value, Mapping) else {}

    @property
    def renewed(self) -> bool:
        """Whether a newer entry names this one as what it renews."""
        inverse = self.entity.value.get("inverse")
        return isinstance(inverse, Mapping) and bool(inverse.get("renewals"))

    def applied(self) -> AppliedException:
        """What a waived finding says of the exception."""
        owner, reason = self.spec.get("owner", ""), self.spec.get("reason", "")
        return AppliedException(self.entity.name, self.expires, str(owner), str(reason))


@dataclass(frozen=True)
class Register:
    """All exceptions, and what they were used for while findings were waived."""

    exceptions: tuple[RegisteredException, ...]
    policies: Mapping[str, Policy]
    as_of: str
    _used: set[tuple[str, str]] = field(default_factory=set)
    _by_finding: dict[tuple[str, str], list[RegisteredException]] = field(default_factory=dict)

    @classmethod
    def of(cls, catalogue: Catalogue, policies: Mapping[str, Policy], as_of: str) -> "Register":
        """The register in a catalogue."""
        exceptions = tuple(_registered(entity) for entity in catalogue.of_kind(EXCEPTION_KIND))
        register = cls(exceptions, policies, as_of)
        for item in exceptions:
            for policy in item.policies:
                for subject in item.subjects:
                    register._by_finding.setdefault((policy, subject), []).append(item)
        return register

    def naming(self, policy: str, subject: str) -> tuple[RegisteredException, ...]:
        """The exceptions that name this policy on this subject."""
        return tuple(self._by_finding.get((policy, subject), ()))

    def force(self, item: RegisteredException, policy: Policy) -> Force:
        """How an exception stands; one with faults never waives."""
        if item.entity.fault:
            return Force(Standing.MALFORMED, "it has faults of its own")
        return force(item.spec, policy, self.as_of)

    def use(self, item: RegisteredException, policy: str) -> None:
        """Remember that an exception waived a finding of a policy."""
        self._used.add((item.entity.name, policy))

    def in_force(self) -> tuple[RegisteredException, ...]:
        """The exceptions that are in force towards at least one policy."""
        return tuple(
            item
            for item in self.exceptions
            if any(self.force(item, self.policies[name]).holds for name in item.policies if name in self.policies)
        )

    def problems(self, catalogue: Catalogue, known: tuple[str, ...]) -> Iterator[tuple[Standing | None, Problem]]:
        """What is to be said of the exceptions themselves. `known` are the ids of all policies, judged or not."""
        for item in self.exceptions:
            if item.entity.fault or item.renewed:
                continue  # Its faults are findings already; a renewed one is history, and its successor speaks.
            for index, name in enumerate(item.policies):
                place = catalogue.locate(item.entity, f"/spec/policies/{index}")
                if name not in known:
                    message = f'it names the policy "{name}", and there is none'
                    remedy = "Correct the name; an exception from nothing waives nothing."
                    meant = suggest(name, known)
                    yield None, Problem("exception", message, place, "", meant, remedy, subject=item.entity.name)
                elif name in self.policies and (item.entity.name, name) not in self._used:
                    standing = self.force(item, self.policies[name])
                    message, remedy = _said(item, name, standing)
                    yield (
                        standing.standing,
                        Problem("exception", message, place, remediation=remedy, subject=item.entity.name),
                    )


def _said(item: RegisteredException, policy: str, found: Force) -> tuple[str, str]:
    match found.standing:
        case Standing.IN_FORCE:
            subjects = ", ".join(sorted(item.subjects))
            return f"it waives no finding of {policy} on {subjects}", "Remove it, or what it no longer needs to name."
        case Standing.EXPIRED:
            return f"{found.why} and waives nothing", "Remove it, or ask for a renewal in a new entry that names it."
        case Standing.NEEDLESS:
            return f"it is not needed: {found.why}", "Remove it."
    return f"it has no effect: {found.why}", "Supply what is missing, or remove it."


def _registered(entity: CatalogueEntity) -> RegisteredException:
    raw = entity.value.get("spec")
    spec: Mapping[str, object] = raw if isinstance(raw, Mapping) else {}
    refs = spec.get("refs")
    targets = refs.get("entities") if isinstance(refs, Mapping) else None
    subjects = {item.reference for item in targets if isinstance(item, Entity)} if isinstance(targets, list) else set()
    policies = spec.get("policies")
    names = tuple(item for item in policies if isinstance(item, str)) if isinstance(policies, list) else ()
    return RegisteredException(entity, spec, names, frozenset(subjects))


def days_left(expires: str, as_of: str) -> int | None:
    """Whole days from `as_of` to the last day in force; nothing if either is no day."""
    if not is_day(expires) or not is_day(as_of):
        return None
    return (date.fromisoformat(expires) - date.fromisoformat(as_of)).days
