"""Dividing an amount of money by a key, so that nothing is lost and nothing is made up.

The invariant is that of FOCUS, the FinOps Open Cost and Usage Specification (focus.finops.org; attribute "Data
Generator-Calculated Split Cost Allocation Handling"): allocated charges sum to the charge they came from. What the
centre keeps counts as one of them, and the sum holds to the minor unit of the currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Division:
    """An amount in minor units, divided: the share of each receiver, and what is left over, which stays central."""

    amount: int
    shares: Mapping[str, int]
    central: int


def divide(amount: int, key: Mapping[str, Fraction]) -> Division:
    """The amount, divided in proportion to `key`, each share rounded down to the minor unit.

    What rounding leaves, less than one minor unit for each receiver, stays central: nobody pays a cent too much, and
    nobody can gain by standing first in a list. A receiver whose key is 0 gets 0; where all are, everything stays.

    Raises:
        ValueError: the amount or a key is negative.
    """
    if amount < 0 or any(value < 0 for value in key.values()):
        raise ValueError("neither an amount nor a key can be negative")
    whole = sum(key.values(), Fraction(0))
    shares = {name: int(amount * value / whole) if whole else 0 for name, value in sorted(key.items())}
    return Division(amount, shares, amount - sum(shares.values()))


def quarter_of(yearly: int, quarter: int) -> int:
    """What of a yearly amount falls on the first to fourth quarter of the calendar year, in whole minor units.

    Any four quarters that follow each other add up to the yearly amount: no cent is lost to rounding.
    """
    return yearly * quarter // 4 - yearly * (quarter - 1) // 4
