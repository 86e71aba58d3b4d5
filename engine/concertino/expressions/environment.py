"""The door of the checker: a vocabulary and variables in, a checked tree or problems out."""

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from concertino.expressions.problems import ExpressionProblem
from concertino.expressions.provided import with_provided
from concertino.expressions.tree import CheckedTree
from concertino.expressions.types import BOOL, DYN, CelType, list_of, map_of, shape
from concertino.model.limits import Limits
from concertino.model.shape import ListOf, MapOf, Primitive, ShapeName, Type, Vocabulary

if TYPE_CHECKING:
    from concertino.expressions.checker import Checker

_SURROGATE = re.compile("[\ud800-\udfff]")


_Question = tuple[frozenset[tuple[str, CelType]], str, CelType | None]
_MOST_ANSWERS = 5_000
"""Checked expressions that one environment remembers: a few hundred policies."""


@dataclass(frozen=True)
class Environment:
    """What expressions can name apart from variables: the shapes of a vocabulary and the functions of the language.

    Made once for a vocabulary and used for all expressions over it.
    """

    vocabulary: Vocabulary
    limits: Limits = field(default_factory=Limits)
    _by_variables: dict[frozenset[tuple[str, CelType]], Any] = field(default_factory=dict, repr=False, compare=False)
    """The library's environments: one takes as long as checking ten expressions, and many scopes are equal."""

    _checked: "dict[_Question, CheckedTree | tuple[ExpressionProblem, ...]]" = field(
        default_factory=dict, repr=False, compare=False
    )

    def scope(self, variables: Mapping[str, CelType]) -> "Scope":
        """The environment with these variables. Names may be qualified, like `params.minimumEvidence`."""
        return Scope(self, dict(variables))

    def with_these(self, variables: Mapping[str, CelType]) -> Any:  # noqa: ANN401 - the library has no types
        """The library's environment for these variables, made once."""
        key = frozenset(variables.items())
        if key not in self._by_variables:
            self._by_variables[key] = self.checker.environment(variables)
        return self._by_variables[key]

    @cached_property
    def checker(self) -> "Checker":
        """The library's side, loaded when the first expression is checked."""
        from concertino.expressions.checker import Checker  # noqa: PLC0415 - 14 MB that many commands never need

        return Checker.of(with_provided(self.vocabulary))


def shared_environment(vocabulary: Vocabulary, limits: Limits) -> Environment:
    """The environment of a vocabulary, the same one each time it is asked for.

    Judging many revisions meets the same schemas and policies again and again; checking an expression takes longer than
    judging a hundred entities by it.
    """
    for kept in _KEPT:
        if kept.limits == limits and kept.vocabulary == vocabulary:
            return kept
    made = Environment(vocabulary, limits)
    _KEPT.append(made)
    return made


@dataclass(frozen=True)
class Scope:
    """An environment with variables. `check` is pure: the same text has the same answer."""

    environment: Environment
    variables: Mapping[str, CelType]

    def with_variables(self, variables: Mapping[str, CelType]) -> "Scope":
        """This scope and more variables; one of the same name replaces the old."""
        return Scope(self.environment, {**self.variables, **variables})

    def check(self, source: str, expected: CelType | None = None) -> CheckedTree | tuple[ExpressionProblem, ...]:
        """The checked tree of `source`, or everything that is wrong with it, at least one problem.

        `expected` is the type the expression must have; `dyn` on either side fits anything.
        """
        if refused := self._refused(source):
            return (refused,)
        question = (frozenset(self.variables.items()), source, expected)
        known = self.environment._checked  # noqa: SLF001 - a scope is a part of its environment
        if question not in known:
            if len(known) >= _MOST_ANSWERS:
                known.clear()
            known[question] = self._answer(source, expected)
        return known[question]

    def _answer(self, source: str, expected: CelType | None) -> CheckedTree | tuple[ExpressionProblem, ...]:
        found = self.environment.checker.check(self.environment.with_these(self.variables), source, self.variables)
        if isinstance(found, tuple) or expected is None or fits(found.result, expected):
            return found
        wanted = "a condition is needed here" if expected == BOOL else f"{expected} is needed here"
        message = f"{wanted}, and this gives {found.result}"
        return (ExpressionProblem(message, 0, len(source), f"an expression of type {expected}"),)

    def _refused(self, source: str) -> ExpressionProblem | None:
        """What is wrong with a text that the checker never gets to see."""
        longest = self.environment.limits.expression_length
        if len(source) > longest:
            message = f"the expression is {len(source)} characters long"
            return ExpressionProblem(message, longest, len(source), f"at most {longest}; move a part into a variable")
        if found := _SURROGATE.search(source):
            message = f"half a character (U+{ord(found[0]):04X}) stands in the expression"
            return ExpressionProblem(message, found.start(), found.end(), "text that UTF-8 can hold")
        return None


_KEPT: deque[Environment] = deque(maxlen=4)


def fits(found: CelType, expected: CelType) -> bool:
    """Whether a value of the type `found` can stand where `expected` is wanted; `dyn` fits everywhere."""
    if DYN in (found, expected):
        return True
    if (found.name, found.shape, len(found.parameters)) != (expected.name, expected.shape, len(expected.parameters)):
        return False
    return all(map(fits, found.parameters, expected.parameters))


def cel_type(model_type: Type) -> CelType:
    """The type that an expression sees for a type of the vocabulary."""
    match model_type:
        case Primitive():
            return CelType(model_type.value)
        case ListOf(element):
            return list_of(cel_type(element))
        case MapOf(value):
            return map_of(CelType("string"), cel_type(value))
        case ShapeName(name):
            return shape(name)
