"""An evaluation step by step: what every part of an expression came to, and in which order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from concertino.expressions.folds import ALWAYS, FoldKind
from concertino.expressions.interpreter import Interpreter
from concertino.expressions.interpreter_folds import Failure, Scope
from concertino.expressions.meter import Meter
from concertino.expressions.program import Program
from concertino.expressions.tree import Comprehension, Node
from concertino.expressions.values import BudgetError, EvaluationError, UnreadableError

_MOST_STEPS = 20_000
"""Nobody reads more; evaluation goes on without being written down."""


@dataclass(slots=True)
class Step:
    """One evaluation of one node: its value or failure, the steps it took, and the variables of macros around it."""

    node: Node
    bound: Mapping[str, object]
    value: object = None
    failure: Failure | BudgetError | None = None
    steps: list["Step"] = field(default_factory=list)

    def all(self) -> Iterator["Step"]:
        """This step and all below, each before those it took."""
        yield self
        for step in self.steps:
            yield from step.all()


@dataclass(frozen=True, slots=True)
class Turn:
    """What a macro did with one element: the steps taken for it; `index` counts from 0 and `bound` names it."""

    index: int
    bound: Mapping[str, object]
    steps: tuple[Step, ...]
    decided: bool


class _Tracer(Interpreter):
    """An interpreter that writes down its steps."""

    def __init__(self, program: Program, bindings: Mapping[str, object], meter: Meter) -> None:
        super().__init__(program.tree, program.folds, bindings, meter)
        self._open: list[Step] = []
        self._left = _MOST_STEPS
        self.first: Step | None = None

    def value(self, node: Node, scope: Scope) -> object:
        if self._left <= 0:
            return super().value(node, scope)
        self._left -= 1
        step = Step(node, dict(scope))
        if self._open:
            self._open[-1].steps.append(step)
        self.first = self.first or step
        self._open.append(step)
        try:
            step.value = super().value(node, scope)
        except (EvaluationError, UnreadableError, BudgetError) as failure:
            step.failure = failure
            raise
        finally:
            self._open.pop()
        return step.value


def trace(program: Program, bindings: Mapping[str, object], meter: Meter) -> Step:
    """The evaluation of a program, step by step. A failure stands in the first step, and is not raised."""
    tracer = _Tracer(program, bindings, meter)
    failed: Failure | BudgetError | None = None
    try:
        tracer.evaluate()
    except (EvaluationError, UnreadableError, BudgetError) as failure:
        failed = failure
    except RecursionError:
        message = "the expression, with the variables it uses, is nested too deeply to be evaluated"
        return Step(program.tree.root, {}, failure=BudgetError(message))
    return tracer.first or Step(program.tree.root, {}, failure=failed)


def turns(program: Program, step: Step) -> tuple[Turn, ...]:
    """What a macro did with its elements, in order; nothing for `cel.bind` and for what is no macro.

    An element decided if it ended the macro (`all`, `exists`), if it counted (`exists_one`), if it was kept (`filter`,
    `map`), or if it could not be judged.
    """
    fold = program.folds.get(id(step.node))
    if not isinstance(step.node, Comprehension) or fold is None or fold.kind is FoldKind.BIND:
        return ()
    groups: list[list[Step]] = []
    for one in step.steps[1:]:
        if one.node is fold.condition:
            groups.append([])
        if groups:
            groups[-1].append(one)
    decisive = fold.kind is not FoldKind.ALL
    return tuple(
        Turn(
            index,
            _variables(step.node, group[0].bound),
            tuple(one for one in group if one.node is not ALWAYS),
            decided=group[0].failure is not None or group[0].value is decisive,
        )
        for index, group in enumerate(groups)
    )


def _variables(node: Comprehension, bound: Mapping[str, object]) -> Mapping[str, object]:
    names = [node.variable, node.second_variable]
    return {name: bound[name] for name in names if name in bound and not name.startswith(("@", "#"))}
