"""What is offered and shown for the findings of the reference portfolio, as it is and broken, is true."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from concertino.catalogue import Catalogue, Overlay
from concertino.documents import read_documents
from concertino.evaluation import Effort, Judge, search
from concertino.evaluation.advice import MOST_READS, places_of
from concertino.evaluation.reading import read_for
from concertino.model.edit import Edit, Offer
from concertino.model.limits import Limits
from concertino.model.outcome import Outcome, Result
from concertino.model.snapshot import Snapshot
from concertino.revision import SnapshotProblem, open_snapshot
from concertino.revision.shipped import shipped_files
from concertino.verdict import Rules, judged, read_catalogue, read_rules
from concertino.verdict.advising import advised
from concertino.verdict.judge import read_histories
from concertino.verdict.views import views

ROOT = Path(__file__).resolve().parents[2]
DAY = "2026-06-30"
BREAKING = (
    (r"catalogue/services/commerce\.yaml", r"mode: showback", "mode: central"),
    (r"catalogue/teams\.yaml", r"escalatesTo: architecture-board", "escalatesTo: oakwell-technology"),
    (r"catalogue/decisions/00(13|16|24).*", r"model: federate", "model: orchestrate"),
    (r"catalogue/decisions/001[0-2].*", r"deciders: .*", "deciders: [architecture-board]"),
    (r"catalogue/rights\.yaml", r"accountable: .*", "accountable: architecture-board"),
    (r"catalogue/services/fronts\.yaml", r"consumers: \[aurora\]", "consumers: [aurora, oakwell]"),
)


@dataclass(frozen=True)
class Portfolio:
    """A portfolio in files that can be changed and read anew."""

    snapshot: Snapshot
    rules: Rules
    catalogue: Catalogue

    def judge(self) -> Judge:
        return Judge(
            self.catalogue,
            DAY,
            self.rules.configuration.limits,
            read_histories(self.snapshot, self.rules, self.catalogue),
            model=self.rules.model,
            views=views(self.catalogue, self.rules, DAY),
        )

    def findings(self) -> list[Outcome]:
        """The findings of policies before exceptions: the first of each policy, and every one that is waived."""
        verdict = judged(self.snapshot, self.rules, DAY).verdict
        ids = {policy.id for policy in self.rules.policies.policies}
        found = [item for item in verdict.findings if item.policy in ids]
        first = {(item.policy, item.validation, item.result is Result.WAIVED): item for item in reversed(found)}
        return list(reversed(first.values()))

    def after(self, edits: tuple[Edit, ...]) -> "Portfolio":
        """The portfolio with the edits written down in its files."""
        texts: dict[str, bytes] = {}
        documents: dict[str, list[Any]] = {}
        for edit in edits:
            entity = self.catalogue.by_name[edit.entity]
            if entity.file not in documents:
                data = self.snapshot.read([entity.file])[entity.file]
                documents[entity.file] = [one.value for one in read_documents(entity.file, data, Limits()).documents]
            put(documents[entity.file][entity.index], edit)
        for file, values in documents.items():
            texts[file] = "".join(f"---\n{json.dumps(value)}\n" for value in values).encode()
        return laid_over(self, texts)


def put(document: Any, edit: Edit) -> None:  # noqa: ANN401 - a document holds anything
    *above, last = [part.replace("~1", "/").replace("~0", "~") for part in edit.pointer.split("/")[1:]]
    holder = document
    for part in above:
        holder = holder[int(part)] if isinstance(holder, list) else holder[part]
    if last == "-":
        holder.append(edit.after)
    elif edit.after is None:
        del holder[int(last) if isinstance(holder, list) else last]
    else:
        holder[int(last) if isinstance(holder, list) else last] = edit.after


def laid_over(portfolio: Portfolio, texts: Mapping[str, bytes]) -> Portfolio:
    """The portfolio with other bytes in these files."""

    def read(paths: Any) -> Mapping[str, bytes]:  # noqa: ANN401 - paths of whatever sort
        wanted = list(paths)
        known = portfolio.snapshot.read([path for path in wanted if path not in texts])
        return {**known, **{path: texts[path] for path in wanted if path in texts}}

    snapshot = replace(portfolio.snapshot, read=read)
    return Portfolio(snapshot, portfolio.rules, read_catalogue(snapshot, portfolio.rules))


@cache
def portfolio(name: str) -> Portfolio:
    snapshot = open_snapshot(ROOT, revision=None, staged=False, environment=os.environ)
    assert not isinstance(snapshot, SnapshotProblem)
    rules = read_rules(snapshot, shipped_files())
    reference = Portfolio(snapshot, rules, read_catalogue(snapshot, rules))
    if name == "the reference":
        return reference
    files = reference.snapshot.read(reference.snapshot.entries)
    broken = {
        path: re.sub(pattern, by, files[path].decode()).encode()
        for where, pattern, by in BREAKING
        for path in files
        if re.fullmatch(where, path)
    }
    return laid_over(reference, broken)


PORTFOLIOS = ["the reference", "the broken one"]


@pytest.mark.slow
@pytest.mark.parametrize("name", PORTFOLIOS)
def test_every_offer_does_what_it_says_when_written_down_and_no_part_of_it_does(name: str) -> None:
    found = portfolio(name)
    overlay, offers = Overlay(found.catalogue, found.rules.builder), 0
    policies = {policy.id: policy for policy in found.rules.policies.policies}
    for item in found.findings():
        entity = found.catalogue.by_name[item.subject]
        result = search(found.judge(), overlay, policies[item.policy], entity, item, Effort(steps=80_000, offers=2))
        for offer in result.offers:
            offers += 1
            keeps_its_word(found, item, offer)
    assert offers >= 10


def keeps_its_word(found: Portfolio, item: Outcome, offer: Offer) -> None:
    after = outcome(found.after(offer.edits), item)
    assert (after is Result.PASS) is offer.applies, (item, offer)
    assert after in {Result.PASS, Result.SKIP, None}
    for size in range(1, len(offer.edits)):
        for part in combinations(offer.edits, size):
            assert outcome(found.after(part), item) is Result.FAIL


def outcome(found: Portfolio, item: Outcome) -> Result | None:
    """What the same finding is now, None if nothing like it is judged any more."""
    assert found.catalogue.problems == ()
    policy = next(one for one in found.rules.policies.policies if one.id == item.policy)
    outcomes = found.judge().outcomes_of(policy, found.catalogue.by_name[item.subject])
    return next((one.result for one in outcomes if one.identity == item.identity), None)


@pytest.mark.parametrize("name", PORTFOLIOS)
def test_a_finding_names_places_that_were_read_the_nearest_first(name: str) -> None:
    found = portfolio(name)
    policies = {policy.id: policy for policy in found.rules.policies.policies}
    for item in found.findings():
        entity = found.catalogue.by_name[item.subject]
        reading = read_for(found.judge(), policies[item.policy], entity, item)
        reads = places_of(reading, found.judge(), entity, item)
        places = [(one.place.file, one.place.line, one.place.column) for one in reads]
        own = [file == entity.file for file, _, _ in places] if not entity.kind.derived else []

        assert 0 < len(reads) <= MOST_READS
        assert len(set(places)) == len(places)
        assert item.place is None or (item.place.file, item.place.line, item.place.column) not in places
        assert all(file in found.snapshot.entries for file, _, _ in places)
        assert not own or own[0] or not any(own)


def test_a_report_is_completed_without_a_change_to_what_it_says() -> None:
    broken = portfolio("the broken one")
    before = judged(broken.snapshot, broken.rules, DAY)
    after = advised(before)

    assert after == before.verdict
    assert all(item.reads for item in after.findings if item.policy in broken.rules.policies.ids)
    assert any(item.offers for item in after.findings)
    assert not any(item.offers for item in after.findings if item.result is Result.WAIVED)
    again = advised(before)
    assert [(one.reads, one.offers) for one in again.findings] == [(one.reads, one.offers) for one in after.findings]
