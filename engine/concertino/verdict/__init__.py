"""Outcomes, exceptions and a day to a verdict, and the gate."""
