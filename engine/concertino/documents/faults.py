"""From the errors of a validator to faults: which of many errors one mistake should be told by."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError  # heavy, and needed for types only


Path: TypeAlias = "tuple[str | int, ...]"

FORBIDDEN = "false"
"""Stands for a schema that allows nothing, in place of a keyword."""
_ORDER = (FORBIDDEN, "type", "const", "enum", "minLength", "format", "pattern", "minItems", "uniqueItems", "contains")
_RANKS = {keyword: rank for rank, keyword in enumerate(_ORDER)}
"""Of several keywords that one value breaks, the first here is told."""
_STRONGEST = (FORBIDDEN, "type")
"""Nothing else is said of a value that breaks one of these."""
_OF_FIELDS = frozenset(("required", "dependentRequired", "additionalProperties", "propertyNames"))
"""Keywords that are about single fields: each field is a fault of its own."""
_IN_PLACE = frozenset(("allOf", "anyOf", "oneOf", "not", "if"))


@dataclass(frozen=True)
class Condition:
    """Why a part of a schema applied: the schema in `if`, whether it held, and the value it looked at."""

    schema: Any
    held: bool
    path: Path

    def fields(self) -> tuple[str, ...]:
        """The names of the fields that the condition looks at."""
        if not isinstance(self.schema, dict):
            return ()
        return (*self.schema.get("properties", ()), *self.schema.get("required", ()))


@dataclass(frozen=True)
class Fault:
    """One mistake. `keyword` is what it breaks, `path` the value, `name` the field it is about if it is about one.

    `schema` is where the keyword stands. `alternatives` are schemas of which none fits.
    """

    keyword: str
    path: Path
    instance: Any
    schema: dict[str, Any]
    limit: Any = None
    name: str = ""
    conditions: tuple[Condition, ...] = ()
    inner: "tuple[Fault, ...]" = ()
    alternatives: tuple[Any, ...] = field(default=())


def faults_of(errors: "Iterable[ValidationError]", *, ignore_missing: bool) -> list[Fault]:
    """All faults, one for each mistake, in the order of their paths."""
    found = [fault for error in errors for fault in _unfold(error, (), ignore_missing=ignore_missing)]
    return _without_echoes(_strongest(found))


def _unfold(error: "ValidationError", because: tuple[Condition, ...], *, ignore_missing: bool) -> Iterator[Fault]:
    keyword = str(error.validator or FORBIDDEN)
    path = tuple(error.absolute_path)
    context = error.context or ()
    if keyword == "if":
        condition = Condition(error.validator_value, error.message == "then", path)
        for inner in context:
            yield from _unfold(inner, (*because, condition), ignore_missing=ignore_missing)
    elif keyword in ("anyOf", "oneOf") and context:
        yield from _choose(error, because, ignore_missing=ignore_missing)
    elif keyword in ("required", "dependentRequired"):
        if not ignore_missing:
            names = _missing(error)
            yield from (_fault(error, because, keyword, path, name=name) for name in names)
    elif keyword == "propertyNames":
        found = tuple(fault for e in context for fault in _unfold(e, because, ignore_missing=ignore_missing))
        yield replace(_fault(error, because, keyword, path, name=str(path[-1])), inner=found)
    elif keyword == "additionalProperties":
        yield _fault(error, because, keyword, path, name=str(path[-1]))
    else:
        yield _fault(error, because, keyword, path)


def _fault(
    error: "ValidationError", because: tuple[Condition, ...], keyword: str, path: Path, *, name: str = ""
) -> Fault:
    schema = error.schema if isinstance(error.schema, dict) else {}
    return Fault(keyword, path, error.instance, schema, error.validator_value, name, because)


def _missing(error: "ValidationError") -> list[str]:
    """The fields that are missing. jsonschema reports each with a message of its own; all are told each time."""
    wanted: Any = error.validator_value
    present: Any = error.instance
    if error.validator == "required":
        return [name for name in wanted if name not in present]
    return [name for given, names in wanted.items() if given in present for name in names if name not in present]


def _choose(error: "ValidationError", because: tuple[Condition, ...], *, ignore_missing: bool) -> Iterator[Fault]:
    """The faults of the alternative that was meant, if that can be told; else one fault that lists them."""
    value: Any = error.validator_value
    alternatives = list(value)
    branches: dict[int, list[Fault]] = {index: [] for index in range(len(alternatives))}
    for inner in error.context or ():
        found = list(_unfold(inner, because, ignore_missing=ignore_missing))
        # Of alternatives that are `false`, jsonschema does not say which one it means; they are all alike.
        which = [int(inner.schema_path[0])] if inner.schema_path else _all_false(alternatives)
        for index in which:
            branches[index].extend(found)
    if not all(branches.values()):  # one fits once missing fields are ignored
        return
    path = tuple(error.absolute_path)
    ranked = sorted((_distance(found, path), index) for index, found in branches.items())
    (best, index), rest = ranked[0], ranked[1:]
    tag = _wrong_tag(list(branches.values()), path)
    if tag is not None:
        yield tag
    elif (not best[0] and (not rest or rest[0][0] > best)) or all(
        found == branches[index] for found in branches.values()
    ):
        yield from branches[index]
    else:
        inside = tuple(fault for index in sorted(branches) for fault in branches[index])
        whole = _fault(error, because, str(error.validator), path)
        yield replace(whole, inner=inside, alternatives=tuple(alternatives))


def _all_false(alternatives: list[Any]) -> list[int]:
    return [index for index, schema in enumerate(alternatives) if schema is False]


def _wrong_tag(branches: list[list[Fault]], path: Path) -> Fault | None:
    """The field that tells the alternatives apart, if its value is that of none: told with the values of all."""
    tags = [
        {fault.path: fault for fault in found if fault.keyword in ("const", "enum") and fault.path != path}
        for found in branches
    ]
    shared = sorted(set(tags[0]).intersection(*tags[1:]), key=len)
    if len(branches) == 1 or not shared:
        return None
    limits = [value for tag in tags for value in _allowed(tag[shared[0]])]
    once = [value for index, value in enumerate(limits) if value not in limits[:index]]
    return replace(tags[0][shared[0]], keyword="enum", limit=once)


def _allowed(fault: Fault) -> list[Any]:
    """The values that a `const` or `enum` allows."""
    return [fault.limit] if fault.keyword == "const" else list(fault.limit)


def _distance(found: Sequence[Fault], path: Path) -> tuple[int, int, int]:
    """How far a value is from an alternative: the wrong type, then the wrong tag, then the number of faults."""
    wrong_type = any(fault.path == path and _is_other_type(fault) for fault in found)
    wrong_tag = sum(fault.keyword == "const" for fault in found)
    return (int(wrong_type), wrong_tag, len(_strongest(list(found))))


def _is_other_type(fault: Fault) -> bool:
    if fault.keyword == "type":
        return True
    if fault.keyword not in ("const", "enum"):
        return False
    return not any(type(value) is type(fault.instance) for value in _allowed(fault))


def _strongest(found: list[Fault]) -> list[Fault]:
    """One fault for each value and each field, in the order of their paths."""
    groups: dict[tuple[Path, str, str], list[Fault]] = defaultdict(list)
    for fault in found:
        about = fault.keyword if fault.keyword in _OF_FIELDS else ""
        about = "required" if about == "dependentRequired" else about
        groups[fault.path, about, fault.name].append(fault)
    chosen = [min(group, key=_rank) for group in groups.values()]
    wrong = {fault.path for fault in chosen if fault.keyword in _STRONGEST}
    kept = [fault for fault in chosen if fault.keyword in _STRONGEST or fault.path not in wrong]
    return sorted(
        kept,
        key=lambda fault: ([str(part).zfill(6) if isinstance(part, int) else part for part in fault.path], fault.name),
    )


def _rank(fault: Fault) -> tuple[int, int]:
    return (_RANKS.get(fault.keyword, len(_RANKS) + (fault.keyword in _IN_PLACE)), len(fault.conditions))


def _without_echoes(found: list[Fault]) -> list[Fault]:
    """Without the faults that only follow from a wrong value that a condition looked at."""
    plain = {fault.path for fault in found if not fault.conditions}
    return [fault for fault in found if not any(_is_echo(condition, plain) for condition in fault.conditions)]


def _is_echo(condition: Condition, wrong: set[Path]) -> bool:
    return any((*condition.path, name) in wrong for name in condition.fields())
