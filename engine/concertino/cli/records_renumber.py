"""`concertino records renumber`: another number for a decision, with everything that refers to it."""

from collections import Counter
from difflib import unified_diff

import click

from concertino.catalogue import CatalogueEntity, yaml_files
from concertino.cli.options import common_options
from concertino.cli.records_new import base_option, free_number
from concertino.cli.records_writing import planned, rendered_records, with_files
from concertino.cli.session import Session, known_names, open_session
from concertino.editing.numbers import LARGEST
from concertino.editing.renumber import Renumber, Renumbering
from concertino.model.problem import Problem
from concertino.model.visible import visible
from concertino.records import WritePlan, write_files
from concertino.records.reading import DECISION_KIND
from concertino.rendering.painting import harmless
from concertino.revision.writing import UnsafePathError, safe_path, write_file
from concertino.verdict.successions import number_of
from concertino.verdict.verdict import EXIT_CLEAN, EXIT_FINDINGS

_MOST_MENTIONS = 20


@click.command("renumber", short_help="Give a decision another number, and move what refers to it.")
@click.argument("decision")
@click.argument("number", type=click.IntRange(1, LARGEST), required=False)
@base_option
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@common_options
def renumber(
    decision: str,
    number: int | None,
    bases: tuple[str, ...],
    folder: str | None,
    *,
    dry_run: bool,
    quiet: bool,
    no_color: bool,
) -> int:
    """Give DECISION, named or numbered, another number: NUMBER, or else the next free one.

    References, links to the record, file names and the record itself move along; comments and layout stay. Where two
    decisions share a number, name the one that is meant, or give --base: then it is the one that is not there yet.

    \b
    Examples:
      concertino records renumber analytics-oakwell --dry-run
      concertino records renumber 12 --base main
      concertino records renumber analytics-oakwell 40

    Exit codes: 0 done, 1 something was left for you to do, 2 wrong usage.
    """
    del no_color
    session = open_session(folder)
    entity = _meant(session, decision, bases, folder)
    old = number_of(entity)
    if not old:
        raise click.ClickException(f"{entity.name} has no number that can be read. next: concertino check")
    wanted = number or free_number(session, bases, folder)
    _refuse_taken(session, entity, wanted)
    found = _renumbering(session, entity, old, wanted)
    after = with_files(session, found.files, frozenset(found.moved))
    _refuse_harm(session, after)
    plan = _records(session, after)
    if not quiet or dry_run:
        _show(session, found, plan)
    if not dry_run:
        _write(session, found, plan)
        click.echo(f"{entity.name} has number {wanted}, and had {old}")
    return _tell_rest(found, plan, quiet=quiet)


def _meant(session: Session, text: str, bases: tuple[str, ...], folder: str | None) -> CatalogueEntity:
    """The decision that is meant by a name or a number.

    Raises:
        click.UsageError: there is none, or there are several and nothing tells which.
    """
    decisions = session.catalogue.of_kind(DECISION_KIND)
    if not text.isdecimal():
        names = {item.reference.name: item for item in decisions}
        (name,) = known_names("decision", [text.removeprefix("decision:")], names)
        return names[name]
    found = [item for item in decisions if number_of(item) == int(text)]
    if not found:
        raise click.UsageError(f"No decision has number {int(text)}. concertino records list shows them all.")
    if len(found) > 1 and bases:
        found = _younger(found, bases, folder)
    if len(found) > 1:
        said = "\n".join(f"  {item.name} ({session.catalogue.locate(item, '/spec/number')})" for item in found)
        raise click.UsageError(
            f"Number {int(text)} is used by\n{said}\nName the younger one: concertino records renumber "
            f"{found[-1].reference.name}. With --base main it is the one that main does not hold yet."
        )
    return found[0]


def _younger(found: list[CatalogueEntity], bases: tuple[str, ...], folder: str | None) -> list[CatalogueEntity]:
    """Those that none of the revisions holds; all, if that is not exactly one."""
    there = {item.name for base in bases for item in open_session(folder, rev=base).catalogue.of_kind(DECISION_KIND)}
    new = [item for item in found if item.name not in there]
    return new if len(new) == 1 else found


def _refuse_taken(session: Session, entity: CatalogueEntity, wanted: int) -> None:
    users = [item for item in session.catalogue.of_kind(DECISION_KIND) if number_of(item) == wanted]
    if users:
        names = " and ".join(item.name for item in users)
        own = "already " if entity in users else ""
        raise click.UsageError(f"Number {wanted} is {own}used by {names}. Leave it out for the next free one.")


