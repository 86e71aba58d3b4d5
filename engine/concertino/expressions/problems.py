"""What is wrong with an expression, read from the words of the checker."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_REPORT = re.compile(r"^(?:INVALID_ARGUMENT: )?ERROR: <input>:(-?\d+):(-?\d+): (.*)$", re.MULTILINE)
_LONGEST_REPORT = 400_000
"""How much of the checker's text is read, in characters: it repeats the source for every error."""
MOST_PROBLEMS = 50
"""How many problems of one expression are worth telling."""


@dataclass(frozen=True, slots=True)
class ExpressionProblem:
    """Something wrong in an expression, from `offset` to before `end_offset` in code points of its source.

    `suggestion`, where there is one, is what to put in place of exactly that range. `expected` says what would be
    right, where one text to put there would not.
    """

    message: str
    offset: int
    end_offset: int
    expected: str = ""
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Complaint:
    """One error in the words of the checker. `offset` is None where it names no place."""

    text: str
    offset: int | None


def complaints(report: str, source: str) -> Iterator[Complaint]:
    """The errors in a report of the checker on `source`.

    It counts lines from 1 at each line feed, and columns from 1 in code points, tabs as one.
    """
    starts = [0, *(found.end() for found in re.finditer("\n", source))]
    for found in _REPORT.finditer(report[:_LONGEST_REPORT]):
        line, column = int(found[1]), int(found[2])
        text = found[3].removesuffix(" [INVALID_ARGUMENT]")
        known = 1 <= line <= len(starts) and column >= 1
        yield Complaint(text, min(starts[line - 1] + column - 1, len(source)) if known else None)


def tidy(problems: Iterable[ExpressionProblem]) -> tuple[ExpressionProblem, ...]:
    """Problems in the order of their places, each once, and not more than anyone reads."""
    return tuple(sorted(set(problems), key=_order)[:MOST_PROBLEMS])


def _order(problem: ExpressionProblem) -> tuple[int, int, str, str, str]:
    return (problem.offset, problem.end_offset, problem.message, problem.expected, problem.suggestion)
