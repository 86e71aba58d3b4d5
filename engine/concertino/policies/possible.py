"""What a value can be, as far as its schema and the conditions around it tell."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from operator import ge, gt, le, lt
from typing import Final, TypeAlias

Scalar: TypeAlias = str | int | float
"""Truth values are whole numbers to Python, and no term holds both."""

OPPOSITE: Final[Mapping[str, str]] = {
    "_==_": "_!=_",
    "_!=_": "_==_",
    "_<_": "_>=_",
    "_>=_": "_<_",
    "_>_": "_<=_",
    "_<=_": "_>_",
}
"""Each comparison with what holds where it does not."""
MIRRORED: Final[Mapping[str, str]] = {
    "_==_": "_==_",
    "_!=_": "_!=_",
    "_<_": "_>_",
    "_>_": "_<_",
    "_<=_": "_>=_",
    "_>=_": "_<=_",
}
"""Each comparison with its sides exchanged."""


@dataclass(frozen=True, slots=True)
class Possible:
    """A set of texts, of numbers or of truth values, that is never too small.

    `only` lists all of them, where they can be listed; `never` lists exceptions. `low` and `high` bound them, and
    belong to them unless they are `open`. `whole` numbers have no values between them.
    """

    only: frozenset[Scalar] | None = None
    never: frozenset[Scalar] = frozenset()
    low: Scalar | None = None
    high: Scalar | None = None
    low_open: bool = False
    high_open: bool = False
    whole: bool = False

    @property
    def empty(self) -> bool:
        """Whether no value is left."""
        if self.only is not None:
            return not any(map(self.holds, self.only))
        if self.low is None or self.high is None:
            return False
        return not _ordered(le, self.low, self.high) or (self.low == self.high and not self.holds(self.low))

    def holds(self, value: Scalar) -> bool:
        """Whether a value is one of them."""
        if value in self.never or (self.only is not None and value not in self.only):
            return False
        above = self.low is None or _ordered(gt if self.low_open else ge, value, self.low)
        return above and (self.high is None or _ordered(lt if self.high_open else le, value, self.high))

    def where(self, operator: str, value: Scalar) -> "Possible":
        """Those of which the comparison with `value` holds."""
        return self.meet(_WHERE[operator](value))

    def among(self, values: frozenset[Scalar], *, inside: bool) -> "Possible":
        """Those that are, or are not, among `values`."""
        return self.meet(Possible(only=values) if inside else Possible(never=values))

    def meet(self, other: "Possible") -> "Possible":
        """What is in both."""
        low, low_open = _tighter(gt, (self.low, self.low_open), (other.low, other.low_open))
        high, high_open = _tighter(lt, (self.high, self.high_open), (other.high, other.high_open))
        only = self.only if other.only is None else other.only if self.only is None else self.only & other.only
        whole = self.whole or other.whole
        return _trimmed(Possible(only, self.never | other.never, low, high, low_open, high_open, whole))

    def join(self, other: "Possible") -> "Possible":
        """What is in either."""
        if self.empty or other.empty:
            return other if self.empty else self
        one, two = _bounded(self), _bounded(other)
        low, low_open = _looser(lt, (one.low, one.low_open), (two.low, two.low_open))
        high, high_open = _looser(gt, (one.high, one.high_open), (two.high, two.high_open))
        only = None if self.only is None or other.only is None else self.only | other.only
        never = frozenset(value for value in self.never | other.never if not self.holds(value) | other.holds(value))
        return Possible(only, never, low, high, low_open, high_open, self.whole and other.whole)


def _bounded(of: Possible) -> Possible:
    """The same with the bounds that a list of all values has."""
    values = sorted(filter(of.holds, of.only), key=_sortable) if of.only is not None else []
    return replace(of, low=values[0], high=values[-1], low_open=False, high_open=False) if values else of


def _trimmed(of: Possible) -> Possible:
    """The same, the bounds of whole numbers drawn in to the next that is possible."""
    low, high = of.low, of.high
    if not of.whole or of.only is not None:
        return of
    if isinstance(low, int | float) and math.isfinite(low):
        low = math.floor(low) + 1 if of.low_open else math.ceil(low)
        while low in of.never:
            low += 1
    if isinstance(high, int | float) and math.isfinite(high):
        high = math.ceil(high) - 1 if of.high_open else math.floor(high)
        while high in of.never:
            high -= 1
    return replace(of, low=low, high=high, low_open=False, high_open=False)


_WHERE: Final[Mapping[str, Callable[[Scalar], Possible]]] = {
    "_==_": lambda value: Possible(only=frozenset({value})),
    "_!=_": lambda value: Possible(never=frozenset({value})),
    "_<_": lambda value: Possible(high=value, high_open=True),
    "_<=_": lambda value: Possible(high=value),
    "_>_": lambda value: Possible(low=value, low_open=True),
    "_>=_": lambda value: Possible(low=value),
}
_End: TypeAlias = tuple[Scalar | None, bool]


def _ordered(compare: Callable[[Scalar, Scalar], bool], one: Scalar, other: Scalar) -> bool:
    """The comparison; what can't be ordered, which no checked expression holds, counts as if it could stand so."""
    return isinstance(one, str) != isinstance(other, str) or compare(one, other)


def _sortable(value: Scalar) -> tuple[str, float]:
    return (value, 0.0) if isinstance(value, str) else ("", float(value))


def _tighter(further: Callable[[Scalar, Scalar], bool], one: _End, other: _End) -> _End:
    if one[0] is None or other[0] is None:
        return other if one[0] is None else one
    if one[0] == other[0]:
        return one[0], one[1] or other[1]
    return one if _ordered(further, one[0], other[0]) else other


def _looser(further: Callable[[Scalar, Scalar], bool], one: _End, other: _End) -> _End:
    if one[0] is None or other[0] is None:
        return None, False
    if one[0] == other[0]:
        return one[0], one[1] and other[1]
    return one if _ordered(further, one[0], other[0]) else other
