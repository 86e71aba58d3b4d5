"""`concertino check`: judge a snapshot, and report."""

from dataclasses import dataclass

import click

from concertino.cli.options import as_of_option, common_options, snapshot_options, today
from concertino.cli.output import Progress, terminal_width, wants_colour, write_report
from concertino.cli.session import Session, known_names, open_session
from concertino.model.outcome import Severity
from concertino.model.suggest import suggest
from concertino.rendering import FORMATS, ReportContext
from concertino.verdict import Selection, Verdict, judge


@dataclass(frozen=True)
class Target:
    """A format and the file it goes to; without one it goes to standard output."""

    name: str
    file: str = ""


def parse_target(text: str) -> Target:
    """NAME or NAME=FILE.

    Raises:
        click.BadParameter: there is no such format.
    """
    name, _, file = text.partition("=")
    if name not in FORMATS:
        meant = suggest(name, list(FORMATS))
        hint = f'did you mean "{meant}"?' if meant else f"the formats are {', '.join(FORMATS)}."
        raise click.BadParameter(f'There is no format "{name}"; {hint}')
    return Target(name, file)


@click.command(short_help="Judge the catalogue by the policies.")
@snapshot_options
@as_of_option
@click.option(
    "--fail-on",
    type=click.Choice([item.value for item in Severity]),
    default=Severity.ERROR.value,
    show_default=True,
    help="The least severity that ends with exit code 1. Advisory policies never do.",
)
@click.option("--policy", "policies", multiple=True, metavar="ID", help="Judge by this policy only. Can be repeated.")
@click.option(
    "--kind", "kinds", multiple=True, metavar="KIND", help="Judge entities of this kind only. Can be repeated."
)
@click.option(
    "--format",
    "targets",
    multiple=True,
    type=parse_target,
    metavar="NAME[=FILE]",
    help=f"One of {', '.join(FORMATS)}; with =FILE it is written there. Can be repeated.  [default: text]",
)
@common_options
def command(  # noqa: PLR0913 - click hands over each option
    rev: str | None,
    as_of: str | None,
    fail_on: str,
    policies: tuple[str, ...],
    kinds: tuple[str, ...],
    targets: tuple[Target, ...],
    folder: str | None,
    *,
    staged: bool,
    quiet: bool,
    no_color: bool,
) -> int:
    """Judge the catalogue by the policies, and report what was found.

    Without options the working tree is judged: files that git tracks, and new ones that it does not ignore.

    \b
    Examples:
      concertino check
      concertino check --rev HEAD --as-of 2026-06-30
      concertino check --staged --fail-on warning
      concertino check --format json=report.json --format markdown=report.md
      concertino check --policy actual-follows-decision

    Exit codes: 0 nothing that counts, 1 findings, 2 a broken policy, schema or configuration, 3 nothing was judged.
    """
    shown = _shown(targets)
    session = open_session(folder, rev=rev, staged=staged)
    selection = _selection(session, policies, kinds)
    with Progress(quiet=quiet) as progress:
        verdict = judge(session.snapshot, session.rules, as_of or today(), selection, progress)
    gate = Severity(fail_on)
    for target in targets:
        if target.file:
            write_report(target.file, FORMATS[target.name].render(_context(session, verdict, gate)))
    colour = wants_colour(no_color=no_color)
    text = FORMATS[shown].render(_context(session, verdict, gate, colour=colour and shown == "text"))
    click.echo(text, nl=not text.endswith("\n"), color=colour)
    return verdict.exit_code(gate)


def _shown(targets: tuple[Target, ...]) -> str:
    """The format that goes to standard output."""
    names = [target.name for target in targets if not target.file]
    if len(names) > 1:
        raise click.UsageError(f"Only one format can go to standard output; give {names[1]} a file: {names[1]}=FILE.")
    return names[0] if names else "text"


def _selection(session: Session, policies: tuple[str, ...], kinds: tuple[str, ...]) -> Selection:
    selection = Selection(
        policies=known_names("policy", policies, session.rules.policies.ids),
        kinds=known_names("kind", kinds, session.rules.kinds.by_name),
    )
    named = [item for item in session.rules.policies.policies if item.id in selection.policies]
    if selection.kinds and named and not any(selection.takes(item) for item in named):
        judged = ", ".join(f"{item.id} judges {item.target}" for item in named)
        raise click.UsageError(f"{judged}, not {' or '.join(selection.kinds)}: nothing would be judged.")
    return selection


def _context(session: Session, verdict: Verdict, fail_on: Severity, *, colour: bool = False) -> ReportContext:
    return ReportContext(
        verdict=verdict, fail_on=fail_on, sources=session.source, colour=colour, width=terminal_width()
    )
