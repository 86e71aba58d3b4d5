"""`concertino catalogue new`: an entity to start from."""

import json

import click

from concertino.cli.authoring import names_for, refuse_existing, refuse_faults, schemas_of
from concertino.cli.editors import schema_comment
from concertino.cli.options import as_of_option, common_options, today
from concertino.cli.session import known_names, open_session
from concertino.editing.scaffold import Scaffold
from concertino.kinds.schema import Schemas, subschemas
from concertino.model.json import JsonObject, JsonValue
from concertino.model.reference import DEFAULT_NAMESPACE, EntityReference
from concertino.model.suggest import suggest
from concertino.revision.writing import UnsafePathError, write_file


@click.command("new")
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
def command(
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
    refuse_existing(session, EntityReference(found, DEFAULT_NAMESPACE, name), path)
    given: dict[str, JsonValue] = {"metadata.name": name, "metadata.title": name.replace("-", " ").title()}
    schemas = schemas_of(session)
    schema = schemas.flatten(schemas.files[declared.schema_file])
    given |= dict(_assignment(value, schemas, schema) for value in values)
    scaffold = Scaffold(schemas, lambda rule: names_for(session.catalogue, rule), as_of or today(), given)
    text = scaffold.document(schema, f"{declared.title}. What is marked as an example was made up: replace it.")
    head = schema_comment(session.folder, path)
    text = f"{head}\n{text}" if head else text
    refuse_faults(session, declared, path, text.encode())
    try:
        write_file(session.folder, path, text.encode())
    except (OSError, UnsafePathError) as error:
        raise click.ClickException(f"{path} can't be written: {error}") from error
    click.echo(f"wrote {path}")
    if not quiet:
        click.echo("next: replace the examples in it, then concertino check")


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
