"""Text that is no expression: what is unexpected, in plain words and once."""

import re
import unicodedata

from concertino.expressions.problems import Complaint, ExpressionProblem
from concertino.expressions.tokens import Token, TokenKind, Tokens

_KEYWORDS = frozenset({"true", "false", "null", "in"})
_WORD_OPERATORS = {"and": "&&", "AND": "&&", "or": "||", "OR": "||", "is": "==", "eq": "==", "ne": "!="}
_SYMBOLS = {"=": "==", "===": "==", "!==": "!=", "=>": ">=", "=<": "<=", "<>": "!=", "&": "&&", "|": "||"}
_LOOSE_SYMBOL = re.compile(r"[=!<>&|~]+")
_QUOTES = "\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb\u00b4"
"""The quotes of word processors."""
_QUOTED = re.compile(rf"[{_QUOTES}]([^\"\\\n{_QUOTES}]*)[{_QUOTES}]")
_STRAY = {
    "#": "a comment begins with //",
    ";": "there is one expression, without semicolons; && and || join conditions",
    "$": "variables have no $",
    "@": "",
    "\\": "",
}


def explain(found: Complaint, tokens: Tokens) -> ExpressionProblem:
    """The first syntax error of an expression; those after it follow from it."""
    offset = found.offset or 0
    index = tokens.index_at(offset)
    token = tokens.at(index)
    for attempt in (_text_literal, _operator, _word, _field_keyword, _ternary, _character):
        if problem := attempt(token, index, offset, tokens):
            return problem
    if found.text.startswith("Syntax error: missing"):
        return _missing(found, offset, token, tokens)
    if "'<EOF>' expecting" in found.text or token.end <= offset:
        return _ends_early(tokens)
    return _unexpected(token, tokens)


def _text_literal(token: Token, _: int, offset: int, tokens: Tokens) -> ExpressionProblem | None:
    if token.kind is not TokenKind.STRING or not token.start <= offset < token.end:
        return None
    if token.unclosed:
        return ExpressionProblem("this text is not closed", token.start, token.end, "a quote at its end")
    escape = re.search(r"(?<!\\)(?:\\\\)*(\\[^\\abfnrtv?\"'`xXuU0-3])", token.text)
    if escape and not token.text.lower().startswith("r"):
        start = token.start + escape.start(1)
        what = 'a backslash is written twice, or the text begins with r, as in r"\\d"'
        return ExpressionProblem(f"{escape[1]} is no escape", start, start + 2, what, "\\" + escape[1])
    before = tokens.at(tokens.index_at(token.start) - 1)
    if before.kind is TokenKind.STRING:
        return ExpressionProblem("two texts follow each other", token.start, token.end, "+ or a comma between them")
    return None


def _operator(_: Token, __: int, offset: int, tokens: Tokens) -> ExpressionProblem | None:
    """An operator of another language."""
    source = tokens.source
    start = offset
    while start > 0 and source[start - 1] in "=!<>&|~":
        start -= 1
    found = _LOOSE_SYMBOL.match(source, start)
    if found is None:
        return None
    text = found[0]
    if text in ("=~", "~="):
        return ExpressionProblem(f"{text} is no operator", start, found.end(), "text.matches(pattern)")
    suggestion = _SYMBOLS.get(text, "")
    return ExpressionProblem(f"{text} is no operator", start, found.end(), "", suggestion) if suggestion else None


def _word(token: Token, index: int, _: int, tokens: Tokens) -> ExpressionProblem | None:
    if token.kind is not TokenKind.NAME:
        return None
    if token.text in _WORD_OPERATORS and index > 0:
        return ExpressionProblem(
            f"{token.text} is no operator", token.start, token.end, suggestion=_WORD_OPERATORS[token.text]
        )
    if token.text in ("not", "NOT"):
        rest = "!(… in …)" if tokens.at(index + 1).text == "in" else "! before what is denied"
        return ExpressionProblem(f"{token.text} is no operator", token.start, token.end, rest)
    before = tokens.at(index - 1)
    if before.text == "not":
        return ExpressionProblem("not is no operator", before.start, before.end, suggestion="!")
    if token.text.startswith("`"):
        what = "text stands in double or single quotes; backticks are for names of fields after a dot"
        return ExpressionProblem(f"{token.text} is no value", token.start, token.end, what, f'"{token.name}"')
    return None


