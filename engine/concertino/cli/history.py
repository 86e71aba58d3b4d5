"""`concertino history`: verdicts over commits."""

import click

from concertino.cli.options import as_of_option, common_options, today
from concertino.cli.output import Progress
from concertino.cli.walking import open_walk, walked
from concertino.model.outcome import Severity
from concertino.rendering.steps import history_csv, history_json, history_text
from concertino.verdict import Selection
from concertino.verdict.verdict import EXIT_CLEAN

_FORMATS = {"text": history_text, "json": history_json, "csv": history_csv}


@click.command(short_help="Show the verdicts over commits.")
@click.argument("commits", metavar="[A..B]", default="HEAD")
@click.option(
    "--last",
    type=click.IntRange(1, 10_000),
    default=20,
    show_default=True,
    help="How many commits, the latest ones. A range holds all of its own.",
)
@click.option("--format", "form", type=click.Choice(list(_FORMATS)), default="text", show_default=True)
@as_of_option
@common_options
def command(
    commits: str, last: int, form: str, as_of: str | None, folder: str | None, *, quiet: bool, no_color: bool
) -> int:
    """Judge commits by the policies that stood in them, and show how the counts went.

    All of them are judged on one day, so that nothing but the commits makes a difference. Days and subjects are what
    the commits claim.

    \b
    Examples:
      concertino history
      concertino history main..HEAD --format csv
      concertino history v1.2 --last 5
    """
    del no_color
    walk = open_walk(folder, commits, most=0 if ".." in commits else last)
    with Progress(quiet=quiet) as progress:
        found = walked(walk, as_of or today(), Selection(), Severity.ERROR, progress)
    click.echo(_FORMATS[form](found), nl=False)
    return EXIT_CLEAN
