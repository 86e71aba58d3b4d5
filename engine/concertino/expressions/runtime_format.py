"""`format`: `%s %d %f %e %b %o %x %X` and `%%`, with a precision for `%f` and `%e`."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from concertino.expressions.meter import Meter
from concertino.expressions.runtime_conversions import write_double
from concertino.expressions.runtime_time import write_duration, write_timestamp
from concertino.expressions.runtime_values import NoneType, Overloads, from_key, type_name
from concertino.expressions.values import Duration, Entity, EvaluationError, Timestamp, TypeValue, Uint

_CLAUSE: Final = re.compile(r"%(?:\.([0-9]+))?(.?)", re.DOTALL)
_BROKEN: Final = re.compile("[\udc80-\udcff]+")
"""Bytes that are no text, as Python's `surrogateescape` reads them."""
_MOST_DIGITS: Final = 1000
_DEEPEST: Final = 100


def _format(meter: Meter, template: str, arguments: list[object]) -> str:
    pieces: list[str] = []
    end = used = 0
    for clause in _CLAUSE.finditer(template):
        pieces.append(template[end : clause.start()])
        end = clause.end()
        if clause[0] == "%%":
            pieces.append("%")
            continue
        if used >= len(arguments):
            raise EvaluationError(f"format: index {used} out of range, there are only {len(arguments)} arguments")
        pieces.append(_clause(meter, clause[2], clause[1], arguments[used]))
        used += 1
    text = "".join([*pieces, template[end:]])
    meter.build(len(text))
    return text


def _clause(meter: Meter, letter: str, precision: str | None, value: object) -> str:
    if letter in _FIXED:
        if len(precision or "") > len(str(_MOST_DIGITS)) or int(precision or 0) > _MOST_DIGITS:
            raise EvaluationError(f"format: a precision of {precision} is more than {_MOST_DIGITS} digits")
        return _FIXED[letter](value, 6 if precision is None else int(precision))
    if precision is None and letter == "s":
        writer = _Writer(meter)
        writer.write(value)
        return "".join(writer.pieces)
    if precision is None and letter in _WHOLE:
        return _WHOLE[letter](value)
    raise EvaluationError(f'format: unrecognized formatting clause "{letter}"')


