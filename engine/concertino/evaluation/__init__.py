"""Compiled policies and a catalogue to outcomes."""
