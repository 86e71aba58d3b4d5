"""Operators and functions that do not take the types they were given, with what would fit."""

from collections.abc import Callable, Sequence

from concertino.expressions.forms import FORMS, MACROS
from concertino.expressions.names import Names, listed
from concertino.expressions.problems import ExpressionProblem
from concertino.expressions.tokens import Token, TokenKind, Tokens
from concertino.expressions.types import BOOL, CelType

_OPERATORS = {
    "_==_": "==",
    "_!=_": "!=",
    "_<_": "<",
    "_<=_": "<=",
    "_>_": ">",
    "_>=_": ">=",
    "_+_": "+",
    "_-_": "-",
    "_*_": "*",
    "_/_": "/",
    "_%_": "%",
    "_&&_": "&&",
    "_||_": "||",
    "!_": "!",
    "-_": "-",
    "@in": "in",
    "_[_]": "[ ]",
    "_[?_]": "[? ]",
    "_?_:_": "? :",
}
_NUMBERS = frozenset({"int", "uint", "double"})
_LOGIC = frozenset({"&&", "||", "!"})
_ENDS = frozenset({"", ")", "]", "}", ",", ":", "?", "&&", "||", "==", "!=", "<", "<=", ">", ">="})
"""What may follow a literal that is an operand by itself."""


def mismatch(function: str, types_text: str, offset: int, tokens: Tokens, names: Names) -> ExpressionProblem:
    """A call for which no overload fits."""
    types = names.types(types_text)
    index = tokens.index_at(offset)
    token = tokens.at(index)
    called = tokens.at(index - 1)
    operator = _OPERATORS.get(function)
    if token.text == "(" and called.name in MACROS and called.name != function:
        return _condition(called, types)
    if operator is None:
        name = called if token.text == "(" else token
        given = ", ".join(map(str, types))
        message = f"{_full_name(function, index - 1, tokens)} does not take ({given})"
        forms = FORMS.get(_full_name(function, index - 1, tokens), ())
        return ExpressionProblem(message, name.start, name.end, " or ".join(forms))
    message = f"{operator} does not take {' and '.join(map(str, types))}"
    if replaced := _literal(operator, types, index + 1, tokens):
        literal, text = replaced
        return ExpressionProblem(message, literal.start, literal.end, f"a value of type {types[0]}", text)
    return ExpressionProblem(message, token.start, token.end, _fitting(operator, types, names))


def not_iterable(of: CelType, offset: int, tokens: Tokens) -> ExpressionProblem:
    """A macro on something that is neither a list nor a map."""
    index = tokens.index_at(offset)
    token = tokens.at(index + 1 if tokens.at(index).text in (".", ".?") else index)
    return ExpressionProblem(
        f"a macro goes through a list or a map, and this is {of}",
        token.start,
        token.end,
        "the fields of a mapping that the schema lists are named, not gone through" if of.shape else "",
    )


def _full_name(function: str, index: int, tokens: Tokens) -> str:
    qualified = f"{tokens.at(index - 2).name}.{function}"
    return qualified if qualified in FORMS else function


def _condition(macro: Token, types: Sequence[CelType]) -> ExpressionProblem:
    """A macro whose condition is none; the checker complains about what the macro expands to."""
    wrong = next((one for one in types if one != BOOL), BOOL)
    return ExpressionProblem(
        f"{macro.name} needs a condition, and this one gives {wrong}",
        macro.start,
        macro.end,
        _as_condition(wrong),
    )


def _as_condition(of: CelType) -> str:
    match of.name:
        case "string":
            return 'a bool, as in … != ""'
        case "list" | "map":
            return "a bool, as in size(…) > 0"
        case "int" | "uint":
            return "a bool, as in … != 0"
        case _:
            return "a bool; has(…) asks whether a field is there" if of.shape else "a bool"


def _literal(operator: str, types: Sequence[CelType], index: int, tokens: Tokens) -> tuple[Token, str] | None:
    """The literal on the right-hand side as the type on the left-hand side, if that is all that is wrong."""
    literal = tokens.at(index)
    if operator in _LOGIC or len(types) != 2 or tokens.at(index + 1).text not in _ENDS:  # noqa: PLR2004 - two sides
        return None
    text = _CONVERSIONS.get((types[0].name, types[1].name), _unchanged)(literal)
    return (literal, text) if text else None


