"""libyaml's errors in plain words: what is wrong, at the place where it is wrong, and what to do."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

from concertino.documents.events import MarkedYAMLError
from concertino.documents.refusals import CHECK
from concertino.documents.scalars import shorten
from concertino.documents.text import Chunk, line_of, lines_of
from concertino.model.place import Place, Related
from concertino.model.problem import Problem

_TAB = re.compile(r" *(\t[ \t]*)")
_CONFLICT = re.compile(r"(?:<{7}|\|{7}|>{7}) |={7}$")
_NO_SPACE = re.compile(r"(?P<indent>[ ]*(?:-[ ]+)*)(?P<name>[A-Za-z_][\w.-]*):(?P<rest>[^\s/:][^:]*)\Z")
_LOOK_BACK = 200
"""Lines above a fault that are looked at for their indents."""
_LONGEST_SUGGESTION = 100
_INNER_QUOTES = {"'": "''", '"': '\\"'}
_QUOTE = "Put the text in quotes."
_INDENT = "Indent the fields of one mapping, and the dashes of one list, by the same number of spaces."


@dataclass(frozen=True, slots=True)
class _Mark:
    """A line and a column within the chunk, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class _Fault:
    """What libyaml says, and the text around it. `begin` is where the construct begins that it could not read."""

    problem: str
    context: str
    at: _Mark
    begin: _Mark | None
    text: str

    @property
    def line(self) -> str:
        """The line of the fault."""
        return line_of(self.text, self.at.line)

    @property
    def before(self) -> str:
        """What stands before the fault on its line."""
        return self.line[: self.at.column - 1]

    @property
    def character(self) -> str:
        """The character at the fault, or the empty text at the end of a line."""
        return self.line[self.at.column - 1 : self.at.column]

    @property
    def beginning(self) -> str:
        """The text of the line from `begin` on."""
        return line_of(self.text, self.begin.line)[self.begin.column - 1 :] if self.begin else ""


@dataclass(frozen=True, slots=True)
class _Words:
    """A message for a fault, and where it belongs if that is not where libyaml stopped."""

    message: str
    remediation: str
    expected: str = ""
    suggestion: str = ""
    at: _Mark | None = None
    related: tuple[str, _Mark] | None = None


def problem(file: str, chunk: Chunk, error: MarkedYAMLError) -> Problem:
    """The problem that stands for an error of libyaml in `chunk`."""
    fault = _fault(chunk, error)
    words = _conflict(fault) or _tab(fault) or _TABLE.get(fault.problem, _other)(fault)
    place = _place(file, chunk, words.at or fault.at)
    related: tuple[Related, ...] = ()
    if words.related is not None:
        related = (Related(words.related[0], _place(file, chunk, words.related[1])),)
    return Problem(CHECK, words.message, place, words.expected, words.suggestion, words.remediation, related)


def _fault(chunk: Chunk, error: MarkedYAMLError) -> _Fault:
    mark, begin = error.problem_mark or error.context_mark, error.context_mark
    at = _Mark(mark.line + 1, mark.column + 1) if mark else _Mark(1, 1)
    started = _Mark(begin.line + 1, begin.column + 1) if begin else None
    return _Fault(str(error.problem or ""), str(error.context or ""), at, started, chunk.text)


def _place(file: str, chunk: Chunk, at: _Mark) -> Place:
    """From `at` to the end of the word that begins there."""
    word = re.match(r"\t[ \t]*|\S+|", line_of(chunk.text, at.line)[at.column - 1 :])
    line = chunk.line + at.line - 1
    return Place(file, line, at.column, line, at.column + max(len(word.group()) if word else 0, 1))


def _conflict(fault: _Fault) -> _Words | None:
    """What git writes into a file when a merge stops."""
    for number in dict.fromkeys((fault.at.line, fault.begin.line if fault.begin else fault.at.line)):
        if _CONFLICT.match(line_of(fault.text, number)):
            return _Words(
                "a conflict of a merge was left here",
                "Keep one of the two versions, and remove the lines that begin with <<<<<<<, ======= and >>>>>>>.",
                at=_Mark(number, 1),
            )
    return None


def _tab(fault: _Fault) -> _Words | None:
    """A tab in the indentation of the line, which libyaml reports in many ways."""
    for number in dict.fromkeys((fault.at.line, fault.begin.line if fault.begin else fault.at.line)):
        found = _TAB.match(line_of(fault.text, number))
        if found is not None and (number == fault.at.line or "quoted" not in fault.context):
            at = _Mark(number, found.start(1) + 1)
            return _Words("a tab indents this line; YAML allows spaces only", "Replace each tab by spaces.", at=at)
    return None


