"""Reading the text of a reference: `[kind:][namespace/]name`."""

import re
from collections.abc import Sequence

from concertino.kinds import Kind, Kinds, ReferenceRule
from concertino.model.reference import EntityReference

_NAME = r"[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?"
_REFERENCE = re.compile(rf"(?:(?P<kind>[A-Za-z][A-Za-z0-9]*):)?(?P<path>{_NAME}(?:/{_NAME})*)")


def parse_reference(text: str, rule: ReferenceRule, namespace: str, kinds: Kinds) -> EntityReference | str:
    """The entity that `text` means when an entity in `namespace` says it, or a sentence on what is wrong with the text.

    Without a prefix the kind is the one that `rule` allows, without a namespace it is that of the referring entity.
    """
    match = _REFERENCE.fullmatch(text)
    if not match:
        return f'"{text}" is not a reference'
    prefix = match["kind"]
    if prefix is None and (rule.any_kind or len(rule.kinds) != 1):
        return f'"{text}" does not say which kind it means'
    kind = kinds.find(prefix or rule.kinds[0])
    if kind is None:
        return f'"{prefix or rule.kinds[0]}" is not a kind'
    if not rule.any_kind and kind.name not in rule.kinds:
        return f'"{text}" refers to a {kind.name}, but this place takes {" or ".join(rule.kinds)}'
    parts = match["path"].split("/")
    return _derived(kind, parts, namespace, text) if kind.product else _plain(kind, parts, namespace, text)


def is_reference(text: str) -> bool:
    """Whether `text` has the form of a reference."""
    return _REFERENCE.fullmatch(text) is not None


def join_names(factors: Sequence[EntityReference]) -> str:
    """The name of a derived entity: the names of its factors, with namespaces if any of them is not the default."""
    plain = all(factor.namespace.casefold() == "default" for factor in factors)
    return "/".join(factor.name if plain else f"{factor.namespace}/{factor.name}" for factor in factors)


def _plain(kind: Kind, parts: list[str], namespace: str, text: str) -> EntityReference | str:
    match parts:
        case [name]:
            return EntityReference(kind.name, namespace, name)
        case [space, name]:
            return EntityReference(kind.name, space, name)
        case _:
            return f'"{text}" has more than one "/"'


def _derived(kind: Kind, parts: list[str], namespace: str, text: str) -> EntityReference | str:
    factors = kind.product.factors if kind.product else ()
    wanted = "/".join(name for name, _ in factors)
    if len(parts) == len(factors):
        pairs = [(namespace, name) for name in parts]
    elif len(parts) == 2 * len(factors):
        pairs = list(zip(parts[::2], parts[1::2], strict=True))
    else:
        return f'"{text}" is not a {kind.name}; it is written {wanted}'
    names = [EntityReference(target, space, name) for (_, target), (space, name) in zip(factors, pairs, strict=True)]
    return EntityReference(kind.name, "default", join_names(names))
