"""The words for what YAML allows and Concertino does not."""

from collections.abc import Iterator

from concertino.documents.events import Event
from concertino.documents.scalars import NULL, Refused, resolve, shorten
from concertino.model.place import Place, Related
from concertino.model.problem import Problem

CHECK = "syntax"
_ORDINARY = "tag:yaml.org,2002:"


def directive(place: Place) -> Problem:
    """A line that begins with `%`."""
    return Problem(CHECK, "directives such as %YAML and %TAG are not allowed", place, remediation="Remove the line.")


def after_end(place: Place) -> Problem:
    """Something after `...`."""
    remediation = "Begin the next document with a line ---, or remove the dots."
    return Problem(CHECK, "text follows the end of the document (...)", place, remediation=remediation)


def alias(name: str, place: Place) -> Problem:
    """`*name`."""
    message = f"the alias *{shorten(name)} is not allowed"
    remediation = "Write the value out: each field then shows what it holds. Text that begins with * needs quotes."
    return Problem(CHECK, message, place, remediation=remediation)


def anchor(name: str, place: Place) -> Problem:
    """`&name`."""
    message = f"the anchor &{shorten(name)} is not allowed"
    return Problem(CHECK, message, place, remediation="Remove it. Text that begins with & needs quotes.")


def tag(name: str, place: Place) -> Problem:
    """`!name`."""
    shown = f"!!{name.removeprefix(_ORDINARY)}" if name.startswith(_ORDINARY) else name
    remediation = "Remove it; quotes are enough to make a value text. Text that begins with ! needs quotes."
    return Problem(CHECK, f"the tag {shorten(shown)} is not allowed", place, remediation=remediation)


def too_deep(depth: int, place: Place) -> Problem:
    """One list or mapping inside another too often."""
    message = f"lists and mappings lie more than {depth} deep; the rest of the document is not read"
    return Problem(CHECK, message, place, remediation="Make the document flatter, or raise limits.depth.")


def scalar(refused: Refused, text: str, name: str, place: Place) -> Problem:
    """A plain scalar that is no value; `name` is the field it stands in, if it does."""
    message = refused.message
    if refused is NULL:
        subject = f'"{shorten(name)}"' if name else "an element of the list" if place.pointer else "the document"
        message = f"{subject} is {text}" if text else f"{subject} has no value"
    return Problem(CHECK, message, place, remediation=refused.remediation)


def key_of_parts(place: Place) -> Problem:
    """A list, a mapping or an alias where the name of a field belongs."""
    message = "a list, a mapping or an alias stands where the name of a field belongs"
    remediation = "Text that begins with a bracket, a brace or * needs quotes, as in '{{ name }}' or \"[draft]\"."
    return Problem(CHECK, message, place, expected="text and a colon", remediation=remediation)


def key(event: Event, place: Place) -> Iterator[Problem]:
    """What is wrong with a scalar as the name of a field."""
    if event.anchor is not None:
        yield anchor(event.anchor, place)
    if event.tag is not None:
        yield tag(event.tag, place)
    value = resolve(event.value) if event.implicit[0] else event.value
    if isinstance(value, str):
        return
    quoted = f'"{shorten(event.value)}"'
    what = "null" if value is NULL else "true or false" if isinstance(value, bool) else "a number"
    message = f"the name of a field is text, and {shorten(event.value)} is {what}"
    if not event.value:
        message = "a field has no name"
    yield Problem(
        CHECK, message, place, suggestion=quoted if event.value else "", remediation="Put the name in quotes."
    )


def duplicate(name: str, place: Place, first: Related) -> Problem:
    """The same field twice."""
    remediation = "Keep one of the two. The first one is read."
    message = f'the field "{shorten(name)}" stands here twice'
    return Problem(CHECK, message, place, remediation=remediation, related=(first,))


def forbidden(character: str, place: Place) -> Problem:
    """A character that may not stand in a document, or a byte that is no character."""
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004 - how surrogateescape stands for the byte 0x80 to 0xFF
        message = f"the byte 0x{code - 0xDC00:02X} is not UTF-8"
        return Problem(CHECK, message, place, remediation="Save the file as UTF-8.")
    what = _NAMES.get(code) or ("a control character" if code < _FIRST_REORDERING else "it reorders the text shown")
    message = f"U+{code:04X} ({what}) is not allowed"
    remediation = f'Remove it; in double quotes it can be written as "\\u{code:04x}".'
    return Problem(CHECK, message, place, remediation=remediation)


_FIRST_REORDERING = 0x202A
_NAMES = {
    0x00: "the null character",
    0x0B: "vertical tab",
    0x0C: "form feed",
    0x1B: "escape",
    0x7F: "delete",
    0x85: "next line, a line break for some readers only",
    0x2028: "line separator, a line break for some readers only",
    0x2029: "paragraph separator, a line break for some readers only",
    0xFEFF: "byte order mark, allowed at the beginning of the file only",
}


def and_more(count: int, place: Place) -> Problem:
    """In place of problems that nobody would read."""
    message = f"{count:,} more problems in this document"
    return Problem(CHECK, message, place, remediation="They are shown once those above are solved.")
