"""The two libraries behind a gate agree on the dialect: what one accepts, the other finds no fault in."""

import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from concertino.documents import SchemaSet, positions, read_documents
from concertino.model.limits import Limits

LIMITS = Limits()
NAMES = st.sampled_from(["a", "b", "max-a", "Ä", "x y"])
TEXTS = st.sampled_from(
    ["", "a", "ab", "a\n", "Ä", "𐍈", "2024-02-29", "2023-02-29", "a@b.c", "https://a.b/c", "1", "٣"]
)
NUMBERS = st.sampled_from(
    [0, 1, 2, -3, 9, 2**53, 2**53 + 1, 2**63 - 1, -(2**63), 0.0, -0.0, 1.0, 1.5, 9.0, 1e300, 5e-324]
)
SCALARS = st.one_of(TEXTS, NUMBERS, st.booleans())
VALUES = st.recursive(
    SCALARS, lambda part: st.lists(part, max_size=3) | st.dictionaries(NAMES, part, max_size=3), max_leaves=8
)
TYPES = st.sampled_from(["array", "boolean", "integer", "number", "object", "string"])
PATTERNS = st.sampled_from(
    ["^a$", "^.$", "^[a-z]+$", "a|b", "^[^a]*$", "[0-9]", "^(ab?)+$", "\\.", "^$", "Ä", "^.{1,2}$"]
)
COUNTS = st.integers(0, 3)


def schemas_of(part: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Schemas whose parts come from `part`."""
    some = st.lists(part, min_size=1, max_size=3)
    named = st.dictionaries(NAMES, part, max_size=3)
    return st.fixed_dictionaries(
        {},
        optional={
            "type": TYPES | st.lists(TYPES, min_size=1, max_size=2, unique=True),
            "enum": st.lists(VALUES, min_size=1, max_size=3),
            "const": VALUES,
            "minimum": NUMBERS,
            "exclusiveMaximum": NUMBERS,
            "multipleOf": st.integers(1, 7),
            "minLength": COUNTS,
            "maxLength": COUNTS,
            "pattern": PATTERNS,
            "format": st.sampled_from(["date", "email", "uri"]),
            "items": part,
            "prefixItems": some,
            "contains": part,
            "maxItems": COUNTS,
            "minItems": COUNTS,
            "uniqueItems": st.booleans(),
            "properties": named,
            "patternProperties": st.dictionaries(PATTERNS, part, max_size=2),
            "additionalProperties": part,
            "propertyNames": part,
            "required": st.lists(NAMES, max_size=2, unique=True),
            "dependentRequired": st.dictionaries(NAMES, st.lists(NAMES, max_size=2, unique=True), max_size=2),
            "dependentSchemas": named,
            "minProperties": COUNTS,
            "maxProperties": COUNTS,
            "allOf": some,
            "anyOf": some,
            "oneOf": some,
            "not": part,
            "if": part,
            "then": part,
            "else": part,
        },
    ).map(lambda schema: dict(list(schema.items())[:6]))


PARTS: st.SearchStrategy[Any] = st.recursive(st.booleans() | st.just({}), schemas_of, max_leaves=6)


@settings(max_examples=200, deadline=None)
@given(schema=schemas_of(PARTS), value=VALUES)
@pytest.mark.slow
def test_what_one_accepts_the_other_finds_no_fault_in(schema: dict[str, Any], value: object) -> None:
    sound, problems = SchemaSet.build({"s.json": json.dumps(schema).encode()})
    assume(not problems)
    gate = sound.gate("s.json")
    text = json.dumps(value, ensure_ascii=True).encode()
    (document,) = read_documents("v.json", text, LIMITS).documents
    assume(not document.faulty)
    found = gate.explain(document.value, positions("v.json", text, 0, LIMITS))
    assert gate.accepts(document.value) == (not found)
    assert all(problem.message != "the document does not follow its schema" for problem in found)
    assert len({(problem.place, problem.message) for problem in found}) == len(found)
