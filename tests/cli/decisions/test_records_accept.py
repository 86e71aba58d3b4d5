"""Accepting freezes the facts into the decision, and changes no other byte."""

from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest
import yaml

Run = Callable[..., Any]
PATH = "catalogue/decisions/alone.yaml"
EXCEPTION = """\
apiVersion: concertino/v1
kind: Exception
metadata: {name: split-basket}
spec:
  policies: [a-policy]
  entities: [cell:aurora/orders]
  type: waiver
  requester: board
  approver: finance
  approvedOn: 2026-01-10
  owner: board
  expires: 2026-06-30
  evidence: []
  controls: []
  reason: Not yet.
"""


@pytest.fixture
def folder(governed: Run, decision: Run, tiny_model: str) -> Path:
    found: Path = governed(
        {PATH: decision("alone", 1, more="services: [order-hub]"), "policies/decision-model.yaml": tiny_model}
    )
    return found


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    lines = list(unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""))[2:]
    return [x[1:] for x in lines if x[0] == "-"], [x[1:] for x in lines if x[0] == "+"]


def test_accepting_writes_status_day_and_basis_and_leaves_every_other_line(folder: Path, concertino: Run) -> None:
    before = (folder / PATH).read_text()
    ran = concertino("records", "accept", "alone", "-C", folder, "--as-of", "2026-06-01")

    assert ran.code == 0, ran.err
    gone, new = changed_lines(before, (folder / PATH).read_text())
    assert gone == ["  status: proposed"]
    assert new[:2] == ["  status: accepted", "  decidedOn: 2026-06-01"]
    assert new[2] == "  basis:"
    basis = yaml.safe_load((folder / PATH).read_text())["spec"]["basis"]
    assert basis["cells"] == [
        {
            "cell": "cell:aurora/orders",
            "recommendation": "orchestrate",
            "index": 100,
            "margin": 105,
            "scores": {"worth": 2},
        }
    ]
    assert basis["deciders"] == ["board"]
    assert basis["summary"] == [
        "aurora/orders: orchestrate recommended at index 100, 105 from the nearest border; decided was operate."
    ]


def test_the_day_and_the_deciders_may_be_others(folder: Path, concertino: Run) -> None:
    concertino(
        *("records", "accept", "alone", "-C", folder, "--as-of", "2026-06-01"),
        *("--decided-on", "2026-05-20", "--deciders", "board,finance"),
    )
    text = (folder / PATH).read_text()

    assert "  decidedOn: 2026-05-20\n" in text
    assert "  deciders: [board, finance]   # the board alone\n" in text


def test_accepting_once_more_takes_the_facts_anew_and_the_day_of_the_decision_stays(
    folder: Path, concertino: Run
) -> None:
    concertino("records", "accept", "alone", "-C", folder, "--as-of", "2026-06-01")
    first = (folder / PATH).read_text()
    concertino("records", "accept", "alone", "-C", folder, "--as-of", "2026-06-01")
    assert (folder / PATH).read_text() == first, "the same facts on the same day"

    brands = folder / "catalogue/brands.yaml"
    brands.write_text(brands.read_text().replace("demand: 2", "demand: 4"))
    concertino("records", "accept", "alone", "-C", folder, "--as-of", "2026-07-01")
    spec = yaml.safe_load((folder / PATH).read_text())["spec"]

    assert str(spec["decidedOn"]) == "2026-06-01"
    assert str(spec["basis"]["acceptedOn"]) == "2026-07-01"
    assert spec["basis"]["cells"][0]["recommendation"] == "operate"
    assert spec["basis"]["digest"] not in first


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        pytest.param("alon", (), 'Did you mean "alone"?', id="a misspelt name"),
        pytest.param("old", (), "is superseded by decision:later", id="a decision that was replaced"),
        pytest.param("never", (), "is rejected", id="a decision that was decided against"),
        pytest.param("bad", (), "has faults", id="a decision with faults"),
        pytest.param(
            "alone", ("--decided-on", "2026-06-02"), "later than 2026-06-01", id="a day that is still to come"
        ),
        pytest.param("alone", ("--deciders", "bord"), 'Did you mean "board"?', id="a misspelt team"),
    ],
)
def test_what_cannot_come_into_force_is_refused_and_nothing_is_written(
    folder: Path, decision: Run, concertino: Run, name: str, arguments: tuple[str, ...], said: str
) -> None:
    for text in (
        decision("old", 2, "accepted"),
        decision("later", 3, "accepted", "supersedes: [old]"),
        decision("never", 4, "rejected"),
        decision("bad", 5).replace("model: operate", "model: operat"),
    ):
        (folder / f"catalogue/decisions/{text[2:5]}.yaml").write_text(text)
    before = {path: path.read_bytes() for path in folder.rglob("*.yaml")}
    ran = concertino("records", "accept", name, "-C", folder, "--as-of", "2026-06-01", *arguments)

    assert ran.code == 2
    assert said in ran.err
    assert {path: path.read_bytes() for path in folder.rglob("*.yaml")} == before


