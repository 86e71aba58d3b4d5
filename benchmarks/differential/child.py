"""Asks Google's runtime in another process, and survives it."""

import contextlib
import json
import os
import select
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from benchmarks.differential.cases import Case

Answer = list[object] | None
"""An outcome for each pair; None if the checker refuses the expression."""

DIED: Final = ["died"]
_ASKED_AHEAD: Final = 12
_SECONDS_PATIENT: Final = 5
_QUESTIONS_OF_A_LIFE: Final = 10_000
"""Then a new process: the library keeps some memory of everything it compiled."""


class Google:
    """Google's runtime, restarted when it dies. `deaths` are the pairs that killed it."""

    def __init__(self, seed: int) -> None:
        self.deaths: list[tuple[Case, int]] = []
        self._seed = seed
        self._child: _Child | None = None

    def answers(self, cases: Iterable[Case]) -> Iterator[tuple[Case, Answer]]:
        """The outcomes of all pairs of the cases, asked some cases ahead, so that both processes have work."""
        waiting: deque[Case] = deque()
        for each in cases:
            if self._child and self._child.asked >= _QUESTIONS_OF_A_LIFE:
                while waiting:
                    yield self._next(waiting)
                self.close()
            self._living().ask(each, "", 0, len(each.bindings))
            waiting.append(each)
            if len(waiting) > _ASKED_AHEAD:
                yield self._next(waiting)
        while waiting:
            yield self._next(waiting)

    def outcome(self, each: Case, source: str, place: int) -> object:
        """The outcome of one pair, with another source if there is one. Not while other answers are waited for."""
        child = self._living()
        child.ask(each, source, place, place + 1)
        line = child.line()
        if not line:
            self.close()
            return DIED
        answer = json.loads(line)
        return answer[0] if answer else None

    def close(self) -> None:
        if self._child:
            self._child.end()
            self._child = None

    def _living(self) -> "_Child":
        self._child = self._child or _Child(self._seed)
        return self._child

    def _next(self, waiting: deque[Case]) -> tuple[Case, Answer]:
        each = waiting.popleft()
        if line := self._living().line():
            return each, json.loads(line)
        self.close()
        answer = [self._alone(each, place) for place in range(len(each.bindings))]
        for later in waiting:
            self._living().ask(later, "", 0, len(later.bindings))
        return each, answer

    def _alone(self, each: Case, place: int) -> object:
        """The outcome of one pair of a case during which the process died."""
        found = self.outcome(each, "", place)
        if found == DIED:
            self.deaths.append((each, place))
        return found


class _Child:
    """One life of the process. An empty line is its end."""

    def __init__(self, seed: int) -> None:
        self.asked = 0
        self._read = b""
        command = [sys.executable, "-m", "benchmarks.differential.google", str(seed)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin
        assert self._process.stdout
        self._questions = self._process.stdin
        self._answers = self._process.stdout.fileno()

    def ask(self, each: Case, source: str, first: int, last: int) -> None:
        self.asked += 1
        try:
            self._questions.write(json.dumps([each.number, source, first, last]).encode() + b"\n")
            self._questions.flush()
        except BrokenPipeError:
            return  # reading will show that it died

    def line(self) -> bytes:
        while b"\n" not in self._read:
            ready, _, _ = select.select([self._answers], [], [], _SECONDS_PATIENT)
            piece = os.read(self._answers, 1 << 16) if ready else b""
            if not piece:
                return b""
            self._read += piece
        line, _, self._read = self._read.partition(b"\n")
        return line

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()  # type: ignore[union-attr] # both were asked for
