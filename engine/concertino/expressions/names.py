"""What an expression can name, and how the checker's types read in our words."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from concertino.expressions.types import DURATION, DYN, TIMESTAMP, CelType, shape
from concertino.model.shape import Field, ShapeName, Vocabulary

_MOST_LISTED = 14
_WORDS = re.compile(r"[^(),\s]+|[(),]")
_WELL_KNOWN = {"google.protobuf.Timestamp": TIMESTAMP, "google.protobuf.Duration": DURATION}


@dataclass(frozen=True, slots=True)
class Names:
    """The variables of a scope, and the shapes with the full names of their messages."""

    variables: Mapping[str, CelType]
    vocabulary: Vocabulary
    shapes: Mapping[str, str]

    def fields_of(self, name: str) -> Mapping[str, Field]:
        """The fields of the shape `name`; none if there is no such shape."""
        found = self.vocabulary.shapes.get(name)
        return found.fields if found else {}

    def types(self, text: str) -> tuple[CelType, ...]:
        """The types that the checker writes as `(string, list(int))`."""
        words = _WORDS.findall(text)
        return tuple(self._list(iter(words[1:]))) if words[:1] == ["("] else tuple(self._list(iter([*words, ")"])))

    def _list(self, words: Iterator[str]) -> Iterable[CelType]:
        found: list[CelType] = []
        for word in words:
            if word == ")":
                break
            if word == "(" and found:
                found[-1] = CelType(found[-1].name, tuple(self._list(words)), shape=found[-1].shape)
            elif word != ",":
                found.append(self._type(word))
        return found

    def _type(self, word: str) -> CelType:
        if word in self.shapes:
            return shape(self.shapes[word])
        if "%" in word:
            return DYN
        return _WELL_KNOWN.get(word, CelType(word))

    def below(self, name: str, wanted: str, deepest: int = 2) -> str:
        """The shortest path from the shape `name` to a field `wanted` in a part of it, or nothing."""
        queue = [((), name)]  # type: list[tuple[tuple[str, ...], str]]
        while queue:
            path, current = queue.pop(0)
            fields = self.fields_of(current)
            if path and wanted in fields:
                return ".".join((*path, wanted))
            if len(path) < deepest:
                queue += [((*path, part), below) for part, below in _parts(name, fields)]
        return ""


def _parts(kind: str, fields: Mapping[str, Field]) -> list[tuple[str, str]]:
    """The fields that hold a part of the same kind: other kinds are a hop away, and nobody means those."""
    root = kind.split(".", maxsplit=1)[0] + "."
    return [
        (name, field.type.name)
        for name, field in sorted(fields.items())
        if isinstance(field.type, ShapeName) and field.type.name.startswith(root)
    ]


def listed(names: Iterable[str]) -> str:
    """The names, sorted and with commas, cut when there are many."""
    ordered = sorted(set(names))
    rest = len(ordered) - _MOST_LISTED
    return ", ".join(ordered[:_MOST_LISTED]) + (f" and {rest} more" if rest > 0 else "")
