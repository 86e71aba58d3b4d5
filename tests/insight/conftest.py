"""A small portfolio, and the ways to ask it."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from concertino.cli.session import open_session
from concertino.insight.asking import Inquiry
from concertino.revision.shipped import shipped_files
from concertino.verdict import Rules, read_catalogue, read_rules

HERE = Path(__file__).parent


@pytest.fixture
def portfolio() -> dict[str, str]:
    """The files of the small portfolio."""
    return {"catalogue/whole.yaml": (HERE / "portfolio" / "whole.yaml").read_text("utf-8")}


@pytest.fixture(scope="session")
def known() -> dict[tuple[tuple[str, str], ...], Rules]:
    """Rules that were read, by the files they come from: most tests here ask by the shipped ones."""
    return {}


@pytest.fixture
def ask(
    write: Callable[[Mapping[str, str]], Path], known: dict[tuple[tuple[str, str], ...], Rules]
) -> Callable[..., Inquiry]:
    """Asks a catalogue of these files on a day, by the rules in them or the shipped pack."""

    def call(files: Mapping[str, str], as_of: str = "2026-06-30") -> Inquiry:
        snapshot = open_session(str(write(files))).snapshot
        ruling = tuple(sorted(item for item in files.items() if not item[0].startswith("catalogue/")))
        if ruling not in known:
            known[ruling] = read_rules(snapshot, shipped_files())
        return Inquiry(read_catalogue(snapshot, known[ruling]), known[ruling], as_of)

    return call
