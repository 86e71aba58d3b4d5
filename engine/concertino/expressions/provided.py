"""The shapes that no schema declares, because the engine itself makes such values."""

from typing import Final

from concertino.expressions.values import CHANGE
from concertino.model.shape import Field, ListOf, MapOf, Primitive, Shape, ShapeName, Type, Vocabulary

CLAIMS: Final = f"{CHANGE}.claims"


def _field(of: Type, description: str) -> Field:
    return Field(of, required=True, description=description)


_CHANGE = Shape(
    CHANGE,
    {
        "commit": _field(Primitive.STRING, "The full id of the commit; empty if the change is not committed yet."),
        "committed": _field(
            Primitive.BOOL, "Whether it stands in a commit, not only in the working tree or the index."
        ),
        "present": _field(Primitive.BOOL, "Whether there is a value after this change; false where it was taken away."),
        "signedBy": _field(
            Primitive.STRING,
            "The handle of the member whose key verifiably signed the commit; empty if that is not proven.",
        ),
        "claims": _field(ShapeName(CLAIMS), "What the commit says of itself. Anyone can write anything there."),
    },
)
_CLAIMS = Shape(
    CLAIMS,
    {
        "author": _field(Primitive.STRING, "The name of the author."),
        "email": _field(Primitive.STRING, "The author's address."),
        "authoredOn": _field(Primitive.STRING, "The author's ISO day; empty if the commit names none."),
        "committer": _field(Primitive.STRING, "The name of who made the commit."),
        "committerEmail": _field(Primitive.STRING, "The committer's address."),
        "committedOn": _field(Primitive.STRING, "The committer's ISO day; empty if the commit names none."),
        "trailers": _field(
            MapOf(ListOf(Primitive.STRING)), "The trailers of the message, each with its values; names in lower case."
        ),
    },
)
_PROVIDED: Final = {item.name: item for item in (_CHANGE, _CLAIMS)}


def with_provided(vocabulary: Vocabulary) -> Vocabulary:
    """A vocabulary with the shapes of the engine added. No kind can be called like one of them: they have a dot."""
    return Vocabulary({**vocabulary.shapes, **_PROVIDED})
