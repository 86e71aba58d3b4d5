"""Cases of policies that look back: history told in place of git."""

from collections.abc import Mapping

import pytest

from concertino.model.snapshot import Entry, EntryKind, Snapshot, Source, SourceKind
from concertino.revision.shipped import shipped_files
from concertino.verdict import Rules, read_rules
from concertino.verdict.cases import CasesReport, run_cases

POLICY = """
apiVersion: concertino/v1
kind: Policy
metadata: {name: named-before-it-grew, title: The escalation was known before the second member came}
spec:
  description: Why.
  target: Team
  severity: error
  enforcement: soft-mandatory
  approvalRight: funding
  history:
    - {name: members, of: spec.members}
    - {name: upward, of: spec.escalatesTo}
  validations:
    - expression: history.upward.exists(u, u.present && isBefore(u, history.members[size(history.members) - 1]))
      messageExpression: >-
        history.members.map(m, m.claims.author + "/" + m.signedBy + "/" + m.claims.authoredOn + "/" +
        m.claims.trailers[?"approved-by"].orValue([]).join("+") + (m.committed ? "" : "?")).join(", ")
  remediation: Mend it.
"""
CASES = """
apiVersion: concertino/v1
kind: Cases
metadata: {{name: named-before-it-grew}}
spec:
  asOf: "2026-06-30"
  entities:
    - {{kind: Team, metadata: {{name: top}}}}
    - kind: Team
      metadata: {{name: blue}}
      spec: {{members: [{{name: Mara, handle: mara}}, {{name: Jon, handle: jon}}], escalatesTo: top}}
  cases:
    - name: A case
      {history}
      expect:
        - {{entity: "team:blue", outcome: {outcome}{message}}}
        - {{entity: "team:top", outcome: fail}}
"""


@pytest.fixture(scope="module")
def rules() -> Rules:
    files: Mapping[str, bytes] = {
        "concertino.yaml": b"apiVersion: concertino/v1\nkind: Configuration\nextends: []\n",
        "policies/named-before-it-grew/policy.yaml": POLICY.encode(),
    }
    snapshot = Snapshot(
        Source(SourceKind.WORKING_TREE),
        {path: Entry(path, EntryKind.FILE) for path in files},
        lambda paths: {path: files[path] for path in paths if path in files},
    )
    rules = read_rules(snapshot, shipped_files())
    assert not rules.problems, [problem.message for problem in rules.problems]
    return rules


def ran(rules: Rules, history: str, outcome: str, message: str = "") -> CasesReport:
    told = f', message: "{message}"' if message else ""
    text = CASES.format(history=f"history: {history}" if history else "parameters: {}", outcome=outcome, message=told)
    return run_cases(rules.policies.policies[0], "cases.yaml", text.encode(), rules)


ALONE = '{entity: "team:blue", remove: spec.members.1}'
SILENT = '{entity: "team:blue", remove: spec.escalatesTo}'


@pytest.mark.parametrize(
    ("history", "outcome", "message"),
    [
        pytest.param("", "fail", "//?", id="without a history nothing is committed"),
        pytest.param("[{}]", "fail", "//", id="everything came with one commit"),
        pytest.param(f"[{{change: [{ALONE}]}}, {{}}]", "pass", "", id="the second member came with the second commit"),
        pytest.param(f"[{{change: [{ALONE}]}}]", "pass", "", id="the second member is not committed yet"),
        pytest.param(
            f"[{{change: [{ALONE}, {SILENT}]}}, {{change: [{SILENT}]}}, {{}}]", "fail", "//, //", id="known too late"
        ),
        pytest.param('[{absent: ["team:blue"]}, {}]', "fail", "//", id="the team was not there at first"),
        pytest.param(
            '[{absent: ["team:blue"]}, {author: Mara, signedBy: "@mara", authoredOn: "2026-05-01", '
            "trailers: {Approved-By: [jon, ada]}}]",
            "fail",
            "Mara/mara/2026-05-01/jon+ada",
            id="a commit says of itself what the case lets it say",
        ),
    ],
)
def test_a_case_tells_the_commits_before(rules: Rules, history: str, outcome: str, message: str) -> None:
    report = ran(rules, history, outcome, message)

    assert report.problems == ()
    assert report.results[0].failures == ()


def test_a_case_that_expects_something_else_fails(rules: Rules) -> None:
    report = ran(rules, "[{}]", "pass")

    assert "it came to: fail on team:blue" in report.results[0].failures[0]


@pytest.mark.parametrize(
    ("history", "message"),
    [
        pytest.param('[{absent: ["team:bleu"]}]', 'there is no entity "team:bleu"', id="an entity that there is not"),
        pytest.param(
            '[{change: [{entity: "team:bleu", remove: spec.members}]}]',
            'there is no entity "team:bleu"',
            id="a change to an entity that there is not",
        ),
        pytest.param(
            '[{change: [{entity: "team:blue", remove: spec.mebmers}]}]', "leads nowhere", id="a field that is not there"
        ),
        pytest.param("[{chnage: []}]", 'unknown field "chnage"', id="a misspelt field"),
    ],
)
def test_a_history_about_something_that_is_not_there_is_a_fault(rules: Rules, history: str, message: str) -> None:
    (problem,) = ran(rules, history, "fail").problems

    assert message in problem.message
    assert problem.place.line > 1
