"""Strict YAML the careful way: one document with marks, and everything in it that the strict reader refuses."""

from dataclasses import dataclass

from concertino.documents import refusals, syntax
from concertino.documents.document import Document
from concertino.documents.events import (
    ALIAS,
    DOCUMENT_END,
    MAPPING_END,
    MAPPING_START,
    SCALAR,
    SEQUENCE_END,
    Event,
    MarkedYAMLError,
    events_of,
)
from concertino.documents.nodes import Node, Span, pointer_of
from concertino.documents.salvage import salvage
from concertino.documents.scalars import Refused, resolve
from concertino.documents.text import FORBIDDEN, Chunk, count_breaks, is_blank, line_of, lines_of
from concertino.model.json import JsonValue
from concertino.model.limits import Limits
from concertino.model.place import Place, Related
from concertino.model.problem import Problem

_MOST_PROBLEMS = 50
"""As many are reported for one document: what comes after is rarely read, and an alias bomb holds thousands."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One document read carefully. `root` and `value` hold what could be read, `value` is None if that is nothing."""

    root: Node
    value: "JsonValue | None"
    problems: tuple[Problem, ...]


def read_carefully(file: str, chunk: Chunk, index: int, limits: Limits) -> tuple[Document, tuple[Problem, ...]]:
    """The document in `chunk` and what is wrong with it."""
    reading = read_marked(file, chunk, limits)
    first = reading.root.span
    line = line_of(chunk.text, first.line - chunk.line + 1)
    place = Place(file, first.line, first.column, first.line, max(len(line), first.column) + 1)
    problems = reading.problems
    inside = [problem for problem in problems if problem.place.line >= chunk.line]
    value = reading.value
    if inside or value is None:
        value = salvage(value, chunk.text)
    return Document(file, index, value, faulty=bool(inside), place=place), problems


def read_marked(file: str, chunk: Chunk, limits: Limits) -> Reading:
    """The document in `chunk` with the marks of all its nodes."""
    reader = _Reader(file, chunk, limits.depth)
    found = reader.document()
    root, value = found or (Node(Span(chunk.line, 1, chunk.line, 1)), None)
    return Reading(root, value, reader.report.problems())


