"""Regular expressions in linear time, by RE2."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Protocol

import re2

from concertino.expressions.meter import Meter
from concertino.expressions.runtime_text import scan
from concertino.expressions.runtime_values import Overloads, describe
from concertino.expressions.values import ABSENT, CelOptional, EvaluationError


class _Match(Protocol):
    """What we use of a match."""

    def group(self, number: int) -> str | None: ...
    def start(self) -> int: ...
    def end(self) -> int: ...


class _Pattern(Protocol):
    """What we use of a compiled pattern."""

    groups: int

    def search(self, text: str) -> _Match | None: ...
    def finditer(self, text: str) -> Iterator[_Match]: ...


def _options() -> object:
    options = re2.Options()
    options.log_errors = False
    return options


@lru_cache(maxsize=256)
def _compile(pattern: str) -> _Pattern:
    try:
        compiled: _Pattern = re2.compile(pattern, _options())
    except re2.error as error:
        raise EvaluationError(f"{describe(pattern)} is not a regular expression of RE2: {_reason(error)}") from None
    return compiled


def pattern_fault(pattern: str) -> str:
    """Why a text is no regular expression of RE2, or nothing."""
    try:
        _compile(pattern)
    except EvaluationError as error:
        return str(error)
    return ""


def _reason(error: Exception) -> str:
    first = error.args[0] if error.args else ""
    return first.decode(errors="replace") if isinstance(first, bytes) else str(first)


def _matches(meter: Meter, text: str, pattern: str) -> bool:
    scan(meter, text)
    return _compile(pattern).search(text) is not None


def _all_matches(pattern: _Pattern, text: str) -> Iterator[_Match]:
    """The matches from left to right, without empty ones where another has just ended."""
    end = -1
    for match in pattern.finditer(text):
        if match.start() < match.end() or match.start() > end:
            yield match
        end = match.end()


def _one_group(pattern: str) -> tuple[_Pattern, int]:
    """The pattern, and the group that stands for the match: the only one, or all of it."""
    compiled = _compile(pattern)
    if compiled.groups > 1:
        raise EvaluationError(f"{describe(pattern)} has {compiled.groups} groups, at most one is allowed here")
    return compiled, compiled.groups


def _extract(meter: Meter, text: str, pattern: str) -> CelOptional:
    compiled, group = _one_group(pattern)
    meter.build(len(text))
    match = compiled.search(text)
    found = match.group(group) if match else None
    return ABSENT if found is None else CelOptional(found)


def _extract_all(meter: Meter, text: str, pattern: str) -> list[str]:
    compiled, group = _one_group(pattern)
    meter.build(len(text))
    found = (match.group(group) for match in _all_matches(compiled, text))
    return [part for part in found if part is not None]


def _replace(meter: Meter, text: str, pattern: str, replacement: str, limit: int = -1) -> str:
    """`text` with matches replaced; a backslash and a digit in the replacement stand for a group."""
    if limit == 0:
        return text
    compiled = _compile(pattern)
    scan(meter, text)
    parts = _replacement_parts(replacement, compiled.groups)
    pieces: list[str] = []
    end = length = 0
    for number, match in enumerate(_all_matches(compiled, text)):
        if number == limit:
            break
        new = "".join(part if isinstance(part, str) else match.group(part) or "" for part in parts)
        pieces += (text[end : match.start()], new)
        length += match.start() - end + len(new)
        meter.visit(1)
        if length > meter.size:
            meter.build(length)
        end = match.end()
    meter.build(length + len(text) - end)
    return "".join(pieces) + text[end:]


def _replacement_parts(replacement: str, groups: int) -> list[str | int]:
    parts: list[str | int] = []
    characters = iter(replacement)
    for character in characters:
        if character != "\\":
            parts.append(character)
            continue
        escaped = next(characters, "")
        if escaped == "\\":
            parts.append("\\")
        elif escaped in tuple("0123456789") and int(escaped) <= groups:
            parts.append(int(escaped))
        else:
            raise EvaluationError(f"the replacement {describe(replacement)} asks for a group that is not there")
    return parts


OVERLOADS: Final[Overloads] = {
    "matches": {(str, str): _matches},
    "regex.extract": {(str, str): _extract},
    "regex.extractAll": {(str, str): _extract_all},
    "regex.replace": {(str, str, str): _replace, (str, str, str, int): _replace},
}
