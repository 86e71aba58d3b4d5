"""What every part of a model's document is checked with."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from concertino.expressions import (
    Call,
    CelType,
    CheckedTree,
    Constant,
    Identifier,
    ListLiteral,
    Node,
    Scope,
    compile_tree,
    nodes,
    spans,
)
from concertino.matrix.model import ModelSource, Scalar
from concertino.matrix.reading import text
from concertino.model.json import JsonObject
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.model.suggest import suggest
from concertino.policies import Expression, place_inside

CHECK = "decision-model"
"""The id of the built-in check that a fault of a model is reported under."""
_REMEDY = "Correct the model; until then nothing has an answer."
_MOST_NAMED = 20
"""So many of the possible values are listed in a message."""


@dataclass
class Checker:
    """Collects what is wrong with a document. `types` are those of the names that its expressions may use.

    `words` are the possible values of the circumstances that are words.
    """

    source: ModelSource
    scope: Scope
    problems: list[Problem] = field(default_factory=list)
    types: Mapping[str, CelType] = field(default_factory=dict)
    words: Mapping[str, Sequence[Scalar]] = field(default_factory=dict)

    def report(self, message: str, pointer: str, expected: str = "", suggestion: str = "") -> None:
        """Note that something is wrong with what stands at `pointer`."""
        self.problems.append(faulty(self.source, message, self.source.at(pointer), expected, suggestion))

    def only_once(self, what: str, name: str, before: Iterable[str], pointer: str) -> None:
        """Report a name that stood there before."""
        if name in before:
            self.report(f'there are two {what} "{name}"', pointer)

    def known(self, what: str, name: str, names: Sequence[str], pointer: str) -> bool:
        """Whether a name is one of those that the model knows; if not, that is reported."""
        if name not in names:
            expected = f"one of {listed(names)}" if names else f"the model has no {what}"
            self.report(f'"{name}" is no {what} of this model', pointer, expected, suggest(name, names))
        return name in names

    def in_domain(self, name: str, value: object, values: Sequence[Scalar], pointer: str) -> bool:
        """Whether an input can have a value; if not, that is reported."""
        if among(value, values):
            return True
        near = suggest(value, [str(one) for one in values]) if isinstance(value, str) else ""
        self.report(f'"{name}" is never {told(value)}', pointer, f"one of {listed(values)}", near)
        return False

    def read_by(self, expression: Expression) -> frozenset[str]:
        """The inputs that an expression reads."""
        return frozenset(name for name in names_in(expression.tree) if name in self.types)

    def expression(self, holder: JsonObject, key: str, pointer: str, expected: CelType) -> Expression | None:
        """The expression under a key, or None if there is none or it is faulty, which is reported."""
        written, pointer = text(holder, key), f"{pointer}/{key}"
        if not written:
            return None
        checked = self.scope.with_variables(self.types).check(written, expected)
        if not isinstance(checked, CheckedTree):
            for fault in checked:
                place = self._inside(pointer, fault.offset, fault.end_offset)
                self.problems.append(faulty(self.source, fault.message, place, fault.expected, fault.suggestion))
            return None
        self._impossible_words(checked, pointer)
        return Expression(checked, compile_tree(checked), pointer, self.source.at(pointer))

    def _impossible_words(self, tree: CheckedTree, pointer: str) -> None:
        """Report comparisons of a circumstance with a word that it never is, which would quietly never hold."""
        for name, literal in _compared_words(tree.root):
            if name in self.words and literal.value not in self.words[name]:
                values = [str(one) for one in self.words[name]]
                near = suggest(str(literal.value), values)
                place = self._inside(pointer, *spans(tree)[literal.id])
                message, expected = f'"{name}" is never "{literal.value}"', f"one of {listed(values)}"
                self.problems.append(faulty(self.source, message, place, expected, f'"{near}"' if near else ""))

    def _inside(self, pointer: str, start: int, end: int) -> Place:
        return place_inside(self.source.data, self.source.marks, pointer, start, end)


def faulty(source: ModelSource, message: str, place: Place, expected: str = "", suggestion: str = "") -> Problem:
    """A fault of a model, as the report takes it."""
    return Problem(CHECK, message, place, expected, suggestion, _REMEDY, subject=source.id)


def among(value: object, values: Sequence[Scalar]) -> bool:
    """Whether a value is one of these. In Python `True` equals 1; here a yes is no number."""
    return type(values[0]) is type(value) and value in values


def told(value: object) -> str:
    """A value as it stands in a document."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def listed(values: Sequence[Scalar]) -> str:
    """Values as a sentence lists them; of a long range its ends."""
    if len(values) > _MOST_NAMED:
        return f"{told(values[0])} … {told(values[-1])}"
    return ", ".join(map(told, values))


def names_in(tree: CheckedTree) -> frozenset[str]:
    """Every name that an expression uses, those that a macro binds included: too many is safe, too few is not."""
    return frozenset(node.name.removeprefix(".") for node in nodes(tree.root) if isinstance(node, Identifier))


def _compared_words(root: Node) -> Iterator[tuple[str, Constant]]:
    for node in nodes(root):
        match node:
            case Call(function="_==_" | "_!=_", arguments=(Identifier() as name, Constant() as literal)):
                yield name.name, literal
            case Call(function="_==_" | "_!=_", arguments=(Constant() as literal, Identifier() as name)):
                yield name.name, literal
            case Call(function="@in", arguments=(Identifier() as name, ListLiteral(elements=elements))):
                yield from ((name.name, one) for one in elements if isinstance(one, Constant))
