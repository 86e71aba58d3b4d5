"""Reading parts of values: fields, elements, presence, sizes; and what optional values make of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from concertino.expressions.meter import Meter
from concertino.expressions.runtime_values import Overloads, describe, from_key, member, to_key, type_name
from concertino.expressions.values import (
    ABSENT,
    CelOptional,
    Duration,
    Entity,
    EvaluationError,
    Timestamp,
    Unreadable,
    UnreadableError,
)


def select(operand: object, field: str) -> object:
    """`operand.field`; of an optional value, an optional field."""
    if isinstance(operand, dict):
        if field in operand:
            return operand[field]
        raise EvaluationError(f'no such field "{field}" in {describe(operand)}')
    if isinstance(operand, CelOptional):
        return select_optional(operand, field)
    raise _no_parts(operand, f'the field "{field}"')


def has(operand: object, field: str) -> bool:
    """`has(operand.field)`."""
    if isinstance(operand, dict):
        return field in operand
    if isinstance(operand, CelOptional):
        return operand.present and has(operand.value, field)
    raise _no_parts(operand, f'the field "{field}"')


def select_optional(operand: object, field: object) -> CelOptional:
    """`operand.?field`."""
    if isinstance(operand, CelOptional):
        return select_optional(operand.value, field) if operand.present else operand
    if isinstance(operand, dict):
        return CelOptional(operand[field]) if field in operand else ABSENT
    raise _no_parts(operand, f"the field {describe(field)}")


def index(operand: object, key: object) -> object:
    """`operand[key]`; of an optional value, an optional element."""
    if isinstance(operand, CelOptional):
        return index_optional(operand, key)
    if isinstance(operand, list):
        place = _place(operand, key)
        if place is None:
            raise EvaluationError(f"index out of range: {describe(key)} in {describe(operand)}")
        return operand[place]
    found = find(operand, key)
    if found.present:
        return found.value
    raise EvaluationError(f"no such key: {describe(key)} in {describe(operand)}")


def index_optional(operand: object, key: object) -> CelOptional:
    """`operand[?key]`."""
    if isinstance(operand, CelOptional):
        return index_optional(operand.value, key) if operand.present else operand
    if isinstance(operand, list):
        place = _place(operand, key)
        return ABSENT if place is None else CelOptional(operand[place])
    return find(operand, key)


def find(operand: object, key: object) -> CelOptional:
    """The value of a map under `key`, if any."""
    if not isinstance(operand, dict):
        raise _no_parts(operand, f"the element {describe(key)}")
    if isinstance(key, (str, bool, int)):
        key = to_key(key)
    elif not isinstance(key, float):
        type_name(key)  # one that can't be read is no key either
        return ABSENT
    return CelOptional(operand[key]) if key in operand else ABSENT


def _place(operand: list[object], key: object) -> int | None:
    """Where in the list `key` points: a whole number of any type; None if outside."""
    if type(key) is float and key.is_integer():
        key = int(key)
    if isinstance(key, bool) or not isinstance(key, int):
        raise EvaluationError(f"invalid_argument: {type_name(key)} {describe(key)} is no index of a list")
    return int(key) if 0 <= key < len(operand) else None


def _no_parts(operand: object, part: str) -> EvaluationError:
    return EvaluationError(f"a {type_name(operand)} has no parts: {part} was asked of {describe(operand)}")


def contains(meter: Meter, value: object, container: object) -> bool:
    """`value in container`."""
    if isinstance(container, dict):
        return find(container, value).present
    if isinstance(container, list):
        return member(meter, value, container)
    raise EvaluationError(f"no such overload: {describe(value)} in {type_name(container)}")


def elements(operand: object) -> Iterable[object]:
    """What a macro with one variable visits: the elements of a list, the keys of a map."""
    if isinstance(operand, list):
        return operand
    if isinstance(operand, dict):
        return map(from_key, operand)
    raise EvaluationError(f"a macro needs a list or a map, found {type_name(operand)} {describe(operand)}")


def pairs(operand: object) -> Iterator[tuple[object, object]]:
    """What a macro with two variables visits: indices and elements of a list, keys and values of a map."""
    if isinstance(operand, list):
        return enumerate(operand)
    if isinstance(operand, dict):
        return ((from_key(key), value) for key, value in operand.items())
    raise EvaluationError(f"a macro needs a list or a map, found {type_name(operand)} {describe(operand)}")


def insert(target: dict[object, object], key: object, value: object) -> None:
    """Add a new key to a map that is being built."""
    if not isinstance(key, (str, bool, int)):
        raise EvaluationError(f"unsupported key type {type_name(key)}: {describe(key)}")
    inner = to_key(key)
    if inner in target:
        raise EvaluationError(f"Failed with repeated key: {describe(key)}")
    target[inner] = value


def is_zero(value: object) -> bool:
    """Whether `value` is the zero value of its type. An optional value has none: even an absent one is something."""
    if isinstance(value, Unreadable):
        raise UnreadableError(value)
    if isinstance(value, CelOptional):
        return False
    if isinstance(value, (Duration, Timestamp)):
        return value.nanoseconds == 0
    return not value


def _value(_: Meter, optional: CelOptional) -> object:
    if not optional.present:
        raise EvaluationError("optional.none() has no value")
    return optional.value


def _size(_: Meter, value: str | bytes | list[object] | dict[object, object]) -> int:
    return len(value)


OVERLOADS: Final[Overloads] = {
    "size": dict.fromkeys([(str,), (bytes,), (list,), (dict,), (Entity,)], _size),
    "hasValue": {(CelOptional,): lambda _, optional: optional.present},
    "value": {(CelOptional,): _value},
    "or": {(CelOptional, CelOptional): lambda _, optional, other: optional if optional.present else other},
    "optional.none": {(): lambda _: ABSENT},
}
UNIVERSAL: Final[Mapping[tuple[str, int], Callable[..., object]]] = {
    ("_[_]", 2): lambda _, operand, key: index(operand, key),
    ("_[?_]", 2): lambda _, operand, key: index_optional(operand, key),
    ("_?._", 2): lambda _, operand, field: select_optional(operand, field),
    ("@in", 2): contains,
    ("optional.of", 1): lambda _, value: CelOptional(value),
    ("optional.ofNonZeroValue", 1): lambda _, value: ABSENT if is_zero(value) else CelOptional(value),
}
