"""A model is proven for all combinations at once; whatever fails is named with a combination for which it does."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concertino.matrix.answering import answer
from concertino.matrix.claims import Verification
from concertino.matrix.model import SCORES, Answer, Direction, Inputs, Model, Scalar
from concertino.matrix.movements import look
from concertino.matrix.space import Space
from concertino.matrix.sums import Sums
from concertino.matrix.tables import tables_of
from concertino.matrix.verifying import verify
from concertino.model.problem import Problem

Document = dict[str, Any]
Compile = Callable[[str | Document], Model | tuple[Problem, ...]]
ModelOf = Callable[[str | Document], Model]


def test_the_whole_model_holds_for_all_its_combinations(whole: Model) -> None:
    found = verify(whole)

    assert found.problems == ()
    assert all(claim.holds for claim in found.claims)
    assert found.combinations == sum(found.answers.values()) == 2_812_500
    assert found.undirected == ()


def test_the_smallest_model_holds(model_of: ModelOf, small: Document) -> None:
    assert verify(model_of(small)).problems == ()


RISK_CENTRAL = ('points: "maturity >= params.matureFrom && !specialised ? 2 - math.greatest(0, risk - 3) : 2"',)
FAULTS: dict[str, tuple[str, str, str, str, str]] = {
    "a band edge that can be attained": (
        "from: 155",
        "from: 160",
        "bands",
        'the index 160 stands on the edge of "federate": differentiation',
        "from: 160",
    ),
    "a band that no index reaches": (
        "from: 245",
        "from: 395",
        "examples",
        "and not to operate",
        "answer: operate",
    ),
    "guards that contradict outside the declared overlaps": (
        "    - {floor: edge-belongs-to-the-brand, cap: special-without-a-reason}\n",
        "",
        "overlaps",
        '"edge-belongs-to-the-brand" sets the floor federate while "special-without-a-reason" sets the cap',
        "effects: [{bound: floor, answer: federate}]",
    ),
    "a declared overlap that never happens": (
        "  overlaps:\n",
        "  overlaps:\n    - {floor: edge-belongs-to-the-brand, cap: too-small-to-duplicate}\n",
        "overlaps",
        'the floor of "edge-belongs-to-the-brand" never lies above the cap of "too-small-to-duplicate"',
        "{floor: edge-belongs-to-the-brand, cap: too-small-to-duplicate}",
    ),
    "a factor with the wrong sign, which its guard gives away": (
        "question: How much rework does standardizing cause?\n      direction: first",
        "question: How much rework does standardizing cause?\n      direction: last",
        "directions",
        "commonality rises from 1 to 2 and the answer goes from federate to orchestrate:",
        "direction: last",
    ),
    "a factor with the wrong sign in its points": (
        "title: Demand independence\n",
        "title: Demand independence\n      points: 5 - demand\n",
        "directions",
        "demand rises from 1 to 2 and the answer goes from",
        "direction: last",
    ),
    "a circumstance that leads the other way": (
        '      direction: first\n      expression: "false"',
        '      direction: last\n      expression: "false"',
        "directions",
        "small rises from false to true and the answer goes from operate to federate:",
        "direction: last",
    ),
    "risk that leans central whatever the maturity": (
        RISK_CENTRAL[0],
        "points: 2 - math.greatest(0, risk - 3)",
        "movements",
        "risk rises from 3 to 4 and the answer goes from",
        'leads: last, when: "maturity <= params.immatureTo || specialised"',
    ),
    "low risk that counts as a reason to go local": (
        RISK_CENTRAL[0],
        'points: "risk <= 1 ? 2 : risk <= 3 ? 1 : 0"',
        "movements",
        "risk rises from",
        "leads: last",
    ),
    "no reason that caps only the band of operate": (
        'when: evidence == "none"\n',
        "when: 'evidence == \"none\" && differentiation >= 4'\n",
        "directions",
        "differentiation rises from 3 to 4 and the answer goes from",
        "direction: last",
    ),
    "a guard that never holds": (
        "when: commonality == 1",
        "when: commonality == 0",
        "guards",
        '"frequent-critical-exceptions" holds for no combination',
        "when: commonality == 0",
    ),
    "an effect that never holds": (
        "when: maturity < params.matureFrom && plane",
        "when: risk < 4 && maturity < params.matureFrom && plane",
        "guards",
        'this floor of "specialised-requirement" holds for no combination',
        "when: risk < 4",
    ),
    "points that are more than the most": (
        "      most: 2\n",
        "      most: 1\n",
        "one-answer",
        'there is no answer for risk 1, maturity 1, specialised false: "risk" gives 2 points',
        "maturity >= params",
    ),
    "an expression without a value somewhere": (
        "when: commonality == 1",
        "when: 4 / (3 - commonality) == 1",
        "one-answer",
        "there is no answer for commonality 3",
        "4 / (3",
    ),
    "an example with another answer": (
        "evidence: pending}\n      index: 70\n      answer: orchestrate",
        "evidence: pending}\n      index: 70\n      answer: federate",
        "examples",
        '"Orders, shared warehouses, suppliers, service" comes to orchestrate and not to federate, index 70 =',
        "answer: federate",
    ),
    "an example with another index": (
        "index: 310\n",
        "index: 300\n",
        "examples",
        '"Orders, made to order, own sourcing" has the index 310 and not 300: differentiation 4, commonality 1',
        "index: 300",
    ),
    "an example that another guard decides": (
        "guards: [too-small-to-duplicate]",
        "guards: [value-not-yet-measured]",
        "examples",
        "is decided by too-small-to-duplicate and not by value-not-yet-measured:",
        "guards: [value-not-yet-measured]",
    ),
    "a movement that is about nothing": (
        '{input: risk, leads: nowhere, when: "maturity > params',
        '{input: risk, leads: nowhere, when: "maturity > 5 && maturity > params',
        "movements",
        'there is no combination for which this says something about "risk"',
        'when: "maturity > 5',
    ),
}


@pytest.mark.parametrize(("sound", "faulty", "claim", "message", "line"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_found_at_its_place_with_a_combination(
    model_of: ModelOf, whole_text: str, sound: str, faulty: str, claim: str, message: str, line: str
) -> None:
    assert whole_text.count(sound) >= 1
    text = whole_text.replace(sound, faulty, 1)
    model = model_of(text)

    found = verify(model)

    (broken,) = [item for item in found.claims if item.id == claim]
    (problem, *_) = [item for item in broken.problems if message in item.message]
    assert line in text.splitlines()[problem.place.line - 1]
    assert not broken.holds
    assert_offending(model, problem)


def assert_offending(model: Model, problem: Problem) -> None:
    """The combination that a problem names does what the problem says, when the model is asked about it."""
    moved = re.match(
        r"(\w+) rises from (\w+) to (\w+) and the answer goes from (\S+) to (\S+): (.*?)\.", problem.message
    )
    if moved:
        name, _, after, answer_before, answer_after, where = moved.groups()
        inputs = combination(model, where)
        assert answered(model, inputs).answer == answer_before
        assert answered(model, inputs.with_value(name, value(model, name, after))).answer == answer_after
    edge = re.match(r"the index (\d+) stands on the edge of .*?: (.*?)\.", problem.message)
    if edge:
        assert answered(model, combination(model, edge[2])).index == int(edge[1])
    apart = re.match(r'"(.*)" sets the floor .* while "(.*)" sets the cap .*?: (.*?)\.', problem.message)
    if apart:
        holding = {item.guard for item in answered(model, combination(model, apart[3])).effects}
        assert {apart[1], apart[2]} <= holding


def combination(model: Model, where: str) -> Inputs:
    """A combination as a message tells it."""
    told = dict(pair.rsplit(" ", 1) for pair in where.split(", "))
    values = {name: value(model, name, text) for name, text in told.items()}
    scores = {item.id: int(values.pop(item.id)) for item in model.factors}
    assert set(values) == {item.id for item in model.circumstances}
    return Inputs(scores, values)


def value(model: Model, name: str, text: str) -> Scalar:
    found = model.circumstance(name)
    values = found.values if found else SCORES
    return next(item for item in values if str(item).lower() == text)


def answered(model: Model, inputs: Inputs) -> Answer:
    found = answer(model, inputs)
    assert isinstance(found, Answer)
    return found


def test_an_answer_that_nobody_can_get_is_named(model_of: ModelOf, small: Document) -> None:
    small["spec"]["answers"].append({"id": "dream", "from": 401})

    (problem,) = verify(model_of(small)).problems

    assert problem.message == 'no combination is ever answered "dream"'


def test_inputs_of_which_the_model_claims_nothing_are_told(model_of: ModelOf, small: Document) -> None:
    small["spec"]["circumstances"][1]["direction"] = "varies"

    found = verify(model_of(small))

    assert found.problems == ()
    assert found.undirected == ("state",)


def test_a_further_condition_is_not_asked_where_its_guard_does_not_hold(model_of: ModelOf, small: Document) -> None:
    (few, gone) = small["spec"]["guards"]
    few["when"] = "customers > 0 && customers <= params.few"
    few["effects"][0]["when"] = "10 / customers > 1"

    assert verify(model_of(small)).claims[0].holds is True
    assert gone


def test_a_circumstance_of_a_hundred_values_is_no_hundred_times_the_work(model_of: ModelOf, small: Document) -> None:
    space = Space(tables_of(model_of(small)))

    assert space.tables.combinations == 5 * 5 * 101 * 3
    assert space.size == 2 * 2 * 5  # few or not, gone or not, and the five points of worth


def test_too_many_combinations_in_one_expression_are_refused_and_named(model_of: ModelOf, small: Document) -> None:
    spec = small["spec"]
    for name in ("one", "two"):
        spec["circumstances"].append(spec["circumstances"][0] | {"id": name, "maximum": 900})
    spec["guards"][0]["when"] = "customers + one + two < 0"

    found = verify(model_of(small))

    (problem,) = found.claims[0].problems
    assert problem.message.startswith("customers, one, two have 81991901 combinations, too many to try")
    assert problem.place.pointer == "/spec/guards/0/when"
    assert [claim.id for claim in found.claims if claim.tried is None] == [
        "one-answer", "bands", "answers", "directions", "movements", "overlaps", "guards",
    ]  # fmt: skip


def test_too_many_combinations_of_guards_are_refused_and_named(model_of: ModelOf, small: Document) -> None:
    spec = small["spec"]
    spec["guards"] = [spec["guards"][0] | {"effects": [{"bound": "cap", "answer": "build"}]}]
    spec |= {"overlaps": [], "examples": spec["examples"][:1]}
    spec["examples"][0].pop("guards")
    for number, name in enumerate(("one", "two", "three", "four")):
        spec["circumstances"].append(spec["circumstances"][0] | {"id": name, "maximum": 30})
        spec["factors"].append(spec["factors"][0] | {"id": f"f{name}", "points": f"{name} / 8", "weight": 10})
        spec["examples"][0]["scores"][f"f{name}"] = 1
        spec["resolution"][0]["values"][f"f{name}"] = "1"
        spec["guards"].append(
            spec["guards"][0] | {"id": name, "when": f"{name} % 30 == {number} || {name} * 7 % 31 > 3"}
        )
        spec["guards"].append(
            spec["guards"][0] | {"id": f"{name}-again", "when": f"{name} * {name} % 11 > 4 && worth > 2"}
        )
    for name in ("worth", "market"):
        spec["factors"][0 if name == "worth" else 1]["weight"] = 30
    for number in range(2, 14):
        spec["guards"].append(
            spec["guards"][0]
            | {"id": f"n{number}", "when": f"one % {number} == 1 || two % {number} == 1 || three % {number} == 1"}
        )
    del spec["guards"][0]

    found = verify(model_of(small))

    (problem,) = found.claims[0].problems
    assert "combinations apart, too many to try; most values matter of" in problem.message


# What a model claims, tried one combination at a time.

CONDITIONS = (
    "a == 1", "a <= 2 && x > 1", "b >= 4", "x == 2 || y", "word == 'mid'", "word != 'low' && b < 3",
    "y && word == 'high'", "a + b > 7", "x * 2 > a", "true", "y ? a > 3 : b > 3", "c == 5",
)  # fmt: skip
POINTS = ("", "", "5 - {}", "x > 1 ? {} - 1 : 2", "y ? 4 : 0", "2", "{} > 3 ? 4 : 1", "(5 - {}) / 2")
LEADS = st.sampled_from(["first", "last"])
EFFECTS = st.fixed_dictionaries(
    {"bound": st.sampled_from(["floor", "cap"]), "answer": st.sampled_from(["buy", "rent", "build"])},
    optional={"when": st.sampled_from(CONDITIONS)},
)


@st.composite
def models(draw: st.DrawFn) -> Document:
    """Small models with everything in them that can go wrong, and mostly does."""
    factors = [
        {
            "id": name,
            "title": name,
            "question": "?",
            "direction": draw(LEADS),
            "weight": weight,
            "rubric": [{"score": score, "means": "."} for score in (1, 3, 5)],
        }
        for name, weight in zip("abc", draw(st.permutations([50, 30, 20])), strict=True)
    ]
    for item in factors:
        if points := draw(st.sampled_from(POINTS)):
            item["points"] = points.format(item["id"])
    known: list[Document] = [
        {"id": "x", "type": "integer", "minimum": 1, "maximum": 3},
        {"id": "y", "type": "boolean"},
        {"id": "word", "type": "word", "values": ["low", "mid", "high"]},
    ]
    common = {"title": ".", "expression": "1"}
    guards = [
        {"id": f"g{number}", "title": ".", "reason": ".", "when": when, "effects": effects}
        for number, (when, effects) in enumerate(
            draw(
                st.lists(st.tuples(st.sampled_from(CONDITIONS), st.lists(EFFECTS, min_size=1, max_size=2)), max_size=3)
            )
        )
    ]
    return {
        "apiVersion": "concertino/v1",
        "kind": "DecisionModel",
        "metadata": {"name": "tried", "title": "Tried"},
        "spec": {
            "version": "1.0",
            "answers": [
                {"id": "buy"},
                {"id": "rent", "from": draw(st.sampled_from([100, 115]))},
                {"id": "build", "from": draw(st.sampled_from([200, 245]))},
            ],
            "factors": factors,
            "circumstances": [item | common | {"direction": draw(LEADS)} for item in known],
            "movements": [{"input": "a", "leads": "nowhere", "when": "y && x < 3"}, {"input": "x", "leads": "last"}],
            "aggregation": {"method": "median"},
            "resolution": [{"id": "r", "title": ".", "values": {"a": "1"}}],
            "guards": guards,
            "examples": [
                {
                    "title": "e",
                    "scores": dict.fromkeys("abc", 3),
                    "circumstances": {"x": 1, "y": True, "word": "low"},
                    "answer": "buy",
                }
            ],
        },
    }


def combinations(model: Model) -> Iterator[Inputs]:
    for scores in product(SCORES, repeat=len(model.factors)):
        for values in product(*(item.values for item in model.circumstances)):
            yield Inputs(
                dict(zip((item.id for item in model.factors), scores, strict=True)),
                dict(zip((item.id for item in model.circumstances), values, strict=True)),
            )


class Brute:
    """The same claims with nothing but the answer to each combination."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.names = [item.id for item in model.answers]
        self.found = [(inputs, answered(model, inputs)) for inputs in combinations(model)]
        self.by_inputs = {self.key(inputs): self.names.index(got.answer) for inputs, got in self.found}

    def key(self, inputs: Inputs) -> tuple[Scalar, ...]:
        return (*inputs.scores.values(), *inputs.circumstances.values())

    def answers(self) -> Mapping[str, int]:
        return Counter(got.answer for _, got in self.found)

    def on_edges(self) -> Mapping[int, int]:
        return Counter(got.index for _, got in self.found if got.index in self.model.edges)

    def conflicts(self) -> Mapping[tuple[str, str, str, str], int]:
        """Pairs of different effects, each counted once for a combination."""
        count: Counter[tuple[str, str, str, str]] = Counter()
        for _, got in self.found:
            for floor in got.effects:
                for cap in got.effects:
                    pulls = self.names.index(floor.answer) > self.names.index(cap.answer)
                    if floor.bound == "floor" and cap.bound == "cap" and pulls:
                        count[floor.guard, floor.answer, cap.guard, cap.answer] += 1
        return count

    def wrong_steps(self, name: str, leads: Direction | None, when: Callable[[Inputs], bool]) -> tuple[int, int]:
        """How many steps there are, and how many go the wrong way."""
        found = self.model.circumstance(name)
        steps = wrong = 0
        for inputs, _ in self.found:
            for before, after in pairwise(found.values if found else SCORES):
                if inputs.value(name) == before and when(inputs):
                    there = self.by_inputs[self.key(inputs.with_value(name, after))] - self.by_inputs[self.key(inputs)]
                    steps += 1
                    wrong += there != 0 if leads is None else there > 0 if leads is Direction.FIRST else there < 0
        return steps, wrong


