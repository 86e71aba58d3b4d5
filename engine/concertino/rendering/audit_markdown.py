"""The audit of exceptions as Markdown, for a board paper or the summary of a CI step."""

from collections.abc import Iterable, Iterator, Sequence

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
from concertino.rendering.escape import code, escape
from concertino.verdict.audit import DIMENSIONS, Audited, Flag

_ROOM = 200_000
"""Characters for everything. The summary of a step on GitHub may have a million bytes."""


def render(context: AuditContext) -> str:
    """The result, then what is the matter, then the totals, until there is no more room."""
    parts: list[str] = []
    room = _ROOM
    left_out = 0
    for part in _parts(context):
        room -= len(part)
        if room > 0:
            parts.append(part)
        else:
            left_out += 1
    if left_out:
        parts.append(f"**Too long: {left_out} sections are left out.** The text report has all of them.")
    return "\n\n".join(parts) + "\n"


def _parts(context: AuditContext) -> Iterator[str]:
    audit = context.audit
    yield "## Exceptions"
    yield f"{escape(summary(context))}, read from {source_of(audit.source)}"
    for flag, items in sections(audit):
        yield f"### {TITLES[flag]} ({len(items)})"
        head = ("Exception", "Until", "Owner", "Waives" if flag is Flag.IN_FORCE else "Why")
        yield _table(head, (_row(item, flag) for item in items))
    for dimension in DIMENSIONS:
        if audit.by[dimension]:
            yield f"### By {dimension}"
            rows = (tuple(map(escape, row_of(row, NONE[dimension]))) for row in audit.by[dimension])
            yield _table(tuple(head.capitalize() for head in heads(dimension)), rows, figures=True)
    if audit.trend:
        yield f"### Since {source_of(audit.trend.source)}, as of {escape(audit.trend.as_of)}"
        moved = tuple(tuple(map(escape, row)) for row in changes(audit))
        yield _table(("What", "Before", "Now", "Difference"), moved, figures=True) if moved else "Nothing has changed."
        for heading, names in differences(audit):
            yield f"{heading}:\n\n" + "\n".join(f"- {escape(name)}" for name in names)


def _row(item: Audited, flag: Flag) -> tuple[str, ...]:
    last = str(item.waives) if flag is Flag.IN_FORCE else "<br>".join(map(escape, why(item, flag))) or "–"
    name = code(item.reference) + (f"<br>{escape(item.title)}" if item.title else "")
    return (name, escape(when(item).removeprefix("until ")), escape(item.owner) or "–", last)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], *, figures: bool = False) -> str:
    alignment = [":--", *(["--:"] if figures else [":--"]) * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, alignment, *rows))
