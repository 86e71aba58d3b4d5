"""How far answers differ, where one standard is safe, what clusters form, and where a pilot would teach most."""

import os
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concertino.matrix.cells import CellAnswer
from concertino.matrix.display import letters_of
from concertino.matrix.picture import Picture, read_picture
from concertino.matrix.spread import Spread, median, spreads
from concertino.model.limits import Limits
from concertino.model.problem import Problem
from concertino.model.snapshot import Entry, EntryKind, Snapshot, Source, SourceKind
from concertino.revision import open_snapshot
from concertino.revision.shipped import shipped_files
from concertino.verdict import read_catalogue, read_rules

ROOT = Path(__file__).parents[2]
CONFIGURATION = "apiVersion: concertino/v1\nkind: Configuration\nextends: [tried]\n"
PACK = (
    'apiVersion: concertino/v1\nkind: Pack\nmetadata: {name: tried, title: Tried}\nspec: {version: "1.0", '
    "description: Tried.}\n"
)


@pytest.fixture(scope="module")
def picture() -> Picture:
    """The matrix of the reference portfolio."""
    snapshot = open_snapshot(ROOT, environment=os.environ)
    assert isinstance(snapshot, Snapshot)
    rules = read_rules(snapshot, shipped_files())
    assert rules.model
    return read_picture(read_catalogue(snapshot, rules), rules.model, "2026-06-30", Limits())


def of(picture: Picture, name: str) -> Spread:
    return next(item for item in picture.spreads if item.name == name)


def brands(cells: tuple[CellAnswer, ...]) -> list[str]:
    return [cell.factors["brand"] for cell in cells]


def test_a_capability_in_which_all_get_the_same_answer_close_together_is_safe_to_standardize(picture: Picture) -> None:
    found = of(picture, "identity")

    assert (found.range, list(found.answers), found.safe) == (0, ["orchestrate"], True)
    assert min(low for name, (low, _) in found.scores.items() if name == "commonality") >= 3


def test_a_capability_whose_answers_differ_is_not_safe_and_names_in_what_they_differ(picture: Picture) -> None:
    found = of(picture, "orders")

    assert (found.lowest, found.highest, found.range, found.safe) == (70, 310, 240, False)
    assert found.scores["differentiation"] == (2, 4)
    assert "risk" not in found.differing


def test_two_groups_of_brands_are_suggested_as_clusters(picture: Picture) -> None:
    first, second = of(picture, "storefront").clusters

    assert (first.answer, second.answer) == ("federate", "operate")
    assert brands(second.members) == ["atelier-nord", "kindling"]
    assert "tidewater" not in brands(first.members)  # alone beyond a gap: a cluster of one is a node


def test_one_brand_that_departs_makes_no_clusters(picture: Picture) -> None:
    assert of(picture, "orders").answers == {"orchestrate": 7, "operate": 1}
    assert of(picture, "orders").clusters == ()


def test_every_cell_is_in_one_spread_and_its_figures_are_those_of_its_cells(picture: Picture) -> None:
    assert sorted(cell.entity for item in picture.spreads for cell in item.cells) == [c.entity for c in picture.cells]
    for item in picture.spreads:
        indices = [cell.answer.index for cell in item.cells if cell.answer]
        assert (item.lowest, item.highest) == (min(indices), max(indices))
        assert item.lowest <= item.median <= item.highest
        assert sum(item.answers.values()) == len(indices)


@given(st.lists(st.integers(0, 38).map(lambda tens: tens * 10), min_size=2, max_size=9))
@settings(deadline=None, max_examples=60)
def test_clusters_are_alike_without_a_gap_inside_and_with_one_between(picture: Picture, indices: list[int]) -> None:
    pattern = next(cell for cell in picture.cells if cell.answer)
    assert pattern.answer
    cells = [
        replace(
            pattern,
            entity=f"cell:b{number}/x",
            factors={"capability": "x"},
            answer=replace(pattern.answer, index=index),
        )
        for number, index in enumerate(indices)
    ]

    (found,) = spreads(picture.model, picture.matrix.display.comparison, cells, Limits())

    assert len(found.clusters) != 1
    for cluster in found.clusters:
        inside = sorted(cell.answer.index for cell in cluster.members if cell.answer)
        assert len(inside) >= 2
        assert all(after - before < 50 for before, after in pairwise(inside))
    assert all(after.lowest - before.highest >= 50 for before, after in pairwise(found.clusters))
    pairs = [abs(one - other) for at, one in enumerate(indices) for other in indices[at + 1 :]]
    assert found.difference == Fraction(sum(pairs), len(pairs))


