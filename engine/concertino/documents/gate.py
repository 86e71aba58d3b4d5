"""One schema as a gate: a fast yes or no, and slow, good words."""

from concertino.documents.positions import Positions
from concertino.model.json import JsonValue
from concertino.model.problem import Problem


class Gate:
    """Accepts or explains."""

    def accepts(self, value: JsonValue) -> bool:
        """Whether `value` follows the schema."""
        raise NotImplementedError

    def explain(self, value: JsonValue, positions: Positions, *, ignore_missing: bool = False) -> tuple[Problem, ...]:
        """All that is wrong with `value`, one problem for one fault. With `ignore_missing`, left out fields are fine."""
        raise NotImplementedError
