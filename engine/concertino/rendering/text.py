"""The report for people at a terminal."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import TypeVar

from concertino.model.outcome import AppliedException, Outcome
from concertino.rendering.advice import next_command
from concertino.rendering.context import ReportContext
from concertino.rendering.finding import FindingLines
from concertino.rendering.impact import impact_lines
from concertino.rendering.painting import DIM, Line, Span, line, paint, paragraph
from concertino.rendering.summary import (
    ENDINGS,
    changed,
    findings_title,
    idle,
    key,
    nothing_judged,
    result_of,
    rule,
    sections,
    summary_line,
    uncounted_title,
)
from concertino.rendering.touching import approval, base_note, rules_note, touched_head, touched_title

_Item = TypeVar("_Item")


def render(context: ReportContext) -> str:
    """Broken rules first, then what the gate counts, what it doesn't, what is waived; the result in the last lines."""
    return paint(_report(context), colour=context.colour)


def findings_text(
    items: Iterable[Outcome], sources: Callable[[str], bytes | None], *, colour: bool = False, width: int = 100
) -> str:
    """Findings alone, as the report shows them: for commands that judge nothing and yet find something broken."""
    return paint(FindingLines(sources, width, verbose=False).of(items), colour=colour)


def _report(context: ReportContext) -> Iterator[Line]:
    found = sections(context)
    findings = FindingLines(context.sources, context.width, verbose=context.verbose)
    yield from _touched(context)
    if context.comparison:
        yield line(Span(base_note(context), "bold"), f": {changed(context)}")
        yield ()
    yield from impact_lines(context)
    titled = (
        ("Broken rules: what could not be used judged nothing", found.broken),
        (findings_title(context), found.counted),
        ("No longer waived", found.lapsed),
        (uncounted_title(context), found.uncounted),
    )
    for title, items in titled:
        if items:
            yield _heading(title, len(items))
            yield ()
            yield from findings.of(items)
    yield from _waivers(found.waived, context)
    yield from _fixed(context)
    yield from _remarks(context)
    yield from _end(context)


def _waivers(items: tuple[Outcome, ...], context: ReportContext) -> Iterator[Line]:
    """What is waived, exception by exception: one promise to keep in mind, however much it covers."""
    if not items:
        return
    yield _heading("Newly waived" if context.comparison else "Waived", len(items))
    by_exception: dict[AppliedException | None, list[Outcome]] = {}
    for item in items:
        by_exception.setdefault(item.exception, []).append(item)
    for exception, covered in sorted(by_exception.items(), key=lambda pair: pair[0].reference if pair[0] else ""):
        if exception:
            owner = f", owner {exception.owner}" if exception.owner else ""
            yield line("  ", Span(exception.reference, "bold"), f" until {exception.expires}{owner}")
            if context.verbose and exception.reason:
                yield from paragraph(exception.reason, context.width, "    ", "because ", DIM)
        for item in covered:
            element = f" {key(item)}" if key(item) else ""
            yield line("    ", Span(rule(item), "magenta"), f" on {item.subject}{element}")
    yield ()


def _touched(context: ReportContext) -> Iterator[Line]:
    """What the change does to the rules themselves, before anything that they say."""
    if context.touched:
        yield line(Span(touched_title(context), "bold yellow"))
    for group in [list(items) for _, items in groupby(context.touched, approval)]:
        for item in group:
            yield line("  ", Span(touched_head(item), "yellow"), "  ", Span(item.name, "bold"))
            yield from paragraph(item.detail, context.width, "    ")
        yield from paragraph(approval(group[0], len(group)), context.width, "    ", "→ ", "green")
    notes = list(rules_note(context))
    for note in notes:
        yield from paragraph(note, context.width, "", "note: ")
    if context.touched or notes:
        yield ()


def _fixed(context: ReportContext) -> Iterator[Line]:
    """What the change took away, a line each: who mended it knows what it was."""
    gone = context.comparison.fixed if context.comparison else ()
    if gone:
        yield _heading("Fixed", len(gone))
        for item in gone:
            finding, why = item.finding, ENDINGS[item.ending]
            element = f" {key(finding)}" if key(finding) else ""
            yield line("  ", Span(rule(finding), "magenta"), f" on {finding.subject}{element}{why and f': {why}'}")
        yield ()


def _remarks(context: ReportContext) -> Iterator[Line]:
    """What the reader should know about the rules and exceptions, briefly."""
    verdict = context.verdict
    yield from _listed(
        "Changed by the configuration",
        verdict.overrides,
        lambda item: _one(
            "  ", Span(item.policy, "magenta"), f": {item.change}", f" ({item.reason})" if item.reason else ""
        ),
    )
    yield from _listed(
        "Exceptions that end soon", verdict.expiring, lambda item: _one(f"  {item[0]}: in force until {item[1]}")
    )
    notes = [*verdict.notes, *(idle(verdict) if context.verbose else ())]
    for note in notes:
        yield from paragraph(note, context.width, "", "note: ")
    if notes:
        yield ()


def _end(context: ReportContext) -> Iterator[Line]:
    sign, _ = result_of(context)
    if not context.verdict.entities and not context.verdict.findings:
        yield from paragraph(nothing_judged(context.verdict), context.width, "")
    yield line(Span(summary_line(context), "bold green" if sign == "✓" else "bold red"))
    command, why = next_command(context)
    yield line("next: ", Span(command, "bold"), Span(f"  # {why}", DIM))


def _listed(title: str, items: tuple[_Item, ...], lines: Callable[[_Item], Iterable[Line]]) -> Iterator[Line]:
    """A section of short lines, if there is anything in it."""
    if items:
        yield _heading(title, len(items))
        for item in items:
            yield from lines(item)
        yield ()


def _one(*parts: Span | str) -> tuple[Line, ...]:
    return (line(*parts),)


def _heading(title: str, count: int) -> Line:
    return line(Span(f"{title} ({count})", "bold underline"))
