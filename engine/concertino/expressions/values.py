"""The values of expressions, where plain Python has none, and the ways in which an evaluation ends without one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, NoReturn

CHANGE: Final = "history.Change"
"""The name of the shape of a `Change`."""


class Uint(int):
    """An unsigned 64-bit number. It equals the `int` of the same value, as the language wants, but keeps its type."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, order=True)
class Timestamp:
    """A point in time: nanoseconds since 1970-01-01T00:00:00Z, within the years 1 to 9999."""

    nanoseconds: int


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A length of time in nanoseconds; negative when it points backwards."""

    nanoseconds: int


@dataclass(frozen=True, slots=True)
class TypeValue:
    """A type as a value: what `type(x)` gives and what names such as `int` stand for. Parameters do not count."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class CelOptional:
    """An optional value. Without `present`, `value` means nothing; `ABSENT` is the one that holds nothing."""

    value: object
    present: bool = True


ABSENT: Final = CelOptional(None, present=False)


class Entity(dict[str, object]):
    """An entity among its neighbours.

    Entities refer to each other in circles, so two of them are equal only if they are the same object: comparing the
    contents would never end.
    """

    __slots__ = ("reference",)

    def __init__(self, reference: str, values: dict[str, object] | None = None) -> None:
        super().__init__(values or {})
        self.reference = reference

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Unreadable):
            raise UnreadableError(other)
        return self is other

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = object.__hash__  # type: ignore[assignment] # a dict has no hash; identity gives one

    def __repr__(self) -> str:
        return f"Entity({self.reference!r})"


class Computed(dict[str, object]):
    """A mapping whose fields are computed when somebody looks into it, each once, failures included.

    `names` are all fields that there can be. `compute` gives the value of one, or `ABSENT` if it is left out here; what
    it raises (`EvaluationError`, `UnreadableError`) is raised for whoever asks for the field. Going through the fields
    leaves out those that fail: that is for showing them.
    """

    __slots__ = ("_compute", "_failures", "names")

    def __init__(self, names: tuple[str, ...], compute: Callable[[str], object]) -> None:
        super().__init__()
        self.names = names
        self._compute = compute
        self._failures: dict[str, EvaluationError | UnreadableError] = {}

    def __missing__(self, name: str) -> object:
        if name in self._failures:
            raise self._failures[name]
        if name not in self.names:
            raise KeyError(name)
        try:
            value = self._compute(name)
        except (EvaluationError, UnreadableError) as failure:
            self._failures[name] = failure
            raise
        self[name] = value
        return value

    def __getitem__(self, name: str) -> object:
        value = super().__getitem__(name)
        if value is ABSENT:
            raise KeyError(name)
        return value

    def __contains__(self, name: object) -> bool:
        try:
            self[name]  # type: ignore[index] # any key may be asked for; one that is no text is in no map of ours
        except KeyError:
            return False
        return True

    def get(self, name: str, default: object = None) -> object:
        """The value of a field, or `default` if it is left out."""
        try:
            return self[name]
        except KeyError:
            return default

    def __iter__(self) -> Iterator[str]:
        return (name for name in self.names if self._is_there(name))

    def keys(self) -> list[str]:  # type: ignore[override] # a view of what is not computed yet would lie
        """The names of the fields that are there."""
        return list(self)

    def values(self) -> list[object]:  # type: ignore[override] # as above
        """The values of the fields that are there."""
        return [self[name] for name in self]

    def items(self) -> list[tuple[str, object]]:  # type: ignore[override] # as above
        """The fields that are there, with their values."""
        return [(name, self[name]) for name in self]

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    __hash__ = object.__hash__  # type: ignore[assignment] # what computes is told apart by identity

    def _is_there(self, name: str) -> bool:
        try:
            return name in self
        except (EvaluationError, UnreadableError):
            return False


class Change(dict[str, object]):
    """One change of a value in the past, a mapping of the shape `history.Change`.

    The fields can't tell which of two commits came first: `ancestry` tells it of their `position`s in the history.
    """

    __slots__ = ("ancestry", "position")

    def __init__(self, values: dict[str, object], position: int, ancestry: Callable[[int, int], bool]) -> None:
        super().__init__(values)
        self.position = position
        self.ancestry = ancestry

    def is_before(self, other: "Change") -> bool:
        """Whether this change's commit is a proper ancestor of the other's."""
        return self.ancestry(self.position, other.position)

    def __str__(self) -> str:
        return str(self.get("commit")) or "what is not committed yet"


@dataclass(frozen=True, slots=True, eq=False)
class Unreadable:
    """Stands in data where something can't be read: behind a dangling reference, or for an entity with faults.

    Passing it on is harmless; looking into it is not. So comparing it, asking whether it is true or hashing it
    raises `UnreadableError`, in Python as in an expression. Compare the `cause` where one must.
    """

    cause: object

    def __eq__(self, other: object) -> bool:
        raise UnreadableError(self)

    def __ne__(self, other: object) -> bool:
        raise UnreadableError(self)

    def __bool__(self) -> Literal[True]:
        raise UnreadableError(self)

    def __hash__(self) -> int:
        raise UnreadableError(self)


class EvaluationError(Exception):
    """An expression has no value: the runtime error of the language.

    `node_id` is the node of the checked tree that failed, 0 if unknown; its offset in the source is in the tree.
    """

    def __init__(self, message: str, node_id: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.node_id = node_id


class UnreadableError(Exception):
    """An expression reads through an `Unreadable`.

    Like an error it is absorbed by `||`, `&&`, `all` and `exists` when the other side decides; otherwise it wins over
    an `EvaluationError`, since what is behind it might have decided.
    """

    def __init__(self, unreadable: Unreadable, node_id: int = 0) -> None:
        super().__init__(f"unreadable: {unreadable.cause}")
        self.unreadable = unreadable
        self.node_id = node_id


class BudgetError(Exception):
    """An evaluation visits or builds more than the limits allow. Never absorbed."""


def refuse(message: str) -> NoReturn:
    """Raise an `EvaluationError`: an expression, where `raise` is a statement."""
    raise EvaluationError(message)
