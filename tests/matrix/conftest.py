"""Models to try: read from a document as a pack would hold it, gated by the schema, compiled."""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from concertino.catalogue import Catalogue
from concertino.documents import SchemaSet, positions, read_documents
from concertino.expressions import Environment
from concertino.matrix.compiling import compile_model
from concertino.matrix.model import Model, ModelSource
from concertino.model.limits import Limits
from concertino.model.problem import Problem
from concertino.model.shape import Vocabulary
from concertino.model.snapshot import Entry, EntryKind, Snapshot, Source, SourceKind
from concertino.policies import PolicyOrigin
from concertino.revision.shipped import shipped_files
from concertino.verdict import Rules, read_catalogue, read_rules

Document = dict[str, Any]
Compile = Callable[[str | Document], Model | tuple[Problem, ...]]
FILE = "policies/tried/decision-model.yaml"
CASE = Path(__file__).parents[1] / "schemas/positive/DecisionModel"


@pytest.fixture(scope="session")
def compile_text() -> Compile:
    """Compiles a document, given as text or as a value: the model, or what is wrong with it."""
    schemas = {
        path.removeprefix("schemas/"): data for path, data in shipped_files().items() if path.startswith("schemas/")
    }
    gate = SchemaSet.build(schemas)[0].gate("DecisionModel.schema.json")
    scope = Environment(Vocabulary({})).scope({})

    def call(document: str | Document) -> Model | tuple[Problem, ...]:
        data = (document if isinstance(document, str) else json.dumps(document, indent=1)).encode()
        read = read_documents(FILE, data, Limits())
        value, marks = read.documents[0].value, positions(FILE, data, 0, Limits())
        assert not read.problems
        assert isinstance(value, dict)
        assert gate.accepts(value), [problem.message for problem in gate.explain(value, marks)]
        source = ModelSource("tried", PolicyOrigin("tried", FILE, shipped=False), value, data, marks)
        return compile_model(source, scope)

    return call


@pytest.fixture(scope="session")
def model_of(compile_text: Compile) -> Callable[[str | Document], Model]:
    """Compiles a document that is sound."""

    def call(document: str | Document) -> Model:
        found = compile_text(document)
        assert isinstance(found, Model), [problem.message for problem in found]
        return found

    return call


@pytest.fixture(scope="session")
def whole_text() -> str:
    """A model with everything in it: six factors, five circumstances, eight guards, twenty examples."""
    return (CASE / "operate-orchestrate-or-federate-with-twenty-examples.yaml").read_text("utf-8")


@pytest.fixture(scope="session")
def whole(model_of: Callable[[str | Document], Model], whole_text: str) -> Model:
    """The same, compiled."""
    return model_of(whole_text)


_TWO_FACTORS: Document = {
    "apiVersion": "concertino/v1",
    "kind": "DecisionModel",
    "metadata": {"name": "tried", "title": "Tried"},
    "spec": {
        "version": "1.0",
        "parameters": {"few": 3},
        "answers": [{"id": "buy"}, {"id": "rent", "from": 110}, {"id": "build", "from": 270}],
        "factors": [
            {
                "id": name,
                "title": name,
                "question": "?",
                "direction": direction,
                "weight": weight,
                "rubric": [{"score": score, "means": "."} for score in (1, 3, 5)],
            }
            for name, direction, weight in (("worth", "last", 60), ("market", "first", 40))
        ],
        "circumstances": [
            {
                "id": "customers",
                "title": "Customers",
                "type": "integer",
                "minimum": 0,
                "maximum": 100,
                "direction": "last",
                "usual": 10,
                "expression": "1",
            },
            {
                "id": "state",
                "title": "State",
                "type": "word",
                "values": ["new", "old", "gone"],
                "direction": "last",
                "usual": "new",
                "expression": "'new'",
            },
        ],
        "aggregation": {"method": "median"},
        "resolution": [{"id": "always", "title": "always", "values": {"worth": "3", "market": "3"}}],
        "guards": [
            {
                "id": "too-few",
                "title": "Too few",
                "when": "customers <= params.few",
                "effects": [{"bound": "cap", "answer": "buy"}],
                "reason": ".",
            },
            {
                "id": "gone",
                "title": "Gone",
                "when": "state == 'gone' && worth >= 4",
                "effects": [{"bound": "floor", "answer": "rent"}],
                "reason": ".",
            },
        ],
        "overlaps": [{"floor": "gone", "cap": "too-few"}],
        "examples": [
            {"title": "Payroll", "scores": {"worth": 1, "market": 5}, "index": 0, "answer": "buy", "guards": []},
            {"title": "Tuner", "scores": {"worth": 5, "market": 2}, "index": 360, "answer": "build", "guards": []},
            {
                "title": "Tuner for two",
                "scores": {"worth": 5, "market": 2},
                "circumstances": {"customers": 2, "state": "gone"},
                "index": 360,
                "answer": "rent",
                "guards": ["gone"],
            },
        ],
    },
}


@pytest.fixture
def small() -> Document:
    """A document of two factors, two circumstances and two guards, to change at will."""
    return deepcopy(_TWO_FACTORS)


@pytest.fixture(scope="session")
def governed() -> Callable[..., tuple[Rules, Catalogue]]:
    """The rules and the catalogue in some files, given by path, beside a configuration."""

    known: dict[tuple[tuple[str, bytes], ...], Rules] = {}

    def call(files: Mapping[str, str], configuration: str = "") -> tuple[Rules, Catalogue]:
        head = f"apiVersion: concertino/v1\nkind: Configuration\n{configuration}"
        blobs = {path: text.encode() for path, text in {"concertino.yaml": head, **files}.items()}
        snapshot = Snapshot(
            source=Source(SourceKind.WORKING_TREE),
            entries={path: Entry(path, EntryKind.FILE) for path in sorted(blobs)},
            read=lambda paths: {path: blobs[path] for path in paths if path in blobs},
        )
        judging = tuple(sorted(item for item in blobs.items() if not item[0].startswith("catalogue/")))
        if judging not in known:
            known[judging] = read_rules(snapshot, shipped_files())
        return known[judging], read_catalogue(snapshot, known[judging])

    return call
