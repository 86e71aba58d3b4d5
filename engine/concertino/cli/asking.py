"""`concertino exceptions new`: ask for an exception from a finding."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import click

from concertino.catalogue import CatalogueEntity, parse_reference
from concertino.cli.options import as_of_option, common_options, parse_day, today
from concertino.cli.session import Session, known_names, open_session
from concertino.documents import positions, read_documents
from concertino.editing.exception import Request, entry_text
from concertino.kinds import ANY_KIND, ReferenceRule
from concertino.model.json import JsonValue
from concertino.model.outcome import Outcome, Result
from concertino.model.reference import DEFAULT_NAMESPACE, EntityReference
from concertino.model.suggest import suggest
from concertino.policies import Policy
from concertino.revision.writing import UnsafePathError, safe_path, write_file
from concertino.verdict import Selection, judge
from concertino.verdict.force import Matter, permission
from concertino.verdict.reasons import says_nothing
from concertino.verdict.rights import Holder, Rights, scope_of

_DAYS = 92
"""One quarter: an exception is looked at in the next quarterly review, unless more is asked for."""
_LONGEST_NAME = 63
_FIGURE = ("kind", "metric", "baseline", "value", "unit", "period", "source", "basis", "confirmBy", "asOf")


@dataclass(frozen=True)
class _Asked:
    """What stands on the command line."""

    reason: str
    owner: str
    requester: str
    controls: tuple[str, ...]


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
    help=f"The last day. Left out: {_DAYS} days from now, or the longest allowed.",
)
@click.option("--validation", "validations", multiple=True, help="Only findings of this validation. Can be repeated.")
@click.option("--key", "keys", multiple=True, help="Only findings on this element. Can be repeated.")
@click.option("--whole", is_flag=True, help="Whatever the policy finds on the entity, not just today's findings.")
@click.option("--renewal-of", metavar="NAME", default="", help="The exception that this one continues.")
@click.option("--ticket", default="", help="Where it is discussed.")
@click.option("--name", default="", help="The name of the entry and its file. Left out: made of entity and policy.")
@as_of_option
@common_options
def new(  # noqa: PLR0913, PLR0917 - click hands over each option
    policy: str,
    entity: str,
    reason: str | None,
    owner: str | None,
    requester: str | None,
    controls: tuple[str, ...],
    figures: tuple[str, ...],
    kind: str,
    expires: str | None,
    validations: tuple[str, ...],
    keys: tuple[str, ...],
    renewal_of: str,
    ticket: str,
    name: str,
    as_of: str | None,
    folder: str | None,
    *,
    whole: bool,
    quiet: bool,
    no_color: bool,
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
    (policy_id,) = known_names("policy", [policy], session.rules.policies.ids)
    rule = session.policies.get(policy_id)
    if rule is None:
        raise click.ClickException(f"{policy_id} judges nothing here: it is switched off or broken.")
    day = as_of or today()
    found = _entity(session, entity)
    findings = _findings(session, rule, found, day)
    chosen = _chosen(findings, validations, keys)
    asked = _complete(session, _Asked(reason or "", owner or "", requester or "", controls), rule, found)
    holder = Rights.of(session.catalogue).holder(rule.approval_right, scope_of(found))
    request = Request(
        name=name or _free_name(session, f"{found.reference.name.replace('/', '-')}-{rule.id}"),
        policy=rule.id,
        digest=rule.digest[:16],
        entity=found.name,
        type=kind,
        requester=asked.requester,
        owner=asked.owner,
        expires=_expires(session, expires, day),
        reason=asked.reason,
        holders=_holders(rule, holder),
        validations=() if whole or len(rule.validations) == 1 else tuple(sorted({item.validation for item in chosen})),
        keys=() if whole else tuple(sorted({item.key for item in chosen if item.key})),
        controls=asked.controls,
        evidence=tuple(map(_figure, figures)),
        ticket=ticket,
        renewal_of=renewal_of,
    )
    path = _write(session, request)
    click.echo(f"wrote {path}")
    if not quiet:
        click.echo(request.holders)
        lacking = [
            what
            for what, there in (("a figure (--figure)", figures), ("a control (--control)", asked.controls))
            if not there
        ]
        if lacking:
            click.echo(f"It will have no force without {' and '.join(lacking)}: add what is missing to the file.")
        click.echo("Until it is approved it waives nothing, and the check says that it is not complete.")
        click.echo("next: commit it, have it approved, then concertino check")


def _entity(session: Session, text: str) -> CatalogueEntity:
    parsed = parse_reference(text, ReferenceRule((ANY_KIND,), ""), DEFAULT_NAMESPACE, session.rules.kinds)
    entity = session.catalogue.find(parsed) if isinstance(parsed, EntityReference) else None
    if entity is None:
        meant = suggest(text, session.catalogue.by_name)
        hint = f'Did you mean "{meant}"?' if meant else "concertino catalogue list shows them all."
        raise click.UsageError(f'There is no entity "{text}". {hint}')
    return entity


def _findings(session: Session, policy: Policy, entity: CatalogueEntity, day: str) -> tuple[Outcome, ...]:
    """What the policy finds on the entity. Without a finding there is nothing to except from."""
    refused = permission(Matter(policy.id, policy, entity.name, entity))
    if refused:
        raise click.ClickException(f"{refused.why[0].upper()}{refused.why[1:]}.")
    verdict = judge(session.snapshot, session.rules, day, Selection(policies=(policy.id,)))
    mine = [item for item in verdict.findings if (item.policy, item.subject) == (policy.id, entity.name)]
    waived = next((item.exception for item in mine if item.exception), None)
    failed = tuple(item for item in mine if item.result is Result.FAIL)
    if not failed and waived:
        raise click.ClickException(
            f"{waived.reference} covers that until {waived.expires}. To continue it: --renewal-of, once it has ended."
        )
    if not failed:
        raise click.ClickException(
            f"{policy.id} finds nothing on {entity.name} on {day}, so there is nothing to ask an exception from."
        )
    return failed


def _chosen(findings: tuple[Outcome, ...], validations: tuple[str, ...], keys: tuple[str, ...]) -> tuple[Outcome, ...]:
    names = known_names("finding of the validation", validations, {item.validation for item in findings})
    elements = known_names("finding on", keys, {item.key for item in findings if item.key})
    found = tuple(
        item for item in findings if (not names or item.validation in names) and (not elements or item.key in elements)
    )
    if not found:
        raise click.UsageError("There is no finding of that validation on that element.")
    return found


def _complete(session: Session, asked: _Asked, policy: Policy, entity: CatalogueEntity) -> _Asked:
    """What is missing, asked for on a terminal; in a pipe nobody would answer."""
    missing = [name for name in ("reason", "owner", "requester") if not getattr(asked, name)]
    if missing and not (sys.stdin.isatty() and sys.stdout.isatty()):
        options = " and ".join(f"--{name}" for name in missing)
        raise click.UsageError(f"An exception needs {options}; on a terminal Concertino would ask.")
    asks = bool(missing)
    reason = asked.reason or click.prompt("Why is it worth having")
    if says_nothing(reason, policy.id, policy.title, entity.name):
        raise click.UsageError(
            f'"{reason}" tells nobody why. Say what would be lost without the exception, and what has to happen first.'
        )
    teams = [item.reference.name for item in session.catalogue.of_kind("Team")]
    (owner,) = known_names("team", [asked.owner or click.prompt("Which team answers for it")], teams)
    requester = (asked.requester or click.prompt("Who asks (handle)")).removeprefix("@")
    (requester,) = known_names("person", [requester], _people(session))
    controls = asked.controls
    if asks and not controls:
        control = click.prompt("What keeps the risk small meanwhile", default="", show_default=False)
        controls = (control,) if control else ()
    return _Asked(reason, owner, requester, controls)


def _people(session: Session) -> list[str]:
    """The handles of all members of teams."""
    found: list[str] = []
    for team in session.catalogue.of_kind("Team"):
        spec = team.value.get("spec")
        members = spec.get("members") if isinstance(spec, Mapping) else None
        listed = members if isinstance(members, list) else []
        found += [
            str(item["handle"]).removeprefix("@") for item in listed if isinstance(item, Mapping) and "handle" in item
        ]
    return found


def _expires(session: Session, wanted: str | None, day: str) -> str:
    most = session.rules.exceptions.limits.most_days
    if wanted is None:
        return (date.fromisoformat(day) + timedelta(days=min(_DAYS, most))).isoformat()
    days = (date.fromisoformat(wanted) - date.fromisoformat(day)).days
    if days < 0:
        raise click.UsageError(f"{wanted} is past; an exception ends on a day that is still to come.")
    if days > most:
        raise click.UsageError(f"{wanted} is {days} days away, and an exception may last {most} days at most.")
    return wanted


def _holders(policy: Policy, holder: Holder | None) -> str:
    right = policy.approval_right
    if holder is None or holder.why:
        return f"{policy.id} asks for the right {right}, and {holder.why if holder else 'nobody is asked'}."
    return f"it takes the right {right}, which {holder.team} holds here ({', '.join(sorted(holder.members))})."


def _figure(text: str) -> Mapping[str, JsonValue]:
    values: dict[str, JsonValue] = {}
    for part in text.split(";"):
        name, equals, value = part.strip().partition("=")
        if not equals:
            raise click.UsageError(f"--figure takes NAME=VALUE;NAME=VALUE, and {part.strip()!r} has no equals sign.")
        (known,) = known_names("field of a figure", [name.strip()], _FIGURE)
        values[known] = _number(known, value.strip()) if known in ("baseline", "value") else value.strip()
    values.setdefault("basis", "observed")
    return {name: values[name] for name in _FIGURE if name in values}


def _number(name: str, text: str) -> JsonValue:
    try:
        number = json.loads(text)
    except ValueError:
        number = None
    if not isinstance(number, int | float) or isinstance(number, bool):
        raise click.UsageError(f"{name} of a figure is a number, and {text!r} is none.")
    return number


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
    path, data = _relative(session, request.name), entry_text(request).encode()
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
