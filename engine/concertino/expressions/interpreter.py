"""Evaluates a tree node by node: slow, careful, and the reference for the generated code.

It knows what the generated code leaves out: absorbing errors, values that can't be read, data of unexpected types, and
what each node gave.
"""

from collections.abc import Callable, Mapping
from typing import ClassVar, TypeAlias

from concertino.expressions import runtime
from concertino.expressions.folds import FoldKind, Folds
from concertino.expressions.interpreter_folds import Failure, Scope, run, worse
from concertino.expressions.meter import Meter
from concertino.expressions.runtime_access import has, insert, select
from concertino.expressions.runtime_values import NAMED_TYPES, describe
from concertino.expressions.tree import (
    Call,
    CheckedTree,
    Comprehension,
    Constant,
    Entry,
    Identifier,
    ListLiteral,
    MapLiteral,
    Node,
    Select,
)
from concertino.expressions.values import CelOptional, EvaluationError, UnreadableError

Observer: TypeAlias = Callable[[int, object], None]


class Interpreter:
    """One evaluation of `tree`, with its macros. `observe` is told the value of each node that has one, in order."""

    def __init__(
        self,
        tree: CheckedTree,
        folds: Folds,
        bindings: Mapping[str, object],
        meter: Meter,
        observe: Observer | None = None,
    ) -> None:
        self._tree = tree
        self._folds = folds
        self._bindings = bindings
        self.meter = meter
        self._observe = observe

    def evaluate(self) -> object:
        """The value of the expression. Raises `EvaluationError`, `UnreadableError` or `BudgetError`."""
        return self.value(self._tree.root, {})

    def value(self, node: Node, scope: Scope) -> object:
        """The value of `node`, with the variables of macros in `scope`."""
        try:
            value = self._NODES[type(node)](self, node, scope)
        except (EvaluationError, UnreadableError) as error:
            error.node_id = error.node_id or node.id
            raise
        if self._observe:
            self._observe(node.id, value)
        return value

    def _constant(self, node: Constant, _: Scope) -> object:
        return node.value

    def _identifier(self, node: Identifier, scope: Scope) -> object:
        if node.name in scope:
            value = scope[node.name]
            if isinstance(value, (EvaluationError, UnreadableError)):
                raise value
            return value
        name = node.name.removeprefix(".")
        try:
            return self._bindings[name]
        except KeyError:
            pass
        if name in NAMED_TYPES:
            return NAMED_TYPES[name]
        raise EvaluationError(f'nothing is bound to the name "{name}"')

    def _select(self, node: Select, scope: Scope) -> object:
        if not self._tree.types and not node.test_only:
            found = self._qualified(node, scope)
            if found:
                return found[0]
        operand = self.value(node.operand, scope)
        return has(operand, node.field) if node.test_only else select(operand, node.field)

    def _qualified(self, node: Select, scope: Scope) -> tuple[object] | None:
        """What is bound to all of `a.b.c`, where nobody checked that before."""
        path = _path(node)
        if not path or path.split(".")[0] in scope:
            return None
        try:
            return (self._bindings[path.removeprefix(".")],)
        except KeyError:
            return (NAMED_TYPES[path],) if path in NAMED_TYPES else None

    def _list(self, node: ListLiteral, scope: Scope) -> list[object]:
        values: list[object] = []
        for place, element in enumerate(node.elements):
            value = self.value(element, scope)
            if place not in node.optional_indices:
                values.append(value)
            elif _optional(value).present:
                values.append(_optional(value).value)
        return values

    def _map(self, node: MapLiteral, scope: Scope) -> dict[object, object]:
        if node.message:
            raise EvaluationError(f"messages such as {node.message} can't be made here, only maps")
        values: dict[object, object] = {}
        for entry in node.entries:
            self._entry(values, entry, scope)
        return values

    def _entry(self, values: dict[object, object], entry: Entry, scope: Scope) -> None:
        key, value = self.value(entry.key, scope), self.value(entry.value, scope)
        if not entry.optional:
            insert(values, key, value)
        elif _optional(value).present:
            insert(values, key, _optional(value).value)

    def _call(self, node: Call, scope: Scope) -> object:
        special = self._CALLS.get(node.function)
        return special(self, node, scope) if special else self._strict_call(node, scope)

    def _and(self, node: Call, scope: Scope) -> bool:
        return self._decided_by(node.arguments, scope, decisive=False)

    def _or(self, node: Call, scope: Scope) -> bool:
        return self._decided_by(node.arguments, scope, decisive=True)

    def _not(self, node: Call, scope: Scope) -> bool:
        return not self.condition(node.arguments[0], scope)

    def _conditional(self, node: Call, scope: Scope) -> object:
        condition, then, otherwise = node.arguments
        return self.value(then if self.condition(condition, scope) else otherwise, scope)

    def _strict_call(self, node: Call, scope: Scope) -> object:
        name, target = node.function, node.target
        if target and not self._tree.types and (prefix := _path(target)) and _is_known(f"{prefix}.{name}"):
            name, target = f"{prefix}.{name}", None
        receiver = (target,) if target else ()
        arguments = [self.value(argument, scope) for argument in (*receiver, *node.arguments)]
        if name in runtime.OWN:
            return runtime.call_own(self.meter, name, node.overloads, arguments)
        return runtime.call(self.meter, name, arguments)

    def _or_else(self, node: Call, scope: Scope) -> object:
        """`or` and `orValue`, which look at the other side only if they need it."""
        if node.target is None or len(node.arguments) != 1:
            return self._strict_call(node, scope)
        optional = _optional(self.value(node.target, scope))
        if not optional.present:
            value = self.value(node.arguments[0], scope)
            return value if node.function == "orValue" else _optional(value)
        return optional.value if node.function == "orValue" else optional

    def condition(self, node: Node, scope: Scope) -> bool:
        """The value of `node`, which must be a bool."""
        return runtime.as_bool(self.value(node, scope))

    def attempt(self, node: Node, scope: Scope) -> bool | Failure:
        """The same, with a failure as a value."""
        try:
            return self.condition(node, scope)
        except (EvaluationError, UnreadableError) as error:
            error.node_id = error.node_id or node.id
            return error

    def _decided_by(self, sides: tuple[Node, ...], scope: Scope, *, decisive: bool) -> bool:
        """`&&`, decided by false, or `||`, decided by true: failures count only if no side decides."""
        failure: Failure | None = None
        for side in sides:
            outcome = self.attempt(side, scope)
            if outcome is decisive:
                return decisive
            if not isinstance(outcome, bool):
                failure = worse(failure, outcome)
        if failure:
            raise failure
        return not decisive

    def _bound(self, node: Node, scope: Scope) -> object:
        """What `cel.bind` binds: a failure counts only where the variable is read."""
        try:
            return self.value(node, scope)
        except (EvaluationError, UnreadableError) as error:
            return error

    def _comprehension(self, node: Comprehension, scope: Scope) -> object:
        fold = self._folds.get(id(node))
        if fold is None:
            raise EvaluationError("this macro is not known to the evaluator")
        if fold.kind is FoldKind.BIND:
            return self.value(fold.values[1], {**scope, node.accumulator: self._bound(fold.values[0], scope)})
        return run(self, node, fold, self.value(node.range, scope), dict(scope))

    _NODES: ClassVar[Mapping[type, Callable[..., object]]] = {
        Constant: _constant,
        Identifier: _identifier,
        Select: _select,
        Call: _call,
        ListLiteral: _list,
        MapLiteral: _map,
        Comprehension: _comprehension,
    }
    _CALLS: ClassVar[Mapping[str, Callable[..., object]]] = {
        "_&&_": _and,
        "_||_": _or,
        "!_": _not,
        "_?_:_": _conditional,
        "or": _or_else,
        "orValue": _or_else,
    }
    """What does not evaluate all its operands."""


def _optional(value: object) -> CelOptional:
    if isinstance(value, CelOptional):
        return value
    raise EvaluationError(f"no such overload: an optional value is needed, found {describe(value)}")


def _path(node: Node) -> str:
    """`a.b.c` as text; empty if the node is anything else."""
    match node:
        case Identifier():
            return node.name
        case Select(test_only=False) if operand := _path(node.operand):
            return f"{operand}.{node.field}"
    return ""


def _is_known(name: str) -> bool:
    return name in runtime.OVERLOADS or any(name == universal for universal, _ in runtime.UNIVERSAL)
