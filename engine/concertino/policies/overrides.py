"""Overrides: what a configuration changes in the policies of a pack."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from concertino.model.json import JsonObject, JsonValue
from concertino.model.outcome import Enforcement, Severity
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.model.suggest import suggest
from concertino.policies.expressing import PolicySource
from concertino.policies.parameters import parameter_type
from concertino.policies.policy import Override

_LONGEST_VALUE = 100
Locate = Callable[[str], Place]
"""The place of a JSON pointer in the configuration."""


@dataclass(frozen=True)
class Change:
    """A policy document after an override, what to say of it in the report, and why it was refused, if it was."""

    value: JsonObject
    notes: tuple[Override, ...] = ()
    problems: tuple[Problem, ...] = ()
    off: bool = False


def apply_override(
    source: PolicySource, override: Mapping[str, JsonValue], locate: Locate, pointer: str = ""
) -> Change:
    """The document with one override applied. What would loosen a hard-mandatory policy is refused.

    `pointer` is where the override stands in the configuration; without one, under `overrides` and the id.
    """
    if not override:
        return Change(source.value)
    here = pointer or f"/overrides/{source.id}"
    problems = (*_loosening(source, override, here, locate), *_parameter_faults(source, override, here, locate))
    if problems:
        return Change(source.value, problems=problems)
    reason = str(override.get("reason", ""))
    if override.get("off") is True:
        return Change(source.value, (Override(source.id, "switched off", reason),), off=True)
    spec = dict(source.spec)
    notes: list[Override] = []
    for key in ("severity", "enforcement"):
        if key in override and override[key] != spec.get(key):
            notes.append(Override(source.id, f"{key} {spec.get(key)} → {override[key]}", reason))
            spec[key] = override[key]
    parameters, changed = override.get("parameters"), spec.get("parameters")
    if isinstance(parameters, Mapping) and isinstance(changed, Mapping):
        for key, value in parameters.items():
            notes.append(Override(source.id, f"{key} {changed[key]} → {value}", reason))
        spec["parameters"] = {**changed, **parameters}
    return Change({**source.value, "spec": spec}, tuple(notes))


def unknown_overrides(overrides: Mapping[str, object], ids: tuple[str, ...], locate: Locate) -> Iterator[Problem]:
    """A problem for each override of a policy that does not exist."""
    for name in overrides:
        if name not in ids:
            yield _problem(locate(f"/overrides/{name}"), f'there is no policy "{name}" to override', suggest(name, ids))


def _loosening(source: PolicySource, override: Mapping[str, JsonValue], here: str, locate: Locate) -> Iterator[Problem]:
    if source.spec.get("enforcement") != Enforcement.HARD_MANDATORY:
        return
    severity = Severity(str(source.spec.get("severity")))
    loosened = {
        "off": override.get("off") is True and "be switched off",
        "enforcement": Enforcement(str(override.get("enforcement", Enforcement.HARD_MANDATORY)))
        is not Enforcement.HARD_MANDATORY
        and "become less than hard-mandatory",
        "severity": Severity(str(override.get("severity", severity))).rank < severity.rank and "lose severity",
        # Whether a threshold loosens or tightens can't be known from outside.
        "parameters": "parameters" in override and "have its parameters changed",
    }
    for key, what in loosened.items():
        if what:
            yield _problem(locate(f"{here}/{key}"), f'"{source.id}" is hard-mandatory: it can\'t {what}')


def _parameter_faults(
    source: PolicySource, override: Mapping[str, JsonValue], here: str, locate: Locate
) -> Iterator[Problem]:
    declared, changed = source.spec.get("parameters"), override.get("parameters")
    known = declared if isinstance(declared, Mapping) else {}
    for name, value in changed.items() if isinstance(changed, Mapping) else ():
        place = locate(f"{here}/parameters/{name}")
        if name not in known:
            yield _problem(place, f'"{source.id}" has no parameter "{name}"', suggest(name, list(known)))
        elif parameter_type(value) != parameter_type(known[name]):
            wanted, found = parameter_type(known[name]), parameter_type(value)
            shown = json.dumps(value, ensure_ascii=False)[:_LONGEST_VALUE]
            message = f'parameter "{name}" of "{source.id}" is of type {wanted}, and {shown} is of type {found}'
            yield _problem(place, message)


def _problem(place: Place, message: str, suggestion: str = "") -> Problem:
    return Problem(
        "configuration",
        message,
        place,
        suggestion=suggestion,
        remediation="Correct the override, or remove it; it has no effect as it is.",
    )
