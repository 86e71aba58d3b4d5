"""Names that do not exist: variables, fields and functions, with the one that was probably meant."""

from collections.abc import Iterator

from concertino.expressions.forms import FORMS, HABITS, MACROS, NAMESPACES
from concertino.expressions.names import Names, listed
from concertino.expressions.problems import ExpressionProblem
from concertino.expressions.tokens import Token, TokenKind, Tokens
from concertino.expressions.types import CelType
from concertino.model.shape import ShapeName
from concertino.model.suggest import suggest

_LITERALS = {"True": "true", "False": "false", "None": "null", "nil": "null", "NULL": "null", "TRUE": "true"}
_GROUPS = {"params": "parameter", "variables": "variable", "aggregates": "aggregate", "history": "history"}
"""The qualifiers that are there even when nothing is declared under them, and what stands under each."""


def undeclared(reference: str, offset: int, tokens: Tokens, names: Names) -> Iterator[ExpressionProblem]:
    """A name that stands for nothing. The checker puts a dotted one at its last dot, and a function at its bracket."""
    index = tokens.index_at(offset)
    if tokens.at(index).text == "(":
        yield _function(index - 1, tokens)
        return
    parts = [part.strip("`") for part in reference.strip(".").split(".")]
    first = index if len(parts) == 1 else index - (2 * len(parts) - 3)
    if parts[0] in NAMESPACES and tokens.at(first + 3).text == "(":
        return  # The function has a complaint of its own.
    if _belongs_to_failed_macro(first, tokens):
        return
    yield _variable(parts, first, tokens, names)


def _variable(parts: list[str], first: int, tokens: Tokens, names: Names) -> ExpressionProblem:
    group = parts[0]
    members = [name.partition(".")[2] for name in names.variables if name.startswith(group + ".")]
    if members or group in _GROUPS:
        return _member(group, members, parts, first, tokens)
    token = tokens.at(first)
    return ExpressionProblem(
        f'there is no variable "{_cut(group)}"',
        token.start,
        token.end,
        expected=_there_are(_roots(names)),
        suggestion=_instead_of_variable(group, tokens, names),
    )


def _member(group: str, members: list[str], parts: list[str], first: int, tokens: Tokens) -> ExpressionProblem:
    what = _GROUPS.get(group, "variable")
    choice = _there_are(f"{group}.{member}" for member in members) or f"no {what} is declared here"
    if len(parts) == 1:
        token = tokens.at(first)
        return ExpressionProblem(f'"{group}" is no value itself; name one of its own', token.start, token.end, choice)
    token = tokens.at(first + 2)
    return ExpressionProblem(
        f'there is no {what} "{_cut(group + "." + parts[1])}"',
        token.start,
        token.end,
        expected=choice,
        suggestion=suggest(parts[1], members),
    )


def _roots(names: Names) -> set[str]:
    return {name.split(".")[0] for name in names.variables}


def _instead_of_variable(word: str, tokens: Tokens, names: Names) -> str:
    """What was probably meant by a name that is no variable, from the likeliest on."""
    if word in _LITERALS:
        return _LITERALS[word]
    qualified = [name for name in sorted(names.variables) if name.partition(".")[2] == word]
    if qualified:
        return qualified[0]
    entity = names.variables.get("entity")
    if entity and word in names.fields_of(entity.name):
        return f"entity.{word}"
    if near := suggest(word, _roots(names) | _iterated(tokens)):
        return near
    return f'"{word}"' if _is_some_value(word, names) else ""


def _iterated(tokens: Tokens) -> set[str]:
    """The variables that macros of this expression introduce."""
    return {
        tokens.at(index + 2).name
        for index, token in enumerate(tokens.all)
        if token.name in MACROS and tokens.at(index + 1).text == "(" and tokens.at(index + 3).text == ","
    }


def _is_some_value(word: str, names: Names) -> bool:
    shapes = names.vocabulary.shapes.values()
    return any(word in field.values for shape in shapes for field in shape.fields.values())


def _belongs_to_failed_macro(index: int, tokens: Tokens) -> bool:
    """Whether a name is the variable of a macro around it that was not recognized, and so introduced nothing."""
    word = tokens.at(index).text
    return any(
        tokens.at(opened + 1).text == word
        and tokens.at(opened + 2).text in (",", ")")
        and opened < index < tokens.closing(opened)
        for opened in range(1, index)
        if tokens.at(opened).text == "(" and _is_nearly_macro(opened - 1, tokens)
    )


def _is_nearly_macro(index: int, tokens: Tokens) -> bool:
    word = tokens.at(index).name
    return tokens.at(index - 1).text == "." and (
        word in MACROS or _instead_of_function(word, "", is_member=True) in MACROS
    )


