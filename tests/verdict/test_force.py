"""The term of an exception: the days on which it is in force, whatever the day is today."""

import pytest

from concertino.verdict.entry import day_before, days_left, is_day
from concertino.verdict.force import Force, Standing, Term

REVOKED = Force(Standing.REVOKED, "it was revoked")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param("2026-02-28", Standing.NOT_APPROVED, id="before anybody approved it"),
        pytest.param("2026-03-01", Standing.NOT_BEGUN, id="approved and not begun"),
        pytest.param("2026-03-15", Standing.IN_FORCE, id="its first day"),
        pytest.param("2026-06-30", Standing.IN_FORCE, id="its last day"),
        pytest.param("2026-07-01", Standing.EXPIRED, id="the day after"),
    ],
)
def test_a_term_answers_for_every_day(day: str, expected: Standing) -> None:
    assert Term("2026-03-15", "2026-06-30", approved="2026-03-01").on(day).standing is expected


def test_a_term_ends_the_day_before_it_is_revoked() -> None:
    term = Term("2026-03-15", "2026-06-30", stopped=(("2026-05-01", REVOKED),), approved="2026-03-01")

    assert term.days == ("2026-03-15", "2026-04-30")
    assert (term.on("2026-04-30").standing, term.on("2026-05-01").standing) == (Standing.IN_FORCE, Standing.REVOKED)


def test_an_exception_that_is_revoked_before_it_begins_has_no_days() -> None:
    assert Term("2026-03-15", "2026-06-30", stopped=(("2026-03-15", REVOKED),), approved="2026-03-01").days is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2026-06-30", True), ("2026-6-30", False), ("2026-06-31", False), (None, False), ("", False)],
)
def test_a_day_is_an_iso_day_of_the_calendar(text: object, expected: bool) -> None:  # noqa: FBT001
    assert is_day(text) is expected


def test_days_are_counted_across_the_leap_day() -> None:
    assert days_left("2028-03-01", "2028-02-28") == 2
    assert days_left("2027-03-01", "2027-02-28") == 1
    assert day_before("2028-03-01") == "2028-02-29"
