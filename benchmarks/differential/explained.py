"""Differences that are explained: what Google's runtime does otherwise, and the sentence that says we need not."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Difference:
    """One pair with two outcomes, reduced to the part of the expression that shows the difference.

    `only_bound`: Google's runtime gives our value when the same expression is written without `cel.bind`.
    """

    source: str
    bindings: dict[str, object]
    ours: list[object]
    googles: list[object]
    only_bound: bool

    def failed(self, *words: str) -> bool:
        """Whether Google's runtime has an error, with one of the words in its message if there are any."""
        message = str(self.googles[-1])
        return self.googles[0] in {"error", "raised"} and (not words or any(word in message for word in words))

    def says(self, pattern: str) -> bool:
        """Whether the expression has a part that matches."""
        return re.search(pattern, self.source) is not None


@dataclass(frozen=True)
class Explanation:
    """A class of differences. `why` is what the specification or the extension says, against Google's runtime."""

    name: str
    why: str
    holds: Callable[[Difference], bool]


_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?|-?Infinity|-?inf\b|NaN|-?nan\b")
_TIME: Final = re.compile(r"([0-9]{1,4})(-[0-9]{2}-[0-9]{2}T[0-9:]{8})(?:(\.[0-9]*?)0*)?Z")
_SPACED: Final = re.compile(r'^"(?:(?:\s|\\n).*|.*(?:\s|\\n))" is not a number')
_SORTED_STABLY: Final = 16
_BRACKETS: Final = str.maketrans("", "", "[]")
_LONGEST_SPAN: Final = 2**63 - 1


def _same_but_for_numbers(of: Difference) -> bool:
    """Whether both texts agree, numbers read as numbers with six digits."""
    ours, googles = str(of.ours), str(of.googles)
    if _NUMBER.sub("#", ours) != _NUMBER.sub("#", googles):
        return False
    pairs = zip(_NUMBER.findall(ours), _NUMBER.findall(googles), strict=True)
    return all(one == other or _near(float(one), float(other)) for one, other in pairs)


def _near(one: float, other: float) -> bool:
    return one == other or math.isnan(one + other) or abs(one - other) <= max(1e-5 * abs(one), 5e-7)


def _same_but_for_times(of: Difference) -> bool:
    """Whether both texts agree once the years have four digits and the fractions no zeros at the end."""
    texts = [
        _TIME.sub(lambda time: f"{time[1]:0>4}{time[2]}{(time[3] or '').rstrip('.')}Z", str(outcome))
        for outcome in (of.ours, of.googles)
    ]
    return texts[0] == texts[1]


def _same_but_for_brackets(of: Difference) -> bool:
    """Whether both texts are the same without the brackets that replacing puts in."""
    return str(of.ours[1]).translate(_BRACKETS) == str(of.googles[1]).translate(_BRACKETS)


def _unordered(outcome: list[object]) -> bool:
    """Whether a list has NaN, or is long enough for Google's sorting not to keep the order of equals."""
    return "'nan'" in str(outcome) or (isinstance(outcome[1], list) and len(outcome[1]) > _SORTED_STABLY)


def _sorted(outcome: list[object]) -> list[str]:
    return sorted(map(repr, outcome[1])) if isinstance(outcome[1], list) else [repr(outcome)]


def _without_empty(outcome: list[object]) -> list[object]:
    return [each for each in outcome[1] if each != ["string", ""]] if isinstance(outcome[1], list) else outcome


