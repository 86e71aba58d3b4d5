"""`concertino policies lint`: check policies without judging anything."""

from collections.abc import Iterator

import click

from concertino.cli.broken import about, show_broken
from concertino.cli.options import common_options, snapshot_options
from concertino.cli.output import wants_colour
from concertino.cli.session import Session, known_names, open_session
from concertino.model.outcome import Outcome
from concertino.policies import Policy, lint_policy
from concertino.rendering.json import dumped, finding_tree
from concertino.rendering.text import findings_text
from concertino.verdict.checks import outcome_of
from concertino.verdict.verdict import EXIT_BROKEN_RULE, EXIT_CLEAN, EXIT_FINDINGS


@click.command("lint")
@click.argument("policies", nargs=-1)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@snapshot_options
@common_options
def command(
    policies: tuple[str, ...],
    form: str,
    rev: str | None,
    folder: str | None,
    *,
    staged: bool,
    quiet: bool,
    no_color: bool,
) -> int:
    """Check policies without judging anything: what does not compile, and what does nothing or may find nothing.

    All that is wrong with a file is said at once.

    \b
    Examples:
      concertino policies lint
      concertino policies lint actual-follows-decision
      concertino policies lint --format json

    Exit codes: 0 nothing was found, 1 warnings, 2 a policy or what it is checked against is broken.
    """
    session = open_session(folder, rev=rev, staged=staged)
    names = known_names("policy", policies, session.rules.policies.ids)
    chosen = [item for item in session.rules.policies.policies if not names or item.id in names]
    broken = about(session.broken_rules(), *names)
    warnings = [outcome for policy in chosen for outcome in _lint(session, policy)]
    asked = names or session.rules.policies.ids
    checked = sorted({item.id for item in chosen} | {item.subject for item in broken if item.subject in asked})
    if form == "json":
        found = [finding_tree(item) for item in (*broken, *warnings)]
        click.echo(dumped({"policies": checked, "findings": found}), nl=False)
    else:
        _say(session, broken, warnings, no_color=no_color)
        if not quiet:
            click.echo(", ".join(_counts(len(checked), len(broken), len(warnings))))
    return EXIT_BROKEN_RULE if broken else EXIT_FINDINGS if warnings else EXIT_CLEAN


def _lint(session: Session, policy: Policy) -> list[Outcome]:
    file = (session.rules.policies.files or {})[policy.id]
    problems = lint_policy(policy, file, session.rules.kinds.vocabulary, session.rules.configuration.limits)
    return [outcome_of(problem) for problem in problems]


def _say(session: Session, broken: tuple[Outcome, ...], warnings: list[Outcome], *, no_color: bool) -> None:
    show_broken(session, broken, no_color=no_color)
    if warnings:
        colour = wants_colour(no_color=no_color)
        click.echo(findings_text(warnings, session.source, colour=colour), color=colour)


def _counts(policies: int, errors: int, warnings: int) -> Iterator[str]:
    yield _counted(policies, "policy", "policies")
    if errors:
        yield _counted(errors, "error", "errors")
    if warnings or not errors:
        yield _counted(warnings, "warning", "warnings")


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
