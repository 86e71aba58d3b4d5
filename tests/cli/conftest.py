"""A portfolio of two brands and three capabilities, small enough to be drawn by hand."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACK = (
    'apiVersion: concertino/v1\nkind: Pack\nmetadata: {name: tried, title: Tried}\nspec: {version: "1.0", '
    "description: Tried.}\n"
)
TEAMS = """\
apiVersion: concertino/v1
kind: Team
metadata: {name: hub}
spec: {type: platform, members: [{name: Ada, handle: ada}]}
---
apiVersion: concertino/v1
kind: Team
metadata: {name: shop}
spec: {type: brand, members: [{name: Bo, handle: bo}]}
"""
SERVICES = """\
apiVersion: concertino/v1
kind: Service
metadata: {name: order-hub, title: Order hub}
spec: {owner: hub, lifecycle: live, capabilities: [orders], consumers: [knit, wool]}
---
apiVersion: concertino/v1
kind: Service
metadata: {name: wool-mail, title: Wool mail}
spec: {owner: shop, lifecycle: live, capabilities: [mail], consumers: [wool]}
"""
SHEETS = """\
# What the brands said in winter.
apiVersion: concertino/v1
kind: Assessment
metadata: {name: shop-brand}
spec:
  capability: shop
  perspective: brand
  ratedOn: 2026-02-01
  rows:
    - brand: knit   # the one with the studio
      differentiation: 5
      reuse: 2
      by: bo
      why: "It is the studio that people come for."
---
apiVersion: concertino/v1
kind: Assessment
metadata: {name: shop-platform}
spec:
  capability: shop
  perspective: platform
  ratedOn: 2026-02-01
  rows:
    - {brand: knit, differentiation: 2, by: ada}
    - {brand: wool, commonality: 2, by: ada}
"""


MOVE = "{from: operate, to: orchestrate, by: 2026-03-31}"


def _brand(name: str) -> str:
    return f"""\
apiVersion: concertino/v1
kind: Brand
metadata: {{name: {name}, title: {name.title()}}}
spec: {{promise: Warm., role: mature, team: shop, resultOwner: shop, demand: 3}}
"""


def _capability(name: str, plane: str) -> str:
    return f"""\
apiVersion: concertino/v1
kind: Capability
metadata: {{name: {name}, title: {name.title()}}}
spec:
  standard: One {name}.
  plane: {plane}
  owner: hub
  defaults: {{differentiation: 2, commonality: 4, reuse: 4, economics: 3, risk: 2}}
"""


def _decision(number: int, name: str, brands: str, model: str, transition: str = "") -> str:
    moving = f"  transition: {transition}\n" if transition else ""
    return f"""\
apiVersion: concertino/v1
kind: Decision
metadata: {{name: {name}, title: "{name}"}}
spec:
  number: {number}
  status: accepted
  capability: {name.partition("-")[0]}
  brands: [{brands}]
  model: {model}
  decidedOn: 2026-01-15
  deciders: [hub, shop]
  drivers: [reuse]
{moving}  measures: [{{metric: run-cost, baseline: 4, target: 3, by: 2026-12-31}}]
  context: It had to be decided.
  consequences: [{{kind: good, text: It is.}}]
  nextReview: 2026-07-15
"""


def _files(**changes: str | None) -> dict[str, str]:
    """The portfolio by path; a file given as None is left out. Names are those of files without folder and ending."""
    model = (ROOT / "policies/operate-orchestrate/decision-model.yaml").read_text("utf-8")
    contents: Mapping[str, tuple[str, str]] = {
        "teams": ("catalogue/teams.yaml", TEAMS),
        "knit": ("catalogue/brands/knit.yaml", _brand("knit")),
        "wool": ("catalogue/brands/wool.yaml", _brand("wool")),
        "orders": ("catalogue/capabilities/orders.yaml", _capability("orders", "workflow")),
        "mail": ("catalogue/capabilities/mail.yaml", _capability("mail", "workflow")),
        "shop": ("catalogue/capabilities/shop.yaml", _capability("shop", "edge")),
        "services": ("catalogue/services.yaml", SERVICES),
        "sheets": ("catalogue/assessments/shop.yaml", SHEETS),
        "decisions": (
            "catalogue/decisions/all.yaml",
            "---\n".join(
                (
                    _decision(1, "orders-all", "knit, wool", "orchestrate"),
                    _decision(2, "shop-all", "knit, wool", "orchestrate"),
                    _decision(3, "mail-wool", "wool", "orchestrate", MOVE),
                )
            ),
        ),
    }
    found = {
        "concertino.yaml": "apiVersion: concertino/v1\nkind: Configuration\nextends: [tried]\n",
        "policies/tried/pack.yaml": PACK,
        "policies/tried/decision-model.yaml": model,
    }
    for name, (path, text) in contents.items():
        given = changes.get(name, text)
        if given is not None:
            found[path] = given
    return found


@pytest.fixture
def small(write: Callable[[Mapping[str, str]], Path]) -> Callable[..., Path]:
    """Writes the small portfolio, with some of its files given another text, and gives the folder."""

    def call(**changes: str | None) -> Path:
        return write(_files(**changes))

    return call
