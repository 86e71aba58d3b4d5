"""The folds of aggregates, and the type of what they give."""

from concertino.expressions import DOUBLE, INT, CelType, list_of

_NUMBERS = ("int", "double", "uint", "dyn")
_ORDERED = (*_NUMBERS, "string")


def aggregate_type(fold: str, value: CelType | None) -> CelType | str:
    """The type of an aggregate, or a sentence on why its fold can't be taken of such values."""
    if fold == "count":
        return INT
    if value is None:
        return f'"{fold}" needs a value: the expression that says what is folded'
    known = {"distinct": INT, "list": list_of(value)}
    if fold in known:
        return known[fold]
    if value.name not in (_ORDERED if fold in ("min", "max") else _NUMBERS):
        return f'"{fold}" can\'t be taken of {value}'
    return DOUBLE if fold == "average" else value
