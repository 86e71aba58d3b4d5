"""Near misses: what someone probably meant to type."""

from collections.abc import Iterable
from difflib import SequenceMatcher

_NEAR_ENOUGH = 0.7
"""Below this share of matching letters two words look like different words, not like a slip."""
_LONGEST = 200
"""Longer words are sentences; comparing them costs much and helps nobody."""
_MOST = 5_000
"""As many candidates of a fitting length are compared, so that a hostile catalogue cannot make a message slow."""


def suggest(word: str, candidates: Iterable[str]) -> str:
    """The candidate that `word` was probably meant to be, or the empty text if none is near.

    A candidate that differs only in case, `-`, `_` or spaces wins over any other; of equals the first in sorted order.
    """
    if len(word) > _LONGEST:
        return ""
    plain = _plain(word)
    near = sorted({candidate for candidate in candidates if _fits(plain, candidate) and candidate != word})[:_MOST]
    for candidate in near:
        if _plain(candidate) == plain:
            return candidate
    return _nearest(plain, near)


def marks_around(suggestion: str) -> str:
    """The quotation mark to show on either side of a suggestion: none where it brings its own, as a literal does."""
    return "" if suggestion[:1] in ("'", '"') and suggestion[-1:] == suggestion[:1] else '"'


def _nearest(plain: str, candidates: list[str]) -> str:
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(plain)
    best, score = "", (_NEAR_ENOUGH, 0.0)
    for candidate in candidates:
        matcher.set_seq1(_plain(candidate))
        if matcher.real_quick_ratio() < score[0] or matcher.quick_ratio() < score[0]:
            continue
        found = (matcher.ratio(), matcher.quick_ratio())  # of equals the one with the same letters: they were swapped
        if found > score:
            best, score = candidate, found
    return best


def _fits(plain: str, candidate: str) -> bool:
    """Whether the lengths alone allow the words to be near."""
    return abs(len(candidate) - len(plain)) <= max(2, len(plain) // 2)


def _plain(word: str) -> str:
    return word.casefold().replace("-", "").replace("_", "").replace(" ", "")
