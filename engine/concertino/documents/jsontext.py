"""Strict JSON for schema files."""

import json
from typing import Any, NoReturn

from concertino.documents.careful import read_marked
from concertino.documents.positions import Positions
from concertino.documents.text import Chunk, count_breaks, decode
from concertino.model.limits import Limits
from concertino.model.place import Place
from concertino.model.problem import Problem

CHECK = "syntax"


class _RefusedError(ValueError):
    """Something that JSON allows or Python adds, and that has no place in a schema."""


def read_json(file: str, data: bytes, limits: Limits) -> tuple[Any, Positions | None, tuple[Problem, ...]]:
    """The value of a JSON file with its places, or what is wrong with it."""
    if len(data) > limits.file_bytes:
        return None, None, (_too_much(file, f"the file has {len(data):,} bytes, too many for a schema"),)
    text = decode(data).text
    chunk = Chunk(text, 1)
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        return None, None, (_syntax(file, text, error),)
    except _RefusedError as error:
        told = [problem for problem in read_marked(file, chunk, limits).problems if "twice" in problem.message]
        return None, None, tuple(told) or (Problem(CHECK, str(error), Place(file)),)
    except (ValueError, RecursionError):
        return None, None, (_too_much(file, "the file holds a number too long or lies too deep"),)
    if _depth(value) > limits.depth:
        return None, None, (_too_much(file, f"the file lies more than {limits.depth} deep"),)
    return value, Positions(file, lambda: read_marked(file, chunk, limits).root), ()


def _too_much(file: str, message: str) -> Problem:
    return Problem(CHECK, message, Place(file), remediation="Make the schema smaller and flatter: give parts a $ref.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _RefusedError(f'the field "{name}" stands twice in one object')
        found[name] = value
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise _RefusedError(f"{name} is not a number in JSON")


def _syntax(file: str, text: str, error: json.JSONDecodeError) -> Problem:
    before = text[: error.pos]
    line = 1 + count_breaks(before)
    column = len(before) - max(before.rfind("\n"), before.rfind("\r"))
    place = Place(file, line, column, line, column + 1)
    message = f"this is not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
    remediation = "Check the commas, brackets and double quotes before this place; JSON has no comments."
    return Problem(CHECK, message, place, remediation=remediation)


def _depth(value: object) -> int:
    """How deep lists and objects lie in each other."""
    depth = 0
    level: list[object] = [value]
    while level := [part for item in level for part in _parts(item)]:
        depth += 1
    return depth + 1


def _parts(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
