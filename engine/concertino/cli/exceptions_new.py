"""`concertino exceptions new`: ask for an exception from a finding."""

from pathlib import Path
from typing import TypedDict, Unpack

import click

from concertino.catalogue import CatalogueEntity
from concertino.cli.asking import Asked, complete
from concertino.cli.editors import schema_comment
from concertino.cli.entities import find_entity
from concertino.cli.exceptions_request import DAYS, chosen, expires, figure, findings, holders
from concertino.cli.options import as_of_option, common_options, parse_day, today
from concertino.cli.session import Session, known_names, open_session
from concertino.documents import positions, read_documents
from concertino.editing.exception import Request, entry_text
from concertino.model.reference import DEFAULT_NAMESPACE, EntityReference
from concertino.policies import Policy
from concertino.revision.writing import UnsafePathError, safe_path, write_file
from concertino.verdict.rights import Rights, scope_of

_LONGEST_NAME = 63


class _Given(TypedDict):
    """The options, as click hands them over."""

    reason: str | None
    owner: str | None
    requester: str | None
    controls: tuple[str, ...]
    figures: tuple[str, ...]
    kind: str
    expires: str | None
    validations: tuple[str, ...]
    keys: tuple[str, ...]
    renewal_of: str
    ticket: str
    name: str
    whole: bool


@click.command("new")
@click.argument("policy")
@click.argument("entity")
@click.option("--reason", help="Why the exception is worth having, in a sentence or two.")
@click.option("--owner", metavar="TEAM", help="The team that answers for it and for its end.")
@click.option("--requester", metavar="HANDLE", help="Who asks, as in the members of a team.")
@click.option("--control", "controls", multiple=True, help="What keeps the risk small meanwhile. Can be repeated.")
@click.option(
    "--figure",
    "figures",
    multiple=True,
    metavar="NAME=VALUE;...",
    help="Evidence: kind=risk;metric=error-rate;baseline=4;value=2;unit=percent;period=2026-Q1;source=Report 7. "
    "basis is observed unless said. Can be repeated.",
)
@click.option("--type", "kind", type=click.Choice(["waiver", "mitigation"]), default="waiver", show_default=True)
@click.option(
    "--expires",
    type=parse_day,
    metavar="DAY",
    help=f"The last day. Left out: {DAYS} days from now, or the longest allowed.",
)
@click.option("--validation", "validations", multiple=True, help="Only findings of this validation. Can be repeated.")
@click.option("--key", "keys", multiple=True, help="Only findings on this element. Can be repeated.")
@click.option("--whole", is_flag=True, help="Whatever the policy finds on the entity, not just today's findings.")
@click.option("--renewal-of", metavar="NAME", default="", help="The exception that this one continues.")
@click.option("--ticket", default="", help="Where it is discussed.")
@click.option("--name", default="", help="The name of the entry and its file. Left out: made of entity and policy.")
@as_of_option
@common_options
def command(
    policy: str,
    entity: str,
    as_of: str | None,
    folder: str | None,
    *,
    quiet: bool,
    no_color: bool,
    **given: Unpack[_Given],
) -> None:
    """Ask for an exception from what POLICY finds on ENTITY, in a file of its own.

    What is missing is asked for on a terminal, and is an error in a pipe. The entry waives nothing until somebody who
    holds the right approves it.

    \b
    Example:
      concertino exceptions new actual-follows-decision cell:oakwell/analytics \\
        --owner oakwell-technology --requester harriet.lowe \\
        --reason "Three workshop reports need repair data that arrive with the release of July."
    """
    del no_color
    session = open_session(folder)
    rule = _rule(session, policy)
    found = find_entity(session, entity)
    request = _request(session, rule, found, as_of or today(), given)
    click.echo(f"wrote {_write(session, request)}")
    if not quiet:
        _say_what_next(request)


