"""`concertino catalogue show`: one entity with its neighbours."""

from collections.abc import Iterator, Sequence

import click

from concertino.catalogue import CatalogueEntity
from concertino.cli.entities import find_entity, title_of
from concertino.cli.options import common_options, snapshot_options
from concertino.cli.session import Session, open_session
from concertino.expressions import Entity, Unreadable
from concertino.records.reading import DECISION_KIND, Shelf
from concertino.rendering.painting import harmless

_MOST_NAMES = 40
_MOST_LEADS = 3


@click.command("show")
@click.argument("reference")
@snapshot_options
@common_options
def command(reference: str, rev: str | None, folder: str | None, *, staged: bool, quiet: bool, no_color: bool) -> None:
    """Show one entity: its fields, what it refers to, and what refers to it.

    REFERENCE is written as in the catalogue: kind:name.

    \b
    Examples:
      concertino catalogue show brand:aurora
      concertino catalogue show cell:aurora/orders
    """
    del quiet, no_color
    session = open_session(folder, rev=rev, staged=staged)
    entity = find_entity(session, reference)
    place = session.catalogue.locate(entity, "")
    parts = [f"{entity.name}  {title_of(entity)}\n{place}", _outline(_written_fields(entity.value))]
    parts += _neighbours(session, entity)
    if entity.fault:
        parts.append(f"fault: {entity.fault.message} ({entity.fault.place})")
    judged = [policy.id for policy in session.rules.policies.policies if policy.target == entity.kind.name]
    parts += ["\n".join(leads)] if (leads := list(_leads(session, entity))) else []
    if judged:
        parts.append(f"next: concertino explain POLICY {entity.name}\njudged by {', '.join(judged)}")
    click.echo(harmless("\n\n".join(parts)))


def _leads(session: Session, entity: CatalogueEntity) -> Iterator[str]:
    """The commands that lead on: to the record of a decision, and to the cells that something is about."""
    if entity.kind.name == DECISION_KIND and entity.fault is None:
        path = Shelf(session.catalogue, session.rules.configuration.records).record_path(entity.value)
        if path in session.snapshot.entries:
            yield f"next: cat {path}  # its record"
    model = session.rules.model
    named = [session.catalogue.by_name.get(name) for name in sorted({entity.name, *_targets(entity.value)})]
    cells = [item for item in named if item and model and item.kind.name == model.model.target]
    for cell in cells[:_MOST_LEADS]:
        yield f"next: concertino matrix {cell.name.partition(':')[2]}  # what is decided there, and why"


def _neighbours(session: Session, entity: CatalogueEntity) -> Iterator[str]:
    """What an entity refers to, who refers to it, and, of a derived one, who refers to all its factors at once."""
    refers = sorted({item for item in _targets(entity.value) if item != entity.name})
    if refers:
        yield _named_list("refers to", refers)
    inverse = entity.value.get("inverse")
    for name, items in sorted(inverse.items()) if isinstance(inverse, dict) else ():
        if items:
            yield _named_list(f"its {name}", [_named(item) for item in items])
    if entity.kind.derived and refers:
        found = [session.catalogue.by_name[name] for name in refers if name in session.catalogue.by_name]
        shared = set.intersection(*(_referrers(factor) for factor in found)) - {entity.name} if found else set()
        if shared:
            yield _named_list(f"refer to both {' and '.join(refers)}", sorted(shared))


def _referrers(entity: CatalogueEntity) -> set[str]:
    inverse = entity.value.get("inverse")
    lists = inverse.values() if isinstance(inverse, dict) else ()
    return {item.reference for items in lists for item in items if isinstance(item, Entity)}


def _named_list(head: str, names: Sequence[str]) -> str:
    """A list with its head, cut where nobody would read on."""
    rest = [f"  and {len(names) - _MOST_NAMES} more"] if len(names) > _MOST_NAMES else []
    return "\n".join([head, *(f"  {name}" for name in names[:_MOST_NAMES]), *rest])


def _written_fields(value: object) -> object:
    if isinstance(value, dict):
        return {key: _written_fields(item) for key, item in value.items() if key not in ("refs", "inverse")}
    return [_written_fields(item) for item in value] if isinstance(value, list) else value


def _outline(value: object, depth: int = 0) -> str:
    pad = "  " * depth
    lines: list[str] = []
    entries = (
        value.items() if isinstance(value, dict) else [("-", item) for item in value] if isinstance(value, list) else []
    )
    entries = list(entries)
    for key, item in entries[:_MOST_NAMES]:
        label = f"{pad}{key}" + ("" if key == "-" else ":")
        if isinstance(item, dict | list) and item:
            lines += [label, _outline(item, depth + 1)]
        else:
            lines.append(f"{label} {item if not isinstance(item, dict | list) else ''}".rstrip())
    if len(entries) > _MOST_NAMES:
        lines.append(f"{pad}and {len(entries) - _MOST_NAMES} more")
    return "\n".join(lines)


def _targets(value: object) -> list[str]:
    found: list[str] = []
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "refs" and isinstance(item, dict):
                for target in item.values():
                    found += [_named(one) for one in (target if isinstance(target, list) else [target])]
            elif key != "inverse":
                found += _targets(item)
    elif isinstance(value, list):
        for item in value:
            found += _targets(item)
    return found


def _named(item: object) -> str:
    if isinstance(item, Entity):
        return item.reference
    return "(can't be read)" if isinstance(item, Unreadable) else str(item)
