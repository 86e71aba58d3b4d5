"""Plain scalars to values, nearly as in the core schema of YAML 1.2."""

import math
import re
from dataclasses import dataclass

from concertino.model.visible import visible

_SPECIAL = frozenset("-+.0123456789tTfFnN~")
"""What a plain scalar begins with if it may be something other than text."""
_WORDS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z|0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z")
_MOST_DIGITS = 30
"""A longer integer is beyond 64 bits in any base but for leading zeros, which only octal and hexadecimal may have."""
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a plain scalar is no value that a document may hold."""

    message: str
    remediation: str


NULL = Refused("null is not a value here", 'Leave the field out; write "" if an empty text is meant.')
_TOO_LARGE = "Whole numbers lie between -9223372036854775808 and 9223372036854775807; put a longer one in quotes."
_NO_NUMBER = "Write a finite number, or put the text in quotes."


def resolve(text: str) -> str | int | float | bool | Refused:
    """What the plain scalar `text` stands for.

    Departs from YAML 1.1: `yes`, `no`, `on`, `off`, `1:30`, `1_000` and dates stay text. Departs from YAML 1.2 too:
    `010` stays text, since some readers take it for eight and others for ten.
    """
    if text and text[0] not in _SPECIAL:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if text in _NULLS:
        return NULL
    return _number(text)


def _number(text: str) -> str | int | float | Refused:
    if _INTEGER.match(text):
        return _integer(text)
    if _FLOAT.match(text):
        value = float(text)
        return value if math.isfinite(value) else Refused(f"the number {shorten(text)} is too large", _NO_NUMBER)
    if _NOT_FINITE.match(text):
        return Refused(f"{text} is not a number a document may hold", _NO_NUMBER)
    return text


def _integer(text: str) -> int | Refused:
    base = {"0o": 8, "0x": 16}.get(text[:2], 10)
    digits = text[2:].lstrip("0") or "0" if base != 10 else text  # noqa: PLR2004 - decimal
    value = int(digits, base) if len(digits) <= _MOST_DIGITS else _LARGEST + 1
    if _SMALLEST <= value <= _LARGEST:
        return value
    return Refused(f"the whole number {shorten(text)} does not fit into 64 bits", _TOO_LARGE)


def shorten(text: str, most: int = 60) -> str:
    """`text` as a message shows it: cut in the middle if it is too long, invisible characters as escapes."""
    return visible(text if len(text) <= most else f"{text[: most // 2]}…{text[-(most // 2 - 1) :]}")
