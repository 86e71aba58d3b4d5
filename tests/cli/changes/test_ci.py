"""`concertino ci` in the environments of forges: what is compared with what, and which file each forge can show."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from concertino.cli import ci
from concertino.cli.forges import Forge, forge_of
from concertino.cli.main import run

Event = dict[str, Any]
_FORGES = ("GITHUB_ACTIONS", "GITHUB_EVENT_PATH", "GITHUB_STEP_SUMMARY", "GITLAB_CI", "CI_MERGE_REQUEST_DIFF_BASE_SHA")
_SHA, _OTHER, _NONE = "a1" * 20, "b2" * 20, "0" * 40
_MARKER = "<!-- concertino: report -->"


@pytest.fixture(autouse=True)
def _no_forge(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests run on forges, too."""
    for name in (*_FORGES, "CI_MERGE_REQUEST_TARGET_BRANCH_SHA"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def job(
    repository: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., SimpleNamespace]:
    """Runs a job of GitHub on the repository: for an event, with options, and what the step summary holds by then."""
    reports, summary, event_file = (tmp_path / name for name in ("reports", "summary.md", "event.json"))

    def call(event: Event | None, *options: str, before: str | None = None) -> SimpleNamespace:
        if event is not None:
            event_file.write_text(json.dumps(event), encoding="utf-8")
            monkeypatch.setenv("GITHUB_ACTIONS", "true")
            monkeypatch.setenv("GITHUB_EVENT_PATH", str(event_file))
            monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
        if before is not None:
            summary.write_text(before, encoding="utf-8")
        capfd.readouterr()
        code = run(["ci", "-C", str(repository.folder), "--as-of", "2026-05-01", "--output", str(reports), *options])
        out, err = capfd.readouterr()
        written = (
            {path.name: path.read_text(encoding="utf-8") for path in reports.iterdir()} if reports.exists() else {}
        )
        told = summary.read_text(encoding="utf-8") if summary.exists() else ""
        return SimpleNamespace(code=code, out=out, err=err, files=written, summary=told)

    return call


def pull_request(base: str) -> Event:
    return {"action": "synchronize", "pull_request": {"base": {"sha": base, "ref": "main"}}}


@pytest.mark.parametrize(
    ("event", "base"),
    [
        pytest.param(json.dumps(pull_request(_SHA)), _SHA, id="a pull request has a base"),
        pytest.param(json.dumps({"merge_group": {"base_sha": _SHA}}), _SHA, id="a merge group has one"),
        pytest.param(json.dumps({"before": _SHA, "ref": "refs/heads/main"}), "", id="a push proposes nothing"),
        pytest.param(json.dumps(pull_request(_NONE)), "", id="a commit that does not exist is none"),
        pytest.param(json.dumps({"pull_request": {"base": {"sha": ["x"]}}}), "", id="what is no text is none"),
        pytest.param("[1]", "", id="an event of another shape has none"),
        pytest.param("{", "", id="an event that can't be read has none"),
    ],
)
def test_the_event_of_a_job_on_github_says_what_the_change_is_meant_for(event: str, base: str) -> None:
    found = forge_of({"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": "event.json"}, lambda _: event)

    assert (found.name, found.base, found.shown) == ("GitHub", base, "github")


@pytest.mark.parametrize(
    ("variables", "base"),
    [
        pytest.param({"CI_MERGE_REQUEST_DIFF_BASE_SHA": _SHA}, _SHA, id="the base of the difference"),
        pytest.param(
            {"CI_MERGE_REQUEST_TARGET_BRANCH_SHA": _OTHER, "CI_MERGE_REQUEST_DIFF_BASE_SHA": _SHA},
            _OTHER,
            id="the tip of the target goes before it, so that nobody chooses older rules",
        ),
        pytest.param({"CI_MERGE_REQUEST_TARGET_BRANCH_SHA": ""}, "", id="a pipeline of a branch has none"),
    ],
)
def test_the_variables_of_a_job_on_gitlab_say_the_same(variables: dict[str, str], base: str) -> None:
    found = forge_of({"GITLAB_CI": "true", **variables}, lambda _: "")

    assert (found.name, found.base, found.shown) == ("GitLab", base, "text")
    assert set(found.files) == {"json", "markdown", "gitlab", "junit"}


def test_elsewhere_everything_is_written_that_somebody_may_read() -> None:
    found = forge_of({}, lambda _: "")

    assert found == Forge(found.name, files=found.files)
    assert set(found.files) == {"json", "markdown", "sarif", "junit"}


def test_a_pull_request_is_annotated_commented_and_counted_by_what_it_brings(
    repository: SimpleNamespace, words: SimpleNamespace, job: Callable[..., SimpleNamespace]
) -> None:
    base = repository.git("rev-parse", "main")
    more = [words.capability("orders", "None."), words.capability("search", "None.")]
    repository.write("catalogue/capabilities.yaml", *more)
    repository.commit()

    done = job(pull_request(base))

    assert done.code == 1
    lines = done.out.splitlines()
    assert [line.split(" ", 1)[0] for line in lines] == ["::notice", "::error", "concertino:"]
    assert "touches 1 owner" in lines[0]
    assert "capability:search" in lines[1]
    assert set(done.files) == {"concertino.json", "concertino.md", "concertino.sarif"}
    assert done.files["concertino.md"].startswith(f"{_MARKER}\n")
    assert "What this change means" in done.files["concertino.md"]
    assert done.summary == done.files["concertino.md"]
    report = json.loads(done.files["concertino.json"])
    assert report["rulesFrom"] == base
    assert report["impact"]["owners"] == [{"team": "team:board", "entities": 1}]


def test_a_pull_request_that_removes_the_rule_it_breaks_fails_all_the_same(
    repository: SimpleNamespace, words: SimpleNamespace, job: Callable[..., SimpleNamespace]
) -> None:
    base = repository.git("rev-parse", "main")
    repository.write(
        "catalogue/capabilities.yaml", words.capability("orders", "None."), words.capability("search", "None.")
    )
    repository.remove("policies/standard-is-said/policy.yaml")
    repository.commit()

    done, allowed = job(pull_request(base)), job(pull_request(base), "--own-rules")

    assert (done.code, allowed.code) == (1, 0)
    for told in (done.files["concertino.md"], allowed.files["concertino.md"]):
        assert "**policy removed** <code>standard-is-said</code>" in told


def test_on_a_push_everything_counts(repository: SimpleNamespace, job: Callable[..., SimpleNamespace]) -> None:
    done = job({"before": repository.git("rev-parse", "main"), "ref": "refs/heads/main"})

    assert done.code == 1
    report = json.loads(done.files["concertino.json"])
    assert "base" not in report
    assert "impact" not in report


def test_the_summary_that_other_steps_began_is_continued(job: Callable[..., SimpleNamespace]) -> None:
    done = job({}, before="## Tests\n\nAll passed.\n\n")

    assert done.summary == f"## Tests\n\nAll passed.\n\n{done.files['concertino.md']}"


@pytest.mark.parametrize(
    ("room", "told"),
    [
        pytest.param(500, True, id="of little room as much is used as there is"),
        pytest.param(100, False, id="without any nothing is added, or nothing at all would be shown"),
    ],
)
def test_a_summary_that_is_nearly_full_is_cut_and_says_so(
    job: Callable[..., SimpleNamespace], room: int, *, told: bool
) -> None:
    begun = "x" * (1024 * 1024 - room)
    done = job({}, before=begun)

    assert len(done.summary.encode()) <= 1024 * 1024
    assert done.summary.startswith(begun)
    assert ("Too long for this summary" in done.summary) is told
    assert (_MARKER in done.summary) is told


def test_what_is_cut_ends_what_it_had_folded() -> None:
    text = b"# a\n<details>\n" + b"row\n" * 500 + b"</details>\n"

    kept = ci._fitting(text, 1_000)  # noqa: SLF001 - a report of a megabyte would take a minute
    assert len(kept) <= 1_000
    assert kept.count(b"<details>") == kept.count(b"</details>") == 1


def test_a_base_that_a_shallow_clone_lacks_names_the_setting(
    repository: SimpleNamespace, tmp_path: Path, git: Callable[..., str], job: Callable[..., SimpleNamespace]
) -> None:
    base = repository.git("rev-parse", "main")
    repository.commit()
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=change", repository.folder.as_uri(), str(shallow))

    done = job(pull_request(base), "-C", str(shallow))

    assert (done.code, done.out, done.files) == (2, "", {})
    assert "fetch-depth: 0" in " ".join(done.err.split())


def test_the_first_adoption_is_judged_by_the_rules_that_it_brings(
    repository: SimpleNamespace, words: SimpleNamespace, git: Callable[..., str], job: Callable[..., SimpleNamespace]
) -> None:
    """Before it there is nothing that could be talked round, and nothing that knows its kinds."""
    git(repository.folder, "checkout", "--quiet", "--orphan", "ungoverned")
    git(repository.folder, "rm", "--quiet", "-r", "--cached", ".")
    repository.git("commit", "--quiet", "--allow-empty", "--message=Before")
    base = repository.git("rev-parse", "HEAD")
    repository.write("catalogue/capabilities.yaml", words.capability("orders"), words.capability("search"))
    repository.commit("Adopt it")

    done = job(pull_request(base))

    assert done.code == 0, done.out
    assert "the base is not governed yet" in done.err
    report = json.loads(done.files["concertino.json"])
    assert "rulesFrom" not in report
    assert [item["id"] for item in report["policies"]["judged"]][:2] == ["owner-is-the-board", "standard-is-said"]


def test_nothing_but_the_format_goes_to_standard_output(
    repository: SimpleNamespace, job: Callable[..., SimpleNamespace]
) -> None:
    done = job(pull_request(repository.git("rev-parse", "main")))

    assert all(line.startswith(("::", "concertino: ")) for line in done.out.splitlines())
    assert done.err.startswith("Judged for GitHub; reports are in ")
    assert job(pull_request(repository.git("rev-parse", "main")), "--quiet").err == ""


def test_elsewhere_the_log_is_for_people(job: Callable[..., SimpleNamespace]) -> None:
    done = job(None)

    assert "✗ failed" in done.out.splitlines()[-2]
    assert set(done.files) == {"concertino.json", "concertino.md", "concertino.sarif", "concertino-junit.xml"}
