"""What expressions see of the matrix: the type of `entity.matrix`, made from the model's document.

Even a model whose expressions are broken names its answers and factors, so that policies which read them still compile.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from concertino.kinds import Kinds
from concertino.matrix.reading import items, number, text, words
from concertino.model.json import JsonObject
from concertino.model.shape import Field, ListOf, Primitive, Shape, ShapeName, Vocabulary

FIELD = "matrix"
"""The field of an entity under which the model's answer stands. No document holds it."""
READINGS = ("decided", "actual")
_TYPES = {"boolean": Primitive.BOOL, "integer": Primitive.INT, "word": Primitive.STRING}


def target_of(spec: JsonObject) -> str:
    """The kind whose entities get an answer."""
    return text(spec, "target") or "Cell"


def with_matrix(kinds: Kinds, spec: JsonObject | None) -> Kinds:
    """The kinds with the field `matrix` added to the one that the model with this `spec` is about.

    Without a `spec` there is a model that can't be read: then the field may hold anything, so that policies which read
    it are not blamed.
    """
    target = target_of(spec or {})
    shape = kinds.vocabulary.shapes.get(target)
    if shape is None or FIELD in shape.fields:
        return kinds
    if spec is None:
        anything = Shape(target, {**shape.fields, FIELD: Field(Primitive.DYN, required=True, computed=True)})
        return replace(kinds, vocabulary=Vocabulary({**kinds.vocabulary.shapes, target: anything}))
    own = Field(
        ShapeName(f"{target}.{FIELD}"), required=True, description="What the decision model says.", computed=True
    )
    shapes = {item.name: item for item in _shapes(f"{target}.{FIELD}", spec)}
    described = Shape(target, {**shape.fields, FIELD: own})
    return replace(kinds, vocabulary=Vocabulary({**kinds.vocabulary.shapes, target: described, **shapes}))


def _shapes(name: str, spec: JsonObject) -> Iterator[Shape]:
    answers, factors, guards, levels, perspectives, circumstances = (
        tuple(text(item, "id") for item in items(spec, key))
        for key in ("answers", "factors", "guards", "resolution", "perspectives", "circumstances")
    )
    answer = Field(Primitive.STRING, values=answers)
    of_factors = Field(ListOf(Primitive.STRING), required=True, values=factors)
    fields: Mapping[str, Field] = {
        "recommendation": replace(answer, description="The answer; left out if a score is missing."),
        "band": replace(answer, description="The answer that the index alone would lead to."),
        "index": Field(Primitive.INT, minimum=0.0, maximum=400.0, description="The sum of weight times points."),
        "margin": Field(Primitive.INT, description="The distance of the index to the nearest edge of a band."),
        "boundaryDistance": Field(Primitive.DOUBLE, description="Its distance to the middle between the outer edges."),
        "guards": Field(ListOf(Primitive.STRING), required=True, values=guards, description="The guards that decided."),
        "overruled": Field(ListOf(Primitive.STRING), required=True, values=guards, description="Those overruled."),
        "contested": Field(
            Primitive.BOOL, required=True, description="Whether perspectives lead to different answers."
        ),
        "perspectives": Field(
            ListOf(Primitive.STRING), required=True, values=perspectives, description="Those that gave a score."
        ),
        "alone": Field(ShapeName(f"{name}.alone"), required=True, description="The answer of each of them alone."),
        "missing": replace(of_factors, description="The factors without a score, at whatever level."),
        "own": replace(of_factors, description="The factors whose scores were given for the entity itself."),
        "scores": Field(ShapeName(f"{name}.scores"), required=True, description="The effective score of each factor."),
        "levels": Field(ShapeName(f"{name}.levels"), required=True, description="The level that gave each score."),
        "circumstances": Field(
            ShapeName(f"{name}.circumstances"), required=True, description="The value of each circumstance."
        ),
        "undetermined": Field(Primitive.BOOL, required=True, description="Whether a circumstance is not known yet."),
        "unknown": Field(
            ListOf(Primitive.STRING),
            required=True,
            values=circumstances,
            description="The circumstances not known yet.",
        ),
        "ifKnown": replace(answer, description="The answer with what the model assumes for those."),
        **{key: replace(answer, description=f"The answer that is {key}, if there is one.") for key in READINGS},
    }
    yield Shape(name, fields)
    yield Shape(f"{name}.alone", dict.fromkeys(perspectives, answer))
    yield Shape(f"{name}.scores", dict.fromkeys(factors, Field(Primitive.INT, minimum=1.0, maximum=5.0)))
    yield Shape(f"{name}.levels", dict.fromkeys(factors, Field(Primitive.STRING, values=levels)))
    yield Shape(f"{name}.circumstances", {text(item, "id"): _field(item) for item in items(spec, "circumstances")})


def _field(item: JsonObject) -> Field:
    low, high = number(item, "minimum"), number(item, "maximum")
    return Field(
        _TYPES.get(text(item, "type"), Primitive.DYN),
        required=True,
        values=words(item, "values"),
        minimum=None if low is None else float(low),
        maximum=None if high is None else float(high),
        description=text(item, "title"),
    )


FIELDS: tuple[str, ...] = tuple(next(_shapes("", {})).fields)
"""The names of all fields below `matrix`."""
