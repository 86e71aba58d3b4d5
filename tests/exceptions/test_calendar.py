"""The calendar of the audit, read by a library that knows the format."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from icalendar import Calendar

from concertino.rendering.audits import AUDIT_FORMATS, AuditContext
from concertino.revision.shipped import shipped_files
from concertino.verdict import judge_and_tell, read_rules
from concertino.verdict.audit import audit_of
from concertino.verdict.auditing import audited


def calendar(world: SimpleNamespace, day: str = "2026-05-01", **change: object) -> bytes:
    forecast = {**world.figure, "basis": "expected", "confirmBy": "2026-06-15"}
    team = world.team("owners", "brand", "nils")
    team["spec"]["members"][0]["email"] = "nils@aurora.example"
    documents = [
        *world.group,
        team,
        world.exception("own-node", owner="owners", evidence=[world.figure, forecast], **change),
        world.exception("over", expires="2026-04-01"),
        world.exception("back", revokedBy="ada", revokedOn="2026-04-01"),
    ]
    snapshot = world.snapshot(world.files(documents, world.policy("node-is-shared")))
    verdict, register = judge_and_tell(snapshot, read_rules(snapshot, shipped_files()), day)
    return AUDIT_FORMATS["ics"].render(AuditContext(audit_of(verdict, audited(register)))).encode()


def events(data: bytes) -> list[Any]:
    return list(Calendar.from_ical(data).walk("VEVENT"))


def test_every_end_and_every_review_is_one_event_with_its_owner(world: SimpleNamespace) -> None:
    end, review = events(calendar(world))

    assert (end.decoded("dtstart"), end.decoded("dtend")) == (date(2026, 6, 30), date(2026, 7, 1))
    assert review.decoded("dtstart") == date(2026, 6, 15)
    assert str(end["summary"]) == "owners: last day of exception:own-node"
    assert str(end["contact"]) == "owners"


def test_the_reminder_goes_to_the_people_of_the_owner_and_to_nobody_else(world: SimpleNamespace) -> None:
    for event in events(calendar(world)):
        (alarm,) = event.walk("VALARM")
        assert (str(alarm["action"]), str(alarm["attendee"])) == ("EMAIL", "mailto:nils@aurora.example")
        assert "attendee" not in event


def test_the_identifiers_stay_from_run_to_run(world: SimpleNamespace) -> None:
    before = [str(event["uid"]) for event in events(calendar(world))]
    after = [
        str(event["uid"]) for event in events(calendar(world, day="2026-05-20", expires="2026-07-31", reason="New."))
    ]

    assert before == after
    assert len(set(before)) == 2
    assert calendar(world) == calendar(world)


@pytest.mark.parametrize("reason", ["Comma, semicolon; backslash \\n.\nSecond line.", "Straße nach Örebro " * 20])
def test_what_people_write_comes_back_as_they_wrote_it(world: SimpleNamespace, reason: str) -> None:
    data = calendar(world, reason=reason)

    assert reason in str(events(data)[0]["description"])
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    assert b"\n" not in data.replace(b"\r\n", b"")
