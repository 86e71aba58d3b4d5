"""What holds for every format."""

import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from concertino import __version__
from concertino.model.outcome import AppliedException, Outcome, Result
from concertino.model.place import Place, Related
from concertino.policies import Override
from concertino.rendering import FORMATS, ReportContext
from concertino.verdict import JudgedPolicy, Verdict

_GOLDEN = Path(__file__).parent / "golden"
_UPDATE = "CONCERTINO_UPDATE_GOLDEN"

Contexts = Callable[..., ReportContext]

HOSTILE = {
    "a colour": "\x1b[31mred\x1b[0m",
    "a colour by one character": "\x9b31m",
    "a link for a terminal": "\x1b]8;;https://evil.example\x07click\x1b]8;;\x07",
    "another line": "fine\n✓ passed: no findings",
    "a line overwritten": "bad\rgood",
    "a line overwritten by backspaces": "bad\b\b\bgood",
    "text turned around": "\u202egnp.exe\u2066",
    "a line break of Unicode": "a\u2028b\u2029c\x85d",
    "markup of rich": "[bold red]x[/] [link=https://evil.example]y[/link]",
    "a table": "a | b |\n| --- |",
    "HTML": "</details><script>alert(1)</script><!--",
    "half a character": "\ud800",
    "bytes that are not UTF-8": "\udcff.yaml",
    "a workflow command": "\n::error::x",
    "nothing": "",
    "very much": "x" * 100_000,
}


@pytest.fixture(params=FORMATS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=HOSTILE.values(), ids=list(HOSTILE))
def hostile(request: pytest.FixtureRequest, rich: Verdict) -> Verdict:
    """A verdict in which everything that a repository can word is worded by an enemy."""
    text = str(request.param)
    return replace(
        rich,
        findings=tuple(_worded(item, text) for item in rich.findings),
        policies=tuple(_policy(policy, text) for policy in rich.policies),
        in_force=((text, text),),
        expiring=((text, text),),
        overrides=(Override(text, text, text),),
        notes=(text,),
    )


def _worded(item: Outcome, text: str) -> Outcome:
    place = Place(text, 3, 5, 3, 9, text)
    return replace(
        item,
        policy=item.policy if item.result is Result.PASS else text,
        validation=text,
        subject=text,
        key=text,
        message=f"m{text}",
        place=place,
        related=(Related(text, place),),
        remediation=text,
        expected=text,
        suggestion=text,
        notes=(text,),
        exception=AppliedException(text, text, text, text) if item.exception else None,
    )


def _policy(policy: JudgedPolicy, text: str) -> JudgedPolicy:
    return replace(policy, title=text, description=text, remediation=text, pack=text, mission=(text,))


def test_a_format_renders_what_its_golden_file_holds(name: str, rich: Verdict, context_of: Contexts) -> None:
    rendered = FORMATS[name].render(context_of(rich)).replace(f'"version": "{__version__}"', '"version": "VERSION"')
    golden = _GOLDEN / f"report.{name}"
    if os.environ.get(_UPDATE):
        golden.write_text(rendered, encoding="utf-8", newline="\n")

    expected = golden.read_text(encoding="utf-8")
    assert expected == rendered, f"If the change is meant: {_UPDATE}=1 pytest tests/rendering, and look at the diff."


def test_every_golden_file_belongs_to_a_format() -> None:
    assert sorted(path.name for path in _GOLDEN.iterdir()) == sorted(f"report.{name}" for name in FORMATS)


def test_a_report_ends_with_one_newline(name: str, clean: Verdict, context_of: Contexts) -> None:
    rendered = FORMATS[name].render(context_of(clean))

    assert rendered.endswith("\n")
    assert not rendered.endswith("\n\n")


def test_no_character_of_a_repository_reaches_a_reader_unseen(
    name: str, hostile: Verdict, context_of: Contexts
) -> None:
    rendered = FORMATS[name].render(context_of(hostile, sources=lambda _: b"\n\n\x1b[31m\xff\n", verbose=True))

    rendered.encode("utf-8")
    unseen = {character for character in rendered if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert unseen <= {"\n"}


def test_no_repository_can_forge_a_line(name: str, hostile: Verdict, context_of: Contexts) -> None:
    lines = FORMATS[name].render(context_of(hostile)).splitlines()

    assert not [line for line in lines if line.startswith(("✓", "::"))]


def test_the_order_in_which_results_were_counted_changes_nothing(
    name: str, rich: Verdict, context_of: Contexts
) -> None:
    turned = tuple(replace(policy, results=dict(reversed(list(policy.results.items())))) for policy in rich.policies)

    rendered = FORMATS[name].render(context_of(rich))
    assert rendered == FORMATS[name].render(context_of(replace(rich, policies=turned)))


def test_colour_adds_style_codes_and_nothing_else(rich: Verdict, context_of: Contexts) -> None:
    plain = FORMATS["text"].render(context_of(rich))
    coloured = FORMATS["text"].render(context_of(rich, colour=True))

    assert plain == re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert plain != coloured


def test_markup_in_data_is_words_when_colour_is_on(hostile: Verdict, context_of: Contexts) -> None:
    coloured = FORMATS["text"].render(context_of(hostile, colour=True))
    plain = FORMATS["text"].render(context_of(hostile))

    assert plain == re.sub(r"\x1b\[[0-9;]*m", "", coloured)


def test_starting_up_loads_no_library_that_only_some_formats_need() -> None:
    script = "import sys, concertino.rendering; print(sorted({'rich', 'jinja2', 'markdown_it'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)

    assert done.stdout == "[]\n"
