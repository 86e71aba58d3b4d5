"""Starting up is quick, because nothing heavy is loaded before it is needed."""

import json
import subprocess
import sys

import pytest

HEAVY = ("git", "jsonschema", "jsonschema_rs", "jinja2", "yaml", "cel_expr_python", "google.protobuf", "rich", "re2")

_PROBE = """
import json, sys
from concertino.cli.main import run
code = run(sys.argv[1:])
print(json.dumps([code, sorted(sys.modules)]))
"""


@pytest.mark.parametrize("argument", ["--version", "--help", "-h"])
def test_asking_for_version_or_help_loads_no_heavy_library(argument: str) -> None:
    done = subprocess.run([sys.executable, "-c", _PROBE, argument], check=True, capture_output=True, text=True)
    code, modules = json.loads(done.stdout.splitlines()[-1])

    assert code == 0
    assert [name for name in HEAVY if name in modules] == []


def test_the_probe_would_notice_a_heavy_library() -> None:
    """The test above compares names of modules; a check of a real catalogue must turn up every one but rich."""
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, "check", "--quiet", "--as-of", "2026-06-30"],
        check=True,
        capture_output=True,
        text=True,
    )
    modules = json.loads(done.stdout.splitlines()[-1])[1]

    assert {"git", "jsonschema_rs", "yaml", "cel_expr_python", "google.protobuf"} <= set(modules)
