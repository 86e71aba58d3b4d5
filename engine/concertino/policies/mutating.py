"""Policies that differ from one by a single small fault."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from concertino.expressions import (
    Call,
    Domains,
    Edit,
    Identifier,
    Node,
    changed_body,
    changed_day,
    compile_tree,
    mutants,
    nodes,
)
from concertino.model.json import JsonValue
from concertino.policies.policy import Aggregate, Expression, Policy

_OTHER_FOLD = {"sum": "max", "min": "max", "max": "min"}
"""Folds that a slip of the pen exchanges, of the same type."""
_COMPARISONS = ("_==_", "_!=_", "@in")


@dataclass(frozen=True)
class PolicyMutant:
    """A policy with one fault: at `pointer` of its document, and there in `edit`, unless the whole value is meant."""

    policy: Policy
    pointer: str
    before: str
    after: str
    what: str
    edit: Edit | None = None


def policy_mutants(policy: Policy) -> Iterator[PolicyMutant]:
    """Every policy that is one small fault away and compiles: parameters, aggregates, then each expression."""
    for name, value in policy.parameters.items():
        values = _values(policy, f"params.{name}")
        for pointer, before, after, whole in _changed(value, f"/spec/parameters/{name}", values):
            faulty = replace(policy, parameters={**policy.parameters, name: whole})
            yield PolicyMutant(faulty, pointer, before, after, "parameter")
    yield from _aggregates(policy)
    for expression in policy.expressions:
        yield from _expressions(policy, expression)


def _expressions(policy: Policy, expression: Expression) -> Iterator[PolicyMutant]:
    if expression.scope is None:
        return
    for mutant in mutants(expression.tree, expression.scope, expression.known):
        changed = replace(expression, tree=mutant.tree, program=compile_tree(mutant.tree))
        faulty = _exchanged(policy, expression, changed)
        edit = mutant.edit
        yield PolicyMutant(faulty, expression.pointer, edit.before, edit.after, edit.what, edit)


def _exchanged(policy: Policy, old: Expression, new: Expression) -> Policy:
    return policy.with_expressions(lambda expression: new if expression is old else expression)


def _aggregates(policy: Policy) -> Iterator[PolicyMutant]:
    for index, (name, aggregate) in enumerate(policy.aggregates.items()):
        pointer = f"/spec/aggregates/{index}"
        other = _OTHER_FOLD.get(aggregate.fold, aggregate.fold)
        if other != aggregate.fold:
            faulty = _with_aggregate(policy, name, replace(aggregate, fold=other))
            yield PolicyMutant(faulty, f"{pointer}/fold", aggregate.fold, other, "operator")
        for at, before, after, whole in _changed(aggregate.otherwise, f"{pointer}/otherwise", ()):
            yield PolicyMutant(
                _with_aggregate(policy, name, replace(aggregate, otherwise=whole)), at, before, after, "bound"
            )


def _with_aggregate(policy: Policy, name: str, aggregate: Aggregate) -> Policy:
    return replace(policy, aggregates={**policy.aggregates, name: aggregate})


_Change = tuple[str, str, str, JsonValue]
"""The pointer of what is changed, how it reads before and after, and the whole value with the change made."""


def _changed(value: JsonValue | None, pointer: str, values: tuple[str, ...]) -> Iterator[_Change]:
    """All values that are one step away. `values` are those that a text can be; empty if it can be anything."""
    match value:
        case bool():
            yield pointer, _shown(value), _shown(not value), not value
        case int() | float():
            for other in (value + 1, value - 1):
                yield pointer, _shown(value), _shown(other), other
        case str() if days := changed_day(value):
            for day in days:
                yield pointer, _shown(value), _shown(day), day
        case str():
            at = values.index(value) + 1 if value in values else 0
            text = next((item for item in (*values[at:], *values[:at]) if item != value), changed_body(value))
            yield pointer, _shown(value), _shown(text), text
        case list():
            yield from _changed_list(value, pointer, values)


def _changed_list(value: list[JsonValue], pointer: str, values: tuple[str, ...]) -> Iterator[_Change]:
    """A list without one of its elements, or with another in its place."""
    for index, item in enumerate(value):
        yield f"{pointer}/{index}", _shown(item), "", value[:index] + value[index + 1 :]
        if isinstance(item, str | bool):
            continue  # Another text where one of several is listed is the same as none.
        for at_item, before, after, whole in _changed(item, f"{pointer}/{index}", values):
            yield at_item, before, after, [*value[:index], whole, *value[index + 1 :]]


def _shown(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False)


def _values(policy: Policy, name: str) -> tuple[str, ...]:
    """The values of a field that a parameter is compared with, if a schema lists them."""
    for expression in policy.expressions:
        if expression.scope is None:
            continue
        domains = Domains(expression.tree, expression.scope.environment.vocabulary)
        for node in nodes(expression.tree.root):
            if isinstance(node, Call) and node.function in _COMPARISONS:
                for one, other in (node.arguments, node.arguments[::-1]):
                    found = domains.of(other, {}) if _is_name(one, name) else None
                    if found and found.owner:
                        return found.values
    return ()


def _is_name(node: Node, name: str) -> bool:
    return isinstance(node, Identifier) and node.name.removeprefix(".") == name
