"""The formats of the exception audit: a literal registry, which is also what the command line offers."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from concertino.verdict.audit import Audit, Flag


@dataclass(frozen=True)
class AuditContext:
    """An audit and how it shall be shown. `fail_on` are the flags that fail the run."""

    audit: Audit
    fail_on: frozenset[Flag] = frozenset()
    colour: bool = False
    width: int = 100


@dataclass(frozen=True, slots=True)
class AuditFormat:
    """A format of the audit. `machine` says that programs read it."""

    name: str
    module: str
    description: str
    machine: bool

    def render(self, context: AuditContext) -> str:
        """The audit as text, with a newline at its end. The module of the format is imported only now."""
        return str(import_module(f"concertino.rendering.{self.module}").render(context))


_FORMATS = (
    AuditFormat(
        "text", "audit_text", "For people: what is the matter, exception by exception, and totals.", machine=False
    ),
    AuditFormat("markdown", "audit_markdown", "For a report to the board, or the summary of a CI step.", machine=False),
    AuditFormat("json", "audit_json", "For programs, in the shape of audit.schema.json.", machine=True),
    AuditFormat("csv", "audit_csv", "For a spreadsheet: a row for each exception.", machine=True),
    AuditFormat("ics", "audit_calendar", "For calendars: each expiry and each review, with its owner.", machine=True),
)

AUDIT_FORMATS: Mapping[str, AuditFormat] = {item.name: item for item in _FORMATS}
"""The formats of the audit by name. Each has a module with a function `render`."""
