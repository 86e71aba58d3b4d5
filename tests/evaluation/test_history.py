"""What a policy learns from git about the entity it judges: real repositories, judged from end to end."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from concertino.model.history import History, NoHistory
from concertino.model.outcome import Outcome, Result
from concertino.model.snapshot import Entry, EntryKind, Snapshot, Source, SourceKind
from concertino.revision import open_snapshot
from concertino.revision.shipped import shipped_files
from concertino.verdict import Rules, Verdict, judge, read_rules

Git = Callable[..., str]

SCHEMA = """{
  "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "Trial.schema.json", "title": "Trial",
  "description": "A trial.", "x-kind": {"name": "Trial", "plural": "trials", "folder": "trials"},
  "type": "object", "required": ["apiVersion", "kind", "metadata", "spec"], "additionalProperties": false,
  "properties": {
    "apiVersion": {"const": "concertino/v1", "type": "string"}, "kind": {"const": "Trial", "type": "string"},
    "metadata": {"$ref": "envelope.schema.json#/$defs/metadata"},
    "spec": {"type": "object", "additionalProperties": false, "properties": {
      "startsOn": {"type": "string"}, "note": {"type": "string"}, "share": {"type": "number"},
      "measures": {"type": "array", "items": {"type": "object", "additionalProperties": false,
        "properties": {"metric": {"type": "string"}, "target": {"type": "integer"}}}}}}}}
"""
CONFIGURATION = "apiVersion: concertino/v1\nkind: Configuration\nextends: []\n"
EARLY = "size(history.start) == 0 || (size(history.measures) > 0 && isBefore(history.measures[0], history.start[0]))"
"""The first measures were committed before the first start."""


def policy(
    told: str = '""', holds: str = "false", history: str = "{name: measures, of: spec.measures}", when: str = "true"
) -> str:
    """A policy on trials; by default one that fails, and tells in its message what it saw."""
    return f"""
apiVersion: concertino/v1
kind: Policy
metadata: {{name: looks-back, title: Looks back}}
spec:
  description: Why.
  target: Trial
  severity: error
  enforcement: soft-mandatory
  approvalRight: funding
  history:
    - {history}
    - {{name: start, of: spec.startsOn}}
  when: '{when}'
  validations:
    - {{expression: '{holds}', messageExpression: '{told}'}}
  remediation: Mend it.
"""


SUBJECTS = policy(
    """history.measures.map(c, c.claims.author + (c.present ? " +" : " -")).join(", ")""",
    holds="size(history.measures) < 0",
)
"""Tells the changes of the measures: the author, which the tests use as a name, and whether there is a value."""


def trial(measures: str = "", start: str = "", name: str = "orders", rest: str = "") -> str:
    """A trial with the fields that are given."""
    lines = [f"measures: {measures}"] * bool(measures) + [f'startsOn: "{start}"'] * bool(start) + [rest] * bool(rest)
    spec = "".join(f"\n  {line}" for line in lines) or " {}"
    return f"apiVersion: concertino/v1\nkind: Trial\nmetadata: {{name: {name}}}\nspec:{spec}\n"


ONE, TWO = "[{metric: speed, target: 1}]", "[{metric: speed, target: 2}]"


@cache
def rules_of(text: str, configuration: str = CONFIGURATION) -> Rules:
    """The rules with one policy. Reading them takes longer than most of what is tested here."""
    files = {
        "concertino.yaml": configuration,
        "schemas/Trial.schema.json": SCHEMA,
        "policies/looks-back/policy.yaml": text,
    }
    snapshot = Snapshot(
        Source(SourceKind.WORKING_TREE),
        {path: Entry(path, EntryKind.FILE) for path in files},
        lambda paths: {path: files[path].encode() for path in paths if path in files},
    )
    return read_rules(snapshot, shipped_files())


@dataclass(frozen=True)
class Repository:
    """A repository with trials in its catalogue. The rules that judge it stand elsewhere."""

    folder: Path
    git: Git
    configuration: str = CONFIGURATION

    def write(self, files: Mapping[str, str | None]) -> None:
        """Write files of the catalogue, and remove those that are None."""
        for name, text in files.items():
            path = self.folder / "catalogue" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink()
            else:
                path.write_text(text, encoding="utf-8", newline="\n")

    def commit(self, author: str, files: Mapping[str, str | None], message: str = "A commit") -> str:
        """Commit these files of the catalogue; the author's name tells commits apart. Gives the id."""
        self.write(files)
        self.git(self.folder, "add", "--all")
        self.git(self.folder, "commit", "-q", "--allow-empty", f"--author={author} <a@example.com>", "-m", message)
        return self.head()

    def head(self) -> str:
        return self.git(self.folder, "rev-parse", "HEAD")

    def outcome(self, text: str = SUBJECTS, *, rev: str | None = None, staged: bool = False) -> Outcome:
        """What a policy finds on the one trial."""
        return found(judged(text, self.opened(rev=rev, staged=staged), self.configuration))

    def passes(self, text: str) -> bool:
        """Whether a policy holds for the one trial."""
        return not judged(text, self.opened()).findings

    def told(self, text: str = SUBJECTS, *, rev: str | None = None, staged: bool = False) -> str:
        """The message of a policy that fails."""
        return self.outcome(text, rev=rev, staged=staged).message

    def opened(self, *, rev: str | None = None, staged: bool = False) -> Snapshot:
        snapshot = open_snapshot(self.folder, revision=rev, staged=staged, environment=os.environ)
        assert isinstance(snapshot, Snapshot), snapshot
        return snapshot


