"""Another company's matrix: its own kinds, factors and answers, declared in schemas and a model, and no Python."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Node = dict[str, Any]
TEXT: Node = {"type": "string", "description": "A text."}
REFERENCE: Node = {"$ref": "envelope.schema.json#/$defs/reference", "description": "What is meant."}
SCORE: Node = {"$ref": "envelope.schema.json#/$defs/score", "description": "A score."}


def mapping(required: list[str], **properties: Node) -> Node:
    return {
        "type": "object",
        "description": "A part.",
        "required": required,
        "additionalProperties": False,
        "properties": properties,
    }


def refers(kind: str, inverse: str) -> Node:
    return {**REFERENCE, "x-reference": {"kind": kind, "inverse": inverse}}


def schema(name: str, spec: Node, more: Node | None = None) -> str:
    head = {"name": name, "plural": f"{name.lower()}s", "folder": "" if more else f"{name.lower()}s"}
    own: Node = {"$ref": "envelope.schema.json#/$defs/metadata"}
    return json.dumps(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"{name}.schema.json",
            "title": name,
            "description": f"A {name}.",
            "type": "object",
            "x-kind": head,
            **(more or {}),
            "required": ["apiVersion", "kind", "metadata", "spec"],
            "additionalProperties": False,
            "properties": {
                "apiVersion": {"$ref": "envelope.schema.json#/$defs/apiVersion"},
                "kind": {"const": name, "type": "string", "description": "Its kind."},
                "metadata": json.loads(shipped("Cell"))["properties"]["metadata"] if more else own,
                "spec": spec,
            },
        },
        indent=1,
    )


def shipped(name: str) -> str:
    return (Path(__file__).resolve().parents[2] / f"schemas/{name}.schema.json").read_text("utf-8")


MODEL = """\
apiVersion: concertino/v1
kind: DecisionModel
metadata: {name: buy-or-build, title: Buy or build}
spec:
  version: "1.0"
  target: Slot
  answers: [{id: buy}, {id: rent, from: 130}, {id: build, from: 270}]
  factors:
    - id: charm
      title: Charm
      question: Would anybody notice?
      direction: last
      weight: 100
      rubric: [{score: 1, means: nobody}, {score: 3, means: some}, {score: 5, means: all}]
  aggregation: {method: median}
  resolution:
    - id: opinion
      title: an opinion
      sheet: {kind: Poll, rows: votes}
      each: entity.spec.refs.market.inverse.polls
      values: {charm: "item.spec.votes.filter(v, v.refs.gadget == entity.spec.refs.gadget)[?0].?charm"}
    - {id: middle, title: the middle, values: {charm: "3"}}
  comparison:
    along: gadget
    standardize: {when: range == 0 && lowest.charm >= 2, reason: All feel the same.}
  examples:
    - {title: Lamp, scores: {charm: 5}, index: 400, answer: build}
"""
THING = "apiVersion: concertino/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {{slogan: Yes.}}\n"
POLL = """\
apiVersion: concertino/v1
kind: Poll
metadata: {name: north}
spec: {market: north, votes: [{gadget: lamp, charm: 5}]}
"""


@pytest.fixture
def folder(write: Callable[..., Path]) -> Path:
    """A governed repository that knows gadgets and markets, and no brand."""
    slot = mapping(["gadget", "market"], gadget=refers("Gadget", "slots"), market=refers("Market", "slots"))
    vote = mapping(["gadget"], gadget=refers("Gadget", "votes"), charm=SCORE)
    votes: Node = {"type": "array", "description": "The votes.", "items": vote}
    poll = mapping(["market", "votes"], market=refers("Market", "polls"), votes=votes)
    things = mapping(["slogan"], slogan=TEXT)
    product: Node = {"factors": {"gadget": "Gadget", "market": "Market"}, "place": "gadget"}
    return write(
        {
            "concertino.yaml": "apiVersion: concertino/v1\nkind: Configuration\nextends: [own]\nschemas: kinds\n",
            "policies/own/pack.yaml": (
                'apiVersion: concertino/v1\nkind: Pack\nmetadata: {name: own, title: Own}\nspec: {version: "1.0", '
                "description: Own.}\n"
            ),
            "policies/own/decision-model.yaml": MODEL,
            "kinds/Gadget.schema.json": schema("Gadget", things),
            "kinds/Market.schema.json": schema("Market", things),
            "kinds/Slot.schema.json": schema("Slot", slot, {"x-product": product}),
            "kinds/Poll.schema.json": schema("Poll", poll),
            **{f"catalogue/{name}.yaml": THING.format(kind="Gadget", name=name) for name in ("lamp", "chair")},
            **{f"catalogue/{name}.yaml": THING.format(kind="Market", name=name) for name in ("north", "south", "west")},
            "catalogue/poll.yaml": POLL,
        }
    )


def test_its_matrix_is_drawn_in_its_own_words(folder: Path, concertino: Callable[..., Any]) -> None:
    ran = concertino("matrix", "-C", folder, "--as-of", "2026-06-30")

    assert (ran.code, ran.err) == (0, "")
    assert "U build" in ran.out
    assert "6 cells: 5 rent, 1 build recommended" in ran.out
    assert "next: concertino matrix " in ran.out


def test_its_gadgets_are_compared_and_its_scores_travel(folder: Path, concertino: Callable[..., Any]) -> None:
    compared = concertino("matrix", "gadget:lamp", "-C", folder).out
    table = concertino("matrix", "export", "-C", folder).out
    (folder / "votes.csv").write_text("gadget,market,sheet,charm\nchair,north,north,1\n", "utf-8")
    ran = concertino("matrix", "import", folder / "votes.csv", "-C", folder)

    assert "how far they differ  index 200 to 400 (range 200)" in compared
    assert "one standard  not safe for all" in compared
    assert table.splitlines()[0] == '"gadget","market","sheet","charm"'
    assert '"lamp","north","north","5"' in table
    assert ran.code == 0, ran.err
    assert "{gadget: chair, charm: 1}" in (folder / "catalogue/poll.yaml").read_text("utf-8")


def test_a_misspelt_gadget_is_told_in_its_words(folder: Path, concertino: Callable[..., Any]) -> None:
    ran = concertino("matrix", "lmap", "-C", folder)

    assert 'There is no gadget, market or cell "lmap". Did you mean "lamp"?' in ran.err
