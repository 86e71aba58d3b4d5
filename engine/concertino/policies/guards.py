"""Finds reads of fields that a schema does not require, where nothing shows that the field is there.

What is known stands in paths from the entity, `entity.spec.roadmap`: what `has()` asked for, what an optional access
asked for, and what was read before. Of other values (elements, variables) it counts as a guard if the policy asks
anywhere for the same field of the same shape, since following them would give false alarms.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from concertino.expressions import Call, CheckedTree, Comprehension, Constant, Identifier, Node, Select, children, nodes
from concertino.model.shape import Vocabulary
from concertino.policies.policy import Expression, Policy, Validation

Paths = frozenset[str]
_NONE: Paths = frozenset()
_VARIABLE = "variables."
_REFERENCES = "refs"


@dataclass(frozen=True)
class Unguarded:
    """A field that may be missing, read without a guard."""

    expression: Expression
    node: Select
    owner: str


def unguarded(policy: Policy, vocabulary: Vocabulary) -> tuple[Unguarded, ...]:
    """The reads of a policy that have no value where an optional field is left out, each field once an expression."""
    return tuple(_Reading(policy, vocabulary, _asked(policy)).all())


@dataclass(frozen=True)
class _Reading:
    policy: Policy
    vocabulary: Vocabulary
    asked: frozenset[tuple[str, str]]
    known_at: dict[str, Paths] = field(default_factory=dict)
    """What is known wherever a variable or aggregate is read: it is computed there."""

    def all(self) -> Iterator[Unguarded]:
        when = self.policy.when
        yield from self._expression(when, _NONE)
        known = self._where(when.tree.root, holds=True) if when else _NONE
        for validation in self.policy.validations:
            yield from self._validation(validation, known)
        for name, expression in reversed(tuple(self.policy.variables.items())):
            yield from self._expression(expression, self.known_at.get(f"{_VARIABLE}{name}", known))
        for name, aggregate in self.policy.aggregates.items():
            yield from self._expression(aggregate.at, self.known_at.get(f"aggregates.{name}", known))
            for of_member in (aggregate.where, aggregate.by, aggregate.value):
                yield from self._expression(of_member, _NONE)

    def _validation(self, validation: Validation, known: Paths) -> Iterator[Unguarded]:
        yield from self._expression(validation.each, known)
        if validation.each:
            known |= self._certain(validation.each.tree.root)
        yield from self._expression(validation.expression, known)
        yield from self._expression(validation.key, known)
        fails = self._where(validation.expression.tree.root, holds=False)
        yield from self._expression(validation.message_expression, known | fails)

    def _expression(self, expression: Expression | None, known: Paths) -> Iterator[Unguarded]:
        told: set[str] = set()
        for node, owner in self._walk(expression.tree, expression.tree.root, known) if expression else ():
            if owner not in told and expression:
                told.add(owner)
                yield Unguarded(expression, node, owner)

    def _walk(self, tree: CheckedTree, node: Node, known: Paths) -> Iterator[tuple[Select, str]]:
        """All reads below a node that nothing guards, with the field that may be missing."""
        match node:
            case Call(function="_&&_" | "_||_", arguments=(left, right)):
                holds = node.function == "_&&_"
                yield from self._walk(tree, left, known | self._where(right, holds=holds, reads=False))
                yield from self._walk(tree, right, known | self._where(left, holds=holds))
                return
            case Call(function="_?_:_", arguments=(condition, then, otherwise)):
                yield from self._walk(tree, condition, known)
                yield from self._walk(tree, then, known | self._where(condition, holds=True))
                yield from self._walk(tree, otherwise, known | self._where(condition, holds=False))
                return
            case Identifier(name=name):
                name = name.removeprefix(".")
                self.known_at[name] = self.known_at.get(name, known) & known
            case Select(test_only=False):
                owner = self._missing(tree, node, known)
                if owner:
                    yield node, owner
        for child in children(node):
            yield from self._walk(tree, child, known)

    def _missing(self, tree: CheckedTree, node: Select, known: Paths) -> str:
        """The field that a read needs and that may be missing, or nothing."""
        shape = _shape_of(tree, node.operand)
        fields = self.vocabulary.shapes[shape].fields if shape in self.vocabulary.shapes else {}
        if node.field not in fields or fields[node.field].required:
            return ""
        path = _path(node)
        guarded = path in known if path else (_plain(shape), node.field) in self.asked
        return "" if guarded else f"{_plain(shape)}.{node.field}"

    def _where(self, node: Node, *, holds: bool, reads: bool = True) -> Paths:
        """What is there if a condition came out as `holds`; with `reads` also what had to be read for that."""
        match node:
            case Call(function="!_", arguments=(inner,)):
                return self._where(inner, holds=not holds, reads=reads)
            case Call(function="_&&_" | "_||_", arguments=(left, right)):
                one, other = (self._where(side, holds=holds, reads=reads) for side in (left, right))
                return one | other if holds == (node.function == "_&&_") else one & other
            case Call(function="_?_:_", arguments=(condition, then, otherwise)):
                return self._either(condition, {True: then, False: otherwise}, holds=holds, reads=reads)
            case Identifier():
                variable = self._variable(node)
                return self._where(variable, holds=holds, reads=reads) if variable else _NONE
        asked = _asked_for(node) if holds else _NONE
        return asked | (self._certain(node) if reads else _NONE)

    def _either(self, condition: Node, branches: Mapping[bool, Node], *, holds: bool, reads: bool) -> Paths:
        """What is there whichever branch was taken; one that can't come out as `holds` was not."""
        taken = [
            self._where(condition, holds=way, reads=reads) | self._where(branch, holds=holds, reads=reads)
            for way, branch in branches.items()
            if not (isinstance(branch, Constant) and branch.value is not holds)
        ]
        return frozenset.intersection(*taken) if taken else _NONE

    def _variable(self, name: Identifier) -> Node | None:
        found = self.policy.variables.get(name.name.removeprefix(_VARIABLE))
        return found.tree.root if found and name.name.startswith(_VARIABLE) else None

    def _certain(self, node: Node) -> Paths:
        """What was read, or asked for, if a node has a value."""
        match node:
            case Call(function="_&&_" | "_||_"):
                return _NONE
            case Call(function="_?_:_"):
                return self._certain(node.arguments[0])
            case Comprehension():
                return self._certain(node.range)
            case Identifier():
                variable = self._variable(node)
                return self._certain(variable) if variable else _NONE
            case Select(test_only=True):
                return self._certain(node.operand)
        below = [self._certain(child) for child in children(node)]
        return frozenset({_path(node)} - {""}).union(*below)


def _asked_for(node: Node) -> Paths:
    """The field whose presence a condition asks for."""
    match node:
        case Select(test_only=True):
            return frozenset({_path(node)} - {""})
        case Call(function="hasValue", target=Call() as target):
            return frozenset({_path(target)} - {""})
    return _NONE


def _path(node: Node) -> str:
    """The path that a node reads from the entity, references as the fields they stand in; empty for anything else."""
    match node:
        case Identifier(name=name):
            return "entity" if name.removeprefix(".") == "entity" else ""
        case Select(operand=operand, field=name):
            above = _path(operand)
        case Call(function="_?._", arguments=(operand, Constant(value=str() as name))):
            above = _path(operand)
        case _:
            return ""
    return above if not above or name == _REFERENCES else f"{above}.{name}"


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
    return shape.removesuffix(f".{_REFERENCES}")
