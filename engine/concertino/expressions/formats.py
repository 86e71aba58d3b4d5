"""What a text must look like that is compared with a field, or read as a day, as far as schemas tell."""

from typing import Final

import re2

from concertino.expressions.functions import is_day
from concertino.expressions.tree import Call, CheckedTree, Constant, Identifier, Node, Select
from concertino.model.shape import Field, ListOf, Primitive, Vocabulary

_A_DAY: Final = "2026-06-30"
_FORMAT: Final = "date"
_REFERENCES: Final = ".refs"
_BEGINNINGS: Final = ("-01-01", "-01")
"""What makes a whole day of a year or a month. Days are compared as texts, and so may their beginnings be."""


def described(node: Node, tree: CheckedTree, vocabulary: Vocabulary) -> tuple[str, Field] | None:
    """The field of a schema that a node reads, with its name in full, or nothing."""
    match node:
        case Select(operand=operand, field=name, test_only=False):
            pass
        case Call(function="_?._", arguments=(operand, Constant(value=str() as name))):
            pass
        case Call(function="orValue" | "value", target=Call(function="_?._") as inner):
            return described(inner, tree, vocabulary)
        case _:
            return None
    of = tree.types.get(operand.id)
    if of and of.name == "optional_type" and of.parameters:
        of = of.parameters[0]
    shape = vocabulary.shapes.get(of.name) if of and of.shape else None
    found = shape.fields.get(name) if shape else None
    return (f"{shape.name}.{name}", found) if shape and found else None


def is_date(node: Node, tree: CheckedTree, vocabulary: Vocabulary) -> bool:
    """Whether a node is a day for certain: a field whose schema says so, or the day of judgement."""
    if isinstance(node, Identifier):
        return node.name.removeprefix(".") == "asOf"
    found = described(node, tree, vocabulary)
    return found is not None and found[1].format == _FORMAT and not isinstance(found[1].type, ListOf)


def never_a_date(node: Node, tree: CheckedTree, vocabulary: Vocabulary) -> str:
    """The field that a node reads, if its schema lets it be no day; empty where it might be one."""
    found = described(node, tree, vocabulary)
    if found is None or found[1].format == _FORMAT or found[1].type is not Primitive.STRING:
        return ""
    owner, field = found
    holder, _, name = owner.rpartition(".")
    references = vocabulary.shapes.get(holder + _REFERENCES)
    if references and name in references.fields:
        return owner
    if field.values:
        return "" if any(map(is_day, field.values)) else owner
    return "" if fits_pattern(_A_DAY, field.pattern) else owner


def fits_pattern(text: str, pattern: str) -> bool:
    """Whether a schema with this `pattern` allows a text. What the engine can't read as a pattern allows any."""
    if not pattern:
        return True
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options).search(text) is not None
    except re2.error:
        return True


def begins_a_day(text: str) -> bool:
    """Whether a text is a day or the year or month that days begin with, so that it can be ordered among days."""
    return is_day(text) or any(is_day(text + rest) for rest in _BEGINNINGS)
