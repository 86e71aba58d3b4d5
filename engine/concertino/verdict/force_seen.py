"""The force of exceptions as expressions see it: `entity.force`, computed when somebody looks.

What an exception waives is decided after judging, and yet a policy may ask who lives on exceptions. That is no circle:
whether an exception is in force follows from the register, the decision rights and the day, never from an outcome.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.expressions import ABSENT, Computed
from concertino.verdict.entry import RegisteredException
from concertino.verdict.force_shape import EXCEPTION_KIND, FIELD, FIELDS
from concertino.verdict.register import Register
from concertino.verdict.rules import Rules


class ForceView(Computed):
    """What expressions see as the force of one exception."""

    __slots__ = ()


@dataclass(frozen=True)
class ForceViews:
    """The force of all exceptions of one catalogue on one day, under all policies: those not judged now included."""

    catalogue: Catalogue
    rules: Rules
    as_of: str
    presumed: bool = False
    """Whether an approver is taken to hold the right that nobody is said to hold; see `Rights`."""

    def attach(self) -> None:
        """Let expressions see this force, and no other one, in the exceptions of the catalogue."""
        for entity, view in self._views:
            present = entity.value.get(FIELD)
            if present is view or not isinstance(present, ForceView | None):
                return  # Somebody tries changes to the catalogue, for which what was computed does not hold.
            entity.value[FIELD] = view

    @cached_property
    def _views(self) -> tuple[tuple[CatalogueEntity, ForceView], ...]:
        entities = self.catalogue.of_kind(EXCEPTION_KIND)
        return tuple((entity, ForceView(FIELDS, _Reader(self, entity).field)) for entity in entities)

    @cached_property
    def register(self) -> Register:
        """The register that decides, with nothing used yet."""
        policies = {policy.id: policy for policy in self.rules.policies.policies}
        return Register.of(self.catalogue, policies, self.as_of, self.rules, presumed=self.presumed)

    @cached_property
    def entries(self) -> dict[str, RegisteredException]:
        """The entries of the register by their references."""
        return {item.name: item for item in self.register.exceptions}


@dataclass
class _Reader:
    """The fields of one exception's force."""

    views: ForceViews
    entity: CatalogueEntity

    def field(self, name: str) -> object:
        """The value of a field, or `ABSENT` if it is left out for this exception."""
        if name == "terms":
            return self._terms
        if name == "inForce":
            return any(found["inForce"] for found in self._terms)
        days = [str(found[name]) for found in self._terms if name in found]
        return (min(days) if name == "from" else max(days)) if days else ABSENT

    @cached_property
    def _terms(self) -> list[dict[str, object]]:
        item = self.views.entries[self.entity.name]
        return [dict(self._term(item, policy, subject)) for policy, subject in self.views.register.matters(item)]

    def _term(self, item: RegisteredException, policy: str, subject: str) -> Iterator[tuple[str, object]]:
        register = self.views.register
        force = register.force(item, policy, subject)
        yield from (("policy", policy), ("entity", subject), ("inForce", force.holds))
        yield from (("standing", force.standing.value), ("why", force.why))
        days = register.term(item, policy, subject).days
        if days:
            yield from (("from", days[0]), ("until", days[1]))
