"""CODEOWNERS from decision rights and ownership."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from concertino.editing.codeowners import BEGIN, END, UnfitMarkers, section, spliced

Run = Callable[..., Any]


@pytest.fixture
def folder(repository: Callable[..., Path], world: SimpleNamespace) -> Path:
    """A group in which finance decides on the orders of Aurora."""
    scoped = {
        "right": "operating-model",
        "scope": {"brand": "aurora", "capability": "orders"},
        "accountable": "finance",
    }
    documents = [*world.group, world.right("special", scoped), world.exception("own-node")]
    return repository(documents, world.policy("node-is-shared"))


def owners(folder: Path) -> dict[str, str]:
    text = (folder / ".github/CODEOWNERS").read_text()
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {path: who for path, _, who in (line.partition(" ") for line in lines)}


def test_each_change_goes_to_those_who_decide_on_it(concertino: Run, folder: Path) -> None:
    assert concertino("catalogue", "codeowners", "-C", folder).code == 0

    found = owners(folder)
    assert (
        found["/.github/CODEOWNERS"]
        == found["/catalogue/"]
        == found["/policies/"]
        == found["/concertino.yaml"]
        == "@ada @bea"
    )
    (exception,) = [who for path, who in found.items() if "own-node" in path]
    (decision,) = [who for path, who in found.items() if "orders-aurora" in path]
    (brand,) = [who for path, who in found.items() if path.endswith("-oakwell.yaml")]
    assert (exception, decision, brand) == ("@fay", "@fay", "@nils")


def test_the_general_comes_first_since_the_last_match_wins(concertino: Run, folder: Path) -> None:
    concertino("catalogue", "codeowners", "-C", folder)

    paths = list(owners(folder))
    assert paths.index("/catalogue/") < min(index for index, path in enumerate(paths) if path.endswith(".yaml")) + 4
    assert [path for path in paths if path.endswith("/")] == ["/policies/", "/schemas/", "/catalogue/"]


def test_what_others_wrote_stays_and_a_second_run_changes_nothing(concertino: Run, folder: Path) -> None:
    path = folder / "CODEOWNERS"
    path.write_bytes(b"# Ours.\r\n*.md @writers\r\n")
    concertino("catalogue", "codeowners", "-C", folder)
    once = path.read_bytes()
    path.write_bytes(once + b"/last @us")
    concertino("catalogue", "codeowners", "-C", folder)

    assert once.startswith(b"# Ours.\r\n*.md @writers\r\n\r\n# concertino: begin\r\n")
    assert path.read_bytes() == once + b"/last @us"
    assert not (folder / ".github").exists()


def test_a_check_writes_nothing_and_shows_what_differs(concertino: Run, folder: Path) -> None:
    assert concertino("catalogue", "codeowners", "--check", "-C", folder).code == 1
    assert not (folder / ".github").exists()
    concertino("catalogue", "codeowners", "-C", folder)
    assert concertino("catalogue", "codeowners", "--check", "-C", folder).code == 0

    path = folder / ".github/CODEOWNERS"
    path.write_text(path.read_text().replace("@fay", "@mallory"))
    ran = concertino("catalogue", "codeowners", "--check", "-C", folder)
    assert ran.code == 1
    assert "-/catalogue/" in ran.out
    assert "@mallory" in ran.out


def test_paths_lead_from_the_root_of_the_repository(concertino: Run, folder: Path, git: Callable[..., str]) -> None:
    inner = folder / "governance of brands"
    inner.mkdir()
    for name in ("catalogue", "policies", "concertino.yaml"):
        (folder / name).rename(inner / name)
    git(folder, "init", "--quiet")
    concertino("catalogue", "codeowners", "-C", inner)

    text = (folder / ".github/CODEOWNERS").read_text()
    assert "/governance\\ of\\ brands/catalogue/ @ada @bea" in text


@pytest.mark.parametrize(
    "text", [f"{BEGIN}\n", f"{END}\n{BEGIN}\n", f"{BEGIN}\n{BEGIN}\n{END}\n", f"{END}\n"], ids=repr
)
def test_markers_that_do_not_fit_are_left_alone(text: str) -> None:
    found = spliced(text.encode(), section({"catalogue/": ("ada",)}))

    assert isinstance(found, UnfitMarkers)
    assert "line" in found.message
