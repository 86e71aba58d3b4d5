"""A small sound repository, and a memory for the rules that are the same in nearly every case."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from concertino.cli.main import run
from concertino.documents import SchemaSet
from concertino.policies import PolicySource, compile_policy, loading

UNTOUCHED = """\
# Wrong in every case, and no case touches it: one fault must not hide another.
apiVersion: concertino/v1
kind: Team
metadata: {name: returns-desk, title: Returns desk}
spec:
  type: commercial
  members:
    - {name: Flo Example, handle: flo}
  escalatesTo: group-bord
"""


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """What `concertino init` writes, by path, and beside it one reference that leads nowhere."""
    folder = tmp_path_factory.mktemp("sound")
    assert run(["init", str(folder), "--quiet", "--as-of", "2026-06-01"]) == 0
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = {path.relative_to(folder).as_posix(): _plain(path.read_text(encoding="utf-8")) for path in paths}
    return {**files, "catalogue/untouched.yaml": UNTOUCHED}


def _plain(text: str) -> str:
    """A text without the lines that speak to editors: the places in the table are those that somebody counts."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("# yaml-language-server:"))


@pytest.fixture
def remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Schemas and policies with the same bytes are compiled once for all cases: both are functions of their arguments.

    That makes a case ten times as fast. One test of the table runs without it and must come to the same report.
    """
    monkeypatch.setattr(SchemaSet, "build", _schemas)
    monkeypatch.setattr(loading, "compile_policy", _policy)


_build = SchemaSet.build


def _schemas(files: Mapping[str, bytes]) -> Any:  # noqa: ANN401 - whatever the engine's own gives
    return _built(tuple(sorted(files.items())))


@cache
def _built(files: tuple[tuple[str, bytes], ...]) -> Any:  # noqa: ANN401 - as above
    return _build(dict(files))


_known: dict[tuple[object, ...], list[tuple[object, Any]]] = {}


def _policy(source: PolicySource, kinds: Any, scope: Any) -> Any:  # noqa: ANN401 - as above
    written = json.dumps(source.value, sort_keys=True)
    found = _known.setdefault((source.id, source.origin, source.data, written, repr(scope.environment.limits)), [])
    for vocabulary, policy in found:
        if vocabulary == kinds.vocabulary:
            return policy
    policy = compile_policy(source, kinds, scope)
    found.append((kinds.vocabulary, policy))
    return policy
