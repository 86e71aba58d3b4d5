"""The two validators, told to agree: jsonschema-rs answers quickly, jsonschema lists what is wrong.

Where the libraries differ in a keyword, jsonschema's part asks jsonschema-rs. Neither may read anything but the schemas
it is given: both would follow `file:` and `http:` by default.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NoReturn, Protocol, cast

import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from concertino.documents.formats import FORMATS
from concertino.documents.tree import Schema

BASE = "https://schemas.invalid/"
"""Where the schema files seem to be. The name cannot exist (RFC 2606), and nothing is ever fetched."""
_REGEX_BYTES = 1_000_000
"""Size that one compiled regular expression may have."""
FORBIDDEN = "false"
"""Stands for a schema that allows nothing, in place of a keyword."""


class Quick(Protocol):
    """What is used of a validator of jsonschema-rs."""

    def is_valid(self, instance: object) -> bool:
        """Whether the value follows the schema."""
        ...


class Refuser:
    """Retrieves nothing, whatever is asked for."""

    def __call__(self, uri: str) -> NoReturn:
        """Refuses. Both libraries report it as a reference that leads nowhere."""
        raise LookupError(uri)


def quick_validator(schema: Schema, schemas: Mapping[str, Schema]) -> Quick:
    """A validator of jsonschema-rs. `schemas` are all that a `$ref` may lead to, by absolute address."""
    registry = jsonschema_rs.Registry(list(schemas.items()), retriever=Refuser())
    return cast(
        "Quick",
        jsonschema_rs.Draft202012Validator(
            schema,
            formats=dict(FORMATS),
            validate_formats=True,
            ignore_unknown_formats=False,
            registry=registry,
            retriever=Refuser(),
            pattern_options=jsonschema_rs.RegexOptions(size_limit=_REGEX_BYTES),
        ),
    )


def thorough_validator(schema: Schema, schemas: Mapping[str, Schema]) -> Validator:
    """A validator of jsonschema that finds every error."""
    registry: Registry[Any] = Registry().with_resources(
        (address, DRAFT202012.create_resource(contents)) for address, contents in schemas.items()
    )
    return _thorough(schema, registry=registry, format_checker=_FORMATS)


def is_pattern(pattern: str) -> bool:
    """Whether jsonschema-rs reads `pattern`, in linear time and in bounded memory."""
    try:
        _alone("pattern", pattern)
    except ValueError:
        return False
    return True


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern is found in the text."""
    return _alone("pattern", pattern).is_valid(text)


@lru_cache(maxsize=1_000)
def _alone(keyword: str, value: str | float) -> Quick:
    """A validator for one keyword alone."""
    return quick_validator({keyword: value}, {})


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
        and not _alone("multipleOf", divisor).is_valid(instance)
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
