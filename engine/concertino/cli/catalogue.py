"""`concertino catalogue`: list, show or add entities."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence

import click

from concertino.catalogue import Catalogue, CatalogueEntity, parse_reference
from concertino.cli.codeowners import codeowners
from concertino.cli.options import as_of_option, common_options, snapshot_options, today
from concertino.cli.session import Session, known_names, open_session
from concertino.documents import positions, read_documents
from concertino.editing.scaffold import Scaffold
from concertino.expressions import Entity, Unreadable
from concertino.kinds import ANY_KIND, Kind, ReferenceRule
from concertino.kinds.schema import Schemas, absolute, subschemas
from concertino.model.json import JsonObject, JsonValue
from concertino.model.problem import Problem
from concertino.model.reference import DEFAULT_NAMESPACE, EntityReference
from concertino.model.suggest import suggest
from concertino.rendering.listing import columns
from concertino.rendering.painting import harmless
from concertino.revision.writing import UnsafePathError, safe_path, write_file

_MOST_NAMES = 40


@click.group(short_help="List, show or add entities.")
def command() -> None:
    """List, show or add entities of the catalogue, and say who reviews what."""


command.add_command(codeowners)


@command.command("list")
@click.option("--kind", metavar="KIND", help="Entities of this kind only.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@snapshot_options
@common_options
def list_entities(
    kind: str | None, form: str, rev: str | None, folder: str | None, *, staged: bool, quiet: bool, no_color: bool
) -> None:
    """List the entities: what each is, and where it stands.

    \b
    Examples:
      concertino catalogue list
      concertino catalogue list --kind Service
      concertino catalogue list --kind Cell --rev HEAD
    """
    del no_color  # a list has no colour; the option is accepted everywhere
    session = open_session(folder, rev=rev, staged=staged)
    names = known_names("kind", [kind] if kind else [], session.rules.kinds.by_name)
    catalogue = session.catalogue
    chosen = [entity for entity in catalogue.entities.values() if not names or entity.kind.name in names]
    if form == "json":
        click.echo(json.dumps([_row(catalogue, entity) for entity in chosen], ensure_ascii=False, indent=2))
        return
    rows = [(entity.name, _title(entity), str(catalogue.locate(entity, ""))) for entity in chosen]
    click.echo(columns(("entity", "title", "place"), rows))
    if not quiet:
        counted = Counter(entity.kind.name for entity in chosen)
        click.echo("\n" + (", ".join(f"{count} {name}" for name, count in sorted(counted.items())) or "No entities."))
        if catalogue.problems:
            count = len(catalogue.problems)
            click.echo(f"{count} {'problem' if count == 1 else 'problems'} in the files: concertino check", err=True)


@command.command("show")
@click.argument("reference")
@snapshot_options
@common_options
def show(reference: str, rev: str | None, folder: str | None, *, staged: bool, quiet: bool, no_color: bool) -> None:
    """Show one entity: its fields, what it refers to, and what refers to it.

    REFERENCE is written as in the catalogue: kind:name.

    \b
    Examples:
      concertino catalogue show brand:aurora
      concertino catalogue show cell:aurora/orders
    """
    del quiet, no_color
    session = open_session(folder, rev=rev, staged=staged)
    entity = _find(session, reference)
    place = session.catalogue.locate(entity, "")
    parts = [f"{entity.name}  {_title(entity)}\n{place}", _outline(_written_fields(entity.value))]
    parts += _neighbours(session, entity)
    if entity.fault:
        parts.append(f"fault: {entity.fault.message} ({entity.fault.place})")
    judged = [policy.id for policy in session.rules.policies.policies if policy.target == entity.kind.name]
    if judged:
        parts.append(f"next: concertino explain POLICY {entity.name}\njudged by {', '.join(judged)}")
    click.echo(harmless("\n\n".join(parts)))


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


@command.command("new")
@click.argument("kind")
@click.argument("name")
@click.option(
    "--set",
    "values",
    multiple=True,
    metavar="FIELD=VALUE",
    help="A field's value: spec.role=heritage, or spec.consumers=a,b for a list. Repeatable.",
)
@as_of_option
@common_options
def new(
    kind: str,
    name: str,
    values: tuple[str, ...],
    as_of: str | None,
    folder: str | None,
    *,
    quiet: bool,
    no_color: bool,
) -> None:
    """Write a new entity into a file of its own, with every required field explained.

    Nothing is overwritten.

    \b
    Examples:
      concertino catalogue new Brand meridian --set metadata.title=Meridian
      concertino catalogue new Service order-hub --set spec.lifecycle=planned
    """
    del no_color
    session = open_session(folder)
    (found,) = known_names("kind", [kind], session.rules.kinds.by_name)
    declared = session.rules.kinds.by_name[found]
    if declared.derived:
        raise click.UsageError(f"{found} is derived: every {found} follows from other entities, none is written.")
    path = f"{session.rules.configuration.catalogue}/{declared.folder}/{name}.yaml"
    _refuse_existing(session, EntityReference(found, DEFAULT_NAMESPACE, name), path)
    given: dict[str, JsonValue] = {"metadata.name": name, "metadata.title": name.replace("-", " ").title()}
    schemas = _schemas(session)
    schema = schemas.flatten(schemas.files[declared.schema_file])
    given |= dict(_assignment(value, schemas, schema) for value in values)
    scaffold = Scaffold(schemas, lambda rule: _names(session.catalogue, rule), as_of or today(), given)
    text = scaffold.document(schema, f"{declared.title}. What is marked as an example was made up: replace it.")
    _refuse_faults(session, declared, path, text.encode())
    try:
        write_file(session.folder, path, text.encode())
    except (OSError, UnsafePathError) as error:
        raise click.ClickException(f"{path} can't be written: {error}") from error
    click.echo(f"wrote {path}")
    if not quiet:
        click.echo("next: replace the examples in it, then concertino check")


def _refuse_faults(session: Session, kind: Kind, path: str, data: bytes) -> None:
    """Refuse values that the schema does not take, before anything is written."""
    gate, limits = session.rules.schemas.gate(kind.schema_file), session.rules.configuration.limits
    read = read_documents(path, data, limits)
    found = list(read.problems)
    for document in read.documents:
        found += gate.explain(document.value, positions(path, data, document.index, limits))
    if found:
        said = "\n".join(f"  {item.message}{_meant(item)}" for item in found)
        raise click.UsageError(f"Nothing was written, since the {kind.name} would have faults:\n{said}")


def _meant(problem: Problem) -> str:
    if problem.suggestion:
        return f'; did you mean "{problem.suggestion}"?'
    return f"; expected {problem.expected}" if problem.expected else ""


def _refuse_existing(session: Session, reference: EntityReference, path: str) -> None:
    try:
        exists = safe_path(session.folder, path).exists()
    except UnsafePathError as error:
        raise click.UsageError(f'"{reference.name}" is no name for an entity: {error}.') from error
    if exists:
        raise click.ClickException(f"{path} is there already, and nothing is overwritten.")
    twin = session.catalogue.find(reference)
    if twin:
        raise click.ClickException(f"{twin.name} is described already, in {session.catalogue.locate(twin, '')}.")


def _find(session: Session, text: str) -> CatalogueEntity:
    parsed = parse_reference(text, ReferenceRule((ANY_KIND,), ""), DEFAULT_NAMESPACE, session.rules.kinds)
    entity = session.catalogue.find(parsed) if isinstance(parsed, EntityReference) else None
    if entity is None:
        names = list(session.catalogue.by_name)
        meant = suggest(text, names) or suggest(text, [name.partition(":")[2] for name in names])
        why = parsed if isinstance(parsed, str) else f'there is no entity "{text}"'
        hint = f'Did you mean "{meant}"?' if meant else "concertino catalogue list shows them all."
        raise click.UsageError(f"{why[0].upper()}{why[1:]}. {hint}")
    return entity


def _assignment(text: str, schemas: Schemas, schema: JsonObject) -> tuple[str, JsonValue]:
    """The path and the value of a `--set`. Where the schema wants a list, commas part its elements."""
    path, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(f"--set takes FIELD=VALUE, and {text!r} has no equals sign.")
    node = _node(path, schemas, schema)
    if node.get("type") == "array" and not value.startswith("["):
        return path, [part.strip() for part in value.split(",")]
    if node.get("type") == "string":
        return path, value
    try:
        parsed = json.loads(value)
    except ValueError:
        return path, value
    return path, value if parsed is None else parsed


def _node(path: str, schemas: Schemas, schema: JsonObject) -> JsonObject:
    """The schema of the field at a path.

    Raises:
        click.UsageError: there is no such field; the message suggests one.
    """
    node = schema
    for part in path.split("."):
        properties = subschemas(node, "properties")
        if not properties:
            return {}
        if part not in properties:
            meant = suggest(part, list(properties))
            hint = f'Did you mean "{meant}"?' if meant else f"There are: {', '.join(properties)}."
            raise click.UsageError(f'There is no field "{part}" in {path!r}. {hint}')
        node = schemas.flatten(properties[part])
    return node


def _schemas(session: Session) -> Schemas:
    files = session.rules.schemas.schemas
    return Schemas({name: value for name, item in files.items() if isinstance(value := absolute(item, name), dict)})


def _names(catalogue: Catalogue, rule: ReferenceRule) -> tuple[str, ...]:
    found = [entity for entity in catalogue.entities.values() if rule.any_kind or entity.kind.name in rule.kinds]
    several = rule.any_kind or len(rule.kinds) > 1
    return tuple(entity.name if several else entity.reference.name for entity in found)


def _row(catalogue: Catalogue, entity: CatalogueEntity) -> JsonObject:
    place = catalogue.locate(entity, "")
    return {
        "entity": entity.name,
        "kind": entity.kind.name,
        "title": _title(entity),
        "file": place.file,
        "line": place.line,
        "faulty": entity.fault is not None,
    }


def _title(entity: CatalogueEntity) -> str:
    metadata = entity.value.get("metadata")
    title = metadata.get("title") if isinstance(metadata, dict) else None
    return title if isinstance(title, str) else ""


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