def counted(problem: Problem) -> int:
    """How many combinations a problem is about."""
    found = re.search(r"So it is for ([\d,]+) combinations", problem.message)
    return int(found[1].replace(",", "")) if found else 1


def claim(found: Verification, name: str) -> tuple[Problem, ...]:
    return next(item.problems for item in found.claims if item.id == name)


@pytest.mark.slow
def test_what_is_proven_together_is_what_comes_out_one_by_one(model_of: ModelOf) -> None:
    @given(models())
    @settings(max_examples=25, deadline=None)
    def check(document: Document) -> None:
        model = model_of(document)
        found, brute = verify(model), Brute(model)

        assert {name: count for name, count in found.answers.items() if count} == brute.answers()
        edges = {int(item.message.split()[2]): counted(item) for item in claim(found, "bands")}
        assert edges == brute.on_edges()
        assert sum(map(counted, claim(found, "overlaps"))) == sum(brute.conflicts().values())
        space = Space(tables_of(model))
        for number, item in enumerate(space.tables.inputs):
            if number not in space.idle:
                looked = look(space, (number, item.direction, None))
                wrong = looked.wrong.count if looked.wrong else 0
                assert (looked.steps, wrong) == brute.wrong_steps(item.name, item.direction, lambda _: True)
        for problem in found.problems:
            assert_offending(model, problem)
        (nowhere, condition), _ = space.tables.movements
        looked = look(space, (0, nowhere.leads, condition))
        wrong = looked.wrong.count if looked.wrong else 0
        assert (looked.steps, wrong) == brute.wrong_steps(
            "a", None, lambda inputs: inputs.value("y") is True and inputs.value("x") != 3
        )

    check()


@given(st.lists(st.lists(st.integers(0, 40), min_size=1, max_size=4), max_size=4))
def test_sums_are_counted_as_if_each_combination_were_added_up(terms: list[list[int]]) -> None:
    sums = Sums(tuple(terms))

    assert sums.ways == dict(sorted(Counter(map(sum, product(*terms))).items()))
    for total in sums.ways:
        assert sum(term[at] for term, at in zip(terms, sums.one_way(total), strict=True)) == total
    with pytest.raises(ValueError, match="161"):
        sums.one_way(161)
