"""The folds of aggregates, and the type of what they give."""

from concertino.expressions import DOUBLE, DYN, INT, CelType, list_of

_NUMBERS = ("int", "double", "uint", "dyn")
_ORDERED = (*_NUMBERS, "string")


def aggregate_type(fold: str, value: CelType | None) -> CelType | str:
    """The type of an aggregate, or a sentence on why its fold can't be taken of such values."""
    if fold == "count":
        return INT
    if value is None:
        return f'"{fold}" needs a value: the expression that says what is folded'
    if fold == "distinct":
        return INT
    if fold == "list":
        return list_of(value)
    allowed = _ORDERED if fold in ("min", "max") else _NUMBERS
    if value.name not in allowed:
        return f'"{fold}" can\'t be taken of {value}'
    if fold == "average":
        return DOUBLE
    return value if value.name != "dyn" else DYN