def _stray_colon(fault: _Fault) -> _Words:
    """`title: Orders: the basics`, or a field that libyaml took for the continuation of the line above."""
    indent = len(fault.before) - len(fault.before.lstrip())
    above = _line_above(fault)
    words = _glued(above[1], above[0]) if above else None
    if words is not None:
        return words
    if re.search(r":[ \t]", fault.before):
        return _Words(
            "a second colon stands on this line, so it is unclear what belongs to the field",
            'Put the text in quotes, as in  title: "Orders: the basics".',
        )
    if above and len(above[1]) - len(above[1].lstrip()) == indent:
        return _alone(above[1].strip(), _Mark(above[0], indent + 1))
    return _Words(
        "this field is indented below a line that already has a value",
        "Indent it like the line it belongs beside, or put longer text in quotes.",
        at=_Mark(fault.at.line, indent + 1),
    )


def _line_above(fault: _Fault) -> tuple[int, str] | None:
    """The number and text of the nearest line above that is not blank, if it is near."""
    for number in range(fault.at.line - 1, max(fault.at.line - 4, 0), -1):
        line = line_of(fault.text, number)
        if line.strip():
            return number, line
    return None


def _glued(line: str, number: int) -> _Words | None:
    found = _NO_SPACE.match(line)
    if found is None:
        return None
    meant = f"{found['name']}: {found['rest'].strip()}"
    return _Words(
        f'no space follows the colon after "{shorten(found["name"])}"',
        "Put a space between the colon and the value.",
        suggestion=meant if len(meant) <= _LONGEST_SUGGESTION else "",
        at=_Mark(number, len(found["indent"]) + 1),
    )


def _no_colon(fault: _Fault) -> _Words:
    """A word alone on its line, where a field is needed."""
    begin = fault.begin or fault.at
    return _glued(line_of(fault.text, begin.line), begin.line) or _alone(fault.beginning.strip(), begin)


def _alone(word: str, at: _Mark) -> _Words:
    return _Words(
        f"{shorten(word, 40)} stands alone, where a field with its value is needed",
        "Write a colon and a space after the name of the field, or indent text that continues the line above.",
        expected="name: value",
        at=at,
    )


def _no_key(fault: _Fault) -> _Words:
    """The next thing does not continue the mapping: it is indented wrongly, or text follows something closed."""
    return _after_closed(fault) or _outdented(fault, "a field")


def _no_dash(fault: _Fault) -> _Words:
    return _after_closed(fault) or _outdented(fault, "a dash and a space")


def _after_closed(fault: _Fault) -> _Words | None:
    before = fault.before.rstrip()
    if before[-1:] in ("'", '"'):
        return _Words(
            "text follows the closing quote",
            f"Let the quotes enclose the whole text; inside, write {_INNER_QUOTES[before[-1]]} for a quote.",
        )
    if before[-1:] in ("]", "}"):
        return _Words(
            f"text follows the closing {before[-1]}", "Put the text in quotes, or remove what follows the bracket."
        )
    return None


def _outdented(fault: _Fault, expected: str) -> _Words:
    indent = fault.at.column - 1
    if fault.before.strip() or fault.begin is None:
        return _Words(f"{_shown(fault)} does not belong here", _QUOTE + " " + _INDENT, expected=expected)
    if indent == fault.begin.column - 1:
        mixed = (
            "an element of a list among fields" if fault.character == "-" else "a field among the elements of a list"
        )
        return _Words(f"this line is {mixed}", "Indent it below the field it belongs to.", expected=expected)
    above = " or ".join(str(indent) for indent in _indents_above(fault))
    return _Words(
        f"this line is indented by {_spaces(indent)}, the lines above it by {above}",
        _INDENT,
        related=("the lines it may belong beside begin here", fault.begin),
    )


def _indents_above(fault: _Fault) -> list[int]:
    """The indents that lines above leave open, the smallest first."""
    found: list[int] = []
    lines = lines_of(fault.text)[: fault.at.line - 1]
    for line in reversed(lines[-_LOOK_BACK:]):
        indent = len(line) - len(line.lstrip(" "))
        if line.strip() and not line.lstrip().startswith("#") and (not found or indent < found[0]):
            found.insert(0, indent)
    return found


def _spaces(count: int) -> str:
    return "one space" if count == 1 else f"{count} spaces"


def _shown(fault: _Fault) -> str:
    word = re.match(r"\S*", fault.line[fault.at.column - 1 :])
    return shorten(word.group(), 40) if word and word.group() else "the end of the line"


