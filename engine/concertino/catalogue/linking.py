"""Entities to a catalogue: references both ways."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from concertino.catalogue.catalogue import CatalogueEntity, Identity
from concertino.catalogue.dangling import Dangling
from concertino.catalogue.reference import parse_reference
from concertino.catalogue.repeats import Repeats
from concertino.documents import Positions
from concertino.expressions.values import Entity, Unreadable
from concertino.kinds import Kinds, Plan, ReferenceRule
from concertino.model.problem import Problem
from concertino.model.reference import EntityReference

_Mention = tuple[CatalogueEntity, str, ReferenceRule]


@dataclass(frozen=True)
class Linker:
    """Adds `refs` and `inverse` to the values of entities, in place: they were read for this catalogue alone.

    A reference that leads nowhere, or to a faulty entity, becomes `Unreadable` on both sides, so that one fault in the
    catalogue stays one finding.
    """

    kinds: Kinds
    entities: Mapping[Identity, CatalogueEntity]
    marks: Callable[[CatalogueEntity], Positions]
    dangling_is_a_problem: bool = True
    unidentified: Mapping[tuple[str, str], Problem] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    repeats: Repeats = field(default_factory=Repeats)
    _waiting: list[tuple[CatalogueEntity, str, dict[str, object], str, ReferenceRule]] = field(default_factory=list)
    _read: dict[tuple[str, tuple[str, ...], str], EntityReference | str] = field(default_factory=dict)
    _later: dict[tuple[str, ...], bool] = field(default_factory=dict)
    _mentions: dict[tuple[Identity, str], dict[int, Entity | Unreadable]] = field(default_factory=dict)

    def link(self, entities: Iterable[CatalogueEntity]) -> None:
        """Resolve what these entities refer to. References to derived kinds wait for `finish`."""
        for entity in entities:
            if entity.kind.plan:
                self._walk(entity, entity.value, entity.kind.plan, "")

    @property
    def mentions(self) -> frozenset[tuple[Identity, str]]:
        """The inverse lists that have somebody in them: the entity referred to, and the name of the list."""
        return frozenset(self._mentions)

    def finish(self) -> None:
        """Resolve the references to derived kinds, once those exist."""
        self.__dict__.pop("_nowhere", None)
        for entity, pointer, holder, name, rule in self._waiting:
            self._resolve(entity, pointer, holder, name, rule)
        self._waiting.clear()
        self.problems.extend(self.repeats.problems())

    def add_inverses(self) -> None:
        """Write the lists of those who refer to an entity, sorted by reference; every name has its list."""
        for entity in self.entities.values():
            shape = self.kinds.vocabulary.shapes.get(f"{entity.kind.name}.inverse")
            names = shape.fields if shape else {}
            entity.value["inverse"] = {
                name: sorted(self._mentions.get((entity.reference.identity, name), {}).values(), key=sort_key)
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
            if self._waits(rule):
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
        parsed = self._parsed(written, rule, entity.reference.namespace)
        target = self.entities.get(parsed.identity) if isinstance(parsed, EntityReference) else None
        if target is None:
            return self._dangling(entity, written, parsed, pointer, rule)
        self._mention(target.reference.identity, rule, Unreadable(entity.fault) if entity.fault else entity.value)
        return Unreadable(target.fault) if target.fault else target.value

    def _parsed(self, written: str, rule: ReferenceRule, namespace: str) -> EntityReference | str:
        """Read once what stands in many rows of a table."""
        key = (written, rule.kinds, namespace)
        if key not in self._read:
            self._read[key] = parse_reference(written, rule, namespace, self.kinds)
        return self._read[key]

    def _waits(self, rule: ReferenceRule) -> bool:
        """Whether a reference may lead to a derived kind, whose entities come later."""
        if rule.kinds not in self._later:
            kinds = [self.kinds.find(name) for name in rule.kinds]
            self._later[rule.kinds] = rule.any_kind or any(kind.derived for kind in kinds if kind)
        return self._later[rule.kinds]

    def _dangling(
        self, entity: CatalogueEntity, written: str, parsed: EntityReference | str, pointer: str, rule: ReferenceRule
    ) -> Unreadable:
        if not self.dangling_is_a_problem:
            return Unreadable(None)
        told = self._nowhere.told(entity, parsed)
        if told is not None:
            return Unreadable(told)
        place = self.marks(entity).nearest(pointer)
        again = self.repeats.again(entity, written, place)
        if again is not None:
            return again
        problem = self._nowhere.problem(entity, written, parsed, rule, place)
        unreadable = Unreadable(problem)
        if not self.repeats.tell(entity, written, problem, unreadable):
            self.problems.append(problem)
        meant = parse_reference(problem.suggestion, rule, entity.reference.namespace, self.kinds)
        if isinstance(meant, EntityReference):
            self._mention(meant.identity, rule, unreadable)
        return unreadable

    @cached_property
    def _nowhere(self) -> Dangling:
        """Made when the first reference leads nowhere, and once more when the derived kinds are there."""
        return Dangling(self.kinds, self.entities, self.unidentified)

    def _mention(self, target: Identity, rule: ReferenceRule, by: Entity | Unreadable) -> None:
        if rule.inverse:
            self._mentions.setdefault((target, rule.inverse), {})[id(by)] = by


def sort_key(item: Entity | Unreadable) -> tuple[bool, str]:
    """The order of an inverse list: by reference, what can't be read at the end."""
    return (True, "") if isinstance(item, Unreadable) else (False, item.reference)


def _escaped(key: object) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")
