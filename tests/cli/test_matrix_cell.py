"""`concertino matrix CELL` tells the story of one cell, and leads on to policy, finding, exception and record."""

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from concertino.rendering.following import Given

ROOT = Path(__file__).resolve().parents[2]
DAY = ("--as-of", "2026-06-30")
PLACE = re.compile(r"← (?P<file>\S+?):(?P<line>[0-9]+):(?P<column>[0-9]+)")


@pytest.fixture
def told(concertino: Callable[..., Any]) -> Callable[[str], str]:
    """The story of a cell of the reference portfolio."""

    def call(cell: str) -> str:
        ran = concertino("matrix", cell, "-C", ROOT, *DAY)
        assert ran.code in (0, 2), ran.err
        return str(ran.out)

    return call


def test_the_scores_of_a_cell_add_up_and_each_names_its_line(told: Callable[[str], str]) -> None:
    text = told("atelier-nord/orders")
    table = text.partition("scores ")[2].partition("circumstances")[0]

    products = [(int(a), int(b), int(c)) for a, b, c in re.findall(r"([0-9]) x +([0-9]+) = +([0-9]+)", table)]
    assert len(products) == 6
    assert all(points * weight == product for points, weight, product in products)
    index = re.search(r"index +([0-9]+)  band (\w+)", table)
    assert index
    assert sum(product for *_, product in products) == int(index[1])
    assert len(PLACE.findall(table)) >= 6


def test_the_line_that_a_score_names_holds_it(told: Callable[[str], str]) -> None:
    for score, place in re.findall(r"(?:brand|platform|finance|risk) ([1-5])  (← \S+)", told("atelier-nord/orders")):
        found = PLACE.search(place)
        assert found
        line = (ROOT / found["file"]).read_text("utf-8").splitlines()[int(found["line"]) - 1]
        assert line[int(found["column"]) - 1] == score


def test_the_guards_that_decided_stand_there_with_their_reasons(told: Callable[[str], str]) -> None:
    text = told("pocket-botanics/customer-data")

    assert "  cap federate, decides: too-small-to-duplicate\n    A stack of its own would eat" in text
    assert "band operate" in text
    assert re.search(r"robustness  [0-9]+ of [0-9]+ neighbours one step away agree", text)
    assert "smallest flip, one step: State of the evidence pending -> none makes it orchestrate" in text


def test_a_guard_that_was_overruled_says_by_whom(small: Callable[..., Path], concertino: Callable[..., Any]) -> None:
    out = concertino("matrix", "knit/shop", "-C", small(), *DAY).out

    assert "floor federate, decides: edge-belongs-to-the-brand" in out
    assert "cap orchestrate, overruled by edge-belongs-to-the-brand: special-without-a-reason" in out
    assert "which departs from the recommendation" in out


def test_perspectives_that_differ_are_listed_with_their_lines(
    small: Callable[..., Path], concertino: Callable[..., Any]
) -> None:
    out = concertino("matrix", "cell:knit/shop", "-C", small(), *DAY).out

    assert re.search(r"brand 5  ← catalogue/assessments/shop.yaml:11:24\n +platform 2  ← \S+shop.yaml:24:38", out)
    assert "perspectives  each alone would answer the same" in out
    assert re.search(r"brand +federate, index 260\n  platform +federate, index 170", out)


def test_what_nobody_can_know_yet_is_said_with_the_answer_it_would_lead_to(
    small: Callable[..., Path], concertino: Callable[..., Any]
) -> None:
    out = concertino("matrix", "knit/mail", "-C", small(), *DAY).out

    assert "undetermined: nobody can know State of the evidence yet; as assumed it is orchestrate" in out
    assert "decided      nothing\n" in out
    assert "next: concertino catalogue show cell:knit/mail" in out


