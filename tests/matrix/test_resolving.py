"""From a catalogue to answers: where every score comes from, what is missing, contested or not known yet."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from concertino.catalogue import Catalogue
from concertino.matrix.cells import CellAnswer
from concertino.matrix.resolving import read_matrix
from concertino.revision import SnapshotProblem, open_snapshot
from concertino.revision.shipped import shipped_files
from concertino.verdict import Rules, read_catalogue, read_rules

ROOT = Path(__file__).parents[2]
DAY = "2026-06-30"
Governed = Callable[..., tuple[Rules, Catalogue]]

TEAMS = """
apiVersion: concertino/v1
kind: Team
metadata: {name: hub, title: Hub}
spec: {type: platform, members: [{name: Ada, handle: ada}]}
---
apiVersion: concertino/v1
kind: Team
metadata: {name: shop, title: Shop}
spec: {type: brand, members: [{name: Bo, handle: bo}]}
"""
BRAND = """
apiVersion: concertino/v1
kind: Brand
metadata: {name: NAME, title: NAME}
spec:
  promise: Warm.
  role: mature
  team: shop
  resultOwner: shop
  demand: 4
"""
CAPABILITY = """
apiVersion: concertino/v1
kind: Capability
metadata: {name: orders, title: Orders}
spec:
  standard: One order.
  plane: workflow
  owner: hub
  defaults: {differentiation: 2, commonality: 4, reuse: 4, economics: 3, risk: 2}
