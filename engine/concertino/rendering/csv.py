"""The findings for a spreadsheet (RFC 4180): a row for each, waived ones included."""

import csv
from collections.abc import Callable, Mapping
from io import StringIO

from concertino.model.outcome import AppliedException, Outcome
from concertino.model.place import Place
from concertino.rendering.cells import cell
from concertino.rendering.context import ReportContext
from concertino.rendering.json import fingerprint

_NOWHERE = Place("", 0, 0, 0, 0)
_NOTHING = AppliedException("", "")

_TEXTS: Mapping[str, Callable[[Outcome], str]] = {
    "policy": lambda item: item.policy,
    "validation": lambda item: item.validation,
    "entity": lambda item: item.subject,
    "key": lambda item: item.key,
    "outcome": lambda item: item.result.value,
    "severity": lambda item: item.severity.value,
    "enforcement": lambda item: item.enforcement.value,
    "message": lambda item: item.message,
    "expected": lambda item: item.expected,
    "suggestion": lambda item: item.suggestion,
    "remediation": lambda item: item.remediation,
    "notes": lambda item: " / ".join(item.notes),
    "related": lambda item: " / ".join(f"{other.place} {other.message}" for other in item.related),
    "exception": lambda item: (item.exception or _NOTHING).reference,
    "expires": lambda item: (item.exception or _NOTHING).expires,
    "owner": lambda item: (item.exception or _NOTHING).owner,
    "reason": lambda item: (item.exception or _NOTHING).reason,
    "file": lambda item: (item.place or _NOWHERE).file,
    "pointer": lambda item: (item.place or _NOWHERE).pointer,
}
_NUMBERS: Mapping[str, Callable[[Place], int]] = {
    "line": lambda place: place.line,
    "column": lambda place: place.column,
    "endLine": lambda place: place.end_line,
    "endColumn": lambda place: place.end_column,
}


def render(context: ReportContext) -> str:
    """The table with its head, the findings in the order of the verdict. A column has the name it has in the JSON.

    With a base there is one more column for what became of each finding, and a row for each that was fixed.
    """
    stream = StringIO()
    # Everything is quoted, so that a list separator of another country does not cut a text apart.
    writer = csv.writer(stream, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    compared = context.comparison
    writer.writerow([*_TEXTS, *_NUMBERS, "gated", "fingerprint", *(["change"] if compared else [])])
    for item in context.verdict.findings:
        writer.writerow([*_row(item, gated=context.counts(item)), *([context.change(item)] if compared else [])])
    for gone in compared.fixed if compared else ():
        writer.writerow([*_row(gone.finding, gated=False), "fixed"])
    return stream.getvalue()


def _row(item: Outcome, *, gated: bool) -> list[str]:
    return [
        *(cell(text(item)) for text in _TEXTS.values()),
        *(str(number(item.place)) if item.place else "" for number in _NUMBERS.values()),
        "yes" if gated else "no",
        fingerprint(item),
    ]
