"""Faults in words: what is wrong, what would be right, and what was probably meant."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

from concertino.documents.faults import FORBIDDEN, Condition, Fault, Path
from concertino.documents.formats import EXPECTED, nearest_date
from concertino.documents.nodes import pointer_of
from concertino.documents.phrases import (
    TYPES,
    counted,
    field_of,
    first_sentence,
    one_of,
    show,
    show_with_type,
    subject_of,
    types_of,
)
from concertino.documents.positions import Positions
from concertino.documents.tree import Schema
from concertino.model.place import Place, Related
from concertino.model.problem import Problem
from concertino.model.suggest import suggest

CHECK = "schema"
Follow: TypeAlias = "Callable[[Schema], Schema]"
"""Leads from a schema that is only a `$ref` to the one it refers to, with what stands beside the `$ref`."""
_FALSE_FRIENDS = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}


@dataclass(frozen=True, slots=True)
class _Words:
    message: str
    expected: str = ""
    suggestion: str = ""
    remediation: str = ""
    related: tuple[Related, ...] = ()
    place: Place | None = None


@dataclass(frozen=True)
class Teller:
    """Words the faults of one document."""

    positions: Positions
    follow: Follow

    def tell(self, fault: Fault) -> Problem:
        """The problem that stands for `fault`."""
        words = _WORDS.get(fault.keyword, _other)(self, fault)
        own = fault.schema.get("x-message")
        by_value = fault.keyword not in ("required", "dependentRequired", "additionalProperties", "if")
        message = str(own) if own and by_value else words.message
        message += "".join(f", {_because(condition)}" for condition in fault.conditions[-1:] if _because(condition))
        place = words.place or self._place(fault)
        return Problem(CHECK, message, place, words.expected, words.suggestion, words.remediation, words.related)

    def description(self, schema: Schema) -> str:
        """The first sentence on a schema, followed through `$ref`."""
        found = self.follow(schema)
        return first_sentence(str(found.get("description", ""))) if isinstance(found, dict) else ""

    def written(self, path: Path) -> str:
        """The text of a plain scalar as it stands in the file, or empty."""
        mark = self.positions.scalar(_pointer(path))
        return mark.value if mark is not None and mark.style == "plain" else ""

    def fields(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """The fields that a schema lists."""
        found: Mapping[str, Any] = schema.get("properties", {})
        return found

    def _place(self, fault: Fault) -> Place:
        pointer = _pointer(fault.path)
        if fault.keyword in (FORBIDDEN, "additionalProperties", "propertyNames"):
            return self.positions.head(pointer)
        return (
            self.positions.head(pointer) if isinstance(fault.instance, dict | list) else self.positions.nearest(pointer)
        )


def _pointer(path: Path) -> str:
    return pointer_of([str(part) for part in path])


def _because(condition: Condition) -> str:
    """Why a rule applied, if its condition is simple enough to be said."""
    schema = condition.schema
    if not isinstance(schema, dict):
        return ""
    verb = "is" if condition.held else "is not"
    reasons = [f"{show(name)} {verb} {show(part['const'])}" for name, part in _parts(schema) if "const" in part]
    reasons += [
        f"{show(name)} {verb} {one_of(map(show, part['enum']))}" for name, part in _parts(schema) if "enum" in part
    ]
    named = {name for name, _ in _parts(schema)}
    reasons += [f"{show(name)} {verb} given" for name in schema.get("required", ()) if name not in named]
    if not reasons or (len(reasons) > 1 and not condition.held):
        return ""
    return f"since {one_of(reasons, 'and')}"


def _parts(schema: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(name, part) for name, part in schema.get("properties", {}).items() if isinstance(part, dict)]


def _unknown(teller: Teller, fault: Fault) -> _Words:
    known = [name for name, part in teller.fields(fault.schema).items() if part is not False]
    named = [f"one of {one_of(known)}"] if known else []
    named += [f"a name that matches {pattern}" for pattern in fault.schema.get("patternProperties", ())]
    merge = "YAML's merge key is not read: write the fields out, so that each place shows what it holds."
    return _Words(
        f"unknown field {show(fault.name)}",
        expected=one_of(named) or "no fields here",
        suggestion=suggest(fault.name, known),
        remediation=merge if fault.name == "<<" else "Correct the name, or remove the field.",
    )


def _missing(teller: Teller, fault: Fault) -> _Words:
    parent = f" in {subject_of(fault.path)}" if fault.path else ""
    asking = [name for name, names in _dependents(fault) if fault.name in names and name in fault.instance]
    why = f", since {show(asking[0])} is given" if asking else ""
    description = teller.description(teller.fields(fault.schema).get(fault.name, {}))
    return _Words(
        f"{show(fault.name)} is missing{parent}{why}", expected=description, remediation=f"Add the field {fault.name}."
    )


def _dependents(fault: Fault) -> list[tuple[str, list[str]]]:
    return list(fault.limit.items()) if fault.keyword == "dependentRequired" else []


def _forbidden(_: Teller, fault: Fault) -> _Words:
    return _Words(f"{subject_of(fault.path)} must not stand here", remediation="Remove it.")


def _type(teller: Teller, fault: Fault) -> _Words:
    types = types_of(fault.schema)
    expected = one_of(TYPES.get(name, name) for name in types)
    suggestion, remediation = _conversion(teller, fault, types)
    message = f"expected {expected}, found {show_with_type(fault.instance)}"
    about = teller.description(fault.schema)
    return _Words(message, expected=about, suggestion=suggestion, remediation=remediation)


def _conversion(teller: Teller, fault: Fault, types: tuple[str, ...]) -> tuple[str, str]:
    """What to write instead, if it is clear, and how to get there."""
    value, written = fault.instance, teller.written(fault.path)
    if "string" in types and written:
        return f'"{written}"', "Put it in quotes to make it text."
    if "boolean" in types and isinstance(value, str) and value.lower() in _FALSE_FRIENDS:
        return _FALSE_FRIENDS[value.lower()], "Only true and false are truth values; yes, no, on and off are text."
    if isinstance(value, str) and {"integer", "number"} & {*types} and _is_number(value, whole="number" not in types):
        return value, "Remove the quotes to make it a number."
    if "array" in types and written and not any(mark in written for mark in ",:[]{}#"):
        return f"[{written}]", "Write a list, even for one element."
    return "", ""


def _is_number(text: str, *, whole: bool) -> bool:
    digits = text.removeprefix("-").replace(".", "", 0 if whole else 1)
    return digits.isascii() and digits.isdigit() and (len(digits) == 1 or text.lstrip("-")[0] != "0")


def _enum(_: Teller, fault: Fault) -> _Words:
    allowed = [fault.limit] if fault.keyword == "const" else list(fault.limit)
    texts = [value for value in allowed if isinstance(value, str)]
    name = field_of(fault.path)
    meant = suggest(fault.instance, texts) if isinstance(fault.instance, str) else ""
    return _Words(
        f"{show(fault.instance)} is not a value of {show(name)}" if name else f"{show(fault.instance)} is not allowed",
        expected=("one of " if len(allowed) > 1 else "")
        + one_of(v if isinstance(v, str) else show(v) for v in allowed),
        suggestion=meant,
    )


def _pattern(teller: Teller, fault: Fault) -> _Words:
    name = field_of(fault.path)
    message = f"{show(fault.instance)} does not have the form of {show(name)}" if name else "the text has a wrong form"
    return _Words(message, expected=teller.description(fault.schema) or _form(fault))


def _form(fault: Fault) -> str:
    return "" if "x-message" in fault.schema else f"text that matches {fault.limit}"


def _format(_: Teller, fault: Fault) -> _Words:
    meant = nearest_date(fault.instance) if fault.limit == "date" else ""
    what = {"date": "a day of the calendar", "email": "an e-mail address", "uri": "a web address or other URI"}
    message = f"{show(fault.instance)} is not {what.get(fault.limit, fault.limit)}"
    return _Words(message, expected=EXPECTED.get(fault.limit, ""), suggestion=meant)


_BOUNDS = MappingProxyType(
    {
        "minimum": ("too small", "at least"),
        "exclusiveMinimum": ("too small", "more than"),
        "maximum": ("too large", "at most"),
        "exclusiveMaximum": ("too large", "less than"),
    }
)


def _bound(_: Teller, fault: Fault) -> _Words:
    wrong, limit = _BOUNDS[fault.keyword]
    return _Words(f"{show(fault.instance)} is {wrong} for {subject_of(fault.path)}", f"{limit} {show(fault.limit)}")


def _multiple(_: Teller, fault: Fault) -> _Words:
    return _Words(
        f"{show(fault.instance)} is not a multiple of {show(fault.limit)}", f"a multiple of {show(fault.limit)}"
    )


_SIZES = MappingProxyType(
    {
        "minLength": ("character", "at least"),
        "maxLength": ("character", "at most"),
        "minItems": ("element", "at least"),
        "maxItems": ("element", "at most"),
        "minProperties": ("field", "at least"),
        "maxProperties": ("field", "at most"),
    }
)


def _size(teller: Teller, fault: Fault) -> _Words:
    noun, limit = _SIZES[fault.keyword]
    subject = subject_of(fault.path)
    found = f"{subject} is empty" if not fault.instance else f"{subject} has {counted(len(fault.instance), noun)}"
    about = teller.description(fault.schema)
    return _Words(found, f"{limit} {counted(fault.limit, noun)}" + (f": {about}" if about else ""))


def _surplus(_: Teller, fault: Fault) -> _Words:
    """`items` is false: only what `prefixItems` lists may stand there."""
    most = len(fault.schema.get("prefixItems", ()))
    found = f"{subject_of(fault.path)} has {counted(len(fault.instance), 'element')}"
    return _Words(found, f"at most {counted(most, 'element')}" if most else "an empty list")


def _unique(teller: Teller, fault: Fault) -> _Words:
    first, second = _twins(fault.instance)
    where = _pointer((*fault.path, first)), _pointer((*fault.path, second))
    return _Words(
        f"{show(fault.instance[second])} stands in the list twice",
        remediation="Remove one of the two.",
        related=(Related("it stands here first", teller.positions.nearest(where[0])),),
        place=teller.positions.nearest(where[1]),
    )


def _twins(items: list[Any]) -> tuple[int, int]:
    """The positions of the first two equal elements. True is not 1 here, as in JSON."""
    seen: dict[str, int] = {}
    for index, item in enumerate(items):
        key = _canonical(item)
        if key in seen:
            return seen[key], index
        seen[key] = index
    return 0, len(items) - 1


def _canonical(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{name!r}:{_canonical(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_canonical, value)) + "]"
    return repr(int(value) if isinstance(value, float) and value.is_integer() else value)


def _contains(teller: Teller, fault: Fault) -> _Words:
    return _Words(
        f"{subject_of(fault.path)} lacks an element that it needs", expected=_alternative(teller, fault.limit)
    )


def _name(teller: Teller, fault: Fault) -> _Words:
    why = teller.tell(fault.inner[0]) if fault.inner else None
    return _Words(
        f"{show(fault.name)} is not a possible name of a field",
        expected=why.expected if why else "",
        suggestion=why.suggestion if why else "",
    )


def _not(teller: Teller, fault: Fault) -> _Words:
    limit = fault.limit if isinstance(fault.limit, dict) else {}
    names = [name for name in limit.get("required", ()) if isinstance(fault.instance, dict) and name in fault.instance]
    if names and not limit.get("properties"):
        together = " together" if len(names) > 1 else ""
        place = teller.positions.head(_pointer((*fault.path, names[-1])))
        return _Words(f"{one_of(map(show, names), 'and')} must not stand here{together}", place=place)
    return _Words(
        f"{show(fault.instance)} is not allowed for {subject_of(fault.path)}",
        expected=teller.description(fault.schema),
    )


def _alternatives(teller: Teller, fault: Fault) -> _Words:
    if not fault.alternatives:  # more than one fits
        names = _required_by(fault.limit)
        present = [name for name in names if isinstance(fault.instance, dict) and name in fault.instance]
        if len(present) > 1:
            return _Words(
                f"only one of {one_of(map(show, present), 'and')} may stand here", remediation="Remove the others."
            )
        return _Words(
            f"{subject_of(fault.path)} fits more than one of the alternatives", expected="exactly one of them"
        )
    names = _required_by(fault.alternatives)
    if names and all(inner.keyword == "required" for inner in fault.inner):
        parent = f" in {subject_of(fault.path)}" if fault.path else ""
        return _Words(f"one of {one_of(map(show, names), 'and')} is missing{parent}")
    words = list(dict.fromkeys(_alternative(teller, schema) for schema in fault.alternatives))
    found = show_with_type(fault.instance)
    return _Words(f"{found} fits none of the alternatives for {subject_of(fault.path)}", expected=one_of(words))


def _required_by(schemas: Iterable[Any]) -> list[str]:
    return list(
        dict.fromkeys(name for schema in schemas if isinstance(schema, dict) for name in schema.get("required", ()))
    )


def _alternative(teller: Teller, schema: Schema) -> str:
    """A schema in a few words."""
    found = teller.follow(schema)
    if not isinstance(found, dict):
        return "anything" if found else "nothing"
    if found.get("title"):
        return str(found["title"])
    if "const" in found:
        return show(found["const"])
    if "enum" in found:
        return one_of(map(show, found["enum"]))
    types = one_of(TYPES.get(name, name) for name in types_of(found))
    if found.get("required") and types in ("", TYPES["object"]):
        return f"a mapping with {one_of(found['required'], 'and')}"
    return types or first_sentence(str(found.get("description", ""))) or "something else"


def _other(teller: Teller, fault: Fault) -> _Words:
    return _Words(f"{subject_of(fault.path)} does not follow its schema", expected=teller.description(fault.schema))


_WORDS: MappingProxyType[str, Callable[[Teller, Fault], _Words]] = MappingProxyType(
    {
        FORBIDDEN: _forbidden,
        "additionalProperties": _unknown,
        "required": _missing,
        "dependentRequired": _missing,
        "type": _type,
        "enum": _enum,
        "const": _enum,
        "pattern": _pattern,
        "format": _format,
        "multipleOf": _multiple,
        "uniqueItems": _unique,
        "items": _surplus,
        "contains": _contains,
        "propertyNames": _name,
        "not": _not,
        "anyOf": _alternatives,
        "oneOf": _alternatives,
        **dict.fromkeys(_BOUNDS, _bound),
        **dict.fromkeys(_SIZES, _size),
    }
)
