"""What a model is held to, and what came of trying it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from concertino.matrix.checking import faulty
from concertino.matrix.model import Model
from concertino.model.problem import Problem

_REMEDY = "Correct the model, or what it claims of itself: as it is, it does not do what it says."


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that a model is held to. `tried` counts the cases, `problems` say where it fails, with one case each.

    A claim about a model whose expressions have no value somewhere can't be tried: then `tried` is None.
    """

    id: str
    statement: str
    tried: int | None
    problems: tuple[Problem, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the claim is proven."""
        return self.tried is not None and not self.problems


@dataclass(frozen=True)
class Verification:
    """What verifying a model gave. `answers` counts the combinations by their answer; `undirected` are the inputs of
    which the model claims nothing, since they lead now here, now there, and no movement says when.
    """

    model: Model
    combinations: int
    claims: tuple[Claim, ...]
    answers: Mapping[str, int] = field(default_factory=dict)
    undirected: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that fails, in the order of the claims."""
        return tuple(problem for claim in self.claims for problem in claim.problems)


STATEMENTS: Mapping[str, str] = {
    "one-answer": "every combination has exactly one answer",
    "bands": "no index stands on the edge of a band",
    "answers": "every answer is given to some combination",
    "directions": "no answer moves the wrong way as one input rises",
    "movements": "what the model says about inputs that lead now here, now there, is so",
    "overlaps": "floors and caps pull apart only where the model says so",
    "guards": "every guard holds for some combination",
    "examples": "worked examples come to their answers",
}
"""Every claim, in the order in which they are tried."""


def claim(name: str, tried: int | None, *problems: Problem) -> Claim:
    """The claim called so, and what came of it."""
    return Claim(name, STATEMENTS[name], tried, problems)


def fault(model: Model, message: str, pointer: str, expected: str = "") -> Problem:
    """A claim that fails at `pointer` of the model's document."""
    return replace(faulty(model.source, message, model.source.at(pointer), expected), remediation=_REMEDY)


def so_for(count: int) -> str:
    """How many combinations a fault is about, as a sentence; empty if it is the one that was named."""
    return f" So it is for {count:,} combinations." if count > 1 else ""
