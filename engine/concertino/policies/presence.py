"""What is there for certain: paths that a condition asked for, or that had to be read for it to come out.

A path begins at the entity, `entity.spec.roadmap`, or at the variable of a macro, whose path is its name with the
number of the macro. Every element of the list at a path stands at that path with `[]` behind it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from concertino.expressions import (
    Call,
    CheckedTree,
    Comprehension,
    Constant,
    FoldKind,
    Identifier,
    ListLiteral,
    Node,
    Select,
    children,
    find_folds,
)
from concertino.policies.policy import Expression

Paths = frozenset[str]
NONE: Final[Paths] = frozenset()
VARIABLE: Final = "variables."
REFERENCES: Final = "refs"
ENTITY: Final = "entity"
_SAME_ELEMENTS: Final = frozenset({"distinct", "sort", "reverse", "slice"})
_OF_EACH: Final = "[]"


@dataclass(frozen=True)
class Around:
    """The tree that a node stands in, and the paths of the names around it. An empty path can't be followed."""

    tree: CheckedTree
    roots: Mapping[str, str]

    def path(self, node: Node) -> str:
        """The path that a node reads, references as the fields they stand in; empty for anything else."""
        match node:
            case Identifier(name=name):
                return self.roots.get(name, ENTITY if name.removeprefix(".") == ENTITY else "")
            case Select(operand=operand, field=name):
                above = self.path(operand)
            case Call(function="_?._", arguments=(operand, Constant(value=str() as name))):
                above = self.path(operand)
            case _:
                return ""
        return above if not above or name == REFERENCES else f"{above}.{name}"

    def list_path(self, node: Node) -> str:
        """The path of a list, with or without a value for the case that it is missing."""
        if isinstance(node, Call) and node.function == "orValue" and node.target:
            return self.path(node.target) if _is_empty(node.arguments[0]) else ""
        return self.path(node)


