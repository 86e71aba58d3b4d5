"""Templates of expressions, for each kind of value.

A template has holes, named by the kind they take. `@KIND` is the name of a new variable of a macro, known from there
on, and `@@` is that name again; `~KIND` is one known after the next hole, as in `cel.bind`.

Where a macro visits a map, the result is sorted or does not depend on the order: that of Google's maps changes from run
to run. `transformMap` and `transformMapEntry` are left out: 0.1.3 has no function behind them ("No overload found in
reference resolve step for cel.@mapInsert").
"""

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Final

from benchmarks.differential.values import KINDS

_ORDERED: Final = ("BOOL", "INT", "UINT", "DOUBLE", "STRING", "BYTES", "TIME", "SPAN")
_LISTS: Final = {
    "INTS": "INT",
    "UINTS": "UINT",
    "DOUBLES": "DOUBLE",
    "STRINGS": "STRING",
    "TIMES": "TIME",
    "LISTS": "INTS",
    "DYNS": "DYN",
}
_MAPS: Final = {
    "COUNTS": ("STRING", "INT"),
    "NAMES": ("INT", "STRING"),
    "FLAGS": ("BOOL", "INT"),
    "SHARES": ("STRING", "DOUBLE"),
    "GROUPS": ("STRING", "INTS"),
    "TABLES": ("STRING", "COUNTS"),
}
_OPTIONALS: Final = {"MAYBE_INT": "INT", "MAYBE_STRING": "STRING", "MAYBE_INTS": "INTS"}
LITERALS: Final[Mapping[str, str]] = {
    "BOOL": "true|false",
    "INT": "0|1|2|-1|3|7|64|-9223372036854775808|9223372036854775807|9007199254740993",
    "UINT": "0u|1u|2u|7u|18446744073709551615u|9223372036854775808u",
    "DOUBLE": "0.0|-0.0|1.0|-1.5|2.5|1e308|5e-324|9223372036854775808.0|0.1|double('NaN')|double('inf')",
    "STRING": "''|'a'|'b'|'é'|'😀b'|'a\\u0000b'|',' |'1'|'abcabc'|'%s'|r'\\d'|'UTC'",
    "BYTES": "b''|b'a'|b'\\xff\\x00'|b'é'",
    "TIME": "timestamp('2026-06-30T12:34:56.789Z')|timestamp('0001-01-01T00:00:00Z')|timestamp(0)"
    "|timestamp('9999-12-31T23:59:59.999999999Z')",
    "SPAN": "duration('1h30m')|duration('-1ns')|duration('0s')|duration('2562047h47m16.854775807s')",
    "NULL": "null",
    "DYN": "dyn(1)|dyn('a')|dyn(null)|dyn(1.0)|dyn(1u)|dyn([])|dyn({})",
    "TYPE": "int|uint|double|string|bytes|bool|list|map|type|null_type|google.protobuf.Timestamp"
    "|google.protobuf.Duration",
    **dict.fromkeys(_LISTS, "[]"),
    **dict.fromkeys(_MAPS, "{}"),
    **dict.fromkeys(_OPTIONALS, "optional.none()"),
}
PATTERNS: Final = (
    *(
        "a",
        "a*",
        "(a)|b",
        "(a)(b)?",
        "^",
        "$",
        "[^a]+",
        "(?i)AB",
        ".",
        "b*?",
        "é|😀",
        "x",
        "(?:a|b)+",
        "\\\\b",
        "\\\\d+",
    ),
    *(
        "(",
        "a{2}",
        "(b)",
        "\\\\pL",
        "(?s).*",
        "^a|b$",
        "a**",
        "(?P<n>a)",
        "()",
        "[[:alpha:]]",
        "\\\\w",
        "(a|ab)(c|bcd)",
    ),
)
ZONES: Final = (
    "UTC",
    "Europe/London",
    "America/New_York",
    "+01:00",
    "-14:00",
    "09:30",
    "+00:00",
    "Nowhere",
    "Asia/Kathmandu",
)

