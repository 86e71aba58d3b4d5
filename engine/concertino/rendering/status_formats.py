"""The status of a portfolio for programs, and as a part of a page in markdown."""

from collections.abc import Iterator, Mapping, Sequence

from concertino import __version__
from concertino.insight.asking import Unanswered
from concertino.insight.status import DueItem, Status, Step, Way
from concertino.rendering.escape import escape
from concertino.rendering.json import Tree, dumped, filled
from concertino.rendering.status_text import next_command, standing, when

STATUS_VERSION = "1"
"""Raised when a field changes its meaning or goes away."""


def status_json(status: Status) -> str:
    """The status as JSON: `ways` with their `steps`, `overdue`, `coming`, `owners` and what is `unanswered`."""
    return dumped(
        {
            "version": STATUS_VERSION,
            "engine": {"name": "concertino", "version": __version__},
            "asOf": status.as_of,
            "aheadDays": status.ahead,
            "ways": [_way(way) for way in status.ways],
            "overdue": [_due(item) for item in status.overdue],
            "coming": [_due(item) for item in status.coming],
            "owners": [
                {"owner": owner, "overdue": overdue, "coming": coming}
                for owner, (overdue, coming) in status.owners.items()
            ],
            "unanswered": unanswered_tree(status.unanswered),
            "next": next_command(status),
        }
    )


def unanswered_tree(found: Sequence[Unanswered]) -> Tree:
    """What could not be asked, for programs."""
    return [{"entity": item.entity, "about": item.about, "why": item.why} for item in found]


def _way(way: Way) -> Tree:
    day: Mapping[str, Tree] = {"day": way.day} if way.day is not None else {}
    return {
        "entity": way.entity,
        "title": way.title,
        **filled(startedOn=way.started_on),
        **day,
        **filled(at=way.at.id if way.at else "", ahead=way.ahead.id if way.ahead else ""),
        "steps": [_step(step) for step in way.steps],
    }


def _step(step: Step) -> Tree:
    return {
        "id": step.id,
        "title": step.title,
        "state": standing(step)[0],
        **filled(by=step.by, reachedOn=step.reached_on),
        "missing": list(step.missing),
        **filled(next=step.next),
    }


def _due(item: DueItem) -> Tree:
    return {
        "id": item.due,
        "title": item.title,
        "group": item.group,
        "entity": item.entity,
        "what": item.what,
        "day": item.day,
        "daysLeft": item.left,
        **filled(owner=item.owner, next=item.next),
        "location": filled(file=item.place.file, line=item.place.line, column=item.place.column),
    }


def status_markdown(status: Status) -> str:
    """The status as markdown, with a table for each part."""
    return "\n".join(_markdown(status)) + "\n"


def _markdown(status: Status) -> Iterator[str]:
    yield f"## Status as of {status.as_of}"
    for way in status.ways:
        began = (
            f"day {way.day} of its way, which began on {way.started_on}" if way.day is not None else "no day of start"
        )
        yield from ("", f"**{escape(way.title)}**, {began}", "", "| step | state | by | missing |", "|---|---|---|---|")
        for step in way.steps:
            missing = "; ".join(step.missing)
            state = " ".join(filter(None, (standing(step)[0], step.reached_on)))
            yield f"| {escape(step.title)} | {state} | {step.by} | {escape(missing)} |"
    yield from _table(f"Overdue ({len(status.overdue)})", status.overdue)
    yield from _table(f"In the next {status.ahead} days ({len(status.coming)})", status.coming)


def _table(title: str, items: Sequence[DueItem]) -> Iterator[str]:
    yield from ("", f"### {title}", "")
    if not items:
        yield "Nothing."
        return
    yield from ("| day | | what | of | owner |", "|---|---|---|---|---|")
    for item in items:
        words = (item.day, when(item.left), item.what, item.entity, item.owner)
        yield f"| {' | '.join(map(escape, words))} |"
