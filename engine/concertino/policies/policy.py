"""Policies, ready to be judged by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from concertino.expressions import CheckedTree, Domain, Program, Scope
from concertino.model.json import JsonValue
from concertino.model.outcome import Enforcement, Severity
from concertino.model.place import Place


@dataclass(frozen=True)
class Expression:
    """One CEL expression of a policy: what was checked, what runs, and where its text stands."""

    tree: CheckedTree
    program: Program
    pointer: str
    place: Place
    scope: Scope | None = field(default=None, repr=False, compare=False)
    known: Mapping[str, Domain | None] = field(default_factory=dict, repr=False, compare=False)
    """What its text was checked in, and which texts its variables can come to: for whoever checks a changed text."""


@dataclass(frozen=True)
class Aggregate:
    """A value over all entities of one kind: grouped, folded, and looked up for the entity that is judged."""

    name: str
    over: str
    fold: str
    where: Expression | None = None
    by: Expression | None = None
    at: Expression | None = None
    value: Expression | None = None
    otherwise: JsonValue | None = None


@dataclass(frozen=True)
class Validation:
    """One named assertion. With `each` it is judged on every element of a list, the elements told apart by `key`."""

    name: str
    expression: Expression
    each: Expression | None = None
    key: Expression | None = None
    field: str = ""
    """JSON pointer of the node a finding points at: in the entity, or in the element if it begins with `item`."""
    message: str = ""
    message_expression: Expression | None = None


@dataclass(frozen=True)
class HistoryOf:
    """The changes of a value of the judged entity: at `path`, or of the whole entity if that is empty.

    `signed` says whether the policy reads who signed them; if not, no signature is verified.
    """

    name: str
    path: tuple[str, ...]
    signed: bool = False


@dataclass(frozen=True)
class PolicyOrigin:
    """The pack a policy came with, its file, and whether the file travels with the engine."""

    pack: str
    file: str
    shipped: bool


@dataclass(frozen=True)
class Policy:
    """One declarative rule with its expressions compiled and the overrides of the configuration applied.

    `digest` is the SHA-256 of everything that decides outcomes, in canonical JSON.
    """

    id: str
    title: str
    description: str
    target: str
    severity: Severity
    enforcement: Enforcement
    approval_right: str
    remediation: str
    mission: tuple[str, ...]
    parameters: Mapping[str, JsonValue]
    parameter_reasons: Mapping[str, str]
    origin: PolicyOrigin
    when: Expression | None
    variables: Mapping[str, Expression]
    aggregates: Mapping[str, Aggregate]
    validations: tuple[Validation, ...]
    digest: str
    place: Place
    history: Mapping[str, HistoryOf] = field(default_factory=dict)

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """All expressions: the condition, variables, those of aggregates, those of validations."""
        found = [self.when, *self.variables.values()]
        for aggregate in self.aggregates.values():
            found += [aggregate.where, aggregate.by, aggregate.at, aggregate.value]
        for item in self.validations:
            found += [item.each, item.expression, item.key, item.message_expression]
        return tuple(expression for expression in found if expression)

    def with_expressions(self, change: Callable[[Expression], Expression]) -> "Policy":
        """The same policy with each of its expressions exchanged for what `change` gives."""

        def changed(expression: Expression | None) -> Expression | None:
            return change(expression) if expression else None

        return replace(
            self,
            when=changed(self.when),
            variables={name: change(item) for name, item in self.variables.items()},
            aggregates={
                name: replace(
                    item,
                    where=changed(item.where),
                    by=changed(item.by),
                    at=changed(item.at),
                    value=changed(item.value),
                )
                for name, item in self.aggregates.items()
            },
            validations=tuple(
                replace(
                    item,
                    expression=change(item.expression),
                    each=changed(item.each),
                    key=changed(item.key),
                    message_expression=changed(item.message_expression),
                )
                for item in self.validations
            ),
        )


@dataclass(frozen=True, slots=True)
class Override:
    """A change that the configuration makes to a policy of a pack, in the words of the report."""

    policy: str
    change: str
    reason: str = ""
