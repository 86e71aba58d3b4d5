"""The audit of exceptions for people at a terminal."""

from collections.abc import Iterator, Sequence

from concertino.model.visible import visible
from concertino.rendering.audit_words import (
    NONE,
    TITLES,
    changes,
    differences,
    heads,
    row_of,
    sections,
    source_of,
    summary,
    when,
    why,
)
from concertino.rendering.audits import AuditContext
from concertino.rendering.painting import DIM, Line, Span, line, paint, paragraph
from concertino.verdict.audit import DIMENSIONS, Audited, Flag

_BAD = frozenset((Flag.FAULTY, Flag.WITHOUT_EFFECT, Flag.ORPHANED, Flag.EXPIRED))


def render(context: AuditContext) -> str:
    """What is the matter first, then what is in force, then the totals; the result in the last lines."""
    return paint(_report(context), colour=context.colour)


def _report(context: AuditContext) -> Iterator[Line]:
    audit = context.audit
    for flag, items in sections(audit):
        style = "bold red underline" if flag in _BAD else "bold underline"
        yield line(Span(f"{TITLES[flag]} ({len(items)})", style))
        for item in items:
            yield from _item(item, flag, context.width)
        yield ()
    for dimension in DIMENSIONS:
        rows = [row_of(row, NONE[dimension]) for row in audit.by[dimension]]
        if rows:
            yield line(Span(f"By {dimension}", "bold underline"))
            yield from _table(heads(dimension), rows)
            yield ()
    yield from _trend(context)
    yield line(Span(summary(context), "bold red" if audit.having(context.fail_on) else "bold"))
    yield from _next(context)


def _item(item: Audited, flag: Flag, width: int) -> Iterator[Line]:
    owner = f", owner {item.owner}" if item.owner else ""
    waives = f", waives {item.waives}" if item.waives and flag is Flag.IN_FORCE else ""
    yield line("  ", Span(item.reference, "bold"), Span(f"  {item.place}", DIM))
    yield line(f"    {when(item)}{owner}{waives}")
    if flag is Flag.IN_FORCE and item.claims:
        yield line(Span(f"    approved by {item.approver}; {item.claims} (claims)", DIM))
    for sentence in why(item, flag):
        yield from paragraph(sentence, width, "    ")


def _trend(context: AuditContext) -> Iterator[Line]:
    trend = context.audit.trend
    if trend is None:
        return
    title = f"Since {source_of(trend.source)}, as of {trend.as_of}"
    yield line(Span(title, "bold underline"))
    rows = list(changes(context.audit))
    if rows:
        yield from _table(("", "before", "now", ""), rows)
    for heading, items in differences(context.audit):
        yield line(f"  {heading}")
        for item in items:
            yield line(f"    {item}")
    if not rows:
        yield line("  Nothing has changed.")
    yield ()


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[Line]:
    """The first column to the left, figures to the right."""
    lines = [tuple(heads), *(tuple(map(visible, row)) for row in rows)]
    widths = [max(len(cells[index]) for cells in lines) for index in range(len(heads))]
    for number, cells in enumerate(lines):
        first, *rest = (
            cell.rjust(width) if index else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        yield line(Span("  ".join(["  " + first, *rest]).rstrip(), DIM if number == 0 else ""))


def _next(context: AuditContext) -> Iterator[Line]:
    names = ", ".join(sorted(flag.value for flag in context.fail_on if context.audit.total.of(flag)))
    if names:
        yield line(f"fails on: {names}")
    if context.audit.exceptions:
        command, does = "concertino exceptions audit --format ics=exceptions.ics", "puts every end into a calendar"
    else:
        command, does = "concertino exceptions new POLICY ENTITY", "asks for one, from a finding"
    yield line("next: ", Span(command, "bold"), Span(f"  # {does}", DIM))
