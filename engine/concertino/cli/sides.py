"""What a change is compared with: the base, and the revision that sets the rules."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import click

from concertino.cli.session import Session, open_session, opened, session_at
from concertino.revision import SnapshotProblem, merge_base
from concertino.verdict import Comparison, Gate, Judged, Progress, Selection, compare_judged, judged
from concertino.verdict.approvers import Approvers
from concertino.verdict.touching import Grounded, Touched, touched

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])


def base_options(command: _Decorated) -> _Decorated:
    """`--base` and `--exact-base`."""
    for option in (
        click.option("--exact-base", is_flag=True, help="Compare with --base itself, not with where the ways parted."),
        click.option(
            "--base",
            metavar="REV",
            help="Compare with a revision: with the last commit that it and what is judged have in common.",
        ),
    ):
        command = option(command)
    return command


@dataclass(frozen=True)
class Asked:
    """Which snapshots are meant, as the command line says it."""

    folder: str | None
    rev: str | None = None
    staged: bool = False
    base: str | None = None
    exact: bool = False
    policies_from: str | None = None


@dataclass(frozen=True)
class Sides:
    """What is judged, what it is compared with, and whose rules hold.

    `origin` is what a change is looked at from: the base if one is named, otherwise where the way of the rules parted.
    """

    head: Session
    base: Session | None = None
    ruling: Session | None = None
    origin: Session | None = None


@dataclass(frozen=True)
class Review:
    """A judged change: both sides with their catalogues and registers, what lies between them, and what it touches.

    Whatever else is to be said about a change can be worked out of `base` and `head`.
    """

    head: Judged
    base: Judged | None = None
    comparison: Comparison | None = None
    touched: tuple[Touched, ...] = ()
    rules_from: str = ""


def open_sides(asked: Asked) -> Sides:
    """The sessions that are asked for.

    Raises:
        click.ClickException: a folder or revision can't be opened, or two revisions have nothing in common.
    """
    if asked.exact and asked.base is None:
        raise click.UsageError("--exact-base says how --base is meant; give that, too.")
    head = open_session(asked.folder, rev=asked.rev, staged=asked.staged)
    ruling = session_at(head.folder, asked.policies_from) if asked.policies_from is not None else None
    base = _base(head, asked.base, exact=asked.exact) if asked.base is not None else None
    if ruling is None:
        return Sides(head, base, None, base)
    base = replace(base, ruling=ruling) if base else None
    return Sides(replace(head, ruling=ruling), base, ruling, base or _origin(head, ruling))


def _base(head: Session, name: str, *, exact: bool) -> Session:
    return session_at(head.folder, name if exact else opened(_parting(head, name)))


def _parting(head: Session, name: str) -> str | SnapshotProblem:
    """Where the ways of a revision and of what is judged parted. An index or a working tree continues HEAD."""
    return merge_base(head.folder, name, head.snapshot.source.revision or "HEAD", environment=os.environ)


def _origin(head: Session, ruling: Session) -> Session:
    """Where the ways parted; without that, the revision of the rules itself."""
    revision = ruling.snapshot.source.revision
    parting = _parting(head, revision)
    return session_at(head.folder, revision if isinstance(parting, SnapshotProblem) else parting)


def reviewed(sides: Sides, as_of: str, selection: Selection, progress: Progress, gate: Gate) -> Review:
    """Both sides judged on the same day, and compared."""
    head = judged(sides.head.snapshot, sides.head.rules, as_of, selection, progress)
    if sides.origin is None:
        return Review(head)
    base, comparison = None, None
    if sides.base:
        base = judged(sides.base.snapshot, sides.base.rules, as_of, selection, progress)
        comparison = compare_judged(base, head, gate)
    before = Grounded(sides.origin.snapshot, sides.origin.own_rules, base.catalogue if base else sides.origin.catalogue)
    after = Grounded(sides.head.snapshot, sides.head.own_rules, head.catalogue)
    approvers = Approvers.of(sides.ruling.catalogue if sides.ruling else before.catalogue)
    rules_from = sides.ruling.snapshot.source.revision if sides.ruling else ""
    return Review(head, base, comparison, touched(before, after, approvers), rules_from)