def _unchanged(_: Token) -> str:
    return ""


def _to_double(literal: Token) -> str:
    return f"{literal.text}.0" if literal.text.isdigit() else ""


def _to_int(literal: Token) -> str:
    whole, dot, fraction = literal.text.partition(".")
    return whole if whole.isdigit() and dot and not fraction.strip("0") else ""


def _to_string(literal: Token) -> str:
    simple = literal.kind is TokenKind.NUMBER or literal.text in ("true", "false")
    return f'"{literal.text}"' if simple else ""


def _from_string(literal: Token) -> str:
    inner = literal.text.strip("\"'")
    is_number = inner.isdigit() and inner.isascii() and len(inner) < 19  # noqa: PLR2004 - what 64 bits surely hold
    return inner if literal.kind is TokenKind.STRING and is_number else ""


def _bool_from_string(literal: Token) -> str:
    inner = literal.text.strip("\"'")
    return inner if literal.kind is TokenKind.STRING and inner in ("true", "false") else ""


_CONVERSIONS: dict[tuple[str, str], Callable[[Token], str]] = {
    ("double", "int"): _to_double,
    ("int", "double"): _to_int,
    ("string", "int"): _to_string,
    ("string", "double"): _to_string,
    ("string", "bool"): _to_string,
    ("int", "string"): _from_string,
    ("bool", "string"): _bool_from_string,
}


def _fitting(operator: str, types: Sequence[CelType], names: Names) -> str:
    if any(one.name == "optional_type" for one in types):
        return "an optional is unwrapped first, by .orValue(…) or .value()"
    if operator in _LOGIC:
        return _as_condition(next((one for one in types if one != BOOL), BOOL))
    if operator == "? :":
        return _as_condition(types[0]) if types[0] != BOOL else "both answers have one type; dyn(…) lets them differ"
    if operator == "in":
        return _membership(types)
    if operator.startswith("["):
        return _index(types[0])
    return _both_sides(operator, types, names)


def _membership(types: Sequence[CelType]) -> str:
    left, right = types
    match right.name:
        case "string":
            return "text in text is found by .contains(…)"
        case "list" | "map" if right.parameters:
            held = "elements" if right.name == "list" else "keys"
            return f"the {held} are {right.parameters[0]}, not {left}"
        case _:
            return "in looks into a list or the keys of a map"


def _index(of: CelType) -> str:
    if of.shape:
        return "a field is named after a dot"
    return {"list": "a list is indexed by an int, from 0", "string": "charAt(…) gives one character"}.get(of.name, "")


def _both_sides(operator: str, types: Sequence[CelType], names: Names) -> str:
    kinds = {one.name for one in types}
    if kinds <= _NUMBERS and len(kinds) > 1:
        return "int and double are not mixed: double(…) and int(…) convert"
    if "null_type" in kinds:
        return "no field is ever null: has(…) asks whether it is there"
    if operator == "+" and "string" in kinds and kinds & _NUMBERS:
        return "string(…) makes text of a number"
    if "timestamp" in kinds and "string" in kinds:
        return "timestamp(…) makes a point in time of text"
    if "string" in kinds and kinds & _NUMBERS:
        return "string(…), int(…) and double(…) convert"
    return _parts(operator, types, names)


def _parts(operator: str, types: Sequence[CelType], names: Names) -> str:
    for one, other in (types, types[::-1]) if len(types) == 2 else ():  # noqa: PLR2004 - two sides
        if one.name == "list" and operator in ("==", "!=") and one.parameters == (other,):
            return "in asks whether a list holds a value"
        if one.name in ("list", "map") and other.name in _NUMBERS:
            return "size(…) counts the elements"
        if one.shape and not other.shape:
            same = [name for name, field in names.fields_of(one.name).items() if str(field.type) == other.name]
            return f"a field of {one}" + (f", such as {listed(same)}" if same else "")
    return ""
