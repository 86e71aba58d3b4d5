"""Outcomes, exceptions and a day to a verdict, and the gate."""

from concertino.verdict.checks import BUILT_IN_CHECKS, BuiltInCheck
from concertino.verdict.entry import RegisteredException, days_left
from concertino.verdict.force import Force, Standing, Term
from concertino.verdict.judge import EXPIRING_DAYS, Progress, Selection, judge, judge_and_tell, read_catalogue
from concertino.verdict.register import EXCEPTION_KIND, Register
from concertino.verdict.rules import Rules, read_rules
from concertino.verdict.verdict import JudgedPolicy, Verdict, counts

__all__ = [
    "BUILT_IN_CHECKS",
    "EXCEPTION_KIND",
    "EXPIRING_DAYS",
    "BuiltInCheck",
    "Force",
    "JudgedPolicy",
    "Progress",
    "Register",
    "RegisteredException",
    "Rules",
    "Selection",
    "Standing",
    "Term",
    "Verdict",
    "counts",
    "days_left",
    "judge",
    "judge_and_tell",
    "read_catalogue",
    "read_rules",
]
