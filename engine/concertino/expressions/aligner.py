"""Finds the place in a YAML file of a character of a scalar, in every style in which the scalar may be written.

The rules are those of YAML 1.1 as libyaml reads it: chapters 9 and 10 of yaml.org/spec/1.1, folding included.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_BLANKS = " \t"
_BREAK = "\n"
_CODES = {"x": 2, "u": 4, "U": 8}
"""How many hexadecimal digits follow the escape with this letter."""
_ESCAPES = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "\t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}


@dataclass(frozen=True, slots=True)
class _Character:
    """A character with its line and column in the file, both from 1."""

    text: str
    line: int
    column: int


def align(  # noqa: PLR0913, PLR0917 - the two marks of a YAML event, flat as the event has them
    raw_lines: Sequence[str],
    start_line: int,
    start_column: int,
    end_line: int,
    end_column: int,
    style: str | None,
    value: str,
    offset: int,
) -> tuple[int, int]:
    """The line and column of `value[offset]` in the file, both from 1, columns in code points.

    `raw_lines` are the lines of the file, `start…` and `end…` the marks of the scalar from 1, the end exclusive.
    `style` is the scalar event's: `'`, `"`, `|`, `>`, or nothing when plain. An escape sequence is where its backslash
    is, a folded space where its line ends, and the end of the value is one past its last character. A value that does
    not stand there, for whatever reason, is at the start of the scalar.
    """
    start = (start_line, start_column)
    lines = tuple(line.rstrip("\r\n") for line in raw_lines[start_line - 1 : end_line])
    if not lines:
        return start
    if style in ("|", ">"):
        characters = _block(lines, start_line, value, folded=style == ">")
    else:
        characters = _flow(lines, start_line, start_column, end_column, style if style in ("'", '"') else "")
    if "".join(character.text for character in characters) != value:
        return start
    if offset < len(characters):
        found = characters[max(offset, 0)]
        return found.line, found.column
    visible = next((one for one in reversed(characters) if one.text != _BREAK), None)
    return (visible.line, visible.column + 1) if visible else start


def _flow(lines: Sequence[str], line: int, start: int, end: int, style: str) -> list[_Character]:
    """The characters of a plain or quoted scalar."""
    raw = [
        _Character(text, line + number, column)
        for number, content in enumerate(lines)
        for column, text in enumerate(content + _BREAK, 1)
        if (number > 0 or column >= start) and (number < len(lines) - 1 or column < end)
    ]
    raw = _without_properties(raw)
    if style:
        raw = raw[1:-1]
    found: list[_Character] = []
    position = 0
    while position < len(raw):
        text = raw[position].text
        if text in _BLANKS or text == _BREAK:
            position = _fold(raw, position, found)
        elif style == '"' and text == "\\":
            position = _escape(raw, position, found)
        else:
            found.append(raw[position])
            position += 2 if style == "'" == text else 1
    return found


def _without_properties(raw: list[_Character]) -> list[_Character]:
    """The scalar without the anchor and tag before it, where the mark of an event points."""
    while raw and raw[0].text in "&!":
        while raw and raw[0].text not in _BLANKS + _BREAK:
            raw = raw[1:]
        while raw and raw[0].text in _BLANKS + _BREAK:
            raw = raw[1:]
    return raw


def _fold(raw: list[_Character], position: int, found: list[_Character]) -> int:
    """Add what a run of blanks and line breaks stands for; answer where it ends."""
    end = position
    while end < len(raw) and (raw[end].text in _BLANKS or raw[end].text == _BREAK):
        end += 1
    breaks = [one for one in raw[position:end] if one.text == _BREAK]
    if not breaks:
        found.extend(raw[position:end])
    elif len(breaks) == 1:
        found.append(_Character(" ", breaks[0].line, breaks[0].column))
    else:
        found.extend(breaks[1:])
    return end


def _escape(raw: list[_Character], position: int, found: list[_Character]) -> int:
    """Add what an escape sequence stands for; answer where it ends."""
    backslash = raw[position]
    letter = raw[position + 1].text if position + 1 < len(raw) else ""
    if letter == _BREAK:
        position += 2
        while position < len(raw) and (raw[position].text in _BLANKS or raw[position].text == _BREAK):
            if raw[position].text == _BREAK:
                found.append(raw[position])
            position += 1
        return position
    digits = _CODES.get(letter, 0)
    text = _ESCAPES.get(letter, letter)
    if digits:
        code = "".join(one.text for one in raw[position + 2 : position + 2 + digits])
        text = _from_code(code)
    found.append(_Character(text, backslash.line, backslash.column))
    return position + 2 + digits


def _from_code(digits: str) -> str:
    try:
        return chr(int(digits, 16))
    except (ValueError, OverflowError):
        return ""


def _block(lines: Sequence[str], line: int, value: str, *, folded: bool) -> list[_Character]:
    """The characters of a literal or folded scalar that say `value`; the first line is its header."""
    content = lines[1:]
    characters: list[_Character] = []
    for indent in _indents(content):
        characters = [*_unfolded(content, line + 1, indent, folded=folded)]
        text = "".join(character.text for character in characters)
        if value == text or (text.startswith(value) and not text[len(value) :].strip(_BREAK)):
            # What is left is what chomping took away.
            return characters[: len(value)]
    return characters


def _indents(content: Sequence[str]) -> Iterator[int]:
    """The indents a block may have, the likeliest first; a header's digit alone would not tell without its parent."""
    depths = [len(line) - len(line.lstrip(" ")) for line in content if line.strip(" ")]
    likeliest = depths[0] if depths else max((len(line) for line in content), default=0)
    yield likeliest
    yield from (indent for indent in range(likeliest, -1, -1) if indent != likeliest)


def _unfolded(content: Sequence[str], line: int, indent: int, *, folded: bool) -> Iterator[_Character]:
    """The characters of a block with this indent, all line breaks at its end included."""
    pending: list[_Character] = []
    before_is_text = False
    for number, raw in enumerate(content, line):
        end = _Character(_BREAK, number, len(raw) + 1)
        text = raw[indent:]
        if not text and not raw.strip(" "):
            pending.append(end)
            continue
        if len(raw) - len(raw.lstrip(" ")) < indent:
            break
        is_text = text[0] not in _BLANKS
        if folded and pending and before_is_text and is_text:
            pending = pending[1:] or [_Character(" ", pending[0].line, pending[0].column)]
        yield from pending
        yield from (_Character(one, number, column) for column, one in enumerate(text, indent + 1))
        pending, before_is_text = [end], is_text
    yield from pending


def align_range(  # noqa: PLR0913, PLR0917 - as above
    raw_lines: Sequence[str],
    start_line: int,
    start_column: int,
    end_line: int,
    end_column: int,
    style: str | None,
    value: str,
    offset: int,
    end_offset: int,
) -> tuple[int, int, int, int]:
    """Line, column, end line and end column of `value[offset:end_offset]`; the end is exclusive, and not before."""
    marks = (start_line, start_column, end_line, end_column, style, value)
    first = align(raw_lines, *marks, offset)
    if end_offset <= offset:
        return (*first, *first)
    line, column = align(raw_lines, *marks, end_offset - 1)
    return (*first, *max(first, (line, column + 1)))
