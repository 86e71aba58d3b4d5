"""What commands share that write a new entity: names to choose from, and what is refused before that."""

import click

from concertino.catalogue import Catalogue
from concertino.cli.session import Session
from concertino.documents import positions, read_documents
from concertino.kinds import Kind, ReferenceRule
from concertino.kinds.schema import Schemas, absolute
from concertino.model.problem import Problem
from concertino.model.reference import EntityReference
from concertino.revision.writing import UnsafePathError, safe_path


def refuse_faults(session: Session, kind: Kind, path: str, data: bytes) -> None:
    """Refuse values that the schema does not take, before anything is written.

    Raises:
        click.UsageError: the document has faults; the message names them.
    """
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


def refuse_existing(session: Session, reference: EntityReference, path: str) -> None:
    """Refuse to write what is there already.

    Raises:
        click.ClickException: something stands at the path, or the entity is described elsewhere.
    """
    try:
        exists = safe_path(session.folder, path).exists()
    except UnsafePathError as error:
        raise click.UsageError(f'"{reference.name}" is no name for an entity: {error}.') from error
    if exists:
        raise click.ClickException(f"{path} is there already, and nothing is overwritten.")
    twin = session.catalogue.find(reference)
    if twin:
        raise click.ClickException(f"{twin.name} is described already, in {session.catalogue.locate(twin, '')}.")


def schemas_of(session: Session) -> Schemas:
    """The schemas in force, in which every `$ref` begins with the name of a file."""
    files = session.rules.schemas.schemas
    return Schemas({name: value for name, item in files.items() if isinstance(value := absolute(item, name), dict)})


def names_for(catalogue: Catalogue, rule: ReferenceRule) -> tuple[str, ...]:
    """The references, as they would be written, to all entities that a reference under `rule` may lead to."""
    found = [entity for entity in catalogue.entities.values() if rule.any_kind or entity.kind.name in rule.kinds]
    several = rule.any_kind or len(rule.kinds) > 1
    return tuple(entity.name if several else entity.reference.name for entity in found)
