"""What a change touches of all that judges: configuration, policies, schemas, decision rights, people, exceptions."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.evaluation.history import TEAM_KIND
from concertino.model.json import JsonValue
from concertino.model.problem import Problem
from concertino.model.snapshot import Snapshot
from concertino.policies import CONFIGURATION_FILE, Configuration, Policy
from concertino.verdict.approvers import GENERAL_RIGHT, Approver, Approvers, unique
from concertino.verdict.entry import registered
from concertino.verdict.force_shape import EXCEPTION_KIND
from concertino.verdict.misplaced import SCHEMA_ENDING
from concertino.verdict.rights import RIGHT_KIND, handle, scope_of
from concertino.verdict.rules import Rules

_LINKS = ("refs", "inverse")
_PACK_FILES = ("/pack.yaml", "/decision-model.yaml")
_MOST_NAMED = 6
_NOT_SETTINGS = ("overrides", "locate", "written")


class Area(StrEnum):
    """What is touched. The order is that of reports, after that of what was done."""

    CONFIGURATION = "configuration"
    POLICY = "policy"
    PACK = "pack"
    SCHEMA = "schema"
    RIGHT = "right"
    TEAM = "team"
    EXCEPTION = "exception"


class Touch(StrEnum):
    """What was done to it."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Touched:
    """One thing that a change touches: what it is called, what was done to it, and who must approve.

    Without `approvers` nobody can be named, and that is worth knowing, too.
    """

    area: Area
    name: str
    touch: Touch
    detail: str
    approvers: tuple[Approver, ...] = ()


@dataclass(frozen=True)
class Grounded:
    """One side of a change: its files, the rules that stand in them, and its catalogue."""

    snapshot: Snapshot
    rules: Rules
    catalogue: Catalogue


def touched(base: Grounded, head: Grounded, approvers: Approvers) -> tuple[Touched, ...]:
    """What a change from `base` to `head` touches of all that judges.

    What is removed comes first and what is added last, since nothing that is added may push a removal out of sight.
    """
    change = _Change(base, head, approvers)
    found = (
        *change.configuration(),
        *change.policies(),
        *change.files(Area.PACK, lambda item: item.policies, _PACK_FILES),
        *change.files(Area.SCHEMA, lambda item: item.schemas, (SCHEMA_ENDING,)),
        *change.rights(),
        *change.teams(),
        *change.exceptions(),
    )
    touches, areas = (Touch.REMOVED, Touch.CHANGED, Touch.ADDED), list(Area)
    return tuple(sorted(found, key=lambda item: (touches.index(item.touch), areas.index(item.area), item.name)))


