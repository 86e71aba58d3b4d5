"""The parts that a policy and a decision model have in common: expressions, variables and aggregates of a document."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import ClassVar

from concertino.documents import Positions
from concertino.expressions import (
    BOOL,
    DYN,
    CelType,
    CheckedTree,
    Domain,
    Domains,
    ExpressionProblem,
    Scope,
    certain_failures,
    compile_tree,
    shape,
)
from concertino.kinds import Kinds
from concertino.model.json import JsonObject, JsonValue
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.model.suggest import suggest
from concertino.policies.folds import aggregate_type
from concertino.policies.placing import place_inside
from concertino.policies.policy import Aggregate, Expression, PolicyOrigin

_VARIABLE = re.compile(r"\bvariables\s*\.\s*([A-Za-z_]\w*)")
"""Reads of variables in the text of an expression, and maybe some things that only look like it."""


@dataclass(frozen=True)
class PolicySource:
    """A document of a policy or decision model that passed its schema, and all that is needed to point into it."""

    id: str
    origin: PolicyOrigin
    value: JsonObject
    data: bytes
    marks: Positions

    @property
    def spec(self) -> JsonObject:
        """What the document says under `spec`."""
        return mapping_in(self.value, "spec")

    @property
    def digest(self) -> str:
        """The SHA-256 of everything in the document that decides outcomes."""
        return digest_of(self.id, self.spec)


@dataclass(frozen=True)
class ExpressionCompiler:
    """Compiles what stands in one document, and collects what is wrong with it."""

    source: PolicySource
    kinds: Kinds
    scope: Scope
    problems: list[Problem] = field(default_factory=list)
    domains: dict[str, Domain | None] = field(default_factory=dict)
    """The texts that variables, and `item` inside a validation, can come to, where that is known."""

    CHECK: ClassVar[str] = "policy"
    """The id of the built-in check that faults are reported under."""
    REMEDY: ClassVar[str] = "Correct the policy; until then it judges nothing."

    def known_kind(self, name: str, pointer: str) -> bool:
        """Whether there is a kind of this name; if not, that is reported at `pointer`."""
        if name in self.kinds.by_name:
            return True
        names = sorted(self.kinds.by_name)
        self.report(
            f'"{name}" is not a kind',
            self.source.marks.nearest(pointer),
            expected=f"one of {', '.join(names)}",
            suggestion=suggest(name, names),
        )
        return False

    def aggregates(self, common: Mapping[str, CelType], target: str) -> tuple[dict[str, Aggregate], dict[str, CelType]]:
        """The aggregates of the document, and the types under which expressions see them.

        `common` are the types of the names that members see too, `target` is the kind of the entity that asks.
        """
        aggregates: dict[str, Aggregate] = {}
        types: dict[str, CelType] = {}
        for index, item in enumerate(mappings_in(self.source.spec, "aggregates")):
            pointer = f"/spec/aggregates/{index}"
            name, over, fold = text_in(item, "name"), text_in(item, "over"), text_in(item, "fold")
            if not self.known_kind(over, f"{pointer}/over"):
                types[f"aggregates.{name}"] = DYN  # that it is missing would be an echo of this
                continue
            if name in aggregates:
                place = self.source.marks.nearest(f"{pointer}/name")
                self.report(f'there are two aggregates called "{name}"', place)
            member = {**common, "item": shape(over)}
            value = self.optional(item, "value", f"{pointer}/value", member)
            aggregates[name] = Aggregate(
                name=name,
                over=over,
                fold=fold,
                where=self.optional(item, "where", f"{pointer}/where", member, BOOL),
                by=self.optional(item, "by", f"{pointer}/by", member),
                at=self.optional(item, "at", f"{pointer}/at", {**common, "entity": shape(target)}),
                value=value,
                otherwise=item.get("otherwise"),
            )
            kind_of = aggregate_type(fold, value.tree.result if value else None)
            if isinstance(kind_of, str):
                self.report(kind_of, self.source.marks.nearest(f"{pointer}/fold"))
            types[f"aggregates.{name}"] = DYN if isinstance(kind_of, str) else kind_of
        return aggregates, types

    def variables(self, types: Mapping[str, CelType]) -> tuple[dict[str, Expression], dict[str, CelType]]:
        """The variables of the document, and the types of all names with theirs added. Each sees those above it."""
        known, seen = dict(types), dict(types)
        variables: dict[str, Expression] = {}
        for index, item in enumerate(mappings_in(self.source.spec, "variables")):
            name = text_in(item, "name")
            if name in variables:
                place = self.source.marks.nearest(f"/spec/variables/{index}/name")
                self.report(f'there are two variables called "{name}"', place)
            told = len(self.problems)
            if any(f"variables.{above}" not in seen for above in _VARIABLE.findall(text_in(item, "expression"))):
                seen = dict(known)  # Each set of names costs as much as checking an expression, so it grows in steps.
            pointer = f"/spec/variables/{index}/expression"
            expression = self.optional(item, "expression", pointer, seen)
            if expression is None and len(seen) < len(known):
                del self.problems[told:]  # Said again with all names known, one of which may have been meant.
                expression = self.optional(item, "expression", pointer, known)
            if expression:
                variables[name] = expression
                self.domains[f"variables.{name}"] = self.domain(expression)
            else:
                self._explain_order(told, index)
            known[f"variables.{name}"] = expression.tree.result if expression else DYN
        return variables, known

    def _explain_order(self, told: int, index: int) -> None:
        """Say of a variable that is used above its place that it is there, but below."""
        below = {text_in(item, "name") for item in mappings_in(self.source.spec, "variables")[index:]}
        for number, problem in enumerate(self.problems[told:], told):
            if any(f'"variables.{name}"' in problem.message for name in below):
                message = f"{problem.message} yet: an expression sees the variables above it"
                self.problems[number] = replace(problem, message=message, expected="a variable further up")

    def optional(
        self,
        holder: JsonObject,
        key: str,
        pointer: str,
        types: Mapping[str, CelType],
        expected: CelType | None = None,
    ) -> Expression | None:
        """The expression under `key`, which stands at `pointer`; None if there is none or it is faulty."""
        text = holder.get(key)
        if not isinstance(text, str):
            return None
        scope = self.scope.with_variables(types)
        checked = scope.check(text, expected)
        if not isinstance(checked, CheckedTree):
            self._report_all(checked, pointer)
            return None
        self._report_all(certain_failures(checked, self.kinds.vocabulary, self.domains), pointer)
        return Expression(checked, compile_tree(checked), pointer, self.at(pointer), scope, dict(self.domains))

    def _report_all(self, faults: tuple[ExpressionProblem, ...], pointer: str) -> None:
        for fault in faults:
            self.report(fault.message, self.inside(pointer, fault), fault.expected, fault.suggestion)

    def domain(self, expression: Expression) -> Domain | None:
        """The texts that an expression can come to, if they are known."""
        return Domains(expression.tree, self.kinds.vocabulary).of(expression.tree.root, self.domains)

    def inside(self, pointer: str, fault: ExpressionProblem) -> Place:
        """The place of a fault inside an expression: a line and column of the YAML file."""
        return place_inside(self.source.data, self.source.marks, pointer, fault.offset, fault.end_offset)

    def at(self, pointer: str) -> Place:
        """The place of what stands at `pointer`, or of what is nearest to it."""
        return self.source.marks.nearest(pointer)

    def report(self, message: str, place: Place, expected: str = "", suggestion: str = "") -> None:
        """Note that something is wrong."""
        problem = Problem(self.CHECK, message, place, expected, suggestion, self.REMEDY, subject=self.source.id)
        self.problems.append(problem)


def digest_of(*parts: JsonValue) -> str:
    """SHA-256 over canonical JSON: sorted keys, no white space."""
    canonical = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def mapping_in(value: JsonObject, key: str) -> JsonObject:
    """The mapping under a key, empty if there is none."""
    item = value.get(key)
    return item if isinstance(item, Mapping) else {}


def mappings_in(value: JsonObject, key: str) -> list[JsonObject]:
    """The mappings in the list under a key."""
    item = value.get(key)
    return [element for element in item if isinstance(element, Mapping)] if isinstance(item, list) else []


def text_in(value: JsonObject, key: str) -> str:
    """The text under a key, empty if there is none."""
    item: JsonValue | None = value.get(key)
    return item if isinstance(item, str) else ""
