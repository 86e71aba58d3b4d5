"""What reading a file gives: its documents, and what is wrong with it."""

from dataclasses import dataclass

from concertino.model.json import JsonValue
from concertino.model.place import Place
from concertino.model.problem import Problem


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document.

    `index` counts the documents of the file from 0; empty ones between two `---` are not counted. `value` is a tree of
    fresh dicts, lists and scalars. If `faulty`, a syntax problem lies inside and `value` holds what could be read.
    `place` is the first line of the document's content.
    """

    file: str
    index: int
    value: JsonValue
    faulty: bool
    place: Place


@dataclass(frozen=True, slots=True)
class FileDocuments:
    """All documents of one file in their order, and the syntax problems of the file in the order of their places."""

    documents: tuple[Document, ...] = ()
    problems: tuple[Problem, ...] = ()
