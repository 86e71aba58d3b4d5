"""Splits an expression into tokens, to find the words at an offset that the checker names."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_PATTERN = re.compile(
    r"""(?P<space>[ \t\r\n\f]+|//[^\n]*)
    |(?P<string>(?P<prefix>[rR][bB]?|[bB][rR]?)?(?P<quote>\"{3}|'{3}|["']))
    |(?P<number>0[xX][0-9a-fA-F]+[uU]?|(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[uU]?)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*|`[^`\n]*`)
    |(?P<symbol>&&|\|\||==|!=|<=|>=|\.\?|\[\?|[-+*/%!?:.,<>=(){}\[\]])
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_OPENERS = {"(": ")", "[": "]", "[?": "]", "{": "}"}
_CLOSERS = frozenset(_OPENERS.values())


class TokenKind(StrEnum):
    """What a token is. `OTHER` is a character that the language does not know."""

    STRING = "string"
    NUMBER = "number"
    NAME = "name"
    SYMBOL = "symbol"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Token:
    """A word of an expression; `start` is its offset in code points. An `unclosed` string runs to the end of a line."""

    kind: TokenKind
    text: str
    start: int
    unclosed: bool = False

    @property
    def end(self) -> int:
        """The offset after the last character."""
        return self.start + len(self.text)

    @property
    def name(self) -> str:
        """The name without the backticks it may stand in."""
        return self.text.strip("`")


_NOTHING = Token(TokenKind.OTHER, "", 0)


class Tokens:
    """The tokens of a source, without blanks and comments, by index."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.all = tuple(_split(source))
        self._starts = [token.start for token in self.all]

    def index_at(self, offset: int) -> int:
        """The index of the token that stands at `offset` or is the last before it; -1 if all come later."""
        return bisect_right(self._starts, offset) - 1

    def at(self, index: int) -> Token:
        """The token with this index; an empty one before the first and after the last."""
        return self.all[index] if 0 <= index < len(self.all) else _NOTHING

    def closing(self, index: int) -> int:
        """The index of the bracket that closes the one at `index`, or the number of tokens if nothing does."""
        depth = 0
        for position in range(index, len(self.all)):
            text = self.all[position].text
            depth += (text in _OPENERS) - (text in _CLOSERS)
            if depth == 0:
                return position
        return len(self.all)

    def unclosed_bracket(self) -> Token | None:
        """The innermost bracket that is still open at the end."""
        open_brackets: list[Token] = []
        for token in self.all:
            if token.text in _OPENERS:
                open_brackets.append(token)
            elif token.text in _CLOSERS and open_brackets and _OPENERS[open_brackets[-1].text] == token.text:
                open_brackets.pop()
        return open_brackets[-1] if open_brackets else None


def _split(source: str) -> Iterator[Token]:
    position = 0
    while found := _PATTERN.match(source, position):
        position = found.end()
        match found.lastgroup:
            case "space":
                continue
            case "string":
                raw = "r" in (found["prefix"] or "").lower()
                position, closed = _end_of_string(source, position, found["quote"], raw=raw)
                yield Token(TokenKind.STRING, source[found.start() : position], found.start(), unclosed=not closed)
            case kind:
                yield Token(TokenKind(str(kind)), found[0], found.start())


def _end_of_string(source: str, position: int, quote: str, *, raw: bool) -> tuple[int, bool]:
    """Where the string ends that opened before `position`, and whether its quote was found."""
    while position < len(source):
        if source.startswith(quote, position):
            return position + len(quote), True
        if source[position] == "\n" and len(quote) == 1:
            return position, False
        position += 2 if source[position] == "\\" and not raw else 1
    return len(source), False
