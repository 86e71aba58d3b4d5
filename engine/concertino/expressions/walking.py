"""Goes through a tree."""

from collections.abc import Iterator

from concertino.expressions.tree import Call, Comprehension, ListLiteral, MapLiteral, Node, Select


def nodes(root: Node) -> Iterator[Node]:
    """A node and all below it, each before its children."""
    yield root
    for child in children(root):
        yield from nodes(child)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below a node, in the order in which they were written or expanded."""
    match node:
        case Select():
            return (node.operand,)
        case Call():
            return (*((node.target,) if node.target else ()), *node.arguments)
        case ListLiteral():
            return node.elements
        case MapLiteral():
            return tuple(part for entry in node.entries for part in (entry.key, entry.value))
        case Comprehension():
            return (node.range, node.initial, node.condition, node.step, node.result)
    return ()
