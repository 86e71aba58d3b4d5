"""`concertino status`: where the portfolio stands on its way, and what is due."""

import click

from concertino.cli.options import as_of_option, common_options, snapshot_options, today
from concertino.cli.output import Progress, terminal_width, wants_colour
from concertino.cli.session import Session, known_names, open_session
from concertino.insight.asking import Inquiry
from concertino.insight.status import AHEAD_DAYS, Status, status_of
from concertino.rendering.following import Given
from concertino.verdict.verdict import EXIT_BROKEN_RULE, EXIT_CLEAN


@click.command(short_help="Show which step the portfolio has reached, and what is due.")
@click.option(
    "--ahead",
    type=click.IntRange(0, 3660),
    default=AHEAD_DAYS,
    show_default=True,
    help="How many days ahead to look. What falls due on the last of them is shown.",
)
@click.option("--owner", metavar="TEAM", help="Only what this team answers for.")
@click.option("--history", is_flag=True, help="Look up in git on which day each step was reached. Takes longer.")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@as_of_option
@snapshot_options
@common_options
def command(  # noqa: PLR0913 - click hands over each option
    *,
    ahead: int,
    owner: str | None,
    history: bool,
    form: str,
    as_of: str | None,
    rev: str | None,
    staged: bool,
    folder: str | None,
    quiet: bool,
    no_color: bool,
) -> int:
    """Show which step of its way the portfolio has reached, what is overdue, and what falls due.

    Map, score, pilot, review: each step with the day it is meant to be reached by, and what is missing. Then decisions,
    scores and events to look at again, and what runs out: exceptions, moves, customizations, pilots, contracts.

    \b
    Examples:
      concertino status
      concertino status --as-of 2026-12-31 --ahead 180
      concertino status --owner order-and-supply       # what one team has to do
      concertino status --history                      # with the days on which steps were reached, from git
      concertino status --format markdown > status.md

    Nothing here is a gate: what is overdue ends with exit code 0. Exit codes: 0 shown, 2 wrong usage, or a broken rule.
    """
    session = open_session(folder, rev=rev, staged=staged)
    with Progress(quiet=quiet) as progress:
        progress("reading the catalogue", 0, 1)
        status = status_of(Inquiry(session.catalogue, session.rules, as_of or today()), ahead)
        if history:
            from concertino.cli.reached import with_days  # noqa: PLC0415 - walks through git, only where asked to

            status = with_days(session, status, progress)
    if owner is not None:
        (name,) = known_names("owner of anything due", [owner], [item for item in status.owners if item])
        status = status.of_owner(name)
    given = Given(as_of, rev, staged)
    shown = _shown(status, form, given, quiet=quiet, no_color=no_color)
    click.echo(shown, nl=False, color=wants_colour(no_color=no_color))
    return say_faults(session)


def _shown(status: Status, form: str, given: Given, *, quiet: bool, no_color: bool) -> str:
    if form == "text":
        from concertino.rendering.status_text import status_text  # noqa: PLC0415 - one of three ways to show it

        colour = wants_colour(no_color=no_color)
        return status_text(status, width=terminal_width(), colour=colour, quiet=quiet, given=given)
    from concertino.rendering.status_formats import status_json, status_markdown  # noqa: PLC0415 - the same

    return status_json(status) if form == "json" else status_markdown(status)


def say_faults(session: Session) -> int:
    """Says on standard error that the catalogue or the rules have faults: what is shown may lack something."""
    count = len(session.catalogue.problems)
    if count:
        click.echo(f"note: {count} {'fault' if count == 1 else 'faults'} in the catalogue: concertino check", err=True)
    if session.rules.problems:
        click.echo(f"{len(session.rules.problems)} rules are broken: concertino check says which", err=True)
        return EXIT_BROKEN_RULE
    return EXIT_CLEAN
