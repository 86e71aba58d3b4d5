"""Whether a reason says anything at all to somebody who meets it in a report."""

import re

_WORD = re.compile(r"[^\W\d_]{2,}")
_FILLERS = frozenset(
    _WORD.findall(
        "a an and are as asap at be because bitte business by can cannot could do done exception exempt "
        "exemption false fix fixme foo bar for from has have ignore in is it its just later legacy lorem "
        "ipsum me must na need needed needs no none not of ok okay on or per please positive reason reasons "
        "request requested required should skip soon sorry tba tbc tbd temp temporarily temporary test "
        "testing that the there they this to todo urgent waive waived waiver was we will wip with works xxx "
        "yes "
    )
)
"""Words that stand in a reason whatever it is about."""
_FEWEST_WORDS = 4
_FEWEST_LETTERS = 10


def says_nothing(reason: str, *names: str) -> bool:
    """Whether a reason has fewer than four words of its own.

    Fillers ("needed for business reasons") and the words of `names`, such as those of the policy, are not counted. In
    scripts without spaces between words letters are counted instead.
    """
    repeated = {word for name in names for word in _WORD.findall(name.casefold())}
    words = set(_WORD.findall(reason.casefold())) - _FILLERS - repeated
    if any(not word.isascii() and len(word) >= _FEWEST_LETTERS for word in words):
        return False
    return len(words) < _FEWEST_WORDS
