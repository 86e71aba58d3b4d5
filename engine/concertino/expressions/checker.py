"""Google's parser and type checker, and what we check beyond it. Loaded when the first expression is checked."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cel_expr_python import cel

from concertino.expressions.descriptors import Descriptors, describe, message_name
from concertino.expressions.enums import impossible_values
from concertino.expressions.functions import FUNCTIONS
from concertino.expressions.literals import message_literals
from concertino.expressions.message import WireError
from concertino.expressions.names import Names
from concertino.expressions.problems import ExpressionProblem, tidy
from concertino.expressions.ranges import impossible_numbers
from concertino.expressions.tree import CheckedTree
from concertino.expressions.types import CelType
from concertino.expressions.wire import decode
from concertino.expressions.wording import explain
from concertino.model.json import JsonObject
from concertino.model.shape import Vocabulary

_EXTENSIONS = (
    "optional",
    "lists",
    "strings",
    "math",
    "regex",
    "sets",
    "two-var-comprehensions",
    "bindings",
    "encoders",
)
_QUALIFIED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*\Z")
_SAYABLE = frozenset(
    {"bool", "int", "uint", "double", "string", "bytes", "null_type", "dyn", "timestamp", "duration", "list", "map"}
    | {"optional_type", "type"}
)


@dataclass(frozen=True, slots=True)
class Checker:
    """The messages of a vocabulary, from which an environment is made for each set of variables."""

    vocabulary: Vocabulary
    descriptors: Descriptors

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> "Checker":
        """A checker whose shapes are those of `vocabulary`."""
        return cls(vocabulary, describe(vocabulary))

    def environment(self, variables: Mapping[str, CelType]) -> Any:  # noqa: ANN401 - the library has no types
        """An environment of the library. Variables whose names are no names are left out."""
        configuration = {
            "extensions": [{"name": name} for name in _EXTENSIONS],
            "variables": [
                {"name": name, **self._type(variables[name])} for name in sorted(variables) if _QUALIFIED.match(name)
            ],
            "functions": self._functions(),
        }
        # JSON is YAML, and the one kind of it in which no name needs thought.
        return cel.NewEnv(self.descriptors.pool, config=cel.NewEnvConfigFromYaml(json.dumps(configuration)))

    def check(
        self,
        environment: Any,  # noqa: ANN401 - as above
        source: str,
        variables: Mapping[str, CelType],
    ) -> CheckedTree | tuple[ExpressionProblem, ...]:
        """The checked tree of `source`, or what is wrong with it. The environment is one for these variables."""
        try:
            tree = decode(environment.compile(source).serialize(), source, self.descriptors.shapes)
        except (RuntimeError, TypeError, WireError, ValueError) as error:
            return explain(str(error), source, Names(variables, self.vocabulary, self.descriptors.shapes))
        return tidy(self._objections(tree)) or tree

    def _objections(self, tree: CheckedTree) -> Iterator[ExpressionProblem]:
        """What the library's checker cannot see."""
        yield from message_literals(tree)
        yield from impossible_values(tree, self.vocabulary)
        yield from impossible_numbers(tree, self.vocabulary)

    def _type(self, of: CelType) -> JsonObject:
        if of.shape and message_name(of.name) in self.descriptors.shapes:
            return {"type_name": message_name(of.name)}
        if of.shape or of.name not in _SAYABLE:
            return {"type_name": "dyn"}
        if not of.parameters:
            return {"type_name": of.name}
        return {"type_name": of.name, "params": [self._type(parameter) for parameter in of.parameters]}

    def _functions(self) -> list[JsonObject]:
        overloads: dict[str, list[JsonObject]] = {}
        for function in FUNCTIONS:
            receiver = {"target": self._type(function.parameters[0])} if function.member else {}
            arguments = function.parameters[1:] if function.member else function.parameters
            overloads.setdefault(function.name, []).append(
                {
                    "id": function.id,
                    **receiver,
                    "args": [self._type(argument) for argument in arguments],
                    "return": self._type(function.result),
                }
            )
        return [{"name": name, "overloads": forms} for name, forms in sorted(overloads.items())]
