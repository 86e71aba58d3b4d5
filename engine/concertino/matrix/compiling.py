"""A model's document to a model: every name resolved, every expression over factors and circumstances checked.

What could leave a combination without an answer, or with two, is refused here; what takes a look at all combinations is
for verification.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from concertino.expressions import BOOL, INT, STRING, CelType, Scope
from concertino.matrix.bands import faulty_bands
from concertino.matrix.checking import Checker
from concertino.matrix.examples import read_examples
from concertino.matrix.model import (
    MOST_POINTS,
    Bound,
    Choice,
    Circumstance,
    Direction,
    Effect,
    Factor,
    Guard,
    Model,
    ModelSource,
    Movement,
    Overlap,
    Scalar,
)
from concertino.matrix.reading import items, mapping, number, text, words
from concertino.model.json import JsonObject
from concertino.model.problem import Problem
from concertino.policies.parameters import parameter_type

WHOLE = 100
"""What the weights of all factors add up to."""
MOST_VALUES = 1_001
"""Values that one circumstance may have: enough for per cent and per mille, and few enough to try them all."""
_TAKEN = frozenset({"params", "entity", "item", "variables", "aggregates", "history", "asOf"})
_MARKS = (1, 3, 5)
"""The scores that a rubric explains at least."""


def compile_model(source: ModelSource, scope: Scope) -> Model | tuple[Problem, ...]:
    """The model of a document, or everything that is wrong with it. `scope` is one without variables."""
    compiler = _Compiler(source, scope)
    model = compiler.model()
    if not compiler.problems:
        compiler.problems.extend(faulty_bands(model))
    return tuple(compiler.problems) or model


class _Compiler(Checker):
    def model(self) -> Model:
        spec = self.source.spec
        answers = self._answers()
        circumstances = self._circumstances()
        names = [text(item, "id") for item in items(spec, "factors")]
        parameters = mapping(spec, "parameters")
        self.words = {item.id: item.values for item in circumstances if isinstance(item.values[0], str)}
        self.types = (
            dict.fromkeys(names, INT)
            | {item.id: _type_of(item) for item in circumstances}
            | {f"params.{name}": parameter_type(value) for name, value in parameters.items()}
        )
        factors = self._factors()
        self._names_differ(names, circumstances)
        guards = self._guards([item.id for item in answers])
        return Model(
            id=self.source.id,
            title=text(mapping(self.source.value, "metadata"), "title") or self.source.id,
            version=text(spec, "version"),
            target=text(spec, "target") or "Cell",
            answers=answers,
            factors=factors,
            circumstances=circumstances,
            guards=guards,
            overlaps=self._overlaps(guards),
            movements=self._movements(),
            examples=read_examples(self, factors, circumstances, answers, guards),
            parameters=parameters,
            digest=_digest(self.source),
            source=self.source,
        )

    def _answers(self) -> tuple[Choice, ...]:
        found: list[Choice] = []
        for index, item in enumerate(items(self.source.spec, "answers")):
            pointer = f"/spec/answers/{index}"
            name, lower = text(item, "id"), number(item, "from")
            self.only_once("answers", name, [choice.id for choice in found], f"{pointer}/id")
            found.append(Choice(name, text(item, "title") or name, lower, pointer))
        return tuple(found)

    def _circumstances(self) -> tuple[Circumstance, ...]:
        return tuple(
            self._circumstance(item, f"/spec/circumstances/{index}")
            for index, item in enumerate(items(self.source.spec, "circumstances"))
        )

    def _circumstance(self, item: JsonObject, pointer: str) -> Circumstance:
        name, values = text(item, "id"), self._values(item, pointer)
        usual = item.get("usual")
        if usual is not None:
            self.in_domain(name, usual, values, f"{pointer}/usual")
        return Circumstance(
            id=name,
            title=text(item, "title"),
            description=text(item, "description"),
            direction=Direction(text(item, "direction")),
            values=values,
            usual=usual if isinstance(usual, (bool, int, str)) else None,
            expression=text(item, "expression"),
            pointer=pointer,
        )

    def _values(self, item: JsonObject, pointer: str) -> Sequence[Scalar]:
        kind, name = text(item, "type"), text(item, "id")
        if kind != "integer":
            return (False, True) if kind == "boolean" else words(item, "values")
        least, most = number(item, "minimum") or 0, number(item, "maximum") or 0
        if least > most:
            self.report(f'no number is a value of "{name}"', f"{pointer}/minimum", "a minimum not above the maximum")
        if most - least >= MOST_VALUES:
            message = f'"{name}" can have {most - least + 1} values, too many to prove anything for all of them'
            expected = f"at most {MOST_VALUES}; let its expression put them into a few grades"
            self.report(message, f"{pointer}/maximum", expected)
        return range(least, max(least, min(most, least + MOST_VALUES - 1)) + 1)

    def _factors(self) -> tuple[Factor, ...]:
        found = tuple(
            self._factor(item, f"/spec/factors/{index}")
            for index, item in enumerate(items(self.source.spec, "factors"))
        )
        total = sum(item.weight for item in found)
        if total != WHOLE:
            sums = " + ".join(str(item.weight) for item in found)
            self.report(f"the weights add up to {total}: {sums}", "/spec/factors", expected=f"{WHOLE}")
        return found

    def _factor(self, item: JsonObject, pointer: str) -> Factor:
        self._rubric(item, pointer)
        known = [text(one, "id") for one in items(self.source.spec, "perspectives")]
        for index, name in enumerate(words(item, "perspectives")):
            self.known("perspective", name, known, f"{pointer}/perspectives/{index}")
        if "most" in item and "points" not in item:
            message = "`most` says how many points an expression gives at most, and there is none"
            self.report(message, f"{pointer}/most", expected="`points` too, or no `most`")
        return Factor(
            id=text(item, "id"),
            title=text(item, "title"),
            question=text(item, "question"),
            direction=Direction(text(item, "direction")),
            weight=number(item, "weight") or 0,
            required=item.get("required") is True,
            rubric={number(one, "score") or 0: text(one, "means") for one in items(item, "rubric")},
            points=self.expression(item, "points", pointer, INT),
            most=number(item, "most") or MOST_POINTS,
            perspectives=words(item, "perspectives"),
            pointer=pointer,
        )

    def _rubric(self, item: JsonObject, pointer: str) -> None:
        scores = [number(one, "score") or 0 for one in items(item, "rubric")]
        for index, score in enumerate(scores):
            self.only_once("meanings of the score", str(score), map(str, scores[:index]), f"{pointer}/rubric/{index}")
        missing = [str(score) for score in _MARKS if score not in scores]
        if missing:
            message = f'the rubric of "{text(item, "id")}" does not say what {" and ".join(missing)} means'
            self.report(message, f"{pointer}/rubric", expected="at least 1, 3 and 5, so that two people score alike")

    def _names_differ(self, factors: list[str], circumstances: Iterable[Circumstance]) -> None:
        places = [f"/spec/factors/{index}/id" for index in range(len(factors))]
        names = list(factors)
        for item in circumstances:
            names.append(item.id)
            places.append(f"{item.pointer}/id")
        for index, (name, pointer) in enumerate(zip(names, places, strict=True)):
            self.only_once("factors or circumstances", name, names[:index], pointer)
            if name in _TAKEN:
                self.report(f'"{name}" means something else in expressions', pointer, expected="another name")

    def _guards(self, answers: list[str]) -> tuple[Guard, ...]:
        found: list[Guard] = []
        for index, item in enumerate(items(self.source.spec, "guards")):
            pointer = f"/spec/guards/{index}"
            name = text(item, "id")
            self.only_once("guards", name, [guard.id for guard in found], f"{pointer}/id")
            when = self.expression(item, "when", pointer, BOOL)
            effects = tuple(
                self._effect(effect, f"{pointer}/effects/{number_}", answers)
                for number_, effect in enumerate(items(item, "effects"))
            )
            if when is not None:
                found.append(
                    Guard(name, text(item, "title"), when, effects, text(item, "reason"), text(item, "policy"), pointer)
                )
        return tuple(found)

    def _effect(self, item: JsonObject, pointer: str, answers: list[str]) -> Effect:
        name = text(item, "answer")
        known = self.known("answer", name, answers, f"{pointer}/answer")
        position = answers.index(name) if known else 0
        return Effect(Bound(text(item, "bound")), position, self.expression(item, "when", pointer, BOOL), pointer)

    def _overlaps(self, guards: tuple[Guard, ...]) -> tuple[Overlap, ...]:
        found: list[Overlap] = []
        names = [text(item, "id") for item in items(self.source.spec, "guards")]
        for index, item in enumerate(items(self.source.spec, "overlaps")):
            pointer = f"/spec/overlaps/{index}"
            overlap = Overlap(text(item, "floor"), text(item, "cap"), text(item, "reason"), pointer)
            pairs = [f"{one.floor} over {one.cap}" for one in found]
            self.only_once("overlaps of", f"{overlap.floor} over {overlap.cap}", pairs, pointer)
            for bound, name in ((Bound.FLOOR, overlap.floor), (Bound.CAP, overlap.cap)):
                guard = next((one for one in guards if one.id == name), None)
                if not self.known("guard", name, names, f"{pointer}/{bound}") or guard is None:
                    continue
                if all(effect.bound is not bound for effect in guard.effects):
                    self.report(f'"{name}" sets no {bound}', f"{pointer}/{bound}", expected=f"a guard with a {bound}")
            found.append(overlap)
        return tuple(found)

    def _movements(self) -> tuple[Movement, ...]:
        return tuple(
            self._movement(item, f"/spec/movements/{index}")
            for index, item in enumerate(items(self.source.spec, "movements"))
        )

    def _movement(self, item: JsonObject, pointer: str) -> Movement:
        name, leads = text(item, "input"), text(item, "leads")
        inputs = [known for known in self.types if not known.startswith("params.")]
        self.known("factor or circumstance", name, inputs, f"{pointer}/input")
        when = self.expression(item, "when", pointer, BOOL)
        if when is not None and name in self.read_by(when):
            message = f'the condition reads "{name}", which rises meanwhile'
            self.report(message, f"{pointer}/when", expected="a condition on the inputs that stay as they are")
        return Movement(name, None if leads == "nowhere" else Direction(leads), when, pointer)


def _type_of(item: Circumstance) -> CelType:
    match item.values[0]:
        case bool():
            return BOOL
        case int():
            return INT
    return STRING


def _digest(source: ModelSource) -> str:
    """SHA-256 over canonical JSON: sorted keys, no white space."""
    content: Mapping[str, object] = {"id": source.id, "spec": source.spec}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()
