"""What is wrong with an input. A problem is a value that travels to the report; it is never raised."""

from dataclasses import dataclass

from concertino.model.place import Place, Related


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file that was read.

    `check` is the id of a built-in check (`syntax`, `schema`, `reference`, …). `message` says what, with the values in
    it; `expected` what would have been right; `suggestion` the one thing that was probably meant, as it would be typed;
    `remediation` what to do about it.
    """

    check: str
    message: str
    place: Place
    expected: str = ""
    suggestion: str = ""
    remediation: str = ""
    related: tuple[Related, ...] = ()
    subject: str = ""
    """Reference of the entity that is at fault, or empty: then the file stands for it."""
