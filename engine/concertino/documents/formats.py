"""The formats a schema may ask for. Both validators call these functions, so that they cannot disagree."""

import re
from collections.abc import Callable
from datetime import date
from types import MappingProxyType

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")
_LOOSE_DATE = re.compile(r"([0-9]{4})[-./]([0-9]{1,2})[-./]([0-9]{1,2})\Z")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)*\Z")
_URI = re.compile(r"(?:https?://[^\s/?#]+|(?!https?:)[A-Za-z][A-Za-z0-9+.-]*:)[^\s<>\"{}|\\^`]*\Z")


def is_date(text: str) -> bool:
    """Whether `text` is a day of the calendar, as in ISO 8601: 2026-03-31."""
    found = _DATE.match(text)
    return found is not None and _is_day(*(int(part) for part in found.groups()))


def is_email(text: str) -> bool:
    """Whether `text` has the form of an address of e-mail."""
    return _EMAIL.match(text) is not None


def is_uri(text: str) -> bool:
    """Whether `text` is an absolute URI: a scheme and a colon first, and a host if the scheme is of the web."""
    return _URI.match(text) is not None


FORMATS: MappingProxyType[str, Callable[[str], bool]] = MappingProxyType(
    {"date": is_date, "email": is_email, "uri": is_uri}
)
EXPECTED = MappingProxyType(
    {
        "date": "a day as YYYY-MM-DD, such as 2026-03-31",
        "email": "an address such as name@example.com",
        "uri": "an address such as https://example.com/page",
    }
)


def nearest_date(text: str) -> str:
    """The day that `text` means if it only lacks zeros or dashes, or empty."""
    found = _LOOSE_DATE.match(text)
    meant = f"{int(found[1]):04}-{int(found[2]):02}-{int(found[3]):02}" if found else ""
    return meant if meant != text and is_date(meant) else ""


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
