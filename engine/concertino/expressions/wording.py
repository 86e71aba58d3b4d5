"""Turns the checker's report into problems in our words."""

import re
from collections.abc import Callable, Iterator

from concertino.expressions import mismatches, missing, syntax
from concertino.expressions.names import Names
from concertino.expressions.problems import Complaint, ExpressionProblem, complaints, tidy
from concertino.expressions.tokens import Tokens

_SYNTAX = "Syntax error: "
_DEEP = "recursion"
_CASCADE = "*error*"
"""The type of what already failed: a complaint about it says nothing new."""
_LONGEST_MESSAGE = 300

_UNDECLARED = re.compile(r"undeclared reference to '(.*)' \(in container '.*'\)")
_UNDEFINED = re.compile(r"undefined field '(.*)' not found in struct '(.*)'")
_OVERLOAD = re.compile(r"found no matching overload for '(.*)' applied to '(.*)'")
_OPERAND = re.compile(r"expression of type '(.*)' cannot be the operand of a select operation")
_RANGE = re.compile(r"expression of type '(.*)' cannot be the range of a comprehension.*")
_RESERVED = re.compile(r"reserved identifier: (.*)")
_HAS = re.compile(r"has\(\) argument must be a field selection")
_NUMBER = re.compile(r"invalid (int|uint|double) literal")
_VARIABLE_NAME = re.compile(r"(.*)\(\) variable name must be a simple identifier")


def explain(report: str, source: str, names: Names) -> tuple[ExpressionProblem, ...]:
    """What the checker found wrong with `source`: every error, in order, or the first of syntax; never nothing."""
    found = list(complaints(report, source))
    if _DEEP in report[:1000] or any(_DEEP in complaint.text for complaint in found):
        return (_too_deep(source),)
    tokens = Tokens(source)
    broken = [complaint for complaint in found if complaint.text.startswith(_SYNTAX) and complaint.offset is not None]
    if broken:
        first = min(broken, key=lambda complaint: complaint.offset or 0)
        reserved = [complaint for complaint in found if _RESERVED.fullmatch(complaint.text)]
        return tidy(_meant(reserved[0], tokens, names)) if reserved else (syntax.explain(first, tokens),)
    problems = tidy(problem for complaint in found for problem in _meant(complaint, tokens, names))
    return problems or (_unknown(report, source),)


def _too_deep(source: str) -> ExpressionProblem:
    return ExpressionProblem(
        "the expression is nested too deeply",
        0,
        len(source),
        "at most 32 levels, and each + and each field of a chain is one; move a part into a variable",
    )


def _unknown(report: str, source: str) -> ExpressionProblem:
    first = report.partition("\n")[0]
    text = re.sub(r"\A(INVALID_ARGUMENT: )?(ERROR: <input>:[-0-9]+:[-0-9]+: )?", "", first)
    return ExpressionProblem(f"the expression cannot be checked: {text[:_LONGEST_MESSAGE]}", 0, len(source))


def _meant(complaint: Complaint, tokens: Tokens, names: Names) -> Iterator[ExpressionProblem]:
    if complaint.offset is None or _CASCADE in complaint.text:
        return
    for pattern, word in _WORDINGS:
        if parts := pattern.fullmatch(complaint.text):
            yield from word(parts, complaint.offset, tokens, names)
            return
    token = tokens.at(tokens.index_at(complaint.offset))
    end = max(token.end, complaint.offset)
    yield ExpressionProblem(complaint.text[:_LONGEST_MESSAGE], complaint.offset, end)


_Words = Callable[[re.Match[str], int, Tokens, Names], Iterator[ExpressionProblem]]


def _undeclared(parts: re.Match[str], offset: int, tokens: Tokens, names: Names) -> Iterator[ExpressionProblem]:
    return missing.undeclared(parts[1], offset, tokens, names)


def _undefined(parts: re.Match[str], offset: int, tokens: Tokens, names: Names) -> Iterator[ExpressionProblem]:
    yield missing.undefined_field(parts[1], parts[2], offset, tokens, names)


def _overload(parts: re.Match[str], offset: int, tokens: Tokens, names: Names) -> Iterator[ExpressionProblem]:
    yield mismatches.mismatch(parts[1], parts[2], offset, tokens, names)


def _operand(parts: re.Match[str], offset: int, tokens: Tokens, names: Names) -> Iterator[ExpressionProblem]:
    yield missing.no_parts(names.types(parts[1])[0], offset, tokens, names)


def _range(parts: re.Match[str], offset: int, tokens: Tokens, names: Names) -> Iterator[ExpressionProblem]:
    yield mismatches.not_iterable(names.types(parts[1])[0], offset, tokens)


def _reserved(parts: re.Match[str], offset: int, _: Tokens, __: Names) -> Iterator[ExpressionProblem]:
    word = parts[1]
    expected = "condition ? value : otherwise" if word in ("if", "else") else "another name"
    yield ExpressionProblem(f"{word} is a reserved word", offset, offset + len(word), expected)


def _has(_: re.Match[str], offset: int, tokens: Tokens, __: Names) -> Iterator[ExpressionProblem]:
    token = tokens.at(tokens.index_at(offset))
    yield ExpressionProblem("has() asks for a field, and this is none", token.start, token.end, "has(value.field)")


def _number(parts: re.Match[str], offset: int, tokens: Tokens, _: Names) -> Iterator[ExpressionProblem]:
    token = tokens.at(tokens.index_at(offset))
    yield ExpressionProblem(f"this number does not fit into a 64-bit {parts[1]}", token.start, token.end)


def _variable_name(parts: re.Match[str], offset: int, tokens: Tokens, _: Names) -> Iterator[ExpressionProblem]:
    first = last = tokens.index_at(offset)
    while tokens.at(first - 1).text not in ("(", ",", ""):
        first -= 1
    while tokens.at(last + 1).text not in (")", ",", ""):
        last += 1
    message = f"{parts[1]} needs the name of a new variable first"
    expected = f"a plain name, as in {parts[1]}(x, …)"
    yield ExpressionProblem(message, tokens.at(first).start, tokens.at(last).end, expected)


_WORDINGS: tuple[tuple[re.Pattern[str], _Words], ...] = (
    (_UNDECLARED, _undeclared),
    (_UNDEFINED, _undefined),
    (_OVERLOAD, _overload),
    (_OPERAND, _operand),
    (_RANGE, _range),
    (_RESERVED, _reserved),
    (_HAS, _has),
    (_NUMBER, _number),
    (_VARIABLE_NAME, _variable_name),
)