def found(verdict: Verdict) -> Outcome:
    """The one finding on the one trial that matters."""
    (outcome,) = [
        item for item in verdict.findings if (item.policy, item.subject.casefold()) == ("looks-back", "trial:orders")
    ]
    return outcome


def judged(text: str, snapshot: Snapshot, configuration: str = CONFIGURATION) -> Verdict:
    rules = rules_of(text, configuration)
    assert not rules.problems, [problem.message for problem in rules.problems]
    verdict = judge(snapshot, rules, "2026-06-30")
    assert {item.policy for item in verdict.findings} <= {"looks-back", "duplicate"}, verdict.findings
    return verdict


@pytest.fixture
def repository(tmp_path: Path, git: Git, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return made(tmp_path / "group", git)


def made(folder: Path, git: Git) -> Repository:
    folder.mkdir(parents=True)
    git(folder, "init", "-q")
    return Repository(folder, git)


def test_each_commit_that_changes_the_value_is_a_change_and_no_other(repository: Repository) -> None:
    repository.commit("Planned", {"a.yaml": trial()})
    repository.commit("Measured", {"a.yaml": trial(ONE)})
    repository.commit("Started", {"a.yaml": trial(ONE, "2026-05-01")})
    repository.commit("Moved", {"a.yaml": trial(TWO, "2026-05-01")})
    repository.commit("Other", {"b.yaml": trial(ONE, name="other"), "x.txt": "measures"})

    assert repository.told() == "Measured +, Moved +"


def test_a_value_in_the_root_commit_was_changed_there(repository: Repository) -> None:
    repository.commit("Root", {"a.yaml": trial(ONE)})

    assert repository.told() == "Root +"


def test_taken_away_and_brought_back_are_changes_of_their_own(repository: Repository) -> None:
    repository.commit("First", {"a.yaml": trial(ONE)})
    repository.commit("Gone", {"a.yaml": trial()})
    repository.commit("Back", {"a.yaml": trial(ONE)})
    repository.commit("Deleted", {"a.yaml": None, "b.yaml": trial(ONE, name="other")})
    repository.commit("Again", {"a.yaml": trial(ONE), "b.yaml": None})

    assert repository.told() == "First +, Gone -, Back +, Deleted -, Again +"


LONG = """apiVersion: concertino/v1
kind: "\\u0054rial"   # an escape
metadata:
  name: 'orders'
spec:
  # what counts
  measures:
    - "target": 1
      metric: >-
        speed
"""


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"a.yaml": None, "deeper/b.yml": trial(ONE)}, id="the file is renamed"),
        pytest.param(
            {"a.yaml": None, "b.yaml": trial(name="other") + "---\n" + trial(ONE)},
            id="the document moves to a file of several",
        ),
        pytest.param({"a.yaml": LONG}, id="it is written in another style, with comments and escapes"),
        pytest.param({"a.yaml": trial(ONE).replace("\n", "\r\n")}, id="the line ends change"),
        pytest.param({"a.yaml": trial(ONE, rest="note: Something else.")}, id="another field changes"),
        pytest.param({"a.yaml": trial(ONE).replace("orders", "Orders")}, id="the name is written in capitals"),
    ],
)
def test_it_is_no_change_when(repository: Repository, files: dict[str, str | None]) -> None:
    repository.commit("First", {"a.yaml": trial(ONE)})
    repository.commit("Second", files)

    assert repository.told() == "First +"


