"""`concertino exceptions`: audit the register, list it, or ask for a new exception."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import click

from concertino.catalogue import GitArchive, Past
from concertino.cli import exceptions_new
from concertino.cli.options import as_of_option, common_options, parse_day, snapshot_options, today
from concertino.cli.output import Progress, terminal_width, wants_colour, write_report
from concertino.cli.session import Session, known_names, open_session
from concertino.rendering.audits import AUDIT_FORMATS, AuditContext
from concertino.rendering.listing import columns
from concertino.verdict import EXCEPTION_KIND, judge_and_tell
from concertino.verdict.audit import Audit, Audited, Flag, audit_of
from concertino.verdict.auditing import audited
from concertino.verdict.entry import State
from concertino.verdict.verdict import EXIT_BROKEN_RULE, EXIT_CLEAN, EXIT_FINDINGS


@click.group(short_help="Audit the exception register, list it, or ask for an exception.")
def command() -> None:
    """Audit the exception register, list it, or ask for an exception."""


command.add_command(exceptions_new.command)


@dataclass(frozen=True)
class Target:
    """A format of the audit and the file it goes to; without one it goes to standard output."""

    name: str
    file: str = ""


def parse_flags(text: str) -> frozenset[Flag]:
    """Flags of the audit, with commas between them.

    Raises:
        click.BadParameter: one of them is unknown; the message suggests one.
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    try:
        return frozenset(map(Flag, known_names("flag", names, [flag.value for flag in Flag])))
    except click.UsageError as error:
        raise click.BadParameter(error.message) from error


def parse_target(text: str) -> Target:
    """NAME or NAME=FILE.

    Raises:
        click.BadParameter: there is no such format.
    """
    name, _, file = text.partition("=")
    if name not in AUDIT_FORMATS:
        raise click.BadParameter(f'There is no format "{name}"; the formats are {", ".join(AUDIT_FORMATS)}.')
    return Target(name, file)


@command.command("audit")
@snapshot_options
@as_of_option
@click.option("--owner", metavar="TEAM", help="Only what this team answers for: its part of the calendar, for example.")
@click.option("--since", metavar="REV", help="Compare with the register of another revision.")
@click.option(
    "--since-as-of", type=parse_day, metavar="DAY", help="The day that revision is judged on. Left out: the same day."
)
@click.option(
    "--fail-on",
    type=parse_flags,
    default="",
    metavar="FLAG[,FLAG]...",
    help="End with exit code 1 if an exception is one of these: unused,expired,orphaned,superseded,…",
)
@click.option(
    "--format",
    "targets",
    multiple=True,
    type=parse_target,
    metavar="NAME[=FILE]",
    help=f"One of {', '.join(AUDIT_FORMATS)}; with =FILE it is written there. Can be repeated.  [default: text]",
)
@common_options
def audit(  # noqa: PLR0913, PLR0917 - click hands over each option
    rev: str | None,
    as_of: str | None,
    owner: str | None,
    since: str | None,
    since_as_of: str | None,
    fail_on: frozenset[Flag],
    targets: tuple[Target, ...],
    folder: str | None,
    *,
    staged: bool,
    quiet: bool,
    no_color: bool,
) -> int:
    """Say of every exception what it is worth, and what is the matter with it.

    In force, expiring, expired, waiting, unused, partly used, superseded (the policy has changed since), orphaned (a
    policy or an entity is gone), over-broad, overlapping, renewed too often, evidence stale or missing; with totals for
    each brand, capability, policy and approver.

    \b
    Examples:
      concertino exceptions audit
      concertino exceptions audit --as-of 2026-12-31 --fail-on expired,unused
      concertino exceptions audit --rev HEAD --since HEAD~20
      concertino exceptions audit --format csv=exceptions.csv --format markdown=exceptions.md
      concertino exceptions audit --owner oakwell-technology --format ics=exceptions.ics

    Exit codes: 0 nothing that --fail-on names, 1 something is, 2 a broken policy, schema or configuration.
    """
    shown = _shown(targets)
    day = as_of or today()
    session = open_session(folder, rev=rev, staged=staged)
    with Progress(quiet=quiet) as progress:
        earlier = open_session(folder, rev=since) if since else None
        before = _audit(earlier, since_as_of or day, progress, owner=owner) if earlier else None
        found = _audit(session, day, progress, before, owner=owner)
    for target in targets:
        if target.file:
            context = AuditContext(found, fail_on)
            write_report(target.file, AUDIT_FORMATS[target.name].render(context))
    colour = wants_colour(no_color=no_color) and shown == "text"
    text = AUDIT_FORMATS[shown].render(AuditContext(found, fail_on, colour=colour, width=terminal_width()))
    click.echo(text, nl=False, color=colour)
    _say_what_is_broken(session)
    if session.rules.problems:
        return EXIT_BROKEN_RULE
    return EXIT_FINDINGS if found.having(fail_on) else EXIT_CLEAN


