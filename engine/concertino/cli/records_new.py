"""`concertino records new`: propose a decision."""

from datetime import date, timedelta

import click

from concertino.catalogue import CatalogueEntity
from concertino.cli.authoring import names_for, refuse_existing, refuse_faults, schemas_of
from concertino.cli.editors import schema_comment
from concertino.cli.options import as_of_option, common_options, today
from concertino.cli.records_findings import findings_around, identities, rivals, told
from concertino.cli.records_writing import with_files
from concertino.cli.session import Session, known_names, open_session
from concertino.editing.numbers import LARGEST, next_number, slug_of, used_numbers
from concertino.editing.scaffold import Scaffold
from concertino.editing.splicing import Insert, Replace, splice
from concertino.kinds import Kind
from concertino.model.json import JsonValue
from concertino.model.outcome import Outcome
from concertino.model.problem import Problem
from concertino.model.reference import DEFAULT_NAMESPACE, EntityReference
from concertino.records.reading import DECISION_KIND, number_of, spec_of, text
from concertino.revision.writing import UnsafePathError, write_file
from concertino.verdict.adr import old_paths
from concertino.verdict.adr_file import number_in
from concertino.verdict.adr_findings import FIELD

MODELS = ("operate", "orchestrate", "federate")
_ALL = "all"
_QUARTER = 91
"""Days until the first review: decisions are looked at again each quarter."""
_HEAD = "A proposal: nothing is decided yet. What is marked as an example was made up: replace it."

base_option = click.option(
    "--base",
    "bases",
    multiple=True,
    metavar="REV",
    help="A branch or commit whose numbers are taken as well. Can be repeated.",
)


@click.command("new", short_help="Propose a decision, under the next free number.")
@click.argument("title")
@click.option("--capability", required=True, metavar="NAME", help="The capability that is decided on.")
@click.option("--brands", multiple=True, required=True, metavar="NAME[,NAME]...", help='The brands, or "all".')
@click.option("--model", type=click.Choice(MODELS), help="The model that is proposed.")
@click.option(
    "--supersedes",
    multiple=True,
    metavar="NAME",
    help="A decision, or the path of an earlier record, that it replaces. Can be repeated.",
)
@click.option("--name", default="", help="The name of the decision. Left out: made of the title.")
@base_option
@as_of_option
@common_options
def new(  # noqa: PLR0913, PLR0917 - click hands over each option
    title: str,
    capability: str,
    brands: tuple[str, ...],
    model: str | None,
    supersedes: tuple[str, ...],
    name: str,
    bases: tuple[str, ...],
    as_of: str | None,
    folder: str | None,
    *,
    quiet: bool,
    no_color: bool,
) -> None:
    """Write a proposed decision into a file of its own, with every required field explained.

    It gets the number after the largest one in use: in the working tree, and in the revisions that --base names.
    Nothing is overwritten.

    \b
    Examples:
      concertino records new "One profile of a customer" --capability customer-data --brands all --model orchestrate
      concertino records new "Aurora sells alone" --capability storefront --brands aurora,oakwell --base main
      concertino records new "Orders go together again" --capability orders --brands all \\
        --supersedes orders-north --supersedes orders-south
    """
    del no_color
    session = open_session(folder)
    day = as_of or today()
    kind = session.rules.kinds.by_name[DECISION_KIND]
    number = free_number(session, bases, folder)
    slug = name or slug_of(title)
    if not slug:
        raise click.UsageError(f"{title!r} holds no letter or digit to make a name of; give one with --name.")
    path = f"{session.rules.configuration.catalogue}/{kind.folder}/{number:04d}-{slug}.yaml"
    refuse_existing(session, EntityReference(DECISION_KIND, DEFAULT_NAMESPACE, slug), path)
    given: dict[str, JsonValue] = {
        "metadata.name": slug,
        "metadata.title": title,
        "spec.number": number,
        "spec.status": "proposed",
        "spec.nextReview": (date.fromisoformat(day) + timedelta(days=_QUARTER)).isoformat(),
        **_cells(session, capability, brands),
        **({"spec.model": model} if model else {}),
        **_succession(session, supersedes),
    }
    _write(session, kind, path, _document(session, kind, path, given, day).encode())
    click.echo(f"wrote {path}")
    if not quiet:
        _tell(open_session(folder), f"decision:{slug}", day)


def _write(session: Session, kind: Kind, path: str, data: bytes) -> None:
    refuse_faults(session, kind, path, data)
    try:
        write_file(session.folder, path, data)
    except (OSError, UnsafePathError) as error:
        raise click.ClickException(f"{path} can't be written: {error}") from error


