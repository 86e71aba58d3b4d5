"""Finds what protobuf lets an expression say and Concertino has no values for."""

from collections.abc import Iterator

from concertino.expressions.problems import ExpressionProblem
from concertino.expressions.runtime_values import NAMED_TYPES
from concertino.expressions.tokens import Tokens
from concertino.expressions.tree import CheckedTree, Identifier, MapLiteral
from concertino.expressions.walking import nodes

_PACKAGES = ("concertino.", "google.protobuf.")


def message_literals(tree: CheckedTree) -> Iterator[ExpressionProblem]:
    """Messages that are built or named: shapes describe entities, and nothing makes one.

    The types of values have names that may be used: `type(x) == google.protobuf.Timestamp`.
    """
    for node in nodes(tree.root):
        name = node.message if isinstance(node, MapLiteral) else node.name if isinstance(node, Identifier) else ""
        built = isinstance(node, MapLiteral) and name
        if built or (name.startswith(_PACKAGES) and name not in NAMED_TYPES):
            yield _problem(tree.offsets.get(node.id, 0), Tokens(tree.source))


def _problem(offset: int, tokens: Tokens) -> ExpressionProblem:
    index = tokens.index_at(offset)
    while tokens.at(index - 1).text and tokens.at(index).text in (".", "{"):
        index -= 1
    token = tokens.at(index)
    return ExpressionProblem(
        "types of entities are neither built nor named in an expression",
        token.start,
        token.end,
        expected='a map, as in {"name": value}',
    )
