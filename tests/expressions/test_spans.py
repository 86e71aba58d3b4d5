"""Every node knows its source: what stands there alone is the node again."""

from collections.abc import Mapping

import pytest

from concertino.expressions import BOOL, DYN, INT, STRING, CheckedTree, Environment, Node, list_of, nodes, spans
from concertino.model.shape import Vocabulary

SCOPE = Environment(Vocabulary({})).scope(
    {"entity": DYN, "numbers": list_of(INT), "n": INT, "yes": BOOL, "variables.names": list_of(STRING)}
)


def texts(source: str) -> list[str]:
    """The sources of all nodes, whole first, without what only an expanded macro holds."""
    tree = SCOPE.check(source)
    assert isinstance(tree, CheckedTree)
    found = spans(tree)
    return [source[slice(*found[node.id])] for node in nodes(tree.root)]


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("n + 1 > 2", "n + 1"),
        ("(n + 1) * 2 == 4", "(n + 1) * 2"),
        ("n == -1", "-1"),
        ("-n < 3", "-n"),
        ("!(!(yes))", "!(yes)"),
        ("yes && n == 1 && (n == 2) && n == 3", "yes && n == 1 && (n == 2) && n == 3"),
        ("yes && n == 1 && (n == 2 || n == 3)", "n == 2 || n == 3"),
        ("has(entity.spec.roadmap) || yes", "has(entity.spec.roadmap)"),
        ("entity.spec.`a-b` == 1", "entity.spec.`a-b`"),
        ('entity["a"].b[0].size() == 1', 'entity["a"].b[0]'),
        ('entity["a"].b[0].size() == 1', 'entity["a"].b[0].size()'),
        ("size(entity.a) == 1", "size(entity.a)"),
        ("1 < math.greatest(numbers)", "math.greatest(numbers)"),
        ("entity.?a[?0].?b.optMap(x, x == 2).orValue(yes)", "entity.?a[?0].?b.optMap(x, x == 2)"),
        ("entity.?a[?0].?b.orValue(2) == 2", "entity.?a[?0].?b"),
        ("entity.?a[?0].?b.orValue(2) == 2", "entity.?a[?0].?b.orValue(2)"),
        ('n in [1, 2] ? "one)" : "b".upperAscii()', 'n in [1, 2] ? "one)" : "b".upperAscii()'),
        ('n in [1, 2] ? "one)" : "b".upperAscii()', '"b".upperAscii()'),
        ("(numbers).filter(e, (e > n) && yes).size() == 1", "(numbers).filter(e, (e > n) && yes)"),
        ("(numbers).filter(e, (e > n) && yes).size() == 1", "(e > n) && yes"),
        ("numbers.transformList(i, v, v > 1, i) == [0]", "numbers.transformList(i, v, v > 1, i)"),
        ("1 + cel.bind(q, n, q + 1) == 2", "cel.bind(q, n, q + 1)"),
        ('(variables . names).join(", ") == ""', "variables . names"),
        ('{"a": n}["a"] == 1 // a comment)', '{"a": n}'),
        ("type(n) == int", "int"),
        (".entity.a == 1", ".entity.a"),
        ("n ==\n  1 &&\n  yes", "n ==\n  1"),
    ],
)
def test_a_part_is_found_whole_with_its_brackets_and_without_those_of_others(source: str, part: str) -> None:
    assert source.partition(" //")[0] == texts(source)[0]
    assert part in texts(source)


@pytest.mark.parametrize(
    "source",
    [
        "yes && n == 1 && (n == 2) && n == 3 || (n == 4 || yes) && !yes",
        'entity.a.filter(e, e.b in [1, 2] && (has(e.c) || e.d)).map(e, e.f + "x").exists_one(x, x == "y")',
        'entity.a.?b.?c[?"d"].orValue({"e": [1, n]})["e"][0] == (n - 1) * -n',
        "numbers.all(x, numbers.exists(y, y > x || cel.bind(z, x + y, z > 3)))",
    ],
)
def test_the_source_of_a_node_without_variables_of_macros_is_the_node_again(source: str) -> None:
    tree = SCOPE.check(source)
    assert isinstance(tree, CheckedTree)
    found = spans(tree)
    scope = SCOPE.with_variables(dict.fromkeys("exyz", DYN))
    for node in written(tree.root, tree, found):
        alone = scope.check(source[slice(*found[node.id])])
        assert isinstance(alone, CheckedTree), source[slice(*found[node.id])]
        assert type(alone.root) is type(node)


@pytest.mark.parametrize(
    "macro",
    [
        "entity.?a.optMap(x, x == 2)",
        "(entity.?a[?0]).optFlatMap(x, x.?b)",
        "math.greatest(n, 1, 2)",
        "cel.bind(x, n, x + 1)",
    ],
)
def test_what_only_the_expansion_of_a_macro_holds_has_the_range_of_the_macro(macro: str) -> None:
    source = f"[{macro}] == []"
    tree = SCOPE.check(source)
    assert isinstance(tree, CheckedTree)
    bracket = source.index("(", source.index(macro) + 1)
    expanded = [node for node in nodes(tree.root) if tree.offsets.get(node.id) == bracket]

    assert len(expanded) > 1
    assert {source[slice(*spans(tree)[node.id])] for node in expanded} == {macro}


def written(root: Node, tree: CheckedTree, found: Mapping[int, tuple[int, int]]) -> list[Node]:
    """The nodes that stand in the source: the others begin where their macro's bracket is."""
    opening = {tree.offsets[node.id] for node in nodes(root) if type(node).__name__ == "Comprehension"}
    names = {id(child) for node in nodes(root) for child in keys(node)}
    return [
        node
        for node in nodes(root)
        if id(node) not in names
        and (tree.offsets.get(node.id) not in opening or type(node).__name__ == "Comprehension")
        and found[node.id][0] < found[node.id][1]
    ]


def keys(node: Node) -> tuple[Node, ...]:
    """The name of the field of an optional access, which is no expression."""
    return getattr(node, "arguments", ())[1:] if getattr(node, "function", "") == "_?._" else ()
