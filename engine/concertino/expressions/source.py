"""The source text of one generated function, line by line.

Nothing from an expression is written into the text: names of variables, texts and numbers live in a table, and the text
only has the table's names (`k0`, `k1`, …) and those of local variables (`v0`, …).
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import Final

_INDENT: Final = "    "
_BUILTINS: Final = {"len": len, "enumerate": enumerate}


class Source:
    """A function `evaluate(b, m)` in the making: `b` are the bindings, `m` is the meter."""

    def __init__(self) -> None:
        self.constants: dict[str, object] = {}
        self._names: dict[tuple[type, object], str] = {}
        self._prelude: list[str] = []
        self._lines: list[str] = []
        self._depth = 1
        self._locals = 0

    def constant(self, value: object) -> str:
        """The name under which the text knows `value`."""
        if value is None or value is True or value is False:
            return str(value)
        key = (type(value), value if isinstance(value, (str, bytes, int)) else id(value))
        if key not in self._names:
            self._names[key] = f"k{len(self.constants)}"
            self.constants[self._names[key]] = value
        return self._names[key]

    def local(self) -> str:
        """The name of a new local variable."""
        self._locals += 1
        return f"v{self._locals - 1}"

    def first(self, expression: str) -> str:
        """A local variable that has the value of `expression` from the beginning."""
        name = self.local()
        self._prelude.append(f"{_INDENT}{name} = {expression}")
        return name

    def line(self, text: str) -> None:
        """Add a line to the block that is being written."""
        self._lines.append(_INDENT * self._depth + text)

    def kept(self, expression: str) -> str:
        """A local variable that has the value of `expression` from here on."""
        name = self.local()
        self.line(f"{name} = {expression}")
        return name

    @contextlib.contextmanager
    def block(self, header: str) -> Iterator[None]:
        """The lines written inside stand in a block under `header`."""
        self.line(header)
        self._depth += 1
        yield
        self._depth -= 1

    @contextlib.contextmanager
    def aside(self) -> Iterator[list[str]]:
        """The lines written inside go to a list of their own, one level deeper, to be placed with `place`."""
        outer, self._lines = self._lines, []
        self._depth += 1
        yield self._lines
        self._depth -= 1
        self._lines = outer

    def place(self, lines: list[str]) -> None:
        """Add lines that were written aside."""
        self._lines += lines

    def text(self, result: str) -> str:
        """The whole function, which returns the value of `result`."""
        return "\n".join(["def evaluate(b, m):", *self._prelude, *self._lines, f"{_INDENT}return {result}", ""])

    def function(self, result: str) -> Callable[..., object] | None:
        """The function, compiled; None if it is nested more deeply than Python allows."""
        try:
            code = compile(self.text(result), "<expression>", "exec")
        except (SyntaxError, RecursionError, MemoryError):
            return None
        namespace: dict[str, object] = {"__builtins__": _BUILTINS, **self.constants}
        exec(code, namespace)  # noqa: S102 - the text has only names of ours in it
        function: Callable[..., object] = namespace["evaluate"]  # type: ignore[assignment] # the text defines it
        return function
