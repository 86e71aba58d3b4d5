"""`concertino catalogue`: everything one does with entities, a module for each command."""

import click

from concertino.cli import catalogue_list, catalogue_new, catalogue_show
from concertino.cli.codeowners import codeowners


@click.group(short_help="List, show or add entities.")
def command() -> None:
    """List, show or add entities of the catalogue, and say who reviews what."""


command.add_command(catalogue_list.command)
command.add_command(catalogue_show.command)
command.add_command(catalogue_new.command)
command.add_command(codeowners)