_OWN: Final[Mapping[str, tuple[str, ...]]] = {
    "BOOL": (
        "(BOOL && BOOL)",
        "(BOOL || BOOL)",
        "!BOOL",
        "(INT < DOUBLE)",
        "(UINT >= INT)",
        "(DOUBLE <= UINT)",
        "(dyn(INT) == dyn(DOUBLE))",
        "(dyn(UINT) == dyn(DOUBLE))",
        "(dyn(UINT) == dyn(INT))",
        "(DYN && BOOL)",
        "(BOOL || DYN)",
        "(DYN < DYN)",
        "(DYN >= DYN)",
        "(DYN in DYN)",
        "has(DYN.a)",
        "has(TABLES.a.b)",
        "(type(DYN) == TYPE)",
        "bool(STRING)",
        "bool(DYN)",
        "DYN.all(@DYN, BOOL)",
        "DYN.exists(@DYN, BOOL)",
        "DYN.exists_one(@DYN, BOOL)",
        "DYN.exists(@DYN, @DYN, BOOL)",
        "STRING.contains(STRING)",
        "STRING.startsWith(STRING)",
        "STRING.endsWith(STRING)",
        "DYN.startsWith(STRING)",
        "STRING.matches('PATTERN')",
        "STRING.matches(STRING)",
        "math.isNaN(DOUBLE)",
        "math.isInf(DOUBLE)",
        "math.isFinite(DOUBLE)",
    ),
    "INT": (
        "(INT + INT)",
        "(INT - INT)",
        "(INT * INT)",
        "(INT / INT)",
        "(INT % INT)",
        "-(INT)",
        "int(UINT)",
        "int(DOUBLE)",
        "int(STRING)",
        "int(TIME)",
        "int(DYN)",
        "size(STRING)",
        "BYTES.size()",
        "size(DYN)",
        "STRING.indexOf(STRING)",
        "STRING.indexOf(STRING, INT)",
        "STRING.lastIndexOf(STRING)",
        "STRING.lastIndexOf(STRING, INT)",
        "math.greatest(INT, INT)",
        "math.least(INT, INT, INT)",
        "math.greatest(INTS)",
        "math.abs(INT)",
        "math.sign(INT)",
        "math.bitAnd(INT, INT)",
        "math.bitOr(INT, INT)",
        "math.bitXor(INT, INT)",
        "math.bitNot(INT)",
        "math.bitShiftLeft(INT, INT)",
        "math.bitShiftRight(INT, INT)",
        *(f"TIME.{part}()" for part in ("getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek")),
        *(f"TIME.{part}('ZONE')" for part in ("getFullYear", "getDayOfYear", "getHours", "getMinutes", "getDate")),
        *(f"TIME.{part}()" for part in ("getDayOfYear", "getHours", "getMinutes", "getSeconds", "getMilliseconds")),
        *(f"SPAN.{part}()" for part in ("getHours", "getMinutes", "getSeconds", "getMilliseconds")),
        "TIME.getMilliseconds('ZONE')",
        "TIME.getSeconds('ZONE')",
        "TIME.getHours(STRING)",
    ),
    "UINT": (
        "(UINT + UINT)",
        "(UINT - UINT)",
        "(UINT * UINT)",
        "(UINT / UINT)",
        "(UINT % UINT)",
        "uint(INT)",
        "uint(DOUBLE)",
        "uint(STRING)",
        "uint(DYN)",
        "math.greatest(UINT, UINT)",
        "math.least(UINTS)",
        "math.abs(UINT)",
        "math.sign(UINT)",
        "math.bitAnd(UINT, UINT)",
        "math.bitOr(UINT, UINT)",
        "math.bitXor(UINT, UINT)",
        "math.bitNot(UINT)",
        "math.bitShiftLeft(UINT, INT)",
        "math.bitShiftRight(UINT, INT)",
    ),
    "DOUBLE": (
        "(DOUBLE + DOUBLE)",
        "(DOUBLE - DOUBLE)",
        "(DOUBLE * DOUBLE)",
        "(DOUBLE / DOUBLE)",
        "-(DOUBLE)",
        "double(INT)",
        "double(UINT)",
        "double(STRING)",
        "double(DYN)",
        "math.greatest(DOUBLE, DOUBLE)",
        "math.least(DOUBLES)",
        "math.ceil(DOUBLE)",
        "math.floor(DOUBLE)",
        "math.round(DOUBLE)",
        "math.trunc(DOUBLE)",
        "math.abs(DOUBLE)",
        "math.sign(DOUBLE)",
        "math.sqrt(DOUBLE)",
        "math.sqrt(INT)",
        "math.sqrt(UINT)",
    ),
    "STRING": (
        "(STRING + STRING)",
        "string(INT)",
        "string(UINT)",
        "string(DOUBLE)",
        "string(BOOL)",
        "string(BYTES)",
        "string(TIME)",
        "string(SPAN)",
        "string(DYN)",
        "STRING.charAt(INT)",
        "STRING.substring(INT)",
        "STRING.substring(INT, INT)",
        "STRING.replace(STRING, STRING)",
        "STRING.replace(STRING, STRING, INT)",
        "STRING.upperAscii()",
        "STRING.lowerAscii()",
        "STRING.trim()",
        "STRING.reverse()",
        "STRINGS.join()",
        "STRINGS.join(STRING)",
        "strings.quote(STRING)",
        "base64.encode(BYTES)",
        "regex.replace(STRING, 'PATTERN', STRING)",
        "regex.replace(STRING, 'PATTERN', r'[\\0]', INT % 9)",  # Google's repeats empty matches, for hours if it may
        "regex.replace(STRING, 'PATTERN', r'\\1-\\2')",
        "'%s %d'.format([STRING, INT])",
        "'%d%%'.format([UINT])",
        "'%x %X'.format([INT, STRING])",
        "'%x'.format([BYTES])",
        "'%o|%b'.format([INT, UINT])",
        "'%b'.format([BOOL])",
        "'%f'.format([DOUBLE])",
        "'%.3f'.format([DOUBLE])",
        "'%.0f'.format([DOUBLE])",
        "'%e'.format([DOUBLE])",
        "'%.2e'.format([DOUBLE])",
        "'%f %e'.format([INT, UINT])",
        "'%s'.format([DYN])",
        "'%d'.format([DYN])",
        "'%x'.format([DYN])",
        "'%s'.format([[DYN, NULL, TYPE]])",
        "STRING.format([DYN, INT])",
    ),
    "BYTES": ("(BYTES + BYTES)", "bytes(STRING)", "base64.decode(STRING)", "base64.decode(base64.encode(BYTES))"),
    "TIME": (
        "(TIME + SPAN)",
        "(SPAN + TIME)",
        "(TIME - SPAN)",
        "timestamp(INT)",
        "timestamp(STRING)",
        "timestamp(DYN)",
    ),
    "SPAN": (
        "(SPAN + SPAN)",
        "(SPAN - SPAN)",
        "(TIME - TIME)",
        "duration(STRING)",
        "duration(string(INT) + 's')",
        "duration(DYN)",
    ),
    "DYN": (
        "(DYN + DYN)",
        "(DYN - DYN)",
        "(DYN * DYN)",
        "(DYN / DYN)",
        "(DYN % DYN)",
        "-(DYN)",
        "DYN[DYN]",
        "DYN[INT]",
        "DYN.a",
        "DYN.?a.orValue(DYN)",
        "DYN[?DYN].orValue(DYN)",
        "DYN.filter(@DYN, BOOL).size()",
        "math.greatest(DYN, INT)",
        "math.least(INT, DOUBLE)",
        "math.greatest(UINT, DOUBLE, INT)",
        "math.greatest(DYNS)",
    ),
    "INTS": ("lists.range(INT % 9)", "LISTS.flatten()", "STRINGS.map(@STRING, size(@@))", "LISTS.map(@INTS, INT)"),
    "STRINGS": (
        "STRING.split(STRING)",
        "STRING.split(STRING, INT)",
        "regex.extractAll(STRING, 'PATTERN')",
        "INTS.map(@INT, STRING)",
    ),
    "DYNS": ("[DYN, INT]", "LISTS.flatten(INT)", "[[DYN], [[DYN]]].flatten(INT)", "[dyn(INTS), dyn(INT)].flatten()"),
    "MAYBE_STRING": ("regex.extract(STRING, 'PATTERN')", "NAMES[?DYN]"),
    "MAYBE_INT": ("TABLES.?a.?b", "TABLES[?STRING].a", "GROUPS.?a[?INT]", "optional.of(INTS)[INT]", "COUNTS[?DYN]"),
    "TYPE": (),
    "NULL": ("(BOOL ? null : null)",),
}


