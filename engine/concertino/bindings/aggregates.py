"""Values over all entities of a kind, computed once in a run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from concertino.bindings.seen import Bindings
from concertino.catalogue import Catalogue
from concertino.expressions import Entity, EvaluationError, Unreadable, UnreadableError
from concertino.policies import Aggregate

_Fold = Callable[[list[object]], object]


@dataclass(frozen=True)
class Group:
    """The values of the members of one group, in the order of their references."""

    values: tuple[object, ...] = ()


@dataclass(frozen=True)
class AggregateTable:
    """One aggregate of one policy, its groups formed when the first entity asks."""

    aggregate: Aggregate
    catalogue: Catalogue
    _groups: dict[object, list[object]] = field(default_factory=dict)
    _formed: list[bool] = field(default_factory=list)

    def value_for(self, bindings: Bindings) -> object:
        """The folded value of the group that the judged entity asks for.

        Raises:
            EvaluationError: the group has no member and the aggregate has no value for that, or an expression has none.
            UnreadableError: an entity that might be a member has faults, so nobody can know the value.
        """
        if not self._formed:
            self._form(bindings)
        if self.aggregate.at is None:
            values = [value for group in self._groups.values() for value in group]
        else:
            values = self._groups.get(_hashable(bindings.evaluate(self.aggregate.at)), [])
        return fold_values(self.aggregate, values)

    def members_for(self, bindings: Bindings) -> tuple[tuple[str, object], ...]:
        """The members of the group that the judged entity asks for: their references, and the value each gives.

        Raises what `value_for` raises.
        """
        wanted = _hashable(bindings.evaluate(self.aggregate.at)) if self.aggregate.at else None
        found: list[tuple[str, object]] = []
        for member in self._members(bindings):
            by = member.evaluate(self.aggregate.by) if self.aggregate.by else None
            if self.aggregate.at is None or _hashable(by) == wanted:
                item = member["item"]
                value = member.evaluate(self.aggregate.value) if self.aggregate.value else None
                found.append((item.reference if isinstance(item, Entity) else "", value))
        return tuple(found)

    def _form(self, bindings: Bindings) -> None:
        for member in self._members(bindings):
            by = member.evaluate(self.aggregate.by) if self.aggregate.by else None
            value = member.evaluate(self.aggregate.value) if self.aggregate.value else None
            self._groups.setdefault(_hashable(by), []).append(value)
        self._formed.append(True)

    def _members(self, bindings: Bindings) -> Iterator[Bindings]:
        for entity in self.catalogue.of_kind(self.aggregate.over):
            if entity.fault:
                self._groups.clear()
                raise UnreadableError(Unreadable(entity.fault))
            member = bindings.for_member(entity.value)
            if self.aggregate.where is None or member.evaluate(self.aggregate.where) is True:
                yield member


def fold_values(aggregate: Aggregate, values: list[object]) -> object:
    """The values folded into one.

    Raises:
        EvaluationError: there are no values and the aggregate does not say what holds then.
    """
    if values or (aggregate.otherwise is None and aggregate.fold in _EMPTY):
        return _FOLDS[aggregate.fold](values)
    if aggregate.otherwise is None:
        raise EvaluationError(f'"{aggregate.name}" has no members to take the {aggregate.fold} of; give it "otherwise"')
    return aggregate.otherwise


def _numbers(values: list[object]) -> list[float]:
    return [value for value in values if isinstance(value, int | float)]


def _lowest(values: list[object]) -> object:
    texts = [value for value in values if isinstance(value, str)]
    return min(texts) if texts else min(_numbers(values))


def _highest(values: list[object]) -> object:
    texts = [value for value in values if isinstance(value, str)]
    return max(texts) if texts else max(_numbers(values))


def _hashable(value: object) -> object:
    """Something that is equal for values that the language calls equal. Truth is no number there; in Python it is."""
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, list):
        return ("list", *(_hashable(item) for item in value))
    if isinstance(value, dict) and type(value) is dict:
        return ("map", frozenset((_hashable(key), _hashable(item)) for key, item in value.items()))
    return value


_FOLDS: dict[str, _Fold] = {
    "count": len,
    "sum": lambda values: sum(_numbers(values)),
    "min": _lowest,
    "max": _highest,
    "average": lambda values: sum(_numbers(values)) / len(values),
    "list": list,
    "distinct": lambda values: len({_hashable(value) for value in values}),
}
_EMPTY = ("count", "sum", "distinct", "list")
