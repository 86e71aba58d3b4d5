"""When an exception is in force."""

from dataclasses import dataclass, field
from typing import cast

import pytest

from concertino.model.outcome import Enforcement
from concertino.policies import Policy
from concertino.verdict.force import Standing, force, is_day

GRANTED = {
    "requester": "mara",
    "approver": "jon",
    "approvedOn": "2026-03-01",
    "startsOn": "2026-03-15",
    "expires": "2026-06-30",
}


@dataclass(frozen=True)
class SomePolicy:
    """All that the force of an exception asks of a policy."""

    id: str = "some-policy"
    enforcement: Enforcement = field(default=Enforcement.SOFT_MANDATORY)


def standing(change: dict[str, object], day: str = "2026-05-01", policy: SomePolicy | None = None) -> Standing:
    spec = {key: value for key, value in {**GRANTED, **change}.items() if value is not None}
    return force(spec, cast("Policy", policy or SomePolicy()), day).standing


@pytest.mark.parametrize(
    ("change", "day", "expected"),
    [
        pytest.param({}, "2026-05-01", Standing.IN_FORCE, id="approved by another and begun"),
        pytest.param({}, "2026-03-15", Standing.IN_FORCE, id="its first day is inclusive"),
        pytest.param({}, "2026-03-14", Standing.NOT_BEGUN, id="the day before its first"),
        pytest.param({}, "2026-06-30", Standing.IN_FORCE, id="its last day is inclusive"),
        pytest.param({}, "2026-07-01", Standing.EXPIRED, id="the day after its last"),
        pytest.param({"startsOn": None}, "2026-03-02", Standing.IN_FORCE, id="without a start it begins when approved"),
        pytest.param({"startsOn": None}, "2026-02-28", Standing.NOT_APPROVED, id="an approval dated after the day"),
        pytest.param({"approver": None}, "2026-05-01", Standing.NOT_APPROVED, id="no approver"),
        pytest.param({"approvedOn": None}, "2026-05-01", Standing.NOT_APPROVED, id="no day of approval"),
        pytest.param({"approver": "mara"}, "2026-05-01", Standing.SELF_APPROVED, id="the requester approves"),
        pytest.param(
            {"approver": "@Mara"}, "2026-05-01", Standing.SELF_APPROVED, id="the same person written otherwise"
        ),
        pytest.param({"expires": "2026-13-01"}, "2026-05-01", Standing.MALFORMED, id="an expiry that is no day"),
        pytest.param({"expires": "2027-02-29"}, "2026-05-01", Standing.MALFORMED, id="a leap day in a common year"),
        pytest.param({"expires": "2028-02-29"}, "2028-02-29", Standing.IN_FORCE, id="a leap day in a leap year"),
        pytest.param({"expires": "20260630"}, "2026-05-01", Standing.MALFORMED, id="a day written without dashes"),
        pytest.param({"expires": "2026-W27-1"}, "2026-05-01", Standing.MALFORMED, id="a week date"),
        pytest.param({"expires": None}, "2026-05-01", Standing.MALFORMED, id="no expiry at all"),
        pytest.param({"expires": 20270101}, "2026-05-01", Standing.MALFORMED, id="a number for an expiry"),
        pytest.param({"startsOn": "soon"}, "2026-05-01", Standing.MALFORMED, id="a start that is no day"),
    ],
)
def test_an_exception_is_in_force_only_as_approved_and_only_on_its_days(
    change: dict[str, object], day: str, expected: Standing
) -> None:
    assert standing(change, day) is expected


@pytest.mark.parametrize(
    ("enforcement", "expected"),
    [
        (Enforcement.ADVISORY, Standing.NEEDLESS),
        (Enforcement.SOFT_MANDATORY, Standing.IN_FORCE),
        (Enforcement.HARD_MANDATORY, Standing.NOT_PERMITTED),
    ],
)
def test_only_a_soft_mandatory_policy_can_be_waived(enforcement: Enforcement, expected: Standing) -> None:
    assert standing({}, policy=SomePolicy(enforcement=enforcement)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2026-06-30", True), ("2026-6-30", False), ("2026-06-31", False), (None, False), ("", False)],
)
def test_a_day_is_an_iso_day_of_the_calendar(text: object, expected: bool) -> None:  # noqa: FBT001
    assert is_day(text) is expected