def _of_any_kind(kind: str) -> Iterator[tuple[str, str]]:
    yield kind, f"(BOOL ? {kind} : {kind})"
    yield kind, f"cel.bind(~INT, INT, {kind})"
    yield kind, f"cel.bind(~{kind}, {kind}, {kind})"
    yield "BOOL", f"({kind} == {kind})"
    yield "BOOL", f"({kind} != {kind})"
    yield "BOOL", f"(dyn({kind}) == DYN)"
    yield "BOOL", f"optional.ofNonZeroValue({kind}).hasValue()"
    yield "DYN", f"dyn({kind})"
    yield "TYPE", f"type({kind})"
    yield "STRING", f"'%s'.format([{kind}])"
    if kind in _ORDERED:
        yield from (("BOOL", f"({kind} {sign} {kind})") for sign in ("<", "<=", ">", ">="))


def _of_lists(of: str, element: str) -> Iterator[tuple[str, str]]:
    forms = (
        *(f"[{element}]", f"[{element}, {element}, {element}]", f"({of} + {of})", f"{of}.slice(INT, INT)"),
        *(
            f"{of}.map(@{element}, {element})",
            f"{of}.map(@{element}, BOOL, {element})",
            f"{of}.filter(@{element}, BOOL)",
        ),
        *(f"{of}.reverse()", f"{of}.distinct()", f"{of}.transformList(@INT, @{element}, {element})"),
        *(f"{of}.sortBy(@{element}, INT)", f"{of}.sortBy(@{element}, STRING)", f"INTS.map(@INT, {element})"),
        *(f"[?{of}.last(), {element}]", f"{of}.transformList(@INT, @{element}, BOOL, {element})"),
    )
    yield from ((of, form) for form in forms)
    if element in _ORDERED:
        yield of, f"{of}.sort()"
        yield of, f"COUNTS.map(@STRING, {element}).sort()"
        yield of, f"NAMES.transformList(@INT, @STRING, {element}).sort()"
    tests = (
        *(f"({element} in {of})", f"{of}.all(@{element}, BOOL)", f"{of}.exists(@{element}, BOOL)"),
        *(
            f"{of}.exists_one(@{element}, BOOL)",
            f"{of}.all(@INT, @{element}, BOOL)",
            f"{of}.exists(@INT, @{element}, BOOL)",
        ),
        *(f"{of}.existsOne(@INT, @{element}, BOOL)", f"sets.contains({of}, {of})", f"sets.equivalent({of}, {of})"),
        *(f"sets.intersects({of}, {of})", f"(DYN in {of})", f"{of}.last().hasValue()"),
    )
    yield from (("BOOL", form) for form in tests)
    yield "INT", f"size({of})"
    yield element, f"{of}[INT]"
    yield element, f"{of}.first().orValue({element})"
    yield element, f"{of}[?INT].orValue({element})"
    yield element, f"{of}[DYN]"