@pytest.mark.parametrize("path", ["spec.share", "spec"])
def test_a_number_with_a_point_is_the_same_number(repository: Repository, path: str) -> None:
    shares = policy('history.share.map(c, c.claims.author).join(", ")', history=f"{{name: share, of: {path}}}")
    repository.commit("First", {"a.yaml": trial(rest="share: 2")})
    repository.commit("Second", {"a.yaml": trial(rest="share: 2.0")})

    assert repository.told(shares) == "First"


def test_without_a_path_the_whole_entity_counts(repository: Repository) -> None:
    whole = policy('history.all.map(c, c.claims.author).join(", ")', history="{name: all}")
    repository.commit("First", {"a.yaml": trial(ONE)})
    repository.commit("Noted", {"a.yaml": trial(ONE, rest="note: Something else.")})

    assert repository.told(whole) == "First, Noted"


def test_behind_a_list_that_part_of_each_element_counts(repository: Repository) -> None:
    targets = policy(
        'history.targets.map(c, c.claims.author).join(", ")', history="{name: targets, of: spec.measures.target}"
    )
    repository.commit("First", {"a.yaml": trial(ONE)})
    repository.commit("Renamed", {"a.yaml": trial("[{metric: pace, target: 1}]")})
    repository.commit("Moved", {"a.yaml": trial("[{metric: pace, target: 3}]")})

    assert repository.told(targets) == "First, Moved"


def test_an_old_file_that_cannot_be_read_describes_nothing(repository: Repository) -> None:
    repository.commit("Broken", {"a.yaml": trial(ONE) + "  measures: [\n"})
    repository.commit("Latin", {"a.yaml": trial(ONE)})
    (repository.folder / "catalogue" / "b.yaml").write_bytes(b"kind: Trial # \xff\n")
    repository.commit("Ended", {"c.yaml": trial(name="other") * 1})
    repository.write({"b.yaml": None, "c.yaml": None})

    assert repository.told() == "Latin +"


def test_a_second_document_of_the_same_name_does_not_hide_a_change(repository: Repository) -> None:
    repository.commit("First", {"b.yaml": trial(TWO)})
    repository.commit("Twin", {"a.yaml": trial(ONE)})
    repository.commit("Single", {"b.yaml": None})

    assert repository.told() == "First +, Twin +, Single +"
    repository.write({"b.yaml": trial(TWO)})
    assert repository.told() == "First +, Twin +, Single +,  +"
    repository.commit("Twins", {})
    assert repository.told() == "First +, Twin +, Single +, Twins +"


def test_what_a_merge_takes_from_one_side_was_changed_there(repository: Repository, git: Git) -> None:
    repository.commit("Base", {"a.yaml": trial()})
    git(repository.folder, "checkout", "-q", "-b", "side")
    repository.commit("Side", {"a.yaml": trial(ONE)})
    git(repository.folder, "checkout", "-q", "main")
    repository.commit("Main", {"b.yaml": trial(name="other")})
    git(repository.folder, "merge", "-q", "--no-edit", "side")

    assert repository.told() == "Side +"


