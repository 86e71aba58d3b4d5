"""Measures that stand before the start, and stay: told by the commits of a real repository, from check's output."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

POLICY = "measures-stand-before-the-start"
PACK = Path(__file__).resolve().parents[2] / "policies/operate-orchestrate"
CONFIGURATION = "apiVersion: concertino/v1\nkind: Configuration\nextends: []\n"  # The one policy is enough, and fast.
PILOT = "catalogue/pilots/stories.yaml"
START = "  startsOn: 2026-02-02\n"
MEASURES = """\
  measures:
    - {metric: time-to-localize, group: cycle-time, baseline: 12, target: 6, unit: days}
    - {metric: error-rate, group: error-rate, baseline: 3.2, target: 1.5, unit: percent}
    - {metric: cost-per-transaction, group: cost-per-transaction, baseline: 41, target: 30, unit: EUR}
    - {metric: time-to-launch, group: launch-speed, baseline: 9, target: 5, unit: days}
    - {metric: satisfaction, group: user-satisfaction, baseline: 2.9, target: 3.8, unit: of 5}
"""
TIMID = MEASURES.replace("target: 6", "target: 11")
OTHER = """\
  measures:
    - {metric: page-views, group: launch-speed, baseline: 100, target: 101}
"""
CATALOGUE = """
apiVersion: concertino/v1
kind: Team
metadata: {name: platform, title: Platform}
spec: {type: platform, members: [{name: Dana Wolf, handle: dana.wolf}]}
---
apiVersion: concertino/v1
kind: Brand
metadata: {name: fjellhus, title: Fjellhus}
spec: {promise: A calm home., role: mature, team: platform, resultOwner: platform, demand: 2}
---
apiVersion: concertino/v1
kind: Capability
metadata: {name: storytelling, title: Storytelling}
spec: {standard: Stories are made of fragments., plane: edge, owner: platform}
"""


def pilot(measures: str = MEASURES, start: str = "") -> str:
    return f"""