"""
ALL_CHECKS = (
    "owner-and-roadmap",
    "service-level-met",
    "lead-time-met",
    "failover-tested",
    "audit-trail-and-access-review",
    "patch-time-in-target",
    "exception-process",
    "contract-compatibility-rule",
)


def sheet(rows: str, perspective: str = "brand") -> str:
    return (
        f"apiVersion: concertino/v1\nkind: Assessment\nmetadata: {{name: by-{perspective}, title: S}}\n"
        f"spec: {{capability: orders, perspective: {perspective}, ratedOn: 2026-02-01, rows: [{rows}]}}\n"
    )


def row(**scores: int | str) -> str:
    pairs = ", ".join(f"{key}: {value}" for key, value in scores.items())
    return f"{{brand: knit, by: bo, {pairs}}}"


def service(name: str = "order-hub", consumers: str = "knit", checks: tuple[str, ...] = (), **spec: str) -> str:
    lines = {"owner": "hub", "lifecycle": "live", **spec}
    body = "".join(f"  {key}: {value}\n" for key, value in lines.items())
    done = "".join(f"    - {{check: {item}, met: true, checkedOn: 2026-05-01}}\n" for item in checks)
    return (
        f"apiVersion: concertino/v1\nkind: Service\nmetadata: {{name: {name}, title: S}}\n"
        f"spec:\n  capabilities: [orders]\n  consumers: [{consumers}]\n{body}" + (f"  checks:\n{done}" if done else "")
    )


def decision(name: str = "d1", **spec: str) -> str:
    lines = {
        "number": "1",
        "status": "accepted",
        "capability": "orders",
        "brands": "[knit]",
        "model": "orchestrate",
        "decidedOn": "2026-03-01",
        "deciders": "[hub]",
        "drivers": "[agility]",
        "measures": "[{metric: a, baseline: 1, target: 2, by: 2026-12-31}]",
        "nextReview": "2026-09-01",
        "context": "Why.",
        "consequences": "[{kind: good, text: it works}]",
        **spec,
    }
    body = "".join(f"  {key}: {value}\n" for key, value in lines.items())
    return f"apiVersion: concertino/v1\nkind: Decision\nmetadata: {{name: {name}, title: {name}}}\nspec:\n{body}"


def figure(**change: str) -> str:
    parts = {
        "kind": "customer",
        "metric": "returns",
        "baseline": "10.0",
        "value": "9.0",
        "unit": "percent",
        "source": "Log",
        "period": "2026-Q1",
        "basis": "observed",
        "asOf": "2026-03-01",
        **change,
    }
    return "[{" + ", ".join(f"{key}: {value}" for key, value in parts.items()) + "}]"


@pytest.fixture
def cell(governed: Governed) -> Callable[..., CellAnswer]:
    """The answer for the brand Knit in the capability orders, with these further documents in the catalogue."""

    def call(*documents: str, brand: str = "", capability: str = "", **files: str) -> CellAnswer:
        rules, catalogue = governed(
            {
                "catalogue/teams.yaml": TEAMS,
                "catalogue/knit.yaml": BRAND.replace("NAME", "knit") + brand,
                "catalogue/orders.yaml": CAPABILITY + capability,
                **{f"catalogue/more-{number}.yaml": text for number, text in enumerate(documents)},
                **{f"catalogue/{name}": text for name, text in files.items()},
            }
        )
        assert rules.problems == ()
        assert catalogue.problems == ()
        assert rules.model is not None
        cells = read_matrix(catalogue, rules.model, DAY, rules.configuration.limits, ["cell:knit/orders"])
        assert len(cells) == 1
        return cells[0]

    return call


def scores(found: CellAnswer) -> Mapping[str, int]:
    return {name: score.value for name, score in found.scores.items()}


def test_what_nobody_scored_is_inherited_and_says_from_where(cell: Callable[..., CellAnswer]) -> None:
    found = cell()

    assert scores(found) == {
        "differentiation": 2,
        "commonality": 4,
        "reuse": 4,
        "demand": 3,
        "economics": 3,
        "risk": 2,
    }
    assert {name: score.level for name, score in found.scores.items()} == {
        "differentiation": "capability",
        "commonality": "capability",
        "reuse": "capability",
        "demand": "middle",
        "economics": "capability",
        "risk": "capability",
    }
    assert found.own == ()
    assert str(found.scores["reuse"].source.place) == "catalogue/orders.yaml:9:57"
    assert found.scores["demand"].source.place.file.endswith("decision-model.yaml")


def test_each_more_specific_level_goes_before_the_general_ones(cell: Callable[..., CellAnswer]) -> None:
    found = cell(
        sheet(row(differentiation=5)),
        brand="  regulated: [{capability: orders, requirement: A law, specialised: true, risk: 5}]\n",
        capability="  demandSensitive: true\n",
    )

    levels = {name: (score.value, score.level) for name, score in found.scores.items()}
    assert levels["differentiation"] == (5, "own-row")
    assert levels["risk"] == (5, "regulated")
    assert levels["demand"] == (4, "demand-of-the-brand")
    assert levels["reuse"] == (4, "capability")
    assert found.own == ("differentiation", "risk")
    assert found.scores["risk"].source.place.pointer == "/spec/regulated/0/risk"
    assert found.scores["differentiation"].source.place.pointer == "/spec/rows/0/differentiation"


@pytest.mark.parametrize(
    ("launches", "economics"),
    [((10, 10), 3), ((15, 5), 2), ((30, 0.1), 2), ((40, 2, 2), 1)],
    ids=["as the others", "one and a half times", "just below twice", "more than twice"],
)
def test_a_pace_above_the_mean_leads_toward_the_brand(
    cell: Callable[..., CellAnswer], launches: tuple[float, ...], economics: int
) -> None:
    others = [BRAND.replace("NAME", f"other{number}") for number in range(len(launches) - 1)]
    subjects = ["knit", *(f"other{number}" for number in range(len(launches) - 1))]
    rows = ", ".join(
        f"{{subject: 'brand:{name}', period: 2026-Q1, value: {value}}}"
        for name, value in zip(subjects, launches, strict=True)
    )
    measured = (
        "apiVersion: concertino/v1\nkind: Measurement\nmetadata: {name: launches, title: L}\n"
        f"spec: {{metric: launches, source: Calendar, rows: [{rows}]}}\n"
    )

    found = cell(*others, measured, capability="  paceSensitive: true\n")

    assert found.scores["economics"].value == economics


@pytest.mark.parametrize(
    ("written", "commonality"),
    [
        ("ratePercent: 0.9, criticality: cosmetic", 5),
        ("ratePercent: 0.9, criticality: mission-critical", 3),
        ("ratePercent: 1.0, criticality: material", 3),
        ("ratePercent: 5.0, criticality: cosmetic", 4),
        ("ratePercent: 5.1, criticality: cosmetic", 3),
        ("ratePercent: 12.0, criticality: mission-critical", 1),
    ],
)
def test_commonality_follows_from_how_often_and_how_critically_the_process_departs(
    cell: Callable[..., CellAnswer], written: str, commonality: int
) -> None:
    found = cell(sheet(row(processExceptions=f"{{{written}, asOf: 2026-01-01, source: Log}}")))

    assert (found.scores["commonality"].value, found.scores["commonality"].level) == (commonality, "process-exceptions")
    assert found.scores["commonality"].source.place.pointer == "/spec/rows/0/processExceptions/ratePercent"


def test_a_commonality_that_was_entered_goes_before_the_derived_one(cell: Callable[..., CellAnswer]) -> None:
    rate = "{ratePercent: 12.0, criticality: material, asOf: 2026-01-01, source: Log}"
    found = cell(sheet(row(commonality=4, processExceptions=rate)))

    assert (found.scores["commonality"].value, found.scores["commonality"].level) == (4, "own-row")


def test_a_required_score_that_stands_nowhere_leaves_no_answer(cell: Callable[..., CellAnswer]) -> None:
    bare = CAPABILITY.replace(
        "{differentiation: 2, commonality: 4, reuse: 4, economics: 3, risk: 2}", "{commonality: 4}"
    )
    found = cell(**{"orders.yaml": bare})

    assert found.missing == ("differentiation", "reuse", "risk")
    assert found.answer is None
    assert found.recommendation == ""


def test_of_two_perspectives_the_less_favourable_value_to_operate_counts(cell: Callable[..., CellAnswer]) -> None:
    found = cell(
        sheet(row(differentiation=5, commonality=2, risk=2)),
        sheet(row(differentiation=3, commonality=4, risk=5), perspective="platform"),
        service(checks=ALL_CHECKS),
    )

    assert scores(found)["differentiation"] == 3
    assert scores(found)["commonality"] == 4
    assert scores(found)["risk"] == 5, "on a mature platform a higher risk leads to the first answer"
    assert [source.perspective for source in found.scores["risk"].sources] == ["brand", "platform"]
    assert found.scores["risk"].source.perspective == "platform"


def test_of_three_perspectives_the_middle_counts(cell: Callable[..., CellAnswer]) -> None:
    sheets = [sheet(row(reuse=value), name) for name, value in (("brand", 1), ("platform", 5), ("finance", 2))]

    assert scores(cell(*sheets))["reuse"] == 2


def test_perspectives_that_lead_to_different_answers_contest_a_cell(cell: Callable[..., CellAnswer]) -> None:
    local = {"differentiation": 5, "commonality": 2, "reuse": 1, "economics": 1}
    shared = {"differentiation": 1, "commonality": 5, "reuse": 5, "economics": 5}
    found = cell(
        sheet(row(**local)),
        sheet(row(**shared), "platform"),
        sheet(row(risk=3), "risk"),
        decision(evidence=figure()),
    )

    alone = {view.perspective: view.answer.answer for view in found.views}
    assert alone == {"brand": "operate", "platform": "orchestrate", "risk": "orchestrate"}
    assert found.contested
    assert not cell(sheet(row(**shared)), sheet(row(**shared), "platform")).contested


@pytest.mark.parametrize(
    ("documents", "state"),
    [
        ([decision()], "none"),
        ([decision(evidence=figure())], "measured"),
        ([decision(evidence=figure(value="9.95"))], "none"),
        ([decision(evidence=figure(kind="differentiation"))], "none"),
        ([decision(evidence=figure(asOf="2025-06-24"))], "none"),
        ([decision(evidence=figure(asOf="2025-06-25"))], "measured"),
        ([decision(evidence=figure(asOf="2026-07-01"))], "none"),
        ([decision(status="proposed", evidence=figure())], "measured"),
        ([decision(status="rejected", evidence=figure())], "none"),
        ([decision(evidence=figure(basis="expected", confirmBy="2026-08-31"))], "pending"),
        ([decision(evidence=figure(basis="expected", confirmBy="2026-06-29"))], "none"),
        ([decision(evidence=figure(basis="expected", confirmBy="2026-09-02"))], "none"),
        ([decision(drivers="[legacy]", evidence=figure(basis="expected", confirmBy="2026-08-31"))], "none"),
        (
            [
                decision(evidence=figure(basis="expected", confirmBy="2026-08-31"), supersedes="[d0]"),
                decision("d0", number="2", evidence=figure(basis="expected", confirmBy="2026-02-01")),
            ],
            "none",
        ),
    ],
    ids=[
        "no figure",
        "an observed one",
        "a change of half a per cent",
        "not of customers, revenue or risk",
        "371 days old",
        "370 days old",
        "from tomorrow",
        "of a proposal",
        "of a rejected proposal",
        "a forecast",
        "a forecast whose day is past",
        "a forecast for more than two quarters",
        "a forecast without a reason",
        "a forecast for the second time",
    ],
)
def test_evidence_is_measured_pending_or_none(
    cell: Callable[..., CellAnswer], documents: list[str], state: str
) -> None:
    assert cell(*documents).circumstances["evidence"].value == state


def test_a_figure_that_got_worse_proves_nothing(cell: Callable[..., CellAnswer]) -> None:
    portfolio = (
        "apiVersion: concertino/v1\nkind: Portfolio\nmetadata: {name: all, title: All}\n"
        "spec: {currency: EUR, fiscalYearStart: 01-01, "
        "metrics: [{id: returns, unit: percent, better: up, group: quality}]}\n"
    )

    assert cell(portfolio, decision(evidence=figure())).circumstances["evidence"].value == "none"


def test_without_any_decision_the_evidence_is_undetermined_and_shown_as_if_measured(
    cell: Callable[..., CellAnswer],
) -> None:
    local = sheet(row(differentiation=5, commonality=2, reuse=1, economics=1))
    found = cell(local)

    assert found.undetermined == ("evidence",)
    assert found.circumstances["evidence"].assumed == "measured"
    assert (found.recommendation, found.if_known and found.if_known.answer) == ("orchestrate", "operate")
    known = cell(local, decision())
    assert (known.undetermined, known.if_known) == ((), None)


@pytest.mark.parametrize(
    ("services", "maturity"),
    [
        ([], 1),
        ([service(checks=ALL_CHECKS[:5])], 3),
        ([service(checks=ALL_CHECKS)], 5),
        ([service(checks=tuple(item for item in ALL_CHECKS if item != "exception-process"))], 3),
        ([service(checks=ALL_CHECKS, lifecycle="planned")], 1),
        ([service(checks=ALL_CHECKS, owner="shop")], 1),
        ([service(checks=ALL_CHECKS, consumers="")], 5),
        ([service(checks=ALL_CHECKS), service("second", checks=ALL_CHECKS[:2])], 2),
        ([service(checks=ALL_CHECKS, consumers=""), service("second", "", ALL_CHECKS[:2])], 5),
        ([service(checks=ALL_CHECKS).replace("2026-05-01", "2025-06-24")], 1),
    ],
    ids=[
        "no service",
        "five checks",
        "all checks",
        "without an exception process",
        "not live yet",
        "run by a brand",
        "that serves nobody here yet",
        "the lowest of two that serve",
        "the highest of two that do not serve",
        "checks that are 371 days old",
    ],
)
def test_maturity_comes_from_the_checks_of_the_services(
    cell: Callable[..., CellAnswer], services: list[str], maturity: int
) -> None:
    assert cell(*services).circumstances["maturity"].value == maturity


@pytest.mark.parametrize(("revenue", "small"), [(39.9, True), (40.1, False)])
def test_a_brand_is_small_below_a_share_of_the_mean_brand(
    cell: Callable[..., CellAnswer], revenue: float, *, small: bool
) -> None:
    other = (200 - revenue) / 1
    rows = ", ".join(
        f"{{subject: 'brand:{name}', period: {period}, value: {value}}}"
        for name, value in (("knit", revenue), ("other", other))
        for period in ("2025-Q3", "2026-Q1")
    )
    old = "{subject: 'brand:knit', period: 2025-Q1, value: 900}, {subject: 'brand:knit', period: 2026-Q2, value: 900}"
    measured = (
        "apiVersion: concertino/v1\nkind: Measurement\nmetadata: {name: revenue, title: R}\n"
        f"spec: {{metric: revenue, source: Ledger, rows: [{rows}, {old}]}}\n"
    )

    assert cell(BRAND.replace("NAME", "other"), measured).circumstances["small"].value is small


@pytest.mark.parametrize(
    ("services", "actual"),
    [
        ([], ""),
        ([service()], "orchestrate"),
        ([service(owner="shop")], "operate"),
        ([service(), service("own", owner="shop")], "federate"),
        ([service(lifecycle="planned")], ""),
    ],
    ids=["nothing serves", "a shared one", "an own one", "both", "one that is planned"],
)
def test_actual_follows_who_runs_and_who_consumes(
    cell: Callable[..., CellAnswer], services: list[str], actual: str
) -> None:
    found = cell(*services, decision(model="federate"))

    assert (found.decided, found.actual) == ("federate", actual)


def test_a_cell_whose_brand_has_a_fault_says_so_and_has_no_answer(governed: Governed) -> None:
    rules, catalogue = governed(
        {
            "catalogue/teams.yaml": TEAMS,
            "catalogue/knit.yaml": BRAND.replace("NAME", "knit").replace("demand: 4", "demand: 9"),
            "catalogue/orders.yaml": CAPABILITY,
        }
    )
    assert rules.model is not None
    (found,) = read_matrix(catalogue, rules.model, DAY, rules.configuration.limits)

    assert found.answer is None
    assert [failure.place.file for failure in found.failures] == ["catalogue/knit.yaml"]


@pytest.fixture(scope="module")
def reference() -> tuple[CellAnswer, ...]:
    """The matrix of the reference portfolio."""
    snapshot = open_snapshot(ROOT, environment=os.environ)
    assert not isinstance(snapshot, SnapshotProblem)
    rules = read_rules(snapshot, shipped_files())
    assert rules.model is not None
    return read_matrix(read_catalogue(snapshot, rules), rules.model, DAY, rules.configuration.limits)


def test_every_cell_of_the_reference_portfolio_has_exactly_one_answer(reference: tuple[CellAnswer, ...]) -> None:
    assert len(reference) == 118
    assert [cell.entity for cell in reference] == sorted(cell.entity for cell in reference)
    assert {cell.recommendation for cell in reference} == {"orchestrate", "federate", "operate"}
    assert all(not cell.missing and not cell.failures for cell in reference)


def test_every_score_of_the_reference_portfolio_stands_in_the_line_that_it_names(
    reference: tuple[CellAnswer, ...],
) -> None:
    lines = {path: (ROOT / path).read_text().splitlines() for path in _files(reference)}
    checked = 0
    for cell in reference:
        for score in cell.scores.values():
            for source in score.sources:
                if source.level in ("own-row", "capability", "regulated", "demand-of-the-brand"):
                    place = source.place
                    text = lines[place.file][place.line - 1][place.column - 1 : place.end_column - 1]
                    assert text.endswith(str(source.value)), (cell.entity, score.factor, str(place))
                    checked += 1
    assert checked > 500


def _files(reference: tuple[CellAnswer, ...]) -> set[str]:
    sources = (source for cell in reference for score in cell.scores.values() for source in score.sources)
    return {source.place.file for source in sources}
