"""Findings as lines for a terminal, file by file."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from concertino.model.frame import code_frame
from concertino.model.outcome import Outcome, Result, Severity
from concertino.model.suggest import marks_around
from concertino.rendering.offers import offer_line
from concertino.rendering.painting import DIM, Line, Span, line, paragraph
from concertino.rendering.summary import blocks, degree, entity, is_advice, key, rule, where

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}
_MARGIN = len("    1234 | ")


class FindingLines:
    """Draws findings with the text they stand in."""

    def __init__(self, sources: Callable[[str], bytes | None], width: int, *, verbose: bool) -> None:
        # Findings come file by file, so the last few files are all that needs to be kept.
        self._source = lru_cache(maxsize=4)(sources)
        self._width = width
        self._verbose = verbose

    def of(self, items: Iterable[Outcome]) -> Iterator[Line]:
        """The lines of all findings, those of one file together, with an empty line after each."""
        for _, group in blocks(items):
            yield from self._file(group)

    def _file(self, items: tuple[Outcome, ...]) -> Iterator[Line]:
        """The findings of one file. What is the same for several is said once."""
        seen: set[object] = set()
        for item in items:
            advice = (item.policy, item.remediation)
            offer = offer_line(item)
            yield from self._finding(item, framed=item.place not in seen, advised=advice not in seen)
            if offer and (offer, item.place) not in seen:
                yield from self._paragraph(offer, "would pass with: ")
            yield ()
            if not self._verbose:
                seen |= {item.place, advice, (offer, item.place)}

    def _finding(self, item: Outcome, *, framed: bool, advised: bool) -> Iterator[Line]:
        element = f" {key(item)}" if key(item) else ""
        weight = Span(degree(item), _style(item))
        yield line(Span(where(item), "bold"), "  ", weight, "  ", Span(rule(item), "magenta"), element)
        about = f"{entity(item)}: " if item.place and entity(item) else ""
        yield from self._paragraph(f"{about}{item.message}")
        if framed:
            yield from self._frame(item)
        if item.expected:
            yield from self._paragraph(item.expected, "expected: ")
        if item.suggestion:
            mark = marks_around(item.suggestion)
            yield line(f"  did you mean {mark}", Span(item.suggestion, "bold green"), f"{mark}?")
        if advised:
            yield from self._paragraph(item.remediation, "→ ", "green")
        for note in item.notes:
            yield from self._paragraph(note, "note: ")
        for related in (*item.related, *(item.reads if self._verbose else ())):
            yield from self._paragraph(f"{related.place}  {related.message}", "see ", DIM)

    def _frame(self, item: Outcome) -> Iterator[Line]:
        data = self._source(item.place.file) if item.place else None
        if item.place and data:
            frame = code_frame(data, item.place, self._width - _MARGIN)
            for number, part in enumerate(frame.splitlines()):
                yield line("    ", Span(part, _style(item) if number % 2 else DIM))

    def _paragraph(self, text: str, first: str = "", style: str = "") -> Iterator[Line]:
        return paragraph(text, self._width, "  ", first, style)


def _style(item: Outcome) -> str:
    if item.result is Result.ERROR:
        return _STYLES[Severity.ERROR]
    return _STYLES[Severity.NOTE] if is_advice(item) else _STYLES[item.severity]