def _of_maps(of: str, key: str, value: str) -> Iterator[tuple[str, str]]:
    forms = (*(f"{{{key}: {value}}}", f"{{{key}: {value}, {key}: {value}}}", f"{{?{key}: {of}[?{key}]}}"),)
    yield from ((of, form) for form in forms)
    tests = (
        *(f"({key} in {of})", f"(DYN in {of})", f"{of}.all(@{key}, BOOL)", f"{of}.exists(@{key}, BOOL)"),
        *(
            f"{of}.exists_one(@{key}, BOOL)",
            f"{of}.all(@{key}, @{value}, BOOL)",
            f"{of}.exists(@{key}, @{value}, BOOL)",
        ),
        f"{of}.existsOne(@{key}, @{value}, BOOL)",
    )
    yield from (("BOOL", form) for form in tests)
    yield "INT", f"{of}.size()"
    yield value, f"{of}[{key}]"
    yield value, f"{of}[?{key}].orValue({value})"
    yield value, f"{of}[DYN]"
    if key == "STRING":
        yield "BOOL", f"has({of}.a)"
        yield "BOOL", f"{of}.?a.hasValue()"
        yield value, f"{of}.a"
        yield value, f"{of}.?a.orValue({value})"


def _of_optionals(of: str, held: str) -> Iterator[tuple[str, str]]:
    forms = (
        *(f"optional.of({held})", f"optional.ofNonZeroValue({held})", f"{of}.or({of})"),
        *(f"{of}.optMap(@{held}, {held})", f"{of}.optFlatMap(@{held}, {of})", f"MAYBE_INT.optMap(@INT, {held})"),
    )
    yield from ((of, form) for form in forms)
    yield held, f"{of}.orValue({held})"
    yield held, f"{of}.value()"
    yield "BOOL", f"{of}.hasValue()"
    for many, element in (*_LISTS.items(), *((many, parts[1]) for many, parts in _MAPS.items())):
        if element == held:
            place = "INT" if many in _LISTS else _MAPS[many][0]
            yield of, f"{many}[?{place}]"
            yield from ((of, f"{many}.{end}()") for end in ("first", "last") if many in _LISTS)


def _alltemplates() -> Iterator[tuple[str, str]]:
    yield from ((kind, form) for kind, forms in _OWN.items() for form in forms)
    for kind in KINDS:
        yield from _of_any_kind(kind)
    for of, element in _LISTS.items():
        yield from _of_lists(of, element)
    for of, (key, value) in _MAPS.items():
        yield from _of_maps(of, key, value)
    for of, held in _OPTIONALS.items():
        yield from _of_optionals(of, held)


_HOLE: Final = re.compile(rf"(@@|[@~]?\b(?:{'|'.join(KINDS)}|PATTERN|ZONE)\b)")


@functools.cache
def templates() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """For each kind, templates cut at their holes."""
    found: dict[str, list[tuple[str, ...]]] = {kind: [] for kind in KINDS}
    for kind, template in _alltemplates():
        found[kind].append(tuple(piece for piece in _HOLE.split(template) if piece))
    return {kind: tuple(forms) for kind, forms in found.items()}
