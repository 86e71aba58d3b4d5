"""Entities by the references that people type."""

import click

from concertino.catalogue import CatalogueEntity, parse_reference
from concertino.cli.session import Session
from concertino.kinds import ANY_KIND, ReferenceRule
from concertino.model.reference import DEFAULT_NAMESPACE, EntityReference
from concertino.model.suggest import suggest


def find_entity(session: Session, text: str) -> CatalogueEntity:
    """The entity that a text refers to.

    Raises:
        click.UsageError: there is none; the message suggests one.
    """
    parsed = parse_reference(text, ReferenceRule((ANY_KIND,), ""), DEFAULT_NAMESPACE, session.rules.kinds)
    entity = session.catalogue.find(parsed) if isinstance(parsed, EntityReference) else None
    if entity is None:
        names = list(session.catalogue.by_name)
        meant = suggest(text, names) or suggest(text, [name.partition(":")[2] for name in names])
        why = parsed if isinstance(parsed, str) else f'there is no entity "{text}"'
        hint = f'Did you mean "{meant}"?' if meant else "concertino catalogue list shows them all."
        raise click.UsageError(f"{why[0].upper()}{why[1:]}. {hint}")
    return entity


def title_of(entity: CatalogueEntity) -> str:
    """What people call an entity, or nothing."""
    metadata = entity.value.get("metadata")
    title = metadata.get("title") if isinstance(metadata, dict) else None
    return title if isinstance(title, str) else ""
