"""Text from a catalogue, made harmless inside Markdown."""

import re

from concertino.model.visible import visible
from concertino.rendering.painting import cut

_LONGEST = 600
"""Characters of one text in a comment that people read on a web page."""
_BREAK = "<!-- -->"
"""An empty comment. Mentions and links are looked for in text that is already rendered, where a backslash is gone;
a comment keeps the parts of a mention apart and yet adds nothing to what is copied."""
_REPLACEMENTS = {
    **{sign: f"\\{sign}" for sign in r"\`*_[]!|~^"},
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "@": f"@{_BREAK}",
    "#": f"\\#{_BREAK}",
    "$": "<span>$</span>",
}
_MARKUP = re.compile("[" + re.escape("".join(_REPLACEMENTS)) + "]")
_AUTOLINK = re.compile(r"(?i)(?P<scheme>:(?=//))|(?P<www>www(?=\.))|(?P<issue>GH(?=-[0-9]))|(?P<list>^[0-9]+(?=[.)]))")
"""Where a bare address, an issue or a numbered list would begin, and what has to be kept apart from what follows."""


def escape(text: str, longest: int = _LONGEST) -> str:
    """The text as plain words: no markup, HTML, link, mention, issue number or formula, and on one line.

    It may stand anywhere in a paragraph, a list or the cell of a table.
    """
    shown = visible(cut(text, longest)).strip()
    parts = ["\\"] if shown.startswith(("-", "+", "=")) else []
    end = 0
    for found in _AUTOLINK.finditer(shown):
        parts += [_plain(shown[end : found.end()]), _BREAK]
        end = found.end()
    return "".join([*parts, _plain(shown[end:])])


def code(text: str) -> str:
    """The text as code. An element instead of backticks: those can't hold a backtick, nor a bar inside a table."""
    return f"<code>{escape(text)}</code>"


def code_span(text: str) -> str:
    """The text as code between more backticks than there are in it, where no HTML may stand; nothing for no text.

    For a paragraph or a list. In the cell of a table a bar would end it: see `cell_code`.
    """
    shown = visible(cut(text, _LONGEST)).strip()
    fence = "`" * (1 + backticks(shown))
    space = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{space}{shown}{space}{fence}" if shown else ""


def cell_code(text: str) -> str:
    """The text as code in the cell of a table: as plain words if it holds a bar, on which parsers do not agree."""
    return escape(text) if "|" in text else code_span(text)


def backticks(text: str) -> int:
    """The length of the longest run of backticks; a fence around the text takes one more."""
    return max(map(len, re.findall("`+", text)), default=0)


def _plain(text: str) -> str:
    return _MARKUP.sub(lambda found: _REPLACEMENTS[found[0]], text)
