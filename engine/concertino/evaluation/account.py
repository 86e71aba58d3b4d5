"""How much trying may cost, counted in steps: the same everywhere, whatever the clock says."""

from dataclasses import dataclass, field

from concertino.expressions import Meter
from concertino.model.limits import Limits


@dataclass
class Account:
    """Steps that are left. Judging one entity costs one at least, and one for each member of an aggregate.

    `each` bounds what one evaluation may take; one that needs more counts as not judged.
    """

    left: int
    limits: Limits
    each: int = 20_000
    _open: list[Meter] = field(default_factory=list)

    def meter(self) -> Meter:
        """What counts the steps of one evaluation."""
        self.left -= 1
        meter = Meter(min(self.each, self.limits.expression_steps), self.limits.value_size)
        self._open.append(meter)
        return meter

    def pay(self, steps: int = 0) -> bool:
        """Take off what was used, and `steps` more; whether anything is left."""
        self.left -= steps + sum(meter.steps - max(meter.left, 0) for meter in self._open)
        self._open.clear()
        return self.left > 0
