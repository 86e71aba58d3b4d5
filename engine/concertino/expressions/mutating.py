"""Small faults, put into an expression one at a time: what tests that are worth their name notice.

The source text is changed, not the tree, so that what is shown is what was judged. The kinds of change are the usual
ones of mutation testing: another operator, a bound moved by one, another literal or field, a condition turned round,
a part of a condition left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from concertino.expressions.certain import certain_failures
from concertino.expressions.domains import Bound, Domains
from concertino.expressions.enums import compared_literals
from concertino.expressions.environment import Scope, fits
from concertino.expressions.folding import form
from concertino.expressions.folds import Folds, find_folds
from concertino.expressions.mutating_literals import changed_day, changed_number, changed_text
from concertino.expressions.tokens import Token, Tokens
from concertino.expressions.tree import Call, CheckedTree, Comprehension, Constant, Node, Select
from concertino.expressions.types import BOOL, CelType
from concertino.expressions.written import Written, written
from concertino.model.shape import Vocabulary

_OPERATORS: Final = {
    "&&": ("||",),
    "||": ("&&",),
    "==": ("!=",),
    "!=": ("==",),
    "<": ("<=", ">="),
    "<=": ("<", ">"),
    ">": (">=", "<="),
    ">=": (">", "<"),
    "+": ("-",),
    "-": ("+",),
    "*": ("/",),
    "/": ("*",),
    "%": ("*",),
}
"""What each operator is exchanged for: of an order the neighbour, which moves the bound, and the opposite."""
_NAMES: Final = {
    "all": "exists",
    "exists": "all",
    "exists_one": "exists",
    "existsOne": "exists",
    "startsWith": "endsWith",
    "endsWith": "startsWith",
    "first": "last",
    "last": "first",
}
_LOGIC: Final = ("_&&_", "_||_")
_TURNED_BY_OPERATOR: Final = ("_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "!_")


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """A change of a source: the code points from `start` to `end` (exclusive) become `after`. `what` says of what."""

    start: int
    end: int
    before: str
    after: str
    what: str

    def applied(self, source: str) -> str:
        """The source with the change made."""
        return source[: self.start] + self.after + source[self.end :]


@dataclass(frozen=True, slots=True)
class MutantTree:
    """An expression with one fault in it that the checker does not see."""

    edit: Edit
    tree: CheckedTree


def mutants(tree: CheckedTree, scope: Scope, known: Bound) -> Iterator[MutantTree]:
    """Every expression that is one small fault away from `tree` and compiles to the same type, by where the fault is.

    `scope` is that in which `tree` was checked, and `known` tells which texts its variables can come to. What means the
    same as the original in whatever it is evaluated with, as far as constants and double negations tell, is no fault,
    and two faults that come to one tree are one.
    """
    vocabulary = scope.environment.checker.vocabulary
    seen = {form(tree.root)}
    for choices in _Faults(tree, vocabulary, known).all():
        for edit in choices:
            checked = scope.check(edit.applied(tree.source))
            if not isinstance(checked, CheckedTree) or not _as_good(checked.result, tree.result):
                continue
            if certain_failures(checked, vocabulary, known):
                continue
            meaning = form(checked.root)
            if meaning not in seen:
                seen.add(meaning)
                yield MutantTree(edit, checked)
            break


def _as_good(found: CelType, wanted: CelType) -> bool:
    return found == wanted or (fits(found, wanted) and "dyn" in (found.name, wanted.name))


_Choices = tuple[Edit, ...]
"""Changes of which the first that compiles is made."""


@dataclass(frozen=True)
class _Faults:
    tree: CheckedTree
    vocabulary: Vocabulary
    known: Bound

    def all(self) -> list[_Choices]:
        """The changes, those of one place one after the other."""
        found: list[_Choices] = []
        for part in written(self.tree):
            found += (choices for choices in self._of(part) if choices)
        return sorted(found)

    @cached_property
    def tokens(self) -> Tokens:
        return Tokens(self.tree.source)

    @cached_property
    def folds(self) -> Folds:
        return find_folds(self.tree.root)

    @cached_property
    def values(self) -> dict[int, tuple[str, ...]]:
        """The values that a literal is chosen from, by its id."""
        domains = Domains(self.tree, self.vocabulary)
        return {literal.id: domain.values for literal, domain in compared_literals(domains, self.known)}

    def _of(self, part: Written) -> Iterator[_Choices]:
        match part.node:
            case Constant():
                yield from self._literal(part, part.node)
            case Select():
                yield self._field(part, part.node.operand, self._last_name(part, part.node), part.node.field)
            case Call(function="_?._", arguments=(operand, Constant(value=str() as name))):
                yield self._field(part, operand, self.tokens.at(self._index(part) + 1), name)
            case Call() | Comprehension():
                yield from self._operator(part)
        yield from self._turned(part)
        yield from self._dropped(part)

    def _index(self, part: Written) -> int:
        return self.tokens.index_at(self.tree.offsets.get(part.node.id, 0))

    def _operator(self, part: Written) -> Iterator[_Choices]:
        index = self._index(part)
        token, name = self.tokens.at(index), self.tokens.at(index - 1)
        node = part.node
        if isinstance(node, Call) and node.function == "!_":
            yield (_edit(token, "", "negation"),)
        elif isinstance(node, Call) and node.function.startswith("_") and len(node.arguments) == 2:  # noqa: PLR2004 - an operator with two sides
            yield from ((_edit(token, other, "operator"),) for other in _OPERATORS.get(token.text, ()))
            yield from self._left_out(part, node, index)
        elif token.text == "(" and _NAMES.get(name.text):
            yield (_edit(name, _NAMES[name.text], "operator"),)

    def _left_out(self, part: Written, node: Call, index: int) -> Iterator[_Choices]:
        """A side of `&&` or `||` taken away, with the operator. A side that is a chain itself is taken apart there."""
        if node.function not in _LOGIC:
            return
        for side, (start, end) in zip(
            node.arguments,
            ((part.start, self.tokens.at(index + 1).start), (self.tokens.at(index - 1).end, part.end)),
            strict=True,
        ):
            if not (isinstance(side, Call) and side.function == node.function):
                yield (self._cut(start, end, ""),)

    def _cut(self, start: int, end: int, after: str) -> Edit:
        return Edit(start, end, self.tree.source[start:end], after, "condition")

    def _turned(self, part: Written) -> Iterator[_Choices]:
        """A condition turned round. Comparisons are left out: their operators do that."""
        node, source = part.node, self.tree.source[part.start : part.end]
        if self.tree.types.get(node.id) != BOOL or isinstance(node, Constant):
            return
        if isinstance(node, Call) and node.function in _TURNED_BY_OPERATOR:
            return
        parent = part.parent
        if isinstance(parent, Call) and parent.function == "!_":
            return
        joined = isinstance(node, Call) and node.function in (*_LOGIC, "_?_:_", "@in")
        if joined and isinstance(node, Call) and node.function in _LOGIC and _is_logic(parent):
            return
        after = f"!({source})" if joined else f"!{source}"
        yield (Edit(part.start, part.end, source, after, "negation"),)

    def _dropped(self, part: Written) -> Iterator[_Choices]:
        """What a macro asks of its elements, asked no more. Of `&&` and `||` the sides are left out instead."""
        fold = self.folds.get(id(part.parent))
        if fold is not None and fold.condition is part.node and not _is_logic(part.node):
            yield (Edit(part.start, part.end, self.tree.source[part.start : part.end], "true", "condition"),)

    def _literal(self, part: Written, literal: Constant) -> Iterator[_Choices]:
        source = self.tree.source[part.start : part.end]
        match literal.value:
            case bool() as value:
                yield (Edit(part.start, part.end, source, "false" if value else "true", "literal"),)
            case int() | float() as number:
                for step in (1, -1):
                    after = changed_number(number, step)
                    yield (Edit(part.start, part.end, source, after, "bound"),) if after else ()
            case str() as text if days := changed_day(text):
                yield from ((Edit(part.start, part.end, source, source.replace(text, day), "bound"),) for day in days)
            case str() as text:
                token = self.tokens.at(self._index(part))
                yield tuple(
                    Edit(part.start, part.end, source, after, "literal")
                    for after in changed_text(token, text, self.values.get(literal.id, ()), self._texts)
                )

    @cached_property
    def _texts(self) -> frozenset[str]:
        """All texts that stand in the expression: to choose one of these says less than to choose another."""
        nodes = (part.node for part in written(self.tree))
        return frozenset(node.value for node in nodes if isinstance(node, Constant) and isinstance(node.value, str))

    def _last_name(self, part: Written, node: Select) -> Token:
        index = self._index(part)
        return self.tokens.at(self.tokens.closing(index) - 1 if node.test_only else index + 1)

    def _field(self, part: Written, operand: Node, token: Token, name: str) -> _Choices:
        """The fields of the same type beside a field, the next by name first."""
        of = self.tree.types.get(operand.id)
        if of is not None and of.name == "optional_type" and of.parameters:
            of = of.parameters[0]
        shape = self.vocabulary.shapes.get(of.name) if of and of.shape else None
        wanted = shape.fields.get(name) if shape else None
        if shape is None or wanted is None or not part.start <= token.start < part.end:
            return ()
        alike = sorted(other for other, found in shape.fields.items() if found.type == wanted.type and other != name)
        ordered = [other for other in alike if other > name] + [other for other in alike if other < name]
        return tuple(_edit(token, other, "field") for other in ordered)


def _is_logic(node: Node | None) -> bool:
    return isinstance(node, Call) and node.function in _LOGIC


def _edit(token: Token, after: str, what: str) -> Edit:
    return Edit(token.start, token.end, token.text, after, what)
