"""Options that several commands share."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import click

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])


def parse_day(text: str) -> str:
    """An ISO day of the calendar, such as 2026-06-30, as text, since ISO days compare as text.

    Raises:
        click.BadParameter: the text is no such day.
    """
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is no day of the calendar; write it as 2026-06-30.") from error


def today() -> str:
    """The day on which the command runs, in UTC: the only place where the clock is read."""
    return datetime.now(UTC).date().isoformat()


def common_options(command: _Decorated) -> _Decorated:
    """`-C`, `--quiet` and `--no-color`."""
    for option in (
        click.option("--no-color", is_flag=True, help="No colour, even on a terminal (as with NO_COLOR)."),
        click.option("--quiet", "-q", is_flag=True, help="No progress, and nothing beyond the result."),
        click.option("-C", "folder", metavar="DIR", help="Work as if started in DIR."),
    ):
        command = option(command)
    return command


def snapshot_options(command: _Decorated) -> _Decorated:
    """`--rev` and `--staged`: which files are meant."""
    for option in (
        click.option("--staged", is_flag=True, help="Judge the index: what the next commit would hold."),
        click.option(
            "--rev", metavar="REV", help="Judge a git revision, without a checkout. Left out: the working tree."
        ),
    ):
        command = option(command)
    return command


as_of_option = click.option(
    "--as-of",
    type=parse_day,
    metavar="DAY",
    help="The day that exceptions and dates are judged on. Left out: today, in UTC.",
)
