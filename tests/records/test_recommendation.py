"""What a record says of the decision model's answer, of pilots, and of what it replaces."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType

import pytest

from concertino.catalogue import Catalogue
from concertino.matrix.cells import CellAnswer, Score
from concertino.matrix.model import Answer
from concertino.model.place import Place
from concertino.records import Behind, render
from concertino.verdict.adr import OldRecords
from concertino.verdict.adr_file import OldRecord, Status

Build = Callable[[Mapping[str, str]], Catalogue]
FOLDER = "catalogue/records"
NOTHING = Behind()
TWO = "{acceptedOn: 2026-01-12, digest: x, cells: [%s, %s]%s}"
AURORA = "{cell: cell:aurora/orders, recommendation: operate, index: 250, margin: 5, scores: {reuse: 4, demand: 2}}"
OAKWELL = "{cell: cell:oakwell/orders, recommendation: federate, index: 170, margin: 15, scores: {reuse: 3, demand: 3}}"
GONE = "{cell: cell:gone/orders, scores: {reuse: 3}}"


def outcome(catalogue: Catalogue, behind: Behind = NOTHING) -> str:
    """The section Decision Outcome of the only record, down to the consequences."""
    (text,) = [file.text for file in render(catalogue, FOLDER, behind).files if file.decision]
    return text.split("## Decision Outcome\n", 1)[1].split("\n### ", 1)[0]


def of_one(build: Build, text: str, behind: Behind = NOTHING) -> str:
    return outcome(build({"catalogue/decisions/a.yaml": text}), behind)


def answer(cell: str, recommended: str, index: int, margin: int, **scores: int) -> CellAnswer:
    place = Place("catalogue/brands.yaml")
    given = Answer(
        index=index,
        band=recommended,
        answer=recommended,
        contributions=(),
        effects=(),
        margin=margin,
        line_distance=Fraction(0),
    )
    known = {name: Score(name, value, ()) for name, value in scores.items()}
    return CellAnswer(cell, cell, place, MappingProxyType({}), known, answer=given)


def test_the_frozen_scores_stand_in_a_table_below_the_recommendation(
    catalogue_of: Build, small: Callable[..., str]
) -> None:
    text = small("orders", 3, brands="[aurora, oakwell]", model="operate", basis=TWO % (AURORA, OAKWELL, ""))

    sentence, table = of_one(catalogue_of, text).strip().split("\n\n")[1:]

    assert sentence == (
        "As of 2026-01-12 the decision model recommended federate for one cell and operate for one cell; the closest "
        "is 5 index points from a border between two answers. "
        "The decision is another one, operate, for Oakwell & Sons."
    )
    assert table.splitlines() == [
        "| Brand | Recommended | Index | Margin | Demand | Reuse |",
        "| --- | --- | --- | --- | --- | --- |",
        "| Aurora | operate | 250 | 5 | 2 | 4 |",
        "| Oakwell & Sons | federate | 170 | 15 | 3 | 3 |",
    ]


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ("operate", "recommended operate, 5 index points from a border between two answers."),
        ("orchestrate", "The decision is another one, orchestrate."),
    ],
)
def test_a_record_says_by_how_much_and_whether_the_decision_follows(
    catalogue_of: Build, small: Callable[..., str], model: str, sentence: str
) -> None:
    basis = "{acceptedOn: 2026-01-12, digest: x, cells: [%s]}" % AURORA  # noqa: UP031 - braces of YAML
    found = of_one(catalogue_of, small("orders", 3, model=model, basis=basis))

    assert sentence in found
    assert ("another one" in found) == (model == "orchestrate")
    assert "Nothing was frozen" not in found


def test_a_cell_without_an_answer_and_one_that_is_gone_are_named(
    catalogue_of: Build, small: Callable[..., str]
) -> None:
    leaning = ", exceptions: [{exception: exception:split, until: 2026-06-30}]"
    found = of_one(catalogue_of, small("orders", 3, basis=TWO % (AURORA, GONE, leaning)))

    assert "It had no answer for `gone/orders`." in found
    assert "| `gone/orders` | – | – | – | – | 3 |" in found
    assert "* It leans on `exception:split`, in force until 2026-06-30." in found


def test_without_a_frozen_basis_the_catalogue_answers_for_the_day_of_the_decision(
    catalogue_of: Build, small: Callable[..., str]
) -> None:
    asked: list[tuple[tuple[str, ...], str]] = []

    def answers(cells: tuple[str, ...], day: str) -> tuple[CellAnswer, ...]:
        asked.append((cells, day))
        return (answer("cell:aurora/orders", "operate", 250, 1, reuse=2),)

    found = of_one(catalogue_of, small("orders", 3), Behind(answers=answers))

    assert asked == [(("cell:aurora/orders",), "2026-02-01")]
    assert "As of 2026-02-01 the decision model recommended operate, 1 index point from a border" in found
    assert "Nothing was frozen when it was decided: this is what the catalogue says of that day." in found
    assert "| Aurora | operate | 250 | 1 | 2 |" in found


def test_of_a_proposal_without_a_day_nothing_is_said(catalogue_of: Build, small: Callable[..., str]) -> None:
    def answers(_cells: tuple[str, ...], _day: str) -> tuple[CellAnswer, ...]:
        raise AssertionError

    text = small("orders", 3, status="proposed", decidedOn="")

    assert "decision model" not in of_one(catalogue_of, text, Behind(answers=answers))


PILOT = """\
apiVersion: concertino/v1
kind: Pilot
metadata: {name: hub-in-one-country, title: The hub in one country}
spec:
  capability: orders
  brands: [aurora]
  endsOn: 2025-12-01
  eligible: 2
  measures:
    - {metric: error-rate, group: error-rate, baseline: 3, target: 1}
    - {metric: satisfaction, group: user-satisfaction, baseline: 3, target: 4}
  decision: orders
