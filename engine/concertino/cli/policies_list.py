"""`concertino policies list`: the policies that judge here."""

import json

import click

from concertino.cli.broken import show_broken
from concertino.cli.options import common_options, snapshot_options
from concertino.cli.session import open_session
from concertino.policies import Policy
from concertino.rendering.listing import columns


@click.command("list")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@snapshot_options
@common_options
def command(form: str, rev: str | None, folder: str | None, *, staged: bool, quiet: bool, no_color: bool) -> int:
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
        model = session.rules.policies.model
        if model is not None:
            click.echo(f"\ndecision model: {model.id}  ({model.origin.file})")
        if not quiet:
            click.echo(f"\n{len(policies)} policies. next: concertino policies show POLICY")
    return show_broken(session, session.broken_rules(), no_color=no_color)


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