def test_what_a_merge_has_from_no_side_is_a_change_of_the_merge(repository: Repository, git: Git) -> None:
    repository.commit("Base", {"a.yaml": trial()})
    git(repository.folder, "checkout", "-q", "-b", "side")
    repository.commit("Side", {"a.yaml": trial(ONE)})
    git(repository.folder, "checkout", "-q", "main")
    git(repository.folder, "merge", "-q", "--no-ff", "--no-commit", "side")
    repository.commit("Merge", {"a.yaml": trial(TWO)})

    assert repository.told() == "Side +, Merge +"


def test_what_a_merge_leaves_behind_was_a_change_all_the_same(repository: Repository, git: Git) -> None:
    repository.commit("Base", {"a.yaml": trial()})
    git(repository.folder, "checkout", "-q", "-b", "side")
    repository.commit("Side", {"a.yaml": trial(ONE)})
    git(repository.folder, "checkout", "-q", "main")
    git(repository.folder, "merge", "-q", "--no-ff", "--no-edit", "-s", "ours", "side")

    assert repository.told() == "Side +"


def test_a_merge_of_three_is_compared_with_all_three(repository: Repository, git: Git) -> None:
    repository.commit("Base", {"a.yaml": trial()})
    for number in ("1", "2"):
        git(repository.folder, "checkout", "-q", "-b", f"side{number}", "main")
        repository.commit(f"Side{number}", {"a.yaml": trial(ONE)} if number == "2" else {"s.txt": "x"})
    git(repository.folder, "checkout", "-q", "main")
    repository.commit("Main", {"m.txt": "x"})
    git(repository.folder, "merge", "-q", "--no-edit", "side1", "side2")

    assert repository.told() == "Side2 +"


def criss_cross(repository: Repository, git: Git) -> None:
    """Measures on one branch, the start on another; both merge the other's commit, then the two merges meet."""
    folder = repository.folder
    repository.commit("Base", {"a.yaml": trial()})
    git(folder, "checkout", "-q", "-b", "side")
    measured = repository.commit("Measured", {"a.yaml": trial(ONE), "s.txt": "x"})
    git(folder, "checkout", "-q", "main")
    started = repository.commit("Started", {"a.yaml": trial("", "2026-05-01"), "m.txt": "x"})
    both = {"a.yaml": trial(ONE, "2026-05-01")}
    git(folder, "merge", "-q", "--no-commit", "-s", "ours", measured)
    repository.commit("MergeMain", both)
    git(folder, "checkout", "-q", "side")
    git(folder, "merge", "-q", "--no-commit", "-s", "ours", started)
    repository.commit("MergeSide", both)
    git(folder, "checkout", "-q", "main")
    git(folder, "merge", "-q", "--no-edit", "side")


def test_commits_side_by_side_are_not_before_each_other_even_when_branches_cross(
    repository: Repository, git: Git
) -> None:
    criss_cross(repository, git)
    both = policy(
        'string(isBefore(history.measures[0], history.start[0])) + " " + '
        "string(isBefore(history.start[0], history.measures[0]))"
    )

    assert repository.told() == "Measured +"
    assert repository.told(both) == "false false"


def test_measures_before_the_start_pass(repository: Repository) -> None:
    repository.commit("Measured", {"a.yaml": trial(ONE)})
    repository.commit("Between", {"n.txt": "x"})
    repository.commit("Started", {"a.yaml": trial(ONE, "2026-05-01")})

    assert repository.passes(policy(holds=EARLY))


@pytest.mark.parametrize("day", ["2020-01-01T00:00:00+00:00", "2038-01-01T00:00:00+00:00"])
def test_one_commit_with_measures_and_start_proves_nothing_whatever_its_date(
    repository: Repository, git: Git, day: str
) -> None:
    repository.commit("Planned", {"a.yaml": trial()})
    repository.write({"a.yaml": trial(ONE, "2026-05-01")})
    git(repository.folder, "add", "--all")
    git(repository.folder, "commit", "-q", "-m", "Squashed", f"--date={day}")

    assert repository.outcome(policy(holds=EARLY)).result is Result.FAIL


