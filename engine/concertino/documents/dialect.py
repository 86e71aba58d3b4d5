"""What a schema file must keep to, beyond its form, so that both validators understand it alike."""

import json
import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import cast
from urllib.parse import unquote

from concertino.documents.gate import Gate
from concertino.documents.positions import Positions
from concertino.documents.quick import BASE, is_pattern
from concertino.documents.references import Circles, address_of, lookup, made_absolute, references_in, target_of
from concertino.documents.tree import Schema, walk
from concertino.model.json import JsonValue
from concertino.model.problem import Problem
from concertino.model.suggest import suggest

CHECK = "schema"
_RESERVED = frozenset(("refs", "inverse"))
_MOST_PARTS = 20_000
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_INSTEAD = MappingProxyType(
    {"d": "[0-9]", "D": "[^0-9]", "w": "[A-Za-z0-9_]", "W": "[^A-Za-z0-9_]", "s": "[ \\t\\n]", "S": "[^ \\t\\n]"}
)
_SAFE_ESCAPES = frozenset("\\.-/^$*+?()[]{}|ntr")


@cache
def dialect() -> Gate:
    """The gate that schemas themselves pass."""
    schema = json.loads(files(__package__).joinpath("dialect.json").read_text(encoding="utf-8"))
    own = made_absolute(schema, "dialect.json")
    schemas = {"dialect.json": own}
    return Gate(own, {address_of("dialect.json"): own}, lambda part: follow(part, schemas))


def follow(schema: Schema, schemas: Mapping[str, Schema]) -> Schema:
    """The schema with its `$ref`, an absolute address, replaced by what it leads to; what stands beside it wins."""
    found, seen = schema, 0
    while isinstance(found, dict) and "$ref" in found and seen < _MOST_HOPS:
        path, _, pointer = found["$ref"].partition("#")
        target = lookup(schemas, unquote(path.removeprefix(BASE)), unquote(pointer))
        beside = {key: value for key, value in found.items() if key != "$ref"}
        found = {**target, **beside} if isinstance(target, dict) else beside
        seen += 1
    return found


_MOST_HOPS = 20


def check_form(schema: JsonValue, positions: Positions) -> tuple[Problem, ...]:
    """What is wrong with the form of one schema file, whatever it refers to."""
    gate = dialect()
    if not gate.accepts(schema):
        return gate.explain(schema, positions)
    checked = cast("Schema", schema)
    parts = list(walk(checked))
    if len(parts) > _MOST_PARTS:
        return (Problem(CHECK, f"the schema has more than {_MOST_PARTS:,} parts", positions.head("")),)
    return (
        *_check_patterns(parts, positions),
        *_check_ids(parts, positions),
        *_check_required(parts, positions),
        *_check_names(checked, parts, positions),
        *_check_tables(parts, positions),
    )


def check_references(
    file: str, schemas: Mapping[str, Schema], positions: Positions, broken: AbstractSet[str]
) -> Iterator[Problem]:
    """What is wrong with the `$ref`s of one schema file. All files have passed `check_form`.

    A `$ref` into one of the `broken` files is no problem of its own: theirs are told already.
    """
    circles = Circles(schemas)
    for pointer, reference in references_in(schemas[file]):
        target, inside = target_of(reference, file)
        told = ""
        meant = ""
        if target in broken:
            continue
        if target not in schemas:
            told, meant = "leads to no schema file", suggest(target, schemas.keys() - {file})
        elif lookup(schemas, target, inside) is None:
            told, meant = f"leads to no schema in {target}", _near_definition(file, target, inside, schemas[target])
        elif circles.is_endless(file, pointer.removesuffix("/$ref")):
            told = "leads in a circle or through too many others"
        if told:
            place = positions.nearest(pointer)
            yield Problem(CHECK, f'"{reference}" {told}', place, suggestion=meant, remediation=_WHERE)


def _near_definition(file: str, target: str, inside: str, schema: Schema) -> str:
    """The `$ref` that was probably meant."""
    prefix = "" if target == file else target
    definitions = schema.get("$defs", {}) if isinstance(schema, dict) else {}
    return suggest(f"{prefix}#{inside}", (f"{prefix}#/$defs/{name}" for name in definitions))


_WHERE = "A $ref leads to a place in this file (#/…) or in another file of the schema folder (name.schema.json#/…)."


