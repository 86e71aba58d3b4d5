"""Random expressions made from the templates, and random values for the variables they use."""

import functools
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from benchmarks.differential.templates import LITERALS, PATTERNS, ZONES, templates
from benchmarks.differential.values import KINDS, VARIABLES

PAIRS_OF_AN_EXPRESSION: Final = 36
LONGEST: Final = 2000
_LOCAL: Final = re.compile(r"v[0-9]+\Z")
_VARIABLE: Final = re.compile(r"\b[a-z]+_[ab]\b")


@dataclass(frozen=True)
class Tree:
    """An expression with its parts, so that it can be taken apart when it shows a difference."""

    pieces: "tuple[str | Tree, ...]"

    @functools.cached_property
    def source(self) -> str:
        return "".join(piece if isinstance(piece, str) else piece.source for piece in self.pieces)

    @property
    def parts(self) -> "list[Tree]":
        return [piece for piece in self.pieces if isinstance(piece, Tree)]

    def naming(self, names: "Mapping[str, Tree]") -> "Tree":
        """This expression with something else for some variables of macros."""
        if len(self.pieces) == 1 and self.pieces[0] in names:
            return names[str(self.pieces[0])]
        return Tree(tuple(piece.naming(names) if isinstance(piece, Tree) else piece for piece in self.pieces))

    def unbound(self) -> "Tree":
        """This expression without `cel.bind`, and without the macros of optional values, which are made of it.

        What is bound stands where its name was.
        """
        tree = Tree(tuple(piece.unbound() if isinstance(piece, Tree) else piece for piece in self.pieces))
        if tree.pieces[0] == "cel.bind(":
            value, body = tree.parts
            return body.naming({str(tree.pieces[1]): value})
        if tree.pieces[1:2] in ((".optMap(",), (".optFlatMap(",)):
            held, body = tree.parts[0], tree.parts[-1]
            body = body.naming({str(tree.pieces[2]): Tree((held, ".value()"))})
            some = body if tree.pieces[1] == ".optFlatMap(" else Tree(("optional.of(", body, ")"))
            return Tree(("(", held, ".hasValue() ? ", some, " : optional.none())"))
        return tree

    def smaller(self) -> "Iterator[Tree]":
        """Expressions that might show the same difference: the parts, and bodies of macros at one of the elements."""
        yield from self.parts
        names = list(dict.fromkeys(piece for piece in self.pieces if isinstance(piece, str) and _LOCAL.match(piece)))
        if self.pieces[0] == "cel.bind(":
            yield self.parts[1].naming({names[0]: self.parts[0]})
        elif names:
            for bound in _elements(self.parts[0], names):
                yield from (body.naming(bound) for body in self.parts[1:])


def _elements(target: Tree, names: list[str]) -> Iterator[dict[str, Tree]]:
    """What the variables of a macro over a list, a map or an optional value may be."""
    yield {names[0]: Tree((target, ".value()"))}
    for place in range(4):
        element = Tree((target, f"[{place}]"))
        key = Tree((target, f".map(key, key).sort()[{place}]"))
        yield {names[0]: Tree((str(place),)), names[-1]: element}
        yield {names[0]: key, **({names[1]: Tree((target, "[", key, "]"))} if names[1:] else {})}


class _Maker:
    def __init__(self, pick: random.Random) -> None:
        self._pick = pick
        self._count = 0

    def tree(self, kind: str, depth: int, scope: Mapping[str, str]) -> Tree:
        if depth <= 0 or self._pick.random() < 0.08:
            return Tree((self._leaf(kind, scope),))
        known = dict(scope)
        pieces: list[str | Tree] = []
        later: tuple[str, str] | None = None
        last = ""
        for piece in self._pick.choice(templates()[kind]):
            if piece[0] in "@~" and piece != "@@":
                last = f"v{self._count}"
                self._count += 1
                pieces.append(last)
                if piece[0] == "@":
                    known[last] = piece[1:]
                else:
                    later = (last, piece[1:])
            elif piece in KINDS:
                pieces.append(self.tree(piece, depth - 1, known))
                if later:
                    known[later[0]] = later[1]
                    later = None
            else:
                pieces.append(self._other(piece, last))
        return Tree(tuple(pieces))

    def _other(self, piece: str, last: str) -> str:
        if piece == "@@":
            return last
        if piece == "PATTERN":
            return self._pick.choice(PATTERNS)
        return self._pick.choice(ZONES) if piece == "ZONE" else piece

    def _leaf(self, kind: str, scope: Mapping[str, str]) -> str:
        near = [name for name, of in scope.items() if of == kind]
        if near and self._pick.random() < 0.7:
            return self._pick.choice(near)
        if KINDS[kind].make and self._pick.random() < 0.75:
            return f"{kind.lower()}_{self._pick.choice('ab')}"
        return self._pick.choice(LITERALS[kind].split("|"))


Bindings = dict[str, object]


@dataclass(frozen=True)
class Case:
    """One expression and the values with which it is evaluated, the same wherever they are made again."""

    number: int
    tree: Tree
    bindings: tuple[Bindings, ...]


def case(seed: int, number: int) -> Case:
    """The case with this number: its kind as likely as it has many templates, conditions above all."""
    pick = random.Random(f"{seed}:{number}")  # noqa: S311 - cases, not secrets
    kinds = [kind for kind, forms in templates().items() for _ in forms]
    tree = _Maker(pick).tree(pick.choice(kinds), pick.choice((1, 2, 2, 3, 3, 4)), {})
    while len(tree.source) > LONGEST:
        tree = _Maker(pick).tree(pick.choice(kinds), 2, {})
    names = sorted({name for name in _VARIABLE.findall(tree.source) if name in VARIABLES})
    found: dict[str, Bindings] = {}
    for _ in range(PAIRS_OF_AN_EXPRESSION if names else 1):
        bindings = {name: _value(pick, name) for name in names}
        found.setdefault(repr(bindings), bindings)
    return Case(number, tree, tuple(found.values()))


def _value(pick: random.Random, variable: str) -> object:
    make = KINDS[VARIABLES[variable]].make
    assert make, variable
    return make(pick)