@dataclass(frozen=True)
class _Change:
    base: Grounded
    head: Grounded
    approvers: Approvers

    def configuration(self) -> Iterator[Touched]:
        before, after = (side.rules.configuration for side in (self.base, self.head))
        details = tuple(_settings(before, after))
        broken = {item.message for item in _broken(self.head)} - {item.message for item in _broken(self.base)}
        if broken:
            details = ("it can't be used as it is",)
        if details or before.written is not after.written:
            touch = Touch.CHANGED if before.written is after.written else _touch(before.written, after.written)
            yield self._general(Area.CONFIGURATION, CONFIGURATION_FILE, touch, _listed(details))

    def policies(self) -> Iterator[Touched]:
        before, after = ({item.id: item for item in side.rules.policies.policies} for side in (self.base, self.head))
        for name in before.keys() | after.keys():
            old, new = before.get(name), after.get(name)
            if old and new and _same_policy(old, new):
                continue
            policy = old or new
            who = self.approvers.holding(policy.approval_right if policy else "")
            yield Touched(Area.POLICY, name, _touch(bool(old), bool(new)), self._policy(name, old, new), who)
        was, now = (set(side.rules.policies.ids) for side in (self.base, self.head))
        for name in (was ^ now) - before.keys() - after.keys():
            detail = "it judges nothing, since it is broken or switched off"
            yield self._general(Area.POLICY, name, _touch(name in was, name in now), detail)

    def _policy(self, name: str, old: Policy | None, new: Policy | None) -> str:
        if old and new:
            return _listed(_policy_details(old, new))
        if old and name in self.head.rules.policies.switched_off:
            return f"{old.title}: the configuration switches it off"
        if old and name in self.head.rules.policies.ids:
            return f"{old.title}: it does not compile any more"
        found = old or new
        return found.title if found else ""

    def files(self, area: Area, folder: Callable[[Configuration], str], endings: tuple[str, ...]) -> Iterator[Touched]:
        """Files that are rules themselves, by their paths. Only line endings may differ in silence."""
        before, after = (_contents(side, folder(side.rules.configuration), endings) for side in (self.base, self.head))
        for path in before.keys() | after.keys():
            if before.get(path) != after.get(path):
                yield self._general(area, path, _touch(path in before, path in after), "")

    def rights(self) -> Iterator[Touched]:
        for name, old, new in self._differing(RIGHT_KIND):
            held = unique(self.approvers.holding(right) for right in _texts((old, new), "right"))
            who = (self.approvers.of_right(name) or held) if old else held
            yield Touched(Area.RIGHT, name, _touch(bool(old), bool(new)), _right_detail(old, new), who)

    def teams(self) -> Iterator[Touched]:
        after = Approvers.of(self.head.catalogue)
        for name, old, new in self._differing(TEAM_KIND):
            before_people, people = _people(old), _people(new)
            details = tuple(_members(before_people, people))
            held = self.approvers.rights_of(name)
            gained = tuple(item for item in after.rights_of(name) if item not in held)
            if not details or not (held or gained or any(before_people.values()) or any(people.values())):
                continue
            who = unique(self.approvers.of_right(item) for item in held) or self.approvers.holding(GENERAL_RIGHT)
            means = f"it holds {_listed([*held, *gained])}" if held or gained else "its keys can sign"
            yield Touched(Area.TEAM, name, _touch(bool(old), bool(new)), f"{_listed(details)}; {means}", who)

    def exceptions(self) -> Iterator[Touched]:
        for name, old, new in self._differing(EXCEPTION_KIND):
            who = unique(self._of_exception(item) for item in (old, new) if item)
            yield Touched(Area.EXCEPTION, name, _touch(bool(old), bool(new)), _exception_detail(old, new), who)

    def _of_exception(self, entity: CatalogueEntity) -> tuple[Approver, ...]:
        """Whoever may approve an exception from each of its policies, on each entity that it names."""
        item = registered(entity)
        known = {one.id: one for side in (self.head, self.base) for one in side.rules.policies.policies}
        scopes = [scope_of(found) for name in sorted(item.subjects) if (found := self._entity(name))]
        rights = [known[name].approval_right for name in item.policies if name in known] or [""]
        if not scopes:
            return unique(self.approvers.holding(right) for right in rights)
        return unique(self.approvers.holding(right, scope) for right in rights for scope in scopes)

    def _entity(self, name: str) -> CatalogueEntity | None:
        return self.head.catalogue.by_name.get(name) or self.base.catalogue.by_name.get(name)

    def _differing(self, kind: str) -> Iterator[tuple[str, CatalogueEntity | None, CatalogueEntity | None]]:
        """The entities of a kind that are not the same on both sides, wherever they stand."""
        before, after = (
            {item.reference.identity: item for item in side.catalogue.of_kind(kind)} for side in (self.base, self.head)
        )
        for identity in sorted(before.keys() | after.keys()):
            old, new = before.get(identity), after.get(identity)
            if _spec(old) != _spec(new) or bool(old) is not bool(new):
                yield (new or old).name, old, new  # type: ignore[union-attr]  # one of the two is there

    def _general(self, area: Area, name: str, touch: Touch, detail: str) -> Touched:
        return Touched(area, name, touch, detail, self.approvers.holding(GENERAL_RIGHT))


def _touch(before: bool, after: bool) -> Touch:  # noqa: FBT001 - two sides of the same kind
    if before and after:
        return Touch.CHANGED
    return Touch.REMOVED if before else Touch.ADDED