def free_number(session: Session, bases: tuple[str, ...], folder: str | None) -> int:
    """The next number that is free in the working tree and in the revisions.

    Raises:
        click.ClickException: a revision is none, or there is no number left.
    """
    states = [session, *(open_session(folder, rev=base) for base in bases)]
    number = next_number(used for state in states for used in _used(state))
    if number is None:
        raise click.ClickException(f"{LARGEST} is in use, and there is no number after it.")
    return number


def _used(session: Session) -> list[int]:
    configuration = session.rules.configuration
    decisions = session.rules.kinds.by_name[DECISION_KIND].folder
    folders = (configuration.records, f"{configuration.catalogue}/{decisions}")
    earlier = [number_in(path) or 0 for path in old_paths(session.snapshot.entries, configuration)]
    return [*used_numbers(session.catalogue, session.snapshot.entries, folders), *earlier]


def _cells(session: Session, capability: str, brands: tuple[str, ...]) -> dict[str, JsonValue]:
    (found,) = known_names("capability", [capability], _names(session, "Capability"))
    wanted = [name.strip() for item in brands for name in item.split(",") if name.strip()]
    if [name.casefold() for name in wanted] == [_ALL]:
        return {"spec.capability": found, "spec.allBrands": {}}
    names = known_names("brand", wanted, _names(session, "Brand"))
    return {"spec.capability": found, "spec.brands": list(dict.fromkeys(names))}


def _names(session: Session, kind: str) -> list[str]:
    return [item.reference.name for item in session.catalogue.of_kind(kind)]


def _succession(session: Session, names: tuple[str, ...]) -> dict[str, JsonValue]:
    """What is superseded, each of it something that was in force or may come to be; earlier records by their paths."""
    earlier = sorted({name for name in names if name.endswith(".md")})
    there = old_paths(session.snapshot.entries, session.rules.configuration)
    known_names("earlier record", earlier, there)
    plain = [name.removeprefix("decision:") for name in names if name not in earlier]
    known = known_names("decision", plain, _names(session, DECISION_KIND))
    for name in known:
        found = session.catalogue.find(EntityReference(DECISION_KIND, DEFAULT_NAMESPACE, name))
        if found and text(spec_of(found.value), "status") == "rejected":
            raise click.UsageError(f"{found.name} was rejected, so it was never in force and can't be superseded.")
    given: dict[str, JsonValue] = {"spec.supersedes": list(dict.fromkeys(known))} if known else {}
    return given | ({f"spec.{FIELD}": list[JsonValue](earlier)} if earlier else {})


def _document(session: Session, kind: Kind, path: str, given: dict[str, JsonValue], day: str) -> str:
    schemas = schemas_of(session)
    scaffold = Scaffold(schemas, lambda rule: names_for(session.catalogue, rule), day, given)
    comment = schema_comment(session.folder, path)
    document = scaffold.document(schemas.flatten(schemas.files[kind.schema_file]), _HEAD)
    return f"{comment}\n{document}" if comment else document


def _tell(session: Session, reference: str, day: str) -> None:
    """What the check finds on the decision as it stands, what it would find once accepted, and what to do next."""
    entity = session.catalogue.by_name[reference]
    now = findings_around(session, entity, day)
    for item in now:
        if item.subject == entity.name:
            click.echo(f"still to do, {told(entity, item)}")
    known = identities(now)
    for item in _once_accepted(session, entity, day):
        if item.identity not in known:
            click.echo(f"before it can be accepted, {told(entity, item)}")
    _tell_predecessors(entity)
    _tell_rivals(session, entity)
    click.echo(f"next: replace the examples in it, then concertino check, then concertino records accept {reference}")


def _once_accepted(session: Session, entity: CatalogueEntity, day: str) -> tuple[Outcome, ...]:
    data = session.snapshot.read([entity.file])[entity.file]
    changes = (Replace("/spec/status", "accepted"), Insert("/spec/decidedOn", day, "status"))
    accepted = splice(entity.file, data, entity.index, changes, session.rules.configuration.limits)
    if isinstance(accepted, Problem):
        return ()
    after = with_files(session, {entity.file: accepted})
    return findings_around(after, after.catalogue.by_name[entity.name], day)


def _tell_predecessors(entity: CatalogueEntity) -> None:
    refs = spec_of(entity.value).get("refs")
    for item in (refs.get("supersedes") or ()) if isinstance(refs, dict) else ():
        click.echo(f"{item.reference} (ADR-{number_of(item):04d}) stays in force until this one is accepted")


def _tell_rivals(session: Session, entity: CatalogueEntity) -> None:
    """The decisions that would be in force beside this one, and how it takes their place."""
    for other, cells in rivals(session, entity):
        name, covered = other.reference.name, ", ".join(cell.partition(":")[2] for cell in cells)
        click.echo(f"{other.name} (ADR-{number_of(other.value):04d}) is in force for {covered}")
        click.echo(f"  to take its place: write supersedes: [{name}] under spec (records new --supersedes {name} does)")