@dataclass(frozen=True)
class Presence:
    """Answers over the variables of one policy."""

    variables: Mapping[str, Expression]
    _kept: dict[tuple[object, ...], Paths | None] = field(default_factory=dict)
    """What is known of variables: of those that use another twice, each would double the work."""

    def inside(self, node: Comprehension, around: Around, known: Paths) -> tuple[Around, Paths]:
        """The inside of a macro, and what is known there: also of the element that it looks at."""
        own = (node.variable, node.second_variable, node.accumulator)
        roots = {**around.roots, **dict.fromkeys(filter(None, own), "")}
        if _is_bind(node):
            roots[node.accumulator] = around.path(node.initial)
            return Around(around.tree, roots), known
        of = around.tree.types.get(node.range.id)
        elements = self.elements(node.range, around, known) if of and of.name == "list" else None
        if elements is None:
            return Around(around.tree, roots), known
        element = node.second_variable or node.variable
        root = roots[element] = f"{element}#{node.id}"
        return Around(around.tree, roots), known | {root + path for path in elements}

    def elements(self, node: Node, around: Around, known: Paths) -> Paths | None:
        """What every element of a list has, by paths from the element; None if nobody can tell which they are."""
        match node:
            case Identifier() if variable := self._variable(node, around):
                key = ("elements", node.name, known)
                if key not in self._kept:
                    self._kept[key] = self.elements(variable.tree.root, Around(variable.tree, {}), known)
                return self._kept[key]
            case Comprehension():
                return self._collected(node, around, known)
            case Call(function="_+_", arguments=(one, other)) | Call(function="_?_:_", arguments=(_, one, other)):
                ways = [self.elements(way, around, known) for way in (one, other) if not _is_empty(way)]
                return None if None in ways else frozenset.intersection(*(way for way in ways if way is not None))
            case Call(function=function, target=target) if function in _SAME_ELEMENTS and target:
                return self.elements(target, around, known)
            case Call(function="orValue", target=target, arguments=(default,)) if target and _is_empty(default):
                return self.elements(target, around, known)
        path = around.path(node)
        return _below(path + _OF_EACH, known) if path else None

    def _collected(self, node: Comprehension, around: Around, known: Paths) -> Paths | None:
        """The elements that filter, map and their like collect."""
        fold = find_folds(node).get(id(node))
        inside, within = self.inside(node, around, known)
        if fold is None or fold.kind is not FoldKind.COLLECT:
            return None
        path = inside.path(fold.values[0])
        if "#" not in path:
            return None
        return _below(path, within | self.where(fold.condition, inside, holds=True))

    def where(self, node: Node, around: Around, *, holds: bool, reads: bool = True) -> Paths:
        """What is there if a condition came out as `holds`; with `reads` also what had to be read for that."""
        match node:
            case Call(function="!_", arguments=(inner,)):
                return self.where(inner, around, holds=not holds, reads=reads)
            case Call(function="_&&_" | "_||_", arguments=(left, right)):
                one, other = (self.where(side, around, holds=holds, reads=reads) for side in (left, right))
                return one | other if holds == (node.function == "_&&_") else one & other
            case Call(function="_?_:_", arguments=(condition, then, otherwise)):
                return self._either(condition, {True: then, False: otherwise}, around, holds=holds, reads=reads)
            case Identifier():
                return self._where_variable(node, around, holds=holds, reads=reads)
            case Comprehension():
                of_all = self._of_all(node, around, holds=holds)
                return of_all | (self.certain(node, around) if reads else NONE)
        asked = _asked_for(node, around) if holds else NONE
        return asked | (self.certain(node, around) if reads else NONE)

    def _where_variable(self, node: Identifier, around: Around, *, holds: bool, reads: bool) -> Paths:
        found, key = self._variable(node, around), ("where", node.name, holds, reads)
        if found and key not in self._kept:
            self._kept[key] = self.where(found.tree.root, Around(found.tree, {}), holds=holds, reads=reads)
        return (self._kept[key] if found else None) or NONE

    def _of_all(self, node: Comprehension, around: Around, *, holds: bool) -> Paths:
        """What each element of a list has, since `all` held or `exists` did not."""
        fold = find_folds(node).get(id(node))
        path = around.list_path(node.range)
        decisive = FoldKind.ALL if holds else FoldKind.EXISTS
        if fold is None or fold.kind is not decisive or not path:
            return NONE
        inside, _ = self.inside(node, around, NONE)
        root = inside.roots[node.second_variable or node.variable]
        found = self.where(fold.condition, inside, holds=holds)
        return frozenset(path + _OF_EACH + rest for rest in _below(root, found)) if root else NONE

    def _either(
        self, condition: Node, branches: Mapping[bool, Node], around: Around, *, holds: bool, reads: bool
    ) -> Paths:
        """What is there whichever branch was taken; one that can't come out as `holds` was not."""
        taken = [
            self.where(condition, around, holds=way, reads=reads) | self.where(branch, around, holds=holds, reads=reads)
            for way, branch in branches.items()
            if not (isinstance(branch, Constant) and branch.value is not holds)
        ]
        return frozenset.intersection(*taken) if taken else NONE

    def _variable(self, name: Identifier, around: Around) -> Expression | None:
        known = name.name not in around.roots and name.name.removeprefix(".").startswith(VARIABLE)
        return self.variables.get(name.name.removeprefix(".").removeprefix(VARIABLE)) if known else None

    def certain(self, node: Node, around: Around) -> Paths:
        """What was read, or asked for, if a node has a value."""
        match node:
            case Call(function="_&&_" | "_||_"):
                return NONE
            case Call(function="_?_:_"):
                return self.certain(node.arguments[0], around)
            case Comprehension():
                return self.certain(node.range, around)
            case Identifier():
                found, key = self._variable(node, around), ("certain", node.name)
                if found and key not in self._kept:
                    self._kept[key] = self.certain(found.tree.root, Around(found.tree, {}))
                return (self._kept[key] if found else None) or NONE
            case Select(test_only=True):
                return self.certain(node.operand, around)
        below = [self.certain(child, around) for child in children(node)]
        return frozenset({around.path(node)} - {""}).union(*below)


def _asked_for(node: Node, around: Around) -> Paths:
    """The field whose presence a condition asks for."""
    match node:
        case Select(test_only=True):
            return frozenset({around.path(node)} - {""})
        case Call(function="hasValue", target=Call() as target):
            return frozenset({around.path(target)} - {""})
    return NONE


def _below(path: str, known: Paths) -> Paths:
    """What is known of parts of what stands at a path, from there on."""
    return frozenset(item[len(path) :] for item in known if item.startswith((f"{path}.", path + _OF_EACH)))


def _is_empty(node: Node) -> bool:
    return isinstance(node, ListLiteral) and not node.elements


def _is_bind(node: Comprehension) -> bool:
    """Whether a macro goes through nothing and only gives a value a name."""
    return _is_empty(node.range)
