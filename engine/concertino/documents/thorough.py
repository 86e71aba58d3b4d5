"""The thorough validator: jsonschema, which lists everything that is wrong, told to agree with the quick one.

Where the libraries differ in a keyword, jsonschema's part asks jsonschema-rs. Imported only when there is something to
explain: jsonschema takes longer to import than most runs take to judge.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from concertino.documents.faults import FORBIDDEN
from concertino.documents.formats import FORMATS
from concertino.documents.quick import Quick, alone, matches
from concertino.documents.tree import Schema


def thorough_validator(schema: Schema, schemas: Mapping[str, Schema]) -> Validator:
    """A validator of jsonschema that finds every error."""
    registry: Registry[Any] = Registry().with_resources(
        (address, DRAFT202012.create_resource(contents)) for address, contents in schemas.items()
    )
    return _thorough(schema, registry=registry, format_checker=_FORMATS)


class _Library(Protocol):
    """What is used of jsonschema's validator inside a keyword."""

    def descend(
        self, instance: object, schema: Schema, path: str | None = None, schema_path: str | None = None
    ) -> Iterator[ValidationError]:
        """The errors of a part."""
        ...

    def evolve(self, *, schema: Schema) -> Quick:
        """The same validator with another schema."""
        ...


def _pattern(_library: _Library, pattern: str, instance: object, _: object) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not matches(pattern, instance):
        yield ValidationError("pattern")


def _multiple(_library: _Library, divisor: int, instance: object, _: object) -> Iterator[ValidationError]:
    if (
        isinstance(instance, int | float)
        and not isinstance(instance, bool)
        and not alone("multipleOf", divisor).is_valid(instance)
    ):
        yield ValidationError("multipleOf")


def _properties(validator: _Library, fields: dict[str, Any], instance: object, _: object) -> Iterator[ValidationError]:
    """As in jsonschema, but a field that must not stand there is reported on the field."""
    if not isinstance(instance, dict):
        return
    for name, schema in fields.items():
        if name not in instance:
            continue
        if schema is False:
            yield ValidationError(FORBIDDEN, path=(name,), validator=FORBIDDEN)
        else:
            yield from validator.descend(instance[name], schema, path=name, schema_path=name)


def _pattern_properties(
    validator: _Library, patterns: dict[str, Any], instance: object, _: object
) -> Iterator[ValidationError]:
    if not isinstance(instance, dict):
        return
    for pattern, schema in patterns.items():
        for name, value in instance.items():
            if matches(pattern, name):
                yield from validator.descend(value, schema, path=name, schema_path=pattern)


def _additional_properties(
    validator: _Library, extra: Schema, instance: object, schema: dict[str, Any]
) -> Iterator[ValidationError]:
    """One error for each unknown field, and on the field."""
    if not isinstance(instance, dict):
        return
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for name, value in instance.items():
        if name in known or any(matches(pattern, name) for pattern in patterns):
            continue
        if extra is False:
            yield ValidationError("additionalProperties", path=(name,))
        else:
            yield from validator.descend(value, extra, path=name)


def _property_names(validator: _Library, names: Schema, instance: object, _: object) -> Iterator[ValidationError]:
    """One error for each name that does not fit, on the field, with what is wrong as its context."""
    for name in instance if isinstance(instance, dict) else ():
        found = list(validator.descend(name, names))
        if found:
            yield ValidationError("propertyNames", path=(name,), context=found)


def _if(validator: _Library, condition: Schema, instance: object, schema: dict[str, Any]) -> Iterator[ValidationError]:
    """The errors of a branch, wrapped in one that knows the condition."""
    branch = "then" if validator.evolve(schema=condition).is_valid(instance) else "else"
    found = list(validator.descend(instance, schema.get(branch, True), schema_path=branch))
    if found:
        yield ValidationError(branch, context=found)


_thorough: Callable[..., Validator] = extend(  # type: ignore[no-untyped-call]  # the stubs leave it open
    Draft202012Validator,
    {
        "properties": _properties,
        "pattern": _pattern,
        "multipleOf": _multiple,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
        "propertyNames": _property_names,
        "if": _if,
    },
)
_FORMATS = FormatChecker(formats=())


def _checked(check: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or check(value)


for _name, _check in FORMATS.items():
    _FORMATS.checkers[_name] = (_checked(_check), ())
