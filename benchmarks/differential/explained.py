"""Differences that are explained: what Google's runtime does otherwise, and the sentence that says we need not."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Difference:
    """One pair with two outcomes, reduced to the part of the expression that shows the difference."""

    number: int
    source: str
    bindings: dict[str, object]
    ours: list[object]
    googles: list[object]


@dataclass(frozen=True)
class Explanation:
    name: str
    why: str
    holds: Callable[[Difference], bool]


EXPLANATIONS: Final[tuple[Explanation, ...]] = ()


def explanation(of: Difference) -> Explanation | None:
    """The first explanation that holds, if any."""
    return next((each for each in EXPLANATIONS if each.holds(of)), None)
