"""What commands on policies say of rules that are broken."""

import click

from concertino.cli.output import wants_colour
from concertino.cli.session import Session
from concertino.model.outcome import Outcome
from concertino.rendering.text import findings_text
from concertino.verdict.verdict import EXIT_BROKEN_RULE, EXIT_CLEAN


def about(outcomes: tuple[Outcome, ...], *names: str) -> tuple[Outcome, ...]:
    """What concerns the policies of these names, or without names everything."""
    return tuple(outcome for outcome in outcomes if outcome.subject in names) if names else outcomes


def show_broken(session: Session, outcomes: tuple[Outcome, ...], *, no_color: bool) -> int:
    """Show what is broken on standard error. Gives the exit code that follows."""
    if not outcomes:
        return EXIT_CLEAN
    colour = wants_colour(no_color=no_color)
    click.echo(findings_text(outcomes, session.source, colour=colour), err=True, color=colour)
    return EXIT_BROKEN_RULE
