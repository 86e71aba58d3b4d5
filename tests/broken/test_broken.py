"""Broken inputs as a table: `cases/*.yaml` says what is laid over a sound repository, and what must be said about it.

In the repository one more reference leads nowhere, in a file that no case touches. A case is judged through the command
line. The findings must be those that it names and that one: none is lost, and none is an echo of another.

A case lays over, by path: text; `{replace: TEXT, by: TEXT}` in the file of that name, or of a piece with `in`;
`{repeat: TEXT, times: N}`; `{text: TEXT, encoding: NAME}`; `{link: TARGET}`; `{pipe: true}`. It then says of each
finding which check finds it, where, in which words, and with which advice; `others` is how many more there are.
"""

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from concertino.model.suggest import marks_around
from concertino.model.visible import visible

HERE = Path(__file__).parent
UNTOUCHED = ("reference", "catalogue/untouched.yaml:9:16")
"""The finding on the file that no case touches."""
LONGEST_MESSAGE = 400
SLOWEST = 60
"""What is built to take long may take so many times as long as the sound repository: that takes a tenth of a second."""


def table() -> list[Any]:
    """All cases, each known by its file and its sentence."""
    return [
        pytest.param(case, id=f"{file.stem}: {case['case']}")
        for file in sorted((HERE / "cases").glob("*.yaml"))
        for case in yaml.safe_load(file.read_text(encoding="utf-8"))
    ]


@dataclass(frozen=True)
class Report:
    """What a check came to, for programs and for people."""

    code: int
    findings: list[tuple[str, str, Mapping[str, Any]]]
    """Check, place and the whole of each."""
    text: str
    seconds: float


@pytest.fixture
def judge(sound: Mapping[str, str], concertino: Callable[..., Any], tmp_path: Path) -> Callable[..., Report]:
    """Lays files over the sound ones, and checks them through the command line."""

    def call(over: Mapping[str, Any]) -> Report:
        folder, text = tmp_path / "repository", tmp_path / "report.txt"
        lay(over, sound, folder)
        began = time.perf_counter()
        ran = concertino("check", "-C", folder, "--as-of", "2026-06-01", "--format", "json", "--format", f"text={text}")
        seconds = time.perf_counter() - began
        assert ran.err == ""
        found = json.loads(ran.out)["findings"]
        return Report(ran.code, [(one["policy"], at(one["location"]), one) for one in found], text.read_text(), seconds)

    return call


def lay(over: Mapping[str, Any], sound: Mapping[str, str], folder: Path) -> None:
    """Write the sound files, and what a case lays over them."""
    for name, text in sound.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    for name, change in over.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        match change:
            case {"link": target}:
                path.symlink_to(target)
            case {"pipe": _}:
                os.mkfifo(path)
            case _:
                path.write_bytes(content(change, sound.get(name, "")))


def content(change: str | Mapping[str, Any], sound: str) -> bytes:
    """The bytes that a change makes of the text of a sound file."""
    if isinstance(change, str):
        return change.encode()
    if "replace" in change:
        text = (HERE / "pieces" / change["in"]).read_text(encoding="utf-8") if "in" in change else sound
        assert text.count(change["replace"]) == 1, change["replace"]
        text = text.replace(change["replace"], change["by"])
    elif "repeat" in change:
        text = f"{change.get('before', '')}{change['repeat'] * change['times']}{change.get('after', '')}"
    else:
        text = str(change["text"])
    return text.encode(str(change.get("encoding", "utf-8")))


def at(location: Mapping[str, Any]) -> str:
    return f"{location['file']}:{location['line']}:{location['column']}"


@pytest.mark.usefixtures("remembered")
@pytest.mark.parametrize("case", table())
def test_a_fault_is_told_where_it_is_with_what_to_do_and_hides_no_other(
    case: Mapping[str, Any], judge: Callable[..., Report]
) -> None:
    report = judge(case["over"])

    assert report.code == case["exit"]
    found = sorted((check, place) for check, place, _ in report.findings)
    named = [(item["check"], item["at"]) for item in case["finds"]]
    if "others" in case:
        assert set(found) >= {*named, UNTOUCHED}
        assert len(found) == len(named) + case["others"] + 1
    else:
        assert found == sorted([*named, UNTOUCHED])
    for item in case["finds"]:
        says_it(item, report)
    for _, _, one in report.findings:
        helps(one)


