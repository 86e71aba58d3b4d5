"""`concertino check`: judge a snapshot, and report."""

from dataclasses import dataclass, replace

import click

from concertino.cli.consequences import consequences
from concertino.cli.options import as_of_option, common_options, snapshot_options, today
from concertino.cli.output import Progress, terminal_width, wants_colour, write_report
from concertino.cli.session import known_names
from concertino.cli.sides import Asked, Review, Sides, base_options, open_sides, reviewed
from concertino.cli.walking import open_walk, walked
from concertino.model.outcome import Severity
from concertino.model.suggest import suggest
from concertino.rendering import FORMATS, ReportContext
from concertino.rendering.steps import Walked, each_json, each_text
from concertino.verdict import Gate, Selection
from concertino.verdict.advising import advised


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
@base_options
@click.option(
    "--policies-from",
    metavar="REV",
    help="Judge by the policies, schemas, configuration, decision rights and signers of a revision. Exceptions that do "
    "not stand there count only if a signature proves their approval.",
)
@click.option(
    "--each", metavar="A..B", help="Judge every commit of a range, and say which one brought a finding. Text or json."
)
@click.option(
    "--gate",
    type=click.Choice([item.value for item in Gate]),
    help="With --base: whether only new findings count, or all.  [default: new]",
)
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
def command(  # noqa: PLR0913, PLR0917 - click hands over each option
    rev: str | None,
    as_of: str | None,
    base: str | None,
    policies_from: str | None,
    each: str | None,
    gate: str | None,
    fail_on: str,
    policies: tuple[str, ...],
    kinds: tuple[str, ...],
    targets: tuple[Target, ...],
    folder: str | None,
    *,
    exact_base: bool,
    staged: bool,
    quiet: bool,
    no_color: bool,
) -> int:
    """Judge the catalogue by the policies, and report what was found.

    Without options the working tree is judged: files that git tracks, and new ones that it does not ignore.

    With --base the same is judged at a revision, and the report says what is new, fixed and unchanged. Only what is new
    counts. A finding stays the same whatever line, message or file it moves to. With --policies-from the change can't
    rewrite the rules that it is judged by.

    \b
    Examples:
      concertino check
      concertino check --rev HEAD --as-of 2026-06-30
      concertino check --staged --fail-on warning
      concertino check --format json=report.json --format markdown=report.md
      concertino check --policy actual-follows-decision
      concertino check --base main
      concertino check --each main..HEAD
      concertino check --base origin/main --policies-from origin/main --format markdown=comment.md

    Exit codes: 0 nothing that counts, 1 findings, 2 a broken policy, schema or configuration, 3 nothing was judged.
    """
    shown = _shown(targets)
    if gate is not None and base is None:
        raise click.UsageError("--gate says which findings of a comparison count; give --base, too.")
    if each is not None:
        if rev or staged or base:
            raise click.UsageError("--each judges the commits of a range: no --rev, --staged or --base beside it.")
        walk = open_walk(folder, each, policies_from=policies_from)
        chosen = _selection(Sides(walk.last), policies, kinds)
        with Progress(quiet=quiet) as progress:
            steps = walked(walk, as_of or today(), chosen, Severity(fail_on), progress)
        return _write_steps(steps, targets, colour=wants_colour(no_color=no_color))
    sides = open_sides(Asked(folder, rev, staged, base, exact_base, policies_from))
    selection = _selection(sides, policies, kinds)
    with Progress(quiet=quiet) as progress:
        review = reviewed(sides, as_of or today(), selection, progress, Gate(gate or Gate.NEW))
    places = any(FORMATS[name].places for name in (shown, *(target.name for target in targets)))
    context = replace(
        report_context(sides, review, Severity(fail_on)), verdict=advised(review.head, with_places=places)
    )
    for target in targets:
        if target.file:
            write_report(target.file, FORMATS[target.name].render(context))
    colour = wants_colour(no_color=no_color)
    text = FORMATS[shown].render(replace(context, colour=colour and shown == "text"))
    click.echo(text, nl=not text.endswith("\n"), color=colour)
    return context.exit_code


def _shown(targets: tuple[Target, ...]) -> str:
    """The format that goes to standard output."""
    names = [target.name for target in targets if not target.file]
    if len(names) > 1:
        raise click.UsageError(f"Only one format can go to standard output; give {names[1]} a file: {names[1]}=FILE.")
    return names[0] if names else "text"


def _write_steps(steps: Walked, targets: tuple[Target, ...], *, colour: bool) -> int:
    """Write what each commit did, as a check writes its report."""
    for name in (target.name for target in targets):
        if name not in ("text", "json"):
            raise click.UsageError(f"--each is shown as text or json, not as {name}.")
    for target in targets:
        if target.file:
            write_report(target.file, each_json(steps) if target.name == "json" else each_text(steps))
    shown = each_json(steps) if _shown(targets) == "json" else each_text(steps, colour=colour, width=terminal_width())
    click.echo(shown, nl=False, color=colour)
    return steps.exit_code


def _selection(sides: Sides, policies: tuple[str, ...], kinds: tuple[str, ...]) -> Selection:
    """What is judged by what. A policy or kind that only one side knows can be named, too."""
    rules = [session.rules for session in (sides.head, sides.base) if session]
    selection = Selection(
        policies=known_names("policy", policies, {name for item in rules for name in item.policies.ids}),
        kinds=known_names("kind", kinds, {name for item in rules for name in item.kinds.by_name}),
    )
    named = [policy for item in rules for policy in item.policies.policies if policy.id in selection.policies]
    if selection.kinds and named and not any(selection.takes(item) for item in named):
        judged = ", ".join(dict.fromkeys(f"{item.id} judges {item.target}" for item in named))
        raise click.UsageError(f"{judged}, not {' or '.join(selection.kinds)}: nothing would be judged.")
    return selection


def report_context(sides: Sides, review: Review, fail_on: Severity) -> ReportContext:
    """What the formats are given of a judged change."""
    return ReportContext(
        verdict=review.head.verdict,
        fail_on=fail_on,
        sources=sides.head.source,
        width=terminal_width(),
        comparison=review.comparison,
        touched=review.touched,
        rules_from=review.rules_from,
        prefix=sides.head.snapshot.prefix,
        impact=consequences(sides, review),
    )
