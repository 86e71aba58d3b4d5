"""The quick validator: jsonschema-rs, which answers in microseconds and may read nothing but what it is given."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NoReturn, Protocol, cast

import jsonschema_rs

from concertino.documents.formats import FORMATS
from concertino.documents.tree import Schema

BASE = "https://schemas.invalid/"
"""Where the schema files seem to be. The name cannot exist (RFC 2606), and nothing is ever fetched."""
_REGEX_BYTES = 1_000_000
"""Size that one compiled regular expression may have."""


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


def is_pattern(pattern: str) -> bool:
    """Whether jsonschema-rs reads `pattern`, in linear time and in bounded memory."""
    try:
        alone("pattern", pattern)
    except ValueError:
        return False
    return True


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern is found in the text."""
    return alone("pattern", pattern).is_valid(text)


@lru_cache(maxsize=1_000)
def alone(keyword: str, value: str | float) -> Quick:
    """A validator for one keyword alone."""
    return quick_validator({keyword: value}, {})