def test_both_records_of_a_succession_change_with_the_acceptance(folder: Path, decision: Run, concertino: Run) -> None:
    (folder / "catalogue/decisions/old.yaml").write_text(decision("old", 2, "accepted"))
    (folder / "catalogue/decisions/newer.yaml").write_text(decision("newer", 3, more="supersedes: [old]"))
    records = folder / "catalogue/records"
    concertino("records", "render", "-C", folder)
    assert 'status: "accepted"' in (records / "0002-old.md").read_text().replace(
        "status: accepted", 'status: "accepted"'
    )

    ran = concertino("records", "accept", "newer", "-C", folder, "--as-of", "2026-06-01")
    assert "decision:old is superseded now, by ADR-0003" in ran.out
    concertino("records", "render", "-C", folder)
    assert "superseded by ADR-0003" in (records / "0002-old.md").read_text()
    assert "Supersedes [ADR-0002" in (records / "0003-newer.md").read_text()


def test_where_one_record_of_a_succession_was_edited_neither_changes(
    folder: Path, decision: Run, concertino: Run
) -> None:
    (folder / "catalogue/decisions/old.yaml").write_text(decision("old", 2, "accepted"))
    (folder / "catalogue/decisions/newer.yaml").write_text(decision("newer", 3, more="supersedes: [old]"))
    concertino("records", "render", "-C", folder)
    old, newer = (folder / "catalogue/records" / name for name in ("0002-old.md", "0003-newer.md"))
    old.write_text(old.read_text() + "\nA note of mine.\n")
    before = newer.read_bytes()
    concertino("records", "accept", "newer", "-C", folder, "--as-of", "2026-06-01")
    ran = concertino("records", "render", "-C", folder)

    assert ran.code == 1
    assert "both records change or neither" in ran.err
    assert newer.read_bytes() == before
    assert concertino("records", "render", "--force", "-C", folder).code == 0
    assert newer.read_bytes() != before


def test_a_successor_with_faults_is_one_finding_and_its_predecessor_none(
    folder: Path, decision: Run, concertino: Run
) -> None:
    newer = folder / "catalogue/decisions/newer.yaml"
    (folder / "catalogue/decisions/old.yaml").write_text(decision("old", 2, "accepted"))
    newer.write_text(decision("newer", 3, "accepted", "supersedes: [old]"))
    concertino("records", "render", "-C", folder)
    newer.write_text(newer.read_text().replace("model: operate", "model: operat"))
    ran = concertino("records", "check", "-C", folder)

    assert ran.code == 1
    assert "decision:newer: has faults" in ran.out
    assert "0002-old.md" not in ran.out
    assert concertino("records", "render", "-C", folder).code == 1
    assert "superseded by ADR-0003" in (folder / "catalogue/records/0002-old.md").read_text()


NEW = ("records", "new", "Two queues", "--capability", "orders", "--brands", "aurora", "--as-of", "2026-06-01")
ACCEPT = ("records", "accept", "two-queues", "--as-of", "2026-06-01")
SCAFFOLDED = "catalogue/decisions/0001-two-queues.yaml"


def test_a_decision_that_still_holds_examples_is_not_accepted_and_each_line_is_named(
    governed: Run, concertino: Run
) -> None:
    folder = governed({})
    concertino(*NEW, "-C", folder)
    before = (folder / SCAFFOLDED).read_text()
    marked = [n for n, line in enumerate(before.splitlines(), 1) if line.endswith("# an example")]
    ran = concertino(*ACCEPT, "-C", folder)

    assert ran.code == 1
    assert (folder / SCAFFOLDED).read_text() == before
    assert f"decision:two-queues is not accepted, since it holds {len(marked)} values still marked" in ran.err
    assert [line.split(": ")[0].strip() for line in ran.err.splitlines() if ".yaml:" in line] == [
        f"{SCAFFOLDED}:{number}" for number in marked
    ]
    assert len(marked) > 5, "the scaffold marks what it makes up"


