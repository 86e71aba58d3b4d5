"""Compiled policies and a catalogue to outcomes."""

from concertino.evaluation.advice import Adviser
from concertino.evaluation.counterfactual import Effort, Search, search
from concertino.evaluation.explain import explain
from concertino.evaluation.explaining import Element, Explanation, Member, Passage, Remedy, Shown
from concertino.evaluation.history import Archive, Histories, member_keys
from concertino.evaluation.judging import Judge

__all__ = [
    "Adviser",
    "Archive",
    "Effort",
    "Element",
    "Explanation",
    "Histories",
    "Judge",
    "Member",
    "Passage",
    "Remedy",
    "Search",
    "Shown",
    "explain",
    "member_keys",
    "search",
]