EXPLANATIONS: Final[tuple[Explanation, ...]] = (
    Explanation(
        "a variable of an earlier macro instead of what cel.bind binds",
        "extension bindings: cel.bind gives the body with the value. With the value written into the "
        "body Google's runtime gives what we give; it keeps the slot of a macro that ended early",
        lambda of: (
            of.only_bound or (of.says(r"sortBy|cel\.bind") and of.failed("<iter_range>", ".@sortByAssociatedKeys("))
        ),
    ),
    Explanation(
        "the text of a double",
        "langdef has string(double) without a form, and the conformance cases 123.456 only; both texts are the number",
        lambda of: of.says(r"string\(") and not of.says(r"\.format\(") and _same_but_for_numbers(of),
    ),
    Explanation(
        "%s and %d of a double",
        'strings.md: "The value is formatted in base 10. Insignificant 0s must be excluded."; Google\'s six digits, '
        "exponents and zeros at the end are not that",
        lambda of: of.says(r"\.format\(") and _same_but_for_numbers(of),
    ),
    Explanation(
        "%s of a timestamp",
        'strings.md: "formatted according to RFC 3339", where a year has four digits; fractions may end in zeros',
        lambda of: of.says(r"\.format\(") and _same_but_for_times(of),
    ),
    Explanation(
        "%s of bytes that are no text",
        "strings.md: \"any invalid UTF-8 sequences are replaced with \\ufffd\"; Google's text can't even be read back",
        lambda of: of.says(r"\.format\(") and of.failed("Unable to convert", "utf-8", "object"),
    ),
    Explanation(
        "an element of an optional list",
        "extension optional: what is selected from an optional value is optional, absent where there is none; "
        "Google's is present and holds an index error",
        lambda of: (
            (of.says(r"\]$") and of.googles == ["optional", True] and of.ours[0] in {"optional", "error"})
            or (of.says(r"optional\.of\w*\(") and of.failed("Index error"))
        ),
    ),
    Explanation(
        "no key of a map",
        'langdef: "in (A, map(A, B)) -> bool, map key membership"; what can\'t be a key is none',
        lambda of: of.says(r" in ") and of.failed("No matching overloads found : @in"),
    ),
    Explanation(
        "a repeated key that || or all absorbs",
        "langdef: the logical operators give what one side decides, whatever error the other has; Google's runtime "
        "ends the whole evaluation at a repeated key of a map",
        lambda of: of.says(r"&&|\|\||\.all\(|\.exists\(") and of.failed("duplicate key in map"),
    ),
    Explanation(
        "int of a bool",
        "langdef has int of uint, double, string, enum and timestamp, none of bool; Google's checker refuses it, too",
        lambda of: of.says(r"int\(") and of.ours[0] == "error" and "int(bool)" in str(of.ours[1]),
    ),
    Explanation(
        "an empty time zone",
        'langdef: TimeZone = "UTC" | LongTZ | FixedTZ; the empty text is none of them',
        lambda of: of.says(r"\.get\w+\(") and '"" is not a time zone' in str(of.ours[-1]),
    ),
    Explanation(
        "a year without four digits",
        'langdef: "timestamps according to RFC3339", where "date-fullyear = 4DIGIT"',
        lambda of: (
            of.says(r"timestamp\(")
            and of.googles[0] == "timestamp"
            and re.match(r'"[0-9]{1,3}-[^"]*" is not a timestamp', str(of.ours[-1])) is not None
        ),
    ),
    Explanation(
        "an optional element at a number of another type",
        "conformance cases zero_based_double and zero_based_uint: a list has elements at dyn(0.0) and dyn(0u); "
        "Google's runtime has that for [_], not for [?_]",
        lambda of: of.says(r"\[\?") and of.failed("_[?_](list, double)", "_[?_](list, uint64)"),
    ),
    Explanation(
        "a part of a nanosecond",
        "duration.proto has whole seconds and nanoseconds; Google's runtime keeps quarters of one until it writes it",
        lambda of: of.says(r"duration\(") and re.search(r"\.[0-9]+ns", of.source + str(of.bindings)) is not None,
    ),
    Explanation(
        "a leap second",
        "timestamp.proto: all minutes are 60 seconds long, leap seconds are smeared; so there is no second 60",
        lambda of: of.says(r"timestamp\(") and ":60Z" in str(of.ours[-1]).upper(),
    ),
    Explanation(
        "a duration of more than 292 years",
        'langdef: "An error is also raised for conversions which exceed the range of the target type"; '
        "Google's conversion has another range than its arithmetic, which is 64 bits of nanoseconds like ours",
        lambda of: (
            of.googles[0] == "duration"
            and isinstance(of.googles[1], int)
            and abs(of.googles[1]) > _LONGEST_SPAN
            and "292 years" in str(of.ours[-1])
        ),
    ),
    Explanation(
        "the most negative duration",
        'langdef: "Arithmetic operations raise an error when the results exceed the range"; this one does not, but '
        "Google's runtime negates it on the way",
        lambda of: of.says(r" - ") and of.ours[0] in {"timestamp", "duration"} and of.failed("integer overflow"),
    ),
    Explanation(
        "the remainder of the smallest int by -1",
        'langdef: "Arithmetic operations raise an error when the results exceed the range"; the remainder 0 does not',
        lambda of: of.says(r" % ") and of.ours == ["int", 0] and of.failed("integer overflow"),
    ),
    Explanation(
        "a number among white space",
        "langdef has numbers of a string for what a literal may be, and none begins or ends with a space",
        lambda of: of.says(r"\b(int|uint|double)\(") and _SPACED.search(str(of.ours[-1])) is not None,
    ),
    Explanation(
        "a substring up to the end",
        'extension strings: "inclusive start range and exclusive end range", an error where they "exceed the string '
        'length"; Google\'s own message is "greater than <string>.size()"',
        lambda of: (
            of.says(r"\.substring\(") and of.ours[0] == "string" and of.failed("is greater than <string>.size()")
        ),
    ),
    Explanation(
        "the order of what has none",
        "extension lists sorts by an order and does not say more: NaN is neither less nor greater than anything, and "
        "equal keys may come in any order; Google's keep theirs in short lists only, ours always",
        lambda of: of.says(r"\.sort(By)?\(") and (_unordered(of.ours)) and _sorted(of.ours) == _sorted(of.googles),
    ),
    Explanation(
        "an empty match replaced up to a count",
        'extension regex: "replaces all non-overlapping substring of a regex pattern", each once; Google\'s runtime '
        "replaces the same empty one until the count is reached",
        lambda of: (
            of.says(r"regex\.replace\(.*% 9\)")
            and of.ours[0] == of.googles[0] == "string"
            and _same_but_for_brackets(of)
        ),
    ),
    Explanation(
        "base64 with white space",
        'RFC 4648, 3.3: "Implementations MUST reject the encoded data if it contains characters outside the base '
        'alphabet"',
        lambda of: of.says(r"base64\.decode\(") and "is not base64" in str(of.ours[-1]),
    ),
    Explanation(
        "a hexadecimal text of a double",
        "langdef has double of a string for what a double literal may be, and none is hexadecimal",
        lambda of: of.says(r"double\(") and '"0X' in str(of.ours[-1]).upper() and "type double" in str(of.ours[-1]),
    ),
    Explanation(
        "an empty match among all",
        'extension regex: "returns a list of all matches of a regex pattern in a target string"; some are empty',
        lambda of: of.says(r"regex\.extractAll\(") and _without_empty(of.ours) == _without_empty(of.googles),
    ),
    Explanation(
        "a group that takes no part in the match",
        "extension regex: extract gives what the group captured; one that captured nothing gives no value",
        lambda of: of.says(r"regex\.extract\(") and of.ours == ["optional", False] and of.googles == ["optional", True],
    ),
    Explanation(
        "a range of a negative length",
        "extension lists: lists.range(n) is the numbers from 0 up to n, not with it; Google's runtime throws in C++",
        lambda of: of.says(r"lists\.range\(") and of.failed("vector::reserve"),
    ),
)


def explanation(of: Difference) -> Explanation | None:
    """The first explanation that holds, if any. None excuses what is not a value or an error of ours."""
    if of.ours[0] in {"two ways", "over the budget"}:
        return None
    return next((each for each in EXPLANATIONS if each.holds(of)), None)