apiVersion: concertino/v1
kind: Pilot
metadata: {{name: stories, title: Stories from fragments}}
spec:
  capability: storytelling
  brands: [fjellhus]
  endsOn: 2026-05-04
  eligible: 2
{measures}{start}"""


class Story:
    """A repository that is told commit by commit, and what a check of it comes to."""

    def __init__(self, folder: Path, git: Callable[..., str], concertino: Callable[..., Any]) -> None:
        self.folder, self.git, self.concertino = folder, git, concertino

    def write(self, text: str) -> "Story":
        (self.folder / PILOT).write_text(text, encoding="utf-8")
        return self

    def commit(self, message: str, *arguments: str) -> "Story":
        self.git(self.folder, "add", "-A")
        self.git(self.folder, "commit", "-qm", message, *arguments)
        return self

    def ran(self) -> Any:  # noqa: ANN401 - what the fixture gives
        return self.concertino("-C", self.folder, "check", "--as-of", "2026-06-30")

    def findings(self) -> dict[str, tuple[str, str, int]]:
        """The validations that found something: outcome, message and line."""
        ran = self.concertino("-C", self.folder, "check", "--as-of", "2026-06-30", "--format", "json")
        report = json.loads(ran.out)
        return {
            found["validation"]: (found["outcome"], found["message"], found["location"]["line"])
            for found in report["findings"]
            if found["policy"] == POLICY
        }


@pytest.fixture
def story(tmp_path: Path, git: Callable[..., str], concertino: Callable[..., Any]) -> Story:
    folder = tmp_path / "group"
    (folder / "catalogue/pilots").mkdir(parents=True)
    (folder / "concertino.yaml").write_text(CONFIGURATION, encoding="utf-8")
    shutil.copytree(PACK / POLICY, folder / "policies" / POLICY)
    (folder / "catalogue/all.yaml").write_text(CATALOGUE, encoding="utf-8")
    git(folder, "init", "-q")
    return Story(folder, git, concertino).commit("Brands and capabilities")


def test_measures_in_an_earlier_commit_are_proven_and_the_terminal_says_passed(story: Story) -> None:
    story.write(pilot()).commit("Plan").write(pilot(start=START)).commit("Start")

    assert story.ran().code == 0
    assert story.findings() == {}


def test_measures_whose_first_commit_records_the_start_are_found_on_the_start(story: Story) -> None:
    story.write(pilot(start=START)).commit("Start, and what we hope for")

    ran = story.ran()

    outcome, message, line = story.findings()["before-the-start"]
    assert ran.code == 1
    assert outcome == "fail"
    assert message == "no commit before the one that records the start holds the measures with baselines and targets"
    assert pilot(start=START).splitlines()[line - 1] == START.rstrip()
    assert message.split(" holds")[0] in " ".join(ran.out.split())


def test_dates_prove_nothing(story: Story) -> None:
    """The measures claim to be years older than the start that they follow."""
    story.write(pilot(OTHER, START)).commit("Start").write(pilot(start=START))
    story.commit("What we always meant", "--date", "2019-01-01T00:00:00+00:00")

    assert set(story.findings()) == {"before-the-start"}


def test_measures_that_are_exchanged_with_the_start_are_moved_goalposts(story: Story) -> None:
    story.write(pilot(OTHER)).commit("Plan something").write(pilot(start=START)).commit("Start something else")

    assert set(story.findings()) == {"goalposts-stay"}


def test_moved_goalposts_are_a_finding_of_their_own(story: Story) -> None:
    story.write(pilot()).commit("Plan").write(pilot(start=START)).commit("Start")
    before = story.findings()

    story.write(pilot(TIMID, START)).commit("More realistic")

    assert before == {}
    assert set(story.findings()) == {"goalposts-stay"}
    assert story.findings()["goalposts-stay"][1] == (
        "the targets changed with the start or after it: the goalposts were moved"
    )


def test_goalposts_that_are_moved_in_the_working_tree_are_found_before_the_commit(story: Story) -> None:
    story.write(pilot()).commit("Plan").write(pilot(start=START)).commit("Start").write(pilot(TIMID, START))

    assert set(story.findings()) == {"goalposts-stay"}


def test_a_squash_of_plan_and_start_loses_the_proof_and_a_merge_keeps_it(story: Story) -> None:
    git, folder = story.git, story.folder
    git(folder, "switch", "-qc", "pilot")
    story.write(pilot()).commit("Plan").write(pilot(start=START)).commit("Start")
    git(folder, "switch", "-q", "main")
    git(folder, "merge", "-q", "--no-ff", "-m", "Merge the pilot", "pilot")
    merged = story.findings()
    git(folder, "reset", "-q", "--hard", "HEAD^")
    git(folder, "merge", "-q", "--squash", "pilot")
    story.commit("The pilot, squashed")

    assert merged == {}
    assert set(story.findings()) == {"before-the-start"}


def test_a_file_that_moves_keeps_its_proof(story: Story) -> None:
    story.write(pilot()).commit("Plan").write(pilot(start=START)).commit("Start")
    shutil.move(story.folder / PILOT, story.folder / "catalogue/stories-pilot.yaml")
    story.commit("One folder less")

    assert story.findings() == {}


def test_on_a_shallow_clone_the_outcome_is_an_error_that_names_the_remedy(story: Story, tmp_path: Path) -> None:
    story.write(pilot()).commit("Plan").write(pilot(start=START)).commit("Start")
    source = f"file://{story.folder}"
    story.git(tmp_path, "-c", "protocol.file.allow=always", "clone", "-q", "--depth=1", source, "shallow")
    shallow = Story(tmp_path / "shallow", story.git, story.concertino)

    ran = shallow.ran()

    outcomes = {name: found[0] for name, found in shallow.findings().items()}
    assert outcomes == {"before-the-start": "error", "goalposts-stay": "error"}
    assert ran.code == 1
    told = " ".join(ran.out.split())
    assert "git fetch --unshallow" in told
    assert "fetch-depth: 0" in told

    story.git(shallow.folder, "-c", "protocol.file.allow=always", "fetch", "-q", "--unshallow")
    assert shallow.findings() == {}
