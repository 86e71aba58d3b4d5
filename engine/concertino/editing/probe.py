"""A first condition of a new policy: what it asks, what keeps it and what breaks it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from concertino.model.json import JsonValue


@dataclass(frozen=True, slots=True)
class Change:
    """A change to an example: the value at a path set, or without a value removed."""

    path: str
    value: JsonValue | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A threshold with its reason."""

    name: str
    value: JsonValue
    reason: str


@dataclass(frozen=True)
class Probe:
    """A first condition on a field.

    `kept` makes an example that keeps it, and `broken` one that does not: a change, or another threshold. `whole` are
    the expressions of what has to be there for the field to be looked at, the first of them at `parent`; `leads_to` is
    the kind whose example is read through a reference.
    """

    path: str
    about: str
    expression: str
    message: str
    description: str = ""
    computed: bool = False
    """Whether the message is an expression."""
    parameter: Parameter | None = None
    kept: JsonValue | None = None
    broken: Change | Parameter | None = None
    whole: tuple[str, ...] = ()
    parent: str = ""
    leads_to: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """For which entities a policy holds: the example made so, and the change by which it is no longer meant.

    Without a change a second example is not meant, whose name begins with `draft`.
    """

    expression: str
    kept: Change | None = None
    left: Change | None = None


def slug(path: str) -> str:
    """A path as a name: `spec.escalatesTo` is `escalates-to`."""
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", path.removeprefix("spec.")).lower()
    return re.sub(r"[^a-z0-9]+", "-", words).strip("-")


def changed(entity: Mapping[str, JsonValue], path: str, value: JsonValue) -> dict[str, JsonValue]:
    """The entity with a value at a path."""
    name, _, rest = path.partition(".")
    if not rest:
        return {**entity, name: value}
    inner = entity.get(name)
    return {**entity, name: changed(inner if isinstance(inner, Mapping) else {}, rest, value)}
