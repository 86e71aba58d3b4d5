"""Results of judging: outcomes, and the words that describe them."""

from dataclasses import dataclass, field
from enum import StrEnum

from concertino.model.edit import Offer
from concertino.model.place import Place, Related


class Result(StrEnum):
    """What judging one validation on one entity came to, in the words of a Kubernetes PolicyReport."""

    PASS = "pass"  # noqa: S105 - a result, not a password
    FAIL = "fail"
    WAIVED = "waived"
    ERROR = "error"
    SKIP = "skip"


class Severity(StrEnum):
    """How bad a failure is, in the words of SARIF."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for a note, 1 for a warning, 2 for an error."""
        return _SEVERITY_RANKS[self]


_SEVERITY_RANKS = {Severity.NOTE: 0, Severity.WARNING: 1, Severity.ERROR: 2}


class Enforcement(StrEnum):
    """Who may overrule a policy, in the words of Sentinel."""

    ADVISORY = "advisory"
    SOFT_MANDATORY = "soft-mandatory"
    HARD_MANDATORY = "hard-mandatory"

    @property
    def rank(self) -> int:
        """0 for advisory, 1 for soft-mandatory, 2 for hard-mandatory."""
        return _ENFORCEMENT_RANKS[self]


_ENFORCEMENT_RANKS = {Enforcement.ADVISORY: 0, Enforcement.SOFT_MANDATORY: 1, Enforcement.HARD_MANDATORY: 2}


@dataclass(frozen=True, slots=True)
class AppliedException:
    """The exception that waives a finding: its reference, the last day it is in force, its owner and its reason."""

    reference: str
    expires: str
    owner: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one validation of one policy on one subject, or on one element of it.

    `subject` is the reference of an entity, or the path of a file that holds none. `key` names the element under
    `each`. A finding is an outcome other than pass or skip.
    """

    policy: str
    validation: str
    subject: str
    key: str
    result: Result
    severity: Severity
    enforcement: Enforcement
    message: str = ""
    place: Place | None = None
    related: tuple[Related, ...] = ()
    remediation: str = ""
    expected: str = ""
    suggestion: str = ""
    exception: AppliedException | None = None
    notes: tuple[str, ...] = ()
    """Sentences on how the finding came about: an exception that lapsed or that has no effect, and why."""
    reads: tuple[Related, ...] = field(default=(), compare=False)
    """What the policy read in the catalogue on its way to the finding, the nearest first."""
    offers: tuple[Offer, ...] = field(default=(), compare=False)
    """Changes that would make the finding go away, each proven, where they were looked for. Empty claims nothing."""

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """Policy, validation, subject and key: never line, message or file, so that moved text is no news."""
        return (self.policy, self.validation, self.subject, self.key)

    @property
    def is_finding(self) -> bool:
        """Whether the outcome belongs in a report."""
        return self.result not in (Result.PASS, Result.SKIP)


@dataclass(frozen=True, slots=True)
class Tally:
    """How often each result came out."""

    counts: tuple[tuple[Result, int], ...] = field(default_factory=tuple)

    def of(self, result: Result) -> int:
        """How often `result` came out."""
        return dict(self.counts).get(result, 0)
