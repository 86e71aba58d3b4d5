"""Calls a function by its name and the types that its arguments turn out to have."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from concertino.expressions import (
    runtime_access,
    runtime_arithmetic,
    runtime_conversions,
    runtime_format,
    runtime_lists,
    runtime_math,
    runtime_regex,
    runtime_text,
    runtime_time,
    runtime_values,
)
from concertino.expressions.functions import FUNCTIONS, FunctionOverload
from concertino.expressions.meter import Meter
from concertino.expressions.runtime_values import TYPE_NAMES, Overloads, type_name
from concertino.expressions.types import CelType
from concertino.expressions.values import CHANGE, Change, EvaluationError, Unreadable, UnreadableError


def _merged(*tables: Overloads) -> dict[str, dict[tuple[type, ...], Callable[..., object]]]:
    merged: dict[str, dict[tuple[type, ...], Callable[..., object]]] = {}
    for table in tables:
        for name, forms in table.items():
            merged.setdefault(name, {}).update(forms)
    return merged


OVERLOADS: Final[Overloads] = _merged(
    runtime_values.OVERLOADS,
    runtime_arithmetic.OVERLOADS,
    runtime_access.OVERLOADS,
    runtime_conversions.OVERLOADS,
    runtime_time.OVERLOADS,
    runtime_text.OVERLOADS,
    runtime_format.OVERLOADS,
    runtime_regex.OVERLOADS,
    runtime_lists.OVERLOADS,
    runtime_math.OVERLOADS,
)
UNIVERSAL: Final[Mapping[tuple[str, int], Callable[..., object]]] = {
    **runtime_values.EQUALITY,
    **runtime_access.UNIVERSAL,
    **runtime_conversions.UNIVERSAL,
}
"""Functions that take anything, by name and number of arguments."""
OWN: Final[Mapping[str, tuple[FunctionOverload, ...]]] = {
    name: tuple(overload for overload in FUNCTIONS if overload.name == name)
    for name in sorted({overload.name for overload in FUNCTIONS})
}
"""The functions of ours, by name."""


def call(meter: Meter, name: str, arguments: Sequence[object]) -> object:
    """The function `name` of `arguments`, the receiver of a member call first."""
    forms = OVERLOADS.get(name, {})
    form = forms.get(tuple(map(type, arguments)))
    if form is None:
        kinds = tuple(dict if isinstance(argument, dict) else type(argument) for argument in arguments)
        form = forms.get(kinds) or UNIVERSAL.get((name, len(arguments)))
    if form is None:
        raise no_overload(name, arguments)
    try:
        return form(meter, *arguments)
    except UnicodeEncodeError:
        raise EvaluationError(f"{name} was given a text with half a character in it") from None


def no_overload(name: str, arguments: Sequence[object]) -> EvaluationError:
    """The error of a function that does not take such arguments. Raises `UnreadableError` if one can't be read."""
    kinds = ", ".join(map(type_name, arguments))
    known = name in OVERLOADS or name in OWN or any(name == universal for universal, _ in UNIVERSAL)
    return EvaluationError(f"no such overload: {name}({kinds})" if known else f"unbound function {name}")


def call_own(meter: Meter, name: str, overloads: Sequence[str], arguments: Sequence[object]) -> object:
    """A function of ours: the first of the checker's `overloads` (of all, if it left none) that takes `arguments`."""
    for argument in arguments:
        if isinstance(argument, list):
            meter.visit(len(argument))
    for form in OWN[name]:
        if (form.id in overloads or not overloads) and len(form.parameters) == len(arguments):
            wanted = zip(form.parameters, arguments, strict=True)
            if all(_is_a(argument, parameter) for parameter, argument in wanted):
                return form.implementation(*arguments)
    raise no_overload(name, arguments)


def _is_a(value: object, wanted: CelType) -> bool:
    if isinstance(value, Unreadable):
        raise UnreadableError(value)
    if wanted.name == "list" and wanted.parameters:
        return isinstance(value, list) and all(_is_a(element, wanted.parameters[0]) for element in value)
    if wanted.shape:
        return wanted.name == CHANGE and isinstance(value, Change)
    return wanted.name == "dyn" or TYPE_NAMES.get(type(value)) == wanted.name


def as_bool(value: object, where: str = "a condition") -> bool:
    """`value`, which must be a bool."""
    if isinstance(value, bool):
        return value
    raise EvaluationError(f"no such overload: {where} needs a bool, found {type_name(value)}")
