"""Texts, counted in code points; and bytes as base64."""

import base64
import binascii
from typing import Final

from concertino.expressions.meter import Meter
from concertino.expressions.runtime_values import Overloads, describe, type_name
from concertino.expressions.values import EvaluationError

_SPACE: Final = (
    "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
)
_LOWER: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_UPPER: Final = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}
_ESCAPES: Final = str.maketrans(
    {
        "\a": "\\a",
        "\b": "\\b",
        "\f": "\\f",
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        "\v": "\\v",
        "\\": "\\\\",
        '"': '\\"',
    }
)
_SCANNED_PER_STEP: Final = 64
"""So many characters searched cost as much as one element visited."""


def scan(meter: Meter, text: str | bytes) -> None:
    """Count the search through a long text."""
    meter.visit(len(text) // _SCANNED_PER_STEP)


def _place(text: str, place: int) -> int:
    if 0 <= place <= len(text):
        return place
    raise EvaluationError(f"index out of range: {place} in {describe(text)}")


def _char_at(_: Meter, text: str, place: int) -> str:
    place = _place(text, place)
    return text[place : place + 1]


def _index_of(meter: Meter, text: str, part: str, start: int = 0) -> int:
    scan(meter, text)
    return text.find(part, _place(text, start))


def _last_index_of(meter: Meter, text: str, part: str, last: int | None = None) -> int:
    scan(meter, text)
    if last is None:
        return text.rfind(part)
    return text.rfind(part, 0, _place(text, last) + len(part))


def _substring(meter: Meter, text: str, start: int, end: int | None = None) -> str:
    start, end = _place(text, start), _place(text, len(text) if end is None else end)
    if start > end:
        raise EvaluationError(f"invalid substring range. start: {start}, end: {end}")
    meter.build(end - start)
    return text[start:end]


def _replace(meter: Meter, text: str, old: str, new: str, limit: int = -1) -> str:
    scan(meter, text)
    count = text.count(old)
    count = count if limit < 0 else min(count, limit)
    meter.build(max(0, len(text) + count * (len(new) - len(old))))
    return text.replace(old, new, count)


def _split(meter: Meter, text: str, separator: str, limit: int = -1) -> list[str]:
    if limit == 0:
        return []
    meter.build(len(text))
    if separator:
        return text.split(separator, limit - 1 if limit > 0 else -1)
    if limit < 0 or limit >= len(text):
        return list(text) or [text]
    return [*text[: limit - 1], text[limit - 1 :]]


def _join(meter: Meter, parts: list[object], separator: str = "") -> str:
    length = 0
    for part in parts:
        if not isinstance(part, str):
            raise EvaluationError(f"join needs texts, found {type_name(part)} {describe(part)}")
        length += len(part)
    meter.visit(len(parts))
    meter.build(length + len(separator) * max(0, len(parts) - 1))
    return separator.join(part for part in parts if isinstance(part, str))


def _quote(meter: Meter, text: str) -> str:
    meter.build(len(text) * 2 + 2)
    return f'"{text.translate(_ESCAPES)}"'


def _lower(meter: Meter, text: str) -> str:
    meter.build(len(text))
    return text.translate(_LOWER)


def _upper(meter: Meter, text: str) -> str:
    meter.build(len(text))
    return text.translate(_UPPER)


def _trim(meter: Meter, text: str) -> str:
    meter.build(len(text))
    return text.strip(_SPACE)


def _reverse(meter: Meter, text: str) -> str:
    meter.build(len(text))
    return text[::-1]


def _contains(meter: Meter, text: str, part: str) -> bool:
    scan(meter, text)
    return part in text


def _encode(meter: Meter, data: bytes) -> str:
    meter.build(len(data) * 4 // 3 + 4)
    return base64.b64encode(data).decode()


def _decode(meter: Meter, text: str) -> bytes:
    """The bytes of a base64 text; the padding at the end may be missing."""
    meter.build(len(text))
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise EvaluationError(f"{describe(text)} is not base64") from None


OVERLOADS: Final[Overloads] = {
    "startsWith": {(str, str): lambda _, text, part: text.startswith(part)},
    "endsWith": {(str, str): lambda _, text, part: text.endswith(part)},
    "contains": {(str, str): _contains},
    "charAt": {(str, int): _char_at},
    "indexOf": {(str, str): _index_of, (str, str, int): _index_of},
    "lastIndexOf": {(str, str): _last_index_of, (str, str, int): _last_index_of},
    "substring": {(str, int): _substring, (str, int, int): _substring},
    "replace": {(str, str, str): _replace, (str, str, str, int): _replace},
    "split": {(str, str): _split, (str, str, int): _split},
    "join": {(list,): _join, (list, str): _join},
    "strings.quote": {(str,): _quote},
    "lowerAscii": {(str,): _lower},
    "upperAscii": {(str,): _upper},
    "trim": {(str,): _trim},
    "reverse": {(str,): _reverse},
    "base64.encode": {(bytes,): _encode},
    "base64.decode": {(str,): _decode},
}
