"""What is wrong with the conditions of a policy: those that decide nothing, and parts that change nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from concertino.expressions import (
    Call,
    Comprehension,
    Constant,
    FoldKind,
    Identifier,
    ListLiteral,
    Node,
    Select,
    children,
    find_folds,
    values_without_place,
)
from concertino.model.limits import Limits
from concertino.model.shape import Vocabulary
from concertino.policies.conditions import NO_FACTS, Conditions, Facts
from concertino.policies.policy import Aggregate, Expression, Policy, Validation
from concertino.policies.possible import OPPOSITE
from concertino.policies.terms import Here, counted_by

_NEVER_JUDGES = "Say for which entities the policy holds, or switch it off."
_SAYS_NOTHING = "Say what must be true of the entity, or remove the validation."
_DECIDES_NOTHING = "Remove it, or correct it: a condition with one answer misleads whoever changes it."
_UNSHOWN = "Give it a place, such as %s, or remove it."
_UNDER_WHEN = ": what is judged at all was asked for the same, or the opposite, under when"
_TWICE = "Remove one of them, or correct the one that was meant to differ."


@dataclass(frozen=True, slots=True)
class Certainty:
    """A part of a policy that decides nothing: `node` of an expression, or all of it."""

    expression: Expression
    node: Node | None
    message: str
    remedy: str


def certainties(policy: Policy, vocabulary: Vocabulary, limits: Limits) -> Iterator[Certainty]:
    """All of them. Where a condition as a whole is decided, its parts are not told of as well."""
    return _Reader(policy, Conditions.of(policy, vocabulary, limits)).all()


@dataclass(frozen=True)
class _Reader:
    policy: Policy
    conditions: Conditions

    def all(self) -> Iterator[Certainty]:
        when = self.policy.when
        known = self._learn(when, NO_FACTS, holds=True)
        if when:
            yield from self._root(when, "the condition always holds", "the condition never holds, so nothing is judged")
        for variable in self.policy.variables.values():
            yield from self._part(variable, NO_FACTS)
        for aggregate in self.policy.aggregates.values():
            yield from self._aggregate(aggregate)
        for validation in self.policy.validations:
            yield from self._validation(validation, known)

        for expression in self.policy.expressions:
            for value in values_without_place(expression.tree):
                yield Certainty(expression, value, "the text has no place for this value", _UNSHOWN)

    def _aggregate(self, aggregate: Aggregate) -> Iterator[Certainty]:
        members = self._learn(aggregate.where, NO_FACTS, holds=True)
        yield from self._part(aggregate.where, NO_FACTS)
        yield from self._part(aggregate.at, NO_FACTS)
        for of_member in (aggregate.by, aggregate.value):
            yield from self._part(of_member, members)

    def _validation(self, validation: Validation, known: Facts) -> Iterator[Certainty]:
        expression = validation.expression
        always, never = "this always holds, so it finds nothing", "this never holds, whatever is judged"
        yield from self._part(validation.each, known)
        yield from self._root(expression, always, never, known)
        yield from self._part(validation.key, known)
        yield from self._part(validation.message_expression, self._learn(expression, known, holds=False))

    def _learn(self, expression: Expression | None, facts: Facts, *, holds: bool) -> Facts:
        if expression is None:
            return facts
        return self.conditions.learn(expression.tree.root, Here.of(expression), facts, holds=holds)

    def _root(self, expression: Expression, always: str, never: str, known: Facts = NO_FACTS) -> Iterator[Certainty]:
        root, here = expression.tree.root, Here.of(expression)
        is_when = expression is self.policy.when
        by_itself = self.conditions.decide(root, here, NO_FACTS)
        value = self.conditions.decide(root, here, known) if by_itself is None else by_itself
        if value is None:
            yield from self._parts(expression, root, here, known)
            return
        reason = _UNDER_WHEN if by_itself is None else self._because(root, here)
        remedy = ("Leave when out." if value else _NEVER_JUDGES) if is_when else _SAYS_NOTHING
        yield Certainty(expression, None, (always if value else never) + reason, remedy)

    def _part(self, expression: Expression | None, facts: Facts) -> Iterator[Certainty]:
        if expression:
            yield from self._walk(expression, expression.tree.root, Here.of(expression), facts)

    def _walk(self, expression: Expression, node: Node, here: Here, facts: Facts) -> Iterator[Certainty]:
        """What is wrong with a node and those below it, each where it is asked."""
        if _is_condition(node, here):
            always = self.conditions.decide(node, here, NO_FACTS)
            if always is not None:
                word = "this always holds" if always else "this never holds"
                yield Certainty(expression, node, word + self._because(node, here), _DECIDES_NOTHING)
                return
            if self.conditions.decide(node, here, facts) is False:
                message = "this never holds here: what is asked around it excludes it"
                yield Certainty(expression, node, message, _DECIDES_NOTHING)
                return
        yield from self._parts(expression, node, here, facts)

    def _parts(self, expression: Expression, node: Node, here: Here, facts: Facts) -> Iterator[Certainty]:
        repeated = tuple(self._repeated(expression, node, here))
        yield from repeated
        if repeated:
            return
        match node:
            case Call(function="_&&_" | "_||_", arguments=(left, right)):
                yield from self._walk(expression, left, here, facts)
                beyond = self.conditions.learn(left, here, facts, holds=node.function == "_&&_")
                yield from self._walk(expression, right, here, beyond)
            case Call(function="_?_:_", arguments=(condition, then, otherwise)):
                yield from self._walk(expression, condition, here, facts)
                for way, branch in ((True, then), (False, otherwise)):
                    beyond = self.conditions.learn(condition, here, facts, holds=way)
                    yield from self._walk(expression, branch, here, beyond)
            case Comprehension():
                yield from self._macro(expression, node, here, facts)
            case _:
                for child in children(node):
                    yield from self._walk(expression, child, here, facts)

    def _macro(self, expression: Expression, node: Comprehension, here: Here, facts: Facts) -> Iterator[Certainty]:
        fold = find_folds(node).get(id(node))
        inside = self.conditions.terms.inside(node, here)
        if fold is None or fold.kind is not FoldKind.BIND:
            yield from self._walk(expression, node.range, here, facts)
        if fold is None:
            return
        if fold.kind is FoldKind.BIND:
            yield from self._walk(expression, fold.values[0], here, facts)
            yield from self._walk(expression, fold.values[1], inside, facts)
            return
        yield from self._walk(expression, fold.condition, inside, facts)
        chosen = self.conditions.learn(fold.condition, inside, facts, holds=True)
        for value in fold.values:
            yield from self._walk(expression, value, inside, chosen)

    def _repeated(self, expression: Expression, node: Node, here: Here) -> Iterator[Certainty]:
        """What stands twice where once would do."""
        key = self.conditions.terms.key
        match node:
            case Call(function="_&&_" | "_||_", arguments=(left, right)) if key(left, here) == key(right, here):
                yield Certainty(expression, right, "both sides are the same", _TWICE)
            case Call(function="_?_:_", arguments=(_, then, otherwise)) if key(then, here) == key(otherwise, here):
                yield Certainty(expression, node, "both answers are the same, whatever the condition", _TWICE)
            case Call(function="@in", arguments=(_, ListLiteral(elements=elements))):
                keys = [key(element, here) for element in elements]
                for index, element in enumerate(elements):
                    if keys[index] in keys[:index]:
                        yield Certainty(expression, element, "this stands twice in the list", _TWICE)

    def _because(self, node: Node, here: Here) -> str:
        """Why a condition is decided, where one field is the reason."""
        match node:
            case Call(function="!_", arguments=(inner,)):
                return self._because(inner, here)
            case Select(operand=operand, field=name, test_only=True):
                found = self.conditions.terms.field(Select(node.id, operand, name), here)
                return f": the schema requires {found[0]}" if found else ""
            case Call(function=operator, arguments=(left, right)) if operator in OPPOSITE:
                return self._range(left, here) or self._range(right, here)
        return ""

    def _range(self, node: Node, here: Here) -> str:
        counted = counted_by(node)
        found = self.conditions.terms.field(node if counted is None else counted, here)
        known = self.conditions.possible(node, here, NO_FACTS)
        if counted is not None and (found is None or not found[1].shortest):
            return "" if isinstance(counted, ListLiteral) else ": no size is below 0"
        if found is None or known is None:
            return ""
        what = f"the size of {found[0]}" if counted is not None else found[0]
        if known.only is not None:
            return f": {what} is one of {', '.join(sorted(map(str, known.only)))}"
        if known.never:
            return f": {what} is never empty"
        return _between(what, known.low, known.high)


def _between(what: str, low: object, high: object) -> str:
    if low is None and high is None:
        return ""
    if low is None or high is None:
        return f": {what} is at most {high:g}" if low is None else f": {what} is at least {low:g}"
    return f": {what} is {low:g} to {high:g}"


def _is_condition(node: Node, here: Here) -> bool:
    """Whether a node asks something. Literals and names ask nothing, and switches are no conditions."""
    of = here.type_of(node)
    return of is not None and of.name == "bool" and not isinstance(node, Constant | Identifier)
