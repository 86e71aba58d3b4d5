"""What expressions see of the force of exceptions: the type of `entity.force`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from concertino.kinds import Kinds
from concertino.model.shape import Field, ListOf, Primitive, Shape, ShapeName, Vocabulary
from concertino.verdict.force import Standing

EXCEPTION_KIND: Final = "Exception"
FIELD: Final = "force"
"""The field of an exception under which its force stands. No document holds it."""
_SHAPE: Final = f"{EXCEPTION_KIND}.{FIELD}"
_TERM: Final = f"{_SHAPE}.term"

_DAY = Field(Primitive.STRING, format="date")
_FIELDS: Final[Mapping[str, Field]] = {
    "inForce": Field(
        Primitive.BOOL,
        required=True,
        description="Whether it waives anything on the day judged: one policy on one entity is enough.",
    ),
    "from": replace(_DAY, description="The first day on which it waives anything; left out if it never does."),
    "until": replace(_DAY, description="The last such day, inclusive; left out if there is none."),
    "terms": Field(
        ListOf(ShapeName(_TERM)), required=True, description="How it stands towards each policy on each entity named."
    ),
}
_TERM_FIELDS: Final[Mapping[str, Field]] = {
    "policy": Field(Primitive.STRING, required=True, description="The id of the policy."),
    "entity": Field(
        Primitive.STRING,
        required=True,
        description="The reference of the entity; empty if the exception names none and has a condition instead.",
    ),
    "inForce": Field(Primitive.BOOL, required=True, description="Whether it waives this on the day judged."),
    "standing": Field(
        Primitive.STRING,
        required=True,
        values=tuple(standing.value for standing in Standing),
        description="How it stands on the day judged, in a word.",
    ),
    "why": Field(Primitive.STRING, required=True, description="The same as a sentence."),
    "from": replace(_DAY, description="The first day on which it waives this; left out if it never does."),
    "until": replace(_DAY, description="The last such day, inclusive; left out if there is none."),
}
FIELDS: Final = tuple(_FIELDS)
"""The names of all fields below `force`."""


def with_force(kinds: Kinds) -> Kinds:
    """The kinds with the field `force` added to exceptions, if there is such a kind."""
    shape = kinds.vocabulary.shapes.get(EXCEPTION_KIND)
    if shape is None or FIELD in shape.fields:
        return kinds
    own = Field(
        ShapeName(_SHAPE), required=True, description="Whether and when the exception waives anything.", computed=True
    )
    added = {
        EXCEPTION_KIND: Shape(EXCEPTION_KIND, {**shape.fields, FIELD: own}),
        _SHAPE: Shape(_SHAPE, _FIELDS),
        _TERM: Shape(_TERM, _TERM_FIELDS),
    }
    return replace(kinds, vocabulary=Vocabulary({**kinds.vocabulary.shapes, **added}))
