"""Showback for the terminal: what each brand accounts for, service by service, and what stays central and why."""

from collections.abc import Iterator
from fractions import Fraction

from concertino.insight.money import money
from concertino.insight.showback import EQUAL, Mode, Showback, Stays
from concertino.insight.showback import Line as Cost
from concertino.rendering.grid import grid
from concertino.rendering.painting import DIM, Line, Span, line, paint, paragraph

_CENTRAL = "central"


def showback_text(
    showback: Showback, entity: str = "", *, width: int = 100, colour: bool = False, quiet: bool = False
) -> str:
    """The whole; or with the reference of a service or brand the lines of cost that concern it."""
    lines = _lines_of(showback, entity, width) if entity else _whole(showback, width)
    return paint([*lines, *(() if quiet else _next(showback, entity))], colour=colour)


def short(reference: str) -> str:
    """A reference without its kind."""
    return reference.partition(":")[2]


def _whole(showback: Showback, width: int) -> Iterator[Line]:
    yield _title(showback, "what shared services cost, and who accounts for it")
    yield ()
    yield from _receivers(showback)
    yield ()
    yield from _services(showback)
    yield from _remarks(showback, width)


def _title(showback: Showback, what: str) -> Line:
    periods = showback.periods[0] if len(showback.periods) == 1 else f"{showback.periods[0]} to {showback.periods[-1]}"
    return line(Span(periods, "bold"), f"  {what}, in {showback.currency or 'an unnamed currency'}")


def _receivers(showback: Showback) -> Iterator[Line]:
    currency = showback.currency
    rows = [
        (short(name), money(charged, currency), money(shown, currency), money(charged + shown, currency))
        for name, (charged, shown) in showback.brands.items()
    ]
    influenced = sum(item.central for item in showback.lines if item.stays is not Stays.NO_INFLUENCE)
    rows.append(("central, of no brand's influence", "", "", money(showback.central - influenced, currency)))
    rows.append(("central, for other reasons", "", "", money(influenced, currency)))
    rows.append(("incurred", "", "", money(showback.incurred, currency)))
    yield from grid(("who", "charged", "shown", "together"), rows)


def _services(showback: Showback) -> Iterator[Line]:
    rows = []
    for name in showback.services:
        lines = [item for item in showback.lines if item.service == name]
        incurred, central = sum(item.incurred for item in lines), sum(item.central for item in lines)
        figures = (incurred, incurred - central, central)
        rows.append((short(name), lines[0].mode, *(money(figure, showback.currency) for figure in figures)))
    if rows:
        yield from grid(("service", "funding", "incurred", "brands", "central"), rows, words=2)


def _lines_of(showback: Showback, entity: str, width: int) -> Iterator[Line]:
    """Every line of cost of a service with all its shares; of a brand with its own share only."""
    part = showback.only(entity)
    yield _title(showback, entity)
    for item in part.lines:
        yield ()
        period = f"  {item.period}" if len(showback.periods) > 1 else ""
        where = "" if entity == item.service else f"{short(item.service)}: "
        yield line(
            Span(f"{where}{item.line}", "bold"), f"{period}  {money(item.incurred, part.currency)}, {_how(item)}"
        )
        rows = [
            row for row in _shares(item, part.currency) if entity == item.service or row[0] in (short(entity), _CENTRAL)
        ]
        yield from grid(("who", item.key, "amount"), rows)
    if not part.lines:
        yield line("Nothing of what services cost is divided here.")
    yield from _remarks(part, width)


def _how(item: Cost) -> str:
    if item.stays:
        return f"all of it central: {item.stays}"
    key = "in equal parts" if item.key == EQUAL else f"by {item.key}"
    return f"{key}, {'charged' if item.charged else 'shown, and paid by the centre'}"


def _shares(item: Cost, currency: str) -> list[tuple[str, str, str]]:
    rows = [(short(name), _figure(item.figures[name]), money(share, currency)) for name, share in item.shares.items()]
    return [*rows, (_CENTRAL, "", money(item.central, currency))]


def _figure(value: Fraction) -> str:
    return f"{value.numerator:,}" if value.denominator == 1 else f"{float(value):,.2f}"


def _remarks(showback: Showback, width: int) -> Iterator[Line]:
    """What stays central though it need not, and what to do about it."""
    for item in showback.lines:
        if item.stays is Stays.NO_FIGURES:
            yield ()
            names = ", ".join(map(short, item.lacking))
            text = f"{short(item.service)}, {item.line}: nobody measured {item.key} in {item.period} of {names}"
            yield from paragraph(text, width, "", "", "yellow")
            yield line(Span("  the line stays central until a Measurement has those figures", DIM))
    for name in showback.without_costs:
        yield ()
        yield line(Span(f"{short(name)} says nothing of what it costs (spec.funding.costs)", "yellow"))
    for name in showback.faulty:
        yield ()
        yield line(Span(f"{short(name)} has faults and is left out: concertino check", "yellow"))


def _next(showback: Showback, entity: str) -> Iterator[Line]:
    yield ()
    yield line(Span("brands and central add up to what was incurred, to the minor unit", DIM))
    if entity:
        yield line(f"next: concertino catalogue show {entity}")
        return
    first = next((item.service for item in showback.lines if item.mode is not Mode.CENTRAL), "")
    yield line(f"next: concertino showback {short(first)}" if first else "next: concertino catalogue list Service")
