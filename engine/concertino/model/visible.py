"""Text that was not written by us, made safe to show."""

import unicodedata

_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Control and format characters (those that turn the direction of text among them), surrogates, line separators."""
_RAW_BYTES = range(0xDC80, 0xDD00)
"""How `surrogateescape` stands for the bytes 0x80 to 0xFF that are not UTF-8."""


def visible(text: str) -> str:
    r"""The text with every character that does not show written as an escape, on one line: `\n`, `\x1b`, `\u202e`.

    Nothing in it can then move a cursor, change a colour, turn the direction of a line or forge another line.
    """
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character.isprintable() or unicodedata.category(character) not in _HIDDEN:
        return character
    if ord(character) in _RAW_BYTES:
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")
