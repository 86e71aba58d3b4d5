"""`concertino policies impact`: what a change of policies does to the catalogue."""

import click

from concertino.cli.options import as_of_option, common_options, snapshot_options, today
from concertino.cli.output import Progress, terminal_width, wants_colour
from concertino.cli.session import known_names
from concertino.cli.sides import Asked, base_options, open_sides
from concertino.model.outcome import Severity
from concertino.rendering.policy_impact import ImpactContext, json, markdown, text
from concertino.rendering.text import findings_text
from concertino.verdict import Selection, compare_judged, judged
from concertino.verdict.approvers import Approvers
from concertino.verdict.policy_impact import affected
from concertino.verdict.touching import Area, Grounded, touched
from concertino.verdict.verdict import EXIT_BROKEN_RULE, EXIT_CLEAN

_FORMATS = {"text": text, "json": json, "markdown": markdown}
_RULES = (Area.CONFIGURATION, Area.POLICY, Area.PACK, Area.SCHEMA)


@click.command("impact")
@base_options
@click.option("--policy", "policies", multiple=True, metavar="ID", help="Judge by this policy only. Can be repeated.")
@click.option(
    "--fail-on",
    type=click.Choice([item.value for item in Severity]),
    default=Severity.ERROR.value,
    show_default=True,
    help="The least severity that counts, as `concertino check` is asked. Advisory policies never count.",
)
@click.option("--format", "form", type=click.Choice(list(_FORMATS)), default="text", show_default=True)
@snapshot_options
@as_of_option
@common_options
def command(  # noqa: PLR0913 - click hands over each option
    base: str | None,
    policies: tuple[str, ...],
    fail_on: str,
    form: str,
    rev: str | None,
    as_of: str | None,
    folder: str | None,
    *,
    exact_base: bool,
    staged: bool,
    quiet: bool,
    no_color: bool,
) -> int:
    """Judge the same catalogue by the policies of a base and by those that stand here now.

    It says which entities newly fail or pass, by policy, brand and owner; whose failure counts now, or no longer does,
    since severity or enforcement changed; and what is no longer judged. The catalogue is the same on both sides, so
    whatever differs is the doing of the policies, schemas and configuration.

    \b
    Examples:
      concertino policies impact --base main
      concertino policies impact --base HEAD~1 --rev HEAD --format markdown

    Exit codes: 0 whatever the impact, 2 a broken policy, schema or configuration.
    """
    sides = open_sides(Asked(folder, rev, staged, base, exact_base))
    head, before = sides.head, sides.base
    if before is None:
        raise click.UsageError("--base names the revision whose policies the present ones are compared with.")
    old, day = head.proving(head.turned_on_my_catalogue(before.own_rules)), as_of or today()
    ids = {*old.policies.ids, *head.rules.policies.ids}
    selection = Selection(policies=known_names("policy", policies, ids))
    with Progress(quiet=quiet) as progress:
        first = judged(head.snapshot, old, day, selection, progress)
        second = judged(head.snapshot, head.rules, day, selection, progress)
    base_side = Grounded(before.snapshot, before.own_rules, before.catalogue)
    head_side = Grounded(head.snapshot, head.own_rules, second.catalogue)
    found = touched(base_side, head_side, Approvers.of(before.catalogue))
    context = ImpactContext(
        affected(compare_judged(first, second), second.catalogue, Severity(fail_on)),
        tuple(item for item in found if item.area in _RULES),
        before.snapshot.source,
        head.snapshot.source,
        day,
        wants_colour(no_color=no_color) and form == "text",
        terminal_width(),
    )
    click.echo(_FORMATS[form](context), nl=False, color=context.colour)
    broken = head.broken_rules()
    if broken:
        click.echo(findings_text(broken, head.source), err=True)
    return EXIT_BROKEN_RULE if broken or old.problems else EXIT_CLEAN
