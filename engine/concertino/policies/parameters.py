"""The types of parameters, taken from their values."""

from collections.abc import Mapping

from concertino.expressions import BOOL, DOUBLE, DYN, INT, STRING, CelType, list_of, map_of
from concertino.model.json import JsonValue


def parameter_type(value: JsonValue) -> CelType:
    """The CEL type of a parameter with this value. A list of mixed values, like an empty one, is a list of anything."""
    match value:
        case bool():
            return BOOL
        case int():
            return INT
        case float():
            return DOUBLE
        case str():
            return STRING
        case Mapping():
            return map_of(STRING, _common([parameter_type(item) for item in value.values()]))
    return list_of(_common([parameter_type(item) for item in value]))


def _common(types: list[CelType]) -> CelType:
    return types[0] if types and all(item == types[0] for item in types) else DYN
