"""`concertino catalogue list`: the entities, and where they stand."""

import json
from collections import Counter

import click

from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.cli.entities import title_of
from concertino.cli.options import common_options, snapshot_options
from concertino.cli.session import known_names, open_session
from concertino.model.json import JsonObject
from concertino.rendering.listing import columns


@click.command("list")
@click.option("--kind", metavar="KIND", help="Entities of this kind only.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@snapshot_options
@common_options
def command(
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
    rows = [(entity.name, title_of(entity), str(catalogue.locate(entity, ""))) for entity in chosen]
    click.echo(columns(("entity", "title", "place"), rows))
    if not quiet:
        counted = Counter(entity.kind.name for entity in chosen)
        click.echo("\n" + (", ".join(f"{count} {name}" for name, count in sorted(counted.items())) or "No entities."))
        if catalogue.problems:
            count = len(catalogue.problems)
            click.echo(f"{count} {'problem' if count == 1 else 'problems'} in the files: concertino check", err=True)


def _row(catalogue: Catalogue, entity: CatalogueEntity) -> JsonObject:
    place = catalogue.locate(entity, "")
    return {
        "entity": entity.name,
        "kind": entity.kind.name,
        "title": title_of(entity),
        "file": place.file,
        "line": place.line,
        "faulty": entity.fault is not None,
    }