@command.command("list")
@snapshot_options
@as_of_option
@click.option("--policy", "policies", multiple=True, metavar="ID", help="From this policy only. Can be repeated.")
@click.option("--entity", metavar="REF", help="On this entity only: kind:name.")
@click.option("--brand", metavar="NAME", help="That touch this brand only.")
@click.option("--capability", metavar="NAME", help="That touch this capability only.")
@click.option("--owner", metavar="TEAM", help="That this team answers for.")
@click.option("--approver", metavar="HANDLE", help="That this person approved.")
@click.option("--state", type=click.Choice([item.value for item in State]), help="In this state only.")
@click.option(
    "--flag",
    "flags",
    type=parse_flags,
    default="",
    metavar="FLAG[,FLAG]...",
    help="With one of these flags of the audit.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@common_options
def list_exceptions(  # noqa: PLR0913, PLR0917 - click hands over each option
    rev: str | None,
    as_of: str | None,
    policies: tuple[str, ...],
    entity: str | None,
    brand: str | None,
    capability: str | None,
    owner: str | None,
    approver: str | None,
    state: str | None,
    flags: frozenset[Flag],
    form: str,
    folder: str | None,
    *,
    staged: bool,
    quiet: bool,
    no_color: bool,
) -> int:
    """List the exceptions: what they are from, until when, who answers for them.

    \b
    Examples:
      concertino exceptions list
      concertino exceptions list --brand oakwell --state approved
      concertino exceptions list --flag expiring,expired --format json
    """
    del no_color
    session = open_session(folder, rev=rev, staged=staged)
    known = session.rules.policies.ids
    wanted = set(known_names("policy", policies, known))
    with Progress(quiet=quiet) as progress:
        found = _audit(session, as_of or today(), progress)
    tests: tuple[Callable[[Audited], bool], ...] = (
        lambda item: not wanted or not wanted.isdisjoint(item.policies),
        lambda item: entity is None or entity.casefold() in map(str.casefold, item.entities),
        lambda item: brand is None or brand in item.brands,
        lambda item: capability is None or capability in item.capabilities,
        lambda item: owner is None or owner == item.owner,
        lambda item: approver is None or approver.removeprefix("@") == item.approver.removeprefix("@"),
        lambda item: state is None or item.state == state,
        lambda item: not flags or not flags.isdisjoint(item.flags),
    )
    chosen = [item for item in found.exceptions if all(test(item) for test in tests)]
    if form == "json":
        click.echo(_as_json(found, chosen))
    else:
        click.echo(
            columns(("exception", "state", "until", "owner", "approver", "from", "on"), [_row(item) for item in chosen])
        )
        if not quiet:
            click.echo(f"\n{len(chosen)} of {len(found.exceptions)} exceptions. next: concertino exceptions audit")
    _say_what_is_broken(session)
    return EXIT_BROKEN_RULE if session.rules.problems else EXIT_CLEAN


def _audit(
    session: Session, as_of: str, progress: Progress, before: Audit | None = None, owner: str | None = None
) -> Audit:
    verdict, register = judge_and_tell(session.snapshot, session.rules, as_of, progress=progress)
    items = (item for item in audited(register, _past(session)) if owner is None or owner == item.owner)
    return audit_of(verdict, items, before)


def _past(session: Session) -> Past | None:
    """What became of the exceptions so far, where git knows it: the audit then shows what commits claim."""
    configuration = session.rules.configuration
    archive = GitArchive(session.snapshot, configuration.catalogue, configuration.records, configuration.limits)
    past = archive.past(session.rules.kinds.by_name[EXCEPTION_KIND])
    return past if isinstance(past, Past) else None


def _shown(targets: tuple[Target, ...]) -> str:
    names = [target.name for target in targets if not target.file]
    if len(names) > 1:
        raise click.UsageError(f"Only one format can go to standard output; give {names[1]} a file: {names[1]}=FILE.")
    return names[0] if names else "text"


def _row(item: Audited) -> tuple[str, ...]:
    state = item.state.value if Flag.WITHOUT_EFFECT not in item.flags else "without effect"
    policies, entities = ", ".join(item.policies), ", ".join(item.entities)
    return (item.reference, state, item.expires, item.owner, item.approver, policies, entities)


def _as_json(found: Audit, chosen: Iterable[Audited]) -> str:
    from concertino.rendering.audit_json import render  # noqa: PLC0415 - needed only for this format

    names = {item.reference for item in chosen}
    rows = json.loads(render(AuditContext(found)))["exceptions"]
    return json.dumps([row for row in rows if row["exception"] in names], ensure_ascii=False, indent=2)


def _say_what_is_broken(session: Session) -> None:
    count = len(session.rules.problems)
    if count:
        click.echo(f"{count} {'rule is' if count == 1 else 'rules are'} broken: concertino check says which", err=True)
