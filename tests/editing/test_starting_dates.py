"""The days and quarters in a new repository follow from the day on which it begins."""

import re

import pytest

from concertino.editing.starting import starting_files


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        pytest.param("2026-11-22", ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q3"], id="within a year"),
        pytest.param("2026-01-01", ["2025-Q2", "2025-Q3", "2025-Q4", "2025-Q4"], id="on the first day of a year"),
        pytest.param("2026-03-31", ["2025-Q2", "2025-Q3", "2025-Q4", "2025-Q4"], id="on the last day of a quarter"),
        pytest.param("2026-04-01", ["2025-Q3", "2025-Q4", "2026-Q1", "2026-Q1"], id="on the first day of a quarter"),
    ],
)
def test_figures_are_of_the_quarters_that_are_over(today: str, expected: list[str]) -> None:
    text = starting_files(today, "concertino")["catalogue/measurements.yaml"]

    assert re.findall(r"period: (\S+?),", text) == expected


def test_no_mark_is_left() -> None:
    assert [path for path, text in starting_files("2026-06-01", "concertino").items() if "<<" in text] == []
