"""`concertino matrix`: what the decision model says, a module for each command."""

import click

from concertino.cli import matrix_verify


@click.group(short_help="Verify the decision model.")
def command() -> None:
    """Verify the decision model that gives cells their answers."""


command.add_command(matrix_verify.command)
