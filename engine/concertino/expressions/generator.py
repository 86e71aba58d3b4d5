"""Generates a Python function from a checked tree: fast, and right whenever it returns.

It trusts the types of the checker and leaves every surprise to an exception: an absent field, a value that can't be
read, an operand of another type. Then the interpreter takes over and does it with care, so nothing here has to absorb
errors or word them. What must not happen is a wrong value without an exception.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from concertino.expressions.folds import Folds
from concertino.expressions.generator_calls import CALLS, general
from concertino.expressions.generator_folds import fold
from concertino.expressions.generator_types import Kinds, UnsupportedError
from concertino.expressions.runtime import as_bool
from concertino.expressions.runtime_access import has, insert, select
from concertino.expressions.runtime_values import NAMED_TYPES
from concertino.expressions.source import Source
from concertino.expressions.tree import (
    Call,
    CheckedTree,
    Comprehension,
    Constant,
    Identifier,
    ListLiteral,
    MapLiteral,
    Node,
    Select,
)

Names: TypeAlias = Mapping[str, str]


def generate(tree: CheckedTree, folds: Folds) -> Callable[..., object] | None:
    """The function `(bindings, meter) -> value` of a checked tree.

    None if there is none: for an unchecked tree, for a macro nobody knows, or if it is too deeply nested for Python.
    """
    if not tree.types:
        return None
    generator = Generator(tree, folds)
    try:
        result = generator.expression(tree.root)
    except UnsupportedError:
        return None
    return generator.source.function(result)


class Generator:
    """Writes the lines of one function; `expression` returns what is left to be written as an expression.

    An expression may run later than lines that are written after it was returned. That changes nothing but the order
    in which errors are met, and after an error everything is evaluated again in order.
    """

    def __init__(self, tree: CheckedTree, folds: Folds) -> None:
        self._folds = folds
        self.kind = Kinds(tree.types)
        self.source = Source()
        self._bound: dict[str, str] = {}
        self._scope: dict[str, str] = {}

    def expression(self, node: Node) -> str:
        """A Python expression for the value of `node`."""
        match node:
            case Constant():
                return self.source.constant(node.value)
            case Identifier():
                return self._identifier(node)
            case Select():
                return self._select(node)
            case Call():
                special = CALLS.get(node.function)
                return (special and special(self, node)) or general(self, node)
        return self._composed(node)

    def _composed(self, node: ListLiteral | MapLiteral | Comprehension) -> str:
        match node:
            case ListLiteral():
                return self._list(node)
            case MapLiteral():
                return self._map(node)
        macro = self._folds.get(id(node))
        if macro is None:
            raise UnsupportedError
        return fold(self, node, macro)

    def condition(self, node: Node) -> str:
        """A Python expression for the value of `node`, which must be a bool."""
        text = self.expression(node)
        return text if self.kind(node) == "bool" else f"{self.source.constant(as_bool)}({text})"

    def with_names(self, names: Names, write: Callable[[], str]) -> str:
        """What `write` returns with variables of a macro in scope: their names in the expression, and in Python."""
        outer, self._scope = self._scope, {**self._scope, **names}
        try:
            return write()
        finally:
            self._scope = outer

    def _identifier(self, node: Identifier) -> str:
        name = node.name
        if name in self._scope:
            return self._scope[name]
        if self.kind(node) == "type" and name in NAMED_TYPES:
            return self.source.constant(NAMED_TYPES[name])
        name = name.removeprefix(".")
        binding = f"b[{self.source.constant(name)}]"
        if "." in name:
            return binding  # it may be lazy: ask for it only where it is needed
        if name not in self._bound:
            self._bound[name] = self.source.first(binding)
        return self._bound[name]

    def _select(self, node: Select) -> str:
        field = self.source.constant(node.field)
        operand = self.expression(node.operand)
        kind = self.kind(node.operand)
        if node.test_only:
            return f"({field} in {operand})" if kind == "map" else f"{self.source.constant(has)}({operand}, {field})"
        if kind == "optional_type":
            return f"{self.source.constant(select)}({operand}, {field})"
        return f"{operand}[{field}]"

    def _list(self, node: ListLiteral) -> str:
        if node.optional_indices:
            raise UnsupportedError
        if all(isinstance(element, Constant) for element in node.elements) and node.elements:
            return self.source.constant([element.value for element in node.elements if isinstance(element, Constant)])
        return f"[{', '.join(map(self.expression, node.elements))}]"

    def _map(self, node: MapLiteral) -> str:
        if node.message or any(entry.optional for entry in node.entries):
            raise UnsupportedError
        entries = [(self.expression(entry.key), self.expression(entry.value)) for entry in node.entries]
        made = self.source.kept("{}")
        for key, value in entries:
            self.source.line(f"{self.source.constant(insert)}({made}, {key}, {value})")
        return made
