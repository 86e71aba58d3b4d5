"""Entities to a catalogue: references both ways."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

from concertino.catalogue.catalogue import CatalogueEntity, Identity
from concertino.catalogue.reference import parse_reference
from concertino.documents import Positions
from concertino.expressions.values import Entity, Unreadable
from concertino.kinds import Kinds, Plan, ReferenceRule
from concertino.model.problem import Problem
from concertino.model.reference import EntityReference
from concertino.model.suggest import suggest

_Mention = tuple[CatalogueEntity, str, ReferenceRule]


@dataclass(frozen=True)
class Linker:
    """Adds `refs` and `inverse` to the values of entities, in place: they were read for this catalogue alone.

    A reference that leads nowhere, or to a faulty entity, becomes `Unreadable` on both sides, so that one fault in the
    catalogue stays one finding.
    """

    kinds: Kinds
    entities: dict[Identity, CatalogueEntity]
    marks: Callable[[CatalogueEntity], Positions]
    dangling_is_a_problem: bool = True
    problems: list[Problem] = field(default_factory=list)
    _waiting: list[tuple[CatalogueEntity, str, dict[str, object], str, ReferenceRule]] = field(default_factory=list)
    _mentions: dict[tuple[Identity, str], dict[int, Entity | Unreadable]] = field(default_factory=dict)

    def link(self, entities: Iterable[CatalogueEntity]) -> None:
        """Resolve what these entities refer to. References to derived kinds wait for `finish`."""
        for entity in entities:
            if entity.kind.plan:
                self._walk(entity, entity.value, entity.kind.plan, "")

    def finish(self) -> None:
        """Resolve the references to derived kinds, once those exist."""
        for entity, pointer, holder, name, rule in self._waiting:
            self._resolve(entity, pointer, holder, name, rule)
        self._waiting.clear()

    def add_inverses(self) -> None:
        """Write the lists of those who refer to an entity, sorted by reference; every name has its list."""
        for entity in self.entities.values():
            shape = self.kinds.vocabulary.shapes.get(f"{entity.kind.name}.inverse")
            names = shape.fields if shape else {}
            entity.value["inverse"] = {
                name: sorted(self._mentions.get((entity.reference.identity, name), {}).values(), key=_order)
                for name in names
            }

    def _walk(self, entity: CatalogueEntity, value: object, plan: Plan, pointer: str) -> None:
        if isinstance(value, dict):
            for name, child in plan.fields.items():
                if name in value:
                    self._child(entity, value, name, child, f"{pointer}/{name}")
            if plan.values:
                for name in value:
                    self._child(entity, value, name, plan.values, f"{pointer}/{_escaped(name)}")
            if plan.references:
                self._references(entity, value, plan.references, pointer)
        elif isinstance(value, list) and plan.element:
            for index in range(len(value)):
                self._child(entity, value, index, plan.element, f"{pointer}/{index}")

    def _child(
        self,
        entity: CatalogueEntity,
        holder: dict[str, object] | list[object],
        key: str | int,
        plan: Plan,
        pointer: str,
    ) -> None:
        values = cast("dict[str | int, object]", holder)
        child = values[key]
        if plan.number:
            if isinstance(child, int) and not isinstance(child, bool):
                values[key] = float(child)
        else:
            self._walk(entity, child, plan, pointer)

    def _references(
        self, entity: CatalogueEntity, value: dict[str, object], rules: Mapping[str, ReferenceRule], pointer: str
    ) -> None:
        resolved: dict[str, object] = {}
        value["refs"] = resolved
        for name, rule in rules.items():
            if name not in value:
                continue
            resolved[name] = value[name]
            if rule.any_kind or any(kind.derived for item in rule.kinds if (kind := self.kinds.find(item))):
                self._waiting.append((entity, f"{pointer}/{name}", resolved, name, rule))
            else:
                self._resolve(entity, f"{pointer}/{name}", resolved, name, rule)

    def _resolve(
        self, entity: CatalogueEntity, pointer: str, resolved: dict[str, object], name: str, rule: ReferenceRule
    ) -> None:
        written = resolved[name]
        if isinstance(written, list):
            resolved[name] = [
                self._target(entity, item, f"{pointer}/{index}", rule) for index, item in enumerate(written)
            ]
        else:
            resolved[name] = self._target(entity, written, pointer, rule)

    def _target(
        self, entity: CatalogueEntity, written: object, pointer: str, rule: ReferenceRule
    ) -> Entity | Unreadable:
        if not isinstance(written, str):
            return Unreadable(entity.fault)
        parsed = parse_reference(written, rule, entity.reference.namespace, self.kinds)
        target = self.entities.get(parsed.identity) if isinstance(parsed, EntityReference) else None
        if target is None:
            return self._dangling(entity, written, parsed, pointer, rule)
        self._mention(target.reference.identity, rule, Unreadable(entity.fault) if entity.fault else entity.value)
        return Unreadable(target.fault) if target.fault else target.value

    def _dangling(
        self, entity: CatalogueEntity, written: str, parsed: EntityReference | str, pointer: str, rule: ReferenceRule
    ) -> Unreadable:
        if not self.dangling_is_a_problem:
            return Unreadable(None)
        problem = self._problem(entity, written, parsed, pointer)
        self.problems.append(problem)
        meant = parse_reference(problem.suggestion, rule, entity.reference.namespace, self.kinds)
        if isinstance(meant, EntityReference):
            self._mention(meant.identity, rule, Unreadable(problem))
        return Unreadable(problem)

    def _problem(self, entity: CatalogueEntity, written: str, parsed: EntityReference | str, pointer: str) -> Problem:
        place = self.marks(entity).nearest(pointer)
        if isinstance(parsed, str):
            return Problem(
                "reference",
                parsed,
                place,
                expected="[kind:][namespace/]name",
                remediation="Write the name of an entity, with its kind before it where several are possible.",
                subject=entity.name,
            )
        names = [item.reference.name for item in self.entities.values() if item.kind.name == parsed.kind]
        prefix = written[: -len(parsed.name)] if written.endswith(parsed.name) else ""
        meant = suggest(parsed.name, names)
        return Problem(
            "reference",
            f'there is no {parsed.kind} "{parsed.name}"',
            place,
            expected=_listed(parsed.kind, names),
            suggestion=f"{prefix}{meant}" if meant else "",
            remediation=f"Correct the name, or describe {parsed.kind} {parsed.name} in the catalogue.",
            subject=entity.name,
        )

    def _mention(self, target: Identity, rule: ReferenceRule, by: Entity | Unreadable) -> None:
        if rule.inverse:
            self._mentions.setdefault((target, rule.inverse), {})[id(by)] = by


def _order(item: Entity | Unreadable) -> tuple[bool, str]:
    return (True, "") if isinstance(item, Unreadable) else (False, item.reference)


def _escaped(key: object) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")


_LISTED = 12


def _listed(kind: str, names: list[str]) -> str:
    if not names:
        return f"the catalogue holds no {kind}"
    shown = sorted(names)[:_LISTED]
    rest = len(names) - len(shown)
    return f"one of {', '.join(shown)}" + (f" and {rest} more" if rest else "")
