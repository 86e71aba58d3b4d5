"""An expression made ready to be evaluated many times."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from concertino.expressions.folds import Folds, find_folds
from concertino.expressions.generator import generate
from concertino.expressions.interpreter import Interpreter, Observer
from concertino.expressions.meter import Meter
from concertino.expressions.tree import CheckedTree
from concertino.expressions.values import BudgetError, EvaluationError, UnreadableError

__all__ = ["Meter", "Program", "compile_tree"]

_SURPRISES: Final = (
    EvaluationError,
    UnreadableError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    ArithmeticError,
)
"""What the generated function raises where it is not sure. Whatever it was, the interpreter knows what to do."""


class Program:
    """An expression that can be evaluated with any bindings of the names it uses.

    A binding is looked up as `bindings["entity"]` or `bindings["variables.measured"]`. A mapping that computes a
    binding when it is asked for, should keep what it computed, failures included: it may be asked twice.

    `generated` is the generated function, if there is one. It raises anything where it is not sure of the value. It and
    what is known of the macros come about when they are first needed: many expressions are only checked.
    """

    __slots__ = ("folds", "generated", "tree")
    folds: Folds
    generated: Callable[..., object] | None

    def __init__(self, tree: CheckedTree) -> None:
        self.tree = tree

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - called for what is not there yet
        if name == "folds":
            self.folds = find_folds(self.tree.root)
        elif name == "generated":
            self.generated = generate(self.tree, self.folds)
        else:
            raise AttributeError(name)
        return getattr(self, name)

    def evaluate(self, bindings: Mapping[str, object], meter: Meter) -> object:
        """The value of the expression.

        Raises `EvaluationError` if it has none, `UnreadableError` if it depends on something that can't be read, and
        `BudgetError` if it costs more than `meter` allows; nothing else.
        """
        left = meter.left
        if self.generated is not None:
            try:
                return self.generated(bindings, meter)
            except _SURPRISES:
                meter.left = left
            except RecursionError:
                raise _too_deep() from None
        return self.interpret(bindings, meter)

    def interpret(self, bindings: Mapping[str, object], meter: Meter, observe: Observer | None = None) -> object:
        """The same, slowly, and telling `observe` the value of every node that is evaluated, by its id."""
        try:
            return Interpreter(self.tree, self.folds, bindings, meter, observe).evaluate()
        except RecursionError:
            raise _too_deep() from None


def compile_tree(tree: CheckedTree) -> Program:
    """Make a tree ready for evaluation."""
    return Program(tree)


def _too_deep() -> BudgetError:
    return BudgetError("the expression, with the variables it uses, is nested too deeply to be evaluated")
