"""`concertino records`: decisions and their records. Each further subcommand has a module of its own."""

import click

from concertino.cli.options import common_options, snapshot_options
from concertino.cli.records_accept import accept
from concertino.cli.records_list import list_records
from concertino.cli.records_new import new
from concertino.cli.records_renumber import renumber
from concertino.cli.records_writing import existing_records, rendered_records, write_records
from concertino.cli.session import Session, open_session
from concertino.model.problem import Problem
from concertino.records import Drift, DriftKind, RenderedFile, compare_records, faulty_decisions, unified_difference
from concertino.records.layouts import VIEWS, shipped_source
from concertino.records.pairs import partners_of
from concertino.rendering.painting import harmless
from concertino.verdict.verdict import EXIT_BROKEN_RULE, EXIT_CLEAN, EXIT_FINDINGS


@click.group(short_help="Write decisions and render their records.")
def command() -> None:
    """Propose, accept, renumber and list decisions; render their records (MADR 4), or check them for drift."""


for _command in (new, accept, renumber, list_records):
    command.add_command(_command)


@command.command("render")
@click.option("--force", is_flag=True, help="Replace records that were edited, too.")
@common_options
def render(folder: str | None, *, force: bool, quiet: bool, no_color: bool) -> int:
    """Write the record of every decision, and their index. A record that somebody edited is left as it is.

    \b
    Example:
      concertino records render
    """
    del no_color
    session = open_session(folder)
    done = write_records(session, force=force)
    plan, problems, spared = done.plan, done.problems, done.spared
    for item in plan.refused:
        click.echo(f"{item.path}: {item.message}; left as it is (--force replaces it)", err=True)
    for problem in problems:
        click.echo(f"{problem.place.file}: {problem.message}. {problem.remediation}", err=True)
    _tell_templates(done.templates)
    for reference in spared:
        click.echo(
            f"{reference}: has faults, so what was rendered from it is left as it is. next: concertino check", err=True
        )
    if not quiet:
        for path in sorted(
            [f"wrote {file.path}" for file in plan.writes] + [f"removed {path}" for path in plan.removals]
        ):
            click.echo(path)
        click.echo(f"{len(plan.writes)} written, {len(plan.removals)} removed, {len(plan.refused)} left as they are")
    _tell_rules(session)
    if done.templates:
        return EXIT_BROKEN_RULE
    return EXIT_FINDINGS if plan.refused or problems or spared else _code(session)


@command.command("template")
@click.argument("name", type=click.Choice(sorted(VIEWS)), default="record")
@common_options
def template(name: str, folder: str | None, *, quiet: bool, no_color: bool) -> None:
    """Print the template of a record, or of the index, as a start for one of your own.

    Name the file under templates in concertino.yaml. A template prints values ({{ title }}), loops over lists and asks
    conditions, in the language of Jinja2; it calls nothing and reaches nothing else.

    \b
    Examples:
      concertino records template
      concertino records template index
    """
    del folder, quiet, no_color
    click.echo(shipped_source(name), nl=False)


@command.command("check")
@snapshot_options
@common_options
def check(rev: str | None, folder: str | None, *, staged: bool, quiet: bool, no_color: bool) -> int:
    """Check that the records say what the catalogue says, and print what differs.

    \b
    Examples:
      concertino records check
      concertino records check --staged

    Exit codes: 0 no record differs, 1 some do, 2 a broken schema or configuration.
    """
    del no_color
    session = open_session(folder, rev=rev, staged=staged)
    rendering = rendered_records(session)
    rendered, existing = rendering.files, existing_records(session, rendering)
    spared = faulty_decisions(session.catalogue)
    found = compare_records(rendered, existing, session.rules.configuration.records, spared=spared)
    drifts = [item for item in found if not _follows_from_a_fault(session, item, spared)]
    for item in drifts:
        click.echo(f"{item.path}: {item.message}")
        if not quiet and item.path in existing:
            _show(item, rendered, existing)
    for reference in spared:
        click.echo(f"{reference}: has faults, so what was rendered from it can't be compared. next: concertino check")
    _tell_templates(rendering.problems)
    _tell_rules(session)
    if not drifts and not spared:
        click.echo(f"{len(rendered)} files are up to date")
        return EXIT_BROKEN_RULE if rendering.problems else _code(session)
    click.echo(f"\n{len(drifts)} of {len(rendered)} files differ. next: concertino records render", err=True)
    if any(item.kind is DriftKind.EDITED for item in drifts):
        click.echo("What was edited belongs into the catalogue; then: concertino records render --force", err=True)
    return EXIT_BROKEN_RULE if rendering.problems else EXIT_FINDINGS


def _tell_templates(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        click.echo(harmless(f"{problem.place}: {problem.message}"), err=True)
        click.echo(f"  what it lays out is left as it is. {problem.remediation}", err=True)


def _tell_rules(session: Session) -> None:
    """Why the run ends with 2: what is broken may be what says where records stand."""
    for problem in session.rules.problems:
        click.echo(harmless(f"{problem.place}: {problem.message}. next: concertino check"), err=True)


def _follows_from_a_fault(session: Session, item: Drift, spared: tuple[str, ...]) -> bool:
    """Whether a record seems outdated since the decision on the other side of a succession can't be read."""
    partners = partners_of(session.catalogue).get(item.decision, frozenset())
    return item.kind is DriftKind.OUTDATED and not partners.isdisjoint(spared)


def _show(item: Drift, rendered: tuple[RenderedFile, ...], existing: dict[str, bytes]) -> None:
    difference = unified_difference(item.path, rendered, existing)
    if difference:
        click.echo(difference)


def _code(session: Session) -> int:
    """2 if the rules are broken: then the catalogue may have been misunderstood."""
    return EXIT_BROKEN_RULE if session.rules.problems else EXIT_CLEAN
