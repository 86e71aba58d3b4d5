"""Compares our evaluator with Google's runtime on random expressions and values.

Run it with `python -m benchmarks.differential`, or `make soak`. Each expression is evaluated with up to 36 sets of
values for the variables it uses; a pair is one expression with one set. A share of the pairs goes through the
interpreter as well. A difference is reduced to the smallest part of the expression that shows one, so of two in one
pair only one is seen. One that no explanation of `explained.py` covers makes the run fail.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from benchmarks.differential.cases import Case, Tree, case
from benchmarks.differential.child import DIED, Google
from benchmarks.differential.explained import Difference, Explanation, explanation
from benchmarks.differential.values import declarations, written

from concertino.expressions import (
    BudgetError,
    CheckedTree,
    Environment,
    EvaluationError,
    Meter,
    Program,
    Scope,
    UnreadableError,
    compile_tree,
)
from concertino.model.shape import Vocabulary

_STEPS: Final = 10_000_000
_SIZE: Final = 10_000_000
_INTERPRETED_EVERY: Final = 4
_BINDING: Final = ("cel.bind(", ".optMap(", ".optFlatMap(")
_LONGEST_PART: Final = 4000
_PROGRAMS_KEPT: Final = 300
_MOST_SHOWN: Final = 40


@dataclass
class Run:
    """A run as it goes on."""

    seed: int
    scope: Scope
    investigator: Google
    counts: Counter[str] = field(default_factory=Counter)
    explained: Counter[Explanation] = field(default_factory=Counter)
    unexplained: list[Difference] = field(default_factory=list)
    _last: tuple[int, Tree] | None = None
    _programs: dict[str, Program | None] = field(default_factory=dict)

    def judge(self, each: Case, answers: list[object] | None) -> None:
        """Count one case, and look into its differences."""
        program = self.program(each.tree.source)
        if program is None or answers is None:
            self.counts["refused"] += 1
            if (program is None) != (answers is None):
                self.counts["refused by one side"] += 1
            return
        self.counts["expressions"] += 1
        self.counts["not generated"] += program.generated is None
        for place, theirs in enumerate(answers):
            if theirs == DIED:
                continue
            self.counts["pairs"] += 1
            ours = self.ours(program, each, place)
            self.counts["errors"] += ours[0] == "error"
            if not same(ours, theirs):
                self._differs(each, place, ours, theirs)

    def program(self, source: str) -> Program | None:
        """The compiled expression, if the checker accepts it; parts of one expression are asked for again and again."""
        if source not in self._programs:
            if len(self._programs) > _PROGRAMS_KEPT:
                self._programs.clear()
            tree = self.scope.check(source)
            self._programs[source] = compile_tree(tree) if isinstance(tree, CheckedTree) else None
        return self._programs[source]

    def ours(self, program: Program, each: Case, place: int) -> list[object]:
        """Our outcome; where both ways are tried and differ, it is one that nothing else has."""
        generated = outcome(program, each, place)
        if place % _INTERPRETED_EVERY:
            return generated
        self.counts["interpreted too"] += 1
        interpreted = outcome(program, each, place, interpret=True)
        return generated if same(generated, interpreted) else ["two ways", generated, interpreted]

    def _differs(self, each: Case, place: int, ours: list[object], theirs: object) -> None:
        source, ours, theirs = self._smallest(each, place, ours, theirs)
        used = {name: value for name, value in each.bindings[place].items() if name in source}
        agree = any(macro in source for macro in _BINDING) and self._agree_without_binding(each, place, ours)
        found = Difference(source, used, ours, list(theirs) if isinstance(theirs, list) else [theirs], agree)
        if known := explanation(found):
            self.explained[known] += 1
            return
        self.unexplained.append(found)
        if len(self.unexplained) <= _MOST_SHOWN:
            say(f"\n{source}\n  with    {used}\n  ours    {ours}\n  Google's {theirs}")
            say(f"  seed {self.seed}, number {each.number}")

    def _agree_without_binding(self, each: Case, place: int, ours: list[object]) -> bool:
        """Whether Google's runtime gives our value once what `cel.bind` binds is written where it is used."""
        assert self._last
        return same(ours, self.investigator.outcome(each, self._last[1].unbound().source, place))

    def _smallest(self, each: Case, place: int, ours: list[object], theirs: object) -> tuple[str, list[object], object]:
        """The smallest part of the expression that still differs, and both outcomes of it.

        Other values are likely to differ in the same part, so that is tried first.
        """
        tree = each.tree
        if self._last and self._last[0] == each.number and (found := self._compared(each, place, self._last[1])):
            tree, ours, theirs = found
        while smaller := self._smaller(each, place, tree):
            tree, ours, theirs = smaller
        self._last = each.number, tree
        return tree.source, ours, theirs

    def _compared(self, each: Case, place: int, part: Tree) -> tuple[Tree, list[object], object] | None:
        """A part of the expression with both outcomes, if it is an expression and they differ."""
        program = self.program(part.source)
        if program is None:
            return None
        ours = self.ours(program, each, place)
        theirs = self.investigator.outcome(each, part.source, place)
        return None if theirs in (None, DIED) or same(ours, theirs) else (part, ours, theirs)

    def _smaller(self, each: Case, place: int, tree: Tree) -> tuple[Tree, list[object], object] | None:
        compared = (self._compared(each, place, part) for part in tree.smaller() if len(part.source) < _LONGEST_PART)
        return next(filter(None, compared), None)


