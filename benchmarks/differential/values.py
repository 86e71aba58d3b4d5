"""The kinds that random expressions are made of, random values of each, and one text for the values of both sides."""

import math
import random
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from concertino.expressions import (
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    STRING,
    TIMESTAMP,
    UINT,
    CelOptional,
    CelType,
    Duration,
    Timestamp,
    TypeValue,
    Uint,
    list_of,
    map_of,
)
from concertino.expressions.runtime_values import from_key, to_key

Make = Callable[[random.Random], object]

SECOND: Final = 10**9
FIRST_SECOND: Final = -62_135_596_800
LAST_SECOND: Final = 253_402_300_799
INTS: Final = (0, 1, -1, 2, 3, 7, 10, 59, 63, 64, 100, 2**31, 2**32, 2**53, 2**53 + 1, 2**62, 2**63 - 1, 2**63 - 2)
LOWEST: Final = (-(2**63), -(2**63) + 1, -(2**53) - 1, -(2**32), FIRST_SECOND, FIRST_SECOND - 1, LAST_SECOND + 1)
UINTS: Final = (0, 1, 2, 3, 10, 63, 64, 2**32, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1, 2**64 - 2)
DOUBLES: Final = (
    *(0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 0.1, 0.3, 3.0, 1e-7, 1e15, 1e16, 1e17, 1e21, 123456.789),
    *(math.inf, -math.inf, math.nan, 1.7976931348623157e308, -1.7976931348623157e308, 5e-324, 2.2250738585072014e-308),
    *(2.0**53, 2.0**53 + 2, 2.0**63, -(2.0**63), 2.0**64, 9223372036854774784.0, 18446744073709549568.0, 1e-320),
)
TEXTS: Final = (
    *("", "a", "b", "ab", "abc", "é", "😀", "a😀b", " x ", "ß", "İ", "ABC", "a,b,,c", "\n", "\u2028", "\x85x\xa0", "%"),
    *("1", "-1", "+5", " 1", "1.5", "1e3", ".5", "0x10", "true", "True", "t", "NaN", "Infinity", "-inf", "1_0", "٣"),
    *("9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551615", "1" * 30),
    *("2026-01-31T12:00:00Z", "2026-02-30T12:00:00Z", "2000-02-29T23:59:59.123456789+14:00", "0001-01-01T00:00:00Z"),
    *("-0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59-01:00", "10000-01-01T00:00:00Z"),
    *("2016-12-31T23:59:60Z", "2026-01-31t12:00:00z", "2026-01-31", "2026-01-31T24:00:00Z", "2026-01-31T12:00:00"),
    *(
        "1h30m",
        "-1.5s",
        "1ns",
        "0",
        "1",
        "1.5",
        "2540400h",
        "100us",
        "-0.5ns",
        "1h-1m",
        "1s1s",
        ".s",
        "1.s",
        "µs",
        "1d",
    ),
    *(
        "a+",
        "(a)|b",
        "(",
        "[a-c]*",
        "^$",
        "(?i)A",
        "\\d+",
        "YWJj",
        "YQ==",
        "YQ",
        "Y Q==",
        "_-8=",
        "e\u0301",
        "a\\b",
        '"',
    ),
)
BYTE_STRINGS: Final = (
    b"",
    b"a",
    b"abc",
    b"\xff",
    b"\xc3\xa9",
    "😀".encode(),
    b"\xf0\x9f\x98",
    b"\xed\xa0\x80",
    b"1",
    b"a\xffb",
)
ALPHABET: Final = "aabbcAB1 ,.-é😀\U0001f1e9\u0301"


@dataclass(frozen=True)
class Kind:
    """What a hole of a template can hold. Those with a `make` exist as variables too."""

    type: CelType | None
    make: Make | None = None


def whole(pick: random.Random) -> int:
    way = pick.random()
    if way < 0.5:
        return pick.randint(-2, 6)
    if way < 0.85:
        return pick.choice(INTS if pick.random() < 0.6 else LOWEST)
    return pick.getrandbits(pick.randint(1, 63)) * pick.choice((1, -1))


def unsigned(pick: random.Random) -> Uint:
    way = pick.random()
    if way < 0.4:
        return Uint(pick.randint(0, 6))
    return Uint(pick.choice(UINTS) if way < 0.8 else pick.getrandbits(pick.randint(1, 64)))


def double(pick: random.Random) -> float:
    way = pick.random()
    if way < 0.6:
        return pick.choice(DOUBLES)
    if way < 0.9:
        return round(pick.gauss(0, 1) * 10.0 ** pick.randint(-6, 18), pick.randint(0, 6))
    drawn: float = struct.unpack("<d", pick.randbytes(8))[0]
    return drawn


def text(pick: random.Random) -> str:
    if pick.random() < 0.6:
        return pick.choice(TEXTS)
    return "".join(pick.choice(ALPHABET) for _ in range(pick.randint(0, 7)))


def byte_string(pick: random.Random) -> bytes:
    """Never with a zero: Google's binding cuts what it is given there, texts too."""
    way = pick.random()
    if way < 0.5:
        return pick.choice(BYTE_STRINGS)
    return text(pick).encode() if way < 0.8 else pick.randbytes(pick.randint(0, 5)).replace(b"\0", b"0")


