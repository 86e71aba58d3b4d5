"""Values as YAML text, in the manner of what surrounds them."""

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from concertino.documents.scalars import resolve
from concertino.model.json import JsonValue

_WIDTH = 120
_PLAIN = re.compile(r"[A-Za-z0-9/_.À-ɏ](?:[^\x00-\x1f:#]|:(?=\S)|(?<=\S)#)*\Z")
"""Text that no reader takes for anything else: it begins like a word, and no `: ` or ` #` ends it early."""
_IN_FLOW = re.compile(r"[,\[\]{}]|:\Z|:[,\[\]{}]")
_OLD_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "~"))
"""Readers of YAML 1.1 take these for something other than text, whatever their case."""
_OLD_NUMBER = re.compile(r"[-+]?[0-9][0-9_,]*(?::[0-9_.]+)*\.?[0-9_]*(?:[eE][-+]?[0-9]*)?\Z|0[xob][0-9a-fA-F_]+\Z")
"""Digits with `_` or `:` between them are numbers in YAML 1.1."""
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


@dataclass(frozen=True, slots=True)
class Manner:
    """How a document is written: spaces by which a mapping is set in, and a list below its key.

    If `cautious`, each text stands on one line, in quotes where needed: that reads alike wherever it stands.
    """

    step: int = 2
    list_step: int = 2
    cautious: bool = False


def entry(key: str, value: JsonValue, indent: int, manner: Manner, *, compact: bool = False) -> list[str]:
    """The lines of `key: value` in a block mapping whose keys stand after `indent` spaces.

    If `compact`, a mapping of scalars stands in braces where it fits.
    """
    pad, name = " " * indent, scalar(key, flow=False)
    if isinstance(value, str):
        return _long(f"{pad}{name}:", value, indent + manner.step, manner)
    column = len(pad + name) + 2
    in_braces = (
        compact and isinstance(value, Mapping) and _fits(value, column) and not any(map(_is_deep, value.values()))
    )
    if not isinstance(value, Mapping | Sequence) or not value or in_braces or _is_short_list(value, column):
        return [f"{pad}{name}: {inline(value)}"]
    if isinstance(value, Mapping):
        parts = (entry(each, item, indent + manner.step, manner) for each, item in value.items())
    else:
        parts = (element(item, indent + manner.list_step, manner) for item in value)
    return [f"{pad}{name}:", *(line for part in parts for line in part)]


def element(value: JsonValue, indent: int, manner: Manner, *, block: bool = False) -> list[str]:
    """The lines of one element in a block list whose dashes stand after `indent` spaces.

    A mapping stands in braces if it is short, unless `block` asks for its keys below each other.
    """
    pad = " " * indent
    if isinstance(value, str):
        return _long(f"{pad}-", value, indent + 2, manner)
    short = _fits(value, indent + 2) and not block
    if not isinstance(value, Mapping) or not value or (short and not any(map(_is_deep, value.values()))):
        return [f"{pad}- {inline(value)}"]
    lines = [line for key, item in value.items() for line in entry(key, item, indent + 2, manner, compact=True)]
    return [f"{pad}- {lines[0].lstrip()}", *lines[1:]]


def inline(value: JsonValue) -> str:
    """A value on one line, in flow style."""
    if isinstance(value, str):
        return scalar(value, flow=True)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key, flow=True)}: {inline(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(inline, value)) + "]"
    return repr(value)


def scalar(text: str, *, flow: bool, style: str = "plain") -> str:
    """A text on one line: in the quotes of `style` if it had any, plain if that is safe, else in double quotes."""
    if style == "'" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    if style == '"' or not is_plain(text, flow=flow):
        return '"' + "".join(map(_escaped, text)) + '"'
    return text


def is_plain(text: str, *, flow: bool) -> bool:
    """Whether a text may stand without quotes, for readers of YAML 1.1 too."""
    return (
        text.isprintable()
        and _PLAIN.match(text) is not None
        and not text.endswith((" ", ":"))
        and not (flow and _IN_FLOW.search(text))
        and text.casefold() not in _OLD_WORDS
        and not _OLD_NUMBER.match(text)
        and not text.startswith("...")
        and resolve(text) == text
    )


def literal(text: str, indent: int) -> list[str] | None:
    """A text of several lines below `|`, the indicator first; nothing if a reader would see another text."""
    body = text.rstrip("\n")
    trailing = len(text) - len(body)
    lines = body.split("\n")
    readable = all(line.isprintable() for line in lines) and lines[0] and not lines[0].startswith(" ")
    if not readable or trailing > 1:
        return None
    pad = " " * indent
    return ["|" if trailing else "|-", *(f"{pad}{line}" if line else "" for line in lines)]


def folded(text: str, indent: int) -> list[str] | None:
    """A long text below `>-`, the indicator first; nothing if folding would change it."""
    if " ".join(text.split()) != text or not text.isprintable():
        return None
    pad = " " * indent
    lines = textwrap.wrap(
        text, _WIDTH, initial_indent=pad, subsequent_indent=pad, break_long_words=False, break_on_hyphens=False
    )
    return [">-", *lines]


def _long(head: str, text: str, indent: int, manner: Manner) -> list[str]:
    """A text after `head`: on its line if there is room, else below it."""
    short = f"{head} {scalar(text, flow=False)}"
    if manner.cautious:
        return [short]
    if "\n" in text.rstrip("\n"):
        below = literal(text, indent)
    else:
        below = folded(text, indent) if len(short) > _WIDTH else None
    if below is None:
        return [short]
    return [f"{head} {below[0]}", *below[1:]]


def _is_short_list(value: JsonValue, column: int) -> bool:
    """Whether a list stands in brackets: if it fits on the line and holds no sentences, which read better in lines."""
    if isinstance(value, Mapping) or not isinstance(value, Sequence) or any(map(_is_deep, value)):
        return False
    sentences = any(isinstance(item, str) and " " in item.strip() for item in value)
    return not sentences and _fits(value, column)


def _fits(value: JsonValue, column: int) -> bool:
    """Whether a value has room on the rest of a line that begins with `column` characters."""
    return column + len(inline(value)) <= _WIDTH


def _is_deep(value: JsonValue) -> bool:
    return isinstance(value, Mapping | Sequence) and not isinstance(value, str) and bool(value)


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004 - the ranges of YAML's escapes
