"""What a policy declares and nothing needs: names that nothing reads, and parts of aggregates without effect."""

from collections.abc import Iterator
from dataclasses import dataclass

from concertino.expressions import DYN, Identifier, fits, nodes
from concertino.policies.folds import aggregate_type
from concertino.policies.parameters import parameter_type
from concertino.policies.policy import Aggregate, Expression, Policy

_MISLEADS = "what nothing reads misleads whoever changes it."


@dataclass(frozen=True, slots=True)
class Needless:
    """Something at `pointer` of a policy that has no effect. `by_key`: its name stands in the key, not in the value."""

    pointer: str
    message: str
    remedy: str
    by_key: bool = False


def needless(policy: Policy) -> Iterator[Needless]:
    """All that could be left out of a policy, or can't be meant as it stands."""
    yield from _unread(policy)
    for name in policy.parameter_reasons:
        if name not in policy.parameters:
            message = f'there is no parameter "{name}" to give a reason for'
            remedy = "Name a parameter as it is written under parameters, or remove the reason."
            yield Needless(f"/spec/parameterReasons/{name}", message, remedy, by_key=True)
    for index, aggregate in enumerate(policy.aggregates.values()):
        yield from _idle(aggregate, f"/spec/aggregates/{index}")


def _unread(policy: Policy) -> Iterator[Needless]:
    read = _read(policy)
    for name in policy.parameters:
        if f"params.{name}" not in read:
            yield _unused("parameter", name, f"params.{name}", f"/spec/parameters/{name}", by_key=True)
    for group, what, names in (
        ("variables", "variable", policy.variables),
        ("aggregates", "aggregate", policy.aggregates),
        ("history", "history", policy.history),
    ):
        for index, name in enumerate(names):
            if f"{group}.{name}" not in read:
                yield _unused(what, name, f"{group}.{name}", f"/spec/{group}/{index}/name")


def _unused(what: str, name: str, written: str, pointer: str, *, by_key: bool = False) -> Needless:
    remedy = f"Remove it, or read it as {written}: {_MISLEADS}"
    return Needless(pointer, f'no expression reads the {what} "{name}"', remedy, by_key)


def _read(policy: Policy) -> frozenset[str]:
    """The names that decide anything: those that outcomes and messages read, and what these are made of."""
    found: set[str] = set()
    waiting: list[Expression | None] = [policy.when]
    for validation in policy.validations:
        waiting += [validation.each, validation.expression, validation.key, validation.message_expression]
    while waiting:
        expression = waiting.pop()
        for name in _names(expression) - found if expression else ():
            found.add(name)
            group, _, rest = name.partition(".")
            if group == "variables" and rest in policy.variables:
                waiting.append(policy.variables[rest])
            if group == "aggregates" and rest in policy.aggregates:
                waiting += _parts(policy.aggregates[rest])
    return frozenset(found)


def _parts(aggregate: Aggregate) -> tuple[Expression | None, ...]:
    return (aggregate.where, aggregate.by, aggregate.at, aggregate.value)


def _names(expression: Expression) -> set[str]:
    return {node.name.removeprefix(".") for node in nodes(expression.tree.root) if isinstance(node, Identifier)}


def _idle(aggregate: Aggregate, pointer: str) -> Iterator[Needless]:
    """The parts of an aggregate that can't have the effect they were written for."""
    by, at = aggregate.by, aggregate.at
    if at and not by:
        message = "a group is asked for, and the members are in none: nothing is ever found"
        yield Needless(f"{pointer}/at", message, "Say under by which group a member is in, or remove at.")
    if by and not at:
        message = "the members are grouped, and no group is asked for: all of them count"
        yield Needless(f"{pointer}/by", message, "Say under at which group the judged entity asks for, or remove by.")
    if by and at and not fits(by.tree.result, at.tree.result):
        message = f"the groups are {by.tree.result}, and {at.tree.result} is asked for: nothing is ever found"
        yield Needless(f"{pointer}/at", message, "Let by and at give values of one type.")
    if aggregate.fold == "count" and aggregate.value:
        yield Needless(f"{pointer}/value", '"count" does not read the value', "Remove it, or take another fold.")
    yield from _otherwise(aggregate, f"{pointer}/otherwise")


def _otherwise(aggregate: Aggregate, pointer: str) -> Iterator[Needless]:
    if aggregate.otherwise is None:
        return
    given = parameter_type(aggregate.otherwise)
    wanted = aggregate_type(aggregate.fold, aggregate.value.tree.result if aggregate.value else None)
    if not isinstance(wanted, str) and wanted != DYN and not fits(given, wanted):
        message = f"this is {given}, and the aggregate gives {wanted}"
        yield Needless(pointer, message, f"Write a value of type {wanted}; expressions are checked for that.")
