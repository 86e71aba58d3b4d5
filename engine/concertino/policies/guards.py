"""Finds reads of fields that a schema does not require, where nothing shows that the field is there.

What is known stands in paths: see `presence`. Of values that no path leads to (what a function gave, the values of a
map) it counts as a guard if the policy asks anywhere for the same field of the same shape, since following them would
give false alarms.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from concertino.expressions import (
    Call,
    CheckedTree,
    Comprehension,
    Constant,
    FoldKind,
    Identifier,
    Node,
    Select,
    children,
    find_folds,
    nodes,
)
from concertino.model.shape import Vocabulary
from concertino.policies.policy import Aggregate, Expression, Policy, Validation
from concertino.policies.presence import NONE, REFERENCES, VARIABLE, Around, Paths, Presence

_ITEM = "item"


@dataclass(frozen=True)
class Unguarded:
    """A field that may be missing, read without a guard."""

    expression: Expression
    node: Select
    owner: str


def unguarded(policy: Policy, vocabulary: Vocabulary) -> tuple[Unguarded, ...]:
    """The reads of a policy that have no value where an optional field is left out, each field once an expression."""
    return tuple(_Reading(policy, vocabulary, _asked(policy), Presence(policy.variables)).all())


@dataclass(frozen=True)
class _Reading:
    policy: Policy
    vocabulary: Vocabulary
    asked: frozenset[tuple[str, str]]
    presence: Presence
    known_at: dict[str, Paths] = field(default_factory=dict)
    """What is known wherever a variable or aggregate is read: it is computed there."""

    def all(self) -> Iterator[Unguarded]:
        when = self.policy.when
        yield from self._expression(when, NONE)
        known = self._where(when, holds=True)
        for validation in self.policy.validations:
            yield from self._validation(validation, known)
        for name, expression in reversed(tuple(self.policy.variables.items())):
            yield from self._expression(expression, self.known_at.get(f"{VARIABLE}{name}", known))
        for name, aggregate in self.policy.aggregates.items():
            yield from self._expression(aggregate.at, self.known_at.get(f"aggregates.{name}", known))
            yield from self._members(aggregate)

    def _members(self, aggregate: Aggregate) -> Iterator[Unguarded]:
        yield from self._expression(aggregate.where, NONE, _ITEM)
        known = self._where(aggregate.where, holds=True, item=_ITEM)
        for of_member in (aggregate.by, aggregate.value):
            yield from self._expression(of_member, known, _ITEM)

    def _validation(self, validation: Validation, known: Paths) -> Iterator[Unguarded]:
        yield from self._expression(validation.each, known)
        item = ""
        if validation.each:
            around = Around(validation.each.tree, {})
            known |= self.presence.certain(validation.each.tree.root, around)
            elements = self.presence.elements(validation.each.tree.root, around, known)
            item = _ITEM if elements is not None else ""
            known |= {item + path for path in elements or ()}
        yield from self._expression(validation.expression, known, item)
        yield from self._expression(validation.key, known, item)
        fails = self._where(validation.expression, holds=False, item=item)
        yield from self._expression(validation.message_expression, known | fails, item)

    def _where(self, expression: Expression | None, *, holds: bool, item: str = "") -> Paths:
        if expression is None:
            return NONE
        return self.presence.where(expression.tree.root, Around(expression.tree, {_ITEM: item}), holds=holds)

    def _expression(self, expression: Expression | None, known: Paths, item: str = "") -> Iterator[Unguarded]:
        if expression is None:
            return
        told: set[str] = set()
        for node, owner in self._walk(expression.tree.root, Around(expression.tree, {_ITEM: item}), known):
            if owner not in told:
                told.add(owner)
                yield Unguarded(expression, node, owner)

    def _walk(self, node: Node, around: Around, known: Paths) -> Iterator[tuple[Select, str]]:
        """All reads below a node that nothing guards, with the field that may be missing."""
        where = self.presence.where
        match node:
            case Call(function="_&&_" | "_||_", arguments=(left, right)):
                holds = node.function == "_&&_"
                yield from self._walk(left, around, known | where(right, around, holds=holds, reads=False))
                yield from self._walk(right, around, known | where(left, around, holds=holds))
                return
            case Call(function="_?_:_", arguments=(condition, then, otherwise)):
                yield from self._walk(condition, around, known)
                yield from self._walk(then, around, known | where(condition, around, holds=True))
                yield from self._walk(otherwise, around, known | where(condition, around, holds=False))
                return
            case Comprehension():
                yield from self._macro(node, around, known)
                return
            case Identifier(name=name) if name not in around.roots:
                name = name.removeprefix(".")
                self.known_at[name] = self.known_at.get(name, known) & known
            case Select(test_only=False):
                owner = self._missing(node, around, known)
                if owner:
                    yield node, owner
        for child in children(node):
            yield from self._walk(child, around, known)

    def _macro(self, node: Comprehension, around: Around, known: Paths) -> Iterator[tuple[Select, str]]:
        fold = find_folds(node).get(id(node))
        inside, within = self.presence.inside(node, around, known)
        if fold is None or fold.kind is FoldKind.BIND:
            yield from self._walk(node.range, around, known)
            yield from self._walk(node.initial, around, known)
            for part in (node.condition, node.step, node.result):
                yield from self._walk(part, inside, within)
            return
        yield from self._walk(node.range, around, known)
        yield from self._walk(fold.condition, inside, within)
        chosen = within | self.presence.where(fold.condition, inside, holds=True)
        for value in fold.values:
            yield from self._walk(value, inside, chosen)

    def _missing(self, node: Select, around: Around, known: Paths) -> str:
        """The field that a read needs and that may be missing, or nothing."""
        shape = _shape_of(around.tree, node.operand)
        fields = self.vocabulary.shapes[shape].fields if shape in self.vocabulary.shapes else {}
        if node.field not in fields or fields[node.field].required:
            return ""
        path = around.path(node)
        guarded = path in known if path else (_plain(shape), node.field) in self.asked
        return "" if guarded else f"{_plain(shape)}.{node.field}"


def _asked(policy: Policy) -> frozenset[tuple[str, str]]:
    """The fields, with the shape that has them, which a policy asks for with `has` or an optional access."""
    return frozenset(
        (_plain(_shape_of(expression.tree, operand)), name)
        for expression in policy.expressions
        for node in nodes(expression.tree.root)
        for operand, name in _questions(node)
    )


def _questions(node: Node) -> Iterator[tuple[Node, str]]:
    match node:
        case Select(operand=operand, field=name, test_only=True):
            yield operand, name
        case Call(function="_?._", arguments=(operand, Constant(value=str() as name))):
            yield operand, name


def _shape_of(tree: CheckedTree, node: Node) -> str:
    found = tree.types.get(node.id)
    if found and found.name == "optional_type" and found.parameters:
        found = found.parameters[0]
    return found.name if found and found.shape else ""


def _plain(shape: str) -> str:
    return shape.removesuffix(f".{REFERENCES}")
