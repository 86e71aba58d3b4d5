"""What all values have in common at run time: their type, their words in a message, equality and order."""

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from concertino.expressions.meter import Meter
from concertino.expressions.values import (
    CelOptional,
    Change,
    Computed,
    Duration,
    Entity,
    EvaluationError,
    Timestamp,
    TypeValue,
    Uint,
    Unreadable,
    UnreadableError,
)

Overloads: TypeAlias = Mapping[str, Mapping[tuple[type, ...], Callable[..., object]]]
"""For the name of a function and the exact types of its arguments, what computes it. It gets the meter first."""

NoneType: Final = type(None)
TYPE_NAMES: Final[Mapping[type, str]] = {
    bool: "bool",
    int: "int",
    Uint: "uint",
    float: "double",
    str: "string",
    bytes: "bytes",
    NoneType: "null_type",
    list: "list",
    dict: "map",
    Entity: "map",
    Change: "map",
    Computed: "map",
    Timestamp: "google.protobuf.Timestamp",
    Duration: "google.protobuf.Duration",
    CelOptional: "optional_type",
    TypeValue: "type",
}
NAMED_TYPES: Final = {name: TypeValue(name) for name in TYPE_NAMES.values()}
"""The types that expressions know by name."""
NUMBERS: Final = (int, Uint, float)
ORDERED: Final = (bool, str, bytes, Timestamp, Duration)
"""Types with an order among themselves; numbers are ordered across their types."""

_NUMBERS: Final = frozenset(NUMBERS)
_ATOMS: Final = frozenset((*ORDERED, *NUMBERS, NoneType, TypeValue))
_DEEPEST: Final = 100
_SHOWN_LENGTH: Final = 60


class BoolKey:
    """A key `true` or `false` of a map. Python would take `True` and `1` for the same key."""

    __slots__ = ("value",)

    def __init__(self, *, value: bool) -> None:
        self.value = value


TRUE_KEY: Final = BoolKey(value=True)
FALSE_KEY: Final = BoolKey(value=False)


def to_key(value: object) -> object:
    """The key under which a Python dict holds the key `value` of a map."""
    if value is True:
        return TRUE_KEY
    return FALSE_KEY if value is False else value


def from_key(key: object) -> object:
    """The value of a key in a Python dict."""
    return key.value if type(key) is BoolKey else key


def type_name(value: object) -> str:
    """The name of the type of `value`. Raises `UnreadableError` if there is none to tell."""
    if isinstance(value, Unreadable):
        raise UnreadableError(value)
    return TYPE_NAMES.get(type(value), type(value).__name__)


def describe(value: object) -> str:
    """`value` in a few words for a message, in the notation of the language."""
    words = _WORDS.get(type(value))
    return words(value) if words else f"a {TYPE_NAMES.get(type(value), type(value).__name__)}"


def _quoted(text: str) -> str:
    shown = text if len(text) <= _SHOWN_LENGTH else text[: _SHOWN_LENGTH - 1] + "…"
    return '"' + shown.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


_WORDS: Final[Mapping[type, Callable[..., str]]] = {
    NoneType: lambda _: "null",
    bool: lambda value: str(value).lower(),
    str: _quoted,
    int: str,
    Uint: lambda value: f"{int(value)}u",
    float: str,
    list: lambda value: f"a list of {len(value)}",
    dict: lambda value: f"a map of {len(value)}",
    Entity: lambda value: f"the entity {value.reference}",
    Change: lambda value: f"the change {value}",
    Computed: lambda _: "what was computed for an entity",
    TypeValue: lambda value: f"the type {value.name}",
}


def equal(meter: Meter, left: object, right: object, depth: int = 0) -> bool:
    """Whether two values are equal: numbers across their types, entities by identity, the rest by type and content."""
    kinds = type(left), type(right)
    if kinds[0] is kinds[1] and kinds[0] in _ATOMS:
        return left == right
    for value in (left, right):
        if type(value) is Unreadable:
            raise UnreadableError(value)
    if kinds[0] in _NUMBERS and kinds[1] in _NUMBERS:
        return _as_double(left) == _as_double(right) if float in kinds else left == right
    if Entity in kinds or isinstance(left, Computed):
        return left is right
    return _equal_parts(meter, left, right, depth + 1)


def _equal_parts(meter: Meter, left: object, right: object, depth: int) -> bool:
    if depth > _DEEPEST:
        raise EvaluationError("the values are nested too deeply to compare")
    match left, right:
        case list(), list():
            return _equal_lists(meter, left, right, depth)
        case dict(), dict():
            return _equal_maps(meter, left, right, depth)
        case CelOptional(), CelOptional():
            both = left.present and right.present
            return equal(meter, left.value, right.value, depth) if both else left.present == right.present
    return False


def _as_double(number: object) -> float:
    """A number as the language compares it with a double, even where digits are lost."""
    return float(number) if isinstance(number, (int, float)) else math.nan


def _equal_lists(meter: Meter, left: list[object], right: list[object], depth: int) -> bool:
    if len(left) != len(right):
        return False
    meter.visit(len(left))
    return all(equal(meter, one, other, depth) for one, other in zip(left, right, strict=True))


def _equal_maps(meter: Meter, left: dict[object, object], right: dict[object, object], depth: int) -> bool:
    if len(left) != len(right):
        return False
    meter.visit(len(left))
    return all(key in right and equal(meter, value, right[key], depth) for key, value in left.items())


def member(meter: Meter, value: object, elements: Iterable[object]) -> bool:
    """Whether an element equals `value`. One that can't be read matters only if no other does."""
    unreadable: UnreadableError | None = None
    for element in elements:
        meter.visit(1)
        try:
            if equal(meter, value, element):
                return True
        except UnreadableError as error:
            unreadable = unreadable or error
    if unreadable:
        raise unreadable
    return False


def same_kind(values: Iterable[object], purpose: str) -> None:
    """Raise an error unless all values are of one type that has an order."""
    first: type | None = None
    for value in values:
        if isinstance(value, Unreadable):
            raise UnreadableError(value)
        first = first or type(value)
        if type(value) is not first or (first not in _NUMBERS and first not in ORDERED):
            raise EvaluationError(f"{purpose} needs values of one type that has an order, found {describe(value)}")


def _equals(meter: Meter, left: object, right: object) -> bool:
    return equal(meter, left, right)


def _differs(meter: Meter, left: object, right: object) -> bool:
    return not equal(meter, left, right)


EQUALITY: Final[Mapping[tuple[str, int], Callable[..., object]]] = {("_==_", 2): _equals, ("_!=_", 2): _differs}


def _orders(compare: Callable[..., object]) -> dict[tuple[type, ...], Callable[..., object]]:
    def exact(_: Meter, left: object, right: object) -> object:
        return compare(left, right)

    def as_doubles(_: Meter, left: float, right: float) -> object:
        return compare(float(left), float(right))

    whole = [(int, int), (int, Uint), (Uint, int), (Uint, Uint)]
    mixed = [pair for kind in NUMBERS for pair in ((kind, float), (float, kind))]
    return dict.fromkeys([*whole, *((kind, kind) for kind in ORDERED)], exact) | dict.fromkeys(mixed, as_doubles)


OVERLOADS: Final[Overloads] = {
    "_<_": _orders(operator.lt),
    "_<=_": _orders(operator.le),
    "_>_": _orders(operator.gt),
    "_>=_": _orders(operator.ge),
}
