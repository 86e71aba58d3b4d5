"""Schema files to kinds: their types, references, inverse names and derived kinds.

A kind is one schema file that carries `x-kind`; adding one needs no Python.
"""

from concertino.kinds.kind import ANY_KIND, Kind, Kinds, Plan, Product, ReferenceRule, TableRule
from concertino.kinds.reading import read_kinds
from concertino.kinds.targets import unknown_targets

__all__ = [
    "ANY_KIND",
    "Kind",
    "Kinds",
    "Plan",
    "Product",
    "ReferenceRule",
    "TableRule",
    "read_kinds",
    "unknown_targets",
]
