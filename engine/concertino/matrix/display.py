"""What a model says about how its answers are shown, compared and written: compiled, and never needed to answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from concertino.expressions import BOOL, INT, CelType, shape
from concertino.matrix.reading import items, mapping, number, text
from concertino.matrix.vocabulary import FIELD
from concertino.model.json import JsonObject
from concertino.model.shape import ListOf, ShapeName, Vocabulary
from concertino.model.suggest import suggest
from concertino.policies import Expression, ExpressionCompiler


@dataclass(frozen=True)
class Rule:
    """A condition with the reason for it. `least` is how many must meet it."""

    when: Expression
    reason: str
    least: int = 1


@dataclass(frozen=True)
class Comparison:
    """How entities that share the factor `along` are compared; what the model does not declare is None."""

    along: str = ""
    standardize: Rule | None = None
    clusters: Rule | None = None
    candidates: Rule | None = None


@dataclass(frozen=True)
class Sheet:
    """Where people write the scores of a level: rows in the list `rows` of documents of a kind.

    `document` and `row` are the factors of the target that the document, or each row, names; `scores` the factors of
    the model that a row may hold.
    """

    level: str
    kind: str
    rows: str
    perspective: str
    document: tuple[str, ...]
    row: tuple[str, ...]
    scores: tuple[str, ...]


@dataclass(frozen=True)
class Display:
    """All of it. `letters` abbreviate answers, by their ids."""

    letters: Mapping[str, str] = field(default_factory=dict)
    comparison: Comparison = field(default_factory=Comparison)
    sheet: Sheet | None = None
    decided_by: Expression | None = None
    actual_by: Expression | None = None
    overdue: Expression | None = None


def compile_display(compiler: ExpressionCompiler, target: str, names: Mapping[str, CelType]) -> Display:
    """What the compiler's document says of it. Faults are left with the compiler."""
    spec = compiler.source.spec
    readings = mapping(spec, "readings")

    def reading(name: str, expected: CelType | None = None) -> Expression | None:
        return compiler.optional(readings, name, f"/spec/readings/{name}", names, expected)

    return Display(
        letters=letters_of(items(spec, "answers")),
        comparison=_comparison(compiler, target, names),
        sheet=_sheet(compiler, target),
        decided_by=reading("decidedBy"),
        actual_by=reading("actualBy"),
        overdue=reading("overdue", BOOL),
    )


def letters_of(answers: list[JsonObject]) -> dict[str, str]:
    """A letter for each answer: the declared one, else the first of its name that is free, else one of the alphabet."""
    found = {text(item, "id"): text(item, "letter") for item in answers if text(item, "letter")}
    for item in answers:
        taken = {letter.casefold() for letter in found.values()}
        name = text(item, "id")
        spare = (letter for letter in f"{name}abcdefghijklmnopqrstuvwxyz" if letter.isalpha())
        if name not in found:
            found[name] = next(letter for letter in spare if letter.casefold() not in taken).upper()
    return {text(item, "id"): found[text(item, "id")] for item in answers}


def _comparison(compiler: ExpressionCompiler, target: str, names: Mapping[str, CelType]) -> Comparison:
    written = mapping(compiler.source.spec, "comparison")
    kind = compiler.kinds.by_name.get(target)
    factors = [name for name, _ in kind.product.factors] if kind and kind.product else []
    along = text(written, "along")
    if written and kind and along not in factors:
        message = f'"{along}" is no factor of {target}' if factors else f"{target} is made of no factors"
        expected = f"one of {', '.join(factors)}" if factors else "a target that is a derived kind"
        compiler.report(message, compiler.at("/spec/comparison/along"), expected, suggest(along, factors))
    parameters = {name: found for name, found in names.items() if name.startswith("params.")}
    scores = shape(f"{target}.{FIELD}.scores") if kind else None
    among = {"range": INT, "alike": BOOL, **({"lowest": scores, "highest": scores} if scores else {})}
    return Comparison(
        along=along or (factors[-1] if factors else ""),
        standardize=_rule(compiler, written, "standardize", "when", {**parameters, **among}),
        clusters=_rule(compiler, written, "clusters", "together", {**parameters, "gap": INT, "alike": BOOL}),
        candidates=_rule(compiler, written, "candidates", "when", names),
    )


def _rule(
    compiler: ExpressionCompiler, holder: JsonObject, name: str, key: str, types: Mapping[str, CelType]
) -> Rule | None:
    written, pointer = mapping(holder, name), f"/spec/comparison/{name}/{key}"
    # Not the compiler's own way, which forbids to read answers: these expressions are asked once there are some.
    when = ExpressionCompiler.optional(compiler, written, key, pointer, types, BOOL)
    return Rule(when, text(written, "reason"), number(written, "least") or 1) if when else None


def _sheet(compiler: ExpressionCompiler, target: str) -> Sheet | None:
    """The sheet of the first level that declares one."""
    for index, level in enumerate(items(compiler.source.spec, "resolution")):
        written, pointer = mapping(level, "sheet"), f"/spec/resolution/{index}/sheet"
        if not written:
            continue
        kind = text(written, "kind")
        if compiler.known_kind(kind, f"{pointer}/kind"):
            return _sound_sheet(compiler, target, level, pointer)
    return None


def _sound_sheet(compiler: ExpressionCompiler, target: str, level: JsonObject, pointer: str) -> Sheet | None:
    """The sheet, if its kind has the list and the fields that it needs."""
    written, vocabulary = mapping(level, "sheet"), compiler.kinds.vocabulary
    kind, rows, perspective = (text(written, key) for key in ("kind", "rows", "perspective"))
    document = fields_of(vocabulary, f"{kind}.spec")
    row = row_shape(vocabulary, kind, rows)
    if not row or (perspective and perspective not in document):
        name, at = (perspective, "perspective") if row else (rows, "rows")
        wanted = "a list of rows" if at == "rows" else "a field"
        message = f'{kind} has no {wanted.removeprefix("a ")} "spec.{name}"'
        compiler.report(message, compiler.at(f"{pointer}/{at}"), wanted, suggest(name, document))
        return None
    own = compiler.kinds.by_name.get(target)
    factors = [name for name, _ in own.product.factors] if own and own.product else []
    in_row = tuple(name for name in factors if name in fields_of(vocabulary, row))
    in_document = tuple(name for name in factors if name in document and name not in in_row)
    missing = [name for name in factors if name not in in_row and name not in in_document]
    if missing or not factors:
        message = f"neither {kind} nor its rows say which {' and '.join(missing) or target} is meant"
        compiler.report(message, compiler.at(pointer), f"a field called like each factor of {target}")
        return None
    scores = tuple(name for name in mapping(level, "values") if name in fields_of(vocabulary, row))
    return Sheet(text(level, "id"), kind, rows, perspective, in_document, in_row, scores)


def fields_of(vocabulary: Vocabulary, name: str) -> tuple[str, ...]:
    """The names of the fields of a shape; none if there is no such shape."""
    found = vocabulary.shapes.get(name)
    return tuple(found.fields) if found else ()


def row_shape(vocabulary: Vocabulary, kind: str, rows: str) -> str:
    """The name of the shape of the elements of a list of mappings under `spec`, or empty if it is none."""
    spec = vocabulary.shapes.get(f"{kind}.spec")
    field_type = spec.fields[rows].type if spec and rows in spec.fields else None
    element = field_type.element if isinstance(field_type, ListOf) else None
    return element.name if isinstance(element, ShapeName) else ""