def _renumbering(session: Session, entity: CatalogueEntity, old: int, wanted: int) -> Renumbering:
    configuration = session.rules.configuration
    records = f"{configuration.records}/"
    below = [path for path in session.snapshot.entries if path.startswith(f"{configuration.catalogue}/")]
    files = session.snapshot.read(yaml_files(path for path in below if not path.startswith(records)))
    texts = [path for path in session.snapshot.entries if path.endswith(".md") and not path.startswith(records)]
    shared = sum(1 for item in session.catalogue.of_kind(DECISION_KIND) if number_of(item) == old) > 1
    found = Renumber(
        session.catalogue,
        session.rules.kinds,
        configuration.limits,
        files,
        entity,
        old,
        wanted,
        shared,
        session.snapshot.read(texts),
    ).result()
    if isinstance(found, Problem):
        raise click.ClickException(f"{found.place}: {found.message}. {found.remediation}")
    return found


def _refuse_harm(before: Session, after: Session) -> None:
    """Refuse a change after which the catalogue has a fault that it did not have: a table may name the decision."""
    known = Counter(item.check for item in before.catalogue.problems)
    worse = [item for item in after.catalogue.problems if known[item.check] < _count(after, item.check)]
    if worse:
        said = "\n".join(f"  {item.place}: {item.message}" for item in worse)
        raise click.ClickException(harmless(f"Nothing was written, since the catalogue would have new faults:\n{said}"))


def _count(session: Session, check: str) -> int:
    return sum(1 for item in session.catalogue.problems if item.check == check)


def _records(before: Session, after: Session) -> WritePlan:
    """The records that change since the number does; what had fallen behind for other reasons is left to `render`."""
    old = {file.path: file.text for file in rendered_records(before).files}
    rendered = rendered_records(after)
    moved = old.keys() - {file.path for file in rendered.files}
    plan = planned(after, rendered)
    there = [path for path in after.snapshot.entries if path in old]
    return WritePlan(
        writes=tuple(file for file in plan.writes if there and old.get(file.path) != file.text),
        refused=tuple(item for item in plan.refused if item.path in moved or item.path in old),
        removals=tuple(path for path in plan.removals if path in moved),
    )


def _show(session: Session, found: Renumbering, plan: WritePlan) -> None:
    """The difference, as `git diff` words it."""
    origin = {new: old for old, new in found.moved.items()}
    before = session.snapshot.read([origin.get(path, path) for path in found.files])
    for path, data in sorted(found.files.items()):
        old = origin.get(path, path)
        there, here = (text.decode("utf-8", "replace").splitlines() for text in (before[old], data))
        for line in unified_diff(there, here, f"a/{old}", f"b/{path}", lineterm=""):
            click.echo(visible(line))
    for path in plan.removals:
        click.echo(f"remove {visible(path)}")
    for file in plan.writes:
        click.echo(f"render {visible(file.path)}")


def _write(session: Session, found: Renumbering, plan: WritePlan) -> None:
    try:
        for path in found.moved.values():
            if safe_path(session.folder, path).exists():
                raise click.ClickException(f"{path} is there already, and nothing is overwritten.")
        for path, data in sorted(found.files.items()):
            write_file(session.folder, path, data)
        for path in found.moved:
            safe_path(session.folder, path).unlink()
    except (OSError, UnsafePathError) as error:
        raise click.ClickException(f"Not everything could be written: {error}. git diff shows what was.") from error
    problems = write_files(session.folder, plan)
    for problem in problems:
        click.echo(f"{problem.place.file}: {problem.message}. {problem.remediation}", err=True)


def _tell_rest(found: Renumbering, plan: WritePlan, *, quiet: bool) -> int:
    """What was left for people to do."""
    for item in plan.refused:
        click.echo(f"{visible(item.path)}: {item.message}; left as it is", err=True)
    if found.left and not quiet:
        click.echo("These lines speak of the old number and were left as they are; look whom they mean:", err=True)
        for mention in found.left[:_MOST_MENTIONS]:
            click.echo(f"  {visible(str(mention.place))}: {visible(mention.line)}", err=True)
        if len(found.left) > _MOST_MENTIONS:
            click.echo(f"  and {len(found.left) - _MOST_MENTIONS} more", err=True)
    if not quiet:
        click.echo("next: concertino check, concertino records check, then commit all of it together")
    return EXIT_FINDINGS if plan.refused else EXIT_CLEAN
