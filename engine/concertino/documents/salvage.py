"""What can still be known of a broken document: its kind and name usually stand first."""

import re

from concertino.model.json import JsonValue

_SCALAR = r"""(?:"([^"\\\r\n]*)"|'([^'\r\n]*)'|([^\s"'#&*!|>%@`{}\[\],][^\r\n#{}\[\],]*))"""
_TOP = re.compile(rf"^(?:---[ ]+)?(apiVersion|kind)[ \t]*:[ \t]+{_SCALAR}", re.MULTILINE)
_METADATA = re.compile(r"^metadata[ \t]*:[ \t]*(\{[^}\r\n]*)?(?:#[^\r\n]*)?\r?$", re.MULTILINE)
_INLINE = re.compile(rf"[{{,][ \t]*(name|namespace)[ \t]*:[ \t]+{_SCALAR}")
_INDENTED = re.compile(rf"(?:\r\n|\r|\n)[ \t]+(name|namespace)[ \t]*:[ \t]*{_SCALAR}")
_BLOCK = re.compile(r"(?:(?:\r\n|\r|\n)(?:[ \t][^\r\n]*)?)*")


def salvage(value: JsonValue | None, text: str) -> JsonValue:
    """`value` with `apiVersion`, `kind`, `metadata.name` and `metadata.namespace` added where the text shows them.

    Best effort: lines that look like these fields at their usual place.
    """
    known: dict[str, JsonValue] = dict(value) if isinstance(value, dict) else {}
    for name, word in _words(_TOP, text):
        known.setdefault(name, word)
    metadata = known.get("metadata", {})
    if isinstance(metadata, dict):
        named = dict(_metadata(text)) | metadata
        if named:
            known["metadata"] = named
    return known if known or value is None else value


def _metadata(text: str) -> list[tuple[str, str]]:
    found = _METADATA.search(text)
    if found is None:
        return []
    if found.group(1):
        return _words(_INLINE, found.group(1))
    block = _BLOCK.match(text, found.end() - (text[found.end() - 1 : found.end()] == "\r"))
    return _words(_INDENTED, block.group() if block else "")


def _words(pattern: re.Pattern[str], text: str) -> list[tuple[str, str]]:
    """Names and texts that the pattern finds, the first of each name first."""
    return [(m.group(1), (m.group(2) or m.group(3) or m.group(4) or "").strip()) for m in reversed([*pattern.finditer(text)])]
