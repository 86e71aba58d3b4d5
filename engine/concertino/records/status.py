"""Where a decision stands, its successors considered."""

from dataclasses import dataclass

from concertino.expressions import Entity
from concertino.records.reading import inverse, number_of, spec_of, text


@dataclass(frozen=True, slots=True)
class Standing:
    """The status that was typed, and the accepted decisions that replace this one, by number."""

    typed: str
    successors: tuple[Entity, ...]

    @property
    def text(self) -> str:
        """The status in the words of MADR. With several successors the first is named; the record lists all."""
        return f"superseded by ADR-{number_of(self.successors[0]):04d}" if self.successors else self.typed

    @property
    def ended(self) -> bool:
        """Whether there is nothing left to review."""
        return bool(self.successors) or self.typed in ("rejected", "deprecated")


def standing_of(decision: Entity) -> Standing:
    """Where `decision` stands. Only an accepted successor replaces it."""
    found, _ = inverse(decision, "supersededBy")
    accepted = [item for item in found if item is not decision and text(spec_of(item), "status") == "accepted"]
    successors = sorted(accepted, key=lambda item: (number_of(item), item.reference))
    return Standing(text(spec_of(decision), "status"), tuple(successors))
