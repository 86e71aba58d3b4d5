"""Overview files to overviews: read, gated, compiled; a broken one is told, and the others hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import ClassVar

from concertino.documents import Gate, positions, read_documents
from concertino.expressions import BOOL, DOUBLE, DYN, INT, STRING, CelType, Scope, list_of, shape
from concertino.kinds import Kinds
from concertino.model.json import JsonObject
from concertino.model.limits import Limits
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.policies.expressing import ExpressionCompiler, PolicySource, mapping_in, mappings_in, text_in
from concertino.policies.overview import Due, Outlook, Overview, Path, PathStep, Score, ScorePart, together
from concertino.policies.packs import ModelFile
from concertino.policies.parameters import parameter_type
from concertino.policies.policy import Aggregate, Expression

_CHECK = "pack"
_TEXTS = list_of(STRING)
_NUMBERS = (INT, DOUBLE, DYN)


@dataclass(frozen=True)
class OverviewReader:
    """What overviews are read with. `scope` is one without variables."""

    kinds: Kinds
    gate: Gate
    scope: Scope
    limits: Limits


@dataclass(frozen=True)
class Overviews:
    """The overviews that apply, compiled when something is to be shown of them.

    Most runs show nothing of them, and compiling takes longer than judging a small catalogue. Those of the repository
    itself are compiled all the same, so that whoever breaks one learns of it in the check of that change.
    """

    files: tuple[ModelFile, ...] = ()
    reader: OverviewReader | None = field(default=None, compare=False, repr=False)

    @cached_property
    def own_problems(self) -> tuple[Problem, ...]:
        """What is wrong with the overviews that did not come with the engine."""
        own = [file for file in self.files if not file.origin.shipped]
        return load_overviews(own, self.reader)[1] if own and self.reader else ()

    @cached_property
    def outlook(self) -> Outlook:
        """What the sound ones ask for."""
        return together(load_overviews(self.files, self.reader)[0]) if self.reader else Outlook()


def load_overviews(
    files: Sequence[ModelFile], reader: OverviewReader
) -> tuple[tuple[Overview, ...], tuple[Problem, ...]]:
    """The sound overviews among these files, and everything that is wrong with the others."""
    found: list[Overview] = []
    problems: list[Problem] = []
    for file in files:
        source = _source(file, reader)
        if not isinstance(source, PolicySource):
            problems.extend(source)
            continue
        compiler = _Compiler(source, reader.kinds, reader.scope)
        overview = compiler.overview()
        problems.extend(compiler.problems)
        if not compiler.problems:
            found.append(overview)
    return tuple(found), tuple(problems)


def _source(file: ModelFile, reader: OverviewReader) -> PolicySource | tuple[Problem, ...]:
    path = file.origin.file
    read = read_documents(path, file.data, reader.limits)
    if read.problems:
        return tuple(replace(problem, check=_CHECK) for problem in read.problems)
    if len(read.documents) != 1:
        place = read.documents[1].place if read.documents else Place(path)
        remedy = "Keep one, or remove the file if there is none."
        return (Problem(_CHECK, "an overview is one document", place, remediation=remedy),)
    value, marks = read.documents[0].value, positions(path, file.data, 0, reader.limits)
    if not isinstance(value, dict) or not reader.gate.accepts(value):
        return tuple(replace(problem, check=_CHECK) for problem in reader.gate.explain(value, marks))
    return PolicySource(text_in(mapping_in(value, "metadata"), "name"), file.origin, value, file.data, marks)


@dataclass(frozen=True)
class _Holder:
    """Where a part of the document stands, and what its expressions see."""

    value: JsonObject
    pointer: str
    types: Mapping[str, CelType]


@dataclass(frozen=True)
class _Compiler(ExpressionCompiler):
    CHECK: ClassVar[str] = _CHECK
    REMEDY: ClassVar[str] = "Correct the overview; until then it says nothing, and nothing else changes."

    def overview(self) -> Overview:
        spec = self.source.spec
        parameters = mapping_in(spec, "parameters")
        common = {"asOf": STRING} | {f"params.{name}": parameter_type(value) for name, value in parameters.items()}
        aggregates, types = self.aggregates(common, "")
        common |= types
        paths = self._paths(common, aggregates)
        dues = [
            self._due(item, f"/spec/dues/{index}", common, aggregates)
            for index, item in enumerate(mappings_in(spec, "dues"))
        ]
        scores = [
            self._score(item, f"/spec/scores/{index}", common, aggregates)
            for index, item in enumerate(mappings_in(spec, "scores"))
        ]
        self._once("dues", "due", [text_in(item, "id") for item in mappings_in(spec, "dues")])
        names = [f"{text_in(item, 'id')} of {text_in(item, 'of')}" for item in mappings_in(spec, "scores")]
        self._once("scores", "score", names)
        return Overview(
            self.source.id,
            self.source.origin,
            next(iter(paths), None),
            tuple(due for due in dues if due),
            tuple(score for score in scores if score),
        )

    def _paths(self, common: Mapping[str, CelType], aggregates: Mapping[str, Aggregate]) -> list[Path]:
        value = mapping_in(self.source.spec, "path")
        target = text_in(value, "target")
        if not value or not self.known_kind(target, "/spec/path/target"):
            return []
        holder, variables = self._holder(value, "/spec/path", target, common)
        started = self._needed(holder, "startedOn", STRING)
        steps = [
            self._step(item, f"/spec/path/steps/{index}", holder)
            for index, item in enumerate(mappings_in(value, "steps"))
        ]
        self._once("path/steps", "step", [text_in(item, "id") for item in mappings_in(value, "steps")])
        parameters = mapping_in(self.source.spec, "parameters")
        sound = tuple(step for step in steps if step)
        return [Path(parameters, variables, aggregates, target, started, sound)] if started else []

    def _step(self, item: JsonObject, pointer: str, path: _Holder) -> PathStep | None:
        holder = _Holder(item, pointer, path.types)
        missing = self._needed(holder, "missing", _TEXTS)
        going_on = self._needed(holder, "nextExpression", STRING)
        day = item.get("day")
        if missing is None:
            return None
        number = day if isinstance(day, int) else None
        return PathStep(text_in(item, "id"), text_in(item, "title"), missing, number, text_in(item, "next"), going_on)

    def _due(
        self, item: JsonObject, pointer: str, common: Mapping[str, CelType], aggregates: Mapping[str, Aggregate]
    ) -> Due | None:
        of = text_in(item, "of")
        if not self.known_kind(of, f"{pointer}/of"):
            return None
        holder, variables = self._holder(item, pointer, of, common)
        when = self._needed(holder, "when", BOOL)
        each = self._needed(holder, "each")
        inner = holder
        if each:
            inner = replace(holder, types={**holder.types, "item": self._element(each)})
        day = self._needed(inner, "day", STRING)
        after = self._needed(inner, "after", INT)
        what, owner = (self._needed(inner, key, STRING) for key in ("what", "owner"))
        if day is None:
            return None
        return Due(
            parameters=mapping_in(self.source.spec, "parameters"),
            variables=variables,
            aggregates=aggregates,
            id=text_in(item, "id"),
            title=text_in(item, "title"),
            group=text_in(item, "group"),
            of=of,
            day=day,
            when=when,
            each=each,
            after=after,
            what=what,
            owner=owner,
            next=text_in(item, "next"),
        )

    def _element(self, each: Expression) -> CelType:
        result = each.tree.result
        if result.name == "list" and result.parameters:
            return result.parameters[0]
        if result != DYN:
            self.report(
                f"each takes a list, and this is {result}", each.place, "a list, each element of which falls due"
            )
        return DYN

    def _score(
        self, item: JsonObject, pointer: str, common: Mapping[str, CelType], aggregates: Mapping[str, Aggregate]
    ) -> Score | None:
        of = text_in(item, "of")
        if not self.known_kind(of, f"{pointer}/of"):
            return None
        holder, variables = self._holder(item, pointer, of, common)
        when = self._needed(holder, "when", BOOL)
        parts = [
            self._part(part, _Holder(part, f"{pointer}/parts/{index}", holder.types))
            for index, part in enumerate(mappings_in(item, "parts"))
        ]
        self._once(
            f"{pointer.removeprefix('/spec/')}/parts",
            "part",
            [text_in(one, "id") for one in mappings_in(item, "parts")],
        )
        parameters, sound = mapping_in(self.source.spec, "parameters"), tuple(part for part in parts if part)
        return Score(parameters, variables, aggregates, text_in(item, "id"), text_in(item, "title"), of, sound, when)

    def _part(self, item: JsonObject, holder: _Holder) -> ScorePart | None:
        gained, of = (self._number(holder, key) for key in ("gained", "of"))
        left = self._needed(holder, "open", _TEXTS)
        weight = item.get("weight")
        if gained is None or of is None or not isinstance(weight, int):
            return None
        return ScorePart(text_in(item, "id"), text_in(item, "title"), weight, gained, of, left)

    def _number(self, holder: _Holder, key: str) -> Expression | None:
        found = self._needed(holder, key)
        if found and found.tree.result not in _NUMBERS:
            self.report(f"a number is needed here, and this gives {found.tree.result}", found.place, "a number")
        return found

    def _holder(
        self, value: JsonObject, pointer: str, kind: str, common: Mapping[str, CelType]
    ) -> tuple[_Holder, dict[str, Expression]]:
        """A part of the document about entities of a kind, and its variables, each of which sees those above it."""
        self.domains.clear()
        types: dict[str, CelType] = {**common, "entity": shape(kind)}
        variables: dict[str, Expression] = {}
        for index, item in enumerate(mappings_in(value, "variables")):
            name, here = text_in(item, "name"), f"{pointer}/variables/{index}"
            if f"variables.{name}" in types:
                self.report(f'there are two variables called "{name}"', self.at(f"{here}/name"))
            expression = self.optional(item, "expression", f"{here}/expression", types)
            if expression:
                variables[name] = expression
                self.domains[f"variables.{name}"] = self.domain(expression)
            types[f"variables.{name}"] = expression.tree.result if expression else DYN
        return _Holder(value, pointer, types), variables

    def _needed(self, holder: _Holder, key: str, expected: CelType | None = None) -> Expression | None:
        return self.optional(holder.value, key, f"{holder.pointer}/{key}", holder.types, expected)

    def _once(self, where: str, what: str, names: Sequence[str]) -> None:
        for index, name in enumerate(names):
            if name in names[:index]:
                self.report(f'there are two {what}s called "{name}"', self.at(f"/spec/{where}/{index}/id"))