def _listed(parts: Iterable[str]) -> str:
    found = list(parts)
    rest = len(found) - _MOST_NAMED
    return ", ".join(found[:_MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _broken(side: Grounded) -> list[Problem]:
    return [item for item in side.rules.problems if item.check == "configuration"]


def _settings(before: Configuration, after: Configuration) -> Iterator[str]:
    """What says something else in one configuration than in the other, whatever their layout and comments."""
    for item in fields(Configuration):
        if item.name not in _NOT_SETTINGS and getattr(before, item.name) != getattr(after, item.name):
            yield _WORDS.get(item.name, item.name)
    for name in sorted(before.overrides.keys() | after.overrides.keys()):
        if before.overrides.get(name) != after.overrides.get(name):
            touch = _touch(name in before.overrides, name in after.overrides)
            yield f"override of {name} {touch}"


_WORDS = {
    "extends": "the packs it extends",
    "exception_parameters": "the limits of exceptions",
    "exception_reason": "why exceptions have other limits",
    "proof": "whose signature proves an approval",
    "limits": "how much is read and computed",
    "catalogue": "where the catalogue is",
    "records": "where the records are",
    "policies": "where policies are",
    "schemas": "where schemas are",
}


def _same_policy(old: Policy, new: Policy) -> bool:
    return old.digest == new.digest and not list(_graded(old, new))


def _policy_details(old: Policy, new: Policy) -> Iterator[str]:
    graded = list(_graded(old, new))
    yield from graded
    if dict(old.parameters) != dict(new.parameters):
        names = sorted(old.parameters.keys() | new.parameters.keys())
        yield from (
            f"{name} {old.parameters.get(name, 'none')} → {new.parameters.get(name, 'none')}"
            for name in names
            if old.parameters.get(name) != new.parameters.get(name)
        )
    elif not graded:
        yield "what it asks for, or how it says so"


def _graded(old: Policy, new: Policy) -> Iterator[str]:
    for name, word in (("severity", "severity"), ("enforcement", "enforcement"), ("approval_right", "approvalRight")):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield f"{word} {before or 'none'} → {after or 'none'}"


def _contents(side: Grounded, folder: str, endings: tuple[str, ...]) -> Mapping[str, bytes]:
    wanted = [path for path in side.snapshot.entries if path.startswith(f"{folder}/") and path.endswith(endings)]
    return {path: data.replace(b"\r\n", b"\n") for path, data in side.snapshot.read(wanted).items()}


def _spec(entity: CatalogueEntity | None) -> object:
    return _written(entity.value.get("spec")) if entity else None


def _written(value: object) -> object:
    """A value as somebody wrote it, without what links it to other entities."""
    if isinstance(value, dict):
        return {key: _written(item) for key, item in value.items() if key not in _LINKS}
    return [_written(item) for item in value] if isinstance(value, list) else value


def _mapping(entity: CatalogueEntity | None) -> Mapping[str, JsonValue]:
    spec = _spec(entity)
    return spec if isinstance(spec, dict) else {}


def _texts(entities: Iterable[CatalogueEntity | None], name: str) -> list[str]:
    found = {str(_mapping(item).get(name, "")) for item in entities if item}
    return sorted(found - {""})


def _right_detail(old: CatalogueEntity | None, new: CatalogueEntity | None) -> str:
    before, after = _mapping(old), _mapping(new)
    right = str((after or before).get("right", ""))
    if old and new:
        teams = [str(spec.get("accountable", "nobody")) for spec in (before, after)]
        if teams[0] != teams[1]:
            return f"{right}: accountable is {teams[1]} instead of {teams[0]}"
        return f"{right}: {_listed(_fields(before, after))}"
    return f"{right}: accountable is {(after or before).get('accountable', 'nobody')}"


def _people(entity: CatalogueEntity | None) -> dict[str, frozenset[str]]:
    """The members of a team by handle, with their keys."""
    members = _mapping(entity).get("members")
    found: dict[str, frozenset[str]] = {}
    for item in members if isinstance(members, list) else []:
        if isinstance(item, dict) and "handle" in item:
            keys = item.get("signingKeys")
            found[handle(item["handle"])] = frozenset(map(str, keys if isinstance(keys, list) else ()))
    return found


def _members(before: Mapping[str, frozenset[str]], after: Mapping[str, frozenset[str]]) -> Iterator[str]:
    for name in sorted(before.keys() | after.keys()):
        if name not in before:
            yield f"{name} joins" + (" with a signing key" if after[name] else "")
        elif name not in after:
            yield f"{name} leaves"
        elif before[name] != after[name]:
            yield f"{name} signs with other keys" if before[name] else f"{name} gets a signing key"


def _exception_detail(old: CatalogueEntity | None, new: CatalogueEntity | None) -> str:
    if old and new:
        return _listed(_fields(_mapping(old), _mapping(new)))
    entity = new or old
    if entity is None:
        return ""
    item = registered(entity)
    subjects = _listed(sorted(one.written for one in item.named)) or "what its match describes"
    return f"{_listed(item.policies) or 'any policy'} on {subjects} until {item.expires or 'no day'}"


def _fields(before: Mapping[str, JsonValue], after: Mapping[str, JsonValue]) -> list[str]:
    """The names of the fields that differ."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
