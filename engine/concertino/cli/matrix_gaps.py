"""Names that make no entity of the matrix, since the catalogue says that the two do not go together."""

import re
from collections.abc import Iterator, Mapping, Sequence

from concertino.catalogue import CatalogueEntity
from concertino.matrix.picture import Picture
from concertino.model.place import Place


def left_out(picture: Picture, text: str) -> str:
    """What to say of names that are right and make no cell, since the catalogue leaves this one out."""
    names = text.casefold().partition(":")[2 if ":" in text else 0].split("/")
    if len(names) != len(picture.axes):
        return ""
    found: dict[str, CatalogueEntity] = {}
    for (factor, kind), name in zip(picture.axes, names, strict=True):
        known = (item for item in picture.catalogue.of_kind(kind) if item.reference.name.casefold() == name)
        entity = next(known, None)
        if entity is None:
            return ""
        found[factor] = entity
    *rest, last = (f"{factor} {entity.reference.name}" for factor, entity in found.items())
    place = next(_excluding(picture, found), None)
    where = f"It is left out in {place}." if place else "Whether there is one follows from both."
    return f'The {last} does not apply to {", ".join(rest)}, so there is no such cell (drawn as "."). {where}'


def _excluding(picture: Picture, factors: Mapping[str, CatalogueEntity]) -> Iterator[Place]:
    """The elements of lists that name another of the factors, in fields that the condition of the product reads."""
    products = (item.kind.product for item in picture.catalogue.of_kind(picture.model.target))
    condition = next((item.where for item in products if item), "")
    for entity in factors.values():
        spec = entity.value.get("spec")
        for field, rows in spec.items() if isinstance(spec, dict) else ():
            if isinstance(rows, list | tuple) and re.search(rf"\b{re.escape(field)}\b", condition):
                for number in _naming(rows, factors):
                    yield picture.catalogue.locate(entity, f"/spec/{field}/{number}")


def _naming(rows: Sequence[object], factors: Mapping[str, CatalogueEntity]) -> Iterator[int]:
    for number, row in enumerate(rows):
        if isinstance(row, dict) and any(row.get(name) == item.reference.name for name, item in factors.items()):
            yield number
