"""`concertino matrix verify`: prove the decision model for all combinations of its inputs."""

import click

from concertino.cli.broken import show_broken
from concertino.cli.options import common_options, snapshot_options
from concertino.cli.output import wants_colour
from concertino.cli.session import Session, open_session
from concertino.matrix.verifying import verify
from concertino.model.outcome import Outcome
from concertino.rendering.json import dumped, finding_tree
from concertino.rendering.verification import verification_json, verification_text
from concertino.verdict.verdict import EXIT_BROKEN_RULE, EXIT_CLEAN

_CHECK = "decision-model"


@click.command("verify", short_help="Prove the decision model for all combinations.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@snapshot_options
@common_options
def command(form: str, rev: str | None, folder: str | None, *, staged: bool, quiet: bool, no_color: bool) -> int:
    """Prove the decision model: for all combinations of scores and circumstances, not for samples.

    Every combination has exactly one answer, no index stands on the edge of a band, no answer moves the wrong way as
    one input rises, guards pull apart only where the model says so, and its worked examples come to their answers.
    Whatever fails is shown in the model's file, with a combination for which it does.

    \b
    Examples:
      concertino matrix verify
      concertino matrix verify --staged         # what the next commit would hold
      concertino matrix verify --format json

    Exit codes: 0 everything is proven, 2 the model is faulty, or there is none.
    """
    session = open_session(folder, rev=rev, staged=staged)
    broken = tuple(item for item in session.broken_rules() if item.policy == _CHECK)
    if broken or session.rules.model is None:
        return _no_model(session, broken, form, no_color=no_color)
    found = verify(session.rules.model.model)
    if form == "json":
        click.echo(verification_json(found), nl=False)
    else:
        colour = wants_colour(no_color=no_color)
        click.echo(verification_text(found, session.source, colour=colour, quiet=quiet), color=colour, nl=False)
    return EXIT_CLEAN if all(claim.holds for claim in found.claims) else EXIT_BROKEN_RULE


def _no_model(session: Session, broken: tuple[Outcome, ...], form: str, *, no_color: bool) -> int:
    """What is said of a model that could not be read, so that there is nothing to prove.

    Raises:
        click.ClickException: there is no model at all.
    """
    if not broken:
        show_broken(session, session.broken_rules(), no_color=no_color)
        raise click.ClickException(
            "No pack here has a decision model, so there is nothing to verify.\n"
            "Extend one that has, or write a decision-model.yaml beside your pack.yaml."
        )
    if form == "json":
        click.echo(dumped({"verified": False, "findings": [finding_tree(item) for item in broken]}), nl=False)
        return EXIT_BROKEN_RULE
    return show_broken(session, broken, no_color=no_color)