def _check_patterns(parts: list[tuple[str, Schema]], positions: Positions) -> Iterator[Problem]:
    for pointer, part in parts:
        if not isinstance(part, dict):
            continue
        if "pattern" in part:
            yield from _check_pattern(part["pattern"], f"{pointer}/pattern", positions)
        for pattern in part.get("patternProperties", {}):
            below = pattern.replace("~", "~0").replace("/", "~1")
            yield from _check_pattern(pattern, f"{pointer}/patternProperties/{below}", positions)


def _check_pattern(pattern: str, pointer: str, positions: Positions) -> Iterator[Problem]:
    message, remediation = _pattern_fault(pattern)
    if message:
        yield Problem(CHECK, message, positions.nearest(pointer), remediation=remediation)


def _pattern_fault(pattern: str) -> tuple[str, str]:
    """What is wrong with a pattern, and what to write instead."""
    for found in _ESCAPE.finditer(pattern):
        letter = found.group(1)
        if letter not in _SAFE_ESCAPES:
            instead = _INSTEAD.get(letter, "the characters themselves")
            return f"\\{letter} in a pattern means different things to different libraries", f"Write {instead}."
    plain = _ESCAPE.sub("x", pattern)
    without_classes = re.sub(r"\[\^?\]?[^\]]*\]", "x", plain)
    for wrong, text, message, remediation in (
        (r"\(\?(?!:)", plain, "(? in a pattern begins something that not all libraries know", "Only (?: is allowed."),
        (
            r"[*+?}][?+*{]",
            without_classes,
            "not all libraries know one sign of repetition after another",
            "Remove the second sign.",
        ),
        (
            r"\[\^?\]?[^\]]*(\[|&&|--|~~)",
            plain,
            "libraries differ on [, &&, -- and ~~ inside [ ]",
            "Write \\[ for a bracket.",
        ),
    ):
        if re.search(wrong, text):
            return message, remediation
    if not is_pattern(pattern):
        return "this is not a regular expression that can be matched in linear time", "Check its brackets and signs."
    return "", ""


def _check_ids(parts: list[tuple[str, Schema]], positions: Positions) -> Iterator[Problem]:
    for pointer, part in parts:
        for keyword in ("$id", "$schema"):
            if pointer and isinstance(part, dict) and keyword in part:
                place = positions.head(f"{pointer}/{keyword}")
                yield Problem(
                    CHECK, f"{keyword} stands only at the top of a schema file", place, remediation="Remove it."
                )


def _check_required(parts: list[tuple[str, Schema]], positions: Positions) -> Iterator[Problem]:
    """A field that is required and cannot stand there: nobody could ever satisfy that."""
    for pointer, part in parts:
        if not isinstance(part, dict) or part.get("additionalProperties") is not False or "patternProperties" in part:
            continue
        known = part.get("properties", {})
        for index, name in enumerate(part.get("required", ())):
            if name not in known:
                place = positions.nearest(f"{pointer}/required/{index}")
                yield Problem(
                    CHECK, f'"{name}" is required and not among the properties', place, "", suggest(name, known)
                )


def _check_names(schema: Schema, parts: list[tuple[str, Schema]], positions: Positions) -> Iterator[Problem]:
    """Beside a reference stand `refs`, and `inverse` beside what refers to an entity: policies read them so."""
    if not isinstance(schema, dict) or "x-kind" not in schema:
        return
    for pointer, part in parts:
        for name in part.get("properties", ()) if isinstance(part, dict) else ():
            if name in _RESERVED:
                place = positions.head(f"{pointer}/properties/{name}")
                message = f'no property of a kind may be called "{name}"'
                yield Problem(CHECK, message, place, remediation="Policies read references there. Choose another name.")


def _check_tables(parts: list[tuple[str, Schema]], positions: Positions) -> Iterator[Problem]:
    """The rows of a table need a list that they can fill."""
    for pointer, part in parts:
        fields = part.get("properties", {}) if isinstance(part, dict) else {}
        for name, field in fields.items():
            rows = field.get("x-rows-from") if isinstance(field, dict) else None
            if rows is not None and rows not in fields:
                place = positions.nearest(f"{pointer}/properties/{name}/x-rows-from")
                meant = suggest(rows, fields)
                message = f'"{rows}" is no property beside "{name}", so the rows of the table have no place'
                yield Problem(CHECK, message, place, "", meant, "Name the list that the rows fill.")