def test_without_the_marks_or_by_force_it_is_accepted(governed: Run, concertino: Run) -> None:
    folder = governed({})
    concertino(*NEW, "-C", folder)
    before = (folder / SCAFFOLDED).read_text()
    forced = concertino(*ACCEPT, "--force", "-C", folder)

    assert forced.code == 0, forced.err
    assert "status: accepted" in (folder / SCAFFOLDED).read_text()
    assert "accepted by --force with" in forced.err
    assert f"{SCAFFOLDED}:" in forced.err

    (folder / SCAFFOLDED).write_text(before.replace("  # an example", ""))
    ran = concertino(*ACCEPT, "-C", folder)
    assert ran.code == 0, ran.err
    assert "marked" not in ran.err


CELL_POLICY = """\
apiVersion: concertino/v1
kind: Policy
metadata: {name: one-decision, title: A cell has one decision}
spec:
  description: Two decisions are two answers.
  target: Cell
  severity: error
  enforcement: soft-mandatory
  approvalRight: operating-model
  validations:
    - name: once
      expression: >-
        size(entity.spec.refs.capability.inverse.decisions.filter(d, d.spec.status == "accepted"
        && !d.inverse.supersededBy.exists(s, s.spec.status == "accepted"))) < 2
      message: two accepted decisions cover it
  remediation: Let one supersede the other.
"""


def test_what_comes_up_on_its_cells_is_told_before_and_after_and_is_no_news_once_known(
    folder: Path, decision: Run, concertino: Run
) -> None:
    (folder / "policies/one-decision").mkdir()
    (folder / "policies/one-decision/policy.yaml").write_text(CELL_POLICY)
    (folder / "catalogue/decisions/old.yaml").write_text(decision("old", 2, "accepted"))
    finding = "by one-decision on cell:aurora/orders: two accepted decisions cover it"
    proposed = concertino(*NEW, "-C", folder)

    assert f"before it can be accepted, {finding}" in proposed.out
    assert "decision:old (ADR-0002) is in force for aurora/orders" in proposed.out
    assert "records new --supersedes old" in proposed.out
    assert "alone" not in proposed.out, "a proposal is not in force"

    first = concertino("records", "accept", "alone", "-C", folder, "--as-of", "2026-06-01")
    assert first.code == 1
    assert f"still to do, new, {finding}" in first.out
    assert "oakwell" not in first.out, "a cell that it does not cover"
    assert concertino("records", "accept", "alone", "-C", folder, "--as-of", "2026-06-01").code == 0


def test_a_successor_brings_no_finding_on_its_cells_and_no_advice_to_supersede(
    folder: Path, decision: Run, concertino: Run
) -> None:
    (folder / "policies/one-decision").mkdir()
    (folder / "policies/one-decision/policy.yaml").write_text(CELL_POLICY)
    (folder / "catalogue/decisions/old.yaml").write_text(decision("old", 2, "accepted"))
    ran = concertino(*NEW, "--supersedes", "old", "-C", folder)

    assert ran.code == 0, ran.err
    assert "one-decision" not in ran.out
    assert "to take its place" not in ran.out


def test_a_cell_of_the_predecessor_that_is_left_without_a_decision_is_told(
    folder: Path, decision: Run, concertino: Run
) -> None:
    decided = CELL_POLICY.replace(
        '== "accepted"))) < 2',
        '== "accepted")\n        && (has(d.spec.allBrands)'
        " || entity.spec.refs.brand in d.spec.refs.?brands.orValue([])))) > 0",
    ).replace("two accepted decisions cover it", "no accepted decision covers it")
    (folder / "policies/one-decision").mkdir()
    (folder / "policies/one-decision/policy.yaml").write_text(decided)
    every = decision("old", 2, "accepted").replace("brands: [aurora]", "allBrands: {}")
    (folder / "catalogue/decisions/old.yaml").write_text(every)
    ran = concertino(*NEW, "--supersedes", "old", "-C", folder)

    left = "before it can be accepted, by one-decision on cell:oakwell/orders: no accepted decision covers it"
    assert left in ran.out
    assert "cell:aurora/orders" not in ran.out
    assert "/pricing" not in ran.out, "a cell that neither decision covers"
