"""`concertino showback`: what services cost, and what of that each brand accounts for."""

import click

from concertino.catalogue import Catalogue
from concertino.cli.options import as_of_option, common_options, snapshot_options, today
from concertino.cli.output import Progress, terminal_width, wants_colour
from concertino.cli.session import open_session
from concertino.cli.status import say_faults
from concertino.insight.showback import (
    BRAND_KIND,
    SERVICE_KIND,
    Showback,
    last_full_quarter,
    quarters,
    showback_of,
)
from concertino.model.suggest import suggest


def parse_period(_context: click.Context, _parameter: click.Parameter, text: str | None) -> tuple[str, ...]:
    """The quarters that a text means.

    Raises:
        click.BadParameter: it means none.
    """
    found = quarters(text) if text else ()
    if text and not found:
        raise click.BadParameter(f"{text!r} is no quarter and no year; write it as 2026-Q2 or as 2026.")
    return found


@click.command(short_help="Show what services cost, and divide it among those who use them.")
@click.argument("what", required=False, metavar="[SERVICE|BRAND]")
@click.option(
    "--period",
    callback=parse_period,
    metavar="QUARTER",
    help="A quarter (2026-Q2), or a calendar year (2026). Left out: the last full quarter.",
)
@click.option(
    "--format", "form", type=click.Choice(["text", "csv", "json", "markdown"]), default="text", show_default=True
)
@as_of_option
@snapshot_options
@common_options
def command(  # noqa: PLR0913 - click hands over each option
    *,
    what: str | None,
    period: tuple[str, ...],
    form: str,
    as_of: str | None,
    rev: str | None,
    staged: bool,
    folder: str | None,
    quiet: bool,
    no_color: bool,
) -> int:
    """Show what services cost in a quarter, and divide it among the brands that use them.

    Each line of cost (spec.funding.costs of a service) names its key: `equal`, or a metric that is measured for brands
    or their cells. A quarter of the yearly amount is divided by it, each share rounded down to the minor unit. What no
    brand can influence is shown and never charged; it stays central, and so does what rounding leaves. Brands and
    central always add up to what was incurred.

    \b
    Examples:
      concertino showback                          # the last full quarter
      concertino showback --period 2026-Q1
      concertino showback order-hub                # one service, line by line
      concertino showback aurora                   # what one brand accounts for
      concertino showback --period 2026 --format csv > showback.csv

    Exit codes: 0 shown, 2 wrong usage, or a broken rule.
    """
    session = open_session(folder, rev=rev, staged=staged)
    with Progress(quiet=quiet) as progress:
        progress("reading the catalogue", 0, 1)
        found = showback_of(session.catalogue, period or (last_full_quarter(as_of or today()),))
        entity = _meant(session.catalogue, what) if what else ""
    shown = _shown(found, entity, form, quiet=quiet, no_color=no_color)
    click.echo(shown, nl=False, color=wants_colour(no_color=no_color))
    return say_faults(session)


def _shown(found: Showback, entity: str, form: str, *, quiet: bool, no_color: bool) -> str:
    if form == "text":
        from concertino.rendering.showback_text import showback_text  # noqa: PLC0415 - one of four ways to show it

        colour = wants_colour(no_color=no_color)
        return showback_text(found, entity, width=terminal_width(), colour=colour, quiet=quiet)
    from concertino.rendering import showback_formats  # noqa: PLC0415 - the same

    part = found.only(entity) if entity else found
    formats = {
        "csv": showback_formats.showback_csv,
        "json": showback_formats.showback_json,
        "markdown": showback_formats.showback_markdown,
    }
    return formats[form](part)


def _meant(catalogue: Catalogue, text: str) -> str:
    """The reference of the service or brand that is meant.

    Raises:
        click.UsageError: there is none, or there are two.
    """
    known = [entity.name for kind in (SERVICE_KIND, BRAND_KIND) for entity in catalogue.of_kind(kind)]
    wanted = text.casefold()
    found = [name for name in known if wanted in (name.casefold(), name.partition(":")[2].casefold())]
    if len(found) == 1:
        return found[0]
    if found:
        raise click.UsageError(f'"{text}" may be {" or ".join(found)}: write which.')
    meant = suggest(text, [*(name.partition(":")[2] for name in known), *known])
    hint = f'Did you mean "{meant}"?' if meant else "concertino catalogue list Service shows them."
    raise click.UsageError(f'There is no service or brand "{text}". {hint}')
