"""Coverage and mutation of policies, for people and for machines."""

import json
from collections.abc import Callable, Iterator, Sequence

from concertino.model.frame import code_frame
from concertino.model.place import Place
from concertino.rendering.painting import Line, Span, line, paint
from concertino.verdict.coverage import CoverageReport, Uncovered, percent
from concertino.verdict.mutation import Mutant, MutationReport, total

Sources = Callable[[str], bytes | None]
"""The bytes of a file, if they can be had."""
_MARGIN = len("    1234 | ")
_LONGEST = 60
"""Characters of a changed text that are shown; the line of the source shows the rest."""
_ENOUGH = 0.9


def mutation_text(
    reports: Sequence[MutationReport], sources: Sources, *, colour: bool = False, width: int = 100
) -> str:
    """The mutants that no case noticed, each in its line of source, and how many were noticed."""
    return paint(_mutation(reports, _Frames(sources, width)), colour=colour)


def coverage_text(
    reports: Sequence[CoverageReport], sources: Sources, *, colour: bool = False, width: int = 100
) -> str:
    """What the cases never tried, each in its line of source, and how much they tried."""
    return paint(_coverage(reports, _Frames(sources, width)), colour=colour)


def share(part: int, whole: int) -> str:
    """A percentage with one digit; never rounded up to all of it."""
    return f"{int(percent(part, whole) * 10) / 10:.1f} %"


class _Frames:
    def __init__(self, sources: Sources, width: int) -> None:
        self._sources = sources
        self._width = width - _MARGIN

    def of(self, place: Place) -> Iterator[Line]:
        """The lines of source around a place, with a mark below."""
        data = self._sources(place.file)
        for number, part in enumerate(code_frame(data, place, self._width).splitlines() if data else ()):
            yield line("    ", Span(part, "yellow") if number % 2 else part)


def _mutation(reports: Sequence[MutationReport], frames: _Frames) -> Iterator[Line]:
    for report in reports:
        yield from _policy(report.policy, report.noticed, len(report.mutants), "mutants noticed", report.failing)
        for mutant in report.survivors:
            yield line("  ", Span(str(mutant.place), "bold"), f"  {mutant.what}: {changed(mutant)}")
            yield from frames.of(mutant.place)
    noticed, whole = total(tuple(reports))
    yield line(Span(f"{noticed} of {whole} mutants noticed, {share(noticed, whole)}", "bold"))


def changed(mutant: Mutant) -> str:
    """What stood there and what was put in its stead, in one line."""
    return f"{_brief(mutant.before) or '(nothing)'} -> {_brief(mutant.after) or '(left out)'}"


def _brief(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"


def _coverage(reports: Sequence[CoverageReport], frames: _Frames) -> Iterator[Line]:
    for report in reports:
        yield from _policy(report.policy, report.met, report.goals, "covered", report.failing)
        for gap in report.uncovered:
            yield line("  ", Span(str(gap.place), "bold"), f"  {gap.gap.value}: {_brief(gap.source)}")
            yield from frames.of(gap.place)
    met, goals = sum(report.met for report in reports), sum(report.goals for report in reports)
    yield line(Span(f"{met} of {goals} covered, {share(met, goals)}", "bold"))


def _policy(name: str, part: int, whole: int, what: str, failing: tuple[str, ...]) -> Iterator[Line]:
    style = "green" if part >= whole * _ENOUGH else "yellow"
    yield line(Span(name, "magenta"), ": ", Span(f"{part} of {whole} {what}, {share(part, whole)}", style))
    for case in failing:
        yield line("  ", Span("FAILED", "bold red"), f" {case}")


def mutation_json(reports: Sequence[MutationReport]) -> str:
    """All mutants, the noticed ones too."""
    noticed, whole = total(tuple(reports))
    return _json(
        {
            "mutants": whole,
            "noticed": noticed,
            "percent": _rounded(noticed, whole),
            "policies": [
                {
                    "policy": report.policy,
                    "cases": report.cases,
                    "failing": list(report.failing),
                    "mutants": len(report.mutants),
                    "noticed": report.noticed,
                    "percent": _rounded(report.noticed, len(report.mutants)),
                    "survivors": [_mutant(mutant) for mutant in report.survivors],
                }
                for report in reports
            ],
        }
    )


def coverage_json(reports: Sequence[CoverageReport]) -> str:
    """What was covered, and each gap."""
    met, goals = sum(report.met for report in reports), sum(report.goals for report in reports)
    return _json(
        {
            "goals": goals,
            "met": met,
            "percent": _rounded(met, goals),
            "policies": [
                {
                    "policy": report.policy,
                    "cases": report.cases,
                    "failing": list(report.failing),
                    "goals": report.goals,
                    "met": report.met,
                    "percent": _rounded(report.met, report.goals),
                    "gaps": [_gap(gap) for gap in report.uncovered],
                }
                for report in reports
            ],
        }
    )


def _mutant(mutant: Mutant) -> dict[str, object]:
    return {"kind": mutant.what, "before": mutant.before, "after": mutant.after, "location": _location(mutant.place)}


def _gap(gap: Uncovered) -> dict[str, object]:
    return {"gap": gap.gap.value, "expression": gap.source, "location": _location(gap.place)}


def _location(place: Place) -> dict[str, object]:
    return {
        "file": place.file,
        "pointer": place.pointer,
        "line": place.line,
        "column": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _rounded(part: int, whole: int) -> float:
    return int(percent(part, whole) * 10) / 10


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
