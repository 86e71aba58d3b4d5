"""Templates to text. They may stand in the judged repository, so they find nothing to reach for and no way to dwell.

A template is Jinja2 without calls, arithmetic, macros, inclusion and attributes: it prints values, loops over lists and
asks conditions. What it prints is escaped unless it is Markdown already. Only this module touches Jinja2.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType

from jinja2 import Environment, StrictUndefined, TemplateError, TemplateSyntaxError, Undefined, nodes, pass_context
from jinja2.environment import Template
from jinja2.meta import find_undeclared_variables
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.model.suggest import suggest
from concertino.model.visible import visible
from concertino.records.escaping import Markdown, inline, row

LONGEST_TEMPLATE = 64_000
"""Characters of one template."""
LONGEST_OUTPUT = 1_000_000
"""Characters of one rendered file; forges stop showing markdown well before."""
_MOST_STEPS = 2_000_000
"""Turns of all loops of one file, each counted with all that stands in the loop."""
_DEEPEST = 40
"""Nesting of statements and expressions."""
_BUDGET = "_budget"
_COUNTED = "counted"
_LOOP = ("index", "index0", "first", "last", "length")
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.Assign, nodes.Name, nodes.Const,
    nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or,
    nodes.Not, nodes.CondExpr,
)  # fmt: skip
_TESTS = ("defined", "undefined")
_HTML = re.compile(r"<(?=[A-Za-z/!?]|\Z)")
_OPEN_LINK = re.compile(r"\]\([^)\n]*\Z|^ {0,3}\[[^\]\n]*\]:[^\n]*\Z", re.MULTILINE)
"""The beginning of a link whose destination would be a value."""
_FAULTS = (TemplateError, SyntaxError, RecursionError, ValueError, MemoryError)
"""What Jinja2 and Python raise at a source that is none: nested too deep, with a number too long, and the like."""


class _FaultError(TemplateError):
    """Something that templates may not do, found while one was rendered."""


@dataclass
class _Budget:
    """What is left to one rendering."""

    steps: int = _MOST_STEPS
    characters: int = LONGEST_OUTPUT

    def step(self, weight: int) -> None:
        self.steps -= weight
        if self.steps < 0:
            raise _FaultError(f"its loops take more than {_MOST_STEPS:,} steps")

    def take(self, characters: int) -> None:
        self.characters -= characters
        if self.characters < 0:
            raise _FaultError(f"it prints more than {LONGEST_OUTPUT:,} characters")


class _Sandbox(ImmutableSandboxedEnvironment):
    """Values have keys and elements, and nothing else."""

    def getattr(self, obj: object, attribute: str) -> object:
        return self.getitem(obj, attribute)

    def getitem(self, obj: object, argument: object) -> object:
        if isinstance(obj, Mapping) and isinstance(argument, str) and argument in obj:
            return obj[argument]
        if isinstance(obj, list) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            return obj[argument]
        if isinstance(obj, LoopContext) and argument in _LOOP:
            return getattr(obj, str(argument))
        if isinstance(obj, Undefined):
            return obj
        known = [str(key) for key in obj] if isinstance(obj, Mapping) else list(_LOOP if argument in _LOOP else ())
        return self.undefined(hint=_unknown(str(argument), known), name=str(argument))


@dataclass(frozen=True)
class Layout:
    """A compiled template. `path` is that of its file, for whoever has to mend it."""

    path: str
    template: Template = field(repr=False)

    def lay_out(self, values: Mapping[str, object]) -> str | Problem:
        """The text that the template makes of `values`, or what is wrong with it."""
        budget = _Budget()
        parts: list[str] = []
        try:
            for part in self.template.generate({**values, _BUDGET: budget}):
                budget.take(len(part))
                parts.append(part)
        except _FAULTS as error:
            return _problem(self.path, _line(error.__traceback__, self.path), _message(error))
        return "".join(parts)


def compile_layout(path: str, source: str, known: Iterable[str]) -> Layout | Problem:
    """The template in `source`, which may use the values that are `known`; or what is wrong with it, with its line."""
    if len(source) > LONGEST_TEMPLATE:
        return _problem(path, 1, f"the template has more than {LONGEST_TEMPLATE:,} characters")
    environment = _environment()
    try:
        tree = environment.parse(source, path, path)
        fault = _refused(tree) or _unknown_name(tree, sorted(known))
        if fault:
            return _problem(path, *fault)
        _count_loops(tree)
        code = environment.compile(tree, path, path)
    except TemplateSyntaxError as error:
        return _problem(path, error.lineno, _message(error))
    except _FAULTS as error:
        return _problem(path, 1, _message(error))
    return Layout(path, Template.from_code(environment, code, {}))


def _environment() -> Environment:
    environment = _Sandbox(
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.clear()
    environment.tests = {name: environment.tests[name] for name in _TESTS}
    environment.filters = {**_FILTERS, _COUNTED: _counted}
    return environment


def _finalized(value: object) -> object:
    """What is printed: escaped, unless it is Markdown already."""
    if isinstance(value, Undefined | Markdown):
        return value
    if isinstance(value, str):
        return _spaced(value)
    if isinstance(value, int | float):
        return str(value)
    raise _FaultError("only texts and numbers can be printed; go through a list with a loop")


def _listed(value: object) -> list[str]:
    if isinstance(value, Undefined):
        str(value)  # raises with what is undefined
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _FaultError("this takes a list of texts")
    return value


@pass_context
def _join(context: Context, value: object, between: str = ", ") -> Markdown:
    parts = [item if isinstance(item, Markdown) else inline(item) for item in _listed(value)]
    text = _separator(between).join(parts)
    context[_BUDGET].take(len(text))
    return Markdown(text)


def _spaced(text: str) -> Markdown:
    """Text escaped, with a space before and after it where there was one: a template's own words go between values."""
    core = inline(text)
    before, after = (" " if end.isspace() else "" for end in (text[:1], text[-1:]))
    return Markdown(f"{before}{core}{after}") if core else Markdown(" " if text else "")


