"""Finds comparisons with numbers that a field can never reach, since its schema bounds it."""

from collections.abc import Iterator
from dataclasses import dataclass

from concertino.expressions.problems import ExpressionProblem
from concertino.expressions.tokens import Tokens
from concertino.expressions.tree import Call, CheckedTree, Constant, ListLiteral, Node, Select
from concertino.expressions.walking import nodes
from concertino.model.shape import Vocabulary

_MIRRORED = {"_==_": "_==_", "_!=_": "_!=_", "_<_": "_>_", "_<=_": "_>=_", "_>_": "_<_", "_>=_": "_<=_"}
"""Each comparison with its sides exchanged."""


@dataclass(frozen=True, slots=True)
class _Bounds:
    owner: str
    low: float
    high: float

    def allow(self, operator: str, number: float) -> bool:
        """Whether the comparison can come out true; of equality and its denial, whether the number can occur."""
        match operator:
            case "_<_":
                return self.low < number
            case "_<=_":
                return self.low <= number
            case "_>_":
                return self.high > number
            case "_>=_":
                return self.high >= number
            case _:
                return self.low <= number <= self.high

    def __str__(self) -> str:
        if self.low == -float("inf"):
            return f"at most {self.high:g}"
        return f"at least {self.low:g}" if self.high == float("inf") else f"{self.low:g} to {self.high:g}"


def impossible_numbers(tree: CheckedTree, vocabulary: Vocabulary) -> Iterator[ExpressionProblem]:
    """Number literals compared with a field whose schema puts them out of reach. What is always true is no problem."""
    for node in nodes(tree.root):
        for operator, value, literal in _comparisons(node):
            bounds = _bounds(value, tree, vocabulary)
            number = literal.value
            if bounds is None or isinstance(number, bool) or not isinstance(number, int | float):
                continue
            if not bounds.allow(operator, number):
                yield _problem(bounds, operator, literal, tree)


def _comparisons(node: Node) -> Iterator[tuple[str, Node, Constant]]:
    """What a node compares with literals: the operator as if the literal stood on the right."""
    match node:
        case Call(function="@in", arguments=(value, ListLiteral(elements=elements))):
            for element in elements:
                if isinstance(element, Constant):
                    yield "_==_", value, element
        case Call(function=operator, arguments=(Constant() as literal, value)) if operator in _MIRRORED:
            yield _MIRRORED[operator], value, literal
        case Call(function=operator, arguments=(value, Constant() as literal)) if operator in _MIRRORED:
            yield operator, value, literal


def _bounds(node: Node, tree: CheckedTree, vocabulary: Vocabulary) -> _Bounds | None:
    if not isinstance(node, Select) or node.test_only:
        return None
    of = tree.types.get(node.operand.id)
    shape = vocabulary.shapes.get(of.name) if of and of.shape else None
    field = shape.fields.get(node.field) if shape else None
    if shape is None or field is None or (field.minimum is None and field.maximum is None):
        return None
    low = -float("inf") if field.minimum is None else field.minimum
    high = float("inf") if field.maximum is None else field.maximum
    return _Bounds(f"{shape.name}.{node.field}", low, high)


def _problem(bounds: _Bounds, operator: str, literal: Constant, tree: CheckedTree) -> ExpressionProblem:
    tokens = Tokens(tree.source)
    index = tokens.index_at(tree.offsets.get(literal.id, 0))
    first = tokens.at(index)
    last = tokens.at(index + 1) if first.text == "-" else first
    relation = "" if operator in ("_==_", "_!=_") else f"{operator.strip('_')} "
    return ExpressionProblem(
        f"{bounds.owner} is never {relation}{literal.value}",
        first.start,
        last.end,
        expected=f"the schema allows {bounds}",
    )
