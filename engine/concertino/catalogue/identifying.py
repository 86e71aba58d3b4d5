"""Documents of which nobody can tell what they describe."""

from collections.abc import Sequence
from types import MappingProxyType

from concertino.documents import Document, Positions
from concertino.model.json import JsonValue
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.model.reference import DEFAULT_NAMESPACE
from concertino.model.suggest import suggest

_ELSEWHERE = MappingProxyType(
    {
        "Policy": "A policy stands in a folder of its own below the policies, as policy.yaml.",
        "Cases": "The cases of a policy stand beside it, as cases.yaml.",
        "Pack": "A pack is a folder of policies with a pack.yaml in it.",
        "DecisionModel": "The decision model stands in its pack, as decision-model.yaml.",
        "Overview": "The overview stands in its pack, as overview.yaml.",
        "Configuration": "The configuration is the file concertino.yaml at the root.",
    }
)
"""Kinds of documents that are not entities, and where they belong."""


def unknown_kind(document: Document, marks: Positions, names: Sequence[str]) -> Problem:
    """Why the kind of a document is not known. `names` are the kinds that a document can have, sorted."""
    value = document.value
    if not isinstance(value, dict):
        found = "a list" if isinstance(value, list) else "a single value"
        return _problem(f"this document is {found}, and an entity is a mapping", document.place, _envelope(names))
    kind = value.get("kind")
    if kind is None:
        meant = suggest("kind", list(value))
        place = marks.key(f"/{meant}") if meant else document.place
        message = 'this document has no "kind", so nobody can tell what it describes'
        return _problem(message, place, _envelope(names), "kind" if meant else "")
    place, expected = marks.head("/kind"), f"one of {', '.join(names)}"
    if not isinstance(kind, str):
        return _problem("a kind is one word, and this is none", place, expected)
    message = f'"{kind}" is not a kind that is known here'
    remedy = _ELSEWHERE.get(kind, "Correct the kind, or declare a new one with a schema file of its own.")
    return _problem(message, marks.value("/kind"), expected, suggest(kind, names), remedy)


def name_of(value: JsonValue) -> tuple[str, str] | None:
    """The namespace and the name that a document gives itself, if they can be read."""
    metadata = value.get("metadata") if isinstance(value, dict) else None
    name = metadata.get("name") if isinstance(metadata, dict) else None
    namespace = metadata.get("namespace", DEFAULT_NAMESPACE) if isinstance(metadata, dict) else None
    if not isinstance(name, str) or not isinstance(namespace, str) or not name:
        return None
    return namespace, name


def _envelope(names: Sequence[str]) -> str:
    return f"apiVersion, kind, metadata and spec; the kinds are {', '.join(names)}"


def _problem(message: str, place: Place, expected: str, suggestion: str = "", remedy: str = "") -> Problem:
    advice = remedy or 'Say what the document describes, for example "kind: Brand".'
    return Problem("schema", message, place, expected, suggestion, advice)
