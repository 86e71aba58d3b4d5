"""Programs that keep in mind which values their parts had."""

from collections.abc import Mapping

from concertino.expressions.meter import Meter
from concertino.expressions.program import Program


class Observed(Program):
    """A program that is interpreted, and remembers of each node whether it was true, was false, or had any value."""

    __slots__ = ("asked", "falsehoods", "truths", "values")

    def __init__(self, program: Program) -> None:
        self.tree, self.folds, self.generated = program.tree, program.folds, None
        self.truths: set[int] = set()
        self.falsehoods: set[int] = set()
        self.values: set[int] = set()
        """The ids of the nodes that were true, were false, or came to a value at all."""
        self.asked = False
        """Whether anybody asked for the value."""

    def evaluate(self, bindings: Mapping[str, object], meter: Meter) -> object:
        """The value of the expression. Raises what `Program.evaluate` raises."""
        self.asked = True
        return self.interpret(bindings, meter, self._observe)

    def forget(self) -> None:
        """Begin anew."""
        self.asked = False
        for seen in (self.truths, self.falsehoods, self.values):
            seen.clear()

    def _observe(self, node: int, value: object) -> None:
        self.values.add(node)
        if value is True:
            self.truths.add(node)
        elif value is False:
            self.falsehoods.add(node)