def test_measures_after_the_start_fail_though_their_commit_claims_an_earlier_day(
    repository: Repository, git: Git
) -> None:
    repository.commit("Started", {"a.yaml": trial("", "2026-05-01")})
    repository.write({"a.yaml": trial(ONE, "2026-05-01")})
    git(repository.folder, "commit", "-q", "-a", "-m", "Late", "--date=2020-01-01T00:00:00+00:00")

    assert repository.told(policy("history.measures[0].claims.authoredOn", EARLY)) == "2020-01-01"


def test_a_value_that_is_not_committed_comes_after_every_commit(repository: Repository) -> None:
    repository.commit("Started", {"a.yaml": trial("", "2026-05-01")})
    repository.write({"a.yaml": trial(ONE, "2026-05-01")})
    told = policy(
        'history.measures.map(c, [c.commit, string(c.committed), c.claims.author].join("|")).join(", ") + " " + '
        'string(isBefore(history.start[0], history.measures[0])) + " " + '
        "string(isBefore(history.measures[0], history.measures[0]))"
    )

    assert repository.told(told) == "|false| true false"


def test_the_index_and_a_revision_have_their_own_pasts(repository: Repository, git: Git) -> None:
    first = repository.commit("First", {"a.yaml": trial(ONE)})
    repository.commit("Second", {"a.yaml": trial(TWO)})
    repository.write({"a.yaml": trial("[{metric: speed, target: 3}]")})
    git(repository.folder, "add", "--all")
    repository.write({"a.yaml": trial()})

    assert repository.told() == "First +, Second +,  -"
    assert repository.told(staged=True) == "First +, Second +,  +"
    assert repository.told(rev="HEAD") == "First +, Second +"
    assert repository.told(rev=first) == "First +"


def test_before_the_first_commit_everything_is_one_change_that_is_not_committed(repository: Repository) -> None:
    repository.write({"a.yaml": trial(ONE)})

    assert repository.told(policy("string(history.measures.map(c, c.committed) == [false])")) == "true"


def test_a_bare_repository_knows_its_past(repository: Repository, git: Git, tmp_path: Path) -> None:
    repository.commit("First", {"a.yaml": trial(ONE)})
    repository.commit("Second", {"a.yaml": trial(TWO)})
    assert repository.told() == "First +, Second +"
    git(tmp_path, "clone", "-q", "--bare", str(repository.folder), "bare.git")

    snapshot = open_snapshot(tmp_path / "bare.git", revision="main", environment=os.environ)

    assert isinstance(snapshot, Snapshot)
    assert found(judged(SUBJECTS, snapshot)).message == "First +, Second +"


def test_a_governed_folder_below_the_top_sees_its_own_files_alone(tmp_path: Path, git: Git) -> None:
    below = made(tmp_path / "deep" / "group", git)
    _remove(below.folder / ".git")
    git(tmp_path, "init", "-q")
    git(tmp_path, "config", "diff.relative", "true")
    below.commit("First", {"a.yaml": trial(ONE), "../../../catalogue/a.yaml": trial(ONE)})
    below.commit("Outside", {"../../../catalogue/a.yaml": trial(TWO)})
    below.commit("Second", {"a.yaml": trial(TWO)})

    assert below.told() == "First +, Second +"


