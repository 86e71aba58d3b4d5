"""Schema files to gates."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from concertino.documents.dialect import check_form, check_references, follow
from concertino.documents.gate import Gate
from concertino.documents.jsontext import read_json
from concertino.documents.positions import Positions
from concertino.documents.references import address_of, made_absolute, references_in, target_of
from concertino.documents.tree import Schema
from concertino.model.json import JsonObject
from concertino.model.limits import Limits
from concertino.model.problem import Problem


class SchemaSet:
    """Schema files that may refer to each other and to nothing else."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = dict(schemas)
        self._absolute = {file: made_absolute(schema, file) for file, schema in self._schemas.items()}
        self._by_address = {address_of(file): schema for file, schema in self._absolute.items()}
        self._gates: dict[str, Gate] = {}

    @classmethod
    def build(cls, files: Mapping[str, bytes]) -> "tuple[SchemaSet, tuple[Problem, ...]]":
        """A set of the sound ones among the schema files, by path, and what is wrong with the others.

        A file that refers to an unsound one is left out too, without a problem of its own.
        """
        sound, places, problems = _read(files)
        broken = set(files) - set(sound)
        for file in sorted(sound):
            found = list(check_references(file, sound, places[file], broken))
            problems.extend(found)
            if found:
                broken.add(file)
        return cls(_without(sound, broken)), tuple(problems)

    @property
    def schemas(self) -> Mapping[str, JsonObject]:
        """The sound schema files, as they were read."""
        return MappingProxyType({file: schema for file, schema in self._schemas.items() if isinstance(schema, dict)})

    def gate(self, schema_file: str) -> Gate:
        """The gate of one schema file. Raises KeyError if the set has no such file."""
        if schema_file not in self._gates:
            schema = self._absolute[schema_file]
            self._gates[schema_file] = Gate(schema, self._by_address, lambda part: follow(part, self._absolute))
        return self._gates[schema_file]


def _read(files: Mapping[str, bytes]) -> tuple[dict[str, Schema], dict[str, Positions], list[Problem]]:
    schemas: dict[str, Any] = {}
    places: dict[str, Positions] = {}
    problems: list[Problem] = []
    for file in sorted(files):
        value, positions, found = read_json(file, files[file], Limits())
        if positions is not None:
            found = check_form(value, positions)
            places[file] = positions
        if not found:
            schemas[file] = value
        problems.extend(found)
    return schemas, places, problems


def _without(schemas: Mapping[str, Schema], broken: set[str]) -> dict[str, Schema]:
    """The schemas that lead to no broken file, not even through others."""
    left = {file: schema for file, schema in schemas.items() if file not in broken}
    lost = {
        file
        for file, schema in left.items()
        if any(target_of(reference, file)[0] not in left for _, reference in references_in(schema))
    }
    return _without(left, lost) if lost else left
