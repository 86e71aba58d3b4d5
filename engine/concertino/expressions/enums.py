"""Finds comparisons with texts that a field can never be, which the checker takes for any other text."""

from collections.abc import Iterator

from concertino.expressions.domains import Bound, Domain, Domains
from concertino.expressions.names import listed
from concertino.expressions.problems import ExpressionProblem
from concertino.expressions.tokens import Tokens
from concertino.expressions.tree import Call, CheckedTree, Comprehension, Constant, ListLiteral, MapLiteral, Node
from concertino.expressions.walking import children
from concertino.model.shape import Vocabulary
from concertino.model.suggest import suggest

_ALIKE = frozenset({"_==_", "_!=_", "sets.contains", "sets.intersects", "sets.equivalent"})


def impossible_values(tree: CheckedTree, vocabulary: Vocabulary) -> Iterator[ExpressionProblem]:
    """Literals compared with a field whose schema lists other values."""
    return unlisted_values(tree, vocabulary, {})


def unlisted_values(tree: CheckedTree, vocabulary: Vocabulary, known: Bound) -> Iterator[ExpressionProblem]:
    """The same, where `known` tells what variables can come to."""
    domains = Domains(tree, vocabulary)
    for literal, domain in _visit(tree.root, known, domains):
        if literal.value not in domain.values:
            yield _problem(literal, domain, tree)


def compared_literals(domains: Domains, known: Bound) -> Iterator[tuple[Constant, Domain]]:
    """Every literal of a tree that is compared with a field whose schema lists its values, with what it lists.

    `known` tells what variables can come to.
    """
    return _visit(domains.tree.root, known, domains)


def _problem(literal: Constant, domain: Domain, tree: CheckedTree) -> ExpressionProblem:
    tokens = Tokens(tree.source)
    token = tokens.at(tokens.index_at(tree.offsets.get(literal.id, 0)))
    quote = "'" if token.text.endswith("'") else '"'
    near = suggest(str(literal.value), domain.values)
    return ExpressionProblem(
        f'{domain.owner} is never "{literal.value}"',
        token.start,
        token.end,
        expected=f"one of: {listed(domain.values)}",
        suggestion=f"{quote}{near}{quote}" if near else "",
    )


def _visit(node: Node, bound: Bound, domains: Domains) -> Iterator[tuple[Constant, Domain]]:
    """All literals of a tree that are compared with a known domain, each with it."""
    if isinstance(node, Call):
        yield from _compared(node, bound, domains)
    if isinstance(node, Comprehension):
        inside = domains.inside(node, bound)
        yield from _visit(node.range, bound, domains)
        yield from _visit(node.initial, bound, domains)
        for part in (node.condition, node.step, node.result):
            yield from _visit(part, inside, domains)
        return
    for child in children(node):
        yield from _visit(child, bound, domains)


def _compared(call: Call, bound: Bound, domains: Domains) -> Iterator[tuple[Constant, Domain]]:
    match call.function, call.arguments:
        case function, (left, right) if function in _ALIKE:
            yield from _against(left, right, bound, domains)
            yield from _against(right, left, bound, domains)
        case "@in", (value, ListLiteral(elements=elements)):
            for element in elements:
                yield from _against(value, element, bound, domains)
        case "@in", (Constant() as literal, held):
            domain = domains.of(held, bound)
            if domain and domain.many and domain.owner and isinstance(literal.value, str):
                yield literal, domain
        case "_[_]", (MapLiteral(entries=entries), key):
            for entry in entries:
                yield from _against(key, entry.key, bound, domains)


def _against(value: Node, literal: Node, bound: Bound, domains: Domains) -> Iterator[tuple[Constant, Domain]]:
    """The literals on one side of a comparison, if the other side has a domain that comes from a schema."""
    domain = domains.of(value, bound)
    if domain is None or not domain.owner:
        return
    single = [literal] if not domain.many else []
    for one in literal.elements if isinstance(literal, ListLiteral) and domain.many else single:
        if isinstance(one, Constant) and isinstance(one.value, str):
            yield one, domain
