"""`concertino ci`: judge in a job of a forge, and write what that forge can show."""

import os
from dataclasses import replace
from pathlib import Path

import click

from concertino.cli.check import report_context
from concertino.cli.forges import Forge, forge_of
from concertino.cli.options import as_of_option, common_options, today
from concertino.cli.output import Progress, write_report
from concertino.cli.session import Session
from concertino.cli.sides import Asked, open_sides, reviewed
from concertino.model.outcome import Severity
from concertino.rendering import FORMATS, ReportContext
from concertino.verdict import Gate, Selection
from concertino.verdict.advising import advised

_SUMMARY_BYTES = 1024 * 1024
"""What GitHub takes as the summary of a step."""
_CUT = b"\n\n**Too long for this summary: the rest is left out.** The comment and the other reports have all of it.\n"


@click.command(short_help="Judge in a job of a forge, and write what it can show.")
@as_of_option
@click.option(
    "--base",
    metavar="REV",
    help="Compare with a revision, and judge by its rules. Left out: what the event of the job proposes a change to.",
)
@click.option("--own-rules", is_flag=True, help="Judge a change by the rules it brings, not by those of its base.")
@click.option(
    "--fail-on",
    type=click.Choice([item.value for item in Severity]),
    default=Severity.ERROR.value,
    show_default=True,
    help="The least severity that ends with exit code 1. Advisory policies never do.",
)
@click.option(
    "--output",
    metavar="DIR",
    default="concertino-reports",
    show_default=True,
    help="The folder that reports are written to.",
)
@common_options
def command(  # noqa: PLR0913 - click hands over each option
    as_of: str | None,
    base: str | None,
    fail_on: str,
    output: str,
    folder: str | None,
    *,
    own_rules: bool,
    quiet: bool,
    no_color: bool,
) -> int:
    """Judge in a job of a forge, and write what that forge can show.

    On a pull request the change is compared with its base and judged by the base's rules, so that nobody can loosen a
    rule and use that in one go. Only what is new counts. On a push everything counts.

    \b
    On GitHub:  annotations in the log, the summary of the step, and in DIR
                concertino.md (a comment), concertino.sarif, concertino.json
    On GitLab:  text in the log, and in DIR gl-code-quality-report.json,
                concertino-junit.xml, concertino.md, concertino.json
    Elsewhere:  text in the log, and in DIR concertino.sarif,
                concertino-junit.xml, concertino.md, concertino.json

    \b
    Examples:
      concertino ci
      concertino ci --base origin/main --output reports

    Exit codes are those of `concertino check`.
    """
    del no_color  # a log has none
    forge = forge_of(os.environ, _text)
    against = base or forge.base or None
    asked = Asked(folder, base=against, policies_from=None if own_rules else against)
    sides = open_sides(asked)
    if sides.ruling and not _governed(sides.ruling):
        # Nothing there could be talked round, and the kinds that come with a first adoption would be unknown.
        sides = open_sides(replace(asked, policies_from=None))
        click.echo("note: the base is not governed yet, so the change is judged by the rules it brings", err=True)
    with Progress(quiet=quiet) as progress:
        review = reviewed(sides, as_of or today(), Selection(), progress, Gate.NEW)
    context = report_context(sides, review, Severity(fail_on))
    context = replace(context, verdict=advised(review.head, with_places=True))
    _write(forge, context, output)
    text = FORMATS[forge.shown].render(context)
    click.echo(text, nl=bool(text) and not text.endswith("\n"), color=False)
    if not quiet:
        click.echo(f"Judged for {forge.name}; reports are in {output}.", err=True)
    return context.exit_code


def _governed(session: Session) -> bool:
    """Whether a revision holds anything that Concertino goes by: a configuration, a catalogue, policies or schemas."""
    configuration = session.own_rules.configuration
    folders = (configuration.catalogue, configuration.policies, configuration.schemas)
    return configuration.written or any(
        path.startswith(tuple(f"{name}/" for name in folders)) for path in session.snapshot.entries
    )


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8") if path else ""
    except (OSError, UnicodeDecodeError):
        return ""


def _write(forge: Forge, context: ReportContext, output: str) -> None:
    for form, name in forge.files.items():
        write_report(str(Path(output) / name), FORMATS[form].render(context))
    if forge.summary:
        _append(forge.summary, FORMATS["markdown"].render(context))


def _append(summary: str, text: str) -> None:
    """Add to the summary of a step, which others may have begun. What would not fit is cut, or GitHub shows nothing."""
    path = Path(summary)
    try:
        known = path.stat().st_size if path.exists() else 0
        with path.open("ab") as file:
            file.write(_fitting(text.encode("utf-8", "backslashreplace"), _SUMMARY_BYTES - known))
    except OSError as error:
        raise click.ClickException(f"the summary of the step, {summary}, can't be written: {error}") from error


def _fitting(data: bytes, room: int) -> bytes:
    """As many lines as there is room for, an end for what folds, and a word on the rest; nothing if that is no use."""
    if len(data) <= room:
        return data
    kept = data[: max(room - len(_CUT) - 200, 0)].rpartition(b"\n")[0]
    opened = max(kept.count(b"<details") - kept.count(b"</details>"), 0)
    return kept + b"\n\n</details>" * opened + _CUT if kept else b""
