"""`concertino reuse`: how much of what is shared teams and brands use. A reward, and no gate."""

import click

from concertino.cli.options import as_of_option, common_options, parse_day, snapshot_options, today
from concertino.cli.output import Progress, terminal_width, wants_colour
from concertino.cli.session import Session, open_session
from concertino.cli.status import say_faults
from concertino.insight.asking import Inquiry
from concertino.insight.scores import Scores, scores_of
from concertino.verdict.verdict import EXIT_BROKEN_RULE

_SCORE = "reuse"


@click.command(short_help="Show how much teams and brands reuse, and what would raise it.")
@click.option("--since", metavar="REV", help="Compare with the catalogue of another revision, by the rules of today.")
@click.option(
    "--since-as-of", type=parse_day, metavar="DAY", help="The day that revision is asked on. Left out: the same day."
)
@click.option(
    "--format", "form", type=click.Choice(["text", "csv", "json", "markdown"]), default="text", show_default=True
)
@as_of_option
@snapshot_options
@common_options
def command(  # noqa: PLR0913 - click hands over each option
    *,
    since: str | None,
    since_as_of: str | None,
    form: str,
    as_of: str | None,
    rev: str | None,
    staged: bool,
    folder: str | None,
    quiet: bool,
    no_color: bool,
) -> int:
    """Show how much of what is shared each team and brand uses, with the numbers behind the score.

    The pack says what counts, in its overview.yaml. In the shipped one: shared services consumed of those available
    (half), duplicates retired of all there were (a quarter), quality of shared data (a quarter). A part with nothing to
    gain drops out. Cells that are decided to be operated take nothing away.

    \b
    Examples:
      concertino reuse
      concertino reuse --since HEAD~1             # with the trend since a revision
      concertino reuse --format csv > reuse.csv

    It is a reward and no gate. Exit codes: 0 shown, 2 wrong usage, or a broken rule.
    """
    session = open_session(folder, rev=rev, staged=staged)
    day = as_of or today()
    with Progress(quiet=quiet) as progress:
        progress("reading the catalogue", 0, 1)
        found = scores_of(Inquiry(session.catalogue, session.rules, day), _SCORE)
        if found and since is not None:
            progress("reading the catalogue as it was", 0, 1)
            earlier = scores_of(_then(session, folder, since, since_as_of or day), _SCORE)
            found = found.compared(earlier, since) if earlier else found
    if found is None:
        if say_faults(session):
            return EXIT_BROKEN_RULE
        raise click.ClickException(
            'No pack here has a score called "reuse".\nExtend operate-orchestrate, or write one in an overview.yaml '
            "beside your pack.yaml."
        )
    click.echo(_shown(found, form, quiet=quiet, no_color=no_color), nl=False, color=wants_colour(no_color=no_color))
    return say_faults(session)


def _then(session: Session, folder: str | None, since: str, day: str) -> Inquiry:
    """The catalogue of another revision under the rules of this one: otherwise a trend could come from the rules."""
    there = open_session(folder, rev=since)
    then = Session(there.folder, there.snapshot, session)
    return Inquiry(then.catalogue, session.rules, day)


def _shown(found: Scores, form: str, *, quiet: bool, no_color: bool) -> str:
    from concertino.rendering import scores  # noqa: PLC0415 - takes time to load, and needs scores to show

    if form == "text":
        return scores.scores_text(found, width=terminal_width(), colour=wants_colour(no_color=no_color), quiet=quiet)
    formats = {"csv": scores.scores_csv, "json": scores.scores_json, "markdown": scores.scores_markdown}
    return formats[form](found)
