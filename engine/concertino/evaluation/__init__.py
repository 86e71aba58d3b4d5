"""Compiled policies and a catalogue to outcomes."""

from concertino.evaluation.judging import Judge

__all__ = ["Judge"]
