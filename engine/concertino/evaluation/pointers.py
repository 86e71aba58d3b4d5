"""Where an element of a list, which an expression picked out of an entity, stands in its document."""

from collections.abc import Iterator, Mapping

from concertino.expressions import Computed, Identifier, Node, Select

_DERIVED = ("refs", "inverse")


def pointer_of(element: object, entity: Mapping[str, object]) -> str:
    """The JSON pointer of a list or mapping inside `entity`, known by identity, or empty if it stands elsewhere."""
    return next((pointer for pointer, value in _nodes(entity, "") if value is element), "")


def list_pointer(node: Node) -> str:
    """The JSON pointer of a list that an expression names plainly (`entity.spec.drivers`), or empty."""
    match node:
        case Select(operand=Identifier(name="entity"), field=field):
            return f"/{field}"
        case Select(operand=operand, field=field):
            above = list_pointer(operand)
            return f"{above}/{field}" if above else ""
    return ""


def _nodes(value: object, pointer: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, child in value.items():
            if key not in _DERIVED and isinstance(child, dict | list) and not isinstance(child, Computed):
                here = f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
                yield here, child
                yield from _nodes(child, here)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            if isinstance(child, dict | list):
                yield f"{pointer}/{index}", child
                yield from _nodes(child, f"{pointer}/{index}")
