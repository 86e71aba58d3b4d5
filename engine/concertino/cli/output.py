"""Writing to the terminal and to files."""

import os
import shutil
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import click

from concertino.revision.writing import UnsafePathError, write_file

_PATIENCE = 1.0
"""Seconds after which somebody at a terminal wants to know what is going on."""


def wants_colour(*, no_color: bool) -> bool:
    """Whether to colour: on a terminal, unless `--no-color` or NO_COLOR (no-color.org) say otherwise."""
    return sys.stdout.isatty() and not no_color and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def terminal_width() -> int:
    """Columns of the terminal, between 60 and 140; 100 where there is none."""
    columns = shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 100
    return max(60, min(columns, 140))


def write_report(path: str, text: str) -> None:
    """Write a report to a file that the user named, whole or not at all.

    Raises:
        click.ClickException: the file can't be written.
    """
    target = Path(path)
    try:
        write_file(target.parent, target.name, text.encode("utf-8", "backslashreplace"))
    except (OSError, UnsafePathError) as error:
        raise click.ClickException(f"{path} can't be written: {error}") from error


class Progress:
    """Says on standard error what is being done, once it takes longer than a second, and only on a terminal."""

    def __init__(self, *, quiet: bool) -> None:
        self._speaks = sys.stderr.isatty() and not quiet
        self._began = time.monotonic()
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            click.echo("\r\x1b[K", err=True, nl=False)

    def __call__(self, doing: str, done: int, total: int) -> None:
        """Tell what is being done."""
        if self._speaks and time.monotonic() - self._began > _PATIENCE:
            self._shown = True
            share = f" {done}/{total}" if total > 1 else ""
            click.echo(f"\r\x1b[K{doing}{share} …", err=True, nl=False)
