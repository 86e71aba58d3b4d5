"""Finds what fails whatever is judged, and comparisons with texts that no document can hold.

The language allows all of it, since a program may mean to fail. A policy never means that, so it is refused there.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from concertino.expressions.domains import Bound, Domain
from concertino.expressions.enums import unlisted_values
from concertino.expressions.formats import begins_a_day, described, fits_pattern, is_date, never_a_date
from concertino.expressions.functions import is_day
from concertino.expressions.meter import Meter
from concertino.expressions.problems import ExpressionProblem, tidy
from concertino.expressions.program import compile_tree
from concertino.expressions.runtime_format import format_faults, places_in
from concertino.expressions.runtime_regex import pattern_fault
from concertino.expressions.spans import spans
from concertino.expressions.tree import Call, CheckedTree, Constant, ListLiteral, Node
from concertino.expressions.values import BudgetError, EvaluationError, UnreadableError
from concertino.expressions.walking import nodes
from concertino.model.shape import ListOf, Vocabulary

_EQUAL: Final = frozenset({"_==_", "_!=_"})
_ORDERED: Final = frozenset({"_<_", "_<=_", "_>_", "_>=_"})
_DIVIDING: Final = frozenset({"_/_", "_%_"})
_ON_DAYS: Final = frozenset({"days", "quarter"})
_STEPS: Final = 10_000
"""Far more than a literal needs, and nothing to wait for."""


def certain_failures(
    tree: CheckedTree, vocabulary: Vocabulary, known: Mapping[str, Domain | None]
) -> tuple[ExpressionProblem, ...]:
    """What is wrong with the literals of a checked expression, in order.

    `known` tells which texts variables can come to, by their qualified names.
    """
    return tidy(_Finder(tree, vocabulary, known).all())


def values_without_place(tree: CheckedTree) -> Iterator[Node]:
    """The values that are given to a text which has no place for them, and so are never shown."""
    for node in nodes(tree.root):
        match node:
            case Call(
                function="format", target=Constant(value=str() as template), arguments=(ListLiteral(elements=values),)
            ):
                yield from values[places_in(template) :]


@dataclass(frozen=True)
class _Finder:
    tree: CheckedTree
    vocabulary: Vocabulary
    known: Bound

    def all(self) -> Iterator[ExpressionProblem]:
        yield from unlisted_values(self.tree, self.vocabulary, self.known)
        for node in nodes(self.tree.root):
            if isinstance(node, Call):
                for look in _LOOKS:
                    yield from look(self, node)

    def folded(self, node: Call) -> Iterator[ExpressionProblem]:
        """A call of literals alone that has no value."""
        parts = [*((node.target,) if node.target else ()), *node.arguments]
        if not parts or not all(isinstance(part, Constant) for part in parts) or node.function in _DIVIDING:
            return
        program = compile_tree(CheckedTree(self.tree.source, node, self.tree.types, self.tree.offsets))
        try:
            program.evaluate({}, Meter(_STEPS, _STEPS))
        except EvaluationError as error:
            yield self._problem(node, f"this always fails: {error}")
        except (UnreadableError, BudgetError):
            return

    def divided(self, node: Call) -> Iterator[ExpressionProblem]:
        """A division by nothing."""
        match node:
            case Call(function=function, arguments=(_, Constant(value=int() | float()) as by)) if (
                function in _DIVIDING and not by.value
            ):
                yield self._problem(by, "this divides by zero", "another number, or a condition that excludes zero")

    def indexed(self, node: Call) -> Iterator[ExpressionProblem]:
        """An index before the first element."""
        match node:
            case Call(function="_[_]", arguments=(of, Constant(value=int() as index) as literal)) if index < 0:
                found = self.tree.types.get(of.id)
                if found and found.name == "list":
                    message = f"no list has an element {index}"
                    yield self._problem(literal, message, "an index from 0 on; .last() gives the last element")

    def searched(self, node: Call) -> Iterator[ExpressionProblem]:
        """A regular expression that is none."""
        if node.function != "matches" and not node.function.startswith("regex."):
            return
        parts = [*((node.target,) if node.target else ()), *node.arguments]
        if all(isinstance(part, Constant) for part in parts):
            return  # That has no value at all, and is told so.
        for pattern in parts[1:2]:
            if (
                isinstance(pattern, Constant)
                and isinstance(pattern.value, str)
                and (fault := pattern_fault(pattern.value))
            ):
                yield self._problem(pattern, fault, "a regular expression as RE2 reads it")

    def formatted(self, node: Call) -> Iterator[ExpressionProblem]:
        """A template and what it is filled with, which do not fit together."""
        match node:
            case Call(
                function="format",
                target=Constant(value=str() as template) as text,
                arguments=(ListLiteral(elements=elements, optional_indices=()),),
            ):
                types = [self._type(element) for element in elements]
                for index, fault, expected in format_faults(template, types):
                    yield self._problem(elements[index] if 0 <= index < len(elements) else text, fault, expected)

    def dated(self, node: Call) -> Iterator[ExpressionProblem]:
        """Texts that are taken for days and are none."""
        if node.function not in _ON_DAYS:
            return
        for part in node.arguments if len(node.arguments) == _DAYS_TAKEN[node.function] else ():
            if isinstance(part, Constant) and isinstance(part.value, str) and not is_day(part.value):
                if any(not isinstance(other, Constant) for other in node.arguments):
                    yield self._problem(part, f'"{part.value}" is not a day', _A_DAY)
            elif owner := never_a_date(part, self.tree, self.vocabulary):
                yield self._problem(part, f"{owner} is never a day, and {node.function}() takes days", _A_DAY)

    def compared(self, node: Call) -> Iterator[ExpressionProblem]:
        """Literals compared with a field whose schema says what its texts look like."""
        for value, literal in _against(node):
            if not isinstance(literal.value, str):
                continue
            if is_date(value, self.tree, self.vocabulary):
                fits = begins_a_day if node.function in _ORDERED else is_day
                if not fits(literal.value):
                    yield self._problem(literal, f'"{literal.value}" is not a day', _A_DAY)
            elif node.function not in _ORDERED and literal.value:
                # That a text is not empty may well be asked of one that never is: it is no slip, only needless.
                yield from self._unfit(value, literal)

    def _unfit(self, value: Node, literal: Constant) -> Iterator[ExpressionProblem]:
        found = described(value, self.tree, self.vocabulary)
        text = str(literal.value)
        if found is None or found[1].values or isinstance(found[1].type, ListOf):
            return
        owner, field = found
        if not fits_pattern(text, field.pattern):
            yield self._problem(literal, f'{owner} is never "{text}"', f"text like {field.pattern}")

    def _type(self, node: Node) -> str:
        found = self.tree.types.get(node.id)
        return "" if found is None or found.name == "dyn" else "entity" if found.shape else found.name

    def _problem(self, node: Node, message: str, expected: str = "") -> ExpressionProblem:
        return ExpressionProblem(message, *spans(self.tree)[node.id], expected)


_A_DAY: Final = "a day as YYYY-MM-DD, such as 2026-06-30"
_DAYS_TAKEN: Final[Mapping[str, int]] = {"days": 2, "quarter": 1}
_Look = Callable[[_Finder, Call], Iterator[ExpressionProblem]]
_LOOKS: Final[tuple[_Look, ...]] = (
    _Finder.folded,
    _Finder.divided,
    _Finder.indexed,
    _Finder.searched,
    _Finder.formatted,
    _Finder.dated,
    _Finder.compared,
)


def _against(node: Call) -> Iterator[tuple[Node, Constant]]:
    """What a call compares with literals."""
    match node:
        case Call(function="@in", arguments=(value, ListLiteral(elements=elements))):
            for element in elements:
                if isinstance(element, Constant):
                    yield value, element
        case Call(function=function, arguments=(Constant() as literal, value)) if function in _EQUAL | _ORDERED:
            yield value, literal
        case Call(function=function, arguments=(value, Constant() as literal)) if function in _EQUAL | _ORDERED:
            yield value, literal
