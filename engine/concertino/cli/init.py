"""`concertino init`: a governed repository to start from."""

from pathlib import Path

import click

from concertino import __version__
from concertino.cli.editors import EDITOR_SCHEMA, comment_for, headed
from concertino.cli.options import as_of_option, common_options, today
from concertino.editing.starting import starting_files
from concertino.revision.writing import UnsafePathError, safe_path, write_file

_FORBIDDEN = "'\n\r<>"


@click.command(short_help="Start a governed repository, ready to commit.")
@click.argument("directory", default="", metavar="[DIR]")
@click.option(
    "--requirement",
    default=f"concertino=={__version__}",
    show_default=True,
    help="What the workflow installs the engine by: a pip requirement, pinned.",
)
@as_of_option
@common_options
def command(
    directory: str, requirement: str, as_of: str | None, folder: str | None, *, quiet: bool, no_color: bool
) -> None:
    """Write a commented configuration, a tiny catalogue that passes, a policy with its cases, and a workflow.

    Editors with a YAML language server find the schema of each file beside them.

    Nothing is overwritten: if one of the files is there already, nothing is written at all.

    \b
    Examples:
      concertino init
      concertino init governance
      concertino init --requirement 'concertino @ git+https://git.example.com/concertino@v0.1.0'
    """
    del no_color
    if any(character in requirement for character in _FORBIDDEN):
        raise click.UsageError("A requirement can't hold quotes, angle brackets or line breaks.")
    root = Path(folder or click.get_current_context().find_root().obj["folder"]) / directory
    files = {path: _headed(path, text) for path, text in starting_files(as_of or today(), requirement).items()}
    try:
        root.mkdir(parents=True, exist_ok=True)
        there = [path for path in (*files, EDITOR_SCHEMA) if safe_path(root, path).exists()]
        if there:
            raise click.ClickException(
                f"{', '.join(there)} {'is' if len(there) == 1 else 'are'} there already; nothing was written.\n"
                "Start in an empty folder, or move what is there."
            )
        for path, text in files.items():
            write_file(root, path, text.encode())
    except (OSError, UnsafePathError) as error:
        raise click.ClickException(f"{root} can't be written to: {error}") from error
    written = [*files, _schema(root), *_records(root)]
    if not quiet:
        click.echo("\n".join(f"wrote {path}" for path in sorted(written)))
        click.echo(f"\nThe workflow installs {requirement}; --requirement names another source.")
        enter = f"cd {directory} && " if directory else ""
        click.echo(f"next: {enter}git init && git add . && concertino check")


def _headed(path: str, text: str) -> str:
    """A file with the line by which editors find the schema, if it is one that the schema speaks of."""
    ours = path.endswith(".yaml") and not path.startswith(".")
    return headed(text, comment_for(path)) if ours else text


def _schema(root: Path) -> str:
    """Write the schema for editors."""
    from concertino.cli.schemas import schema_text  # noqa: PLC0415 - takes the whole engine
    from concertino.cli.session import open_session  # noqa: PLC0415 - the same

    write_file(root, EDITOR_SCHEMA, schema_text(open_session(str(root))).encode())
    return EDITOR_SCHEMA


def _records(root: Path) -> list[str]:
    """Render the record of the first decision, so that the workflow finds nothing missing."""
    from concertino.cli.records_writing import write_records  # noqa: PLC0415 - takes the whole engine
    from concertino.cli.session import open_session  # noqa: PLC0415 - the same

    return [file.path for file in write_records(open_session(str(root)), force=False).plan.writes]
