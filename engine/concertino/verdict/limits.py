"""How far an exception may go: the limits of the packs, with what the configuration changes about them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from concertino.model.json import JsonValue
from concertino.policies import Override

_PREFIX = "exception"


@dataclass(frozen=True, slots=True)
class ExceptionLimits:
    """The limits of exceptions. A pack sets them as parameters: `most_days` is `exceptionMostDays` there.

    The defaults hold where no pack says anything; their reasons stand in the shipped pack.
    """

    most_days: int = 184
    """Days from the first to the last day in force."""
    most_renewals: int = 2
    """How often an exception may be continued by another."""
    confirm_within_days: int = 184
    """Days from the approval within which a forecast must have come true."""
    material_revenue: float = 0.5
    """Per cent of the baseline by which a figure on revenue must improve to count."""
    material_customer: float = 1.0
    """The same for a figure on customers, such as conversion."""
    material_differentiation: float = 1.0
    """The same for a figure on what competitors do not have."""
    material_risk: float = 10.0
    """The same for a figure on risk that is not given in levels."""
    material_risk_levels: float = 1.0
    """By how many levels a risk that is given in levels must fall."""
    evidence_days: int = 370
    """Days after which an observed figure is called stale. It keeps its force: staleness is for the audit."""
    broad_factor: int = 3
    """How many entities one figure may speak for before the exception is called over-broad."""


def parameter_name(field: str) -> str:
    """The name of a limit among the parameters of a pack."""
    return _PREFIX + "".join(part.title() for part in field.split("_"))


def limit_names() -> tuple[str, ...]:
    """The names of all limits as the configuration writes them: `mostDays`."""
    return tuple(_short(item.name) for item in fields(ExceptionLimits))


def limits_of_pack(parameters: Mapping[str, JsonValue]) -> tuple[ExceptionLimits, tuple[str, ...]]:
    """The limits that packs set, and a sentence on each that can't be used."""
    found, faults = ExceptionLimits(), []
    for item in fields(ExceptionLimits):
        name = parameter_name(item.name)
        value = parameters.get(name)
        if value is None:
            continue
        default = getattr(found, item.name)
        if _fits(value, default):
            found = _with(found, {item.name: value})
        else:
            faults.append(f'"{name}" is {_kind_of(default)} that is not negative, and {value!r} is not')
    return found, tuple(faults)


def overridden(
    limits: ExceptionLimits, changes: Mapping[str, JsonValue], reason: str
) -> tuple[ExceptionLimits, tuple[Override, ...]]:
    """The limits with what the configuration changes, and what the report says of each change."""
    return _with(limits, dict(_changed(changes))), tuple(
        Override("exceptions", f"{_short(name)} {getattr(limits, name)} → {value}", reason)
        for name, value in _changed(changes)
        if value != getattr(limits, name)
    )


def _with(limits: ExceptionLimits, changes: Mapping[str, Any]) -> ExceptionLimits:
    return replace(limits, **changes)


def _changed(changes: Mapping[str, JsonValue]) -> Iterator[tuple[str, JsonValue]]:
    known = {_short(item.name): item.name for item in fields(ExceptionLimits)}
    for name, value in sorted(changes.items()):
        if name in known:
            yield known[name], value


def _short(field: str) -> str:
    first, *rest = field.split("_")
    return first + "".join(part.title() for part in rest)


def _fits(value: JsonValue, default: float) -> bool:
    wanted = int if isinstance(default, int) else (int, float)
    return isinstance(value, wanted) and not isinstance(value, bool) and value >= 0


def _kind_of(default: float) -> str:
    return "a whole number" if isinstance(default, int) else "a number"
