"""A portfolio knows the metrics of its packs without declaring them, and its own go before."""

from collections.abc import Callable

from concertino.verdict import Verdict
from concertino.verdict.metrics import merged

Judge = Callable[..., Verdict]

PACK = """
apiVersion: concertino/v1
kind: Pack
metadata: {name: base, title: Base}
spec:
  version: "1.0"
  metrics:
    - {id: error-rate, unit: percent, better: down, group: quality, effect: service}
    - {id: cost, unit: EUR, better: down, group: economics}
"""
SHOWN = """
apiVersion: concertino/v1
kind: Policy
metadata: {name: shown, title: Shown}
spec:
  description: Shows what the portfolio knows.
  target: Portfolio
  severity: note
  enforcement: advisory
  approvalRight: funding
  validations:
    - expression: 'false'
      messageExpression: 'entity.known.metrics.map(m, m.id + " in " + m.unit + " " + m.better).join("; ")'
  remediation: Nothing.
"""
CONFIGURATION = "apiVersion: concertino/v1\nkind: Configuration\nextends: [base]\n"


def portfolio(metrics: str) -> dict[str, str]:
    text = f"""
apiVersion: concertino/v1
kind: Portfolio
metadata: {{name: merrow, title: Merrow}}
spec: {{currency: EUR, fiscalYearStart: 01-01{metrics}}}
"""
    return {
        "concertino.yaml": CONFIGURATION,
        "policies/base/pack.yaml": PACK,
        "policies/base/shown/policy.yaml": SHOWN,
        "catalogue/portfolio.yaml": text,
    }


def message(verdict: Verdict) -> list[str]:
    return [finding.message for finding in verdict.findings]


def test_a_portfolio_without_metrics_knows_those_of_its_pack(verdict_on: Judge) -> None:
    assert message(verdict_on(portfolio(""))) == ["cost in EUR down; error-rate in percent down"]


def test_a_metric_of_the_portfolio_goes_before_that_of_the_pack(verdict_on: Judge) -> None:
    own = ", metrics: [{id: error-rate, unit: per mille, better: down, group: quality}]"

    assert message(verdict_on(portfolio(own))) == ["cost in EUR down; error-rate in per mille down"]


def test_what_is_merged_is_a_copy() -> None:
    brought = {"cost": {"id": "cost", "unit": "EUR"}}
    (first,) = merged(brought, {})
    assert isinstance(first, dict)

    first["unit"] = "USD"

    assert merged(brought, {}) == [{"id": "cost", "unit": "EUR"}]


def test_a_metric_of_the_pack_has_a_good_direction_for_evidence_too(verdict_on: Judge) -> None:
    always = SHOWN.replace("name: shown", "name: fails").replace("advisory", "soft-mandatory").replace("note", "error")
    teams = """
apiVersion: concertino/v1
kind: Team
metadata: {name: blue, title: Blue}
spec: {type: platform, members: [{name: Mara, handle: mara}, {name: Jon, handle: jon}]}
"""
    waived = """
apiVersion: concertino/v1
kind: Exception
metadata: {name: one, title: One}
spec:
  policies: [fails]
  entities: ["portfolio:merrow"]
  type: waiver
  requester: mara
  owner: blue
  approver: jon
  approvedOn: 2026-06-01
  expires: 2026-06-30
  evidence:
    - kind: risk
      metric: error-rate
      baseline: 2.0
      value: VALUE
      unit: percent
      period: Q1
      source: Log
      basis: observed
  controls: [A look each Monday.]
  reason: Not yet.
"""
    right = """
apiVersion: concertino/v1
kind: DecisionRight
metadata: {name: who-pays, title: Who pays}
spec: {right: funding, accountable: blue, escalation: blue}
"""
    results = {}
    for value in ("1.0", "4.0"):
        files = {
            **portfolio(""),
            "policies/base/fails/policy.yaml": always,
            "catalogue/one.yaml": waived.replace("VALUE", value),
            "catalogue/teams.yaml": teams,
            "catalogue/right.yaml": right,
        }
        results[value] = {f.result.value for f in verdict_on(files).findings if f.policy == "fails"}

    assert results == {"1.0": {"waived"}, "4.0": {"fail"}}
