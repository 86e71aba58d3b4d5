"""The report for people at a terminal."""

from collections.abc import Iterator
from functools import lru_cache

from concertino.model.frame import code_frame
from concertino.model.outcome import AppliedException, Outcome, Result, Severity
from concertino.rendering.advice import next_command
from concertino.rendering.context import ReportContext
from concertino.rendering.painting import Line, Span, line, paint, paragraph
from concertino.rendering.summary import (
    blocks,
    degree,
    entity,
    idle,
    is_advice,
    key,
    nothing_judged,
    result_of,
    rule,
    sections,
    summary_line,
    uncounted_title,
    where,
)

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}
_DIM = "bright_black"


def render(context: ReportContext) -> str:
    """Broken rules first, then what the gate counts, what it doesn't, what is waived; the result in the last lines."""
    return paint(_Report(context).lines(), colour=context.colour)


class _Report:
    def __init__(self, context: ReportContext) -> None:
        self._context = context
        # Findings come file by file, so the last few files are all that needs to be kept.
        self._source = lru_cache(maxsize=4)(context.sources)

    def lines(self) -> Iterator[Line]:
        found = sections(self._context)
        yield from self._section("Broken rules: what could not be used judged nothing", found.broken)
        yield from self._section("Findings", found.counted)
        yield from self._section(uncounted_title(self._context), found.uncounted)
        yield from self._waived(found.waived)
        yield from self._remarks()
        yield from self._end()

    def _section(self, title: str, items: tuple[Outcome, ...]) -> Iterator[Line]:
        if items:
            yield _heading(title, len(items))
            yield ()
            for _, group in blocks(items):
                yield from self._file(group)

    def _file(self, items: tuple[Outcome, ...]) -> Iterator[Line]:
        """The findings of one file. The same advice for the same policy is given once."""
        said: set[tuple[str, str]] = set()
        for item in items:
            repeated = (item.policy, item.remediation) in said and not self._context.verbose
            said.add((item.policy, item.remediation))
            yield from self._finding(item, remedy="" if repeated else item.remediation)
            yield ()

    def _finding(self, item: Outcome, remedy: str) -> Iterator[Line]:
        yield line(
            Span(where(item), "bold"),
            "  ",
            Span(degree(item), _style(item)),
            "  ",
            Span(rule(item), "magenta"),
            f" {key(item)}" if key(item) else "",
        )
        about = f"{entity(item)}: " if item.place and entity(item) else ""
        yield from self._paragraph(f"{about}{item.message}")
        yield from self._frame(item)
        if item.expected:
            yield from self._paragraph(item.expected, "expected: ")
        if item.suggestion:
            yield line('  did you mean "', Span(item.suggestion, "bold green"), '"?')
        if remedy:
            yield from self._paragraph(remedy, "→ ", "green")
        for note in item.notes:
            yield from self._paragraph(note, "note: ")
        for related in item.related:
            yield from self._paragraph(f"{related.place}  {related.message}", "see ", _DIM)

    def _frame(self, item: Outcome) -> Iterator[Line]:
        data = self._source(item.place.file) if item.place else None
        if item.place is None or not data:
            return
        frame = code_frame(data, item.place, self._context.width - len("    1234 | "))
        for number, part in enumerate(frame.splitlines()):
            yield line("    ", Span(part, _style(item) if number % 2 else _DIM))

    def _waived(self, items: tuple[Outcome, ...]) -> Iterator[Line]:
        if items:
            yield _heading("Waived", len(items))
            for item in items:
                element = f" {key(item)}" if key(item) else ""
                yield line("  ", Span(rule(item), "magenta"), f"{element} on {item.subject}: ", _by(item.exception))
                if self._context.verbose and item.exception and item.exception.reason:
                    yield from self._paragraph(item.exception.reason, "  because ", _DIM)
            yield ()

    def _remarks(self) -> Iterator[Line]:
        """What the reader should know about the rules and exceptions, briefly."""
        verdict = self._context.verdict
        if verdict.overrides:
            yield _heading("Changed by the configuration", len(verdict.overrides))
            for change in verdict.overrides:
                reason = f" ({change.reason})" if change.reason else ""
                yield line("  ", Span(change.policy, "magenta"), f": {change.change}{reason}")
            yield ()
        if verdict.expiring:
            yield _heading("Exceptions that end soon", len(verdict.expiring))
            for reference, day in verdict.expiring:
                yield line(f"  {reference}: in force until {day}")
            yield ()
        notes = [*verdict.notes, *(idle(verdict) if self._context.verbose else ())]
        for note in notes:
            yield from self._paragraph(note, "note: ", indent="")
        if notes:
            yield ()

    def _end(self) -> Iterator[Line]:
        sign, _ = result_of(self._context)
        verdict = self._context.verdict
        if not verdict.entities and not verdict.findings:
            yield from self._paragraph(nothing_judged(verdict), indent="")
        yield line(Span(summary_line(self._context), "bold green" if sign == "✓" else "bold red"))
        command, why = next_command(self._context)
        yield line("next: ", Span(command, "bold"), Span(f"  # {why}", _DIM))

    def _paragraph(self, text: str, first: str = "", style: str = "", indent: str = "  ") -> Iterator[Line]:
        return paragraph(text, self._context.width, indent, first, style)


def _heading(title: str, count: int) -> Line:
    return line(Span(f"{title} ({count})", "bold underline"))


def _style(item: Outcome) -> str:
    if item.result is Result.ERROR:
        return _STYLES[Severity.ERROR]
    return _STYLES[Severity.NOTE] if is_advice(item) else _STYLES[item.severity]


def _by(exception: AppliedException | None) -> str:
    if exception is None:
        return "waived"
    owner = f", owner {exception.owner}" if exception.owner else ""
    return f"by {exception.reference} until {exception.expires}{owner}"
