"""The index of all records: once by capability, once by brand."""

from collections.abc import Iterable
from dataclasses import dataclass

from concertino.expressions import Entity
from concertino.records.coverage import brands_in_words, coverage_of
from concertino.records.escaping import Markdown, inline, row
from concertino.records.reading import Shelf, number_of, references, spec_of, text, title_of
from concertino.records.status import standing_of
from concertino.records.wording import heading

BY_CAPABILITY = "By capability"
BY_BRAND = "By brand"
TITLE = "Decision records"


@dataclass(frozen=True, slots=True)
class Group:
    """The decisions of one capability or brand: a heading, and a row of a table for each."""

    heading: Markdown
    rows: tuple[Markdown, ...]


@dataclass(frozen=True, slots=True)
class IndexView:
    """What the template of the index lays out."""

    title: str
    count: int
    sections: tuple[tuple[str, tuple[Group, ...]], ...]


def index_view(shelf: Shelf) -> IndexView:
    """The index of all decisions without faults."""
    decisions = [item.value for item in shelf.decisions]
    by_capability: dict[str, tuple[str, list[Entity]]] = {}
    by_brand: dict[str, tuple[str, list[Entity]]] = {}
    for decision in decisions:
        for written, capability in references(spec_of(decision), "capability"):
            reference = capability.reference if capability else f"unknown {written}"
            title = title_of(capability) if capability else f"unknown: {written}"
            by_capability.setdefault(reference, (title, []))[1].append(decision)
        for _, brand in coverage_of(decision).cells:
            by_brand.setdefault(brand.reference, (title_of(brand), []))[1].append(decision)
    rows = {decision.reference: _row(shelf, decision) for decision in decisions}
    taken = {TITLE, BY_CAPABILITY, BY_BRAND}
    return IndexView(
        title=TITLE,
        count=len(decisions),
        sections=(
            (BY_CAPABILITY, _groups(by_capability.items(), rows, taken)),
            (BY_BRAND, _groups(by_brand.items(), rows, taken)),
        ),
    )


def _groups(
    found: Iterable[tuple[str, tuple[str, list[Entity]]]], rows: dict[str, Markdown], taken: set[str]
) -> tuple[Group, ...]:
    ordered = sorted(found, key=lambda pair: (pair[1][0].casefold(), pair[0]))
    return tuple(
        Group(inline(heading(title, reference, taken)), tuple(rows[decision.reference] for decision in decisions))
        for reference, (title, decisions) in ordered
    )


def _row(shelf: Shelf, decision: Entity) -> Markdown:
    spec = spec_of(decision)
    standing = standing_of(decision)
    cells = (
        Markdown(f"{number_of(decision):04d}"),
        Markdown(f"[{inline(title_of(decision))}]({shelf.record_name(decision)})"),
        inline(standing.text),
        inline(text(spec, "model")),
        brands_in_words(shelf, decision),
        inline("" if standing.ended else text(spec, "nextReview")),
    )
    return row(cells)
