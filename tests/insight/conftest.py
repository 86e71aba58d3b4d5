"""A small portfolio, and the ways to ask it."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from concertino.cli.session import open_session
from concertino.insight.asking import Inquiry

HERE = Path(__file__).parent


@pytest.fixture
def portfolio() -> dict[str, str]:
    """The files of the small portfolio."""
    return {"catalogue/whole.yaml": (HERE / "portfolio" / "whole.yaml").read_text("utf-8")}


@pytest.fixture
def ask(write: Callable[[Mapping[str, str]], Path]) -> Callable[..., Inquiry]:
    """Asks a catalogue of these files on a day, by the rules in them or the shipped pack."""

    def call(files: Mapping[str, str], as_of: str = "2026-06-30") -> Inquiry:
        session = open_session(str(write(files)))
        return Inquiry(session.catalogue, session.rules, as_of)

    return call