def _stray_dash(fault: _Fault) -> _Words:
    if fault.before.rstrip().endswith(":"):
        return _Words("a list begins on the same line as its field", "Begin the list on the next line.")
    return _Words(
        "this dash is indented below a line that already has a value",
        "Indent it like the other dashes of its list, or put the text in quotes.",
    )


def _stray_question(_: _Fault) -> _Words:
    return _Words("a question mark and a space begin a field in a way not allowed here", _QUOTE)


def _no_start(fault: _Fault) -> _Words:
    return _Words(f"text cannot begin with {shorten(fault.character) or 'this character'}", _QUOTE)


def _unclosed_quote(fault: _Fault) -> _Words:
    quote = "double" if fault.beginning.startswith('"') else "single"
    return _Words(
        f"the {quote} quote that opens here is never closed",
        "Close it before the document ends. An apostrophe in text without quotes is fine, at its beginning it is not.",
        at=fault.begin,
    )


def _escape(fault: _Fault) -> _Words:
    at = fault.at
    shown = line_of(fault.text, at.line)[at.column - 1 : at.column + 1]
    shown = shown if shown.startswith("\\") else "\\" + shown[:1]
    return _Words(
        f"{shown} means nothing in double quotes",
        "Write \\\\ for a backslash, or use single quotes, where it stands for itself.",
    )


def _unicode(_: _Fault) -> _Words:
    return _Words(
        "this escape names no character",
        "Write \\x with two, \\u with four or \\U with eight hexadecimal digits; above U+FFFF only \\U works.",
    )


def _flow(kind: str, closing: str) -> Callable[[_Fault], _Words]:
    def words(fault: _Fault) -> _Words:
        if fault.beginning.startswith("{{") or fault.before.rstrip().endswith("{{"):
            return _Words("text that begins with {{ is read as a mapping", "Put it in quotes.", at=fault.begin)
        if fault.begin is not None and fault.character == ":" and fault.at.line > fault.begin.line:
            return _Words(f"the {kind} that begins here is not closed", f"Close it with {closing}.", at=fault.begin)
        return _Words(
            f"the {kind} is neither closed nor continued",
            f"Put commas between its parts, {closing} at its end, and text with commas or brackets in quotes.",
            expected=f"a comma or {closing}",
            related=("it begins here", fault.begin) if fault.begin else None,
        )

    return words


def _no_content(fault: _Fault) -> _Words:
    remediation = "Write the value, or remove the comma or colon."
    return _Words(f"a value is missing before {_shown(fault)}", remediation, expected="a value")


def _header(fault: _Fault) -> _Words:
    return _Words("text follows | or > on the same line", "Begin the text on the next line, indented.", at=fault.at)


def _second_root(fault: _Fault) -> _Words:
    closed = _after_closed(fault)
    if closed is not None:
        return closed
    if fault.character == "%":
        return _Words("directives such as %YAML and %TAG are not allowed", "Remove the line.")
    return _Words(
        "this line does not belong to the document above it",
        "Indent it like the document's first line, or begin another document with a line ---.",
    )


def _special(kind: str, character: str) -> Callable[[_Fault], _Words]:
    def words(fault: _Fault) -> _Words:
        return _Words(
            f"{character} begins {kind} here, and {kind} is not allowed",
            f"Put text that begins with {character} in quotes.",
            at=None if kind == "a tag" else fault.begin,
        )

    return words


def _other(fault: _Fault) -> _Words:
    if "anchor" in fault.context:
        return _special("an anchor", "&")(fault)
    if "alias" in fault.context:
        return _special("an alias", "*")(fault)
    if "tag" in fault.context:
        return _special("a tag", "!")(fault)
    return _Words(f"this is not YAML: {fault.problem}", _QUOTE + " " + _INDENT)


_TABLE: MappingProxyType[str, Callable[[_Fault], _Words]] = MappingProxyType(
    {
        "mapping values are not allowed in this context": _stray_colon,
        "could not find expected ':'": _no_colon,
        "did not find expected key": _no_key,
        "did not find expected '-' indicator": _no_dash,
        "block sequence entries are not allowed in this context": _stray_dash,
        "mapping keys are not allowed in this context": _stray_question,
        "found character that cannot start any token": _no_start,
        "found unexpected end of stream": _unclosed_quote,
        "found unknown escape character": _escape,
        "did not find expected hexdecimal number": _unicode,
        "found invalid Unicode character escape code": _unicode,
        "did not find expected ',' or ']'": _flow("list", "]"),
        "did not find expected ',' or '}'": _flow("mapping", "}"),
        "did not find expected node content": _no_content,
        "did not find expected comment or line break": _header,
        "did not find expected <document start>": _second_root,
        "found undefined tag handle": _special("a tag", "!"),
    }
)
