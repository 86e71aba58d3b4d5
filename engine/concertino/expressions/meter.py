"""What one evaluation may cost. Expressions and data are not trusted, so both work and size are counted."""

from typing import NoReturn

from concertino.expressions.values import BudgetError

_UNITS_PER_STEP = 8
"""So many characters or elements built cost as much as one element visited."""


class Meter:
    """Counts elements visited and the sizes of lists and texts built, and raises `BudgetError` at the limits.

    `steps` is the number of elements that may be visited in all, `size` the length that one list or text may have.
    Building costs steps too, so that many large values can't add up to more memory than the steps allow.
    """

    __slots__ = ("left", "size", "steps")

    def __init__(self, steps: int, size: int) -> None:
        self.steps = steps
        self.size = size
        self.left = steps

    def visit(self, count: int) -> None:
        """Count `count` visited elements."""
        self.left -= count
        if self.left < 0:
            self._refuse_steps()

    def build(self, length: int) -> None:
        """Count a list or text of `length`, best before it is built."""
        if length > self.size:
            raise BudgetError(
                f"the expression builds a list or text of length {length}, "
                f"more than the {self.size} that limits.valueSize allows"
            )
        self.left -= length // _UNITS_PER_STEP
        if self.left < 0:
            self._refuse_steps()

    def _refuse_steps(self) -> NoReturn:
        raise BudgetError(
            f"the expression visits more than the {self.steps} elements that limits.expressionSteps allows"
        )
