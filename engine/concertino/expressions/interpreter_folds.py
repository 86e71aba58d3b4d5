"""Runs macros for the interpreter."""

from collections.abc import Iterator
from typing import Protocol, TypeAlias

from concertino.expressions.folds import Fold, FoldKind
from concertino.expressions.meter import Meter
from concertino.expressions.runtime_access import elements, insert, pairs
from concertino.expressions.runtime_values import describe, from_key
from concertino.expressions.tree import Comprehension, Node
from concertino.expressions.values import EvaluationError, UnreadableError

Scope: TypeAlias = dict[str, object]
"""The variables of the macros around a node."""
Failure: TypeAlias = EvaluationError | UnreadableError


class Evaluator(Protocol):
    """What running a macro needs of the interpreter."""

    meter: Meter

    def value(self, node: Node, scope: Scope) -> object:
        """The value of a node."""

    def condition(self, node: Node, scope: Scope) -> bool:
        """The value of a node, which must be a bool."""

    def attempt(self, node: Node, scope: Scope) -> bool | Failure:
        """The same, with a failure as a value."""


def worse(first: Failure | None, other: Failure) -> Failure:
    """The failure to report of two: the earlier, but one about what can't be read before any error."""
    if isinstance(other, UnreadableError) and not isinstance(first, UnreadableError):
        return other
    return first or other


def run(evaluator: Evaluator, node: Comprehension, fold: Fold, operand: object, scope: Scope) -> object:
    """The value of the macro over `operand`. `scope` is changed as the variables move."""
    steps = _steps(evaluator.meter, node, fold.weight, operand, scope)
    match fold.kind:
        case FoldKind.ALL | FoldKind.EXISTS:
            return _decided_by(evaluator, fold.condition, steps, decisive=fold.kind is FoldKind.EXISTS)
        case FoldKind.EXISTS_ONE:
            return sum(evaluator.condition(fold.condition, scope) for scope in steps) == 1
        case FoldKind.COLLECT:
            return _collected(evaluator, fold, steps)
    return _inserted(evaluator, fold, steps)


def _steps(meter: Meter, node: Comprehension, weight: int, operand: object, scope: Scope) -> Iterator[Scope]:
    """`scope`, with the variables of the macro at each element in turn."""
    if node.second_variable:
        for first, second in pairs(operand):
            meter.visit(weight)
            scope[node.variable], scope[node.second_variable] = first, second
            yield scope
        return
    for element in elements(operand):
        meter.visit(weight)
        scope[node.variable] = element
        yield scope


def _decided_by(evaluator: Evaluator, condition: Node, steps: Iterator[Scope], *, decisive: bool) -> bool:
    """`all`, decided by false, or `exists`, decided by true: failures count only if no element decides."""
    failure: Failure | None = None
    for scope in steps:
        outcome = evaluator.attempt(condition, scope)
        if outcome is decisive:
            return decisive
        if not isinstance(outcome, bool):
            failure = worse(failure, outcome)
    if failure:
        raise failure
    return not decisive


def _collected(evaluator: Evaluator, fold: Fold, steps: Iterator[Scope]) -> list[object]:
    values = [evaluator.value(fold.values[0], scope) for scope in steps if evaluator.condition(fold.condition, scope)]
    evaluator.meter.build(len(values))
    return values


def _inserted(evaluator: Evaluator, fold: Fold, steps: Iterator[Scope]) -> dict[object, object]:
    made: dict[object, object] = {}
    for scope in steps:
        if not evaluator.condition(fold.condition, scope):
            continue
        parts = [evaluator.value(value, scope) for value in fold.values]
        if fold.kind is FoldKind.INSERT:
            insert(made, parts[0], parts[1])
        else:
            merge(evaluator.meter, made, parts[0])
    evaluator.meter.build(len(made))
    return made


def merge(meter: Meter, made: dict[object, object], entries: object) -> None:
    """Add all entries of a map to one that is being built."""
    if not isinstance(entries, dict):
        raise EvaluationError(f"a macro needs a map of entries, found {describe(entries)}")
    meter.visit(len(entries))
    for key, value in entries.items():
        insert(made, from_key(key), value)
