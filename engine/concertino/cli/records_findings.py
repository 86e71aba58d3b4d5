"""What the check finds on a decision and on the cells that hang on it."""

from collections.abc import Iterable, Iterator

from concertino.catalogue import CatalogueEntity
from concertino.cli.session import Session
from concertino.model.outcome import Outcome
from concertino.records.reading import DECISION_KIND, references, spec_of
from concertino.records.status import standing_of
from concertino.rendering.painting import harmless
from concertino.verdict import Selection, judge
from concertino.verdict.accepted import covered_cells

_CELL_KIND = "Cell"


def findings_around(session: Session, entity: CatalogueEntity, day: str) -> tuple[Outcome, ...]:
    """What the check finds on an ISO day on a decision, its cells and those of what it supersedes; nothing waived.

    A cell of a predecessor that the decision does not cover has no decision any more once it is accepted.
    """
    earlier = [item.reference for _, item in references(spec_of(entity.value), "supersedes") if item]
    decisions = [entity, *(session.catalogue.by_name[name] for name in earlier)]
    subjects = {entity.name, *(cell for decision in decisions for cell in covered_cells(decision))}
    verdict = judge(session.snapshot, session.rules, day, Selection(kinds=(DECISION_KIND, _CELL_KIND)))
    return tuple(item for item in verdict.findings if item.subject in subjects and item.exception is None)


def identities(found: Iterable[Outcome]) -> set[tuple[str, str, str, str]]:
    """What tells these findings from others."""
    return {item.identity for item in found}


def told(entity: CatalogueEntity, item: Outcome) -> str:
    """The finding in words: its policy, the cell if it is about one, and its message."""
    about = "" if item.subject == entity.name else f" on {item.subject}"
    return f"by {item.policy}{about}: {harmless(item.message)}"


def rivals(session: Session, entity: CatalogueEntity) -> Iterator[tuple[CatalogueEntity, tuple[str, ...]]]:
    """The other decisions in force on its cells that it does not supersede, each with those cells, sorted."""
    replaced = {item.reference for _, item in references(spec_of(entity.value), "supersedes") if item}
    cells = set(covered_cells(entity))
    for other in session.catalogue.of_kind(DECISION_KIND):
        if other.fault or other.name in {entity.name, *replaced}:
            continue
        shared = tuple(sorted(cells.intersection(covered_cells(other))))
        if shared and standing_of(other.value).text == "accepted":
            yield other, shared
