"""Who must approve a change to what judges: named by the decision rights of a revision that the change can't reach."""

from collections.abc import Iterator
from dataclasses import dataclass

from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.expressions import Entity
from concertino.verdict.rights import RIGHT_KIND, Rights, Scope, handles_of

GENERAL_RIGHT = "operating-model"
"""The right to say who operates what: its holder answers for whatever no other right is named for."""
_EVERYWHERE = Scope()


@dataclass(frozen=True, slots=True, order=True)
class Approver:
    """A team that must approve: the name of the right, the reference of the team, the handles of its members.

    `escalation` tells that the team is asked since nobody who is accountable can be named.
    """

    right: str
    team: str
    people: tuple[str, ...]
    escalation: bool = False


@dataclass(frozen=True)
class Approvers:
    """Looks up who must approve, in the rights that stand in `catalogue`."""

    catalogue: Catalogue
    rights: Rights

    @classmethod
    def of(cls, catalogue: Catalogue) -> "Approvers":
        """Those whom a catalogue gives rights."""
        return cls(catalogue, Rights.of(catalogue))

    def holding(self, right: str, scope: Scope = _EVERYWHERE) -> tuple[Approver, ...]:
        """Who holds a right at a place; where nobody does, those to whom it is escalated; perhaps nobody at all.

        Without a right the general one is asked. Where a right is held in parts only, all of its holders are meant.
        """
        name = right or GENERAL_RIGHT
        holder = self.rights.holder(name, scope)
        if holder and not holder.why:
            return (Approver(name, holder.team, self.rights.people(name, scope)),)
        parts = self._teams(name, "accountable") if scope == _EVERYWHERE else []
        found = [Approver(name, *team) for team in parts if team[1]]
        raised = [Approver(name, *team, escalation=True) for team in self._teams(name, "escalation") if team[1]]
        return tuple(sorted(set(found or raised)))

    def of_right(self, reference: str) -> tuple[Approver, ...]:
        """Who is accountable for one decision right, by its reference, or where it is escalated to."""
        entity = self.catalogue.by_name.get(reference)
        for field, escalation in (("accountable", False), ("escalation", True)):
            team = _team(entity, field) if entity else ("", ())
            if entity and team[1]:
                return (Approver(_right(entity), *team, escalation=escalation),)
        return self.holding(_right(entity)) if entity else ()

    def rights_of(self, team: str) -> tuple[str, ...]:
        """The references of the decision rights that a team is accountable for, or that are escalated to it."""
        found = [
            item.name
            for item in self.catalogue.of_kind(RIGHT_KIND)
            if any(_team(item, field)[0] == team for field in ("accountable", "escalation"))
        ]
        return tuple(sorted(found))

    def _teams(self, right: str, field: str) -> list[tuple[str, tuple[str, ...]]]:
        return [_team(item, field) for item in self.catalogue.of_kind(RIGHT_KIND) if _right(item) == right]


def unique(approvers: Iterator[tuple[Approver, ...]]) -> tuple[Approver, ...]:
    """All approvers of some answers, each once, sorted."""
    return tuple(sorted({item for found in approvers for item in found}))


def _right(entity: CatalogueEntity) -> str:
    spec = entity.value.get("spec")
    return str(spec.get("right", "")) if isinstance(spec, dict) else ""


def _team(entity: CatalogueEntity, field: str) -> tuple[str, tuple[str, ...]]:
    """The reference of the team under a field of a decision right, and the handles of its members."""
    spec = entity.value.get("spec")
    refs = spec.get("refs") if isinstance(spec, dict) else None
    team = refs.get(field) if isinstance(refs, dict) else None
    return (team.reference, handles_of(team)) if isinstance(team, Entity) else ("", ())
