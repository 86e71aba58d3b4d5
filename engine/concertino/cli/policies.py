"""`concertino policies`: list, show, lint or test policies."""

import json

import click

from concertino.cli.options import common_options, snapshot_options
from concertino.cli.output import wants_colour
from concertino.cli.session import Session, known_names, open_session
from concertino.model.outcome import Outcome
from concertino.model.problem import Problem
from concertino.policies import Policy, lint_policy
from concertino.rendering.listing import columns
from concertino.rendering.policy import policy_text
from concertino.rendering.text import findings_text
from concertino.verdict.cases import CasesReport, run_cases
from concertino.verdict.checks import outcome_of
from concertino.verdict.verdict import EXIT_BROKEN_RULE, EXIT_CLEAN, EXIT_FINDINGS


@click.group(short_help="List, show, lint or test policies.")
def command() -> None:
    """List, show, lint or test policies."""


@command.command("list")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@snapshot_options
@common_options
def list_policies(form: str, rev: str | None, folder: str | None, *, staged: bool, quiet: bool, no_color: bool) -> int:
    """List the policies that judge here, those of packs included.

    \b
    Examples:
      concertino policies list
      concertino policies list --format json
    """
    session = open_session(folder, rev=rev, staged=staged)
    policies = session.rules.policies.policies
    if form == "json":
        click.echo(json.dumps([_row(policy) for policy in policies], ensure_ascii=False, indent=2))
    else:
        rows = [
            (item.id, item.target, item.severity.value, item.enforcement.value, ", ".join(item.mission), item.title)
            for item in policies
        ]
        click.echo(columns(("policy", "target", "severity", "enforcement", "rows", "title"), rows))
        for name in session.rules.policies.switched_off:
            click.echo(f"{name}  (switched off by the configuration)")
        if not quiet:
            click.echo(f"\n{len(policies)} policies. next: concertino policies show POLICY")
    return _broken(session, session.broken_rules(), no_color=no_color)


@command.command("show")
@click.argument("policy")
@snapshot_options
@common_options
def show(policy: str, rev: str | None, folder: str | None, *, staged: bool, quiet: bool, no_color: bool) -> int:
    """Show a policy: what it asks for, why, with which thresholds, and what to do about a finding.

    \b
    Example:
      concertino policies show actual-follows-decision
    """
    del quiet
    session = open_session(folder, rev=rev, staged=staged)
    (name,) = known_names("policy", [policy], session.rules.policies.ids)
    found = next((item for item in session.rules.policies.policies if item.id == name), None)
    if found is not None:
        click.echo(policy_text(found))
        return EXIT_CLEAN
    if name in session.rules.policies.switched_off:
        click.echo(f"{name} is switched off by the configuration.")
        return EXIT_CLEAN
    return _broken(session, _about(session.broken_rules(), name), no_color=no_color)


@command.command("lint")
@click.argument("policies", nargs=-1)
@snapshot_options
@common_options
def lint(
    policies: tuple[str, ...], rev: str | None, folder: str | None, *, staged: bool, quiet: bool, no_color: bool
) -> int:
    """Check policies without judging anything: what does not compile, and what does nothing or may find nothing.

    \b
    Examples:
      concertino policies lint
      concertino policies lint actual-follows-decision

    Exit codes: 0 nothing was found, 1 warnings, 2 a policy or what it is checked against is broken.
    """
    session = open_session(folder, rev=rev, staged=staged)
    names = known_names("policy", policies, session.rules.policies.ids)
    chosen = [item for item in session.rules.policies.policies if not names or item.id in names]
    broken = session.broken_rules()
    code = _broken(session, _about(broken, *names) if names else broken, no_color=no_color)
    warnings = [outcome_of(problem) for policy in chosen for problem in _lint(session, policy)]
    if warnings:
        colour = wants_colour(no_color=no_color)
        click.echo(findings_text(warnings, session.source, colour=colour), color=colour)
    if not quiet:
        click.echo(f"{_counted(len(chosen), 'policy', 'policies')}, {_counted(len(warnings), 'warning', 'warnings')}")
    return code or (EXIT_FINDINGS if warnings else EXIT_CLEAN)


def _lint(session: Session, policy: Policy) -> tuple[Problem, ...]:
    file = (session.rules.policies.files or {})[policy.id]
    return lint_policy(policy, file, session.rules.kinds.vocabulary, session.rules.configuration.limits)


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


@command.command("test")
@click.argument("policies", nargs=-1)
@snapshot_options
@common_options
def test(
    policies: tuple[str, ...], rev: str | None, folder: str | None, *, staged: bool, quiet: bool, no_color: bool
) -> int:
    """Run the cases beside each policy: tiny catalogues with the outcomes they must come to.

    \b
    Examples:
      concertino policies test
      concertino policies test actual-follows-decision

    Exit codes: 0 all cases hold, 1 a case does not, 2 a policy or its cases are broken.
    """
    session = open_session(folder, rev=rev, staged=staged)
    names = known_names("policy", policies, session.rules.policies.ids)
    chosen = [item for item in session.rules.policies.policies if not names or item.id in names]
    reports = [_run(session, policy) for policy in chosen]
    for report in reports:
        _say(report, quiet=quiet)
    results = [result for report in reports for result in report.results]
    failed = sum(1 for result in results if result.failures)
    untested = [report.policy for report in reports if not report.results and not report.problems]
    click.echo(f"{len(results) - failed} passed, {failed} failed")
    if untested and not quiet:
        click.echo(f"without cases: {', '.join(untested)}", err=True)
    faults = tuple(outcome_of(problem) for report in reports for problem in report.problems)
    broken = session.broken_rules()
    code = _broken(session, (*(_about(broken, *names) if names else broken), *faults), no_color=no_color)
    return code or (EXIT_FINDINGS if failed else EXIT_CLEAN)


def _run(session: Session, policy: Policy) -> CasesReport:
    files = session.rules.policies.files or {}
    file = files[policy.id]
    if file.cases is None:
        return CasesReport(policy.id)
    return run_cases(policy, f"{file.folder}/cases.yaml", file.cases, session.rules)


def _say(report: CasesReport, *, quiet: bool) -> None:
    if not quiet:
        count = len(report.results)
        click.echo(f"{report.policy}: {count} {'case' if count == 1 else 'cases'}")
    for result in report.results:
        if result.failures:
            click.echo(f"  FAILED {result.name}  ({result.place})")
            for failure in result.failures:
                click.echo(f"    {failure}")


def _about(outcomes: tuple[Outcome, ...], *names: str) -> tuple[Outcome, ...]:
    return tuple(outcome for outcome in outcomes if outcome.subject in names)


def _broken(session: Session, outcomes: tuple[Outcome, ...], *, no_color: bool) -> int:
    if not outcomes:
        return EXIT_CLEAN
    colour = wants_colour(no_color=no_color)
    click.echo(findings_text(outcomes, session.source, colour=colour), err=True, color=colour)
    return EXIT_BROKEN_RULE


def _row(policy: Policy) -> dict[str, object]:
    return {
        "policy": policy.id,
        "title": policy.title,
        "target": policy.target,
        "severity": policy.severity.value,
        "enforcement": policy.enforcement.value,
        "mission": list(policy.mission),
        "pack": policy.origin.pack,
        "file": policy.origin.file,
    }
