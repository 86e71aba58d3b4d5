"""A change to a YAML file as a text splice at known marks, proven by reading the file again.

What people wrote stays as it is: comments, the order of keys, line ends, quotes and the layout of all lines that the
change does not touch. Only a comment inside a value that is replaced or removed goes with it.
"""

import json
from collections.abc import Iterable

from concertino.documents import FileDocuments, read_documents
from concertino.documents.nodes import Span
from concertino.documents.positions import tree
from concertino.documents.text import decode
from concertino.editing.changes import Append, Change, Insert, Remove, Replace, UnfitChangeError, applied, put
from concertino.editing.page import Page
from concertino.editing.placing import edits_of
from concertino.model.json import JsonValue
from concertino.model.limits import Limits
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.model.visible import visible

__all__ = ["Append", "Change", "Insert", "Remove", "Replace", "put", "splice"]

_MARK = b"\xef\xbb\xbf"


def splice(file: str, data: bytes, index: int, changes: Iterable[Change], limits: Limits) -> bytes | Problem:
    """The bytes of a file after changes to the document that `read_documents` gives the number `index`.

    Each change is proven: the file is read again, and the value must be the old one with exactly that change, in the
    same order of keys, while all other documents are as they were. What can't be proven is refused, and so is a
    document with faults, to which anchors, aliases and tags belong. Nothing is raised, and nothing is written.
    """
    for change in changes:
        result = _spliced(file, data, index, change, limits)
        if isinstance(result, Problem):
            return result
        data = result
    return data


def _spliced(file: str, data: bytes, index: int, change: Change, limits: Limits) -> bytes | Problem:
    before = read_documents(file, data, limits)
    if not 0 <= index < len(before.documents) or before.documents[index].faulty:
        why = f": {before.problems[0].message}" if before.problems else ""
        return _refusal(f"the document can't be changed, since it can't be read{why}", Place(file))
    root, page = tree(file, data, index, limits), Page(decode(data).text)
    where = f"{visible(change.pointer)} can't be changed here"
    mark = _MARK if data.startswith(_MARK) else b""
    try:
        wanted = applied(before.documents[index].value, change)
        for cautious in (False, True):
            text = page.changed(edits_of(page, root, change, cautious=cautious))
            after = mark + text.encode("utf-8", "surrogateescape")
            if _is_proven(before, read_documents(file, after, limits), index, wanted):
                return after
    except UnfitChangeError as error:
        return _refusal(f"{where}: {visible(str(error))}", _place(file, root.span))
    return _refusal(f"{where}: read again, the file would not say what is meant", _place(file, root.span))


def _is_proven(before: FileDocuments, after: FileDocuments, index: int, wanted: JsonValue) -> bool:
    """Whether the file says what is wanted, and beyond it what it said before."""
    there = [(item.faulty, _told(item.value)) for item in before.documents]
    there[index] = (False, _told(wanted))
    same_faults = [item.message for item in before.problems] == [item.message for item in after.problems]
    return same_faults and there == [(item.faulty, _told(item.value)) for item in after.documents]


def _told(value: JsonValue) -> str:
    """A value as text that tells 1 from 1.0 and true, and one order of keys from another."""
    return json.dumps(value, default=dict)


def _place(file: str, span: Span) -> Place:
    return Place(file, span.line, span.column, span.line, span.column + 1)


def _refusal(message: str, place: Place) -> Problem:
    return Problem("syntax", message, place, remediation="Nothing was written. Make this change by hand.")
