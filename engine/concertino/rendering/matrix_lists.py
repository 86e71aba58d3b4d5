"""Parts of the matrix as lists: the entities that share one factor, how far answers differ, candidates for a pilot."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from concertino.matrix.picture import Candidate, Picture, Pictured
from concertino.matrix.spread import Spread
from concertino.rendering.following import NOTHING, Given
from concertino.rendering.matrix_words import (
    legend,
    number,
    painted,
    scored,
    short,
    standing,
    telling,
    totals,
    unscored,
)
from concertino.rendering.painting import DIM, Line, Span, line, paint, paragraph

_ANSWER = 8


def slice_text(
    picture: Picture,
    factor: str,
    name: str,
    *,
    width: int = 100,
    colour: bool = False,
    quiet: bool = False,
    given: Given = NOTHING,
) -> str:
    """The entities of which `factor` is `name`; with how far they differ, if the model compares along this factor."""
    entries = [entry for entry in picture.entries if entry.cell.factors.get(factor) == name]
    return paint(_slice(picture, factor, name, entries, width, None if quiet else given), colour=colour)


def _slice(
    picture: Picture, factor: str, name: str, entries: Sequence[Pictured], width: int, given: Given | None
) -> Iterator[Line]:
    yield from unscored(picture)
    yield line(Span(f"{factor} {name}", "bold"), f"  {totals(picture, entries)}")
    yield ()
    yield from _rows(picture, factor, entries, width)
    yield ()
    yield from legend(picture, entries)
    spread = next((item for item in picture.spreads if item.name == name), None)
    if spread and spread.answers and picture.matrix.display.comparison.along == factor:
        yield ()
        yield from _spread(picture, spread, width)
    if given:
        first, open_ends = telling(entries), standing(entries)
        yield ()
        if open_ends:
            yield line(open_ends)
        if first:
            yield line(f"next: {given.carried(f'concertino matrix {short(first.cell)}')}  # how it came to that")


def _rows(picture: Picture, factor: str, entries: Sequence[Pictured], width: int) -> Iterator[Line]:
    def label(entry: Pictured) -> str:
        return "/".join(value for name, value in entry.cell.factors.items() if name != factor) or short(entry.cell)

    wide = max((len(label(entry)) for entry in entries), default=0) + 2
    head = wide + _ANSWER + 15
    yield line(Span(f"{'':{wide}}{'answers':{_ANSWER}}{'index':>5}  {'margin':>6}  scores of its own", DIM))
    for entry in entries:
        answer = entry.cell.answer
        figures = f"{answer.index:>5}  {answer.margin:>6}  " if answer else f"{'-':>5}  {'-':>6}  "
        first, *more = wrap(scored(entry.cell), max(width - head, 20)) or [""]
        yield line(label(entry).ljust(wide), *painted(entry, picture, _ANSWER), figures, first)
        yield from (line(" " * head + part) for part in more)


def _spread(picture: Picture, spread: Spread, width: int) -> Iterator[Line]:
    """How far one group differs, in sentences."""
    yield line(
        Span("how far they differ", "bold"),
        f"  index {spread.lowest} to {spread.highest} (range {spread.range}), median {number(spread.median)}; ",
        f"two of them differ by {round(spread.difference)} on average",
    )
    for name in spread.differing:
        low, high = spread.scores[name]
        yield line(f"  {name} {low} to {high}")
    yield from _standard(picture, spread, width)
    yield from _clusters(picture, spread, width)
    ranked = [item.name for item in picture.candidates]
    if spread.name in ranked:
        candidate = picture.candidates[ranked.index(spread.name)]
        place = f"number {ranked.index(spread.name) + 1} of {len(ranked)}"
        yield line(Span("pilot", "bold"), f"  a candidate, {place}: {_candidate(candidate)}")


def _standard(picture: Picture, spread: Spread, width: int) -> Iterator[Line]:
    rule = picture.matrix.display.comparison.standardize
    if rule is None or spread.safe is None:
        return
    yield line(Span("one standard", "bold"), "  safe" if spread.safe else "  not safe for all")
    if spread.safe:
        yield from paragraph(rule.reason, width)
    else:
        yield line("  it is where ", Span(_source(rule.when.tree.source)), f"  ← {rule.when.place}")


def _clusters(picture: Picture, spread: Spread, width: int) -> Iterator[Line]:
    rule = picture.matrix.display.comparison.clusters
    if rule is None or not spread.clusters:
        return
    yield line(Span("clusters", "bold"), f"  {len(spread.clusters)} suggest themselves")
    along = picture.matrix.display.comparison.along
    for cluster in spread.clusters:
        names = ", ".join(
            "/".join(value for name, value in cell.factors.items() if name != along) for cell in cluster.members
        )
        reach = str(cluster.lowest) if cluster.lowest == cluster.highest else f"{cluster.lowest} to {cluster.highest}"
        yield from paragraph(names, width, first=f"{cluster.answer}, index {reach}: ")
    yield line(
        "  neighbours in the index belong together where ", _source(rule.when.tree.source), f"  ← {rule.when.place}"
    )
    yield from paragraph(rule.reason, width)


def _source(text: str) -> str:
    return " ".join(text.split())


def spread_text(
    picture: Picture, *, width: int = 100, colour: bool = False, quiet: bool = False, given: Given = NOTHING
) -> str:
    """How far the answers of each group differ, the widest range first."""
    return paint(_spreads(picture, width, None if quiet else given), colour=colour)


def _spreads(picture: Picture, width: int, given: Given | None) -> Iterator[Line]:
    yield from unscored(picture)
    comparison = picture.matrix.display.comparison
    ordered = sorted(picture.spreads, key=lambda item: (-item.range, item.name))
    wide = max(len(comparison.along), *(len(item.name) for item in ordered), 0) + 2
    head = f"{comparison.along:{wide}}{'lowest':>6}  {'median':>6}  {'highest':>7}  {'range':>5}  {'apart':>5}  "
    yield line(Span(f"{head}{'standard':10}answers", DIM))
    for item in ordered:
        yield line(f"{item.name:{wide}}", *_spread_row(item))
    yield ()
    yield from _explained(picture, width)
    if given and ordered:
        yield line(f"next: {given.carried(f'concertino matrix {ordered[0].name}')}  # who differs there, and in what")


def _spread_row(item: Spread) -> Iterator[str]:
    if not item.answers:
        yield f"{'-':>6}  {'-':>6}  {'-':>7}  {'-':>5}  {'-':>5}  {'-':10}none"
        return
    yield f"{item.lowest:>6}  {number(item.median):>6}  {item.highest:>7}  {item.range:>5}  "
    yield f"{round(item.difference):>5}  {'safe' if item.safe else '-':10}"
    yield ", ".join(f"{count} {name}" for name, count in item.answers.items())
    yield f"; {len(item.clusters)} clusters" if item.clusters else ""


def _explained(picture: Picture, width: int) -> Iterator[Line]:
    comparison = picture.matrix.display.comparison
    yield line(Span("apart: how far the indices of two of them lie apart on average", DIM))
    for name, rule in (("safe", comparison.standardize), ("clusters", comparison.clusters)):
        if rule:
            yield from paragraph(f"{_source(rule.when.tree.source)}. {rule.reason}", width, "", f"{name}: ", DIM)


def candidates_text(
    picture: Picture, *, width: int = 100, colour: bool = False, quiet: bool = False, given: Given = NOTHING
) -> str:
    """Where a pilot would teach most, the nearest to the line first."""
    return paint(_candidates(picture, width, None if quiet else given), colour=colour)


def _candidates(picture: Picture, width: int, given: Given | None) -> Iterator[Line]:
    yield from unscored(picture)
    rule = picture.matrix.display.comparison.candidates
    if rule is None:
        yield line("The decision model does not say what makes a candidate for a pilot (comparison.candidates).")
        return
    if not picture.candidates:
        yield line("No candidate for a pilot: nowhere enough cells meet what the model asks for.")
    for rank, item in enumerate(picture.candidates, 1):
        yield line(Span(f"{rank}  {item.name}", "bold"), f"  {_candidate(item)}")
    yield ()
    yield from paragraph(f"{_source(rule.when.tree.source)}, for {rule.least} at least.", width, "", "", DIM)
    yield from paragraph(rule.reason, width, "", "", DIM)
    if given and picture.candidates:
        yield line(f"next: {given.carried(f'concertino matrix {picture.candidates[0].name}')}  # who would take part")


def _candidate(item: Candidate) -> str:
    cells = ", ".join(f"{short(cell)} {cell.answer.index}" for cell in item.cells if cell.answer)
    return f"{number(item.distance)} from the line (median of {cells})"
