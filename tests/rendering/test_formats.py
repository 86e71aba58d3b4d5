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
from concertino.rendering import FORMATS, ReportContext
from concertino.verdict import Verdict

_GOLDEN = Path(__file__).parent / "golden"
_UPDATE = "CONCERTINO_UPDATE_GOLDEN"

Contexts = Callable[..., ReportContext]


@pytest.fixture(params=FORMATS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_format_renders_what_its_golden_file_holds(name: str, rich: Verdict, context_of: Contexts) -> None:
    rendered = FORMATS[name].render(context_of(rich)).replace(f'"version": "{__version__}"', '"version": "VERSION"')
    golden = _GOLDEN / f"report.{name}"
    if os.environ.get(_UPDATE):
        golden.write_text(rendered, encoding="utf-8", newline="\n")

    expected = golden.read_bytes().decode()
    assert expected == rendered, f"If the change is meant: {_UPDATE}=1 pytest tests/rendering, and look at the diff."


def test_every_golden_file_belongs_to_a_format() -> None:
    assert sorted(path.name for path in _GOLDEN.iterdir()) == sorted(f"report.{name}" for name in FORMATS)


def test_a_report_ends_with_one_newline(name: str, clean: Verdict, context_of: Contexts) -> None:
    rendered = FORMATS[name].render(context_of(clean))

    assert rendered.endswith("\n")
    assert not rendered.endswith(("\n\n", "\n\r\n"))


def test_no_character_of_a_repository_reaches_a_reader_unseen(
    name: str, hostile: Verdict, context_of: Contexts
) -> None:
    rendered = FORMATS[name].render(context_of(hostile, sources=lambda _: b"\n\n\x1b[31m\xff\n", verbose=True))

    rendered.encode("utf-8")
    lines = rendered.replace("\r\n", "\n") if name == "csv" else rendered
    unseen = {character for character in lines if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert unseen <= {"\n"}


def test_no_repository_can_forge_a_line(name: str, hostile: Verdict, context_of: Contexts) -> None:
    lines = FORMATS[name].render(context_of(hostile)).splitlines()

    assert not [line for line in lines if line.startswith("✓")]


def test_no_repository_commands_the_runner_that_prints_the_report(
    name: str, hostile: Verdict, context_of: Contexts
) -> None:
    """The runner of GitHub reads every line of a step, and takes both forms of a command."""
    lines = FORMATS[name].render(context_of(hostile, width=30)).splitlines()
    # To command annotations is what `github` is for. What stands in them is looked at in its own tests.
    given = [] if name == "github" else [line for line in lines if line.lstrip().startswith("::")]
    older = [line for line in lines if "##[" in line and not line.startswith("::")]

    assert given + older == []


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
