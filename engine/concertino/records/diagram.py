"""Pictures as Mermaid text, which forges draw: a decision among what it touches, and what supersedes what."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from concertino.expressions import Entity
from concertino.records.coverage import Coverage
from concertino.records.escaping import Markdown, label
from concertino.records.reading import Shelf, number_of, references, spec_of, target, text, title_of
from concertino.records.status import Standing
from concertino.verdict.adr_file import OldRecord

_FEW = 4
"""As many brands have a box of their own; more are told by their number."""
_HELPS_FROM = 2
"""A picture of fewer lines than this shows nothing that a sentence does not."""


@dataclass
class _Drawing:
    """Boxes in the order in which they came, and the arrows between them."""

    boxes: dict[str, Markdown] = field(default_factory=dict)
    arrows: dict[tuple[str, str, str], None] = field(default_factory=dict)

    def box(self, key: str, text: str) -> str:
        self.boxes.setdefault(key, label(text))
        return key

    def arrow(self, start: str, end: str, says: str) -> None:
        self.arrows[start, end, says] = None

    def text(self, direction: str) -> Markdown:
        """The whole diagram as a fenced block."""
        ids = {key: f"n{index}" for index, key in enumerate(self.boxes)}
        boxes = [f"    {ids[key]}[{shown}]" for key, shown in self.boxes.items()]
        arrows = [f"    {ids[start]} -->|{says}| {ids[end]}" for start, end, says in self.arrows]
        return Markdown("\n".join(["```mermaid", f"flowchart {direction}", *boxes, *arrows, "```"]))


def decision_diagram(shelf: Shelf, decision: Entity, standing: Standing, coverage: Coverage) -> Markdown:
    """A decision with its brands, its services, what it replaces and what replaces it; empty if that is little."""
    drawing = _Drawing()
    centre = drawing.box(decision.reference, _named(decision))
    for key, name in _brands(decision, coverage):
        drawing.arrow(drawing.box(key, name), centre, "decided by")
    for _, service in references(spec_of(decision), "services"):
        if service:
            drawing.arrow(centre, drawing.box(service.reference, title_of(service)), "carried out by")
    will = "supersedes" if text(spec_of(decision), "status") == "accepted" else "would supersede"
    for key, name in _replaced(shelf, decision):
        drawing.arrow(centre, drawing.box(key, name), will)
    for successor in standing.successors:
        drawing.arrow(drawing.box(successor.reference, _named(successor)), centre, "supersedes")
    successions = any("supersede" in says for _, _, says in drawing.arrows)
    return drawing.text("LR") if successions and len(drawing.arrows) >= _HELPS_FROM else Markdown("")


def succession_diagram(shelf: Shelf, decisions: Iterable[Entity]) -> Markdown:
    """What supersedes what, proposals included; empty if nothing does."""
    drawing = _Drawing()
    for decision in decisions:
        will = "supersedes" if text(spec_of(decision), "status") == "accepted" else "would supersede"
        for key, name in _replaced(shelf, decision):
            drawing.arrow(drawing.box(decision.reference, _named(decision)), drawing.box(key, name), will)
    return drawing.text("TD") if drawing.arrows else Markdown("")


def _named(decision: Entity) -> str:
    return f"ADR-{number_of(decision):04d} {title_of(decision)}"


def _old_name(path: str, record: OldRecord | None) -> str:
    return record.title if record else path


def _replaced(shelf: Shelf, decision: Entity) -> Iterator[tuple[str, str]]:
    for _, replaced in references(spec_of(decision), "supersedes"):
        if replaced:
            yield replaced.reference, _named(replaced)
    for path, record in shelf.earlier_of(decision):
        yield path, _old_name(path, record)


def _brands(decision: Entity, coverage: Coverage) -> Iterator[tuple[str, str]]:
    capability = target(spec_of(decision), "capability")
    about = title_of(capability) if capability else "?"
    brands = [brand for _, brand in coverage.cells]
    if len(brands) > _FEW:
        yield "brands", f"{about} of {len(brands)} brands"
        return
    for brand in brands:
        yield brand.reference, f"{about} of {title_of(brand)}"