def _remove(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()


def test_a_catalogue_below_the_root_is_found_where_it_is_configured(repository: Repository) -> None:
    repository = replace(repository, configuration=CONFIGURATION + "catalogue: it/portfolio\n")
    repository.commit("Decoy", {"a.yaml": trial(TWO)})
    repository.commit("First", {"../it/portfolio/a.yaml": trial(ONE)})
    repository.commit("Record", {"../it/portfolio/records/a.yaml": trial(TWO)})

    assert repository.told() == "First +"


def test_settings_of_the_repository_do_not_change_what_is_seen(repository: Repository, git: Git) -> None:
    repository.commit("First", {"a.yaml": trial(ONE)})
    repository.commit("Moved", {"a.yaml": None, "b.yaml": trial(TWO)})
    for setting in (
        "log.follow=true",
        "log.showRoot=false",
        "log.diffMerges=off",
        "diff.renames=copies",
        "diff.orderFile=missing",
        "format.pretty=email",
        "log.showSignature=true",
        "core.abbrev=4",
        "color.ui=always",
        "diff.noprefix=true",
        "i18n.logOutputEncoding=UTF-16",
    ):
        git(repository.folder, "config", *setting.split("="))
    git(repository.folder, "replace", "HEAD", "HEAD~1")

    assert repository.told() == "First +, Moved +"


HOSTILE = "Mallory \x1b[2J\u202e\"';{{}} %s $(id) -- --output=x"


def test_names_and_trailers_are_texts_whatever_they_hold(repository: Repository) -> None:
    message = (
        "Subject: no trailer\n\nBody: not last\n\nReviewed-by: Mara <m@example.com>\nreviewed-BY: \x1b[2J;$(id)\n more"
    )
    repository.commit(HOSTILE, {"a.yaml": trial(ONE)}, message)
    told = policy(
        'history.measures[0].claims.author + "|" + '
        'history.measures[0].claims.trailers["reviewed-by"].join("|") + "|" + '
        "string(size(history.measures[0].claims.trailers))"
    )

    assert repository.told(told) == f"{HOSTILE}|Mara <m@example.com>|\x1b[2J;$(id) more|1"
    assert not (repository.folder / "x").exists()


GOALPOSTS = """
    - each: history.measures.filter(m, m.present && history.start.exists(s, s.present && isBefore(s, m)))
      key: item.commit
      field: spec.measures
      expression: "false"
      messageExpression: >-
        "the measures were moved by " + item.claims.author + ", after the start"
"""


def test_each_change_can_be_judged_by_itself_and_stands_on_the_value(repository: Repository) -> None:
    repository.commit("Measured", {"a.yaml": trial(ONE)})
    repository.commit("Started", {"a.yaml": trial(ONE, "2026-05-01")})
    moved = repository.commit("Moved", {"a.yaml": trial(TWO, "2026-05-01")})
    head, _, rest = policy().partition("  validations:")

    outcome = repository.outcome(head + "  validations:" + GOALPOSTS + rest[rest.index("  remediation") :])

    assert outcome.message == "the measures were moved by Moved, after the start"
    assert outcome.key == moved
    assert outcome.place is not None
    assert (outcome.place.file, outcome.place.line) == ("catalogue/a.yaml", 5)


def test_a_shallow_clone_is_an_error_that_names_the_remedy(repository: Repository, git: Git, tmp_path: Path) -> None:
    repository.commit("Measured", {"a.yaml": trial(ONE)})
    repository.commit("Started", {"a.yaml": trial(ONE, "2026-05-01")})
    git(
        tmp_path, "-c", "protocol.file.allow=always", "clone", "-q", "--depth=1", f"file://{repository.folder}", "clone"
    )
    shallow = Repository(tmp_path / "clone", git)

    outcome = shallow.outcome(policy(holds=EARLY))

    assert outcome.result is Result.ERROR
    assert "the history is shallow" in outcome.message
    assert "git fetch --unshallow" in outcome.message
    assert "fetch-depth: 0" in outcome.message
    git(shallow.folder, "-c", "protocol.file.allow=always", "fetch", "-q", "--unshallow")
    assert shallow.passes(policy(holds=EARLY))


@pytest.mark.parametrize("filtered", ["blob:none", "tree:0"])
def test_a_partial_clone_is_an_error_that_names_the_remedy(
    repository: Repository, git: Git, tmp_path: Path, filtered: str
) -> None:
    repository.commit("Measured", {"a.yaml": trial(ONE)})
    repository.commit("Started", {"a.yaml": trial(ONE, "2026-05-01")})
    git(repository.folder, "config", "uploadpack.allowFilter", "true")
    source = f"file://{repository.folder}"
    git(tmp_path, "-c", "protocol.file.allow=always", "clone", "-q", f"--filter={filtered}", source, "clone")

    outcome = Repository(tmp_path / "clone", git).outcome(policy(holds=EARLY))

    assert outcome.result is Result.ERROR
    assert "git fetch --refetch --no-filter" in outcome.message


def test_a_folder_without_git_is_an_error_that_names_the_remedy(tmp_path: Path, git: Git) -> None:
    folder = made(tmp_path / "group", git)
    _remove(folder.folder / ".git")
    folder.write({"a.yaml": trial(ONE)})

    outcome = folder.outcome()

    assert outcome.result is Result.ERROR
    assert "is in no git repository" in outcome.message


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (policy(holds="entity.spec.measures.size() == 2"), 0),
        (policy(holds="size(history.start) == 9", when="false"), 0),
        (policy(holds="size(history.start) == 9"), 1),
        (policy(holds="size(history.start) == 9 && size(history.measures) == 9"), 1),
    ],
    ids=["a policy that does not look back", "one that does not apply", "one that looks back", "or looks back twice"],
)
def test_git_is_asked_once_and_only_if_a_policy_that_applies_looks_back(
    repository: Repository, text: str, asked: int
) -> None:
    repository.commit("First", {"a.yaml": trial(ONE), "b.yaml": trial(ONE, name="other")})
    snapshot = repository.opened()
    questions: list[str] = []

    def history(folder: str) -> History | NoHistory:
        questions.append(folder)
        return snapshot.history(folder)

    judged(text, replace(snapshot, history=history))

    assert questions == ["catalogue"] * asked