def test_a_cell_leads_to_policy_finding_exception_and_record_command_by_command(
    concertino: Callable[..., Any],
) -> None:
    def nexts(*arguments: str) -> list[list[str]]:
        days = DAY if arguments[0] in ("matrix", "explain") and "--as-of" not in arguments else ()
        ran = concertino(*arguments, "-C", ROOT, *days)
        assert ran.code in (0, 2), ran.err
        return [shlex.split(line, comments=True)[1:] for line in ran.out.splitlines() if line.startswith("next: ")]

    story = nexts("matrix", "oakwell/analytics")
    policy = ["concertino", "explain", "actual-follows-decision", "cell:oakwell/analytics", *DAY]
    exception = ["concertino", "catalogue", "show", "exception:oakwell-reports-until-moved"]
    decision = ["concertino", "catalogue", "show", "decision:analytics-oakwell"]
    record = ["cat", "catalogue/records/0012-analytics-oakwell.md"]
    assert [policy, exception, decision, record] == [
        item for item in story if item in (policy, exception, decision, record)
    ]
    assert exception in nexts(*policy[1:])  # the policy's finding leads to what excuses it
    assert ["concertino", "matrix", "oakwell/analytics"] in nexts(*exception[1:])  # which leads back to the cell
    assert record in nexts(*decision[1:])
    assert (ROOT / record[1]).is_file()


def test_next_commands_look_at_the_same_files_on_the_same_day(concertino: Callable[..., Any]) -> None:
    given = Given("2026-06-30", "v1.2")

    assert given.carried("concertino matrix oakwell") == "concertino matrix oakwell --as-of 2026-06-30 --rev v1.2"
    assert given.carried("concertino catalogue show brand:a") == "concertino catalogue show brand:a --rev v1.2"
    assert given.carried("concertino matrix export") == "concertino matrix export"
    assert Given(rev="a b").carried("concertino check") == "concertino check --rev 'a b'"
    assert Given(staged=True).carried("cat a.md") == "cat a.md"
    for arguments in (["matrix"], ["matrix", "oakwell"], ["matrix", "--spread"], ["matrix", "--candidates"]):
        out = concertino(*arguments, "-C", ROOT, *DAY).out
        assert re.search(r"^next: concertino matrix \S+ --as-of 2026-06-30  #", out, re.MULTILINE), arguments


def test_several_perspectives_say_how_they_became_one(told: Callable[[str], str]) -> None:
    text = told("atelier-nord/orders")

    assert "a row of the brand in a sheet of the capability, median of 2 perspectives" in text
    assert "  median of an even count: of the two in the middle the one nearer to orchestrate\n" in text


def test_only_findings_on_this_cell_are_shown_with_what_excuses_them(concertino: Callable[..., Any]) -> None:
    ran = concertino("matrix", "oakwell/analytics", "-C", ROOT, *DAY, "--format", "json")
    told = json.loads(ran.out)

    assert len(told["cells"]) == 1
    assert {item["entity"] for item in told["findings"]} == {"cell:oakwell/analytics"}
    waived = [item for item in told["findings"] if item["outcome"] == "waived"]
    assert {item["exception"]["reference"] for item in waived} == {"exception:oakwell-reports-until-moved"}
    assert [item["exception"] for item in told["exceptions"]] == ["exception:oakwell-reports-until-moved"]
    assert told["records"] == {"decision:analytics-oakwell": "catalogue/records/0012-analytics-oakwell.md"}


def test_a_title_with_control_characters_moves_no_cursor(
    small: Callable[..., Path], concertino: Callable[..., Any]
) -> None:
    why = (
        'apiVersion: concertino/v1\nkind: Brand\nmetadata: {name: knit, title: "Knit\\e[2J ##[error]"}\n'
        "spec: {promise: Warm., role: mature, team: shop, resultOwner: shop, demand: 3}\n"
    )

    out = concertino("matrix", "knit/shop", "-C", small(knit=why), *DAY).out

    assert "\x1b" not in out
    assert "##[" not in out