"""


@pytest.mark.parametrize(
    ("more", "said"),
    [
        pytest.param("", "planned until 2025-12-01", id="only planned"),
        pytest.param("  startsOn: 2025-09-01\n", "from 2025-09-01 to 2025-12-01, without a conclusion", id="begun"),
        pytest.param(
            "  startsOn: 2025-09-01\n  conclusion: expand\n  concludedOn: 2025-12-05\n  results:\n"
            "    - {metric: error-rate, value: 0.9}\n    - {metric: satisfaction, value: 3.9}\n",
            "concluded `expand` on 2025-12-05; 1 of 2 targets met",
            id="concluded",
        ),
    ],
)
def test_the_pilot_behind_a_decision_stands_in_its_record(
    catalogue_of: Build, small: Callable[..., str], more: str, said: str
) -> None:
    files = {"catalogue/decisions/a.yaml": small("orders", 3), "catalogue/pilots/a.yaml": PILOT + more}
    (text,) = [file.text for file in render(catalogue_of(files), FOLDER, Behind()).files if file.decision]

    assert f"* Pilot [The hub in one country](../pilots/a.yaml): {said}.\n" in text


def test_an_exception_leads_to_the_policies_that_stand_in_the_repository(
    catalogue_of: Build, small: Callable[..., str], exception: str
) -> None:
    files = {"catalogue/decisions/a.yaml": small("orders", 3), "catalogue/exceptions/a.yaml": exception}
    behind = Behind(policy_files={"orders-have-one-truth": "policies/orders/policy.yaml"})
    (text,) = [file.text for file in render(catalogue_of(files), FOLDER, behind).files if file.decision]

    assert "waiver of [`orders-have-one-truth`](../../policies/orders/policy.yaml) on `cell:aurora/orders`" in text


def old_record(path: str, title: str, status: str = "accepted") -> OldRecord:
    return OldRecord(path, 1, title, "2019-01-01", (Status(status, status, Place(path)),))


@pytest.mark.parametrize(
    ("status", "verb", "shown"),
    [("accepted", "Supersedes", "superseded by [ADR-0012](0012-new.md)"), ("proposed", "Would supersede", "accepted")],
)
def test_an_earlier_record_is_superseded_once_the_decision_is_accepted(
    catalogue_of: Build, small: Callable[..., str], status: str, verb: str, shown: str
) -> None:
    text = small("new", 12, status=status, supersedesRecords="[docs/adr/0001-old.md]")
    old = OldRecords((old_record("docs/adr/0001-old.md", "Old *way*"), old_record("docs/adr/0002-x.md", "Other")))
    found = {
        file.path.rpartition("/")[2]: file.text
        for file in render(catalogue_of({"catalogue/decisions/a.yaml": text}), FOLDER, Behind(old=old)).files
    }

    assert rf"* {verb} [Old \*way\*](../../docs/adr/0001-old.md)." in found["0012-new.md"]
    assert (
        rf"| 0001 | [Old \*way\*](../../docs/adr/0001-old.md) | {shown} | 2019-01-01 | `docs/adr` |"
        in found["README.md"]
    )
    assert "| [Other](../../docs/adr/0002-x.md) | accepted |" in found["README.md"]


def test_the_diagram_of_the_index_draws_what_supersedes_what(catalogue_of: Build, small: Callable[..., str]) -> None:
    files = {
        f"catalogue/decisions/{name}.yaml": small(name, number, status=status, supersedes=earlier)
        for name, number, status, earlier in (
            ("first", 3, "accepted", ""), ("second", 4, "accepted", "[first]"), ("third", 5, "proposed", "[second]"),
        )
    }  # fmt: skip
    index = {file.path: file.text for file in render(catalogue_of(files), FOLDER, Behind()).files}[
        f"{FOLDER}/README.md"
    ]

    assert index.split("```mermaid\n")[1].split("```")[0].splitlines() == [
        "flowchart TD",
        '    n0["ADR-0004 Second"]',
        '    n1["ADR-0003 First"]',
        '    n2["ADR-0005 Third"]',
        "    n0 -->|supersedes| n1",
        "    n2 -->|would supersede| n0",
    ]
