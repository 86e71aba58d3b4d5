"""`concertino records accept`: a proposed decision comes into force, with what it was decided on."""

import click

from concertino.catalogue import CatalogueEntity
from concertino.cli.options import as_of_option, common_options, parse_day, today
from concertino.cli.records_findings import findings_around, identities, told
from concertino.cli.records_writing import with_files
from concertino.cli.session import Session, known_names, open_session
from concertino.documents import read_documents
from concertino.editing.accept import Basis, Leaning, acceptance
from concertino.editing.made_up import MadeUp, made_up
from concertino.editing.scaffold import MARK
from concertino.editing.splicing import splice
from concertino.matrix.cells import CellAnswer
from concertino.matrix.resolving import read_matrix
from concertino.model.json import JsonObject
from concertino.model.outcome import Outcome
from concertino.model.problem import Problem
from concertino.model.visible import visible
from concertino.records.reading import DECISION_KIND, number_of, references, sequence, spec_of, text
from concertino.records.status import standing_of
from concertino.rendering.painting import harmless
from concertino.revision.writing import UnsafePathError, write_file
from concertino.verdict import Register
from concertino.verdict.accepted import covered_cells, leaned_on
from concertino.verdict.verdict import EXIT_CLEAN, EXIT_FINDINGS

_MOST_LINES, _WIDTH = 30, 100
"""How many lines with made-up values are shown, and how many characters of each."""


@click.command("accept", short_help="Accept a decision, and freeze what it was decided on.")
@click.argument("decision")
@click.option(
    "--decided-on", type=parse_day, metavar="DAY", help="The day of the decision. Left out: the day of --as-of."
)
@click.option("--deciders", multiple=True, metavar="TEAM[,TEAM]...", help="Who decided, if others than it names.")
@click.option("--force", is_flag=True, help="Accept it although values in it are still marked as examples.")
@as_of_option
@common_options
def accept(  # noqa: PLR0913 - click hands over each option
    decision: str,
    decided_on: str | None,
    deciders: tuple[str, ...],
    as_of: str | None,
    folder: str | None,
    *,
    force: bool,
    quiet: bool,
    no_color: bool,
) -> int:
    """Write into DECISION that it is accepted, on which day, by whom, and on which facts.

    The facts are the scores of its cells, the model's recommendation, by how much, and the exceptions in force. They
    stay there as they were, so that a later change to them can be told. Accepting once more takes the facts anew.
    Comments and layout of the file stay. While a line of it still ends in "# an example", nothing is written.

    \b
    Examples:
      concertino records accept storefront-tidewater-front
      concertino records accept storefront-tidewater-front --decided-on 2026-06-24 \\
        --deciders architecture-board,tidewater-commercial

    Exit codes: 0 accepted, 1 accepted and the check finds something, or not accepted since it still holds examples,
    2 wrong usage.
    """
    del no_color
    session = open_session(folder)
    entity = _acceptable(session, decision)
    today_or = as_of or today()
    if decided_on and decided_on > today_or:
        raise click.UsageError(f"{decided_on} is later than {today_or}: nothing can be decided yet.")
    day = decided_on or today_or
    spec, teams = spec_of(entity.value), _teams(session, deciders)
    left = made_up(entity.file, _data(session, entity), entity.index, session.rules.configuration.limits)
    if left and not force:
        _tell_made_up(entity, left)
        return EXIT_FINDINGS
    decided = decided_on or (text(spec, "status") == "accepted" and text(spec, "decidedOn")) or day
    basis = _basis(session, entity, day, decided, teams)
    before = identities(findings_around(session, entity, day))
    after = _written(session, entity, _accepted(session, entity, basis, decided, teams))
    click.echo(f"{entity.name} is accepted, decided on {decided}, by {', '.join(basis.deciders)}")
    unanswered = [item.entity for item in basis.cells if item.answer is None]
    if unanswered or not basis.cells:
        said = f" for {', '.join(unanswered)}" if unanswered else ""
        click.echo(f"the decision model has no answer{said}, so the basis holds none", err=True)
    if left:
        _tell_forced(entity, left)
    around = findings_around(after, after.catalogue.by_name[entity.name], day)
    found = tuple(item for item in around if item.subject == entity.name or item.identity not in before)
    if not quiet:
        _tell(after, entity, found, before)
    return EXIT_FINDINGS if found else EXIT_CLEAN


def _basis(session: Session, entity: CatalogueEntity, day: str, decided: str, teams: tuple[str, ...]) -> Basis:
    """What the decision is based on as of an ISO day, decided by these teams or else by those that it names.

    The facts are those that hold once it is accepted: the model may ask which decisions are in force, and a decision
    must not be stale from its first day because it superseded another.
    """
    then = with_files(session, {entity.file: _accepted(session, entity, None, decided, teams)})
    known = then.catalogue.by_name[entity.name]
    deciders = teams or tuple(str(item) for item in sequence(spec_of(entity.value), "deciders"))
    return Basis(day, deciders, answers_for(then, covered_cells(known), day), _leaning(then, known, day))