def _rule(session: Session, policy: str) -> Policy:
    (name,) = known_names("policy", [policy], session.rules.policies.ids)
    rule = session.policies.get(name)
    if rule is None:
        raise click.ClickException(f"{name} judges nothing here: it is switched off or broken.")
    return rule


def _request(session: Session, rule: Policy, found: CatalogueEntity, day: str, given: _Given) -> Request:
    """What is asked for, narrowed to the findings that are there."""
    there = chosen(findings(session, rule, found, day), given["validations"], given["keys"])
    said = Asked(given["reason"] or "", given["owner"] or "", given["requester"] or "", given["controls"])
    asked = complete(session, said, rule, found)
    whole = given["whole"]
    holder = Rights.of(session.catalogue).holder(rule.approval_right, scope_of(found))
    return Request(
        name=given["name"] or _free_name(session, f"{found.reference.name.replace('/', '-')}-{rule.id}"),
        policy=rule.id,
        digest=rule.digest[:16],
        entity=found.name,
        type=given["kind"],
        requester=asked.requester,
        owner=asked.owner,
        expires=expires(session, given["expires"], day),
        reason=asked.reason,
        holders=holders(rule, holder),
        validations=() if whole or len(rule.validations) == 1 else tuple(sorted({item.validation for item in there})),
        keys=() if whole else tuple(sorted({item.key for item in there if item.key})),
        controls=asked.controls,
        evidence=tuple(map(figure, given["figures"])),
        ticket=given["ticket"],
        renewal_of=given["renewal_of"],
    )


def _say_what_next(request: Request) -> None:
    click.echo(request.holders)
    parts = (("a figure (--figure)", request.evidence), ("a control (--control)", request.controls))
    lacking = [what for what, there in parts if not there]
    if lacking:
        click.echo(f"It will have no force without {' and '.join(lacking)}: add what is missing to the file.")
    click.echo("Until it is approved it waives nothing, and the check says that it is not complete.")
    click.echo("next: commit it, have it approved, then concertino check")


def _free_name(session: Session, wanted: str) -> str:
    base = wanted[:_LONGEST_NAME].rstrip("-._").lower()
    name, number = base, 1
    while _taken(session, name):
        number += 1
        name = f"{base[: _LONGEST_NAME - 4]}-{number}"
    return name


def _taken(session: Session, name: str) -> bool:
    reference = EntityReference("Exception", DEFAULT_NAMESPACE, name)
    return session.catalogue.find(reference) is not None or _path(session, name).exists()


def _path(session: Session, name: str) -> Path:
    try:
        return safe_path(session.folder, _relative(session, name))
    except UnsafePathError as error:
        raise click.UsageError(f'"{name}" is no name for an exception: {error}.') from error


def _relative(session: Session, name: str) -> str:
    kind = session.rules.kinds.by_name["Exception"]
    return f"{session.rules.configuration.catalogue}/{kind.folder}/{name}.yaml"


def _write(session: Session, request: Request) -> str:
    """Write the entry, if it is a valid one and nothing stands there."""
    path = _relative(session, request.name)
    head = schema_comment(session.folder, path)
    data = f"{head}{chr(10) if head else ''}{entry_text(request)}".encode()
    if _taken(session, request.name):
        raise click.ClickException(f"There is an exception called {request.name} already, and nothing is overwritten.")
    gate = session.rules.schemas.gate(session.rules.kinds.by_name["Exception"].schema_file)
    read = read_documents(path, data, session.rules.configuration.limits)
    faults = [*read.problems]
    for document in read.documents:
        faults += gate.explain(document.value, positions(path, data, 0, session.rules.configuration.limits))
    if faults:
        told = "\n".join(f"  {item.message}" for item in faults)
        raise click.UsageError(f"That would not be a valid exception:\n{told}")
    try:
        write_file(session.folder, path, data)
    except (OSError, UnsafePathError) as error:
        raise click.ClickException(f"{path} can't be written: {error}") from error
    return path
