"""Outcomes, exceptions and a day to a verdict, and the gate."""

from concertino.verdict.checks import BUILT_IN_CHECKS, BuiltInCheck
from concertino.verdict.comparing import Change, Compared, Comparison, Ending, Gate, Gone, compare
from concertino.verdict.entry import RegisteredException, days_left
from concertino.verdict.force import Force, Standing, Term
from concertino.verdict.force_shape import EXCEPTION_KIND
from concertino.verdict.judge import (
    EXPIRING_DAYS,
    Judged,
    Progress,
    Selection,
    judge,
    judge_and_tell,
    judge_entity,
    judged,
    read_catalogue,
)
from concertino.verdict.register import Register
from concertino.verdict.rules import Rules, read_rules
from concertino.verdict.sides import compare_judged
from concertino.verdict.verdict import JudgedPolicy, Verdict, counts

__all__ = [
    "BUILT_IN_CHECKS",
    "EXCEPTION_KIND",
    "EXPIRING_DAYS",
    "BuiltInCheck",
    "Change",
    "Compared",
    "Comparison",
    "Ending",
    "Force",
    "Gate",
    "Gone",
    "Judged",
    "JudgedPolicy",
    "Progress",
    "Register",
    "RegisteredException",
    "Rules",
    "Selection",
    "Standing",
    "Term",
    "Verdict",
    "compare",
    "compare_judged",
    "counts",
    "days_left",
    "judge",
    "judge_and_tell",
    "judge_entity",
    "judged",
    "read_catalogue",
    "read_rules",
]
