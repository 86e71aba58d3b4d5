"""A small group with one policy that always finds something, and one exception from it."""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest

from concertino.model.snapshot import Entry, EntryKind, Snapshot, Source, SourceKind

Document = dict[str, Any]
Files = dict[str, str | bytes]

FIGURE: Document = {
    "kind": "risk",
    "metric": "incidents",
    "baseline": 4,
    "value": 2,
    "unit": "a year",
    "period": "2026-Q1",
    "source": "Incident log",
    "basis": "observed",
}
GRANTED: Document = {
    "policies": ["node-is-shared"],
    "entities": ["cell:aurora/orders"],
    "type": "waiver",
    "requester": "nils",
    "owner": "aurora-technology",
    "approver": "ada",
    "approvedOn": "2026-03-01",
    "startsOn": "2026-03-15",
    "expires": "2026-06-30",
    "evidence": [FIGURE],
    "controls": ["A look each Monday."],
    "reason": "The move needs the season to end first.",
}
POLICY: Document = {
    "description": "It finds something in every cell, so that there is something to waive.",
    "target": "Cell",
    "severity": "error",
    "enforcement": "soft-mandatory",
    "approvalRight": "operating-model",
    "validations": [{"name": "shared", "expression": "false", "message": "the node is not shared"}],
    "remediation": "Nothing; this is a test.",
}


def document(kind: str, name: str, spec: Mapping[str, Any], title: str = "") -> Document:
    metadata = {"name": name, "title": title or name.replace("-", " ").title()}
    return {"apiVersion": "concertino/v1", "kind": kind, "metadata": metadata, "spec": dict(spec)}


def team(name: str, kind: str, *handles: str) -> Document:
    return document(
        "Team", name, {"type": kind, "members": [{"name": item.title(), "handle": item} for item in handles]}
    )


def right(name: str, spec: Mapping[str, Any]) -> Document:
    return document("DecisionRight", name, {"escalation": "committee", **spec})


GROUP: list[Document] = [
    team("committee", "commercial", "ivo"),
    team("board", "architecture", "ada", "bea"),
    team("finance", "finance", "fay"),
    team("aurora-technology", "brand", "nils"),
    right("operating-model", {"right": "operating-model", "accountable": "board"}),
    document(
        "Portfolio",
        "group",
        {
            "currency": "EUR",
            "fiscalYearStart": "01-01",
            "metrics": [{"id": "error-rate", "unit": "percent", "better": "down", "group": "quality"}],
        },
        "Group",
    ),
    *(
        document(
            "Brand",
            name,
            {"promise": "Light.", "role": "mature", "team": "aurora-technology", "resultOwner": "finance", "demand": 2},
            name.title(),
        )
        for name in ("aurora", "oakwell")
    ),
    document("Capability", "orders", {"standard": "One order.", "plane": "workflow", "owner": "board"}, "Orders"),
    document(
        "Decision",
        "orders-aurora",
        {
            "number": 1,
            "status": "accepted",
            "capability": "orders",
            "brands": ["aurora"],
            "model": "orchestrate",
            "decidedOn": "2026-01-10",
            "deciders": ["board", "finance"],
            "drivers": ["single-truth"],
            "measures": [{"metric": "error-rate", "baseline": 3, "target": 1, "by": "2026-12-31"}],
            "nextReview": "2026-07-01",
            "context": "Something had to be decided.",
            "consequences": [{"kind": "good", "text": "it is decided"}],
        },
        "Orders of Aurora",
    ),
]


def policy(name: str, **change: object) -> Document:
    return document("Policy", name, {**POLICY, **change}, "A node is shared")


def exception(name: str, *without: str, **change: object) -> Document:
    spec = {key: value for key, value in {**deepcopy(GRANTED), **change}.items() if key not in without}
    return document("Exception", name, spec)


def files_of(documents: list[Document], *policies: Document, configuration: Mapping[str, Any] | None = None) -> Files:
    """A repository with these entities and policies, and no pack. JSON is YAML."""
    head = {"apiVersion": "concertino/v1", "kind": "Configuration", "extends": [], **(configuration or {})}
    found: Files = {"concertino.yaml": json.dumps(head)}
    for index, item in enumerate(documents):
        found[f"catalogue/{index:03d}-{item['metadata']['name']}.yaml"] = json.dumps(item)
    for item in policies:
        found[f"policies/{item['metadata']['name']}/policy.yaml"] = json.dumps(item)
    return found


def snapshot_of(files: Files) -> Snapshot:
    blobs = {path: data if isinstance(data, bytes) else data.encode() for path, data in files.items()}
    return Snapshot(
        Source(SourceKind.WORKING_TREE),
        {path: Entry(path, EntryKind.FILE) for path in sorted(blobs)},
        lambda paths: {path: blobs[path] for path in paths if path in blobs},
    )


WORLD = SimpleNamespace(
    figure=FIGURE,
    group=GROUP,
    policy=policy,
    exception=exception,
    document=document,
    right=right,
    team=team,
    files=files_of,
    snapshot=snapshot_of,
)


@pytest.fixture(scope="session")
def world() -> SimpleNamespace:
    """What the tests of this folder build their repositories with: a small group, ready to be changed."""
    return WORLD


@pytest.fixture
def repository(write: Callable[..., Any], world: SimpleNamespace) -> Callable[..., Any]:
    """Writes entities and policies into a folder, and gives the folder."""
    return lambda documents, *policies, **more: write(world.files(documents, *policies, **more))
