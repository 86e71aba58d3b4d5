from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from concertino.catalogue import Catalogue
from concertino.model.snapshot import Entry, EntryKind, Snapshot, Source, SourceKind
from concertino.revision.shipped import shipped_files
from concertino.verdict import Rules, read_rules

TEAMS = """\
apiVersion: concertino/v1
kind: Team
metadata: {name: board, title: Architecture board}
spec: {type: architecture, members: [{name: Ada, handle: ada}]}
---
apiVersion: concertino/v1
kind: Team
metadata: {name: finance, title: Group finance}
spec: {type: finance, members: [{name: Fay, handle: fay}]}
"""
PORTFOLIO = """\
apiVersion: concertino/v1
kind: Portfolio
metadata: {name: group, title: The group}
spec:
  currency: EUR
  fiscalYearStart: "01-01"
  metrics: [{id: error-rate, unit: percent, better: down, group: quality}]
"""
BRANDS = """\
apiVersion: concertino/v1
kind: Brand
metadata: {name: aurora, title: Aurora}
spec: {promise: Light., role: flagship, team: board, resultOwner: board, demand: 2}
---
apiVersion: concertino/v1
kind: Brand
metadata: {name: oakwell, title: Oakwell & Sons}
spec: {promise: Repaired for life., role: heritage, team: board, resultOwner: board, demand: 1}
---
apiVersion: concertino/v1
kind: Brand
metadata: {name: leaving, title: Leaving}
spec: {promise: Soon gone., role: mature, team: board, resultOwner: board, demand: 1, lifecycle: divesting}
"""
CAPABILITY = """\
apiVersion: concertino/v1
kind: Capability
metadata: {name: orders, title: Orders}
spec: {standard: One order from basket to return., plane: workflow, owner: board}
"""
SERVICE = """\
apiVersion: concertino/v1
kind: Service
metadata: {name: order-hub, title: Order hub}
spec: {owner: board, capabilities: [orders], consumers: [aurora, oakwell], lifecycle: live}
"""
EXCEPTION = """\
apiVersion: concertino/v1
kind: Exception
metadata: {name: split-basket, title: Split baskets until summer}
spec:
  policies: [orders-have-one-truth]
  entities: [cell:aurora/orders]
  type: waiver
  requester: ada
  approver: fay
  approvedOn: 2026-01-10
  owner: board
  expires: 2026-06-30
  evidence: []
  controls: [Counted each week.]
  reason: The hub can't split yet.
"""
FULL = """\
apiVersion: concertino/v1
kind: Decision
metadata: {name: orders-together, title: One order service for all}
spec:
  number: 7
  status: accepted
  capability: orders
  allBrands: {}
  model: orchestrate
  services: [order-hub]
  decidedOn: 2026-01-12
  lastReviewedOn: 2026-04-01
  nextReview: 2026-07-01
  deciders: [board, finance]
  drivers: [single-truth, cost]
  evidence:
    - {kind: customer, metric: kept-promises, baseline: 71, value: 93.5, unit: percent, basis: observed, source: S4}
  measures:
    - {metric: error-rate, baseline: 3.2, target: 1.5, by: 2026-12-31}
    - {metric: kept-promises, baseline: 93.5, target: 96, unit: percent, by: 2026-12-31, safeguard: true}
  costs:
    horizonQuarters: 8
    shared:
      - {line: queueing-delay, amount: 1250050, note: Six weeks.}
      - {line: platform-tax, unknown: {owner: finance, by: 2026-09-30}}
    local:
      - {line: duplicate-engineering, amount: 500000000}
  transition: {from: operate, to: orchestrate, by: 2026-12-31}
  brandBenefit: [{brand: aurora, benefit: Baskets that hold both., metric: basket-size}]
  context: |
    Orders came through two systems.
    Nobody knew which was right.

    - stock was promised twice
    - returns went nowhere
  options:
    - title: One hub
      model: orchestrate
      description: Everything in one place.
      arguments: [{kind: good, text: one team answers}]
    - {title: Wait and see}
  consequences:
    - {kind: good, text: there is one truth}
    - {kind: bad, text: changes queue}
  basis: {acceptedOn: 2026-01-12, digest: abc, summary: [Index 70 of 380., Near no line.]}
"""


def decision(name: str, number: int, **changes: str) -> str:
    """The YAML of a small decision; each change replaces a field of its spec, or adds one."""
    fields = {
        "number": str(number),
        "status": "accepted",
        "capability": "orders",
        "brands": "[aurora]",
        "model": "operate",
        "decidedOn": "2026-02-01",
        "deciders": "[board]",
        "drivers": "[channel-model]",
        "measures": "[{metric: error-rate, baseline: 2, target: 1, by: 2026-12-31}]",
        "nextReview": "2026-05-01",
        "context": "Something had to be decided.",
        "consequences": "[{kind: good, text: it is decided}]",
        **changes,
    }
    title = name.replace("-", " ").capitalize()
    head = f"apiVersion: concertino/v1\nkind: Decision\nmetadata: {{name: {name}, title: {title}}}\nspec:\n"
    return head + "".join(f"  {key}: {value}\n" for key, value in fields.items() if value)


def _files(files: Mapping[str, str]) -> dict[str, bytes]:
    base = {
        "catalogue/teams.yaml": TEAMS,
        "catalogue/portfolio.yaml": PORTFOLIO,
        "catalogue/brands.yaml": BRANDS,
        "catalogue/capabilities/orders.yaml": CAPABILITY,
        "catalogue/services/hub.yaml": SERVICE,
    }
    return {path: text.encode() for path, text in {**base, **files}.items() if text}


@pytest.fixture(scope="session")
def rules() -> Rules:
    """The shipped kinds, without any pack: records need no policies."""
    bare = b"apiVersion: concertino/v1\nkind: Configuration\nextends: []\n"
    snapshot = Snapshot(
        Source(SourceKind.WORKING_TREE),
        {"concertino.yaml": Entry("concertino.yaml", EntryKind.FILE)},
        lambda paths: dict.fromkeys(paths, bare),
    )
    return read_rules(snapshot, shipped_files())


@pytest.fixture(scope="session")
def catalogue_of(rules: Rules) -> Callable[[Mapping[str, str]], Catalogue]:
    """Builds a catalogue of a small group and these files."""
    return lambda files: rules.builder.build(_files(files))


@pytest.fixture
def group(tmp_path: Path) -> Path:
    """The files of the small group with one decision, in a folder without any pack."""
    files = _files({"catalogue/decisions/0001-own-orders.yaml": decision("own-orders", 1)})
    files["concertino.yaml"] = b"apiVersion: concertino/v1\nkind: Configuration\nextends: []\n"
    for path, data in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    return tmp_path


@pytest.fixture(scope="session")
def small() -> Callable[..., str]:
    """Writes the YAML of a small decision."""
    return decision


@pytest.fixture(scope="session")
def full() -> str:
    """The YAML of a decision that fills nearly every field."""
    return FULL


@pytest.fixture(scope="session")
def exception() -> str:
    """The YAML of an approved exception on a cell."""
    return EXCEPTION
