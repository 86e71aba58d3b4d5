"""Both sides of a succession change or neither: a record that says "superseded by" needs the one that supersedes."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from concertino.catalogue import Catalogue
from concertino.expressions import Entity
from concertino.records.reading import DECISION_KIND, mapping, sequence, text
from concertino.records.rendered import Drift, DriftKind, WritePlan


def partners_of(catalogue: Catalogue) -> Mapping[str, frozenset[str]]:
    """For each decision those that it supersedes or that supersede it, once the later one is accepted; by reference.

    A successor with faults counts whatever its status: nobody can tell, so its predecessors are better left alone.
    """
    found: dict[str, set[str]] = {}
    for item in catalogue.of_kind(DECISION_KIND):
        spec = mapping(item.value, "spec")
        if text(spec, "status") != "accepted" and item.fault is None:
            continue
        for target in sequence(mapping(spec, "refs"), "supersedes"):
            if isinstance(target, Entity):
                found.setdefault(item.name, set()).add(target.reference)
                found.setdefault(target.reference, set()).add(item.name)
    return {name: frozenset(names) for name, names in found.items()}


def held_back(plan: WritePlan, partners: Mapping[str, frozenset[str]], spared: Collection[str]) -> WritePlan:
    """The plan without those writes whose other side can't be written: it was edited, or its decision has faults.

    What is held back stands among the refused, with the reason.
    """
    stuck = {item.decision: item.path for item in plan.refused if item.decision} | {name: name for name in spared}
    writes = {file.decision: file for file in plan.writes if file.decision}
    held: list[Drift] = []
    waiting = sorted(stuck)
    while waiting:
        name = waiting.pop(0)
        for partner in sorted(partners.get(name, frozenset()) & writes.keys()):
            path = writes.pop(partner).path
            why = f"it waits for the other side of a succession, {stuck[name]}: both records change or neither"
            held.append(Drift(path, DriftKind.OUTDATED, why, partner))
            stuck[partner] = path
            waiting.append(partner)
    kept = tuple(file for file in plan.writes if not file.decision or file.decision in writes)
    return replace(plan, writes=kept, refused=tuple(sorted((*plan.refused, *held))))
