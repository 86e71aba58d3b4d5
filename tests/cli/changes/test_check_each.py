"""`check --each` names the commit that brought a finding; `history` shows how the counts went. Real repositories."""

import csv
import io
import json
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

DAY = "2026-05-01"
SEARCH = ("standard-is-said", "capability:search")


def _each(repository: SimpleNamespace, text: str, *options: str) -> tuple[int, dict[str, Any]]:
    code, out = repository.run("check", "--as-of", DAY, "--format", "json", "--each", text, *options)
    return code, json.loads(out)


def _brought(report: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """What each commit brought, those that brought nothing left out."""
    return {
        item["commit"]: [(one["policy"], one["entity"]) for one in item["brought"]]
        for item in report["commits"]
        if item["brought"]
    }


def _removed(report: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    return {
        item["commit"]: [(one["policy"], one["entity"]) for one in item["removed"]]
        for item in report["commits"]
        if item["removed"]
    }


@pytest.mark.slow
def test_of_fifty_commits_the_one_with_the_fault_is_named(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    guilty = ""
    for number in range(50):
        standard = "None." if number == 31 else f"Way {number}."
        commit = repository.commit
        if number % 3 == 0:
            repository.write("README.md", f"Nothing that is judged: {number}.\n")
        else:
            repository.write(f"catalogue/more-{number}.yaml", words.capability(f"more-{number}", standard))
        if number == 31:
            guilty = commit("Say nothing")
        else:
            commit(f"Say more, {number}")

    began = time.monotonic()
    code, report = _each(repository, "main..change")

    assert code == 1
    assert len(report["commits"]) == 50
    assert _brought(report) == {guilty: [("standard-is-said", "capability:more-31")]}
    assert [(item["entity"], item["commit"]) for item in report["standing"]] == [("capability:more-31", guilty)]
    assert time.monotonic() - began < 60


def test_what_one_commit_brings_and_another_mends_is_told_of_both(
    repository: SimpleNamespace, words: SimpleNamespace
) -> None:
    orders = words.capability("orders", "None.")
    repository.write("catalogue/capabilities.yaml", orders, words.capability("search", "None."))
    first = repository.commit("Break it")
    repository.git("mv", "catalogue/capabilities.yaml", "catalogue/moved.yaml")
    repository.commit("Move it")
    repository.write("catalogue/moved.yaml", orders, words.capability("search"))
    last = repository.commit("Mend it")

    code, report = _each(repository, "main..HEAD")

    assert (_brought(report), _removed(report)) == ({first: [SEARCH]}, {last: [SEARCH]})
    assert code == 1
    assert report["standing"] == []


def test_what_was_there_before_the_range_is_nobodys_doing(repository: SimpleNamespace) -> None:
    repository.commit("Do nothing")

    code, report = _each(repository, "main..HEAD")

    assert (code, _brought(report)) == (0, {})
    assert report["commits"][0]["counts"]["gated"] == 1


def test_a_merge_brings_only_what_none_of_its_sides_had(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    repository.git("checkout", "--quiet", "-b", "side", "main")
    repository.write("catalogue/side.yaml", words.capability("side", "None."))
    side = repository.commit("The side breaks a rule")
    repository.git("checkout", "--quiet", "change")
    repository.write("catalogue/capabilities.yaml", words.capability("orders"), words.capability("search"))
    mended = repository.commit("The branch mends one")
    repository.git("merge", "--quiet", "--no-ff", "--no-edit", "side")

    _, report = _each(repository, "main..change")

    assert _brought(report) == {side: [("standard-is-said", "capability:side")]}
    assert _removed(report) == {mended: [("standard-is-said", "capability:orders")]}
    assert len(report["commits"]) == 3


def test_a_fault_that_a_merge_itself_makes_is_named_as_the_merge(
    repository: SimpleNamespace, words: SimpleNamespace
) -> None:
    """Each side is sound by itself: one renames a team, the other one still refers to it."""
    repository.git("checkout", "--quiet", "-b", "side", "main")
    repository.write("catalogue/side.yaml", words.capability("side", owner="makers"))
    repository.commit("Refer to the makers")
    repository.git("checkout", "--quiet", "change")
    repository.write("catalogue/teams.yaml", *words.teams()[:2])
    repository.commit("Remove the makers")
    repository.git("merge", "--quiet", "--no-ff", "--no-edit", "side")
    merge = repository.git("rev-parse", "HEAD")

    _, report = _each(repository, "main..change")

    assert _brought(report)[merge] == [("reference", "capability:side")]


def test_a_policy_that_comes_on_the_way_judges_from_its_commit_on(
    repository: SimpleNamespace, words: SimpleNamespace
) -> None:
    repository.commit("Nothing")
    repository.policy(words.policy("nothing-will-do", "false"))
    commit = repository.commit("A policy")
    repository.remove("policies/nothing-will-do/policy.yaml")
    gone = repository.commit("No policy")

    _, own = _each(repository, "main..change")
    _, theirs = _each(repository, "main..change", "--policies-from", "main")

    found = [("nothing-will-do", "capability:orders"), ("nothing-will-do", "capability:search")]
    assert (_brought(own), _removed(own)) == ({commit: found}, {gone: found})
    assert [item["ending"] for item in own["commits"][2]["removed"]] == ["rule-removed", "rule-removed"]
    assert (_brought(theirs), _removed(theirs)) == ({}, {})


def test_the_first_commit_of_all_brought_everything(repository: SimpleNamespace) -> None:
    _, out = repository.run("history", "--as-of", DAY, "--format", "json")

    (commit,) = json.loads(out)["commits"]
    assert (commit["counts"]["brought"], commit["counts"]["errors"]) == (1, 1)


def test_the_verdicts_over_commits_are_those_of_single_checks(
    repository: SimpleNamespace, words: SimpleNamespace
) -> None:
    repository.write("catalogue/more.yaml", words.capability("returns", "None.", "makers"))
    repository.commit("More")
    repository.write("catalogue/exceptions/own.yaml", words.waiver("standard-is-said", "capability:returns"))
    repository.commit("An exception")

    _, out = repository.run("history", "--as-of", DAY, "--format", "json")

    for commit in json.loads(out)["commits"]:
        _, report = repository.check("--rev", commit["commit"])
        summary = report["summary"]
        assert commit["entities"] == summary["entities"]
        assert commit["exit"] == summary["exit"]
        assert commit["counts"]["gated"] == summary["gated"]
        assert commit["counts"]["waived"] == summary["outcomes"]["waived"]
        assert commit["counts"]["warnings"] == summary["severities"]["warning"]


def test_a_spreadsheet_takes_the_history_and_no_formula_from_it(
    repository: SimpleNamespace, words: SimpleNamespace
) -> None:
    repository.write("catalogue/more.yaml", words.capability("returns", "None."))
    repository.commit("=cmd|'/c calc'!A1")

    _, out = repository.run("history", "--as-of", DAY, "--format", "csv")

    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["gated"] for row in rows] == ["1", "2"]
    assert not rows[1]["subject"].startswith("=")


def test_people_see_who_brought_what(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    repository.write("catalogue/more.yaml", words.capability("returns", "None."))
    commit = repository.commit("Returns\x1b[31m in red")

    code, text = repository.run("check", "--as-of", DAY, "--each", "main..HEAD")
    _, history = repository.run("history", "--as-of", DAY)

    assert code == 1
    assert f"✗ {commit[:12]}" in text
    assert "brought  standard-is-said/holds on capability:returns" in text
    assert "\x1b" not in text + history
    assert "gated 1 → 2" in history


@pytest.mark.parametrize(
    "text",
    [
        "--output=x..HEAD",
        "main...change",
        "main",
        "..",
        "^main..HEAD",
        "main..--all",
        "no..HEAD",
        "a\nb..HEAD",
        "",
    ],
)
def test_what_is_no_range_is_refused(
    repository: SimpleNamespace, concertino: Callable[..., SimpleNamespace], text: str
) -> None:
    repository.commit()

    ran = concertino("check", "-C", repository.folder, f"--each={text}")

    assert ran.code in (1, 2)
    assert not ran.out
    assert "Traceback" not in ran.err
    assert not list(repository.folder.glob("x*"))


def test_an_end_that_is_left_out_is_where_one_stands(repository: SimpleNamespace) -> None:
    repository.commit()

    assert len(_each(repository, "main..")[1]["commits"]) == 1


def test_a_range_without_commits_is_no_clean_bill(
    repository: SimpleNamespace, concertino: Callable[..., SimpleNamespace]
) -> None:
    ran = concertino("check", "-C", repository.folder, "--each", "change..main")

    assert ran.code != 0
    assert "no commit" in ran.err


def test_a_broken_rule_at_the_end_of_the_range_ends_with_2(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    repository.policy(words.policy("broken", "entity.spec.standrad == ''"))
    repository.commit()

    code, text = repository.run("check", "--as-of", DAY, "--each", "main..HEAD", "--policies-from", "main")

    assert _each(repository, "main..HEAD")[0] == code == 2
    assert "brought  policy on broken" in text
