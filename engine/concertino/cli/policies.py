"""`concertino policies`: everything one does with policies, a module for each command."""

import click

from concertino.cli import (
    policies_docs,
    policies_impact,
    policies_lint,
    policies_list,
    policies_new,
    policies_show,
    policies_testing,
)


@click.group(short_help="List, show, add, lint, test or document policies.")
def command() -> None:
    """List, show, add, lint, test or document policies."""


command.add_command(policies_list.command)
command.add_command(policies_show.command)
command.add_command(policies_new.command)
command.add_command(policies_lint.command)
command.add_command(policies_testing.command)
command.add_command(policies_docs.command)
command.add_command(policies_impact.command)
