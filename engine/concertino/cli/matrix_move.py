"""`concertino matrix export` and `matrix import`: scores between the sheets and a spreadsheet."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from io import StringIO
from pathlib import Path

import click

from concertino.cli.authoring import schemas_of
from concertino.cli.matrix_draw import model_of
from concertino.cli.options import as_of_option, common_options, snapshot_options, today
from concertino.cli.output import wants_colour, write_report
from concertino.cli.records_writing import with_files
from concertino.cli.session import Session, open_session
from concertino.documents.rows import check_rows
from concertino.documents.tables import Table, read_table
from concertino.editing.score_changes import ScorePlan, plan_changes
from concertino.editing.scores import Sheets, row_schema, table_of
from concertino.editing.sheets import new_sheet
from concertino.editing.splicing import splice
from concertino.kinds.schema import subschemas
from concertino.model.problem import Problem
from concertino.rendering.cells import cell
from concertino.rendering.painting import harmless
from concertino.rendering.text import findings_text
from concertino.revision.writing import UnsafePathError, write_file
from concertino.verdict.checks import outcome_of
from concertino.verdict.verdict import EXIT_BROKEN_RULE, EXIT_CLEAN, EXIT_FINDINGS

_MOST_LINES = 400


@click.command("export", short_help="Write the scores as a table.")
@click.option("--output", metavar="FILE", help="The file to write. Left out: standard output.")
@snapshot_options
@common_options
def export(
    output: str | None, rev: str | None, folder: str | None, *, staged: bool, quiet: bool, no_color: bool
) -> int:
    """Write the scores as CSV: a row for each cell and each sheet of it. An empty cell inherits.

    \b
    Examples:
      concertino matrix export --output scores.csv   # edit it in a spreadsheet
      concertino matrix import scores.csv --dry-run  # what would change
      concertino matrix export --rev HEAD~1

    Exit codes: 0 written, 2 wrong usage, or the decision model is broken.
    """
    session = open_session(folder, rev=rev, staged=staged)
    sheets = _sheets(session, no_color=no_color)
    if sheets is None:
        return EXIT_BROKEN_RULE
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    rows = list(table_of(sheets, cell))
    writer.writerows(rows)
    if output is None:
        click.echo(stream.getvalue(), nl=False)
    else:
        write_report(output, stream.getvalue())
    for faulty in sheets.faulty:
        click.echo(f"note: {faulty.name} is left out, since it has faults: concertino check", err=True)
    if output and not quiet:
        click.echo(f"wrote {output}: {len(rows) - 1} rows", err=True)
        click.echo(f"next: fill in what departs, then concertino matrix import {output} --dry-run", err=True)
    return EXIT_CLEAN


@click.command("import", short_help="Bring the scores of a table into the sheets.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@as_of_option
@common_options
def import_(file: str, as_of: str | None, folder: str | None, *, dry_run: bool, quiet: bool, no_color: bool) -> int:
    """Bring the scores of a table that `matrix export` wrote into the sheets they came from.

    Only rows that differ are touched; comments and layout of all other lines stay. An empty cell takes a score away,
    an empty row all of it. A row of a view that has no sheet yet begins one, rated on the day of --as-of. What is wrong
    in the table is shown at its line and column, and then nothing is written.

    \b
    Examples:
      concertino matrix import scores.csv --dry-run
      concertino matrix import scores.csv

    Exit codes: 0 imported, or nothing differs, 1 something is wrong in the table, 2 wrong usage.
    """
    session = open_session(folder)
    sheets = _sheets(session, no_color=no_color)
    if sheets is None:
        return EXIT_BROKEN_RULE
    data = _read(file, session.rules.configuration.limits.file_bytes)
    table, problems = _table(session, sheets, file, data)
    plan = ScorePlan(problems=problems) if problems else plan_changes(sheets, table, cell)
    written = (
        _Written({}, {}, list(plan.problems)) if plan.problems else _files(session, sheets, plan, as_of or today())
    )
    if written.problems:
        return _refused(session, written.problems, {file: data}, no_color=no_color)
    return _finish(session, plan, written, dry_run=dry_run, quiet=quiet)


@dataclass(frozen=True)
class _Written:
    """Files before and after; a file that is new was empty."""

    before: Mapping[str, bytes]
    after: Mapping[str, bytes]
    problems: list[Problem]


def _sheets(session: Session, *, no_color: bool) -> Sheets | None:
    """Where people score; None if the model is broken.

    Raises:
        click.ClickException: the model does not say where people write scores.
    """
    model = model_of(session, no_color=no_color)
    if model is None:
        return None
    if model.display.sheet is None:
        raise click.ClickException(
            f"The decision model {model.model.id} does not say in which documents scores are written.\n"
            "Declare it under `sheet` of a level of its resolution."
        )
    return Sheets(model.display.sheet, model.model.target, session.catalogue, session.rules.kinds)


def _read(file: str, most: int) -> bytes:
    try:
        with Path(file).open("rb") as stream:
            return stream.read(most + 1)  # one more, so that what is too long is told from what just fits
    except OSError as error:
        raise click.ClickException(f"{file} can't be read: {error.strerror}") from error


def _table(session: Session, sheets: Sheets, file: str, data: bytes) -> tuple[Table, list[Problem]]:
    """The table, and what is wrong with it by itself."""
    schemas = schemas_of(session)
    node = schemas.flatten(schemas.files[sheets.kind.schema_file])
    for part in ("spec", sheets.declared.rows):
        node = schemas.flatten(subschemas(node, "properties")[part])
    schema = row_schema(sheets, subschemas(schemas.flatten(node["items"]), "properties"))
    gate = session.rules.schemas.gate(sheets.kind.schema_file)
    table = read_table(file, data, sheets.columns, session.rules.configuration.limits)
    if not table.rows and not table.problems:
        return table, []
    whole = gate.part(f"{sheets.kind.name} as a table of scores", {"type": "array", "items": schema})
    single = gate.part(f"{sheets.kind.name} as a row of scores", schema)
    return table, list(check_rows(table, sheets.columns, whole, single, ""))


def _files(session: Session, sheets: Sheets, plan: ScorePlan, day: str) -> _Written:
    """The files as they would be, read again by their schemas: what is new and wrong then is a problem."""
    changed = [session.catalogue.by_name[name] for name, changes in sorted(plan.changes.items()) if changes]
    before = dict(session.snapshot.read({entity.file for entity in changed}))
    after = dict(before)
    problems: list[Problem] = []
    limits = session.rules.configuration.limits
    for entity in changed:
        result = splice(entity.file, after[entity.file], entity.index, plan.changes[entity.name], limits)
        if isinstance(result, Problem):
            problems.append(result)
        else:
            after[entity.file] = result
    for (document, perspective), rows in sorted(plan.added.items()):
        path, text = new_sheet(sheets, document, perspective, rows, day, session.rules.configuration.catalogue)
        if path in session.snapshot.entries or path in after:
            raise click.ClickException(
                f"{path} is there already, and holds no sheet of that view. Nothing was written."
            )
        after[path] = text.encode()
    known = {(item.check, item.message, item.subject) for item in session.catalogue.problems}
    now = with_files(session, after).catalogue.problems if not problems else ()
    problems += [item for item in now if (item.check, item.message, item.subject) not in known]
    return _Written(before, after, problems)


def _refused(session: Session, problems: Sequence[Problem], files: Mapping[str, bytes], *, no_color: bool) -> int:
    colour = wants_colour(no_color=no_color)
    text = findings_text(map(outcome_of, problems), lambda path: files.get(path) or session.source(path), colour=colour)
    click.echo(text, nl=False, err=True, color=colour)
    click.echo("Nothing was written.", err=True)
    return EXIT_FINDINGS


def _finish(session: Session, plan: ScorePlan, written: _Written, *, dry_run: bool, quiet: bool) -> int:
    changed = {path: data for path, data in written.after.items() if data != written.before.get(path, b"")}
    if not quiet:
        for path, data in sorted(changed.items()):
            click.echo(_difference(path, written.before.get(path, b""), data))
    if not dry_run:
        _write(session, written.before, changed)
    rows = "row differs" if plan.rows == 1 else "rows differ"
    files = "file" if len(changed) == 1 else "files"
    if not changed:
        click.echo("nothing differs; no file was touched")
    else:
        done = "would change" if dry_run else "changed"
        click.echo(f"{plan.rows} {rows}; {len(changed)} {files} {done}")
        if not quiet:
            click.echo(
                f"next: {'the same without --dry-run' if dry_run else 'concertino matrix, then concertino check'}"
            )
    return EXIT_CLEAN


def _difference(path: str, before: bytes, after: bytes) -> str:
    old, new = (data.decode("utf-8", "replace").splitlines() for data in (before, after))
    lines = list(unified_diff(old, new, path if before else "/dev/null", path, lineterm="", n=1))
    rest = [f"… and {len(lines) - _MOST_LINES} more lines"] if len(lines) > _MOST_LINES else []
    return harmless("\n".join([*lines[:_MOST_LINES], *rest]))


def _write(session: Session, before: Mapping[str, bytes], changed: Mapping[str, bytes]) -> None:
    """Write all files, or put back those that were written.

    Raises:
        click.ClickException: a file can't be written.
    """
    done: list[str] = []
    for path, data in sorted(changed.items()):
        try:
            write_file(session.folder, path, data)
        except (OSError, UnsafePathError) as error:
            for earlier in done:
                if earlier in before:
                    write_file(session.folder, earlier, before[earlier])
                else:
                    (session.folder / earlier).unlink(missing_ok=True)
            raise click.ClickException(f"{path} can't be written: {error}. Everything is as it was.") from error
        done.append(path)
