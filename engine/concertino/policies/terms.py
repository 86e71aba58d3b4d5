"""The terms of conditions: which sub-expressions have one value, and what the schemas say that it can be."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from concertino.expressions import (
    Call,
    CelType,
    CheckedTree,
    Comprehension,
    Constant,
    Domain,
    Domains,
    Identifier,
    ListLiteral,
    Node,
    Select,
    children,
    described,
    fits_pattern,
)
from concertino.model.shape import Field, Vocabulary
from concertino.policies.policy import Expression, Policy
from concertino.policies.possible import Possible

VARIABLE: Final = "variables."
_SCALARS: Final = frozenset({"string", "int", "double", "bool"})
_TRUTHS: Final = Possible(only=frozenset({True, False}))
_ANY: Final = Possible()
_COUNTED: Final = Possible(low=0, whole=True)


@dataclass(frozen=True)
class Here:
    """Where in a policy a node stands: its tree, and the variables of the macros around it.

    `bound` gives each of these a name that nothing else in the expression has, `domains` the texts they can come to.
    """

    tree: CheckedTree
    bound: Mapping[str, str] = field(default_factory=dict)
    domains: Mapping[str, Domain | None] = field(default_factory=dict)

    @classmethod
    def of(cls, expression: Expression) -> "Here":
        """The outside of an expression."""
        return cls(expression.tree, {}, expression.known)

    def type_of(self, node: Node) -> CelType | None:
        """The type of a node."""
        return self.tree.types.get(node.id)


@dataclass(frozen=True)
class Terms:
    """Answers about the nodes of one policy. Each node stands in one place, so what is known of it stays known."""

    policy: Policy
    vocabulary: Vocabulary
    _keys: dict[int, str] = field(default_factory=dict)

    def inside(self, node: Comprehension, here: Here) -> Here:
        """The inside of a macro."""
        depth = len(here.bound)
        names = (node.variable, node.second_variable, node.accumulator)
        bound = {**here.bound, **{name: f"{name}@{depth}" for name in names if name}}
        domains = Domains(here.tree, self.vocabulary).inside(node, here.domains)
        return Here(here.tree, bound, domains)

    def definition(self, node: Identifier, here: Here) -> Expression | None:
        """The variable of the policy that a name stands for."""
        name = node.name.removeprefix(".")
        return None if node.name in here.bound else self.policy.variables.get(name.removeprefix(VARIABLE))

    def key(self, node: Node, here: Here) -> str:
        """What two nodes have in common that always have one value."""
        known = self._keys.get(id(node))
        if known is None:
            known = self._keys[id(node)] = self._key(node, here)
        return known

    def _key(self, node: Node, here: Here) -> str:
        match node:
            case Constant(value=value):
                return f"{type(value).__name__}:{value!r}"
            case Identifier(name=name):
                return self._name(node, here) if name not in here.bound else here.bound[name]
            case Select(operand=operand, field=name, test_only=asked):
                path = f"{self.key(operand, here)}.{name}"
                return f"has({path})" if asked else path
            case Call(function=function, target=target, arguments=arguments):
                parts = [self.key(part, here) for part in (*((target,) if target else ()), *arguments)]
                return f"{function}{'.' if target else ''}({', '.join(parts)})"
            case Comprehension(range=gone_through):
                inside = self.inside(node, here)
                parts = [self.key(gone_through, here), *(self.key(part, inside) for part in children(node)[1:])]
                return f"macro({', '.join(parts)})"
        optional = node.optional_indices if isinstance(node, ListLiteral) else [one.optional for one in node.entries]
        name = "list" if isinstance(node, ListLiteral) else f"map{node.message}"
        return f"{name}{list(optional)}({', '.join(self.key(part, here) for part in children(node))})"

    def _name(self, node: Identifier, here: Here) -> str:
        renamed = self._renamed(node, here)
        return self.key(*renamed) if renamed else node.name.removeprefix(".")

    def _renamed(self, node: Node, here: Here) -> tuple[Node, Here] | None:
        """The field that a variable gives another name. Those that do more stay apart: they could grow without end."""
        found = self.definition(node, here) if isinstance(node, Identifier) else None
        return (found.tree.root, Here.of(found)) if found and _is_path(found.tree.root) else None

    def possible(self, node: Node, here: Here) -> Possible | None:
        """What the schemas let a text, number or truth value be; None of other values, and of what may be no number."""
        of = here.type_of(node)
        if of is None or of.name not in _SCALARS or of.shape:
            return None
        if (renamed := self._renamed(node, here)) is not None:
            return self.possible(*renamed)
        if isinstance(node, Constant) and isinstance(node.value, str | int | float):
            return Possible(only=frozenset({node.value}))
        by_type = {"bool": lambda *_: _TRUTHS, "string": self._text, "int": self._whole, "double": self._double}
        return by_type[of.name](node, here)

    def field(self, node: Node, here: Here) -> tuple[str, Field] | None:
        """The field of a schema that a node reads, with its name in full."""
        if (renamed := self._renamed(node, here)) is not None:
            return self.field(*renamed)
        return described(node, here.tree, self.vocabulary)

    def _text(self, node: Node, here: Here) -> Possible:
        domain = Domains(here.tree, self.vocabulary).of(node, here.domains)
        if domain and not domain.many:
            return Possible(only=frozenset(domain.values))
        found = described(node, here.tree, self.vocabulary) if isinstance(node, Select) else None
        if found and (found[1].shortest or not fits_pattern("", found[1].pattern)):
            return Possible(never=frozenset({""}))
        return _ANY

    def _whole(self, node: Node, here: Here) -> Possible:
        return self._size(node, here) or replace(self._double(node, here) or _ANY, whole=True)

    def _double(self, node: Node, here: Here) -> Possible | None:
        """A number that a document holds. What is computed may be no number, and then no comparison of it is true."""
        found = described(node, here.tree, self.vocabulary) if isinstance(node, Select) else None
        return Possible(low=found[1].minimum, high=found[1].maximum) if found else None

    def _size(self, node: Node, here: Here) -> Possible | None:
        """The number of elements or characters."""
        counted = counted_by(node)
        if counted is None:
            return None
        if isinstance(counted, ListLiteral) and not counted.optional_indices:
            return Possible(only=frozenset({len(counted.elements)}))
        found = self.field(counted, here) if isinstance(counted, Select | Identifier) else None
        if found is None:
            return _COUNTED
        return Possible(low=found[1].shortest, high=found[1].longest, whole=True)


def counted_by(node: Node) -> Node | None:
    """What `size` counts, if a node is a call of it."""
    match node:
        case Call(function="size", target=None, arguments=(counted,)):
            return counted
        case Call(function="size", target=counted, arguments=()):
            return counted
    return None


def _is_path(node: Node) -> bool:
    while isinstance(node, Select) and not node.test_only:
        node = node.operand
    return isinstance(node, Identifier)