def _separator(between: str) -> str:
    return between if isinstance(between, Markdown) or not between.strip() else _spaced(between)


def _row(value: object) -> Markdown:
    return row(_listed(value))


def _rule(value: object) -> Markdown:
    return Markdown(f"|{' --- |' * len(_listed(value))}")


def _length(value: object) -> int:
    if isinstance(value, list | str):
        return len(value)
    raise _FaultError("only lists and texts have a length")


def _default(value: object, otherwise: object = "") -> object:
    return otherwise if isinstance(value, Undefined) or not value else value


@pass_context
def _counted(context: Context, value: object, weight: int) -> Iterator[object]:
    """The elements of a list, each of which counts as much as there is to do for it."""
    if isinstance(value, Undefined):
        str(value)  # raises with what is undefined
    if not isinstance(value, list):
        raise _FaultError("only lists can be gone through")
    budget = context[_BUDGET]
    for item in value:
        budget.step(weight)
        yield item


_FILTERS: Mapping[str, Callable[..., object]] = {
    "default": _default,
    "join": _join,
    "length": _length,
    "row": _row,
    "rule": _rule,
}


def _count_loops(tree: nodes.Template) -> None:
    for loop in tree.find_all(nodes.For):
        weight = nodes.Const(sum(1 for _ in loop.find_all(nodes.Node)), lineno=loop.lineno)
        loop.iter = nodes.Filter(loop.iter, _COUNTED, [weight], [], None, None, lineno=loop.lineno)


def _refused(tree: nodes.Template) -> tuple[int, str] | None:
    """The first thing in a template that templates may not do: its line, and what it is."""
    waiting: list[tuple[nodes.Node, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        said = _refusal(node) or ("it is nested too deep" if depth > _DEEPEST else "")
        if said:
            return node.lineno, said
        if isinstance(node, nodes.Output) and (broken := _unsafe_text(node)):
            return broken
        waiting.extend((child, depth + 1) for child in reversed(list(node.iter_child_nodes())))
    return None


def _refusal(node: nodes.Node) -> str:
    if isinstance(node, nodes.Filter):
        return _refused_filter(node)
    if not isinstance(node, _ALLOWED):
        return f"a template takes no {type(node).__name__.lower()}: it prints, loops and asks, and calls nothing"
    match node:
        case nodes.Name(name=name) if name.startswith("_"):
            return f'"{name}" is no value'
        case nodes.For(recursive=True):
            return "a loop can't call itself"
        case nodes.Test(name=name) if name not in _TESTS:
            return f'there is no test "{name}"; there are {" and ".join(_TESTS)}'
    return ""


def _refused_filter(node: nodes.Filter) -> str:
    if node.name not in _FILTERS:
        return f'there is no filter "{node.name}"; there are {", ".join(_FILTERS)}'
    return "" if node.node else "a filter stands behind a value"


def _unsafe_text(output: nodes.Output) -> tuple[int, str] | None:
    """Places in a template's own text where a value would no longer be only text: HTML, and where links lead."""
    for node in output.nodes:
        if not isinstance(node, nodes.TemplateData):
            continue
        if found := _HTML.search(node.data):
            return _line_in(node, found), "a template takes no HTML: in it, no value could be kept in its place"
        if (found := _OPEN_LINK.search(node.data)) and node is not output.nodes[-1]:
            return _line_in(node, found), "a value can't be where a link leads to; values that are links bring that"
    return None


def _line_in(node: nodes.TemplateData, found: re.Match[str]) -> int:
    return node.lineno + node.data.count("\n", 0, found.start())


def _unknown_name(tree: nodes.Template, known: list[str]) -> tuple[int, str] | None:
    unknown = find_undeclared_variables(tree).difference(known)
    for node in tree.find_all(nodes.Name):
        if node.name in unknown:
            return node.lineno, _unknown(node.name, known)
    return None


def _unknown(name: str, known: list[str]) -> str:
    meant = suggest(name, known)
    among = f"there are {', '.join(sorted(known))}" if known else "it has no values in it"
    return f'there is no value "{name}"; ' + (f'did you mean "{meant}"?' if meant else among)


def _line(traceback: TracebackType | None, path: str) -> int:
    """The line of the template in which an error arose: Jinja2 writes it into the traceback."""
    line = 1
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == path:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _message(error: BaseException) -> str:
    match error:
        case TemplateError():
            return visible(error.message or type(error).__name__)
        case RecursionError() | MemoryError():
            return "it is nested too deep"
        case SyntaxError():
            return f"it can't be compiled: {visible(error.msg)}"
    return visible(str(error))


def _problem(path: str, line: int, message: str) -> Problem:
    return Problem(
        "configuration",
        message,
        Place(path, line, 1, line, 1),
        remediation='Correct the template. "concertino records template" prints the one that is used without it.',
    )
