"""The command line: one registry of commands, and the one place where errors end."""

import errno
import importlib
import os
import platform
import sys
import traceback
from collections.abc import Mapping
from typing import Any, NamedTuple

import click

from concertino import __version__

EXIT_USAGE = 2
EXIT_DEFECT = 70
EXIT_INTERRUPTED = 130
EXIT_PIPE = 141
"""As a shell has it for a program that wrote to nobody."""


class _Command(NamedTuple):
    module: str
    help: str


COMMANDS: Mapping[str, _Command] = {
    "init": _Command("init", "Start a governed repository, ready to commit."),
    "check": _Command("check", "Judge the catalogue by the policies."),
    "ci": _Command("ci", "Judge in a job of a forge, and write what it can show."),
    "explain": _Command("explain", "Show how a policy came to its outcome on an entity."),
    "matrix": _Command("matrix", "Draw recommended, decided and actual, verify the model, move scores."),
    "history": _Command("history", "Show the verdicts over commits."),
    "status": _Command("status", "Show which step the portfolio has reached, and what is due."),
    "reuse": _Command("reuse", "Show how much teams and brands reuse, and what would raise it."),
    "showback": _Command("showback", "Show what services cost, and divide it among those who use them."),
    "records": _Command("records", "Write decisions, render their records, or check that they are up to date."),
    "exceptions": _Command("exceptions", "Audit the exception register, list it, or ask for an exception."),
    "catalogue": _Command("catalogue", "List, show or add entities."),
    "policies": _Command("policies", "List, show, add, lint, test or document policies."),
    "schemas": _Command("schemas", "Write the schema that editors complete and check files by."),
}
"""Every command with its module, which is imported only when the command runs: starting stays quick."""


class _LazyGroup(click.Group):
    """A group that knows its commands by name and one line of help until one of them is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"concertino.cli.{COMMANDS[cmd_name].module}")
        command = module.command
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in COMMANDS:
            from concertino.model.suggest import suggest  # noqa: PLC0415 - needed only on a mistake

            meant = suggest(name, list(COMMANDS))
            hint = f'; did you mean "{meant}"?' if meant else f"; the commands are {', '.join(COMMANDS)}"
            raise click.UsageError(f'There is no command "{name}"{hint}', ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, item.help) for name, item in COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="concertino")
@click.option("-C", "folder", metavar="DIR", default=".", help="Work as if started in DIR.")
@click.pass_context
def concertino(ctx: click.Context, folder: str) -> None:
    """Policy as code for companies that run several brands.

    A service catalogue, an exception register and declarative policies are judged on each commit; out come findings and
    decision records.

    \b
    Examples:
      concertino init                      # a governed repository to start from
      concertino check                     # judge the working tree
      concertino check --rev HEAD~1        # judge a commit, without a checkout
      concertino records render            # write the decision records
      concertino policies show POLICY-ID   # what a policy asks for, and why

    Exit codes: 0 nothing that counts, 1 findings, 2 wrong usage or a broken policy, schema or configuration,
    3 nothing was judged, 70 a defect of Concertino.
    """
    ctx.obj = {"folder": folder}


def main(arguments: list[str] | None = None) -> None:
    """Run the command line, and end the process with its exit code."""
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run the command line. Every error ends here: in a sentence for a user's mistake, in a report for ours."""
    _speak_utf8()
    try:
        result: Any = concertino.main(args=arguments, prog_name="concertino", standalone_mode=False)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.Abort:
        click.echo("Interrupted.", err=True)
        return EXIT_INTERRUPTED
    except click.ClickException as error:
        error.show()
        return EXIT_USAGE
    except Exception as defect:  # noqa: BLE001 - the one boundary: whatever ends here is a defect to report
        return _ended(defect)
    return result if isinstance(result, int) else 0


def _ended(error: Exception) -> int:
    """What is said of an error that nobody expected, and the exit code it leads to."""
    if isinstance(error, OSError) and error.errno in (errno.EPIPE, errno.ENOSPC, errno.EIO):
        # Writing on would only fail again at exit. Whoever closed the pipe has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno == errno.EPIPE:
            return EXIT_PIPE
        click.echo(f"Error: the output can't be written: {error.strerror}.", err=True)
        return EXIT_USAGE
    click.echo(_report(error), err=True)
    return EXIT_DEFECT


def _speak_utf8() -> None:
    """Text from a catalogue may hold any character; an output that can't take it shows an escape, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _report(defect: Exception) -> str:
    """A report of a defect that can be pasted into an issue. It names no content of the judged repository."""
    steps = "".join(traceback.format_tb(defect.__traceback__))
    return (
        "Concertino met a defect of its own. Please report what follows; nothing was written.\n\n"
        f"concertino {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}\n"
        f"{type(defect).__name__}: {defect}\n{steps}"
    )


if __name__ == "__main__":
    main()
