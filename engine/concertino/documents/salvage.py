"""What can still be known of a broken document: its kind and name usually stand first."""

import re

from concertino.model.json import JsonValue

_MOST_LINES = 300
_FIELD = re.compile(r"(?:---[ ]+)?([ \t]*)(apiVersion|kind|metadata|name|namespace)[ \t]*:(?:[ \t]+(.*))?\Z")
_INLINE = re.compile(r"[{,][ \t]*(name|namespace)[ \t]*:[ \t]+([^,}]*)")
_TEXT = re.compile(r""""([^"\\]*)"|'([^']*)'|([^\s"'#&*!|>%@`{}\[\],][^#{}\[\],]*)""")


def salvage(value: "JsonValue | None", text: str) -> JsonValue:
    """`value` with `apiVersion`, `kind`, `metadata.name` and `metadata.namespace` added where the text shows them.

    Best effort: lines that look like these fields at their usual place.
    """
    top, inner = _look(text)
    if value is not None and not isinstance(value, dict) and "kind" not in top:
        return value
    known = top | (value if isinstance(value, dict) else {})
    metadata = known.get("metadata", {})
    if inner and isinstance(metadata, dict):
        known["metadata"] = inner | metadata
    return known


def _look(text: str) -> tuple[dict[str, JsonValue], dict[str, JsonValue]]:
    """The fields that stand at the top, and those that stand in `metadata`."""
    top: dict[str, JsonValue] = {}
    inner: dict[str, JsonValue] = {}
    inside = False
    for line in text.splitlines()[:_MOST_LINES]:
        field = _FIELD.match(line)
        if field is None:
            inside = inside and (line[:1] in (" ", "\t", "#", ""))
            continue
        indent, name, rest = field.group(1), field.group(2), field.group(3) or ""
        if not indent:
            inside = name == "metadata"
            _keep(top, name, rest, ("apiVersion", "kind"))
        elif inside:
            _keep(inner, name, rest, ("name", "namespace"))
        if inside and not indent:
            for part in _INLINE.finditer(rest):
                _keep(inner, part.group(1), part.group(2), ("name", "namespace"))
    return top, inner


def _keep(found: dict[str, JsonValue], name: str, rest: str, wanted: tuple[str, ...]) -> None:
    text = _TEXT.match(rest)
    if text is not None and name in wanted:
        found.setdefault(name, (text.group(1) or text.group(2) or text.group(3) or "").strip())
