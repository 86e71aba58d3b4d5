"""A decision goes stale when its facts move; the finding says which, from what to what, and by which commit."""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
Stale = Callable[..., list[dict[str, Any]]]
PATH = "catalogue/decisions/alone.yaml"
CAPABILITIES = "catalogue/capabilities.yaml"
SHEETS = "catalogue/assessments/orders.yaml"
MODEL = """\
apiVersion: concertino/v1
kind: DecisionModel
metadata: {name: tiny, title: Tiny}
spec:
  version: "1.0"
  answers: [{id: orchestrate}, {id: operate, from: 205}]
  factors:
    - id: differentiation
      title: Differentiation
      question: Would customers miss it?
      direction: last
      weight: 50
      rubric: [{score: 1, means: no}, {score: 3, means: some}, {score: 5, means: all of them}]
    - id: risk
      title: Risk
      question: What is at stake?
      direction: last
      weight: 50
      rubric: [{score: 1, means: little}, {score: 3, means: some}, {score: 5, means: all}]
  aggregation: {method: median}
  resolution:
    - id: own-row
      title: a row of the brand
      each: entity.spec.refs.capability.inverse.assessments
      values:
        differentiation: >-
          item.spec.rows.filter(r, r.refs.brand == entity.spec.refs.brand)[?0].?differentiation
    - id: capability
      title: the default of the capability
      values:
        differentiation: entity.spec.refs.capability.spec.?defaults.?differentiation
        risk: entity.spec.refs.capability.spec.?defaults.?risk
  examples: [{title: In the middle, scores: {differentiation: 3, risk: 3}, index: 200, answer: orchestrate}]
"""
SHEET = """\
apiVersion: concertino/v1
kind: Assessment
metadata: {name: orders-brand, title: Orders}
spec:
  capability: orders
  perspective: brand
  ratedOn: 2026-05-01
  rows:
    - {brand: oakwell, differentiation: 1, reuse: 3, by: ada}
    - {brand: aurora, differentiation: 2, reuse: 3, by: ada}
"""
OTHER = SHEET.replace("orders-brand", "pricing-brand").replace("capability: orders", "capability: pricing")
DEFAULTS = "".join(
    f"---\napiVersion: concertino/v1\nkind: Capability\nmetadata: {{name: {name}, title: {name.title()}}}\n"
    "spec:\n  standard: One order.\n  plane: workflow\n  owner: board\n"
    f"  defaults:\n    differentiation: {2 if name == 'orders' else 3}\n    risk: 2\n"
    for name in ("orders", "pricing")
)
EXCEPTION = """\
apiVersion: concertino/v1
kind: Exception
metadata: {name: split-basket}
spec:
  policies: [a-policy]
  entities: ["cell:aurora/orders"]
  type: waiver
  requester: ada
  approver: bea
  approvedOn: 2026-05-10
  owner: board
  expires: 2026-07-31
  evidence:
    - kind: risk
      metric: error-rate
      baseline: 10
      value: 5
      unit: percent
      period: 2026-Q1
      source: The log
      basis: observed
      asOf: 2026-05-01
  controls: [A look each week.]
  reason: Not yet.
"""
POLICY = """\
apiVersion: concertino/v1
kind: Policy
metadata: {name: a-policy, title: A policy}
spec:
  description: For the exception.
  target: Cell
  severity: error
  enforcement: soft-mandatory
  approvalRight: operating-model
  validations: [{expression: entity.spec.brand != "aurora"}]
  remediation: None.
"""
EVENT = """\
apiVersion: concertino/v1
kind: Event
metadata: {name: something, title: Something}
spec:
  type: TYPE
  on: 2026-06-10
"""


