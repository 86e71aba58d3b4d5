"""Finds conditions that always or never hold, as far as schemas and the conditions around them tell.

What a condition always comes to is read from the values that its terms can have: those that the schema lists, the
bounds that it sets, what it requires, and what must be true where the condition is asked at all. A condition of which
nothing is known may still be one that always holds. One that is said to hold always never comes out false, and one that
is said never to hold never comes out true; whether it has a value at all is another question.

Whether a parameter holds is a matter of configuration, so conditions on parameters alone are switches and no constants.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Final

from concertino.expressions import (
    BudgetError,
    Call,
    CheckedTree,
    Comprehension,
    Constant,
    EvaluationError,
    FoldKind,
    Identifier,
    ListLiteral,
    Meter,
    Node,
    Select,
    UnreadableError,
    compile_tree,
    find_folds,
    nodes,
)
from concertino.model.limits import Limits
from concertino.model.shape import Vocabulary
from concertino.policies.policy import Policy
from concertino.policies.possible import MIRRORED, OPPOSITE, Possible
from concertino.policies.terms import Here, Terms

Facts = Mapping[str, Possible]
"""What terms can be where a condition is asked, by their keys."""
NO_FACTS: Final[Facts] = {}
_GIVEN: Final = frozenset({"entity", "params", "variables", "aggregates", "history", "asOf", "item"})
"""The first words of all names whose value is not in the expression itself."""
_MOST_STEPS: Final = 200_000
"""Conditions looked at for one policy: of variables that use each other twice, each would double the work."""


@dataclass(frozen=True)
class Conditions:
    """What the conditions of one policy come to."""

    policy: Policy
    terms: Terms
    limits: Limits
    _steps: list[None] = field(default_factory=list)

    @classmethod
    def of(cls, policy: Policy, vocabulary: Vocabulary, limits: Limits) -> "Conditions":
        """Those of a policy over these schemas."""
        return cls(policy, Terms(policy, vocabulary), limits)

    def decide(self, node: Node, here: Here, facts: Facts) -> bool | None:
        """True of a condition that is never false where `facts` hold, false of one that is never true."""
        self._steps.append(None)
        if len(self._steps) > _MOST_STEPS:
            return None
        match node:
            case Call(function="!_", arguments=(inner,)):
                found = self.decide(inner, here, facts)
                return None if found is None else not found
            case Call(function="_&&_" | "_||_", arguments=(left, right)):
                return self._both(left, right, here, facts, decisive=node.function == "_||_")
            case Call(function="_?_:_", arguments=(condition, then, otherwise)):
                return self._choice(condition, then, otherwise, here, facts)
        return self._simple(node, here, facts)

    def _simple(self, node: Node, here: Here, facts: Facts) -> bool | None:
        """What a condition comes to that is not made of others with an operator."""
        match node:
            case Constant(value=value):
                found = value if isinstance(value, bool) else None
            case Identifier():
                found = self._variable(node, here, facts)
            case Comprehension():
                found = self._macro(node, here, facts)
            case Select(test_only=True):
                found = self._asked(node, here)
            case _:
                found = self._compared(node, here, facts)
        return self._known(node, here, facts) if found is None else found

    def learn(self, node: Node, here: Here, facts: Facts, *, holds: bool) -> Facts:
        """What is known where a condition came out as `holds`, besides `facts`."""
        self._steps.append(None)
        if len(self._steps) > _MOST_STEPS:
            return facts
        match node:
            case Call(function="!_", arguments=(inner,)):
                return self.learn(inner, here, facts, holds=not holds)
            case Call(function="_&&_" | "_||_", arguments=(left, right)):
                if holds == (node.function == "_&&_"):
                    return self.learn(right, here, self.learn(left, here, facts, holds=holds), holds=holds)
                ways = [self.learn(side, here, facts, holds=holds) for side in (left, right)]
                return reduce(_either, ways)
            case Identifier() if found := self.terms.definition(node, here):
                facts = self.learn(found.tree.root, Here.of(found), facts, holds=holds)
        return self._learnt(node, here, facts, holds=holds)

    def _learnt(self, node: Node, here: Here, facts: Facts, *, holds: bool) -> Facts:
        match node:
            case Call(function=operator, arguments=(left, right)) if operator in OPPOSITE:
                wanted = operator if holds else OPPOSITE[operator]
                facts = self._narrowed(left, wanted, right, here, facts)
                return self._narrowed(right, MIRRORED[wanted], left, here, facts)
            case Call(function="@in", arguments=(value, ListLiteral(elements=elements))):
                literals = _literals(elements)
                known = self.possible(value, here, facts)
                if known is not None and (len(literals) == len(elements) or not holds):
                    return {**facts, self.terms.key(value, here): known.among(literals, inside=holds)}
                return facts
        return facts if isinstance(node, Constant) else {**facts, self.terms.key(node, here): _exactly(holds)}

    def possible(self, node: Node, here: Here, facts: Facts) -> Possible | None:
        """What a term can be where `facts` hold."""
        by_schema = self.terms.possible(node, here)
        known = facts.get(self.terms.key(node, here)) if by_schema is not None else None
        return by_schema.meet(known) if by_schema is not None and known is not None else by_schema

    def _narrowed(self, term: Node, operator: str, literal: Node, here: Here, facts: Facts) -> Facts:
        known = self.possible(term, here, facts)
        if known is None or isinstance(term, Constant) or not isinstance(literal, Constant):
            return facts
        if not isinstance(literal.value, str | int | float) or isinstance(literal.value, bool):
            return facts
        return {**facts, self.terms.key(term, here): known.where(operator, literal.value)}

    def _both(self, left: Node, right: Node, here: Here, facts: Facts, *, decisive: bool) -> bool | None:
        """`left || right` if true is `decisive`, else `left && right`: right counts where left decides nothing."""
        first = self.decide(left, here, facts)
        if first is decisive:
            return decisive
        second = self.decide(right, here, self.learn(left, here, facts, holds=not decisive))
        if second is decisive:
            return decisive
        return None if first is None or second is None else not decisive

    def _choice(self, condition: Node, then: Node, otherwise: Node, here: Here, facts: Facts) -> bool | None:
        taken = self.decide(condition, here, facts)
        ways = {
            way: self.decide(branch, here, self.learn(condition, here, facts, holds=way))
            for way, branch in ((True, then), (False, otherwise))
            if taken is not (not way)
        }
        found = set(ways.values())
        return found.pop() if len(found) == 1 else None

    def _variable(self, node: Identifier, here: Here, facts: Facts) -> bool | None:
        """A variable of the policy. One that always holds is told of where it is defined, not wherever it is read."""
        found = self.terms.definition(node, here)
        if found and self.decide(found.tree.root, Here.of(found), NO_FACTS) is None:
            value = self.decide(found.tree.root, Here.of(found), facts)
            if value is not None:
                return value
        return None

    def _macro(self, node: Comprehension, here: Here, facts: Facts) -> bool | None:
        fold = find_folds(node).get(id(node))
        if fold is None:
            return None
        inside = self.terms.inside(node, here)
        if fold.kind is FoldKind.BIND:
            return self.decide(fold.values[1], inside, facts)
        if fold.kind in (FoldKind.ALL, FoldKind.EXISTS, FoldKind.EXISTS_ONE):
            value = self.decide(fold.condition, inside, facts)
            if value is (fold.kind is FoldKind.ALL):
                return value
        return None

    def _compared(self, node: Node, here: Here, facts: Facts) -> bool | None:
        match node:
            case Call(function=operator, arguments=(left, right)) if operator in OPPOSITE:
                return self._compare(operator, left, right, here, facts)
            case Call(function="@in", arguments=(value, ListLiteral(elements=elements, optional_indices=()))):
                known = self.possible(value, here, facts)
                literals = _literals(elements)
                if known is None or len(literals) < len(elements):
                    return None
                if known.among(literals, inside=True).empty:
                    return False
                return True if known.among(literals, inside=False).empty else None
        return None

    def _compare(self, operator: str, left: Node, right: Node, here: Here, facts: Facts) -> bool | None:
        if self.terms.key(left, here) == self.terms.key(right, here) and not isinstance(left, Constant):
            of = here.type_of(left)
            certain = of is not None and (of.name not in ("double", "dyn") or isinstance(left, Select))
            return operator in ("_==_", "_<=_", "_>=_") if certain else None
        one, other = self.possible(left, here, facts), self.possible(right, here, facts)
        if one is None or other is None or (isinstance(left, Constant) and isinstance(right, Constant)):
            return None
        for known, wanted, against in ((one, operator, other), (other, MIRRORED[operator], one)):
            literals = against.only
            if literals is None or len(literals) != 1:
                continue
            (literal,) = literals
            if known.where(wanted, literal).empty:
                return False
            if known.where(OPPOSITE[wanted], literal).empty:
                return True
        return _apart(operator, one, other)

    def _asked(self, node: Select, here: Here) -> bool | None:
        """Whether a field is there that the schema requires, of something that is there for certain itself."""
        step: Node = Select(node.id, node.operand, node.field)
        while isinstance(step, Select):
            found = self.terms.field(step, here)
            if found is None or not found[1].required:
                return None
            step = step.operand
        return True if isinstance(step, Identifier) else None

    def _known(self, node: Node, here: Here, facts: Facts) -> bool | None:
        """What is known of the condition as a whole, or what it comes to without any entity."""
        known = facts.get(self.terms.key(node, here))
        if known is not None and known.only is not None and len(known.only) == 1:
            (value,) = known.only
            return value if isinstance(value, bool) else None
        closed = isinstance(node, Call | Comprehension) and not any(_is_given(part, here) for part in nodes(node))
        return self._evaluated(node, here) if closed else None

    def _evaluated(self, node: Node, here: Here) -> bool | None:
        program = compile_tree(CheckedTree(here.tree.source, node, here.tree.types, here.tree.offsets))
        try:
            value = program.evaluate({}, Meter(self.limits.expression_steps, self.limits.value_size))
        except (EvaluationError, UnreadableError, BudgetError):
            return None
        return value if isinstance(value, bool) else None


def _is_given(node: Node, here: Here) -> bool:
    """Whether a name stands for what is judged, or for the variable of a macro around."""
    if not isinstance(node, Identifier):
        return False
    name = node.name.removeprefix(".")
    return node.name in here.bound or name.partition(".")[0] in _GIVEN


def _literals(elements: tuple[Node, ...]) -> frozenset[str | int | float]:
    return frozenset(
        element.value
        for element in elements
        if isinstance(element, Constant) and isinstance(element.value, str | int | float)
    )


def _exactly(value: bool) -> Possible:  # noqa: FBT001 - the value itself, not a flag
    return Possible(only=frozenset({value}))


def _either(one: Facts, other: Facts) -> Facts:
    """What is known where either is."""
    return {key: one[key].join(other[key]) for key in one if key in other}


def _apart(operator: str, one: Possible, other: Possible) -> bool | None:
    """The comparison of two terms, if no value of one could be a value of the other."""
    if operator in ("_==_", "_!=_"):
        return operator == "_!=_" if one.meet(other).empty else None
    return None
