"""Findings completed for their readers: the places that were read, and the one change that would do."""

from dataclasses import replace

from concertino.catalogue import Overlay
from concertino.evaluation import Adviser, Judge
from concertino.verdict.judge import Judged, read_histories
from concertino.verdict.verdict import Verdict
from concertino.verdict.views import views


def advised(found: Judged, *, with_places: bool = True) -> Verdict:
    """The verdict with its findings completed, in the order of the report; see `Adviser` for what is left out.

    No result changes, and so neither do counts and the gate. Whoever only compares verdicts can do without.
    """
    policies = {policy.id: policy for policy in found.rules.policies.policies}
    if not any(item.policy in policies for item in found.verdict.findings):
        return found.verdict
    histories = read_histories(found.snapshot, found.rules, found.catalogue)
    as_of, rules = found.verdict.as_of, found.rules
    judge = Judge(
        found.catalogue,
        as_of,
        rules.configuration.limits,
        histories,
        model=rules.model,
        views=views(found.catalogue, rules, as_of),
    )
    adviser = Adviser(judge, Overlay(found.catalogue, found.rules.builder), with_places=with_places)
    findings = tuple(
        adviser.advised(policies[item.policy], item) if item.policy in policies else item
        for item in found.verdict.findings
    )
    return replace(found.verdict, findings=findings)