def format_faults(template: str, types: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """What is wrong with a template that is filled with values of these types, and what would be right.

    The types are names of the language, `entity` for entities and their parts, and empty where they are not known. Each
    fault comes with the index of the value it is about, or -1 if it is about the template.
    """
    used = 0
    for clause in _CLAUSE.finditer(template):
        if clause[0] == "%%":
            continue
        if clause[2] not in _SUITABLE or (clause[1] and clause[2] not in _FIXED):
            yield -1, f'"{clause[0]}" is no place for a value', "%s for text, %d and %.1f for numbers, %% for a %"
        elif used < len(types) and types[used] and types[used] not in _SUITABLE[clause[2]]:
            yield used, f"{clause[0]} does not take {types[used]}", "%s takes any value"
        used += 1
    if used > len(types):
        yield -1, f"the text has places for {used} values, and there are {len(types)}", "a value for each place"


def places_in(template: str) -> int:
    """How many values a template shows."""
    return sum(clause[0] != "%%" for clause in _CLAUSE.finditer(template))


def _mismatch(letter: str, value: object) -> EvaluationError:
    return EvaluationError(f"format: %{letter} can't be used on {type_name(value)}")


def _special(value: object) -> str | None:
    if isinstance(value, float) and not math.isfinite(value):
        return write_double(value)
    return None


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _based(letter: str, value: object) -> str:
    if isinstance(value, int) and _is_whole(value):
        return format(int(value), letter)
    raise _mismatch(letter, value)


def _decimal(value: object) -> str:
    return write_double(value) if isinstance(value, float) else _based("d", value)


def _binary(value: object) -> str:
    return "01"[value] if isinstance(value, bool) else _based("b", value)


def _hexadecimal(letter: str, value: object) -> str:
    if isinstance(value, (str, bytes)):
        digits = (value.encode() if isinstance(value, str) else value).hex()
        return digits.upper() if letter == "X" else digits
    return _based(letter, value)


def _fixed(letter: str, value: object, precision: int) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _special(value) or format(float(value), f".{precision}{letter}")
    raise _mismatch(letter, value)


_WHOLE: Final[dict[str, Callable[[object], str]]] = {
    "d": _decimal,
    "b": _binary,
    "o": lambda value: _based("o", value),
    "x": lambda value: _hexadecimal("x", value),
    "X": lambda value: _hexadecimal("X", value),
}
_FIXED: Final[dict[str, Callable[[object, int], str]]] = {
    "f": lambda value, precision: _fixed("f", value, precision),
    "e": lambda value, precision: _fixed("e", value, precision),
}
_ANY: Final = frozenset(
    "null_type bool string int uint double bytes timestamp duration type list map entity".split()  # noqa: SIM905 - one line
)
_SUITABLE: Final[dict[str, frozenset[str]]] = {
    "s": _ANY,
    "d": frozenset({"int", "uint", "double"}),
    "b": frozenset({"int", "uint", "bool"}),
    "o": frozenset({"int", "uint"}),
    "x": frozenset({"int", "uint", "string", "bytes"}),
    "X": frozenset({"int", "uint", "string", "bytes"}),
    "f": frozenset({"int", "uint", "double"}),
    "e": frozenset({"int", "uint", "double"}),
}
"""The types that each letter takes."""


class _Writer:
    """Writes a value piece by piece, so that a value that contains another many times over stops at the limit."""

    def __init__(self, meter: Meter) -> None:
        self.pieces: list[str] = []
        self._meter = meter
        self._length = 0

    def write(self, value: object, depth: int = 0) -> None:
        if depth > _DEEPEST:
            raise EvaluationError("format: the value is nested too deeply")
        if isinstance(value, list):
            self._list(value, depth + 1)
        elif isinstance(value, dict) and not isinstance(value, Entity):
            self._map(value, depth + 1)
        else:
            self._add(_text(value))

    def _add(self, piece: str) -> None:
        self.pieces.append(piece)
        self._length += len(piece)
        self._meter.visit(1)
        if self._length > self._meter.size:
            self._meter.build(self._length)

    def _list(self, values: list[object], depth: int) -> None:
        self._add("[")
        for number, value in enumerate(values):
            if number:
                self._add(", ")
            self.write(value, depth)
        self._add("]")

    def _map(self, values: dict[object, object], depth: int) -> None:
        self._add("{")
        self._meter.visit(len(values))
        written = {_text(from_key(key)): value for key, value in values.items()}
        for number, key in enumerate(sorted(written)):
            self._add(f", {key}: " if number else f"{key}: ")
            self.write(written[key], depth)
        self._add("}")


def _bytes(data: bytes) -> str:
    """`data` as text, with one replacement character for each run of bytes that are none."""
    return _BROKEN.sub("\ufffd", data.decode(errors="surrogateescape"))


def _text(value: object) -> str:
    """A value without parts, as `%s` writes it."""
    write = _TEXTS.get(type(value))
    if write is None:
        raise _mismatch("s", value)
    return write(value)


_TEXTS: Final[dict[type, Callable[..., str]]] = {
    NoneType: lambda _: "null",
    bool: lambda value: str(value).lower(),
    str: str,
    int: str,
    Uint: int.__repr__,
    float: write_double,
    bytes: _bytes,
    Timestamp: write_timestamp,
    Duration: write_duration,
    TypeValue: lambda value: value.name,
    Entity: lambda value: value.reference,
}
"""How `%s` writes a value. An entity is written as its reference: its contents have no end."""

OVERLOADS: Final[Overloads] = {"format": {(str, list): _format}}
