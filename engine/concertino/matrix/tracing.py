"""The places in the catalogue from which an expression of the model took its value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from concertino.bindings import Bindings, Origins, is_read
from concertino.catalogue import Catalogue
from concertino.expressions import CelOptional, Entity, Identifier, Step, trace
from concertino.matrix.resolution import Resolution
from concertino.model.place import Place
from concertino.policies import Expression

_MOST_PLACES = 20
"""Nobody follows more of them."""
_VARIABLE = "variables."


@dataclass(frozen=True)
class Finder:
    """Evaluates an expression once more, step by step, and notes what was read on the way."""

    origins: Origins
    variables: Mapping[str, Expression]

    @classmethod
    def of(cls, catalogue: Catalogue, resolution: Resolution) -> "Finder":
        """A finder that knows every entity of a catalogue."""
        origins = Origins(catalogue)
        origins.meet_all()
        return cls(origins, resolution.variables)

    def places(self, expression: Expression, bindings: Bindings) -> tuple[Place, ...]:
        """The place of the very value, if it was read as it is; then those of the values it was computed from."""
        step = trace(expression.program, bindings, bindings.surroundings.new_meter())
        direct = self.origins.of_step(step)
        found = dict.fromkeys([direct] if direct and not _is_entity(step.value) else [])
        for place in self._read(step, bindings, set()):
            if len(found) >= _MOST_PLACES:
                break
            found[place] = None
        return tuple(found)

    def _read(self, step: Step, bindings: Bindings, seen: set[str]) -> Iterator[Place]:
        """The places of plain values that were read, in the order of reading, those behind variables included."""
        name = step.node.name.removeprefix(".") if isinstance(step.node, Identifier) else ""
        if name.startswith(_VARIABLE) and name not in seen:
            seen.add(name)
            expression = self.variables[name.removeprefix(_VARIABLE)]
            yield from self._read(
                trace(expression.program, bindings, bindings.surroundings.new_meter()), bindings, seen
            )
        elif is_read(step) and not _has_parts(step.value):
            place = self.origins.of_step(step)
            if place:
                yield place
        for below in step.steps:
            yield from self._read(below, bindings, seen)


def _has_parts(value: object) -> bool:
    value = value.value if isinstance(value, CelOptional) else value
    return isinstance(value, dict | list)


def _is_entity(value: object) -> bool:
    return isinstance(value.value if isinstance(value, CelOptional) else value, Entity)
