"""What a few independent products can add up to, in how many ways, and one way to get there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Sums:
    """The sums of one element of each of `terms`. Dynamic programming: one pass per list, not one per combination."""

    terms: tuple[Sequence[int], ...]

    @cached_property
    def ways(self) -> Mapping[int, int]:
        """Every sum with the number of combinations that come to it, rising."""
        return dict(sorted(self._layers[-1].items()))

    @cached_property
    def _layers(self) -> tuple[Mapping[int, int], ...]:
        """The ways after no term, after the first, after the second, and so on."""
        layers: list[dict[int, int]] = [{0: 1}]
        for term in self.terms:
            layer: dict[int, int] = {}
            for total, ways in layers[-1].items():
                for value in term:
                    layer[total + value] = layer.get(total + value, 0) + ways
            layers.append(layer)
        return tuple(layers)

    def one_way(self, total: int) -> tuple[int, ...]:
        """Positions in the terms whose elements add up to `total`. Raises ValueError if there are none."""
        if total not in self.ways:
            raise ValueError(total)
        found: list[int] = []
        for term, before in zip(reversed(self.terms), reversed(self._layers[:-1]), strict=True):
            position = next(at for at, value in enumerate(term) if total - value in before)
            found.append(position)
            total -= term[position]
        return tuple(reversed(found))

    def without(self, number: int) -> "Sums":
        """The sums of the other terms."""
        return Sums(self.terms[:number] + self.terms[number + 1 :])
