"""Compiled policies and a catalogue to outcomes."""

from concertino.evaluation.explain import explain
from concertino.evaluation.explaining import Element, Explanation, Member, Passage, Shown
from concertino.evaluation.history import Archive, Histories, member_keys
from concertino.evaluation.judging import Judge

__all__ = [
    "Archive",
    "Element",
    "Explanation",
    "Histories",
    "Judge",
    "Member",
    "Passage",
    "Shown",
    "explain",
    "member_keys",
]
