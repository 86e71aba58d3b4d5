"""The verdict: everything that one snapshot came to, under one set of policies, on one day."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from concertino.model.outcome import Enforcement, Outcome, Result, Severity
from concertino.model.snapshot import Source
from concertino.policies import Override
from concertino.verdict.checks import BUILT_IN_CHECKS

EXIT_CLEAN = 0
EXIT_FINDINGS = 1
EXIT_BROKEN_RULE = 2
EXIT_NOTHING_JUDGED = 3


@dataclass(frozen=True, slots=True)
class JudgedPolicy:
    """A policy, or a built-in check, as the report names it, with how often each result came out."""

    id: str
    title: str
    severity: Severity
    enforcement: Enforcement
    description: str = ""
    remediation: str = ""
    pack: str = ""
    mission: tuple[str, ...] = ()
    results: Mapping[Result, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings, sorted by place, and what is needed to understand them.

    `entities` is how many entities were judged by at least one policy; `policies_digest` the SHA-256 of all policies
    with their overrides; `expiring` the exceptions in force that end within 30 days, with their last day.
    """

    source: Source
    as_of: str
    policies_digest: str
    policies: tuple[JudgedPolicy, ...]
    findings: tuple[Outcome, ...]
    entities: int
    files: int
    in_force: tuple[tuple[str, str], ...] = ()
    expiring: tuple[tuple[str, str], ...] = ()
    overrides: tuple[Override, ...] = ()
    notes: tuple[str, ...] = ()

    def count(self, result: Result) -> int:
        """How many outcomes came to `result`."""
        return sum(policy.results.get(result, 0) for policy in self.policies)

    def severities(self) -> Mapping[Severity, int]:
        """How many failures there are of each severity, waived ones not counted."""
        return Counter(item.severity for item in self.findings if item.result is Result.FAIL)

    def gated(self, fail_on: Severity) -> tuple[Outcome, ...]:
        """The findings that the gate counts: see `counts`."""
        return tuple(item for item in self.findings if counts(item, fail_on))

    def exit_code(self, fail_on: Severity) -> int:
        """0 clean, 1 findings, 2 a broken rule, 3 nothing was judged."""
        if any(item.policy in BUILT_IN_CHECKS and BUILT_IN_CHECKS[item.policy].broken_rule for item in self.findings):
            return EXIT_BROKEN_RULE
        if self.gated(fail_on):
            return EXIT_FINDINGS
        return EXIT_CLEAN if self.entities or self.findings else EXIT_NOTHING_JUDGED


def counts(item: Outcome, fail_on: Severity) -> bool:
    """Whether the gate counts a finding: it could not be judged, or it fails, is not advisory, and is grave enough."""
    if item.result is Result.ERROR:
        return True
    return (
        item.result is Result.FAIL
        and item.enforcement is not Enforcement.ADVISORY
        and item.severity.rank >= fail_on.rank
    )