def time(pick: random.Random) -> Timestamp:
    way = pick.random()
    if way < 0.2:
        return Timestamp(
            pick.choice((0, -1, FIRST_SECOND * SECOND, (LAST_SECOND + 1) * SECOND - 1, 951_868_799 * SECOND))
        )
    if way < 0.6:
        return Timestamp(pick.randint(1_500_000_000, 1_900_000_000) * SECOND)
    return Timestamp(pick.randint(FIRST_SECOND, LAST_SECOND) * SECOND + pick.choice((0, 1, 500_000_000, 999_999_999)))


def span(pick: random.Random) -> Duration:
    way = pick.random()
    if way < 0.3:
        return Duration(pick.choice((0, 1, -1, SECOND, -SECOND, 5400 * SECOND, 2**63 - 1, -(2**63), -1_500_000)))
    if way < 0.7:
        return Duration(pick.randint(-400_000, 400_000) * SECOND)
    return Duration(pick.getrandbits(pick.randint(1, 62)) * pick.choice((1, -1)))


def many(make: Make) -> Make:
    return lambda pick: [make(pick) for _ in range(pick.choice((0, 1, 1, 2, 2, 3, 4)))]


def keyed(key: Make, value: Make) -> Make:
    return lambda pick: {to_key(key(pick)): value(pick) for _ in range(pick.choice((0, 1, 1, 2, 3)))}


def name(pick: random.Random) -> str:
    return pick.choice("aab") if pick.random() < 0.7 else text(pick)


def boolean(pick: random.Random) -> bool:
    return pick.random() < 0.5


def anything(pick: random.Random, depth: int = 2) -> object:
    """A value of any type. Maps have one entry: Google's have no order, and here macros may run over them."""
    way = pick.random()
    if depth and way < 0.15:
        return [anything(pick, depth - 1) for _ in range(pick.randint(0, 3))]
    if depth and way < 0.3:
        return {pick.choice((name, whole))(pick): anything(pick, depth - 1)} if pick.random() < 0.9 else {}
    return pick.choice((whole, double, text, boolean, byte_string, time, span, lambda _: None, whole))(pick)


KINDS: Final[Mapping[str, Kind]] = {
    "BOOL": Kind(BOOL, boolean),
    "INT": Kind(INT, whole),
    "UINT": Kind(UINT, unsigned),
    "DOUBLE": Kind(DOUBLE, double),
    "STRING": Kind(STRING, text),
    "BYTES": Kind(BYTES, byte_string),
    "TIME": Kind(TIMESTAMP, time),
    "SPAN": Kind(DURATION, span),
    "DYN": Kind(DYN, anything),
    "INTS": Kind(list_of(INT), many(whole)),
    "UINTS": Kind(list_of(UINT), many(unsigned)),
    "DOUBLES": Kind(list_of(DOUBLE), many(double)),
    "STRINGS": Kind(list_of(STRING), many(text)),
    "TIMES": Kind(list_of(TIMESTAMP), many(time)),
    "LISTS": Kind(list_of(list_of(INT)), many(many(whole))),
    "DYNS": Kind(list_of(DYN), many(anything)),
    "COUNTS": Kind(map_of(STRING, INT), keyed(name, whole)),
    "NAMES": Kind(map_of(INT, STRING), keyed(whole, text)),
    "FLAGS": Kind(map_of(BOOL, INT), keyed(boolean, whole)),
    "SHARES": Kind(map_of(STRING, DOUBLE), keyed(name, double)),
    "GROUPS": Kind(map_of(STRING, list_of(INT)), keyed(name, many(whole))),
    "TABLES": Kind(map_of(STRING, map_of(STRING, INT)), keyed(name, keyed(name, whole))),
    "NULL": Kind(None),
    "TYPE": Kind(None),
    "MAYBE_INT": Kind(None),
    "MAYBE_STRING": Kind(None),
    "MAYBE_INTS": Kind(None),
}
VARIABLES: Final[Mapping[str, str]] = {
    f"{kind.lower()}_{letter}": kind for kind, of in KINDS.items() if of.make for letter in "ab"
}
"""The kind of each variable that expressions may use."""


def declarations() -> dict[str, CelType]:
    return {variable: of.type for variable, kind in VARIABLES.items() if (of := KINDS[kind]).type}


def written(value: object) -> object:
    """A value of ours with its type, as JSON that compares as the language's identity, not as its equality."""
    if isinstance(value, list):
        return ["list", [written(element) for element in value]]
    if isinstance(value, dict):
        entries = [[written_key(from_key(key)), written(of)] for key, of in value.items()]
        return ["map", sorted(entries, key=repr)]
    return _ATOMS[type(value)](value)


def written_key(key: object) -> object:
    """A key. Google's binding does not tell unsigned keys from others."""
    return str(key).lower() if isinstance(key, bool) else int(key) if isinstance(key, int) else ["text", key]


def moment(timestamp: Timestamp) -> str:
    seconds, fraction = divmod(timestamp.nanoseconds, SECOND)
    day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    digits = f".{fraction:09d}".rstrip("0") if fraction else ""
    return f"{day.year}-{day:%m-%dT%H:%M:%S}{digits}Z"


_ATOMS: Final[Mapping[type, Callable[..., object]]] = {
    type(None): lambda _: ["null"],
    bool: lambda value: ["bool", value],
    int: lambda value: ["int", value],
    Uint: lambda value: ["uint", int(value)],
    float: lambda value: ["double", repr(value)],
    str: lambda value: ["string", value],
    bytes: lambda value: ["bytes", value.hex()],
    Timestamp: lambda value: ["timestamp", moment(value)],
    Duration: lambda value: ["duration", value.nanoseconds],
    TypeValue: lambda value: ["type", value.name],
    CelOptional: lambda value: ["optional", value.present],
}
