"""The status of a portfolio for the terminal: the way, what is overdue, what comes, and whose it is."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from concertino.insight.asking import Unanswered
from concertino.insight.status import DueItem, Status, Step, Way
from concertino.rendering.following import NOTHING, Given
from concertino.rendering.painting import DIM, Line, Span, cut, line, paint, paragraph

_MOST_MISSING = 5
_TOGETHER = 3
"""More than this many of one kind on one day share a line: 28 reviews on one day are one appointment."""
_MOST_NAMES = 4


def status_text(
    status: Status, *, width: int = 100, colour: bool = False, quiet: bool = False, given: Given = NOTHING
) -> str:
    """The whole status."""
    return paint(_status(status, width, None if quiet else given), colour=colour)


def _status(status: Status, width: int, given: Given | None) -> Iterator[Line]:
    for way in status.ways:
        yield from _way(way, width)
        yield ()
    if not status.ways:
        yield line("No portfolio here goes a way, so no step can be shown: write a Portfolio.")
        yield ()
    yield from _section(f"Overdue ({len(status.overdue)})", status.overdue, width, "nothing is overdue")
    yield ()
    title = f"In the next {status.ahead} days ({len(status.coming)})"
    yield from _section(title, status.coming, width, "nothing falls due")
    yield from _owners(status)
    yield from unanswered(status.unanswered, width)
    if given:
        yield ()
        yield line(f"as of {status.as_of}")
        yield line(f"next: {given.carried(next_command(status))}")


def next_command(status: Status) -> str:
    """What one would do first: what is overdue, else the next step of the way, else what comes first."""
    steps = [way.ahead.next for way in status.ways if way.ahead]
    overdue, coming = ([item.next for item in items] for items in (status.overdue, status.coming))
    return next((command for command in (*overdue, *steps, *coming) if command), "concertino check")


def _way(way: Way, width: int) -> Iterator[Line]:
    began = f"day {way.day} of its way, which began on {way.started_on}" if way.day is not None else "no day of start"
    yield line(Span(way.title, "bold"), f"  {began}")
    if way.day is None:
        yield line(Span("  write spec.path.startedOn into the Portfolio to count the days of the steps", DIM))
    wide = max((len(step.title) for step in way.steps), default=0) + 2
    for step in way.steps:
        yield from _step(step, wide, width)


def _step(step: Step, wide: int, width: int) -> Iterator[Line]:
    by = f"by {step.by}" if step.by else ""
    on = f"  reached on {step.reached_on}" if step.reached_on else ""
    word, style = standing(step)
    yield line(f"  {step.title:{wide}}", Span(f"{word:9}", style), Span(f"{by}{on}", DIM))
    for text in step.missing[:_MOST_MISSING]:
        yield from paragraph(text, width, "    ", "missing: ")
    if len(step.missing) > _MOST_MISSING:
        yield line(Span(f"    and {len(step.missing) - _MOST_MISSING} more", DIM))
    if not step.reached and step.next:
        yield line(Span(f"    next: {step.next}", DIM))


def standing(step: Step) -> tuple[str, str]:
    """How a step stands, in a word, and the style of the word."""
    if step.reached:
        return "reached", "green"
    if not step.known:
        return "unknown", "yellow"
    return ("late", "bold red") if step.late else ("open", "yellow")


def _section(title: str, items: Sequence[DueItem], width: int, nothing: str) -> Iterator[Line]:
    yield line(Span(title, "bold"))
    if not items:
        yield line(Span(f"  {nothing}", DIM))
    for _, group in groupby(items, key=lambda item: (item.day, item.due)):
        found = list(group)
        if len(found) > _TOGETHER:
            yield from _many(found, width)
        else:
            for item in found:
                yield from _one(item, width)


def _one(item: DueItem, width: int) -> Iterator[Line]:
    first = f"{item.day}  {when(item.left):>14}  "
    style = "bold red" if item.overdue else ""
    owner = f"  ({item.owner})" if item.owner else ""
    parts = list(paragraph(f"{item.entity}: {item.what}{owner}", width, "  ", first))
    yield from (
        tuple(Span(span.text, style if number == 0 else "") for number, span in enumerate(part)) for part in parts
    )


def _many(items: Sequence[DueItem], width: int) -> Iterator[Line]:
    first = items[0]
    names = ", ".join(item.entity.partition(":")[2] for item in items[:_MOST_NAMES])
    text = f"{len(items)} together, {first.title.lower()}: {names} and {len(items) - _MOST_NAMES} more"
    if len(items) == _MOST_NAMES:
        text = f"{len(items)} together, {first.title.lower()}: {names}"
    yield from paragraph(text, width, "  ", f"{first.day}  {when(first.left):>14}  ")


def when(left: int) -> str:
    """How far away a day is, in words."""
    if left == 0:
        return "today"
    days = "day" if abs(left) == 1 else "days"
    return f"in {left} {days}" if left > 0 else f"{-left} {days} ago"


def _owners(status: Status) -> Iterator[Line]:
    if not status.owners:
        return
    yield ()
    yield line(Span("Due by owner", "bold"))
    names = {owner: owner or "nobody is named" for owner in status.owners}
    wide = max(map(len, names.values())) + 2
    for owner, (overdue, coming) in status.owners.items():
        late = Span(f"{overdue} overdue", "bold red") if overdue else Span("0 overdue", DIM)
        yield line(f"  {names[owner]:{wide}}", late, f", {coming} in the next {status.ahead} days")


def unanswered(found: Sequence[Unanswered], width: int) -> Iterator[Line]:
    """What could not be asked, since something has faults."""
    if found:
        yield ()
        yield line(Span(f"Not known ({len(found)})", "bold yellow"), "  concertino check says what to mend")
    for item in found[:_MOST_MISSING]:
        yield from paragraph(cut(item.why, 300), width, "  ", f"{item.entity}, {item.about}: ")
    if len(found) > _MOST_MISSING:
        yield line(Span(f"  and {len(found) - _MOST_MISSING} more", DIM))
