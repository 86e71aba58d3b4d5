"""The audit of exceptions for a spreadsheet (RFC 4180): a row for each exception."""

import csv
from collections.abc import Callable, Mapping
from io import StringIO

from concertino.rendering.audits import AuditContext
from concertino.rendering.cells import cell
from concertino.verdict.audit import Audited, Flag

_COLUMNS: Mapping[str, Callable[[Audited], str]] = {
    "exception": lambda item: item.reference,
    "title": lambda item: item.title,
    "state": lambda item: item.state.value,
    "flags": lambda item: " ".join(flag.value for flag in Flag if flag in item.flags),
    "policies": lambda item: " ".join(item.policies),
    "entities": lambda item: " ".join(item.entities),
    "brands": lambda item: " ".join(item.brands),
    "capabilities": lambda item: " ".join(item.capabilities),
    "type": lambda item: item.type,
    "requester": lambda item: item.requester,
    "owner": lambda item: item.owner,
    "approver": lambda item: item.approver,
    "claims": lambda item: item.claims,
    "approvedOn": lambda item: item.approved_on,
    "startsOn": lambda item: item.starts_on,
    "expires": lambda item: item.expires,
    "daysLeft": lambda item: "" if item.days_left is None else str(item.days_left),
    "waives": lambda item: str(item.waives),
    "renewals": lambda item: str(item.renewals),
    "ticket": lambda item: item.ticket,
    "remarks": lambda item: " / ".join(f"{one.flag.value}: {one.text}" for one in item.remarks),
    "file": lambda item: item.place.file,
    "line": lambda item: str(item.place.line),
}
_NUMBERS = ("daysLeft", "waives", "renewals", "line")


def render(context: AuditContext) -> str:
    """The table, with its head. Text that a spreadsheet would run as a formula begins with an apostrophe."""
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for item in context.audit.exceptions:
        writer.writerow([_cell(name, column(item)) for name, column in _COLUMNS.items()])
    return stream.getvalue()


def _cell(name: str, text: str) -> str:
    return text if name in _NUMBERS else cell(text)