def says_it(expected: Mapping[str, Any], report: Report) -> None:
    """Whether one finding says all that a case expects of it, to programs and to people."""
    here = [one for check, place, one in report.findings if (check, place) == (expected["check"], expected["at"])]
    told = [one for one in here if expected["says"] in one["message"]]
    assert told, [one["message"] for one in here]
    one = told[0]
    assert one["outcome"] == expected.get("outcome", "fail")
    assert one.get("suggestion", "") == expected.get("suggests", "")
    assert expected.get("expected", "") in one.get("expected", "")
    assert expected.get("do", "") in one.get("remediation", "")
    assert expected.get("notes", "") in " ".join(one.get("notes", ()))
    assert expected.get("see", "") in [at(other["location"]) for other in one.get("related", ())] + [""]
    assert f"{visible(expected['at'])}  " in report.text
    if "suggests" in expected:
        marks = marks_around(expected["suggests"])
        assert f"did you mean {marks}{visible(expected['suggests'])}{marks}?" in report.text


def helps(finding: Mapping[str, Any]) -> None:
    """Whether a finding is of use: brief, in plain words, and with a way out."""
    assert len(finding["message"]) <= LONGEST_MESSAGE
    assert finding.get("remediation") or finding.get("expected") or finding.get("suggestion")
    for word in ("Traceback", "jsonschema", "<class", "{'", "None", "additionalProperties"):
        assert word not in finding["message"]


def test_the_memory_changes_no_report(
    judge: Callable[..., Report], request: pytest.FixtureRequest, sound: Mapping[str, str]
) -> None:
    over = {"catalogue/brands.yaml": sound["catalogue/brands.yaml"].replace("role: mature", "role: matrue")}
    without = judge(over)
    request.getfixturevalue("remembered")
    with_it = [judge(over), judge(over)]

    assert [(report.findings, report.text) for report in with_it] == [(without.findings, without.text)] * 2


@pytest.mark.usefixtures("remembered")
@pytest.mark.parametrize("case", [case for case in table() if case.values[0].get("hostile")])
def test_what_is_built_to_take_long_does_not(case: Mapping[str, Any], judge: Callable[..., Report]) -> None:
    judge({})
    usual = min(judge({}).seconds for _ in range(3))

    assert judge(case["over"]).seconds < SLOWEST * usual


FAULTY = {
    "a tab in each document": "kind: Team\nmetadata: {name: team-%d, title: X}\nspec:\n\ttype: brand\n",
    "a misspelt kind in each": "apiVersion: concertino/v1\nkind: Temm\nmetadata: {name: team-%d, title: X}\nspec: {}\n",
    "a dangling reference in each": (
        "apiVersion: concertino/v1\nkind: Team\nmetadata: {name: team-%d, title: X}\n"
        "spec: {type: brand, members: [{name: A, handle: a}], escalatesTo: nobody-%d}\n"
    ),
}


def documents(text: str, count: int) -> Iterator[str]:
    for number in range(count):
        yield text.replace("%d", str(number))


@pytest.mark.usefixtures("remembered")
@pytest.mark.parametrize("text", FAULTY.values(), ids=FAULTY)
@pytest.mark.slow
def test_eight_times_the_faults_take_eight_times_as_long_and_not_sixty_four(
    text: str, judge: Callable[..., Report]
) -> None:
    few, many = ({"catalogue/many.yaml": "---\n".join(documents(text, count))} for count in (250, 2_000))
    judge(few)
    quick = min(judge(few).seconds for _ in range(2))

    assert judge(many).seconds < 20 * quick


def test_the_table_is_as_long_as_it_is_meant_to_be() -> None:
    """A folder that is not found would make a table without cases, and all of them would pass."""
    sentences = [case.id for case in table()]

    assert len(sentences) == len(set(sentences)) >= 120
