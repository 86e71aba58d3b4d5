"""Which texts a sub-expression can come to, as far as schemas that list the values of fields tell."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from concertino.expressions.tree import (
    Call,
    CheckedTree,
    Comprehension,
    Constant,
    Identifier,
    ListLiteral,
    Node,
    Select,
)
from concertino.expressions.types import CelType
from concertino.model.shape import ListOf, Primitive, Vocabulary

_SAME_VALUES = frozenset({"distinct", "sort", "slice", "reverse", "value", "dyn", "unwrapOpt"})
_ONE_OF_LIST = frozenset({"first", "last", "_[_]", "_[?_]"})


@dataclass(frozen=True, slots=True)
class Domain:
    """The texts that a value can be, or the elements of a list when `many`.

    `owner` is the field whose schema lists them, or empty if only literals were seen.
    """

    values: tuple[str, ...]
    owner: str = ""
    many: bool = False

    def joined(self, other: "Domain | None") -> "Domain | None":
        """The domain of what may come from either; None if that is not known."""
        if other is None or self.many != other.many:
            return None
        return replace(self, values=(*self.values, *other.values), owner=self.owner or other.owner)


Bound = Mapping[str, Domain | None]
"""The domains of the variables that macros introduce."""


@dataclass(frozen=True, slots=True)
class Domains:
    """Answers for the nodes of one tree over one vocabulary."""

    tree: CheckedTree
    vocabulary: Vocabulary

    def of(self, node: Node, bound: Bound) -> Domain | None:
        """The domain of a node, or None if it can be anything."""
        found: Domain | None = None
        match node:
            case Constant(value=str() as text):
                found = Domain((text,))
            case Identifier(name=name):
                # A leading dot passes over the variables of macros, whose names have no dot inside.
                found = bound.get(name.removeprefix(".") if "." in name[1:] else name)
            case Select(operand=operand, field=field, test_only=False):
                found = self._field(operand, field)
            case ListLiteral(elements=elements):
                found = self._list(elements, bound)
            case Call():
                found = self._call(node, bound)
            case Comprehension():
                found = self._comprehension(node, bound)
        return found

    def inside(self, node: Comprehension, bound: Bound) -> Bound:
        """What is bound inside a macro."""
        if isinstance(node.range, ListLiteral) and not node.range.elements:
            # How cel.bind is expanded: nothing is gone through, and the accumulator is the variable.
            return {**bound, node.accumulator: self.of(node.initial, bound)}
        gone_through = self.of(node.range, bound)
        element = replace(gone_through, many=False) if gone_through and gone_through.many else None
        variable = node.second_variable or node.variable
        return {**bound, node.variable: None, variable: element, node.accumulator: None}

    def _field(self, operand: Node, field: str) -> Domain | None:
        of = self._shape(self.tree.types.get(operand.id))
        shape = self.vocabulary.shapes.get(of) if of else None
        described = shape.fields.get(field) if shape else None
        if shape is None or described is None or not described.values:
            return None
        owner = f"{shape.name}.{field}"
        match described.type:
            case Primitive.STRING:
                return Domain(described.values, owner)
            case ListOf(Primitive.STRING):
                return Domain(described.values, owner, many=True)
        return None

    def _shape(self, of: CelType | None) -> str:
        if of and of.name == "optional_type" and of.parameters:
            of = of.parameters[0]
        return of.name if of and of.shape else ""

    def _list(self, elements: tuple[Node, ...], bound: Bound) -> Domain | None:
        total: Domain | None = Domain(())
        for element in elements:
            total = total.joined(self.of(element, bound)) if total else None
        return replace(total, many=True) if total else None

    def _call(self, call: Call, bound: Bound) -> Domain | None:
        operands = (call.target, *call.arguments) if call.target else call.arguments
        match call.function, operands:
            case "_?._", (operand, Constant(value=str() as field)):
                return self._field(operand, field)
            case "_?_:_", (_, one, other):
                return self._either(one, other, bound)
            case (("orValue" | "or" | "_+_"), (one, other)):
                joined = self._either(one, other, bound)
                return joined if call.function != "_+_" or (joined and joined.many) else None
        known = self.of(operands[0], bound) if operands else None
        if known and call.function in _SAME_VALUES:
            return known
        if known and known.many and call.function in _ONE_OF_LIST:
            return replace(known, many=False)
        return None

    def _either(self, one: Node, other: Node, bound: Bound) -> Domain | None:
        first = self.of(one, bound)
        return first.joined(self.of(other, bound)) if first else None

    def _comprehension(self, node: Comprehension, bound: Bound) -> Domain | None:
        inside = self.inside(node, bound)
        if not isinstance(node.result, Identifier) or node.result.name != node.accumulator:
            return self.of(node.result, inside)
        if isinstance(node.initial, ListLiteral) and not node.initial.elements:
            return self._collected(node.step, node.accumulator, inside)
        return inside.get(node.accumulator)

    def _collected(self, step: Node, accumulator: str, bound: Bound) -> Domain | None:
        """What map and filter collect: the list that a step adds to the accumulator."""
        match step:
            case Call(function="_+_", arguments=(Identifier(name=name), ListLiteral(elements=elements))):
                return self._list(elements, bound) if name == accumulator else None
            case Call(function="_?_:_", arguments=(_, added, _)):
                return self._collected(added, accumulator, bound)
        return None
