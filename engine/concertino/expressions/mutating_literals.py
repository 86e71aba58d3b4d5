"""Other numbers and texts than those that an expression, or a parameter, says."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from concertino.expressions.tokens import Token
from concertino.expressions.values import Uint

_MARK = "~"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_NOT_TEXT = re.compile(r"%(?:\.\d+)?[a-zA-Z%]|\\.")
"""What a change must leave alone: the places of a format, and escapes."""


def changed_number(number: float, step: int) -> str:
    """The literal that is one more or one less; empty if there is none."""
    if isinstance(number, Uint):
        return f"{number + step}u" if number + step >= 0 else ""
    return str(number + step)


def changed_day(text: str) -> tuple[str, ...]:
    """The days after and before an ISO day; nothing if the text is none."""
    if not _DAY.match(text):
        return ()
    try:
        day = date.fromisoformat(text)
        return (day + timedelta(days=1)).isoformat(), (day - timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return ()


def changed_text(token: Token, text: str, values: Sequence[str], used: frozenset[str]) -> Iterator[str]:
    """Other literals for a text, the best first: another of the `values` that it can be, or if anything, another text.

    `used` are the texts that the expression says already.
    """
    quote = next((mark for mark in ('"""', "'''", '"', "'") if token.text.endswith(mark)), '"')
    opening = token.text.index(quote)
    if values:
        here = values.index(text) + 1 if text in values else 0
        others = [value for value in (*values[here:], *values[:here]) if value != text]
        for value in sorted(others, key=lambda value: value in used):
            escaped = value.replace("\\", "\\\\").replace(quote[0], f"\\{quote[0]}")
            yield f"{quote}{escaped}{quote}"
        return
    body = token.text[opening + len(quote) : len(token.text) - len(quote)]
    yield f"{token.text[:opening]}{quote}{changed_body(body)}{quote}"


def changed_body(body: str) -> str:
    """A text with a mark in the middle of its longest stretch of letters that mean themselves."""
    start, longest = 0, (0, 0)
    for found in _NOT_TEXT.finditer(body):
        longest = max(longest, (start, found.start()), key=_length)
        start = found.end()
    begin, end = max(longest, (start, len(body)), key=_length)
    middle = (begin + end) // 2
    return body[:middle] + _MARK + body[middle:]


def _length(stretch: tuple[int, int]) -> int:
    return stretch[1] - stretch[0]
