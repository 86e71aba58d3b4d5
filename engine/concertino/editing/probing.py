"""From a kind to first conditions on its fields, and to whom they might hold."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from concertino.editing.example import Examples
from concertino.editing.field_probes import FieldProbes
from concertino.editing.probe import Change, Condition, Probe
from concertino.kinds import Kind
from concertino.kinds.schema import subschemas, text, texts
from concertino.model.json import JsonObject

_PREFERRED_FIELDS = ("status", "lifecycle", "stage", "state", "type")
_PREFERRED_VALUES = ("accepted", "live", "active", "running")
"""What a condition is most often asked of, where a kind has it."""


@dataclass(frozen=True)
class Probing:
    """Looks for conditions on one kind. `root` is the expression by which a policy reads the entity of that kind."""

    examples: Examples
    kind: Kind
    root: str = "entity"

    def probes(self, path: str = "") -> Iterator[Probe]:
        """Conditions on the field at a path, or without one on any field of the kind, the most telling ones first.

        What may be left out comes first: that it is there is what a schema can't ask for of some entities only.
        """
        if path:
            yield from self._at(path)
            return
        spec = self._node("spec")
        names = subschemas(spec, "properties")
        required = texts(spec, "required")
        for name in sorted(names, key=lambda item: (item in required, self._has_default(f"spec.{item}"))):
            yield from self._at(f"spec.{name}")
        yield from self._at("metadata.title")
        yield from self._at("metadata.name")

    def paths(self, path: str = "", depth: int = 3) -> Iterator[str]:
        """The paths of the fields, some levels deep. What lies inside a list has no path of its own."""
        node = self._node(path) if path else self.examples.schema(self.kind)
        for name in subschemas(node, "properties") if depth else ():
            here = f"{path}.{name}".lstrip(".")
            if "." in here:
                yield here
            if path or name in ("metadata", "spec"):
                yield from self.paths(here, depth - 1)

    def conditions(self, probe: Probe) -> Iterator[Condition]:
        """For whom a policy with this condition might hold, the most telling first."""
        if probe.whole:
            yield Condition(" && ".join(probe.whole), None, Change(probe.parent))
            return
        yield from self._choices(probe)
        if probe.path != "metadata.title" and "title" in subschemas(self._node("metadata"), "properties"):
            yield Condition(f"has({self.root}.metadata.title)", None, Change("metadata.title"))
        yield Condition(f'!{self.root}.metadata.name.startsWith("draft")')

    def _choices(self, probe: Probe) -> Iterator[Condition]:
        spec = self._node("spec")
        fields = {name: self.examples.schemas.flatten(node) for name, node in subschemas(spec, "properties").items()}
        required = texts(spec, "required")
        for name in sorted(fields, key=lambda item: (item not in required, item not in _PREFERRED_FIELDS)):
            values = texts(fields[name], "enum")
            if len(values) < 2 or f"spec.{name}" == probe.path:  # noqa: PLR2004 - one choice is none
                continue
            chosen = next((value for value in _PREFERRED_VALUES if value in values), values[0])
            other = next(value for value in values if value != chosen)
            here = f"{self.root}.spec.{name}"
            there = "" if name in required else f"has({here}) && "
            yield Condition(
                f"{there}{here} == {_quoted(chosen)}", Change(f"spec.{name}", chosen), Change(f"spec.{name}", other)
            )

    def _has_default(self, path: str) -> bool:
        """Whether leaving the field out says something: asking that it is there would be a poor rule."""
        node = self._node(path)
        return "default" in node or "(default)" in text(node, "description")

    def _node(self, path: str) -> JsonObject:
        node = self.examples.schema(self.kind)
        for part in path.split("."):
            node = self.examples.schemas.flatten(subschemas(node, "properties").get(part) or {})
        return node

    def _at(self, path: str) -> Iterator[Probe]:
        """The conditions on one field, where the path leads to one."""
        holder = self.examples.schema(self.kind)
        whole: list[str] = []
        parent, here, required = "", self.root, True
        parts = path.split(".")
        for number, part in enumerate(parts):
            fields = subschemas(holder, "properties")
            if part not in fields:
                return
            if not required:
                whole.append(f"has({here})")
                parent = parent or ".".join(parts[:number])
            required = part in texts(holder, "required")
            here = f"{here}.{part}"
            holder = self.examples.schemas.flatten(fields[part])
        common = FieldProbes(self.examples, path, here, holder, tuple(whole), parent)
        yield from common.probes(required=required)
        if required:
            for name in subschemas(holder, "properties"):
                yield from self._at(f"{path}.{name}")


def _quoted(words: str) -> str:
    """Text as a literal of CEL."""
    return json.dumps(words, ensure_ascii=not words.isprintable())
