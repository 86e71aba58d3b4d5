"""A model's document is read whole: every fault is told at its place, and a sound one becomes a model."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from concertino.matrix.model import Direction, Model
from concertino.matrix.verifying import verify
from concertino.model.problem import Problem
from concertino.revision.shipped import shipped_files

Document = dict[str, Any]
Compile = Callable[[str | Document], Model | tuple[Problem, ...]]

FAULTS: dict[str, tuple[str, str, str, str, str]] = {
    "bands that do not rise": (
        "from: 245",
        "from: 150",
        'the band of "operate" begins at 150, below that of "federate" at 155: from there on an index would be in both',
        "more than 155: bands rise in the order of the answers",
        "150",
    ),
    "two bands that begin together": (
        "from: 245",
        "from: 155",
        'the bands of "federate" and "operate" both begin at 155, so an index would be in both, such as 160 of',
        "more than 155",
        "155",
    ),
    "a gap at the bottom": (
        "{id: orchestrate, title: The group runs one shared service}",
        "{id: orchestrate, from: 20, title: The group runs one shared service}",
        '"orchestrate" is the first answer, and below its 20 there would be none, such as ',
        "no `from` on the first answer: its band begins at the bottom",
        "20",
    ),
    "a gap between bands": (
        'on common interfaces", from: 245}',
        'on common interfaces"}',
        '"operate" has no `from`: no index leads to it, so there is a gap between the bands',
        "the lowest index that leads to it, as `from`",
        "{id: operate",
    ),
    "weights that are not a hundred": (
        "direction: last\n      weight: 30",
        "direction: last\n      weight: 40",
        "the weights add up to 110: 40 + 20 + 20 + 10 + 10 + 10",
        "100",
        "- id: differentiation",
    ),
    "a misspelt factor in a guard": (
        "when: commonality == 1",
        "when: comonality == 1",
        "comonality",
        "",
        "comonality",
    ),
    "a word that a circumstance never is": (
        'plane == "edge"',
        'plane == "egde"',
        '"plane" is never "egde"',
        "one of foundation, workflow, edge",
        '"egde"',
    ),
    "a word in a list that a circumstance never is": (
        'when: evidence == "pending"',
        'when: evidence in ["pending", "promised"]',
        '"evidence" is never "promised"',
        "one of none, pending, measured",
        '"promised"',
    ),
    "a condition that is none": (
        "when: small",
        "when: maturity",
        "a condition is needed here, and this gives int",
        "an expression of type bool",
        "maturity",
    ),
    "points that are no number": (
        '? 2 - math.greatest(0, risk - 3) : 2"',
        "? 'two' : 'two'\"",
        "int is needed here, and this gives string",
        "an expression of type int",
        "maturity",
    ),
    "an effect on an unknown answer": (
        "{bound: cap, answer: orchestrate}",
        "{bound: cap, answer: orchestrat}",
        '"orchestrat" is no answer of this model',
        "one of orchestrate, federate, operate",
        "orchestrat",
    ),
    "an overlap of an unknown guard": (
        "{floor: specialised-requirement, cap: too-small-to-duplicate}",
        "{floor: specialised-requirements, cap: too-small-to-duplicate}",
        '"specialised-requirements" is no guard of this model',
        "one of immature-platform-in-a-regulated-cell, specialised-requirement, frequent-critical-exceptions,",
        "specialised-requirements",
    ),
    "an overlap whose floor is a cap": (
        "{floor: specialised-requirement, cap: too-small-to-duplicate}",
        "{floor: foundation-is-shared, cap: too-small-to-duplicate}",
        '"foundation-is-shared" sets no floor',
        "a guard with a floor",
        "foundation-is-shared",
    ),
    "an overlap that is declared twice": (
        "  overlaps:\n",
        "  overlaps:\n    - {floor: specialised-requirement, cap: too-small-to-duplicate}\n",
        'there are two overlaps of "specialised-requirement over too-small-to-duplicate"',
        "",
        "{floor: specialised-requirement",
    ),
    "two guards of one name": (
        "id: foundation-is-shared",
        "id: too-small-to-duplicate",
        'there are two guards "too-small-to-duplicate"',
        "",
        "too-small-to-duplicate",
    ),
    "a circumstance called like a factor": (
        "id: small",
        "id: risk",
        'there are two factors or circumstances "risk"',
        "",
        "risk",
    ),
    "a circumstance with a name that is taken": (
        "id: maturity",
        "id: params",
        '"params" means something else in expressions',
        "another name",
        "params",
    ),
    "a rubric with a hole": (
        "- {score: 3, means: A third of them.}",
        "- {score: 2, means: A third of them.}",
        'the rubric of "reuse" does not say what 3 means',
        "at least 1, 3 and 5, so that two people score alike",
        "- {score: 1",
    ),
    "a score that a rubric explains twice": (
        "- {score: 3, means: A third of them.}",
        "- {score: 3, means: A third of them.}\n        - {score: 3, means: Half of them.}",
        'there are two meanings of the score "3"',
        "",
        "{score: 3",
    ),
    "a usual value that is none": (
        "usual: workflow",
        "usual: workflows",
        '"plane" is never workflows',
        "one of foundation, workflow, edge",
        "workflows",
    ),
    "an empty range": (
        "minimum: 1\n      maximum: 5",
        "minimum: 6\n      maximum: 5",
        'no number is a value of "maturity"',
        "a minimum not above the maximum",
        "6",
    ),
    "a range that nobody could try": (
        "minimum: 1\n      maximum: 5",
        "minimum: -9223372036854775808\n      maximum: 9223372036854775807",
        '"maturity" can have 18446744073709551616 values, too many to prove anything for all of them',
        "at most 1001; let its expression put them into a few grades",
        "9223372036854775807",
    ),
    "an example without a score": (
        "{differentiation: 2, commonality: 5, reuse: 5, demand: 2, economics: 4, risk: 3}",
        "{differentiation: 2, commonality: 5, reuse: 5, demand: 2, economics: 4}",
        "the example has no score for risk",
        "all factors",
        "{differentiation: 2",
    ),
    "an example with a factor that is none": (
        "{differentiation: 2, commonality: 5, reuse: 5, demand: 2, economics: 4, risk: 3}",
        "{differentiation: 2, commonality: 5, reuse: 5, demand: 2, economics: 4, risk: 3, risks: 3}",
        '"risks" is no factor of this model',
        "one of differentiation, commonality, reuse, demand, economics, risk",
        "3",
    ),
    "an example without a circumstance that has no usual value": (
        "      circumstances: {evidence: pending}\n      index: 70",
        "      index: 70",
        'the example does not say what "evidence" is',
        "a value under circumstances, or a usual one for evidence",
        'title: "Orders, shared',
    ),
    "an example with a value that is none": (
        "circumstances: {plane: foundation, maturity: 5, evidence: none}",
        "circumstances: {plane: foundation, maturity: 6, evidence: none}",
        '"maturity" is never 6',
        "one of 1, 2, 3, 4, 5",
        "6",
    ),
    "a movement of what is no input": (
        "{input: risk, leads: first",
        "{input: risc, leads: first",
        '"risc" is no factor or circumstance of this model',
        "one of differentiation, commonality, reuse, demand, economics, risk, plane, maturity, specialised, small,",
        "risc",
    ),
    "a movement whose condition moves too": (
        'leads: first, when: "maturity >= params.matureFrom && !specialised"',
        'leads: first, when: "risk > 1 && !specialised"',
        'the condition reads "risk", which rises meanwhile',
        "a condition on the inputs that stay as they are",
        '"risk > 1',
    ),
    "most without points": (
        "title: Demand independence\n",
        "title: Demand independence\n      most: 3\n",
        "`most` says how many points an expression gives at most, and there is none",
        "`points` too, or no `most`",
        "3",
    ),
    "a perspective that is none": (
        "title: Demand independence\n",
        "title: Demand independence\n      perspectives: [brand, finances]\n",
        '"finances" is no perspective of this model',
        "one of brand, platform, finance, risk",
        "finances",
    ),
}


@pytest.mark.parametrize(("sound", "faulty", "message", "expected", "marked"), FAULTS.values(), ids=FAULTS)
def test_a_faulty_document_is_no_model_and_the_fault_is_told_at_its_place(
    compile_text: Compile, whole_text: str, sound: str, faulty: str, message: str, expected: str, marked: str
) -> None:
    assert sound in whole_text
    text = whole_text.replace(sound, faulty, 1)

    found = compile_text(text)

    assert isinstance(found, tuple)
    (problem, *_) = [item for item in found if message in item.message]
    assert problem.expected.startswith(expected)
    assert text.splitlines()[problem.place.line - 1][problem.place.column - 1 :].startswith(marked)
    assert (problem.check, problem.subject) == ("decision-model", "tried")


def test_bands_that_do_not_rise_are_shown_on_a_combination(compile_text: Compile, whole_text: str) -> None:
    found = compile_text(whole_text.replace("from: 245", "from: 150"))

    assert isinstance(found, tuple)
    (problem,) = found
    assert re.search("such as 160 of differentiation 1, commonality 3, .*, evidence none$", problem.message)


@pytest.mark.parametrize(
    ("sound", "faulty", "meant"),
    [
        pytest.param("answer: orchestrate}]", "answer: orchestrat}]", "orchestrate", id="an answer"),
        pytest.param('plane == "edge"', 'plane == "egde"', '"edge"', id="a word"),
        pytest.param("{input: risk, leads: first", "{input: risc, leads: first", "risk", id="an input"),
        pytest.param("when: commonality == 1", "when: comonality == 1", "commonality", id="a name in an expression"),
    ],
)
def test_a_near_miss_is_told_with_what_was_probably_meant(
    compile_text: Compile, whole_text: str, sound: str, faulty: str, meant: str
) -> None:
    found = compile_text(whole_text.replace(sound, faulty, 1))

    assert isinstance(found, tuple)
    assert meant in [problem.suggestion for problem in found]


def test_one_fault_does_not_hide_another(compile_text: Compile, small: Document) -> None:
    small["spec"]["factors"][0]["weight"] = 70
    small["spec"]["guards"][0]["when"] = "costumers < 3"
    small["spec"]["guards"][1]["effects"][0]["answer"] = "lease"

    found = compile_text(small)

    assert isinstance(found, tuple)
    assert [problem.place.pointer for problem in found] == [
        "/spec/factors",
        "/spec/guards/0/when",
        "/spec/guards/1/effects/0/answer",
    ]


def test_another_company_writes_another_model_and_no_python(
    whole: Model, model_of: Callable[[Document], Model]
) -> None:
    schema = json.loads(shipped_files()["schemas/DecisionModel.schema.json"])

    model = model_of(schema["examples"][0])

    assert [item.id for item in model.answers] == ["buy", "build"]
    assert (model.edges, str(model.line)) == ((225,), "225")
    assert verify(model).problems == ()
    assert model.factor("market") is not None
    assert model.factor("market") != whole.factor("reuse")


def test_the_digest_changes_with_what_decides_and_with_nothing_else(
    model_of: Callable[[Document], Model], small: Document
) -> None:
    before = model_of(small).digest
    small["metadata"]["title"] = "Another title"
    same = model_of(small).digest
    small["spec"]["parameters"]["few"] = 2
    other = model_of(small).digest

    assert before == same != other


def test_a_model_knows_its_parts_by_name(whole: Model) -> None:
    risk, plane = whole.factor("risk"), whole.circumstance("plane")

    assert risk is not None
    assert (risk.direction, risk.most, risk.rubric[1]) == (Direction.VARIES, 2, "Public data.")
    assert plane is not None
    assert (plane.values, plane.usual) == (("foundation", "workflow", "edge"), "workflow")
    assert whole.guard("too-small-to-duplicate") is not None
    assert (whole.guard("plane"), whole.factor("plane"), whole.circumstance("risk")) == (None, None, None)
