"""`concertino policies show`: one policy for somebody who meets it in a pull request."""

import click

from concertino.cli.broken import about, show_broken
from concertino.cli.options import common_options, snapshot_options
from concertino.cli.policies_docs import examples_of
from concertino.cli.session import Session, known_names, open_session
from concertino.policies import Policy
from concertino.rendering.policy import policy_json, policy_text
from concertino.rendering.reference import Documented, policy_section
from concertino.verdict.verdict import EXIT_CLEAN


@click.command("show")
@click.argument("policy")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True)
@snapshot_options
@common_options
def command(
    policy: str, form: str, rev: str | None, folder: str | None, *, staged: bool, quiet: bool, no_color: bool
) -> int:
    """Show a policy: what it asks for, why, with which thresholds, and what to do about a finding.

    As Markdown or JSON also with the shortest of its cases that passes and that fails.

    \b
    Examples:
      concertino policies show actual-follows-decision
      concertino policies show actual-follows-decision --format markdown
    """
    del quiet
    session = open_session(folder, rev=rev, staged=staged)
    (name,) = known_names("policy", [policy], session.rules.policies.ids)
    found = session.policies.get(name)
    if found is not None:
        click.echo(_shown(session, found, form))
        return EXIT_CLEAN
    if name in session.rules.policies.switched_off:
        click.echo(f"{name} is switched off by the configuration.", err=form == "json")
        return EXIT_CLEAN
    return show_broken(session, about(session.broken_rules(), name), no_color=no_color)


def _shown(session: Session, policy: Policy, form: str) -> str:
    match form:
        case "markdown":
            return "\n\n".join(policy_section(Documented(policy, examples_of(session, policy)), level=1))
        case "json":
            return policy_json(policy, examples_of(session, policy)).rstrip()
    return policy_text(policy)
