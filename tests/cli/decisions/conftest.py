"""A small governed repository, without a pack: what commands on decisions are tried on."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

TEAMS = "".join(
    f"---\napiVersion: concertino/v1\nkind: Team\nmetadata: {{name: {name}, title: {name.title()}}}\n"
    f"spec: {{type: {kind}, members: [{{name: Ada, handle: {name}}}]}}\n"
    for name, kind in (("board", "architecture"), ("finance", "finance"))
)
BRANDS = "".join(
    f"---\napiVersion: concertino/v1\nkind: Brand\nmetadata: {{name: {name}, title: {name.title()}}}\n"
    f"spec: {{promise: Light., role: mature, team: board, resultOwner: board, demand: {demand}}}\n"
    for name, demand in (("aurora", 2), ("oakwell", 5))
)
CAPABILITIES = "".join(
    f"---\napiVersion: concertino/v1\nkind: Capability\nmetadata: {{name: {name}, title: {name.title()}}}\n"
    "spec: {standard: One order., plane: workflow, owner: board}\n"
    for name in ("orders", "pricing")
)
SERVICES = """\
apiVersion: concertino/v1
kind: Service
metadata: {name: order-hub, title: Order hub}
spec: {owner: board, capabilities: [orders], consumers: [aurora, oakwell], lifecycle: live}
"""
MODEL = """\
apiVersion: concertino/v1
kind: DecisionModel
metadata: {name: tiny, title: Tiny}
spec:
  version: "1.0"
  answers: [{id: orchestrate}, {id: operate, from: 205}]
  factors:
    - id: worth
      title: Worth
      question: Would customers miss it?
      direction: last
      weight: 100
      rubric: [{score: 1, means: no}, {score: 3, means: some}, {score: 5, means: all of them}]
  aggregation: {method: median}
  resolution: [{id: brand, title: the brand, values: {worth: entity.spec.refs.brand.spec.demand}}]
  examples: [{title: In the middle, scores: {worth: 3}, index: 200, answer: orchestrate}]
"""
DECISION = """\
# {name}: why it is here.
apiVersion: concertino/v1
kind: Decision
metadata: {{name: {name}, title: About {name}}} # the title
spec:
  number:   {number} # as in the register
  status: {status}
  capability: {capability}
  brands: [aurora]
  model: operate{more}

  deciders: [board]   # the board alone
  drivers: ['channel-model']
  measures:
    - {{metric: error-rate, baseline: 2, target: 1, by: 2026-12-31}}
  nextReview: "2026-09-01"
  context: {context}
  consequences:
  - kind: good
    text: it is decided
"""


@pytest.fixture(scope="session")
def decision() -> Callable[..., str]:
    """The YAML of a decision as somebody wrote it by hand, with comments and habits of its own."""

    def call(name: str, number: int, status: str = "proposed", more: str = "", **changes: str) -> str:
        fields = {"capability": "orders", "context": "Something had to be decided.", **changes}
        if status == "accepted" and "decidedOn" not in more:
            more += "\ndecidedOn: 2026-05-01"
        lines = "".join(f"\n  {line}" for line in more.splitlines() if line)
        return DECISION.format(name=name, number=number, status=status, more=lines, **fields)

    return call


@pytest.fixture
def governed(write: Callable[[Mapping[str, str]], Path]) -> Callable[[Mapping[str, str]], Path]:
    """Writes a small governed repository with these files beside its brands, capabilities, teams and a service."""
    base = {
        "concertino.yaml": "apiVersion: concertino/v1\nkind: Configuration\nextends: []\n",
        "catalogue/teams.yaml": TEAMS,
        "catalogue/brands.yaml": BRANDS,
        "catalogue/capabilities.yaml": CAPABILITIES,
        "catalogue/services.yaml": SERVICES,
    }
    return lambda files: write({**base, **files})


@pytest.fixture(scope="session")
def tiny_model() -> str:
    """A decision model of one factor, which each brand scores by its demand: aurora 100, oakwell 400."""
    return MODEL
