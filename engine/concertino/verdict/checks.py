"""The built-in checks: what is found without any policy, in one table, reported like policies."""

from collections.abc import Mapping
from dataclasses import dataclass

from concertino.model.outcome import Enforcement, Outcome, Result, Severity
from concertino.model.problem import Problem


@dataclass(frozen=True, slots=True)
class BuiltInCheck:
    """One built-in check. A `broken_rule` is a fault in what judges, not in what is judged: the run ends with 2."""

    id: str
    title: str
    severity: Severity = Severity.ERROR
    enforcement: Enforcement = Enforcement.HARD_MANDATORY
    broken_rule: bool = False


_CHECKS = (
    BuiltInCheck("syntax", "A file is strict YAML, a table strict CSV"),
    BuiltInCheck("schema", "A document follows the schema of its kind"),
    BuiltInCheck("reference", "A reference leads to an entity"),
    BuiltInCheck("duplicate", "An entity is described once"),
    BuiltInCheck("unread", "Everything in the catalogue can be read"),
    BuiltInCheck("exception", "An exception does what it says"),
    BuiltInCheck("record", "A decision record has a number of its own and is as it was rendered"),
    BuiltInCheck("adr", "Earlier decision records agree with each other", Severity.WARNING, Enforcement.ADVISORY),
    BuiltInCheck("stale", "The facts behind an accepted decision are still those it was accepted on", Severity.WARNING),
    BuiltInCheck("configuration", "The configuration is sound", broken_rule=True),
    BuiltInCheck("pack", "Every pack can be found and read", broken_rule=True),
    BuiltInCheck("kind", "The schema of every kind is sound", broken_rule=True),
    BuiltInCheck("policy", "Every policy compiles", broken_rule=True),
    BuiltInCheck("decision-model", "The decision model is sound", broken_rule=True),
    BuiltInCheck("lint", "A policy holds nothing needless and guards what may be missing", Severity.WARNING),
    BuiltInCheck("cases", "The cases of a policy mean something", broken_rule=True),
)

BUILT_IN_CHECKS: Mapping[str, BuiltInCheck] = {check.id: check for check in _CHECKS}
"""The built-in checks by id."""


def outcome_of(problem: Problem) -> Outcome:
    """The finding that a problem is."""
    check = BUILT_IN_CHECKS[problem.check]
    return Outcome(
        policy=check.id,
        validation="",
        subject=problem.subject or problem.place.file,
        key=problem.place.pointer or _line_free_key(problem),
        result=Result.FAIL,
        severity=check.severity,
        enforcement=check.enforcement,
        message=problem.message,
        place=problem.place,
        related=problem.related,
        remediation=problem.remediation,
        expected=problem.expected,
        suggestion=problem.suggestion,
    )


def _line_free_key(problem: Problem) -> str:
    """What tells two problems of one file apart without naming a line, which moves."""
    return problem.message
