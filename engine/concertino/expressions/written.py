"""The sub-expressions that somebody wrote, without what only the expansion of a macro holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from concertino.expressions.folds import ALWAYS, FoldKind, Folds, find_folds
from concertino.expressions.spans import Span, spans
from concertino.expressions.tokens import Tokens
from concertino.expressions.tree import Call, CheckedTree, Comprehension, Constant, Identifier, Node, Select
from concertino.expressions.walking import children

_OPTIONAL_FIELD = ("_?._",)


@dataclass(frozen=True, slots=True)
class Written:
    """A sub-expression as it stands in the source: `start` and `end` count code points, and the end is exclusive.

    `ids` are those of all nodes that the text became: an expansion may hold a part of it twice. `parent` is the node
    above, and None for the whole expression.
    """

    node: Node
    start: int
    end: int
    ids: tuple[int, ...]
    parent: Node | None


def written(tree: CheckedTree) -> tuple[Written, ...]:
    """Every sub-expression of a tree that was written, each once, those further out first."""
    folds, where = find_folds(tree.root), spans(tree)
    first: dict[Span, tuple[Node, Node | None]] = {}
    alike: dict[Span, list[int]] = {}
    tokens = Tokens(tree.source)
    for node, parent in _walk(tree.root, None, folds):
        span = where[node.id]
        if not _stands(node, span, tree, tokens):
            continue
        top, _ = first.setdefault(span, (node, parent))
        if _same(top, node, tree.types):
            alike.setdefault(span, []).append(node.id)
    return tuple(
        Written(node, start, end, tuple(alike[(start, end)]), parent) for (start, end), (node, parent) in first.items()
    )


def _walk(node: Node, parent: Node | None, folds: Folds) -> Iterator[tuple[Node, Node | None]]:
    yield node, parent
    for child in _parts(node, folds):
        yield from _walk(child, node, folds)


def _parts(node: Node, folds: Folds) -> tuple[Node, ...]:
    if isinstance(node, Call) and node.function in _OPTIONAL_FIELD:
        return node.arguments[:1]
    fold = folds.get(id(node))
    if not isinstance(node, Comprehension) or fold is None:
        return children(node)
    if fold.kind is FoldKind.BIND:
        return fold.values
    return tuple(part for part in (node.range, fold.condition, *fold.values) if part is not ALWAYS)


def _stands(node: Node, span: Span, tree: CheckedTree, tokens: Tokens) -> bool:
    """Whether a node is what its text says. What a macro adds points at the macro."""
    match node:
        case Identifier(name=name):
            return "".join(tree.source[slice(*span)].split()).removeprefix(".") == name.removeprefix(".")
        case Call(function=name) if name[0].isalpha():
            return tokens.at(tokens.index_at(tree.offsets.get(node.id, 0)) - 1).name == name.rpartition(".")[2]
    return True


def _same(one: Node, other: Node, types: Mapping[int, object]) -> bool:
    """Whether two nodes in one place are two copies of one text, and not a macro and what it was expanded to."""
    if type(one) is not type(other) or types.get(one.id) != types.get(other.id):
        return False
    match one, other:
        case Call(), Call():
            return one.function == other.function
        case Select(), Select():
            return one.field == other.field
        case Identifier(), Identifier():
            return one.name == other.name
        case Constant(), Constant():
            return one.value == other.value
    return True
