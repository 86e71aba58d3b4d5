"""`concertino matrix verify`: what is proven of a decision model, and where it fails."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

MODEL = Path(__file__).parents[1] / (
    "schemas/positive/DecisionModel/operate-orchestrate-or-federate-with-twenty-examples.yaml"
)
FILE = "policies/tried/decision-model.yaml"
CONFIGURATION = "apiVersion: concertino/v1\nkind: Configuration\nextends: [tried]\n"
PACK = (
    'apiVersion: concertino/v1\nkind: Pack\nmetadata: {name: tried, title: Tried}\nspec: {version: "1.0", '
    "description: Tried.}\n"
)

Write = Callable[[Mapping[str, str]], Path]


@pytest.fixture
def governed(write: Write) -> Callable[..., Path]:
    """A repository with a pack of its own, whose decision model has some texts replaced by others."""

    def call(**changes: str) -> Path:
        text = MODEL.read_text("utf-8")
        for change in changes.values():
            sound, _, faulty = change.partition(" -> ")
            assert sound in text
            text = text.replace(sound, faulty, 1)
        return write({"concertino.yaml": CONFIGURATION, "policies/tried/pack.yaml": PACK, FILE: text})

    return call


def test_a_sound_model_is_proven_with_figures(governed: Callable[..., Path], concertino: Callable[..., Any]) -> None:
    ran = concertino("matrix", "verify", "-C", governed())

    assert (ran.code, ran.err) == (0, "")
    assert "6 factors, 5 circumstances, 8 guards, 2,812,500 combinations" in ran.out
    assert "proven   every combination has exactly one answer (2,812,500 combinations)" in ran.out
    assert "proven   no answer moves the wrong way as one input rises (20,062,500 steps)" in ran.out
    assert "proven   worked examples come to their answers (20 examples)" in ran.out
    assert "FAILS" not in ran.out
    assert ran.out.splitlines()[-1] == "verified: operate-orchestrate 1.0"


def test_the_shipped_model_is_proven(write: Write, concertino: Callable[..., Any]) -> None:
    folder = write({"concertino.yaml": CONFIGURATION.replace("tried", "operate-orchestrate")})

    ran = concertino("matrix", "verify", "-C", folder)

    assert (ran.code, ran.err) == (0, "")
    assert "policies/operate-orchestrate/decision-model.yaml" in ran.out
    assert ran.out.count("  proven   ") == 8


def test_quiet_leaves_the_result(governed: Callable[..., Path], concertino: Callable[..., Any]) -> None:
    ran = concertino("matrix", "verify", "-q", "-C", governed())

    assert ran.out == "verified: operate-orchestrate 1.0\n"


POINTS = 'points: "maturity >= params.matureFrom && !specialised ? 2 - math.greatest(0, risk - 3) : 2"'
FAULTS = {
    "a gap between bands": (
        ', on common interfaces", from: 245} -> , on common interfaces"}',
        "there is a gap between the bands",
        '"operate" has no `from`',
    ),
    "bands in disorder": ("from: 245 -> from: 150", "an index would be in both, such as 160 of", ":26:87"),
    "an attainable band edge": (
        "from: 155 -> from: 160",
        'the index 160 stands on the edge of "federate": differentiation 1',
        ":25:116",
    ),
    "guards that contradict outside the declared overlaps": (
        "    - {floor: edge-belongs-to-the-brand, cap: special-without-a-reason}\n -> ",
        'while "special-without-a-reason" sets the cap orchestrate: differentiation 3',
        "plane edge",
    ),
    "a factor with the wrong sign": (
        "standardizing cause?\n      direction: first -> standardizing cause?\n      direction: last",
        "commonality rises from 1 to 2 and the answer goes from federate to orchestrate:",
        "evidence pending",
    ),
    "risk that leans central whatever the maturity": (
        f"{POINTS} -> points: 2 - math.greatest(0, risk - 3)",
        "risk rises from 3 to 4 and the answer goes from operate to federate:",
        "specialised true",
    ),
    "an example with another answer": (
        "index: 310\n      answer: operate -> index: 310\n      answer: federate",
        '"Orders, made to order, own sourcing" comes to operate and not to federate, index 310 = differentiation 30×3',
        "commonality 1",
    ),
    "weights that do not add up": (
        "direction: last\n      weight: 30 -> direction: last\n      weight: 40",
        "the weights add up to 110: 40 + 20 + 20 + 10 + 10 + 10",
        "decision-model.yaml:28:",
    ),
}


@pytest.mark.parametrize(("change", "message", "detail"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_ends_with_2_and_is_shown_at_its_place_with_a_combination(
    governed: Callable[..., Path], concertino: Callable[..., Any], change: str, message: str, detail: str
) -> None:
    ran = concertino("matrix", "verify", "-C", governed(change=change))

    said = " ".join((ran.out + ran.err).split())
    assert ran.code == 2
    assert f"{FILE}:" in said
    assert message in said
    assert detail in said
    assert "verified: operate" not in said.replace("not verified: ", "")


def test_machines_get_the_claims_their_figures_and_the_findings(
    governed: Callable[..., Path], concertino: Callable[..., Any]
) -> None:
    ran = concertino("matrix", "verify", "--format", "json", "-C", governed(change="from: 155 -> from: 160"))

    report = json.loads(ran.out)
    assert ran.code == 2
    assert (report["model"], report["verified"], report["combinations"]) == ("operate-orchestrate", False, 2_812_500)
    assert sum(item["combinations"] for item in report["answers"]) == 2_812_500
    assert {item["claim"]: item["holds"] for item in report["claims"]} == {
        "one-answer": True,
        "bands": False,
        "answers": True,
        "directions": True,
        "movements": True,
        "overlaps": True,
        "guards": True,
        "examples": True,
    }
    (finding,) = report["findings"]
    assert (finding["location"]["file"], finding["location"]["line"]) == (FILE, 25)


def test_machines_get_the_findings_of_a_model_that_cannot_be_read(
    governed: Callable[..., Path], concertino: Callable[..., Any]
) -> None:
    ran = concertino("matrix", "verify", "--format", "json", "-C", governed(change="from: 245 -> from: 150"))

    report = json.loads(ran.out)
    assert (ran.code, report["verified"], len(report["findings"])) == (2, False, 1)


def test_without_a_model_there_is_nothing_to_verify_and_it_says_what_to_do(
    write: Write, concertino: Callable[..., Any]
) -> None:
    folder = write({"concertino.yaml": CONFIGURATION.replace("[tried]", "[]")})

    ran = concertino("matrix", "verify", "-C", folder)

    assert (ran.code, ran.out) == (2, "")
    assert "No pack here has a decision model" in ran.err
    assert "write a decision-model.yaml beside your pack.yaml" in ran.err


def test_a_threshold_that_the_configuration_changes_is_verified_as_changed(
    governed: Callable[..., Path], concertino: Callable[..., Any]
) -> None:
    folder = governed()
    changed = "decisionModel: {parameters: {immatureTo: 3}, reason: We trust later.}\n"
    (folder / "concertino.yaml").write_text(CONFIGURATION + changed)

    ran = concertino("matrix", "verify", "-C", folder)

    assert ran.code == 2
    assert "there is no combination for which this says something about" in " ".join(ran.out.split())
