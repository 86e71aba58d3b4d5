"""Finds the name that was probably meant."""

from collections.abc import Iterable
from difflib import SequenceMatcher

_CLOSE_ENOUGH = 0.6
_LONGEST = 100
"""Longer words are not compared: nobody mistypes them, and comparing takes the product of the lengths."""


def nearest(word: str, candidates: Iterable[str]) -> str:
    """The candidate most like `word`, or nothing if none comes close. Case alone makes hardly a difference."""
    if not word or len(word) > _LONGEST:
        return ""
    best, best_likeness = "", _CLOSE_ENOUGH
    for candidate in sorted(set(candidates)):
        likeness = _likeness(word, candidate, best_likeness)
        if likeness > best_likeness:
            best, best_likeness = candidate, likeness
    return best


def _likeness(word: str, candidate: str, at_least: float) -> float:
    if word == candidate or len(candidate) > _LONGEST:
        return 0
    matcher = SequenceMatcher(None, word.casefold(), candidate.casefold(), autojunk=False)
    if matcher.real_quick_ratio() < at_least or matcher.quick_ratio() < at_least:
        return 0
    # What begins alike is what people mistype; a tie in letters goes to it.
    return matcher.ratio() + (0.01 if word[:1].casefold() == candidate[:1].casefold() else 0)
