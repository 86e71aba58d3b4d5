"""Broken inputs as a table: `cases/*.yaml` says what is laid over a sound repository, and what must be said about it.

A case lays files over what `concertino init` writes (`over`), in which one more reference leads nowhere. It is judged
through the command line, and says which findings there must be besides that one: all of them, and where each stands.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

HERE = Path(__file__).parent
DAY = ("--as-of", "2026-06-01")
LONGEST_MESSAGE = 500
UNTOUCHED = ("reference", "catalogue/untouched.yaml:9:16")
"""The finding on the file that no case touches."""


def table(*names: str) -> list[Any]:
    """The cases of these files, or of all."""
    files = sorted((HERE / "cases").glob("*.yaml"))
    return [
        pytest.param(case, id=f"{file.stem}: {case['case']}")
        for file in files
        if not names or file.stem in names
        for case in yaml.safe_load(file.read_text(encoding="utf-8"))
    ]


def lay(case: Mapping[str, Any], sound: Mapping[str, str], folder: Path) -> None:
    """Write the sound files, and what the case lays over them."""
    for name, text in sound.items():
        write(folder / name, text.encode())
    for name, change in case.get("over", {}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        match change:
            case str():
                write(path, change.encode())
            case {"replace": old, "by": new, **rest}:
                text = (HERE / "pieces" / rest["in"]).read_text(encoding="utf-8") if "in" in rest else sound[name]
                assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
                write(path, text.replace(old, new).encode(rest.get("encoding", "utf-8")))
            case {"text": text, "encoding": encoding}:
                write(path, text.encode(encoding))
            case {"repeat": part, "times": count, **rest}:
                text = rest.get("before", "") + part * count + rest.get("after", "")
                write(path, text.encode())
            case {"link": target}:
                path.unlink(missing_ok=True)
                path.symlink_to(target)
            case {"pipe": _}:
                path.unlink(missing_ok=True)
                os.mkfifo(path)
            case _:
                raise ValueError(change)


def write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def findings_of(report: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Check, place and the whole of each finding."""
    for item in report["findings"]:
        at = item["location"]
        yield item["policy"], f"{at['file']}:{at['line']}:{at['column']}", item


@pytest.fixture
def laid(sound: Mapping[str, str], git: Callable[..., str], tmp_path: Path) -> Callable[[Mapping[str, Any]], Path]:
    """Lays a case out in a folder of its own."""

    def call(case: Mapping[str, Any]) -> Path:
        folder = tmp_path / "repository"
        lay(case, sound, folder)
        for arguments in case.get("git", ()):
            git(folder, *arguments)
        return folder

    return call


@pytest.mark.usefixtures("remembered")
@pytest.mark.parametrize("case", table())
def test_a_fault_is_told_with_its_place_and_what_to_do_and_hides_no_other(
    case: Mapping[str, Any],
    laid: Callable[[Mapping[str, Any]], Path],
    concertino: Callable[..., Any],
    tmp_path: Path,
) -> None:
    text = tmp_path / "report.txt"
    ran = concertino("check", "-C", laid(case), *DAY, "--format", "json", "--format", f"text={text}")

    assert "Traceback" not in ran.err
    assert ran.code == case["exit"]
    found = list(findings_of(json.loads(ran.out)))
    expected = [(item["check"], item["at"]) for item in case["finds"]]
    assert sorted((check, at) for check, at, _ in found) == sorted([*expected, UNTOUCHED])
    for item in case["finds"]:
        matches(item, [one for check, at, one in found if (check, at) == (item["check"], item["at"])], text.read_text())
    for _, _, one in found:
        helps(one)


def matches(expected: Mapping[str, Any], found: list[Mapping[str, Any]], text: str) -> None:
    """Whether a finding says what it must, in the report for programs and in the one for people."""
    assert expected["says"] in [one["message"] for one in found] or any(expected["says"] in one["message"] for one in found)
    assert expected.get("outcome", "fail") in [one["outcome"] for one in found]
    assert expected.get("suggests", "") in [one.get("suggestion", "") for one in found]
    assert any(expected.get("expected", "") in one.get("expected", "") for one in found)
    assert any(expected.get("do", "") in one.get("remediation", "") for one in found)
    assert expected["at"] in text
    if "suggests" in expected:
        assert f'did you mean "{expected["suggests"]}"?' in text


def helps(finding: Mapping[str, Any]) -> None:
    """Whether a finding is of use: brief, and with a way out."""
    assert len(finding["message"]) <= LONGEST_MESSAGE
    assert finding.get("remediation") or finding.get("expected") or finding.get("suggestion")
