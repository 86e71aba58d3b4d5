"""What is wrong with a policy that compiles: parts that do nothing, and reads that may find nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from concertino.documents import Positions, positions
from concertino.expressions import (
    BudgetError,
    Call,
    Constant,
    EvaluationError,
    Identifier,
    Meter,
    Node,
    UnreadableError,
    compile_tree,
    nodes,
    spans,
)
from concertino.expressions.tree import CheckedTree
from concertino.model.limits import Limits
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.model.shape import Vocabulary
from concertino.policies.guards import Unguarded, unguarded
from concertino.policies.packs import PolicyFile
from concertino.policies.placing import place_inside
from concertino.policies.policy import Expression, Policy

_GIVEN = frozenset({"entity", "params", "variables", "aggregates", "history", "asOf", "item"})
"""The first words of all names whose value is not in the expression itself."""


def lint_policy(policy: Policy, file: PolicyFile, vocabulary: Vocabulary, limits: Limits) -> tuple[Problem, ...]:
    """The warnings about a policy, in the order of its file."""
    marks = positions(file.origin.file, file.data, 0, limits)
    found = _Linter(policy, file.data, marks, vocabulary, limits).problems()
    return tuple(sorted(found, key=lambda problem: (problem.place, problem.message)))


@dataclass(frozen=True)
class _Linter:
    policy: Policy
    data: bytes
    marks: Positions
    vocabulary: Vocabulary
    limits: Limits

    def problems(self) -> Iterator[Problem]:
        yield from self._unused()
        for read in unguarded(self.policy, self.vocabulary):
            yield self._unguarded(read)
        yield from self._constants()

    def _unused(self) -> Iterator[Problem]:
        used = frozenset(_names(self.policy))
        for name in self.policy.parameters:
            if f"params.{name}" not in used:
                yield self._needless("parameter", name, f"params.{name}", f"/spec/parameters/{name}")
        for index, name in enumerate(self.policy.variables):
            if f"variables.{name}" not in used:
                yield self._needless("variable", name, f"variables.{name}", f"/spec/variables/{index}/name")
        for index, name in enumerate(self.policy.aggregates):
            if f"aggregates.{name}" not in used:
                yield self._needless("aggregate", name, f"aggregates.{name}", f"/spec/aggregates/{index}/name")
        for index, name in enumerate(self.policy.history):
            if f"history.{name}" not in used:
                yield self._needless("history", name, f"history.{name}", f"/spec/history/{index}/name")

    def _needless(self, what: str, name: str, written: str, pointer: str) -> Problem:
        place = self.marks.head(pointer) if what == "parameter" else self.marks.nearest(pointer)
        remedy = f"Remove it, or read it as {written}: what nothing reads misleads whoever changes it."
        return self._problem(f'no expression reads the {what} "{name}"', place, remedy)

    def _unguarded(self, read: Unguarded) -> Problem:
        text = read.expression.tree.source
        start, end = spans(read.expression.tree)[read.node.id]
        source = " ".join(text[start:end].split())
        optional = f"{source.removesuffix(read.node.field)}?{read.node.field}.orValue(…)"
        return self._problem(
            f"{read.owner} may be left out, and nothing asks whether it is there",
            place_inside(self.data, self.marks, read.expression.pointer, start, end),
            "Guard it; where the field is missing the policy can't be judged, and that is an error in the report.",
            f"has({source}) && before it, under when or in the expression, or {optional}",
        )

    def _constants(self) -> Iterator[Problem]:
        when = self.policy.when
        always = self._constant(when) if when else None
        if when and always is not None:
            message = "the condition always holds" if always else "the condition never holds, so nothing is judged"
            remedy = "Leave when out." if always else "Say for which entities the policy holds, or switch it off."
            yield self._problem(message, when.place, remedy)
        for validation in self.policy.validations:
            always = self._constant(validation.expression)
            if always is not None:
                message = "this always holds, so it finds nothing" if always else "this never holds, whatever is judged"
                remedy = "Say what must be true of the entity, or remove the validation."
                yield self._problem(message, validation.expression.place, remedy)

    def _constant(self, expression: Expression) -> bool | None:
        """What a condition always comes to, if that can be seen without any entity."""
        return _decided(expression.tree.root, expression.tree, self.limits)

    def _problem(self, message: str, place: Place, remedy: str, expected: str = "") -> Problem:
        return Problem("lint", message, place, expected, remediation=remedy, subject=self.policy.id)


def _decided(node: Node, tree: CheckedTree, limits: Limits) -> bool | None:
    match node:
        case Call(function="!_", arguments=(inner,)):
            value = _decided(inner, tree, limits)
            return None if value is None else not value
        case Call(function="_&&_" | "_||_", arguments=(left, right)):
            decisive = node.function == "_||_"
            sides = [_decided(side, tree, limits) for side in (left, right)]
            if decisive in sides:
                return decisive
            return None if None in sides else not decisive
    return None if any(map(_is_given, nodes(node))) else _value(node, tree, limits)


def _value(node: Node, tree: CheckedTree, limits: Limits) -> bool | None:
    if isinstance(node, Constant):
        return node.value if isinstance(node.value, bool) else None
    program = compile_tree(CheckedTree(tree.source, node, tree.types, tree.offsets))
    try:
        value = program.evaluate({}, Meter(limits.expression_steps, limits.value_size))
    except (EvaluationError, UnreadableError, BudgetError):
        return None
    return value if isinstance(value, bool) else None


def _is_given(node: Node) -> bool:
    return isinstance(node, Identifier) and node.name.removeprefix(".").partition(".")[0] in _GIVEN


def _names(policy: Policy) -> Iterator[str]:
    """The names that the expressions of a policy read."""
    for expression in policy.expressions:
        for node in nodes(expression.tree.root):
            if isinstance(node, Identifier):
                yield node.name.removeprefix(".")