def test_each_old_file_is_read_once_however_often_it_came_back(repository: Repository) -> None:
    for number in range(6):
        repository.commit(f"{number}", {"a.yaml": trial(ONE if number % 2 else TWO), f"n{number}.txt": "x"})
    snapshot = repository.opened()
    read: list[str] = []

    def history(folder: str) -> History | NoHistory:
        known = snapshot.history(folder)
        assert isinstance(known, History)

        def blobs(wanted: Collection[str]) -> Iterator[tuple[str, bytes] | NoHistory]:
            read.extend(wanted)
            return known.blobs(wanted)

        return replace(known, blobs=blobs)

    assert len(found(judged(SUBJECTS, replace(snapshot, history=history))).message.split(",")) == 6
    assert len(read) == len(set(read)) == 2


def test_a_damaged_head_is_an_error_and_not_an_empty_past(repository: Repository) -> None:
    head = repository.commit("First", {"a.yaml": trial(ONE)})
    assert repository.told() == "First +"
    (repository.folder / ".git" / "objects" / head[:2] / head[2:]).unlink()

    assert repository.outcome().result is Result.ERROR


@pytest.mark.parametrize(
    ("text", "message", "suggestion"),
    [
        pytest.param(policy("history.mesures[0].commit"), "history.mesures", "measures", id="a misspelt history"),
        pytest.param(policy("history.measures[0].comit"), 'no field "comit"', "commit", id="a misspelt field"),
        pytest.param(policy("history.measures[0].author"), 'no field "author"', "claims.author", id="a claim"),
        pytest.param(
            policy(history="{name: measures, of: spec.mesures}"), 'no field "mesures"', "measures", id="a misspelt path"
        ),
        pytest.param(policy(holds="isBefore(history.start, history.start)"), "isBefore", "", id="lists for changes"),
        pytest.param(
            policy().replace("{expression:", "{each: history.start, key: item.commit, field: item.commit, expression:"),
            "stands in no document",
            "",
            id="a finding inside of a change",
        ),
        pytest.param(policy(history="{name: start}"), 'two histories called "start"', "", id="a name given twice"),
        pytest.param(
            policy().replace("target: Trial", "target: Cell"), "no document holds a Cell", "", id="a derived kind"
        ),
    ],
)
def test_a_policy_with_a_fault_is_refused_before_anything_is_judged(text: str, message: str, suggestion: str) -> None:
    problems = rules_of(text).problems

    meant = [problem for problem in problems if message in problem.message]
    assert meant, [problem.message for problem in problems]
    assert meant[0].suggestion == suggestion
    assert meant[0].place.line > 1