def test_candidates_are_of_the_workflow_plane_with_two_brands_scored_and_no_guard_deciding(picture: Picture) -> None:
    assert picture.candidates
    for item in picture.candidates:
        assert len(item.cells) >= 2
        for cell in item.cells:
            assert cell.own
            assert cell.answer
            assert not cell.answer.deciding
            assert cell.circumstances["plane"].value == "workflow"


def test_the_candidate_nearest_to_the_line_comes_first(picture: Picture) -> None:
    distances = [item.distance for item in picture.candidates]

    assert distances == sorted(distances)
    first = picture.candidates[0]
    assert first.distance == median([cell.answer.line_distance for cell in first.cells if cell.answer])


@pytest.mark.parametrize(
    ("values", "middle"),
    [([7], Fraction(7)), ([3, 1, 2], Fraction(2)), ([1, 2], Fraction(3, 2)), ([4, 1, 3, 2], Fraction(5, 2))],
    ids=["of one it is that one", "of three the middle", "of two their mean", "of four the mean of the inner two"],
)
def test_the_median_is_the_middle(values: list[int], middle: Fraction) -> None:
    assert median(values) == middle


@pytest.mark.parametrize(
    ("answers", "letters"),
    [
        ([{"id": "buy"}, {"id": "rent"}], {"buy": "B", "rent": "R"}),
        ([{"id": "buy"}, {"id": "build"}], {"buy": "B", "build": "U"}),
        ([{"id": "buy", "letter": "u"}, {"id": "build"}], {"buy": "u", "build": "B"}),
        ([{"id": "a"}, {"id": "aa"}], {"a": "A", "aa": "B"}),
    ],
    ids=["the first letter", "the next free one", "the declared one goes first", "one of the alphabet"],
)
def test_each_answer_has_a_letter_of_its_own(answers: list[dict[str, str]], letters: dict[str, str]) -> None:
    assert letters_of([dict(item) for item in answers]) == letters


@pytest.mark.parametrize(
    ("sound", "faulty", "told"),
    [
        ("along: capability", "along: capabilty", '"capabilty" is no factor of Cell'),
        ("lowest.commonality >=", "lowest.comonality >=", 'has no field "comonality"'),
        ("gap < params.clusterGap", "gab < params.clusterGap", "gab"),
        ("size(entity.matrix.own)", "size(entity.matrix.owned)", 'has no field "owned"'),
        ("sheet: {kind: Assessment", "sheet: {kind: Assesment", '"Assesment" is not a kind'),
        ("rows: rows,", "rows: row,", 'Assessment has no list of rows "spec.row"'),
        ("perspective: perspective}", "perspective: perspectiv}", 'Assessment has no field "spec.perspectiv"'),
        ("decidedBy: variables.decisions", "decidedBy: variables.decision", "variables.decision"),
    ],
    ids=lambda value: value.split(":")[0][:20],
)
def test_a_slip_in_what_is_shown_is_found_in_the_model(sound: str, faulty: str, told: str) -> None:
    text = (ROOT / "policies/operate-orchestrate/decision-model.yaml").read_text("utf-8")
    assert sound in text
    files = {
        "concertino.yaml": CONFIGURATION,
        "policies/tried/pack.yaml": PACK,
        "policies/tried/decision-model.yaml": text.replace(sound, faulty, 1),
    }

    found = problems_of(files)

    (problem,) = found
    assert told in problem.message
    assert problem.place.file == "policies/tried/decision-model.yaml"
    assert problem.place.line > 1


def problems_of(files: dict[str, str]) -> tuple[Problem, ...]:
    blobs = {path: text.encode() for path, text in files.items()}
    snapshot = Snapshot(
        source=Source(SourceKind.WORKING_TREE),
        entries={path: Entry(path, EntryKind.FILE) for path in sorted(blobs)},
        read=lambda paths: {path: blobs[path] for path in paths if path in blobs},
    )
    return read_rules(snapshot, shipped_files()).problems
