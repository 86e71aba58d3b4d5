"""Where every sub-expression of a checked tree stands in its source.

The checker names one character of each node: an operator, a dot, an opening bracket, the first of a literal. From there
a node reaches over its operands, with the brackets right around them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from concertino.expressions.tokens import TokenKind, Tokens
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
from concertino.expressions.walking import nodes

Span = tuple[int, int]
"""Offsets in code points of a source; the end is exclusive."""
_OPERATOR = ("_", "!", "-", "@in")


def spans(tree: CheckedTree) -> Mapping[int, Span]:
    """The range of every node that was written, by its id. What only an expansion of a macro holds has the macro's."""
    finder = _Finder(tree, Tokens(tree.source))
    written = tuple(nodes(tree.root))
    for node in reversed(written):
        finder.add(node)
    finder.expand(written)
    return finder.found


@dataclass(frozen=True)
class _Finder:
    tree: CheckedTree
    tokens: Tokens
    found: dict[int, Span] = field(default_factory=dict)

    def add(self, node: Node) -> None:
        """Find the range of a node whose children have theirs."""
        index = self.tokens.index_at(self.tree.offsets.get(node.id, 0))
        match node:
            case Constant():
                span = self._literal(index)
            case Identifier():
                span = (self._first_of_name(index), self._end_of_name(index))
            case Select(test_only=True):
                span = self._bracketed(None, index)
            case Select():
                span = (self._around(node.operand)[0], self.tokens.at(index + 1).end)
            case Call():
                span = self._call(node, index)
            case Comprehension():
                span = self._bracketed(self._receiver(node, index), index)
            case ListLiteral() | MapLiteral():
                span = self._bracketed_alone(index)
        self.found[node.id] = span

    def expand(self, written: Iterable[Node]) -> None:
        """Give what an expansion holds the range of its macro: all of it has the bracket's offset, the macro first."""
        macros: dict[int, Span] = {}
        for node in written:
            offset = self.tree.offsets.get(node.id)
            if offset is not None and self.tree.source[offset : offset + 1] == "(":
                self.found[node.id] = macros.setdefault(offset, self.found[node.id])

    def _receiver(self, node: Comprehension, index: int) -> Node | None:
        """What a macro is called on. `sortBy` binds it to a name, where `cel.bind` binds what stands in its bracket."""
        if not isinstance(node.range, ListLiteral) or node.range.elements:
            return node.range
        return node.initial if self._around(node.initial)[0] < self.tokens.at(index).start else None

    def _call(self, node: Call, index: int) -> Span:
        arguments = node.arguments
        if node.function == "_?._":
            return self._around(arguments[0])[0], self.tokens.at(index + 1).end
        if node.function in ("_[_]", "_[?_]"):
            return self._bracketed(arguments[0], index)
        if node.function in ("!_", "-_"):
            return self.tokens.at(index).start, self._around(arguments[0])[1]
        if node.function.startswith(_OPERATOR):
            return self._around(arguments[0])[0], self._around(arguments[-1])[1]
        return self._bracketed(node.target, index)

    def _literal(self, index: int) -> Span:
        token = self.tokens.at(index)
        return token.start, self.tokens.at(index + 1).end if token.text == "-" else token.end

    def _bracketed(self, target: Node | None, index: int) -> Span:
        """`target[…]`, `target.name(…)` or `name(…)`, the opening bracket at `index`."""
        start = self._around(target)[0] if target else self._first_of_name(index - 1)
        return start, self._bracketed_alone(index)[1]

    def _bracketed_alone(self, index: int) -> Span:
        return self.tokens.at(index).start, self.tokens.at(self.tokens.closing(index)).end or len(self.tree.source)

    def _around(self, node: Node) -> Span:
        """The range of an operand with the brackets that enclose nothing else."""
        start, end = self.found[node.id]
        first, last = self.tokens.index_at(start) - 1, self.tokens.index_at(end - 1) + 1
        while self.tokens.at(first).text == "(" and self.tokens.at(last).text == ")" and not self._called(first):
            start, end = self.tokens.at(first).start, self.tokens.at(last).end
            first, last = first - 1, last + 1
        return start, end

    def _called(self, index: int) -> bool:
        """Whether the bracket at `index` is that of a call."""
        before = self.tokens.at(index - 1)
        return before.kind is TokenKind.NAME and before.text != "in"

    def _first_of_name(self, index: int) -> int:
        """Where a qualified name begins, one of whose parts or dots is at `index`."""
        if self.tokens.at(index).text == ".":
            index -= self.tokens.at(index - 1).kind is TokenKind.NAME
        while self.tokens.at(index - 1).text == ".":
            index -= 2 if self.tokens.at(index - 2).kind is TokenKind.NAME else 1
        return self.tokens.at(index).start

    def _end_of_name(self, index: int) -> int:
        token = self.tokens.at(index)
        return self.tokens.at(index + 1).end if token.text == "." else token.end