@pytest.fixture
def commit(git: Run) -> Callable[..., str]:
    """Commits everything, and gives the beginning of the commit's id."""

    def call(folder: Path, message: str) -> str:
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--allow-empty", f"--message={message}")
        return str(git(folder, "rev-parse", "HEAD"))[:12]

    return call


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the repository is kept that each test gets a copy of."""
    return tmp_path_factory.mktemp("stale") / "prepared"


@pytest.fixture
def folder(
    prepared: Path, governed: Run, decision: Run, git: Run, commit: Run, concertino: Run, tmp_path: Path
) -> Path:
    """A repository with one decision, accepted as of the first of June and committed."""
    if not prepared.exists():
        made = governed(
            {
                PATH: decision("alone", 1),
                "policies/decision-model.yaml": MODEL,
                CAPABILITIES: DEFAULTS,
                SHEETS: f"{SHEET}---\n{OTHER}",
            }
        )
        git(made, "init", "--quiet")
        commit(made, "Start")
        ran = concertino("records", "accept", "alone", "-C", made, "--as-of", "2026-06-01")
        assert ran.code == 0, ran.err
        commit(made, "Accept")
        shutil.copytree(made, prepared)
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def stale(concertino: Run) -> Stale:
    """The findings on stale decisions on a day."""

    def call(folder: Path, *arguments: str, day: str = "2026-06-30") -> list[dict[str, Any]]:
        ran = concertino("check", "-C", folder, "--as-of", day, "--format", "json", *arguments)
        assert ran.code in (0, 1, 3), ran.err
        return [item for item in json.loads(ran.out)["findings"] if item["policy"] == "stale"]

    return call


def edit(folder: Path, path: str, before: str, after: str) -> None:
    text = (folder / path).read_text()
    assert before in text
    (folder / path).write_text(text.replace(before, after, 1))


AURORA = "{brand: aurora, differentiation: 2"


def test_a_decision_is_not_stale_on_the_day_it_is_accepted_nor_later_by_itself(folder: Path, stale: Stale) -> None:
    assert stale(folder, day="2026-06-01") == []
    assert stale(folder, day="2031-06-01") == []


def test_a_commit_that_changes_one_score_is_named_with_old_and_new_value(
    folder: Path, stale: Stale, commit: Run, concertino: Run
) -> None:
    edit(folder, SHEETS, AURORA, AURORA.replace("2", "4"))
    by = commit(folder, "Rate again")
    commit(folder, "Nothing")
    edit(folder, SHEETS, "title: Orders", "title: Orders of all brands")
    commit(folder, "A title")
    (found,) = stale(folder)

    assert found["message"] == (
        "differentiation of cell:aurora/orders is 4 now and was 2 when the decision was accepted on 2026-06-01: "
        f"in {SHEETS}:10, by commit {by}"
    )
    assert (found["entity"], found["validation"], found["severity"]) == ("decision:alone", "score", "warning")
    assert found["key"] == "cell:aurora/orders differentiation"
    assert found["location"]["pointer"] == "/spec/basis/cells/0/scores/differentiation"
    (related,) = found["related"]
    assert (related["location"]["file"], related["location"]["line"]) == (SHEETS, 10)

    concertino("records", "accept", "alone", "-C", folder, "--as-of", "2026-06-30")
    assert stale(folder) == []


def test_a_commit_that_changes_the_default_of_a_capability_is_named_and_accepting_again_clears_it(
    folder: Path, stale: Stale, commit: Run, concertino: Run
) -> None:
    edit(folder, CAPABILITIES, "risk: 2", "risk: 4")
    by = commit(folder, "The stakes are high")
    (found,) = stale(folder)

    assert found["message"] == (
        "risk of cell:aurora/orders is 4 now and was 2 when the decision was accepted on 2026-06-01: "
        f"in {CAPABILITIES}:11, by commit {by}"
    )
    assert concertino("check", "-C", folder, "--as-of", "2026-06-30", "--kind", "Decision").code == 0
    assert (
        concertino("check", "-C", folder, "--as-of", "2026-06-30", "--kind", "Decision", "--fail-on", "warning").code
        == 1
    )
    concertino("records", "accept", "alone", "-C", folder, "--as-of", "2026-06-30")
    commit(folder, "Accept again")
    assert stale(folder) == []


def test_a_recommendation_that_flips_names_every_score_behind_it(folder: Path, stale: Stale, commit: Run) -> None:
    edit(folder, SHEETS, AURORA, AURORA.replace("2", "3"))
    first = commit(folder, "Rate again")
    edit(folder, CAPABILITIES, "risk: 2", "risk: 5")
    second = commit(folder, "The stakes are high")
    (found,) = stale(folder)

    assert found["message"] == (
        "the decision model recommends operate for cell:aurora/orders and recommended orchestrate when the decision "
        f"was accepted on 2026-06-01: differentiation 2 → 3 in {SHEETS}:10, by commit {first}; "
        f"risk 2 → 5 in {CAPABILITIES}:11, by commit {second}"
    )


def test_a_row_that_was_taken_away_is_found_by_the_commit_that_took_it(folder: Path, stale: Stale, commit: Run) -> None:
    edit(folder, CAPABILITIES, "differentiation: 2", "differentiation: 4")
    commit(folder, "A default that does not count, since the brand has a row")
    assert stale(folder) == []
    commit(folder, "Nothing")
    edit(folder, SHEETS, "    - {brand: aurora, differentiation: 2, reuse: 3, by: ada}\n", "")
    by = commit(folder, "Take the row away")
    commit(folder, "Nothing again")
    edit(folder, "catalogue/services.yaml", "Order hub", "Order centre")
    commit(folder, "A title")
    (found,) = stale(folder)

    assert "is 4 now and was 2" in found["message"]
    assert found["message"].endswith(f"in {SHEETS}, by commit {by}")
    assert [item["location"]["file"] for item in found["related"]] == [SHEETS]


def test_what_is_not_committed_is_said_to_be(folder: Path, stale: Stale) -> None:
    edit(folder, SHEETS, AURORA, AURORA.replace("2", "4"))
    (found,) = stale(folder)

    assert found["message"].endswith(f"in {SHEETS}:10, not committed yet")


def test_the_index_and_a_revision_are_judged_alike(folder: Path, stale: Stale, commit: Run, git: Run) -> None:
    edit(folder, SHEETS, AURORA, AURORA.replace("2", "4"))
    by = commit(folder, "Rate again")
    git(folder, "mv", SHEETS, "catalogue/assessments/all.yaml")

    assert stale(folder, "--rev", "HEAD~1") == []
    assert stale(folder, "--rev", "HEAD")[0]["message"].endswith(f"in {SHEETS}:10, by commit {by}")
    assert stale(folder, "--staged")[0]["message"].endswith(f"in catalogue/assessments/all.yaml:10, by commit {by}")


def join_files(folder: Path) -> None:
    """The sheets move into the file of the capabilities."""
    (folder / CAPABILITIES).write_text(f"{(folder / CAPABILITIES).read_text()}---\n{(folder / SHEETS).read_text()}")
    (folder / SHEETS).unlink()


MOVES: Mapping[str, tuple[Callable[[Path], object], ...]] = {
    "the file is renamed": (lambda folder: (folder / SHEETS).rename(folder / "catalogue/renamed.yaml"),),
    "the row is written in another way": (
        lambda folder: edit(
            folder,
            SHEETS,
            "    - {brand: aurora, differentiation: 4, reuse: 3, by: ada}\n",
            "    # Again.\n    - brand: 'brand:aurora'\n      differentiation:   4\n      reuse: 3\n      by: ada\n",
        ),
    ),
    "a row is put before it": (
        lambda folder: edit(
            folder, SHEETS, "    - {brand: oakwell", "    - {brand: oakwell, by: bea}\n    - {brand: oakwell"
        ),
        lambda folder: edit(folder, SHEETS, "    - {brand: oakwell, by: bea}\n", ""),
        lambda folder: edit(
            folder,
            SHEETS,
            "    - {brand: oakwell, differentiation: 1, reuse: 3, by: ada}\n    - {brand: aurora, differentiation: 4, "
            "reuse: 3, by: ada}\n",
            "    - {brand: aurora, differentiation: 4, reuse: 3, by: ada}\n    - {brand: oakwell, differentiation: 1, "
            "reuse: 3, by: ada}\n",
        ),
    ),
    "the document moves into a file of others": (join_files,),
}


@pytest.mark.parametrize("steps", [pytest.param(steps, id=name) for name, steps in MOVES.items()])
def test_what_moves_or_is_written_anew_is_not_what_changed_it(
    folder: Path, stale: Stale, commit: Run, steps: tuple[Callable[[Path], object], ...]
) -> None:
    before = stale(folder)
    edit(folder, SHEETS, AURORA, AURORA.replace("2", "4"))
    by = commit(folder, "Rate again")
    for step in steps:
        step(folder)
        commit(folder, "Move")
    (found,) = stale(folder)

    assert before == []
    assert found["message"].endswith(f"by commit {by}")


UNRELATED: Mapping[str, Callable[[Path], object]] = {
    "the files are written anew": lambda folder: [
        path.write_text(f"# Anew.\n{path.read_text()}") for path in sorted(folder.glob("catalogue/**/*.yaml"))
    ],
    "a file is renamed": lambda folder: (folder / SHEETS).rename(folder / "catalogue/renamed.yaml"),
    "the decision is moved": lambda folder: (folder / PATH).rename(folder / "catalogue/decisions/0001.yaml"),
    "a score moves by one": lambda folder: edit(folder, SHEETS, AURORA, AURORA.replace("2", "3")),
    "the score of another brand moves": lambda folder: edit(
        folder, SHEETS, "{brand: oakwell, differentiation: 1", "{brand: oakwell, differentiation: 5"
    ),
    "the score of another capability moves": lambda folder: edit(
        folder,
        SHEETS,
        (folder / SHEETS).read_text().partition("---\n")[2],
        OTHER.replace(AURORA, AURORA.replace("2", "5")),
    ),
    "a default moves that does not count": lambda folder: edit(
        folder, CAPABILITIES, "differentiation: 2", "differentiation: 5"
    ),
    "a capability of another decision changes": lambda folder: edit(
        folder, CAPABILITIES, "differentiation: 3\n    risk: 2", "differentiation: 5\n    risk: 5"
    ),
}


@pytest.mark.parametrize("change", [pytest.param(change, id=name) for name, change in UNRELATED.items()])
def test_nothing_is_stale_when_no_fact_moved_far(
    folder: Path, stale: Stale, commit: Run, change: Callable[[Path], object]
) -> None:
    change(folder)
    assert stale(folder) == []
    commit(folder, "Change")
    assert stale(folder) == []


def test_a_value_that_came_by_a_merge_is_the_work_of_the_commit_on_the_branch(
    folder: Path, stale: Stale, commit: Run, git: Run
) -> None:
    git(folder, "switch", "--quiet", "--create", "rating")
    edit(folder, SHEETS, AURORA, AURORA.replace("2", "4"))
    by = commit(folder, "Rate again")
    git(folder, "switch", "--quiet", "main")
    edit(folder, SHEETS, "title: Orders", "title: Orders of all brands")
    commit(folder, "A title")
    git(folder, "merge", "--quiet", "--no-edit", "rating")
    (found,) = stale(folder)

    assert found["message"].endswith(f"by commit {by}")


def test_a_shallow_clone_tells_the_fact_and_how_to_learn_the_commit(
    folder: Path, stale: Stale, commit: Run, git: Run, tmp_path: Path
) -> None:
    edit(folder, SHEETS, AURORA, AURORA.replace("2", "4"))
    commit(folder, "Rate again")
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{folder}", str(tmp_path / "shallow"))
    (found,) = stale(tmp_path / "shallow")

    assert found["message"].endswith(f"in {SHEETS}:10, by a commit that is not known")
    assert any("git fetch --unshallow" in note for note in found["notes"])


def test_an_exception_that_lapsed_or_was_revoked_makes_the_decision_stale_that_leans_on_it(
    folder: Path, stale: Stale, commit: Run, concertino: Run, write: Run
) -> None:
    rights = (
        "apiVersion: concertino/v1\nkind: DecisionRight\nmetadata: {name: operating-model, title: Who runs what}\n"
        "spec: {right: operating-model, accountable: finance, escalation: board, answerWithinDays: 5}\n"
    )
    write({"catalogue/exceptions/split.yaml": EXCEPTION, "policies/a-policy/policy.yaml": POLICY})
    edit(folder, "catalogue/teams.yaml", "handle: finance", "handle: bea")
    edit(folder, "catalogue/teams.yaml", "handle: board", "handle: ada")
    write({"catalogue/rights.yaml": rights})
    ran = concertino("records", "accept", "alone", "-C", folder, "--as-of", "2026-06-01")
    commit(folder, "Lean on an exception")
    assert "split-basket" in (folder / PATH).read_text(), ran.err + ran.out

    assert stale(folder, day="2026-07-31") == []
    (lapsed,) = stale(folder, day="2026-08-01")
    assert lapsed["message"] == (
        "it leans on exception:split-basket, which was in force until 2026-07-31 when the decision was accepted on "
        "2026-06-01, and it lapsed after 2026-07-31: as days passed, by no change to a file"
    )
    assert lapsed["location"]["pointer"] == "/spec/basis/exceptions/0"

    edit(folder, "catalogue/exceptions/split.yaml", "  reason:", "  revokedOn: 2026-06-15\n  revokedBy: bea\n  reason:")
    by = commit(folder, "Revoke")
    (revoked,) = stale(folder, day="2026-06-30")
    assert "and it was revoked on 2026-06-15: in catalogue/exceptions/split.yaml:" in revoked["message"]
    assert revoked["message"].endswith(f"by commit {by}")

    (folder / "catalogue/exceptions/split.yaml").unlink()
    by = commit(folder, "Remove")
    (removed,) = stale(folder, day="2026-06-30")
    assert removed["message"].endswith(
        f"it is not in the register any more: in catalogue/exceptions/split.yaml, by commit {by}"
    )


@pytest.mark.parametrize(
    ("event", "found"),
    [
        pytest.param(EVENT.replace("TYPE", "acquisition"), True, id="an acquisition that touches all brands"),
        pytest.param(
            EVENT.replace("TYPE", "divestment") + "  brands: [aurora]\n", True, id="a divestment of the brand"
        ),
        pytest.param(
            EVENT.replace("TYPE", "channel-launch") + "  capabilities: [orders]\n",
            True,
            id="a channel of the capability",
        ),
        pytest.param(
            EVENT.replace("TYPE", "supply-chain-disruption") + "  brands: [oakwell]\n", False, id="of another brand"
        ),
        pytest.param(
            EVENT.replace("TYPE", "channel-launch") + "  capabilities: [pricing]\n", False, id="of another capability"
        ),
        pytest.param(EVENT.replace("TYPE", "platform-incident"), False, id="an event of another type"),
        pytest.param(
            EVENT.replace("TYPE", "acquisition").replace("06-10", "06-01"), False, id="on the day of the acceptance"
        ),
        pytest.param(
            EVENT.replace("TYPE", "acquisition").replace("06-10", "07-10"), False, id="an event that is still to come"
        ),
        pytest.param(
            EVENT.replace("TYPE", "acquisition")
            + "  review: {heldOn: 2026-06-20, teams: [board], result: confirmed}\n",
            False,
            id="an event whose review confirmed everything",
        ),
        pytest.param(
            EVENT.replace("TYPE", "acquisition") + "  review: {heldOn: 2026-06-20, teams: [board], result: changed}\n",
            True,
            id="an event after which decisions were to follow",
        ),
    ],
)
def test_an_event_asks_for_a_look_at_the_cells_it_touches(
    folder: Path, stale: Stale, commit: Run, write: Run, event: str, *, found: bool
) -> None:
    write({"catalogue/events/something.yaml": event})
    by = commit(folder, "Something happened")
    messages = [item["message"] for item in stale(folder)]

    assert bool(messages) is found
    for message in messages:
        assert message.startswith("event:something, ")
        assert message.endswith(f"in catalogue/events/something.yaml:6, by commit {by}")
        assert "touches cell:aurora/orders, and the decision was last looked at on 2026-06-01" in message


def test_a_review_of_the_matrix_confirms_no_stale_decision_and_a_look_at_the_decision_answers_an_event(
    folder: Path, stale: Stale, write: Run
) -> None:
    review = EVENT.replace("TYPE", "matrix-review").replace("something", "look").replace("06-10", "06-20")
    review += "  review: {heldOn: 2026-06-20, teams: [board], result: confirmed}\n"
    write({"catalogue/events/something.yaml": EVENT.replace("TYPE", "acquisition"), "catalogue/events/b.yaml": review})
    (found,) = stale(folder)
    assert found["notes"] == [
        "the review of the matrix on 2026-06-20 confirms only where nothing moved, and so not this decision"
    ]

    edit(folder, PATH, "  nextReview:", "  lastReviewedOn: 2026-06-25\n  nextReview:")
    assert stale(folder) == []


def test_the_list_marks_stale_decisions_and_can_show_them_alone(folder: Path, concertino: Run) -> None:
    listed = ("records", "list", "--stale", "-C", folder, "--as-of", "2026-06-30")
    assert json.loads(concertino(*listed, "--format", "json").out) == []

    edit(folder, SHEETS, AURORA, AURORA.replace("2", "4"))
    (row,) = json.loads(concertino(*listed, "--format", "json").out)
    assert row["stale"] == ["score of cell:aurora/orders differentiation"]
    assert "accepted, stale" in concertino(*listed).out
