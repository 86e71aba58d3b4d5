"""References that lead nowhere: why, what was probably meant, or which other finding tells already."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from concertino.catalogue.catalogue import CatalogueEntity, Identity
from concertino.catalogue.reference import is_reference
from concertino.kinds import Kinds, ReferenceRule
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.model.reference import EntityReference
from concertino.model.suggest import suggest

_LISTED = 12
_MOST_SUGGESTED = 100
"""So many names are compared with all others: each takes milliseconds in a large catalogue, and nobody reads more."""


@dataclass(frozen=True)
class Dangling:
    """What is known of the catalogue when a reference leads nowhere.

    `unidentified` are the documents whose kind nobody knows, by namespace and name without case, with the finding that
    says so: what refers to one of them is not at fault.
    """

    kinds: Kinds
    entities: Mapping[Identity, CatalogueEntity]
    unidentified: Mapping[tuple[str, str], Problem]
    _meant: dict[tuple[str, str], str] = field(default_factory=dict)
    _seen: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def told(self, entity: CatalogueEntity, parsed: EntityReference | str) -> Problem | None:
        """The finding that tells already why a reference leads nowhere, if there is one."""
        if isinstance(parsed, str):
            # What was read below a fault of syntax is a guess, and a derived entity has its names from others.
            guessed = entity.fault and (entity.kind.derived or entity.fault.check == "syntax")
            return entity.fault if guessed else None
        found = self.unidentified.get((parsed.namespace.casefold(), parsed.name.casefold()))
        misnamed = self._misnamed.get(parsed.kind, {})
        return found or (misnamed.get(self._suggest(parsed.name, parsed.kind, misnamed)) if misnamed else None)

    @cached_property
    def _misnamed(self) -> Mapping[str, Mapping[str, Problem]]:
        """By kind, the entities whose name is none that a reference could hold, with the finding that says so."""
        found: dict[str, dict[str, Problem]] = {}
        for item in self.entities.values():
            if item.fault and not item.kind.derived and not is_reference(item.reference.name):
                found.setdefault(item.kind.name, {})[item.reference.name] = item.fault
        return found

    def problem(
        self,
        entity: CatalogueEntity,
        written: str,
        parsed: EntityReference | str,
        rule: ReferenceRule,
        place: Place,
    ) -> Problem:
        """The finding for what `entity` wrote, where `rule` says what may stand."""
        if isinstance(parsed, str):
            return self._unclear(entity, written, parsed, rule, place)
        space = entity.reference.namespace
        names = self._names(parsed.kind, space)
        label = _seen_from(space, parsed)
        meant = self._elsewhere(parsed, space) or self._suggest(label, parsed.kind, names)
        prefix = written[: written.index(":") + 1] if ":" in written else ""
        return Problem(
            "reference",
            f'there is no {parsed.kind} "{label}"',
            place,
            expected=_listed(parsed.kind, names),
            suggestion=f"{prefix}{meant}" if meant else "",
            remediation=self._remedy(parsed.kind, label),
            subject=entity.name,
        )

    def _unclear(self, entity: CatalogueEntity, written: str, why: str, rule: ReferenceRule, place: Place) -> Problem:
        """A text that is no reference, or none to a kind that may stand here."""
        one_kind = not rule.any_kind and len(rule.kinds) == 1
        where = "" if rule.any_kind else f", where the kind is {' or '.join(rule.kinds)}"
        return Problem(
            "reference",
            why,
            place,
            expected=f"the name of a {rule.kinds[0]}" if one_kind else f"kind:name{where}",
            suggestion=self._nearest(written, rule, prefixed=not one_kind or ":" in written),
            remediation="Write the name of an entity, with its kind before it where several are possible.",
            subject=entity.name,
        )

    def _nearest(self, written: str, rule: ReferenceRule, *, prefixed: bool) -> str:
        """The entity of a kind that `rule` allows whose name is nearest to what was written."""
        name = written.rpartition(":")[2]
        by_name: dict[str, CatalogueEntity] = {}
        for kind in self._by_kind if rule.any_kind else rule.kinds:
            for item in self._by_kind.get(kind, ()):
                by_name.setdefault(item.reference.name, item)
        found = by_name.get(name) or by_name.get(self._suggest(name, " ".join(rule.kinds), by_name))
        if found is None:
            return ""
        return str(found.reference) if prefixed else found.reference.name

    def _elsewhere(self, parsed: EntityReference, space: str) -> str:
        """An entity of the same kind and name in another namespace."""
        found = self._spaces.get((parsed.kind, parsed.name.casefold()))
        return _seen_from(space, found) if found else ""

    def _suggest(self, name: str, about: str, names: Collection[str]) -> str:
        key = (name, about)
        if key not in self._meant:
            self._meant[key] = suggest(name, names) if len(self._meant) < _MOST_SUGGESTED else ""
        return self._meant[key]

    @cached_property
    def _by_kind(self) -> Mapping[str, list[CatalogueEntity]]:
        found: dict[str, list[CatalogueEntity]] = {}
        for _, item in sorted(self.entities.items()):
            found.setdefault(item.kind.name, []).append(item)
        return found

    @cached_property
    def _spaces(self) -> Mapping[tuple[str, str], EntityReference]:
        """An entity for each kind and name, whatever its namespace."""
        return {
            (item.kind.name, item.reference.name.casefold()): item.reference
            for item in self.entities.values()
            if not item.kind.derived
        }

    def _names(self, kind: str, space: str) -> Collection[str]:
        """How an entity in a namespace would refer to those of a kind."""
        key = (kind, space)
        if key not in self._seen:
            self._seen[key] = sorted(_seen_from(space, item.reference) for item in self._by_kind.get(kind, ()))
        return self._seen[key]

    def _remedy(self, kind: str, label: str) -> str:
        found = self.kinds.find(kind)
        if found and found.product:
            factors = " and ".join(f"a {factor}" for _, factor in found.product.factors)
            return f"Correct the name: every {kind} follows from {factors}."
        return f"Correct the name, or describe {kind} {label} in the catalogue."


def _seen_from(namespace: str, reference: EntityReference) -> str:
    """How an entity in `namespace` would refer to another one, its kind left out."""
    same = reference.namespace.casefold() == namespace.casefold()
    return reference.name if same else f"{reference.namespace}/{reference.name}"


def _listed(kind: str, names: Collection[str]) -> str:
    if not names:
        return f"the catalogue holds no {kind}"
    shown = list(names)[:_LISTED]
    rest = len(names) - len(shown)
    return f"one of {', '.join(shown)}" + (f" and {rest} more" if rest else "")