def outcome(program: Program, each: Case, place: int, *, interpret: bool = False) -> list[object]:
    bindings = each.bindings[place]
    evaluate = program.interpret if interpret else program.evaluate
    try:
        value = evaluate(bindings, Meter(_STEPS, _SIZE))
    except (EvaluationError, UnreadableError) as error:
        return ["error", str(error)]
    except BudgetError as error:
        return ["over the budget", str(error)]
    found = written(value)
    assert isinstance(found, list)
    return found


def same(ours: list[object], theirs: object) -> bool:
    """Whether two outcomes are the same value, or both errors."""
    return ours == theirs or (isinstance(theirs, list) and ours[0] == theirs[0] == "error")


def say(text: str) -> None:
    print(text, flush=True)


def cases(run: Run, first: int, pairs: int) -> Iterator[Case]:
    number = first
    while run.counts["pairs"] < pairs:
        yield case(run.seed, number)
        number += 1


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.differential", description=__doc__)
    parser.add_argument("--pairs", type=int, default=1_000_000, help="expressions with values to compare (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of all that is random (%(default)s)")
    parser.add_argument("--first", type=int, default=0, help="number of the first expression, to look at one again")
    return parser.parse_args()


def main() -> int:
    chosen = options()
    run = Run(chosen.seed, Environment(Vocabulary({})).scope(declarations()), Google(chosen.seed))
    google = Google(chosen.seed)
    start = time.perf_counter()
    try:
        for each, answers in google.answers(cases(run, chosen.first, chosen.pairs)):
            run.judge(each, answers)
            progress(run, start, chosen.pairs)
    finally:
        google.close()
        run.investigator.close()
    return report(run, google, time.perf_counter() - start)


def progress(run: Run, start: float, wanted: int) -> None:
    if sys.stderr.isatty() and run.counts["expressions"] % 50 == 0:
        pairs = run.counts["pairs"]
        speed = pairs / (time.perf_counter() - start)
        sys.stderr.write(f"\r{pairs:,} of {wanted:,} pairs, {speed:,.0f}/s, {len(run.unexplained)} differences ")


def report(run: Run, google: Google, seconds: float) -> int:
    pairs = run.counts["pairs"]
    say(f"\nseed {run.seed}: {pairs:,} pairs of {run.counts['expressions']:,} expressions in {seconds:,.0f} s")
    for name, count in sorted(run.counts.items()):
        say(f"  {name}: {count:,}")
    for each, place in google.deaths[:5]:
        say(f"  Google's runtime died of {each.tree.source} with {each.bindings[place]}")
    say(f"  deaths of Google's runtime: {len(google.deaths)}")
    say(f"  explained differences: {run.explained.total():,}")
    for explained, count in run.explained.most_common():
        say(f"    {count:>7,}  {explained.name}: {explained.why}")
    say(f"  unexplained differences: {len(run.unexplained):,}")
    return 1 if run.unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
