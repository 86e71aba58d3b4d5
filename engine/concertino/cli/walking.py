"""What commands on many commits have in common."""

import os
from dataclasses import dataclass

import click

from concertino.cli.session import Session, open_session, opened, read_own_rules, session_at
from concertino.model.outcome import Severity
from concertino.model.snapshot import Snapshot
from concertino.rendering.steps import Walked
from concertino.revision import Range, list_range
from concertino.verdict import Progress, Rules, Selection
from concertino.verdict.walking import KnownRules, Walker


@dataclass(frozen=True)
class Walk:
    """The commits of a range, and the session at its end."""

    range: Range
    last: Session
    ruling: Session | None


def open_walk(folder: str | None, text: str, *, most: int = 0, policies_from: str | None = None) -> Walk:
    """The commits of a range such as `main..HEAD`; with `most`, one revision stands for the latest that led to it.

    Raises:
        click.ClickException: the range is none, or holds no commit.
    """
    first = open_session(folder, rev="HEAD")
    found = opened(list_range(first.folder, text, environment=os.environ, most=most))
    if not found.commits:
        raise click.ClickException(f"There is no commit in {text}: whatever led to its end led to its beginning, too.")
    ruling = session_at(first.folder, policies_from) if policies_from is not None else None
    last = Session(first.folder, opened(found.open(found.commits[-1].id)), ruling)
    return Walk(found, last, ruling)


def walked(walk: Walk, as_of: str, selection: Selection, fail_on: Severity, progress: Progress) -> Walked:
    """Every commit judged on the same day by its own rules, or by those of one revision."""
    known = KnownRules(read_own_rules)

    def rules_of(snapshot: Snapshot) -> Rules:
        return Session(walk.last.folder, snapshot, walk.ruling, known).rules

    walker = Walker(lambda commit: opened(walk.range.open(commit)), rules_of, as_of, selection, progress)
    commits = walk.range.commits
    steps = tuple(walker.steps([(item.id, item.parents) for item in commits]))
    return Walked(steps, {item.id: item.claims for item in commits}, as_of, fail_on)
