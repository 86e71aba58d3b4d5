"""The types of CEL values and expressions."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CelType:
    """A CEL type: its name and, for `list`, `map`, `optional_type` and `type`, its parameters.

    Names are those of the language definition (`bool`, `int`, `uint`, `double`, `string`, `bytes`, `null_type`, `dyn`,
    `timestamp`, `duration`, …). With `shape` set, the name is that of a shape in the vocabulary (`Decision.spec`).
    """

    name: str
    parameters: tuple["CelType", ...] = ()
    shape: bool = False

    def __str__(self) -> str:
        if not self.parameters:
            return self.name
        return f"{self.name}({', '.join(map(str, self.parameters))})"


BOOL = CelType("bool")
INT = CelType("int")
UINT = CelType("uint")
DOUBLE = CelType("double")
STRING = CelType("string")
BYTES = CelType("bytes")
NULL = CelType("null_type")
DYN = CelType("dyn")
TIMESTAMP = CelType("timestamp")
DURATION = CelType("duration")


def list_of(element: CelType) -> CelType:
    """The type of lists whose elements have type `element`."""
    return CelType("list", (element,))


def map_of(key: CelType, value: CelType) -> CelType:
    """The type of maps from `key` to `value`."""
    return CelType("map", (key, value))


def optional_of(value: CelType) -> CelType:
    """The type of optional values."""
    return CelType("optional_type", (value,))


def shape(name: str) -> CelType:
    """The type of mappings that have the shape `name` of the vocabulary."""
    return CelType(name, shape=True)
