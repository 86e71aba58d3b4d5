"""The audit of exceptions for programs. Its shape is promised by `schemas/audit.schema.json`."""

from concertino import __version__
from concertino.model.snapshot import Source
from concertino.rendering.audits import AuditContext
from concertino.rendering.json import Tree, dumped, filled
from concertino.verdict.audit import DIMENSIONS, Audited, Flag, Row, Trend

AUDIT_VERSION = "1"
"""Raised when a field changes its meaning or goes away."""


def render(context: AuditContext) -> str:
    """The whole audit. The same register, policies and day give the same bytes."""
    audit = context.audit
    return dumped(
        {
            "version": AUDIT_VERSION,
            "engine": {"name": "concertino", "version": __version__},
            "source": _source(audit.source),
            "asOf": audit.as_of,
            "failOn": sorted(flag.value for flag in context.fail_on),
            "failed": bool(audit.having(context.fail_on)),
            "findings": audit.findings,
            "exceptions": [_exception(item) for item in audit.exceptions],
            "totals": {
                "all": _row(audit.total),
                **{name: [{"name": row.name, **_row(row)} for row in audit.by[name]] for name in DIMENSIONS},
            },
            **({"trend": _trend(audit.trend)} if audit.trend else {}),
        }
    )


def _source(source: Source) -> Tree:
    return filled(kind=source.kind.value, revision=source.revision, tree=source.tree)


def _exception(item: Audited) -> Tree:
    return {
        "exception": item.reference,
        "state": item.state.value,
        "flags": [flag.value for flag in Flag if flag in item.flags],
        "waives": item.waives,
        "renewals": item.renewals,
        **({"daysLeft": item.days_left} if item.days_left is not None else {}),
        **filled(
            title=item.title,
            policies=list(item.policies),
            entities=list(item.entities),
            brands=list(item.brands),
            capabilities=list(item.capabilities),
            type=item.type,
            requester=item.requester,
            owner=item.owner,
            approver=item.approver,
            approvedOn=item.approved_on,
            startsOn=item.starts_on,
            expires=item.expires,
            reviews=list(item.reviews),
            ticket=item.ticket,
            reason=item.reason,
            claims=item.claims,
            remarks=[
                {"flag": one.flag.value, **filled(text=one.text, suggestion=one.suggestion)} for one in item.remarks
            ],
        ),
        "location": {"file": item.place.file, "line": item.place.line, "column": item.place.column},
    }


def _row(row: Row) -> dict[str, Tree]:
    flags: Tree = {flag.value: count for flag, count in row.flags.items()}
    return {"exceptions": row.exceptions, "waives": row.waives, "flags": flags}


def _trend(trend: Trend) -> Tree:
    return {
        "source": _source(trend.source),
        "asOf": trend.as_of,
        "before": _row(trend.before),
        "added": list(trend.added),
        "removed": list(trend.removed),
        "gained": [{"exception": name, "flag": flag.value} for name, flag in trend.gained],
        "lost": [{"exception": name, "flag": flag.value} for name, flag in trend.lost],
    }
