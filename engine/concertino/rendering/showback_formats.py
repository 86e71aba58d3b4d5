"""Showback for spreadsheets, for ledgers and for programs. Amounts are whole minor units, so that sums stay exact."""

import csv
from io import StringIO

from concertino import __version__
from concertino.insight.money import money
from concertino.insight.showback import Line, Showback
from concertino.rendering.cells import cell as guarded
from concertino.rendering.escape import escape
from concertino.rendering.json import Tree, dumped, filled
from concertino.rendering.showback_text import short

SHOWBACK_VERSION = "1"
"""Raised when a field changes its meaning or goes away."""
CENTRAL = "central"
_COLUMNS = (
    "period",
    "service",
    "line",
    "funding",
    "key",
    "influence",
    "receiver",
    "keyValue",
    "amount",
    "charged",
    "currency",
    "reason",
)


def showback_csv(showback: Showback) -> str:
    """A row for each receiver of each line, the centre among them: the rows of a line add up to its cost."""
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(_COLUMNS)
    for line in showback.lines:
        for row in _rows(line, showback.currency):
            writer.writerow(map(guarded, row))
    return stream.getvalue()


def _rows(line: Line, currency: str) -> list[list[str]]:
    common = [line.period, line.service, line.line, str(line.mode), line.key, line.influence]
    rows = [
        [*common, name, f"{float(line.figures[name]):.15g}", str(share), "yes" if line.charged else "no", currency, ""]
        for name, share in line.shares.items()
    ]
    return [*rows, [*common, CENTRAL, "", str(line.central), "no", currency, str(line.stays)]]


def showback_json(showback: Showback) -> str:
    """Totals, brands and lines as JSON."""
    return dumped(
        {
            "version": SHOWBACK_VERSION,
            "engine": {"name": "concertino", "version": __version__},
            "periods": list(showback.periods),
            **filled(currency=showback.currency),
            "incurred": showback.incurred,
            "central": showback.central,
            "brands": [
                {"brand": name, "charged": charged, "shown": shown}
                for name, (charged, shown) in showback.brands.items()
            ],
            "lines": [_tree(line) for line in showback.lines],
            "withoutCosts": list(showback.without_costs),
            "faulty": list(showback.faulty),
        }
    )


def _tree(line: Line) -> Tree:
    return {
        "service": line.service,
        "period": line.period,
        "line": line.line,
        "funding": str(line.mode),
        "key": line.key,
        "influence": line.influence,
        "incurred": line.incurred,
        "central": line.central,
        "charged": line.charged,
        **filled(reason=str(line.stays)),
        "shares": [
            {"brand": name, "keyValue": float(line.figures[name]), "amount": share}
            for name, share in line.shares.items()
        ],
        "lacking": list(line.lacking),
    }


def showback_markdown(showback: Showback) -> str:
    """What each brand accounts for, as a table in markdown."""
    currency = showback.currency
    lines = [
        f"## Showback of {', '.join(showback.periods)} in {escape(currency)}",
        "",
        "| who | charged | shown | together |",
        "|---|---:|---:|---:|",
    ]
    for name, (charged, shown) in showback.brands.items():
        figures = (money(figure, currency) for figure in (charged, shown, charged + shown))
        lines.append(f"| {escape(short(name))} | {' | '.join(figures)} |")
    lines += [
        f"| central | | | {money(showback.central, currency)} |",
        f"| incurred | | | {money(showback.incurred, currency)} |",
    ]
    return "\n".join(lines) + "\n"
