"""How a model gets its scores and circumstances from a catalogue: its expressions, checked and compiled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from concertino.expressions import (
    BOOL,
    DYN,
    INT,
    STRING,
    Call,
    CelType,
    CheckedTree,
    Constant,
    Node,
    Scope,
    Select,
    nodes,
    optional_of,
    shape,
    spans,
)
from concertino.kinds import Kinds
from concertino.matrix.checking import among, listed, told
from concertino.matrix.compiling import compile_model
from concertino.matrix.display import Display, compile_display
from concertino.matrix.model import Circumstance, Direction, Model, ModelSource, Scalar
from concertino.matrix.reading import items, mapping, text
from concertino.matrix.vocabulary import FIELD, READINGS, target_of
from concertino.model.json import JsonObject, JsonValue
from concertino.model.problem import Problem
from concertino.model.suggest import suggest
from concertino.policies import MODEL_CHECK, Aggregate, Expression, ExpressionCompiler, PolicySource, place_inside
from concertino.policies.parameters import parameter_type


@dataclass(frozen=True)
class Level:
    """One place where scores come from. With `each` there are several sets of them, seen as `item`."""

    id: str
    title: str
    inherited: bool
    when: Expression | None
    each: Expression | None
    perspective: Expression | None
    values: Mapping[str, Expression]


@dataclass(frozen=True, slots=True)
class Unknown:
    """When nobody can know a circumstance yet, and what is assumed then."""

    when: Expression
    assumed: Scalar


@dataclass(frozen=True)
class Resolution:
    """The expressions of a model that read the catalogue. Levels go from the most specific to the most general."""

    parameters: Mapping[str, JsonValue]
    variables: Mapping[str, Expression]
    aggregates: Mapping[str, Aggregate]
    levels: tuple[Level, ...]
    circumstances: Mapping[str, Expression]
    unknown: Mapping[str, Unknown]
    readings: Mapping[str, Expression]
    perspectives: tuple[str, ...]
    method: str
    even: Direction


@dataclass(frozen=True)
class MatrixModel:
    """A decision model, ready to answer for the entities of a catalogue. `display` is for whoever looks at answers."""

    model: Model
    resolution: Resolution
    display: Display = field(default_factory=Display)


def compile_matrix(source: PolicySource, kinds: Kinds, scope: Scope) -> MatrixModel | tuple[Problem, ...]:
    """The model of a document, or everything that is wrong with it. `scope` is one without variables."""
    written = ModelSource(source.id, source.origin, source.value, source.data, source.marks)
    model = compile_model(written, scope)
    if not isinstance(model, Model):
        return model
    compiler = _Compiler(source, kinds, scope)
    resolution, names = compiler.resolution(model)
    display = compile_display(compiler, model.target, names)
    return tuple(compiler.problems) or MatrixModel(model, resolution, display)


@dataclass(frozen=True)
class _Compiler(ExpressionCompiler):
    CHECK: ClassVar[str] = MODEL_CHECK
    REMEDY: ClassVar[str] = "Correct the model; until then nothing has an answer."

    def resolution(self, model: Model) -> tuple[Resolution, Mapping[str, CelType]]:
        """What the document says of the catalogue, with the types of all names; it counts if nothing was reported."""
        spec = self.source.spec
        target = model.target if self._sound_target(model.target) else ""
        entity = {"entity": shape(target) if target else DYN}
        parameters = {f"params.{name}": parameter_type(value) for name, value in model.parameters.items()}
        common = {"asOf": STRING, **parameters}
        aggregates, types = self.aggregates(common, target) if target else ({}, {})
        variables, known = self.variables({**common, **types, **entity})
        method = mapping(spec, "aggregation")
        resolution = Resolution(
            parameters=model.parameters,
            variables=variables,
            aggregates=aggregates,
            levels=self._levels(model, known),
            circumstances=self._circumstances(model, known),
            unknown=self._unknown(model, known),
            readings=self._readings(known),
            perspectives=tuple(text(item, "id") for item in items(spec, "perspectives")),
            method=text(method, "method"),
            even=Direction(text(method, "even") or Direction.FIRST),
        )
        return resolution, known

    def _sound_target(self, target: str) -> bool:
        if not self.known_kind(target, "/spec/target"):
            return False
        own = self.kinds.vocabulary.shapes[target].fields.get(FIELD)
        if own is not None and not own.computed:
            message = f'{target} has a field "{FIELD}" of its own, where the answers are to stand'
            self.report(message, self.at("/spec/target"), expected="another kind, or another name for its field")
        return True

    def _levels(self, model: Model, types: Mapping[str, CelType]) -> tuple[Level, ...]:
        found: list[Level] = []
        for index, item in enumerate(items(self.source.spec, "resolution")):
            pointer = f"/spec/resolution/{index}"
            if text(item, "id") in [level.id for level in found]:
                self.report(f'there are two levels "{text(item, "id")}"', self.at(f"{pointer}/id"))
            found.append(self._level(item, pointer, model, types, first=not found))
        given = {name for level in found for name in level.values}
        for factor in model.factors:
            if factor.id not in given and not self.problems:
                message = f'no level of the resolution has a score for "{factor.id}", so nothing ever has an answer'
                self.report(message, self.at(factor.pointer), expected="an expression for it under values of a level")
        return tuple(found)

    def _level(
        self, item: JsonObject, pointer: str, model: Model, types: Mapping[str, CelType], *, first: bool
    ) -> Level:
        each = self.optional(item, "each", f"{pointer}/each", types)
        inner = {**types, "item": self._element(each, f"{pointer}/each")} if "each" in item else types
        inherited = item.get("inherited")
        return Level(
            id=text(item, "id"),
            title=text(item, "title"),
            inherited=inherited if isinstance(inherited, bool) else not first,
            when=self.optional(item, "when", f"{pointer}/when", types, BOOL),
            each=each,
            perspective=self.optional(item, "perspective", f"{pointer}/perspective", inner, STRING),
            values=self._values(mapping(item, "values"), f"{pointer}/values", model, inner),
        )

    def _element(self, each: Expression | None, pointer: str) -> CelType:
        result = each.tree.result if each else DYN
        if result.name == "list" and result.parameters:
            return result.parameters[0]
        if result != DYN:
            self.report(f"each takes a list, and this is {result}", self.at(pointer), "a list of sets of scores")
        return DYN

    def _values(
        self, values: JsonObject, pointer: str, model: Model, types: Mapping[str, CelType]
    ) -> dict[str, Expression]:
        names = [factor.id for factor in model.factors]
        found: dict[str, Expression] = {}
        for name in values:
            at = f"{pointer}/{name}"
            if name not in names:
                wanted = f"one of {listed(names)}"
                self.report(
                    f'"{name}" is no factor of this model', self.source.marks.head(at), wanted, suggest(name, names)
                )
            expression = self.optional(values, name, at, types)
            if expression is None:
                continue
            if expression.tree.result not in (INT, DYN, optional_of(INT), optional_of(DYN)):
                message = f"a score is a whole number, and this is {expression.tree.result}"
                self.report(message, self.at(at), "an int, or an optional one that may be empty")
            found[name] = expression
        return found

    def _circumstances(self, model: Model, types: Mapping[str, CelType]) -> dict[str, Expression]:
        found: dict[str, Expression] = {}
        for item, known in zip(items(self.source.spec, "circumstances"), model.circumstances, strict=True):
            expression = self.optional(item, "expression", f"{known.pointer}/expression", types, _type_of(known))
            if expression is not None:
                found[known.id] = expression
        return found

    def _unknown(self, model: Model, types: Mapping[str, CelType]) -> dict[str, Unknown]:
        found: dict[str, Unknown] = {}
        for item, known in zip(items(self.source.spec, "circumstances"), model.circumstances, strict=True):
            when = self.optional(item, "unknownWhen", f"{known.pointer}/unknownWhen", types, BOOL)
            assumed = item.get("assume")
            if when is None:
                continue
            if not isinstance(assumed, bool | int | str) or not among(assumed, known.values):
                message = f'"{known.id}" is never {told(assumed)}'
                self.report(message, self.at(f"{known.pointer}/assume"), f"one of {listed(known.values)}")
                continue
            found[known.id] = Unknown(when, assumed)
        return found

    def _readings(self, types: Mapping[str, CelType]) -> dict[str, Expression]:
        written = mapping(self.source.spec, "readings")
        compiled = {name: self.optional(written, name, f"/spec/readings/{name}", types, STRING) for name in READINGS}
        return {name: expression for name, expression in compiled.items() if expression is not None}

    def optional(
        self,
        holder: JsonObject,
        key: str,
        pointer: str,
        types: Mapping[str, CelType],
        expected: CelType | None = None,
    ) -> Expression | None:
        """As for a policy; but what the matrix is computed by can't read the matrix."""
        found = super().optional(holder, key, pointer, types, expected)
        if found is None:
            return None
        for node in _reads_of_itself(found.tree, target_of(self.source.spec)):
            start, end = spans(found.tree)[node.id]
            place = place_inside(self.source.data, self.source.marks, pointer, start, end)
            message = f"this reads the {FIELD}, which is what the model computes: it would never end"
            self.report(message, place, "what stands in documents")
        return found


def reads_matrix(trees: Sequence[CheckedTree], target: str) -> bool:
    """Whether an expression reads what a model says of the entities of a kind, or may do so."""
    return any(True for tree in trees for _ in _reads_of_itself(tree, target))


def _reads_of_itself(tree: CheckedTree, target: str) -> list[Node]:
    return [node for node in nodes(tree.root) if _operand_type(tree, node) in (target, "dyn")]


def _operand_type(tree: CheckedTree, node: Node) -> str:
    """The name of the type out of which a node reads a field called like that of the matrix, or empty."""
    match node:
        case (
            Select(operand=operand, field=name)
            | Call(function="_?._" | "_[_]" | "_[?_]", arguments=(operand, Constant(value=str() as name)))
        ) if name == FIELD:
            found = tree.types.get(operand.id, DYN)
            inner = found.parameters[0] if found.name == "optional_type" and found.parameters else found
            return inner.name
    return ""


def _type_of(item: Circumstance) -> CelType:
    match item.values[0]:
        case bool():
            return BOOL
        case int():
            return INT
    return STRING
