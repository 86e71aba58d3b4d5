"""`concertino schemas`: what editors check and complete the files of a repository by."""

import json

import click

from concertino.cli.drift import difference
from concertino.cli.editors import EDITOR_SCHEMA, comment_for
from concertino.cli.options import common_options
from concertino.cli.session import Session, open_session
from concertino.editing.editor_schema import editor_schema_text
from concertino.revision.writing import UnsafePathError, safe_path, write_file
from concertino.verdict.verdict import EXIT_BROKEN_RULE, EXIT_CLEAN, EXIT_FINDINGS


@click.command(short_help="Write the schema that editors complete and check files by.")
@click.option(
    "--output", "file", metavar="FILE", default=EDITOR_SCHEMA, show_default=True, help="Where it goes below the folder."
)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; end with 1 if the file is not up to date.")
@common_options
def command(file: str, folder: str | None, *, only_check: bool, quiet: bool, no_color: bool) -> int:
    """Write one JSON Schema for all files that people write: catalogue, exceptions, policies, cases, configuration.

    It holds the shipped kinds and those of the repository, so an editor with a YAML language server explains each
    field, completes it and marks a typo while you type. Commit it, and write it anew after a change to schemas/ or a
    new version of Concertino. Files that Concertino writes name it in the first line of each document.

    \b
    Examples:
      concertino schemas
      concertino schemas --check

    Exit codes: 0 it is up to date, 1 (with --check) it is not, 2 a schema is broken.
    """
    del no_color
    session = open_session(folder)
    text = schema_text(session)
    if only_check:
        return _check(session, file, text, quiet=quiet)
    try:
        write_file(session.folder, file, text.encode())
    except (OSError, UnsafePathError) as error:
        raise click.ClickException(f"{file} can't be written: {error}") from error
    click.echo(f"wrote {file}")
    if not quiet:
        _say_how(session, file)
    broken = [item for item in session.broken_rules() if item.policy == "kind"]
    for item in broken:
        click.echo(f"left out: {item.place}: {item.message}", err=True)
    return EXIT_BROKEN_RULE if broken else EXIT_CLEAN


def schema_text(session: Session) -> str:
    """The schema of a repository, with its own kinds."""
    return editor_schema_text(session.rules.schemas.schemas, session.rules.kinds)


def _check(session: Session, file: str, text: str, *, quiet: bool) -> int:
    try:
        path = safe_path(session.folder, file)
        there = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    except (OSError, UnsafePathError) as error:
        raise click.ClickException(f"{file} can't be read: {error}") from error
    if there == text:
        if not quiet:
            click.echo(f"{file} is up to date.")
        return EXIT_CLEAN
    click.echo(difference(file, there, text))
    click.echo(f"{file} is not what the schemas say. next: concertino schemas", err=True)
    return EXIT_FINDINGS


def _say_how(session: Session, file: str) -> None:
    """The two ways to tell an editor."""
    configuration = session.rules.configuration
    below = [f"{folder}/**/*.yaml" for folder in (configuration.catalogue, configuration.policies)]
    settings = {"yaml.schemas": {file: ["concertino.yaml", *below]}}
    click.echo("An editor with a YAML language server finds it by a setting, in VS Code .vscode/settings.json:")
    click.echo(json.dumps(settings, indent=2, ensure_ascii=False))
    if file == EDITOR_SCHEMA:
        click.echo(f"or by the first line of each document in a file, here of one in {configuration.catalogue}/:")
        click.echo(comment_for(f"{configuration.catalogue}/x.yaml"))
