"""Worked examples, computed and compared with what they must come to."""

from collections.abc import Iterator

from concertino.matrix.answering import answer
from concertino.matrix.checking import told
from concertino.matrix.claims import Claim, claim, fault
from concertino.matrix.model import Answer, Example, Model, Unanswered
from concertino.model.problem import Problem


def worked_examples(model: Model) -> Claim:
    """All examples of a model."""
    problems = [problem for item in model.examples for problem in _example(model, item)]
    return claim("examples", len(model.examples), *problems)


def _example(model: Model, example: Example) -> Iterator[Problem]:
    found = answer(model, example.inputs)
    if isinstance(found, Unanswered):
        yield fault(model, f'"{example.title}" has no answer: {found.message}', example.pointer)
        return
    where = _inputs(example)
    if found.answer != example.answer:
        told_why = _because(found)
        message = f'"{example.title}" comes to {found.answer} and not to {example.answer}, {told_why}: {where}'
        yield fault(model, message, f"{example.pointer}/answer", found.answer)
    if example.index is not None and found.index != example.index:
        message = f'"{example.title}" has the index {found.index} and not {example.index}: {where}'
        yield fault(model, message, f"{example.pointer}/index", str(found.index))
    if example.guards is not None and set(example.guards) != set(found.deciding):
        deciding = ", ".join(found.deciding) or "no guard"
        wanted = ", ".join(example.guards) or "no guard"
        message = f'"{example.title}" is decided by {deciding} and not by {wanted}: {where}'
        yield fault(model, message, f"{example.pointer}/guards")


def _because(found: Answer) -> str:
    sums = " + ".join(f"{item.factor} {item.weight}×{item.points}" for item in found.contributions)
    by = f", decided by {', '.join(found.deciding)}" if found.deciding else ""
    return f"index {found.index} = {sums}{by}"


def _inputs(example: Example) -> str:
    pairs = (*example.inputs.scores.items(), *example.inputs.circumstances.items())
    return ", ".join(f"{name} {told(value)}" for name, value in pairs)