def _written(session: Session, entity: CatalogueEntity, data: bytes) -> Session:
    """The session after the file is written.

    Raises:
        click.ClickException: the decision would have a fault, or the file can't be written.
    """
    after = with_files(session, {entity.file: data})
    fault = after.catalogue.by_name[entity.name].fault
    if fault:
        raise click.ClickException(
            harmless(f"Nothing was written, since the decision would have a fault: {fault.message}")
        )
    try:
        write_file(session.folder, entity.file, data)
    except (OSError, UnsafePathError) as error:
        raise click.ClickException(f"{entity.file} can't be written: {error}") from error
    return after


def answers_for(session: Session, cells: tuple[str, ...], day: str) -> tuple[CellAnswer, ...]:
    """What the decision model says of these cells on an ISO day; nothing where no model applies."""
    model = session.rules.model
    if model is None or not cells:
        return ()
    return read_matrix(session.catalogue, model, day, session.rules.configuration.limits, cells)


def _acceptable(session: Session, name: str) -> CatalogueEntity:
    """The decision, if it can come into force.

    Raises:
        click.UsageError: there is none of that name.
        click.ClickException: it has faults, was decided against, or something has taken its place.
    """
    decisions = {item.reference.name: item for item in session.catalogue.of_kind(DECISION_KIND)}
    (known,) = known_names("decision", [name.removeprefix("decision:")], decisions)
    entity = decisions[known]
    if entity.fault:
        raise click.ClickException(
            f"{entity.name} has faults: {harmless(entity.fault.message)} ({entity.fault.place})."
        )
    standing = standing_of(entity.value)
    if standing.successors:
        successors = " and ".join(item.reference for item in standing.successors)
        raise click.ClickException(f"{entity.name} is superseded by {successors}; accept the successor.")
    if standing.typed not in ("proposed", "accepted"):
        raise click.ClickException(
            f"{entity.name} is {standing.typed}. To decide anew, propose another one: concertino records new."
        )
    return entity


def _teams(session: Session, deciders: tuple[str, ...]) -> tuple[str, ...]:
    wanted = [name.strip() for item in deciders for name in item.split(",") if name.strip()]
    known = known_names("team", wanted, [item.reference.name for item in session.catalogue.of_kind("Team")])
    return tuple(dict.fromkeys(known))


def _leaning(session: Session, entity: CatalogueEntity, day: str) -> tuple[Leaning, ...]:
    """The exceptions in force on the decision, its cells and its services."""
    register = Register.of(session.catalogue, session.policies, day, session.rules)
    return tuple(Leaning(item.name, register.last_day(item)) for item in leaned_on(register, entity))


def _accepted(
    session: Session, entity: CatalogueEntity, basis: Basis | None, decided: str, teams: tuple[str, ...]
) -> bytes:
    """The file afterwards, as its schema takes it. Without a basis it has none yet, or the one it had."""
    limits = session.rules.configuration.limits
    data = _data(session, entity)
    document = read_documents(entity.file, data, limits).documents[entity.index].value
    written: JsonObject = document if isinstance(document, dict) else {}
    changes = acceptance(written, basis, decided_on=decided, deciders=teams)
    result = splice(entity.file, data, entity.index, changes, limits)
    if isinstance(result, Problem):
        raise click.ClickException(f"{result.place}: {harmless(result.message)}. {result.remediation}")
    return result


def _data(session: Session, entity: CatalogueEntity) -> bytes:
    return session.snapshot.read([entity.file])[entity.file]


def _tell_made_up(entity: CatalogueEntity, left: tuple[MadeUp, ...]) -> None:
    """Why the decision is not accepted, what is left to do, and where."""
    click.echo(f"{entity.name} is not accepted, since it holds {_examples(left)}:", err=True)
    for item in left[:_MOST_LINES]:
        shown = item.text if len(item.text) <= _WIDTH else f"{item.text[:_WIDTH]}…"
        click.echo(f"  {visible(entity.file)}:{item.line}: {visible(shown)}", err=True)
    if _more(left):
        click.echo(f" {_more(left)}", err=True)
    click.echo(
        f'Nothing was written. Write what holds there, take "{MARK}" off the line, and accept it again; '
        "--force accepts it as it stands.",
        err=True,
    )


def _tell_forced(entity: CatalogueEntity, left: tuple[MadeUp, ...]) -> None:
    lines = ", ".join(f"{visible(entity.file)}:{item.line}" for item in left[:_MOST_LINES])
    click.echo(f"accepted by --force with {_examples(left)}: {lines}{_more(left)}", err=True)


def _examples(left: tuple[MadeUp, ...]) -> str:
    return "1 value still marked as an example" if len(left) == 1 else f"{len(left)} values still marked as examples"


def _more(left: tuple[MadeUp, ...]) -> str:
    return f" and {len(left) - _MOST_LINES} more" if len(left) > _MOST_LINES else ""


def _tell(
    session: Session, entity: CatalogueEntity, found: tuple[Outcome, ...], before: set[tuple[str, str, str, str]]
) -> None:
    """What changed beside the decision, what the check finds, and what to do next."""
    was_in_force = text(spec_of(entity.value), "status") == "accepted"
    for _, predecessor in references(spec_of(session.catalogue.by_name[entity.name].value), "supersedes"):
        if predecessor and not was_in_force:
            click.echo(f"{predecessor.reference} is superseded now, by ADR-{number_of(entity.value):04d}")
    for item in found:
        new = "" if item.identity in before else "new, "
        click.echo(f"still to do, {new}{told(entity, item)}")
    click.echo("next: concertino records render, then commit decision and records together")
