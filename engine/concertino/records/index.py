"""The index of all records: once by capability, once by brand, and those that were there before."""

from collections.abc import Iterable
from dataclasses import dataclass
from posixpath import dirname

from concertino.expressions import Entity
from concertino.records.coverage import brands_in_words, coverage_of
from concertino.records.diagram import succession_diagram
from concertino.records.escaping import Markdown, code, compose, inline, joined
from concertino.records.reading import Shelf, number_of, references, spec_of, text, title_of
from concertino.records.status import standing_of
from concertino.records.wording import heading
from concertino.verdict.adr_file import OldRecord

BY_CAPABILITY = "By capability"
BY_BRAND = "By brand"
SUCCESSIONS = "What supersedes what"
EARLIER = "Earlier records"
TITLE = "Decision records"
_NONE = Markdown("–")


@dataclass(frozen=True, slots=True)
class Line:
    """A decision as the index lists it. `title` leads to its record."""

    number: Markdown
    title: Markdown
    status: Markdown
    model: Markdown
    brands: Markdown
    review: Markdown


@dataclass(frozen=True, slots=True)
class Group:
    """The decisions of one capability or brand, under a heading."""

    heading: Markdown
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """All groups of one kind, under a heading."""

    heading: Markdown
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class EarlierLine:
    """A record that people wrote. `title` leads to its file, `folder` is where that stands."""

    number: Markdown
    title: Markdown
    status: Markdown
    date: Markdown
    folder: Markdown


@dataclass(frozen=True, slots=True)
class IndexView:
    """What the template of the index lays out, under these names. `diagram` is empty where nothing is superseded."""

    title: Markdown
    count: int
    sections: tuple[Section, ...]
    diagram: Markdown
    successions: Markdown
    earlier_heading: Markdown
    earlier: tuple[EarlierLine, ...]


def index_view(shelf: Shelf) -> IndexView:
    """The index of all decisions without faults, and of all earlier records."""
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
    lines = {decision.reference: _line(shelf, decision) for decision in decisions}
    taken = {TITLE, BY_CAPABILITY, BY_BRAND, SUCCESSIONS, EARLIER}
    return IndexView(
        title=Markdown(TITLE),
        count=len(decisions),
        sections=(
            Section(Markdown(BY_CAPABILITY), _groups(by_capability.items(), lines, taken)),
            Section(Markdown(BY_BRAND), _groups(by_brand.items(), lines, taken)),
        ),
        diagram=succession_diagram(shelf, decisions),
        successions=Markdown(SUCCESSIONS),
        earlier_heading=Markdown(EARLIER),
        earlier=_earlier(shelf, decisions),
    )


def _groups(
    found: Iterable[tuple[str, tuple[str, list[Entity]]]], lines: dict[str, Line], taken: set[str]
) -> tuple[Group, ...]:
    ordered = sorted(found, key=lambda pair: (pair[1][0].casefold(), pair[0]))
    return tuple(
        Group(inline(heading(title, reference, taken)), tuple(lines[decision.reference] for decision in decisions))
        for reference, (title, decisions) in ordered
    )


def _line(shelf: Shelf, decision: Entity) -> Line:
    spec = spec_of(decision)
    standing = standing_of(decision)
    return Line(
        number=Markdown(f"{number_of(decision):04d}"),
        title=Markdown(f"[{inline(title_of(decision))}]({shelf.record_name(decision)})"),
        status=inline(standing.text),
        model=inline(text(spec, "model")),
        brands=brands_in_words(shelf, decision) or _NONE,
        review=inline("" if standing.ended else text(spec, "nextReview")) or _NONE,
    )


def _earlier(shelf: Shelf, decisions: Iterable[Entity]) -> tuple[EarlierLine, ...]:
    """The records that were there before, by path. An accepted decision says that it supersedes one."""
    successors: dict[str, list[Markdown]] = {}
    for decision in decisions:
        if text(spec_of(decision), "status") == "accepted":
            for path, _ in shelf.earlier_of(decision):
                name = f"ADR-{number_of(decision):04d}"
                successors.setdefault(path, []).append(Markdown(f"[{name}]({shelf.record_name(decision)})"))
    return tuple(_earlier_line(shelf, record, successors.get(record.path, [])) for record in shelf.old.records)


def _earlier_line(shelf: Shelf, record: OldRecord, successors: list[Markdown]) -> EarlierLine:
    status = compose("superseded by {}", joined(successors)) if successors else inline(record.status or "unknown")
    return EarlierLine(
        number=_NONE if record.number is None else Markdown(f"{record.number:04d}"),
        title=shelf.link_to(record.path, inline(record.title) or code(record.path)),
        status=status,
        date=inline(record.date) or _NONE,
        folder=code(dirname(record.path)),
    )
