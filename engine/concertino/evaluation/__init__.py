"""Compiled policies and a catalogue to outcomes."""

from concertino.evaluation.history import Archive, Histories, member_keys
from concertino.evaluation.judging import Judge

__all__ = ["Archive", "Histories", "Judge", "member_keys"]
