"""Workflow commands, read as GitHub's runner reads them: one for each finding, none by anybody else."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from concertino.model.outcome import Enforcement, Outcome, Result, Severity
from concertino.model.place import Place
from concertino.model.visible import visible
from concertino.rendering import FORMATS, ReportContext
from concertino.verdict import Verdict

Contexts = Callable[..., ReportContext]
_SHOWN = 10
"""Annotations of each kind that GitHub shows for a step."""
_LONGEST = 4_096
"""UTF-16 units of a message that the runner passes on."""


@dataclass(frozen=True)
class Command:
    """A workflow command as the runner understands it."""

    name: str
    properties: dict[str, str]
    text: str


def _read(line: str) -> Command | None:
    """By the rules of the runner: `::name key=value,key=value::text`, with escapes, after any spaces."""
    line = line.lstrip()
    if not line.startswith("::") or "::" not in line[2:]:
        return None
    head, _, text = line[2:].partition("::")
    name, _, rest = head.partition(" ")
    pairs = (pair.partition("=") for pair in rest.split(",") if pair)
    return Command(name, {key: _unescaped(value, ":,") for key, _, value in pairs}, _unescaped(text))


def _unescaped(text: str, more: str = "") -> str:
    for sign in f"\r\n{more}%":
        text = text.replace(f"%{ord(sign):02X}", sign)
    return text


@pytest.fixture
def commands_of(context_of: Contexts) -> Callable[[Verdict], list[Command]]:
    """The commands of a verdict. What is none of them is one line: the sum."""

    def build(verdict: Verdict) -> list[Command]:
        *lines, last = FORMATS["github"].render(context_of(verdict)).removesuffix("\n").split("\n")
        assert last.startswith(("concertino: ✓ ", "concertino: ✗ "))
        commands = [_read(line) for line in lines]
        assert None not in commands
        return [command for command in commands if command]

    return build


Read = Callable[[Verdict], list[Command]]


def test_a_finding_is_an_annotation_at_its_place(commands_of: Read, clean: Verdict, outcome: Outcome) -> None:
    item = replace(outcome, place=Place("catalogue/a,b: 100%.yaml", 3, 5, 3, 9))
    (command,) = commands_of(replace(clean, findings=(item,)))

    assert command.name == "error"
    assert command.properties == {
        "file": "catalogue/a,b: 100%.yaml",
        "line": "3",
        "endLine": "3",
        "col": "5",
        "endColumn": "9",
        "title": "operated-node-shows-value/measured",
    }
    assert command.text.startswith("decision:aurora-orders: 0 of 1 figures are measured\nWhat to do: Measure")


@pytest.mark.parametrize(
    ("place", "names"),
    [
        pytest.param(Place("a.yaml", 3, 5, 7, 2), ["file", "line", "endLine", "title"], id="several lines: no columns"),
        pytest.param(None, ["title"], id="no place: no file"),
    ],
)
def test_a_place_is_told_as_far_as_the_runner_takes_it(
    commands_of: Read, clean: Verdict, outcome: Outcome, place: Place | None, names: list[str]
) -> None:
    (command,) = commands_of(replace(clean, findings=(replace(outcome, place=place),)))

    assert list(command.properties) == names


def test_whatever_the_catalogue_says_there_is_one_command_for_each_open_finding(
    commands_of: Read, rich: Verdict, hostile: Verdict
) -> None:
    found = commands_of(hostile)
    allowed = {"file", "line", "endLine", "col", "endColumn", "title"}

    assert sorted(item.name for item in found) == sorted(item.name for item in commands_of(rich))
    assert {name for item in found for name in item.properties} <= allowed
    assert {item.properties.get("line", "3") for item in found} == {"3"}


def test_every_word_of_a_finding_is_told_up_to_a_length_and_the_rest_is_counted(
    commands_of: Read, hostile: Verdict
) -> None:
    text = hostile.findings[0].key
    for command in commands_of(hostile):
        assert len(command.text.encode("utf-16-le")) // 2 <= _LONGEST
        if len(visible(text)) < 100:
            assert visible(text) in command.text
            assert command.properties.get("file", "") == visible(text).strip()
        else:
            assert command.text.endswith(" more characters)")


def test_of_too_many_the_most_severe_are_shown_and_the_rest_is_told(
    commands_of: Read, clean: Verdict, outcome: Outcome
) -> None:
    kinds = {
        "note": replace(outcome, severity=Severity.NOTE),
        "advice": replace(outcome, enforcement=Enforcement.ADVISORY),
        "warning": replace(outcome, severity=Severity.WARNING),
        "unjudged": replace(outcome, result=Result.ERROR, severity=Severity.NOTE),
        "error": outcome,
    }
    findings = [replace(item, subject=f"brand:{kind}{n}") for kind, item in kinds.items() for n in range(8)]
    findings += [replace(kinds["warning"], subject=f"brand:more{n}") for n in range(8)]
    *commands, last = commands_of(replace(clean, findings=tuple(findings)))

    names = [command.name for command in commands]
    assert names == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 9
    assert len([*names, last.name]) == 30
    assert names.count("notice") + 1 <= _SHOWN
    assert last.name == "notice"
    assert last.text == "Not shown here: 6 errors, 6 warnings, 7 notes. The other formats have all of them."


def test_what_is_waived_is_no_annotation(commands_of: Read, rich: Verdict) -> None:
    assert len(commands_of(rich)) == len(rich.findings) - 1


def test_nothing_found_is_no_annotation(commands_of: Read, clean: Verdict) -> None:
    assert commands_of(clean) == []


def test_nothing_judged_is_an_error(commands_of: Read, clean: Verdict) -> None:
    (command,) = commands_of(replace(clean, entities=0))

    assert command.name == "error"
    assert "nothing was checked" in command.text