def _field_keyword(token: Token, index: int, _: int, tokens: Tokens) -> ExpressionProblem | None:
    """A field that is called like a keyword."""
    word = tokens.at(index + 1) if token.text in (".", ".?") else token
    dot = tokens.at(index if word is not token else index - 1)
    if word.text not in _KEYWORDS or dot.text not in (".", ".?"):
        return None
    message = f"{word.text} is a word of the language"
    return ExpressionProblem(message, word.start, word.end, "backticks around such a field", f"`{word.text}`")


def _ternary(_: Token, __: int, ___: int, tokens: Tokens) -> ExpressionProblem | None:
    """The optional access of other languages, `a?.b`."""
    for index, token in enumerate(tokens.all):
        following = tokens.at(index + 1)
        if token.text == "?" and following.text == "." and following.start == token.end:
            message = "?. is no operator"
            return ExpressionProblem(message, token.start, following.end, "a field that may be missing", ".?")
    return None


def _character(token: Token, _: int, offset: int, tokens: Tokens) -> ExpressionProblem | None:
    """A character that the language does not know."""
    character = tokens.source[offset : offset + 1]
    if token.kind is not TokenKind.OTHER or token.start != offset or not character:
        return None
    if character in _QUOTES:
        return _curly(offset, tokens.source)
    if character in _STRAY:
        return ExpressionProblem(f"{character} means nothing here", offset, offset + 1, _STRAY[character])
    name = unicodedata.name(character, f"control character {ord(character):#04x}").lower()
    shown = f"{character} ({name})" if character.isprintable() and not character.isspace() else f"an invisible {name}"
    what = "names have letters a to z, digits and _; anything else stands in quotes"
    return ExpressionProblem(f"{shown} stands outside of quotes", offset, offset + 1, what)


def _curly(offset: int, source: str) -> ExpressionProblem:
    """Text in the quotes of a word processor, up to the next of them."""
    found = _QUOTED.match(source, offset)
    end = found.end() if found else offset + 1
    suggestion = f'"{found[1]}"' if found else '"'
    return ExpressionProblem("curly quotes enclose no text", offset, end, "straight quotes", suggestion)


def _missing(found: Complaint, offset: int, token: Token, tokens: Tokens) -> ExpressionProblem:
    wanted = found.text.removeprefix("Syntax error: missing ").split(" at ")[0].strip("'")
    if offset >= token.end:
        return _ends_early(tokens)
    return ExpressionProblem(f"{wanted} is missing before {_shown(token)}", token.start, token.end)


def _ends_early(tokens: Tokens) -> ExpressionProblem:
    if not tokens.all:
        return ExpressionProblem("there is no expression", 0, len(tokens.source))
    if bracket := tokens.unclosed_bracket():
        return ExpressionProblem(f"{bracket.text} is not closed", bracket.start, bracket.end)
    last = tokens.at(len(tokens.all) - 1)
    if any(token.text == "?" for token in tokens.all) and last.text != ":":
        mark = next(token for token in reversed(tokens.all) if token.text == "?")
        return ExpressionProblem("? has no : after it", mark.start, mark.end, "condition ? value : otherwise")
    return ExpressionProblem(f"something is missing after {_shown(last)}", last.start, last.end)


def _unexpected(token: Token, tokens: Tokens) -> ExpressionProblem:
    index = tokens.index_at(token.start)
    before, after = tokens.at(index - 1), tokens.at(index + 1)
    expected = ""
    if token.text == "," and before.text != "(" and after.text:
        expected = "a list stands in square brackets"
    elif token.kind in (TokenKind.NAME, TokenKind.STRING, TokenKind.NUMBER) and before.text:
        expected = f"an operator or a comma after {_shown(before)}"
    elif token.text in ")]}":
        opened = sum(one.text in ("(", "[", "[?", "{") for one in tokens.all)
        closed = sum(one.text in (")", "]", "}") for one in tokens.all)
        expected = "a value before it" if closed <= opened else "no more brackets than were opened"
    return ExpressionProblem(f"{_shown(token)} is unexpected here", token.start, token.end, expected)


def _shown(token: Token) -> str:
    text = token.text if len(token.text) <= 40 else token.text[:40] + "…"  # noqa: PLR2004 - what a line can hold
    return text if token.kind in (TokenKind.STRING, TokenKind.NAME, TokenKind.NUMBER) else f'"{text}"'
