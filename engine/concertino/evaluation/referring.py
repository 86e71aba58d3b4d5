"""References of others to an entity: an inverse list is changed where it is written, in the documents of others."""

from collections.abc import Iterator

from concertino.bindings import Spot
from concertino.catalogue import CatalogueEntity, Overlay, parse_reference
from concertino.evaluation.domains import reference_text
from concertino.evaluation.trial import Trial
from concertino.kinds import ANY_KIND, Plan, ReferenceRule
from concertino.model.edit import APPEND
from concertino.model.json import JsonObject, JsonValue

_MOST_REFERRERS = 20


def referring(overlay: Overlay, spot: Spot) -> Iterator[Iterator[Trial]]:
    """For each entity that may stand in the inverse list at a spot: references taken away, or added.

    The entities that are in the list come first. Of the others no more than twenty of a kind are tried.
    """
    name, target = spot.pointer.rpartition("/")[2], overlay.catalogue.by_name[spot.entity]
    for kind in overlay.builder.kinds.by_name.values():
        if kind.derived or kind.plan is None or not _refers(kind.plan, name, target.kind.name):
            continue
        members = overlay.catalogue.of_kind(kind.name)
        inside = _names(target, name)
        for member in sorted(members, key=lambda one: (one.name not in inside, one.name))[:_MOST_REFERRERS]:
            document = overlay.written(member.name)
            if document is not None:
                yield _Referrer(overlay, member, target, name).trials(document, kind.plan)


def _names(target: CatalogueEntity, name: str) -> set[str]:
    inverse = target.value.get("inverse")
    found = inverse.get(name) if isinstance(inverse, dict) else None
    return {getattr(item, "reference", "") for item in found} if isinstance(found, list) else set()


def _refers(plan: Plan, name: str, kind: str) -> bool:
    return any(_fits(rule, name, kind) for part in plan.parts() for rule in part.references.values())


def _fits(rule: ReferenceRule, name: str, kind: str) -> bool:
    return rule.inverse == name and (kind in rule.kinds or ANY_KIND in rule.kinds)


class _Referrer:
    """One entity that refers, or may refer, to another one."""

    def __init__(self, overlay: Overlay, member: CatalogueEntity, target: CatalogueEntity, name: str) -> None:
        self._kinds = overlay.builder.kinds
        self._member = member
        self._target = target
        self._name = name

    def trials(self, document: JsonObject, plan: Plan) -> Iterator[Trial]:
        """References taken away and added."""
        yield from (Trial.of(self._member.name, pointer, value) for pointer, value in self._walk(document, plan, ""))

    def _walk(self, value: JsonValue, plan: Plan, pointer: str) -> Iterator[tuple[str, JsonValue | None]]:
        if isinstance(value, list) and plan.element:
            for index, item in enumerate(value):
                yield from self._walk(item, plan.element, f"{pointer}/{index}")
        if not isinstance(value, dict):
            return
        for field, rule in plan.references.items():
            if _fits(rule, self._name, self._target.kind.name):
                yield from self._field(value.get(field), rule, f"{pointer}/{field}")
        for field, part in plan.fields.items():
            if field in value:
                yield from self._walk(value[field], part, f"{pointer}/{field}")

    def _field(
        self, written: JsonValue | None, rule: ReferenceRule, pointer: str
    ) -> Iterator[tuple[str, JsonValue | None]]:
        text = reference_text(self._member, self._target, rule)
        if isinstance(written, list):
            inside = [index for index, item in enumerate(written) if self._means(item, rule)]
            yield from ((f"{pointer}/{index}", None) for index in inside)
            if not inside and text:
                yield f"{pointer}/{APPEND}", text
        elif written is not None and self._means(written, rule):
            yield pointer, None
        elif text:
            # Which of the two a field that is left out takes, its schema tells.
            yield pointer, text
            if written is None:
                yield pointer, [text]

    def _means(self, written: JsonValue, rule: ReferenceRule) -> bool:
        if not isinstance(written, str):
            return False
        found = parse_reference(written, rule, self._member.reference.namespace, self._kinds)
        return not isinstance(found, str) and found.identity == self._target.reference.identity
