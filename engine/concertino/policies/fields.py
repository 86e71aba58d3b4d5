"""Checking the path under `field`: it must lead somewhere, or a finding would point at nothing."""

from concertino.expressions import CelType
from concertino.model.shape import ListOf, MapOf, Primitive, ShapeName, Type, Vocabulary
from concertino.model.suggest import suggest

_ITEM = "item"
_DERIVED = ("refs", "inverse")


def check_field(path: str, target: str, element: CelType | None, vocabulary: Vocabulary) -> tuple[str, str] | None:
    """What is wrong with a path such as `spec.evidence`, and what was probably meant; nothing if it leads somewhere.

    Under `each` a path may begin with `item`: then it is followed in the element.
    """
    parts = path.split(".")
    here: Type = ShapeName(target)
    if element and parts[0] == _ITEM:
        if not element.shape:
            return None
        if element.name not in vocabulary.shapes:
            return f"a {element.name} stands in no document, so no finding can point into it", ""
        here, parts = ShapeName(element.name), parts[1:]
    for part in parts:
        step = _step(here, part, vocabulary)
        if isinstance(step, tuple):
            return step
        here = step
    return None


def _step(here: Type, part: str, vocabulary: Vocabulary) -> Type | tuple[str, str]:
    match here:
        case ShapeName(name):
            fields = vocabulary.shapes[name].fields
            written = {key: item for key, item in fields.items() if key not in _DERIVED and not item.computed}
            if part in written:
                return written[part].type
            names = sorted(written)
            return f'{name} has no field "{part}"; it has {", ".join(names)}', suggest(part, names)
        case MapOf(value):
            return value
        case ListOf(element):
            return element if part.isdigit() else _step(element, part, vocabulary)
        case Primitive.DYN:
            return here
    return f'there is nothing called "{part}" inside {here.value}', ""