class _Report:
    """Collects the problems of one document, and no more than can be read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._problems: list[Problem] = []

    def add(self, problem: Problem) -> None:
        self._problems.append(problem)

    def __len__(self) -> int:
        return len(self._problems)

    def forget(self, since: int) -> None:
        """Drops what was added since there were `since` problems: it followed from one that says more."""
        del self._problems[since:]

    def problems(self) -> tuple[Problem, ...]:
        ordered = sorted(dict.fromkeys(self._problems), key=lambda problem: problem.place)
        if len(ordered) > _MOST_PROBLEMS:
            more = len(ordered) - _MOST_PROBLEMS
            ordered[_MOST_PROBLEMS:] = [refusals.and_more(more, ordered[_MOST_PROBLEMS].place)]
        return tuple(ordered)


class _Reader:
    """Reads events until the document ends or libyaml gives up; then every open list and mapping simply ends."""

    def __init__(self, file: str, chunk: Chunk, depth: int) -> None:
        self.report = _Report(file)
        self._file = file
        self._chunk = chunk
        self._depth = depth
        self._path: list[str] = []
        self._broken = False
        text = self._readable()
        self._lines = lines_of(text)
        self._following = events_of(text)

    def document(self) -> tuple[Node, JsonValue] | None:
        """The root node and its value, or None if there is none."""
        if self._chunk.directive:
            line = self._chunk.directive
            self.report.add(refusals.directive(Place(self._file, line, 1, line, 2)))
        self._next()
        self._next()
        event = self._next()
        found = None if event is None else self._node(event, None)
        end = self._next()
        if end is not None and end.__class__ is DOCUMENT_END:
            self._check_rest(end)
        return found

    def _readable(self) -> str:
        """The text with a stand-in for each forbidden character: columns stay, and the rest can still be read."""
        bad = FORBIDDEN.search(self._chunk.text)
        if bad is None:
            return self._chunk.text
        before = self._chunk.text[: bad.start()]
        line = self._chunk.line + count_breaks(before)
        column = len(before) - max(before.rfind("\n"), before.rfind("\r"))
        self.report.add(refusals.forbidden(bad.group(), Place(self._file, line, column, line, column + 1)))
        return FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", self._chunk.text)

    def _check_rest(self, end: Event) -> None:
        """A document may end with `...`, but then only `---` may begin another."""
        rest = self._chunk.text[end.end_mark.index :]
        if not end.explicit:
            self._next()  # the end of the stream, or libyaml's complaint about what stands there instead
        elif not is_blank(rest) or "%" in rest:
            self.report.add(refusals.after_end(self._span(end).place(self._file)))

    def _next(self) -> Event | None:
        if self._broken:
            return None
        try:
            event = self._following()
        except MarkedYAMLError as error:
            self._broken = True
            self.report.add(syntax.problem(self._file, self._chunk, error))
            return None
        return event

    def _node(self, event: Event, key: Span | None) -> tuple[Node, JsonValue] | None:
        """The node that begins with `event`, or None if a document may hold no such value."""
        if event.__class__ is ALIAS:
            self.report.add(refusals.alias(event.anchor or "", self._place(event)))
            return None
        if event.anchor is not None:
            self.report.add(refusals.anchor(event.anchor, self._place(event)))
        if event.tag is not None:
            self.report.add(refusals.tag(event.tag, self._place(event)))
        if event.__class__ is SCALAR:
            return self._scalar(event, key)
        if len(self._path) >= self._depth:
            self._broken = True
            self.report.add(refusals.too_deep(self._depth, self._place(event)))
            return None
        node = Node(self._span(event), key=key)
        if event.__class__ is MAPPING_START:
            return node, self._mapping(node)
        return node, self._sequence(node)

    def _scalar(self, event: Event, key: Span | None) -> tuple[Node, JsonValue] | None:
        quoted = not event.implicit[0] and bool(event.style)
        value = event.value if quoted else resolve(event.value)
        if isinstance(value, Refused):
            name = self._path[-1] if key is not None else ""
            at = key if key is not None and not event.value else self._span(event)
            place = at.place(self._file, pointer_of(self._path))
            self.report.add(refusals.scalar(value, event.value, name, place))
            return None
        style = (event.style or "plain") if quoted else "plain"
        return Node(self._span(event), style, event.value, key), value

    def _sequence(self, node: Node) -> JsonValue:
        items: list[JsonValue] = []
        while (event := self._next()) is not None and event.__class__ is not SEQUENCE_END:
            token = str(len(items))
            self._path.append(token)
            found = self._node(event, None)
            self._path.pop()
            if found is not None:
                node.children[token], value = found
                items.append(value)
        self._close(node, event)
        return items

    def _mapping(self, node: Node) -> JsonValue:
        entries: dict[str, JsonValue] = {}
        while (event := self._next()) is not None and event.__class__ is not MAPPING_END:
            if event.__class__ is not SCALAR:
                self._skip_entry(event)
                continue
            for problem in refusals.key(event, self._place(event)):
                self.report.add(problem)
            found = self._value(event)
            if found is not None and not self._is_duplicate(event, node):
                node.children[event.value], entries[event.value] = found
        self._close(node, event)
        return entries

    def _value(self, key: Event) -> tuple[Node, JsonValue] | None:
        """What stands behind a key."""
        event = self._next()
        if event is None:
            return None
        self._path.append(key.value)
        found = self._node(event, self._span(key))
        self._path.pop()
        return found

    def _skip_entry(self, key: Event) -> None:
        """Reads over an entry whose key is no text; what is wrong inside the key or the value no longer matters."""
        since = len(self.report)
        self._path.append("")
        self._node(key, None)
        value = self._next()
        if value is not None:
            self._node(value, None)
        self._path.pop()
        # Where reading ended for good, the first problem is why; the others are the keys around it, each in the next.
        self.report.forget(since + 1 if self._broken else since)
        self.report.add(refusals.key_of_parts(self._place(key)))

    def _is_duplicate(self, event: Event, node: Node) -> bool:
        key: str = event.value
        first = node.children.get(key)
        if first is None:
            return False
        place = self._span(event).place(self._file, pointer_of([*self._path, key]))
        related = Related("it stands here first", (first.key or first.span).place(self._file, place.pointer))
        self.report.add(refusals.duplicate(key, place, related))
        return True

    def _close(self, node: Node, end: Event | None) -> None:
        """A list or mapping in block style ends with its last part; libyaml would add the blank lines after it."""
        if end is not None and end.end_mark.index > end.start_mark.index:  # a closing bracket
            last = self._span(end)
        else:
            last = next(reversed(node.children.values()), node).span
        node.span = Span(node.span.line, node.span.column, last.end_line, last.end_column)

    def _place(self, event: Event) -> Place:
        return self._span(event).place(self._file, pointer_of(self._path))

    def _span(self, event: Event) -> Span:
        start, end = event.start_mark, event.end_mark
        first = self._chunk.line
        end_line, end_column = end.line, end.column
        if event.__class__ is SCALAR and event.style in ("|", ">"):
            end_line, end_column = self._end_of_block(start.line, end.line, end.column)
        return Span(first + start.line, start.column + 1, first + end_line, end_column + 1)

    def _end_of_block(self, first: int, line: int, column: int) -> tuple[int, int]:
        """The end of the last line of a block scalar that holds more than spaces."""
        lines = self._lines
        while line > first and not lines[line][:column].strip(" \t"):
            line -= 1
            column = len(lines[line])
        return line, column
