"""`concertino policies docs`: the reference of the policies, as a file to commit."""

from pathlib import Path
from posixpath import dirname

import click

from concertino.cli.drift import difference
from concertino.cli.options import common_options, snapshot_options
from concertino.cli.output import write_report
from concertino.cli.session import Session, open_session
from concertino.policies import Policy
from concertino.policies.rows import MODEL_FILE, rows_of_model
from concertino.rendering.reference import CoveredRow, Documented, reference
from concertino.verdict.case_examples import CaseExamples, case_examples
from concertino.verdict.verdict import EXIT_BROKEN_RULE, EXIT_CLEAN, EXIT_FINDINGS

_DEFAULT = "docs/policies.md"
_NAME = "policies.md"


@click.command("docs")
@click.option(
    "--output", metavar="FILE|DIR", help=f"Where it goes; in a folder it is called {_NAME}. Left out: printed."
)
@click.option(
    "--check", "only_check", is_flag=True, help=f"Write nothing; end with 1 if the file has drifted. [file: {_DEFAULT}]"
)
@snapshot_options
@common_options
def command(
    output: str | None,
    rev: str | None,
    folder: str | None,
    *,
    only_check: bool,
    staged: bool,
    quiet: bool,
    no_color: bool,
) -> int:
    """Write the reference of all policies that judge here, as Markdown.

    Each policy says what it asks for and why, with its thresholds, what to do about a finding, and the shortest of its
    cases that passes and that fails. A table shows which rows of the packs are covered, and by what.

    \b
    Examples:
      concertino policies docs --output docs/policies.md
      concertino policies docs --check

    Exit codes: 0 it is written or up to date, 1 (with --check) it has drifted, 2 a policy is broken.
    """
    del no_color
    session = open_session(folder, rev=rev, staged=staged)
    broken = session.broken_rules()
    for item in broken:
        click.echo(f"broken: {item.place}: {item.message}", err=True)
    text = reference_text(session)
    code = EXIT_BROKEN_RULE if broken else EXIT_CLEAN
    if only_check:
        return code or _check(_file(session, output or _DEFAULT), text, quiet=quiet)
    if output is None:
        click.echo(text, nl=False)
        return code
    file = _file(session, output)
    write_report(str(file), text)
    if not quiet:
        click.echo(f"wrote {file}")
    return code


def reference_text(session: Session) -> str:
    """The reference of the policies of a session."""
    policies = [Documented(policy, examples_of(session, policy)) for policy in session.rules.policies.policies]
    return reference(policies, covered_rows(session))


def examples_of(session: Session, policy: Policy) -> CaseExamples:
    """The examples in the cases beside a policy."""
    file = (session.rules.policies.files or {})[policy.id]
    if file.cases is None:
        return CaseExamples()
    return case_examples(policy, f"{file.folder}/cases.yaml", file.cases, session.rules)


def covered_rows(session: Session) -> list[CoveredRow]:
    """The rows that the packs declare, each with the policies and the parts of decision models that cover it."""
    policies = session.rules.policies.policies
    found = []
    for row in session.rules.rows:
        path = f"{dirname(row.file)}/{MODEL_FILE}"
        data = session.source(path)
        model = rows_of_model(path, data, session.rules.configuration.limits) if data else {}
        named = tuple(policy.id for policy in policies if row.id in policy.mission)
        found.append(CoveredRow(row, named, model.get(row.id, ())))
    return found


def _file(session: Session, output: str) -> Path:
    path = session.folder / output
    return path / _NAME if path.is_dir() else path


def _check(file: Path, text: str, *, quiet: bool) -> int:
    try:
        there = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
    except OSError as error:
        raise click.ClickException(f"{file} can't be read: {error}") from error
    if there == text:
        if not quiet:
            click.echo(f"{file} is up to date.")
        return EXIT_CLEAN
    click.echo(difference(file.name, there, text))
    click.echo(f"{file} is not what the policies say. next: concertino policies docs --output {file}", err=True)
    return EXIT_FINDINGS
