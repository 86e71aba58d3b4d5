"""The entities of a case as they are written down, with the changes made to them."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TypeAlias

from concertino.catalogue import parse_reference
from concertino.documents import Positions, ScalarMark
from concertino.kinds import ANY_KIND, Kinds, ReferenceRule
from concertino.model.json import JsonObject, JsonValue
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.model.reference import DEFAULT_NAMESPACE, EntityReference
from concertino.model.suggest import suggest

Identity: TypeAlias = tuple[str, str, str]
WrittenEntities: TypeAlias = dict[Identity, tuple[str, dict[str, JsonValue]]]
"""Pointer and value of the entities of a case, by identity."""
_ANY = ReferenceRule((ANY_KIND,), "")
_NOTHING_TESTED = "Correct the name: a case about something that does not exist tests nothing."


@dataclass(frozen=True)
class CasesFile:
    """A `cases.yaml` as it is written: where things stand in it, and what is wrong with the names it uses."""

    policy: str
    marks: Positions
    kinds: Kinds
    problems: list[Problem] = field(default_factory=list)

    def entities(self, holders: Iterable[tuple[JsonObject, str]]) -> WrittenEntities:
        """The entities under `entities` of each holder; a later one stands in for an earlier one of the same name."""
        found: WrittenEntities = {}
        for holder, pointer in holders:
            for number, entity in enumerate(listed(holder, "entities")):
                metadata = mapping(entity, "metadata")
                name, space = str(metadata.get("name")), str(metadata.get("namespace", DEFAULT_NAMESPACE))
                reference = EntityReference(str(entity.get("kind")), space, name)
                copied = deepcopy(dict(entity))
                copied.setdefault("apiVersion", "concertino/v1")
                copied.setdefault("spec", {})
                found[reference.identity] = (f"{pointer}/entities/{number}", copied)
        return found

    def changed(self, entities: WrittenEntities, holder: JsonObject, pointer: str) -> WrittenEntities:
        """The same entities, with what the holder says under `change` done to them."""
        for number, change in enumerate(listed(holder, "change")):
            self._change(entities, change, f"{pointer}/change/{number}")
        return entities

    def changes(self, holder: JsonObject, pointer: str) -> dict[Identity, dict[str, str]]:
        """Where the holder sets what: the pointers of its changes, by what they set in which entity."""
        found: dict[Identity, dict[str, str]] = {}
        for number, change in enumerate(listed(holder, "change")):
            reference = self.reference(str(change.get("entity")))
            if reference and "set" in change:
                inside = "/" + str(change["set"]).replace(".", "/")
                found.setdefault(reference.identity, {})[inside] = f"{pointer}/change/{number}"
        return found

    def take_away(self, entities: WrittenEntities, told: JsonObject, pointer: str) -> None:
        """Remove the entities that the holder names under `absent`."""
        absent = told.get("absent")
        for number, written in enumerate(absent if isinstance(absent, list) else []):
            reference = self.reference(str(written))
            if reference is None or entities.pop(reference.identity, None) is None:
                known = [f"{kind}:{name}" for kind, _, name in entities]
                self.known("entity", [str(written)], known, f"{pointer}/absent/{number}")

    def reference(self, text: str) -> EntityReference | None:
        """The entity that a text means, if it is a reference at all."""
        parsed = parse_reference(text, _ANY, DEFAULT_NAMESPACE, self.kinds)
        return parsed if isinstance(parsed, EntityReference) else None

    def known(
        self, what: str, names: Mapping[str, JsonValue] | list[str], known: tuple[str, ...] | list[str], pointer: str
    ) -> None:
        """Unknown names are errors: a case about something that does not exist would test nothing."""
        for name in names:
            if name not in known:
                key = isinstance(names, Mapping)
                place = self.marks.head(f"{pointer}/{name}") if key else self.marks.nearest(pointer)
                expected = f"one of {', '.join(known)}" if known else f"there is no {what} at all"
                meant = suggest(name, known)
                message = f'there is no {what} "{name}"'
                self.problems.append(
                    Problem("cases", message, place, expected, meant, _NOTHING_TESTED, subject=self.policy)
                )

    def misspelt(self, pointer: str, message: str, meant: str) -> None:
        """Report a path that leads nowhere."""
        place = self.marks.nearest(pointer)
        self.problems.append(
            Problem("cases", message, place, suggestion=meant, remediation=_NOTHING_TESTED, subject=self.policy)
        )

    def _change(self, entities: WrittenEntities, change: JsonObject, pointer: str) -> None:
        reference = self.reference(str(change.get("entity")))
        found = entities.get(reference.identity) if reference else None
        if found is None:
            known = [f"{kind}:{name}" for kind, _, name in entities]
            self.known("entity", [str(change.get("entity"))], known, f"{pointer}/entity")
            return
        path = str(change.get("set") or change.get("remove")).split(".")
        if not _put(found[1], path, change.get("to"), remove="remove" in change):
            message = f'"{".".join(path)}" leads nowhere in {change.get("entity")}'
            place = self.marks.head(pointer)
            remedy = "Correct the path: it is written from the top of the entity, such as spec.demand."
            self.problems.append(Problem("cases", message, place, remediation=remedy, subject=self.policy))


@dataclass(frozen=True)
class CaseMarks:
    """Places of entities that are written inside a cases file: where each stands, and where its changes stand."""

    marks: Positions
    entities: list[tuple[str, Mapping[str, str]]]

    def of(self, file: str, index: int) -> Positions:  # noqa: ARG002 - all entities of a case stand in one file
        """The positions in one entity of the case."""
        return _Inside(self.marks, *self.entities[index])


class _Inside(Positions):
    """The positions of an entity: below one node of a document, and of what a case sets in it, in the case."""

    def __init__(self, marks: Positions, prefix: str, changes: Mapping[str, str]) -> None:
        self._marks = marks
        self._prefix = prefix
        self._changes = changes

    def value(self, pointer: str) -> Place:
        return self._marks.value(self._at(pointer))

    def key(self, pointer: str) -> Place:
        return self._path(pointer) or self._marks.key(self._at(pointer))

    def nearest(self, pointer: str) -> Place:
        made = self._path(pointer) if pointer not in self._changes else None
        return made or self._marks.nearest(self._at(pointer))

    def head(self, pointer: str) -> Place:
        return self._path(pointer) or self._marks.head(self._at(pointer))

    def scalar(self, pointer: str) -> ScalarMark | None:
        return self._marks.scalar(self._at(pointer))

    def _path(self, pointer: str) -> Place | None:
        """The path in a change that names this node, if no key does."""
        for path, change in self._changes.items():
            if path == pointer or (path.startswith(f"{pointer}/") and not self._stands(pointer)):
                return self._marks.nearest(f"{change}/set")
        return None

    def _stands(self, pointer: str) -> bool:
        """Whether the entity has this node before anything is changed."""
        return self._marks.nearest(self._prefix + pointer).pointer == self._prefix + pointer

    def _at(self, pointer: str) -> str:
        """The pointer in the cases file: below the longest path that a change sets, or in the entity as it stands."""
        set_above = [path for path in self._changes if f"{pointer}/".startswith(f"{path}/")]
        if not set_above:
            return self._prefix + pointer
        path = max(set_above, key=len)
        return f"{self._changes[path]}/to{pointer[len(path) :]}"


def _put(holder: JsonValue, path: list[str], value: JsonValue | None, *, remove: bool) -> bool:
    """Set or remove the node at `path`; whether the path led anywhere."""
    *above, last = path
    for part in above:
        if isinstance(holder, list) and part.isdigit() and int(part) < len(holder):
            holder = holder[int(part)]
        elif isinstance(holder, dict):
            holder = holder.setdefault(part, {}) if not remove else holder.get(part, "")
        else:
            return False
    if isinstance(holder, list) and last.isdigit() and int(last) < len(holder):
        holder[int(last)] = value
        if remove:
            del holder[int(last)]
        return True
    if not isinstance(holder, dict) or (remove and last not in holder):
        return False
    holder[last] = value
    if remove:
        del holder[last]
    return True


def mapping(value: JsonObject, key: str) -> JsonObject:
    """The mapping under a key, or an empty one."""
    item = value.get(key)
    return item if isinstance(item, Mapping) else {}


def listed(value: JsonObject, key: str) -> list[JsonObject]:
    """The mappings in the list under a key."""
    item = value.get(key)
    return [element for element in item if isinstance(element, Mapping)] if isinstance(item, list) else []
