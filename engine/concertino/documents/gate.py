"""One schema as a gate: a fast yes or no, and slow, good words."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from concertino.documents.faults import Fault, faults_of
from concertino.documents.positions import Positions
from concertino.documents.quick import Quick, quick_validator
from concertino.documents.references import made_absolute
from concertino.documents.tree import Schema
from concertino.documents.wording import CHECK, Follow, Teller
from concertino.model.json import JsonValue
from concertino.model.problem import Problem

if TYPE_CHECKING:
    from jsonschema.protocols import Validator  # heavy, and needed for types only


class Gate:
    """Whether a value follows a schema, and what is wrong with it. Compiled when first used."""

    def __init__(self, schema: Schema, schemas: Mapping[str, Schema], follow: Follow) -> None:
        self._schema = schema
        self._schemas = schemas
        self._follow = follow
        self._parts: dict[str, Gate] = {}

    def part(self, name: str, schema: Schema) -> "Gate":
        """The gate of one node of a schema file, known by `name`. Every `$ref` in it begins with the name of a file."""
        if name not in self._parts:
            self._parts[name] = Gate(made_absolute(schema, ""), self._schemas, self._follow)
        return self._parts[name]

    def accepts(self, value: JsonValue) -> bool:
        """Whether `value` follows the schema. Takes microseconds."""
        return self._quick.is_valid(value)

    def explain(self, value: JsonValue, positions: Positions, *, ignore_missing: bool = False) -> tuple[Problem, ...]:
        """All that is wrong with `value`, one problem for one mistake, in the order of their places.

        With `ignore_missing`, fields that are left out are no mistake. `positions` are those of the value's document.
        """
        try:
            faults = faults_of(self._thorough.iter_errors(value), ignore_missing=ignore_missing)
        except RecursionError:  # a schema nested so deeply that Python gives up where jsonschema-rs does not
            faults = []
        teller = Teller(positions, self._follow)
        told = _without_typos([(fault, teller.tell(fault)) for fault in faults])
        if not told and not ignore_missing and not self.accepts(value):
            return (Problem(CHECK, "the document does not follow its schema", positions.head("")),)
        return tuple(sorted(dict.fromkeys(told), key=lambda problem: (problem.place, problem.message)))

    @cached_property
    def _quick(self) -> Quick:
        return quick_validator(self._schema, self._schemas)

    @cached_property
    def _thorough(self) -> "Validator":
        from concertino.documents.thorough import thorough_validator  # noqa: PLC0415 - heavy, and rarely needed

        return thorough_validator(self._schema, self._schemas)


def _without_typos(told: list[tuple[Fault, Problem]]) -> list[Problem]:
    """Without what only follows from a misspelt name: the field of the right name is not missing as well."""
    meant = {
        (fault.path[:-1], problem.suggestion) for fault, problem in told if fault.keyword == "additionalProperties"
    }
    return [problem for fault, problem in told if not _follows_from(fault, meant)]


def _follows_from(fault: Fault, meant: set[tuple[tuple[str | int, ...], str]]) -> bool:
    if fault.keyword in ("required", "dependentRequired") and (fault.path, fault.name) in meant:
        return True
    return any((condition.path, name) in meant for condition in fault.conditions for name in condition.fields())