def _function(index: int, tokens: Tokens) -> ExpressionProblem:
    token = tokens.at(index)
    is_member = tokens.at(index - 1).text in (".", ".?")
    space = tokens.at(index - 2).name if is_member and tokens.at(index - 3).text != "." else ""
    space = space if space in NAMESPACES else ""
    full = f"{space}.{token.name}" if space else token.name
    if forms := FORMS.get(full):
        what = "macro" if full in MACROS else "function"
        message = f"the {what} {full} is not called like this"
        return ExpressionProblem(message, token.start, token.end, expected=" or ".join(forms))
    return ExpressionProblem(
        f'there is no function "{_cut(full)}"',
        token.start,
        token.end,
        expected=_there_are(name for name in FORMS if space and name.startswith(space + ".")),
        suggestion=_instead_of_function(token.name, space, is_member=is_member),
    )


def _instead_of_function(word: str, space: str, *, is_member: bool) -> str:
    if space:
        return suggest(word, (name.partition(".")[2] for name in FORMS if name.startswith(space + ".")))
    if word in HABITS:
        return HABITS[word]
    if not is_member:
        homes = [name for name in sorted(FORMS) if name.partition(".")[2] == word]
        return homes[0] if homes else suggest(word, FORMS)
    return suggest(word, (name for name in FORMS if "." not in name))


def undefined_field(field: str, message: str, offset: int, tokens: Tokens, names: Names) -> ExpressionProblem:
    """A field that its shape does not have."""
    token = _field_token(offset, tokens)
    shape = names.shapes.get(message)
    if shape is None:
        return ExpressionProblem(f'there is no field "{_cut(field)}" here', token.start, token.end)
    has = names.fields_of(shape)
    return ExpressionProblem(
        f'{shape} has no field "{_cut(field)}"',
        token.start,
        token.end,
        expected=f"one of {listed(has)}" if has else "it has no fields",
        suggestion=names.below(shape, field) or suggest(field, has),
    )


def _field_token(offset: int, tokens: Tokens) -> Token:
    """The name of a field: after the dot at `offset`, or last in the brackets of has()."""
    index = tokens.index_at(offset)
    if tokens.at(index).text == "(":
        return tokens.at(tokens.closing(index) - 1)
    return tokens.at(index + 1) if tokens.at(index + 1).text else tokens.at(index)


def no_parts(of: CelType, offset: int, tokens: Tokens, names: Names) -> ExpressionProblem:
    """A field asked of something that has none: text, a number, a list."""
    index = tokens.index_at(offset)
    before, after = tokens.at(index - 1), tokens.at(index + 1)
    message = f'a value of type {of} has no field "{_cut(after.name)}"'
    if before.kind is TokenKind.NAME and of.name == "string" and _refers(before.name, names):
        reason = f"{before.name} is the text of a reference; what it refers to is refs.{before.name}"
        return ExpressionProblem(message, before.start, before.end, reason, f"refs.{before.name}")
    called = after.name if after.name in FORMS else HABITS.get(after.name, "")
    if called:
        forms = _forms_for(of, called)
        return ExpressionProblem(message, after.start, after.end, f"{called} is a function: {forms}", f"{called}()")
    return ExpressionProblem(message, after.start, after.end, _way_in(of, after.name, names))


def _forms_for(of: CelType, function: str) -> str:
    """How a function is called, on values of one type if there is such a form."""
    forms = FORMS[function]
    return " or ".join([form for form in forms if form.startswith(f"{of.name}.")] or forms)


def _refers(name: str, names: Names) -> bool:
    """Whether any shape has, beside the text `name`, what it refers to."""
    for shape in names.vocabulary.shapes.values():
        refs = shape.fields.get("refs")
        if (
            name in shape.fields
            and refs
            and isinstance(refs.type, ShapeName)
            and name in names.fields_of(refs.type.name)
        ):
            return True
    return False


def _way_in(of: CelType, field: str, names: Names) -> str:
    if of.name == "list" and of.parameters:
        element = of.parameters[0]
        if element.shape and field in names.fields_of(element.name):
            return f"each element has it: .map(x, x.{field}), .exists(x, x.{field} == …) or [0].{field}"
        return "a list is gone through with all, exists, filter or map"
    if of.name == "optional_type":
        return f"it may be missing: .?{field} goes on only if it is there, .value() and .orValue(…) unwrap it"
    return ""


def _there_are(names: Iterator[str] | set[str]) -> str:
    text = listed(names)
    return f"one of {text}" if text else ""


def _cut(text: str, longest: int = 60) -> str:
    return text if len(text) <= longest else text[:longest] + "…"
