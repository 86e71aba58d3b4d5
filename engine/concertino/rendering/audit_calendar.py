"""The ends and reviews of exceptions as iCalendar (RFC 5545): an event each, addressed to who answers for it."""

from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from urllib.parse import quote

from concertino import __version__
from concertino.model.visible import visible
from concertino.rendering.audits import AuditContext
from concertino.verdict.audit import Audited
from concertino.verdict.entry import State, is_day

_LONGEST_LINE = 75
"""Bytes of a line, without its end; longer ones are folded (RFC 5545, 3.1)."""
_WARNING = 14
"""Days before the event at which a calendar reminds."""
_OPEN = (State.APPROVED, State.REQUESTED)


def render(context: AuditContext) -> str:
    """One event for each exception that is still to end, and one for each forecast that is to be confirmed.

    The identifiers follow from exception and kind of event alone, so a calendar that reads the file again moves an
    event instead of adding one. The stamp is the day judged, not the clock, so the same audit gives the same bytes.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//concertino//exceptions {__version__}//EN",
        "CALSCALE:GREGORIAN",
        "X-WR-CALNAME:Exceptions",
    ]
    for item in context.audit.exceptions:
        if item.state in _OPEN and is_day(item.expires):
            lines += _event(context, item, "expiry", item.expires, "last day")
            for day in item.reviews:
                lines += _event(context, item, f"review {day}", day, "figures to confirm")
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def uid(reference: str, what: str) -> str:
    """The identifier of an event: the same from run to run, whatever else is said of the exception."""
    return f"{sha256(f'{reference} {what}'.encode()).hexdigest()[:32]}@exceptions.concertino"


def _event(context: AuditContext, item: Audited, what: str, day: str, summary: str) -> Iterator[str]:
    first = date.fromisoformat(day)
    about = "\n".join(
        part
        for part in (
            item.title,
            f"Owner: {item.owner}",
            f"Requester: {item.requester}",
            f"Waives {', '.join(item.policies)} on {', '.join(item.entities)}.",
            item.reason,
            f"Ticket: {item.ticket}" if item.ticket else "",
            f"Before that day: mend it, ask for a renewal, or decide. {item.place.file}",
        )
        if part
    )
    yield "BEGIN:VEVENT"
    yield f"UID:{uid(item.reference, what)}"
    yield f"DTSTAMP:{context.audit.as_of.replace('-', '')}T000000Z"
    yield f"DTSTART;VALUE=DATE:{first:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{_after(first):%Y%m%d}"
    yield f"SUMMARY:{_text(f'{item.owner}: {summary} of {item.reference}')}"
    yield f"DESCRIPTION:{_text(about)}"
    yield f"CONTACT:{_text(item.owner)}"
    yield f"CATEGORIES:{_text(what.partition(' ')[0])},{_text(item.owner)}"
    yield "TRANSP:TRANSPARENT"
    reminder = _text(f"{item.reference}: {summary} on {day}")
    yield "BEGIN:VALARM"
    yield f"ACTION:{'EMAIL' if item.contacts else 'DISPLAY'}"
    yield f"DESCRIPTION:{reminder}"
    if item.contacts:  # The reminder goes to the people of the owning team, and to nobody else.
        yield f"SUMMARY:{reminder}"
        yield from (f"ATTENDEE:mailto:{quote(address, safe='@')}" for address in item.contacts)
    yield f"TRIGGER:-P{_WARNING}D"
    yield "END:VALARM"
    yield "END:VEVENT"


def _after(day: date) -> date:
    return day + timedelta(days=1) if day < date.max else day


def _text(text: str) -> str:
    r"""A value of type TEXT: a line break is `\n`, and what separates values is escaped (RFC 5545, 3.3.11)."""
    shown = "\n".join(map(visible, text.split("\n")))
    for sign, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        shown = shown.replace(sign, escaped)
    return shown


def _folded(line: str) -> str:
    """The line in pieces of at most 75 bytes, never cut inside a character."""
    pieces, piece, size = [], "", 0
    for character in line:
        width = len(character.encode("utf-8", "replace"))
        if size + width > _LONGEST_LINE:
            pieces.append(piece)
            piece, size = " ", 1
        piece += character
        size += width
    return "\r\n".join([*pieces, piece])