def test_two_thousand_commits_of_a_hundred_files_take_seconds(
    repository: Repository, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.commit("Root", {f"{n:03}.yaml": trial(ONE, name=f"t{n}") for n in range(120)})
    stream = []
    for number in range(2_000):
        text = trial(f"[{{metric: speed, target: {number}}}]", name=f"t{number % 120}")
        stream.append(
            f"commit refs/heads/main\ncommitter A <a@example.com> {1_700_000_000 + number} +0000\ndata 1\nx\n"
            + ("from refs/heads/main^0\n" if not number else "")
            + f"M 100644 inline catalogue/{number % 120:03}.yaml\ndata {len(text)}\n{text}\n"
        )
    (repository.folder / "stream").write_text("".join(stream), encoding="utf-8")
    with (repository.folder / "stream").open("rb") as commits:
        subprocess.run(["git", "fast-import", "--quiet"], cwd=repository.folder, stdin=commits, check=True)
    git(repository.folder, "reset", "-q", "--hard")
    text = policy("string(size(history.measures))")
    rules_of(text)

    start = time.perf_counter()
    verdict = judged(text, repository.opened())
    seconds = time.perf_counter() - start

    with capsys.disabled():
        print(f"\n2,000 commits × 120 files: {seconds:.1f} s")  # noqa: T201 - a figure for who runs the tests
    assert {item.message for item in verdict.findings} == {"17", "18"}
    assert seconds < 30


TEAM = """apiVersion: concertino/v1
kind: Team
metadata: {{name: blue}}
spec:
  type: platform
  members:
    - {{name: Mara, handle: "@mara", signingKeys: ["{mara}"]}}
    - {{name: Jon, handle: jon}}
---
apiVersion: concertino/v1
kind: Team
metadata: {{name: green}}
spec: {{type: platform, members: [{{name: Mara, handle: Mara, signingKeys: ["{mara}"]}}]}}
"""
SIGNED = policy('history.measures.map(c, c.claims.author + "/" + c.signedBy).join(", ")', "size(history.measures) < 0")


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed: no signature is verified")
def test_who_signed_is_told_for_members_alone_and_only_to_policies_that_ask(
    repository: Repository, git: Git, tmp_path: Path
) -> None:
    marks = {}
    for name in ("mara", "mallory"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / name], check=True)
        shown = subprocess.run(["ssh-keygen", "-l", "-f", tmp_path / name], check=True, capture_output=True, text=True)
        marks[name] = shown.stdout.split()[1]
    git(repository.folder, "config", "gpg.format", "ssh")
    # What git itself would run, were it asked whether a signature is good.
    git(repository.folder, "config", "gpg.ssh.allowedSignersFile", "nothing")
    git(repository.folder, "config", "commit.gpgSign", "true")
    for number, (author, key) in enumerate((("Mara", "mara"), ("Mara", "mallory"), ("Mallory", "mara"))):
        git(repository.folder, "config", "user.signingKey", str(tmp_path / key))
        repository.commit(author, {"a.yaml": trial(f"[{{metric: speed, target: {number}}}]")})
    git(repository.folder, "config", "commit.gpgSign", "false")
    git(repository.folder, "config", "gpg.ssh.program", "/bin/false")
    repository.commit("Nobody", {"a.yaml": trial(ONE), "team.yaml": TEAM.format_map(marks)})

    assert repository.told(SIGNED) == "Mara/mara, Mara/, Mallory/mara, Nobody/"
    snapshot = repository.opened()

    def history(folder: str) -> History | NoHistory:
        known = snapshot.history(folder)
        assert isinstance(known, History)
        return replace(known, signer=lambda commit, _: pytest.fail(f"nobody asked who signed {commit}"))

    unsigned = found(judged(SUBJECTS, replace(snapshot, history=history)))
    assert unsigned.message == "Mara +, Mara +, Mallory +, Nobody +"
