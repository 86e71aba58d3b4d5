"""Scores and circumstances in, an answer with its reasons out."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concertino.documents import read_documents
from concertino.matrix.answering import answer
from concertino.matrix.model import Answer, Inputs, Model, Scalar, State, Unanswered
from concertino.model.limits import Limits

Document = dict[str, Any]
CASE = Path(__file__).parents[1] / "schemas/positive/DecisionModel"
WHOLE = CASE / "operate-orchestrate-or-federate-with-twenty-examples.yaml"
NAMES = ("orchestrate", "federate", "operate")


def examples() -> list[Any]:
    document: Any = read_documents(WHOLE.name, WHOLE.read_bytes(), Limits()).documents[0].value
    return [pytest.param(position, id=item["title"]) for position, item in enumerate(document["spec"]["examples"])]


@pytest.mark.parametrize("position", examples())
def test_a_worked_example_comes_to_its_index_answer_and_guards(whole: Model, position: int) -> None:
    example = whole.examples[position]

    found = answer(whole, example.inputs)

    assert isinstance(found, Answer)
    assert (found.index, found.answer, found.deciding) == (example.index, example.answer, example.guards or ())


def reference(scores: Mapping[str, int], known: Mapping[str, Scalar]) -> tuple[int, str]:
    """The same model once more, by hand: what its document says, in Python."""
    d, c, r = scores["differentiation"], scores["commonality"], scores["reuse"]
    v, e, k = scores["demand"], scores["economics"], scores["risk"]
    plane, maturity, evidence = known["plane"], known["maturity"], known["evidence"]
    specialised, small = known["specialised"], known["small"]
    assert isinstance(maturity, int)
    leaning = 2 - max(0, k - 3) if maturity >= 4 and not specialised else 2
    index = 30 * (d - 1) + 20 * (5 - c) + 20 * (5 - r) + 10 * (v - 1) + 10 * (5 - e) + 10 * leaning
    band = 0 if index < 155 else 1 if index < 245 else 2
    floors = [0, *([1] if (k >= 4 and maturity <= 2) or c == 1 or plane == "edge" else [])]
    if specialised and k >= 4:
        floors.append(2 if maturity <= 3 and plane != "foundation" else 1)
    caps = [2, *([1] if plane == "foundation" or small or evidence == "pending" else [])]
    caps += [0] if evidence == "none" else []
    floor, cap = max(floors), min(caps)
    return index, NAMES[max(floor, min(cap, band))]


INPUTS = st.builds(
    Inputs,
    st.fixed_dictionaries(
        {name: st.integers(1, 5) for name in ("differentiation", "commonality", "reuse", "demand", "economics", "risk")}
    ),
    st.fixed_dictionaries(
        {
            "plane": st.sampled_from(["foundation", "workflow", "edge"]),
            "maturity": st.integers(1, 5),
            "specialised": st.booleans(),
            "small": st.booleans(),
            "evidence": st.sampled_from(["none", "pending", "measured"]),
        }
    ),
)


def test_the_compiled_model_says_what_its_document_says_by_hand(whole: Model) -> None:
    @given(INPUTS)
    @settings(max_examples=300, deadline=None)
    def check(inputs: Inputs) -> None:
        found = answer(whole, inputs)

        assert isinstance(found, Answer)
        assert (found.index, found.answer) == reference(inputs.scores, inputs.circumstances)
        assert found.index == sum(item.weight * item.points for item in found.contributions)
        assert found.line_distance == abs(found.index - 200)
        assert found.margin == min(abs(found.index - 155), abs(found.index - 245))

    check()


def test_without_the_guards_that_decided_the_answer_is_another(whole: Model) -> None:
    @given(INPUTS)
    @settings(max_examples=200, deadline=None)
    def check(inputs: Inputs) -> None:
        found = answer(whole, inputs)
        assert isinstance(found, Answer)
        if not found.deciding:
            assert found.answer == found.band
            return

        floors = [item for item in found.effects if item.state is not State.DECIDED and item.bound == "floor"]
        caps = [item for item in found.effects if item.state is not State.DECIDED and item.bound == "cap"]
        floor = max((NAMES.index(item.answer) for item in floors), default=0)
        cap = min((NAMES.index(item.answer) for item in caps), default=2)

        assert NAMES[max(floor, min(cap, NAMES.index(found.band)))] != found.answer

    check()


def test_a_guard_without_effect_could_as_well_be_left_out(whole: Model) -> None:
    @given(INPUTS)
    @settings(max_examples=300, deadline=None)
    def check(inputs: Inputs) -> None:
        found = answer(whole, inputs)
        assert isinstance(found, Answer)
        busy = [item for item in found.effects if item.state is not State.IDLE]

        floor = max((NAMES.index(item.answer) for item in busy if item.bound == "floor"), default=0)
        cap = min((NAMES.index(item.answer) for item in busy if item.bound == "cap"), default=2)

        assert NAMES[max(floor, min(cap, NAMES.index(found.band)))] == found.answer

    check()


def guard(name: str, bound: str, to: str) -> Document:
    effects = [{"bound": bound, "answer": to}]
    return {"id": name, "title": name, "when": "true", "effects": effects, "reason": "."}


STATES: dict[str, tuple[list[Document], int, str, list[tuple[str, str, tuple[str, ...]]]]] = {
    "a floor lifts the band": ([guard("f", "floor", "rent")], 1, "rent", [("f", "decided", ())]),
    "a floor below the band changes nothing": ([guard("f", "floor", "rent")], 5, "build", [("f", "idle", ())]),
    "a cap lowers the band": ([guard("c", "cap", "rent")], 5, "rent", [("c", "decided", ())]),
    "a cap above the band changes nothing": ([guard("c", "cap", "rent")], 1, "buy", [("c", "idle", ())]),
    "a floor overrules the cap below it": (
        [guard("c", "cap", "buy"), guard("f", "floor", "rent")],
        5,
        "rent",
        [("c", "overruled", ("f",)), ("f", "decided", ())],
    ),
    "of two floors the higher decides": (
        [guard("low", "floor", "rent"), guard("high", "floor", "build")],
        1,
        "build",
        [("low", "idle", ()), ("high", "decided", ())],
    ),
    "of two caps the lower decides": (
        [guard("high", "cap", "rent"), guard("low", "cap", "buy")],
        5,
        "buy",
        [("high", "idle", ()), ("low", "decided", ())],
    ),
    "two floors of one height decide together, and each overruled cap names both": (
        [guard("one", "floor", "rent"), guard("c", "cap", "buy"), guard("two", "floor", "rent")],
        1,
        "rent",
        [("one", "decided", ()), ("c", "overruled", ("one", "two")), ("two", "decided", ())],
    ),
    "a cap that the lifted answer meets changes nothing beside the floor": (
        [guard("low", "cap", "buy"), guard("high", "cap", "rent"), guard("f", "floor", "rent")],
        5,
        "rent",
        [("low", "overruled", ("f",)), ("high", "idle", ()), ("f", "decided", ())],
    ),
    "a floor that the cap stops short of lifting from decides, though the band lies above it": (
        [guard("f", "floor", "rent"), guard("c", "cap", "buy")],
        5,
        "rent",
        [("f", "decided", ()), ("c", "overruled", ("f",))],
    ),
}


@pytest.mark.parametrize(("guards", "worth", "expected", "states"), STATES.values(), ids=STATES)
def test_what_became_of_each_guard_is_told(
    model_of: Callable[[Document], Model],
    small: Document,
    guards: list[Document],
    worth: int,
    expected: str,
    states: list[tuple[str, str, tuple[str, ...]]],
) -> None:
    small["spec"] |= {"guards": guards, "overlaps": [], "examples": small["spec"]["examples"][:1]}
    small["spec"]["examples"][0].pop("guards")

    found = answer(model_of(small), Inputs({"worth": worth, "market": 3}, {"customers": 10, "state": "new"}))

    assert isinstance(found, Answer)
    assert found.answer == expected
    assert [(item.guard, item.state, item.overruled_by) for item in found.effects] == states


@pytest.mark.parametrize(("lower", "expected"), [(240, "rent"), (241, "buy")])
def test_a_band_begins_with_its_lowest_index(
    model_of: Callable[[Document], Model], small: Document, lower: int, expected: str
) -> None:
    small["spec"]["answers"][1]["from"] = lower

    found = answer(model_of(small), Inputs({"worth": 5, "market": 5}, {"customers": 10, "state": "new"}))

    assert isinstance(found, Answer)
    assert (found.index, found.band, found.margin) == (240, expected, abs(240 - lower))


def test_the_line_is_the_middle_between_the_first_edge_and_the_last(
    model_of: Callable[[Document], Model], small: Document
) -> None:
    small["spec"]["answers"][2]["from"] = 275

    found = answer(model_of(small), Inputs({"worth": 3, "market": 3}, {"customers": 10, "state": "new"}))

    assert isinstance(found, Answer)
    assert (found.index, found.margin, found.line_distance) == (200, 75, Fraction(15, 2))


UNANSWERED: dict[str, tuple[dict[str, int], dict[str, Scalar], str]] = {
    "a missing score": ({"worth": 3}, {"customers": 10, "state": "new"}, "nothing is said about market"),
    "a missing circumstance": ({"worth": 3, "market": 3}, {"state": "new"}, "nothing is said about customers"),
    "a score that is none": (
        {"worth": 6, "market": 3},
        {"customers": 10, "state": "new"},
        "worth is 6, and can only be one of 1, 2, 3, 4, 5",
    ),
    "a yes where a number belongs": (
        {"worth": True, "market": 3},
        {"customers": 10, "state": "new"},
        "worth is true, and can only be one of 1, 2, 3, 4, 5",
    ),
    "a number out of its range": (
        {"worth": 3, "market": 3},
        {"customers": 101, "state": "new"},
        "customers is 101, and can only be one of 0 … 100",
    ),
    "a word that is none": (
        {"worth": 3, "market": 3},
        {"customers": 1, "state": "odd"},
        "state is odd, and can only be one of new, old, gone",
    ),
}


@pytest.mark.parametrize(("scores", "known", "message"), UNANSWERED.values(), ids=UNANSWERED)
def test_inputs_that_the_model_does_not_know_have_no_answer_and_it_says_why(
    model_of: Callable[[Document], Model],
    small: Document,
    scores: dict[str, int],
    known: dict[str, Scalar],
    message: str,
) -> None:
    found = answer(model_of(small), Inputs(scores, known))

    assert isinstance(found, Unanswered)
    assert found.message == message


@pytest.mark.parametrize(
    ("points", "message"),
    [
        pytest.param("4 / (market - 3)", "divide", id="an expression without a value"),
        pytest.param("market + 2", '"market" gives 5 points, and not a whole number from 0 to 4', id="too many points"),
        pytest.param("market - 4", '"market" gives -1 points', id="fewer points than none"),
    ],
)
def test_points_that_cannot_be_counted_are_no_answer_and_point_into_the_model(
    model_of: Callable[[Document], Model], small: Document, points: str, message: str
) -> None:
    small["spec"]["factors"][1]["points"] = points
    model = model_of(small)

    found = answer(model, Inputs({"worth": 3, "market": 3}, {"customers": 10, "state": "new"}))

    assert isinstance(found, Unanswered)
    assert message in found.message
    assert found.place.pointer == "/spec/factors/1/points"
