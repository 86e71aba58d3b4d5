"""The days on which steps were reached, as git tells: looked up only where somebody asks, since it walks commits."""

import os
from collections.abc import Iterator
from dataclasses import replace

from concertino.cli.session import Session, opened
from concertino.insight.asking import Inquiry
from concertino.insight.status import Status, Way, ways_of
from concertino.revision import list_range
from concertino.revision.ranges import MOST_COMMITS
from concertino.verdict import Progress

_Step = tuple[str, str]


def with_days(session: Session, status: Status, progress: Progress) -> Status:
    """The status with the day of the first commit in which each step was reached, by the rules of today.

    Days are those that commits claim. A step that is not reached any more has none, and neither has one that only the
    working tree reaches.

    Raises:
        click.ClickException: there is no history, or git has not all of it.
    """
    wanted = {(way.entity, step.id) for way in status.ways for step in way.steps if step.reached}
    found: dict[_Step, str] = {}
    for day, reached in _commits(session, status, progress):
        for name in wanted & reached:
            found.setdefault(name, day)
        if found.keys() == wanted:
            break
    return replace(status, ways=tuple(_dated(way, found) for way in status.ways))


def _commits(session: Session, status: Status, progress: Progress) -> Iterator[tuple[str, set[_Step]]]:
    """For each commit, parents before children, its day and the steps reached in it."""
    end = session.snapshot.source.revision or "HEAD"
    known = opened(list_range(session.folder, end, environment=os.environ, most=MOST_COMMITS))
    folder = f"{session.rules.configuration.catalogue}/"
    before: object = None
    for index, commit in enumerate(known.commits):
        progress("looking into commits", index, len(known.commits))
        snapshot = opened(known.open(commit.id))
        catalogue = {path: entry for path, entry in snapshot.entries.items() if path.startswith(folder)}
        if catalogue and catalogue != before:
            then = Session(session.folder, snapshot, session)
            day = commit.claims.committed_on or status.as_of
            yield day, _reached(Inquiry(then.catalogue, session.rules, day))
        before = catalogue


def _reached(inquiry: Inquiry) -> set[_Step]:
    return {(way.entity, step.id) for way in ways_of(inquiry) for step in way.steps if step.reached}


def _dated(way: Way, found: dict[_Step, str]) -> Way:
    steps = (replace(step, reached_on=found.get((way.entity, step.id), "")) for step in way.steps)
    return replace(way, steps=tuple(steps))
