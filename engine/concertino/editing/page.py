"""The text of a file with the way from marks to offsets, and the few things that a splice asks of it."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from concertino.documents.nodes import Node, Span

_BREAK = re.compile(r"\r\n|\r|\n")
_COMMENT = re.compile(r"[ \t]+#[^\r\n]*|[ \t]*(?=[\r\n]|\Z)")
_BETWEEN = re.compile(r"(?:[ \t\r\n]+|(?<![^\s,\[{])#[^\r\n]*)*")


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Text between two offsets, and what takes its place. Counted in code points."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Page:
    """The text of a file without its byte order mark."""

    text: str

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in _BREAK.finditer(self.text))]

    def start(self, span: Span) -> int:
        """The offset at which a node begins."""
        return self._starts[span.line - 1] + span.column - 1

    def end(self, span: Span) -> int:
        """The offset after a node."""
        return self._starts[span.end_line - 1] + span.end_column - 1

    def line_start(self, offset: int) -> int:
        """The offset at which the line of `offset` begins."""
        return self._starts[bisect_right(self._starts, offset) - 1]

    def line_end(self, offset: int) -> int:
        """The offset of the line break after `offset`, or of the end of the text."""
        found = _BREAK.search(self.text, offset)
        return found.start() if found else len(self.text)

    def next_line(self, offset: int) -> int:
        """The offset at which the next line begins, or the end of the text."""
        found = _BREAK.search(self.text, offset)
        return found.end() if found else len(self.text)

    def line_break(self, offset: int) -> str:
        """The line break that is in use around `offset`."""
        found = _BREAK.search(self.text, offset) or _BREAK.search(self.text)
        return found.group() if found else "\n"

    def is_flow(self, node: Node) -> bool:
        """Whether a list or mapping stands in brackets."""
        return not node.style and self.text[self.start(node.span) : self.start(node.span) + 1] in ("{", "[")

    def spaces_before(self, offset: int) -> bool:
        """Whether nothing but spaces stands before `offset` on its line."""
        return not self.text[self.line_start(offset) : offset].strip(" ")

    def comment_after(self, offset: int) -> bool:
        """Whether nothing but a comment stands after `offset` on its line."""
        found = _COMMENT.match(self.text, offset)
        return found is not None and found.end() == self.line_end(offset)

    def after_gap(self, offset: int) -> int:
        """The offset of the next character that is neither white space nor part of a comment."""
        found = _BETWEEN.match(self.text, offset)
        return found.end() if found else offset

    def changed(self, edits: list[Edit]) -> str:
        """The text after the edits, which do not overlap."""
        text = self.text
        for edit in sorted(edits, reverse=True):
            text = text[: edit.start] + edit.text + text[edit.end :]
        return text
