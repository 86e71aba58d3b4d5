"""`concertino matrix`: what the decision model says. Without the name of a command it draws."""

import click

from concertino.cli import matrix_draw, matrix_move, matrix_verify

_DRAW = "draw"


class _Drawing(click.Group):
    """A group that draws where no command of it is named: what is meant is then a cell, or one of its factors."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        named = args and (args[0] in self.commands or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if named else [_DRAW, *args])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, found, rest = super().resolve_command(ctx, args)
        return ("" if name == _DRAW else name, found, rest)  # A usage error shows the command as it was typed.

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [*matrix_draw.command.collect_usage_pieces(ctx), "| COMMAND"]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        matrix_draw.command.format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


@click.group(cls=_Drawing, short_help="Draw the matrix, verify its model, move its scores.", help=matrix_draw.HELP)
def command() -> None:
    """Hand over to the command that was named, or to the one that draws."""


command.add_command(matrix_draw.command)
command.add_command(matrix_verify.command)
command.add_command(matrix_move.export)
command.add_command(matrix_move.import_)
