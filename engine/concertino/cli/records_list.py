"""`concertino records list`: the decisions with their status and next review."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO

import click

from concertino.catalogue import CatalogueEntity
from concertino.cli.options import as_of_option, common_options, snapshot_options, today
from concertino.cli.session import Session, known_names, open_session
from concertino.records import faulty_decisions
from concertino.records.coverage import coverage_of
from concertino.records.reading import Shelf, mapping, number_of, references, spec_of, text, title_of
from concertino.records.status import standing_of
from concertino.rendering.cells import cell
from concertino.rendering.listing import columns
from concertino.verdict.staleness import Moved, Staleness
from concertino.verdict.verdict import EXIT_BROKEN_RULE, EXIT_CLEAN

STATUSES = ("proposed", "accepted", "rejected", "deprecated", "superseded")


@dataclass(frozen=True)
class Row:
    """One decision as the list shows it. `covered` are the names of the brands of its cells."""

    number: int
    decision: str
    title: str
    status: str
    capability: str
    brands: tuple[str, ...]
    covered: tuple[str, ...]
    model: str
    next_review: str
    overdue: bool
    superseded_by: tuple[str, ...]
    record: str
    stale: tuple[str, ...]
    """What moved of the facts that it was accepted on."""


@click.command("list", short_help="List the decisions with status and next review.")
@click.option("--status", type=click.Choice(STATUSES), help="With this status only.")
@click.option("--brand", metavar="NAME", help="That cover this brand only.")
@click.option("--capability", metavar="NAME", help="On this capability only.")
@click.option("--overdue", is_flag=True, help="Whose review is overdue only.")
@click.option("--stale", is_flag=True, help="Whose facts have moved since they were accepted only.")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True)
@as_of_option
@snapshot_options
@common_options
def list_records(  # noqa: PLR0913 - click hands over each option
    status: str | None,
    brand: str | None,
    capability: str | None,
    form: str,
    as_of: str | None,
    rev: str | None,
    folder: str | None,
    *,
    overdue: bool,
    stale: bool,
    staged: bool,
    quiet: bool,
    no_color: bool,
) -> int:
    """List the decisions: number, title, status, what they cover, and when they are looked at again.

    A decision is superseded once a later one that says so is accepted, and stale once the facts that it was accepted on
    have moved; nobody types either. What moved, and by which commit, says concertino check.

    \b
    Examples:
      concertino records list
      concertino records list --brand tidewater --status accepted
      concertino records list --overdue --format csv
      concertino records list --stale
    """
    del no_color
    session = open_session(folder, rev=rev, staged=staged)
    day = as_of or today()
    (brand_name,) = known_names("brand", [brand], _names(session, "Brand")) if brand else ("",)
    (name,) = known_names("capability", [capability], _names(session, "Capability")) if capability else ("",)
    tests: tuple[Callable[[Row], bool], ...] = (
        lambda row: status is None or row.status.partition(" ")[0] == status,
        lambda row: not brand_name or brand_name in row.covered or brand_name in row.brands,
        lambda row: not name or row.capability == name,
        lambda row: not overdue or row.overdue,
    )
    shelf = Shelf(session.catalogue, session.rules.configuration.records)
    staleness = Staleness(session.catalogue, session.rules, day)
    rows = [_row(shelf, item, day, staleness.moved.get(item.name, ())) for item in shelf.decisions]
    wanted = [row for row in rows if all(test(row) for test in tests)]
    chosen = [row for row in wanted if row.stale] if stale else wanted
    click.echo(_FORMATS[form](chosen), nl=False)
    if form == "text" and not quiet:
        click.echo(f"\n{len(chosen)} of {len(rows)} decisions, as of {day}. next: {_next(chosen, rows)}")
    if stale and not quiet:
        _tell_factless(wanted, staleness)
    for reference in faulty_decisions(session.catalogue):
        click.echo(f"{reference}: has faults, so it is not listed. next: concertino check", err=True)
    return EXIT_BROKEN_RULE if session.rules.problems else EXIT_CLEAN


def _next(chosen: list[Row], rows: list[Row]) -> str:
    """What to do next: accept a proposed decision, one of those that are shown if there is any."""
    proposed = [row.decision.removeprefix("decision:") for row in (*chosen, *rows) if row.status == "proposed"]
    return f"concertino records accept {proposed[0]}" if proposed else "concertino records check"


def _tell_factless(rows: list[Row], staleness: Staleness) -> None:
    """How many of the decisions in force can't go stale, since they don't say what they were accepted on."""
    based = {item.decision.name for item in staleness.decisions}
    count = sum(row.status == "accepted" and row.decision not in based for row in rows)
    if count == 1:
        click.echo("1 accepted decision holds no facts and can't go stale; accept it again to freeze its own", err=True)
    elif count:
        click.echo(
            f"{count} accepted decisions hold no facts and can't go stale; accept them again to freeze theirs", err=True
        )


def _names(session: Session, kind: str) -> list[str]:
    return [item.reference.name for item in session.catalogue.of_kind(kind)]


def _row(shelf: Shelf, item: CatalogueEntity, day: str, moved: tuple[Moved, ...]) -> Row:
    decision, spec = item.value, spec_of(item.value)
    standing = standing_of(decision)
    review = "" if standing.ended else text(spec, "nextReview")
    return Row(
        number=number_of(decision),
        decision=item.name,
        title=title_of(decision),
        status=standing.text,
        capability=_target(spec, "capability"),
        brands=_brands(spec),
        covered=tuple(brand.reference.partition(":")[2] for _, brand in coverage_of(decision).cells),
        model=text(spec, "model"),
        next_review=review,
        overdue=bool(review) and review < day,
        superseded_by=tuple(each.reference for each in standing.successors),
        record=shelf.record_path(decision),
        stale=tuple(f"{fact.fact.value} of {fact.key}" for fact in moved),
    )


def _target(spec: object, name: str) -> str:
    return next(iter(_targets(spec, name)), "")


def _targets(spec: object, name: str) -> tuple[str, ...]:
    return tuple(
        entity.reference.partition(":")[2] if entity else written for written, entity in references(spec, name)
    )


def _brands(spec: object) -> tuple[str, ...]:
    """The brands as the decision names them."""
    every = isinstance(spec, dict) and "allBrands" in spec
    excepted = _targets(mapping(spec, "allBrands"), "except")
    return ("all", *(f"not {name}" for name in excepted)) if every else _targets(spec, "brands")


def _as_text(rows: list[Row]) -> str:
    heads = ("number", "status", "capability", "brands", "model", "next review", "title")
    lines = [
        (
            f"{row.number:04d}",
            f"{row.status}, stale" if row.stale else row.status,
            row.capability,
            ", ".join(row.brands),
            row.model,
            f"{row.next_review} overdue" if row.overdue else row.next_review,
            row.title,
        )
        for row in rows
    ]
    return columns(heads, lines) + "\n"


def _fields(row: Row) -> dict[str, object]:
    return {
        "number": row.number,
        "decision": row.decision,
        "title": row.title,
        "status": row.status,
        "capability": row.capability,
        "brands": list(row.brands),
        "covers": list(row.covered),
        "model": row.model,
        "nextReview": row.next_review,
        "overdue": row.overdue,
        "supersededBy": list(row.superseded_by),
        "record": row.record,
        "stale": list(row.stale),
    }


def _as_json(rows: list[Row]) -> str:
    return json.dumps([_fields(row) for row in rows], ensure_ascii=False, indent=2) + "\n"


def _as_csv(rows: list[Row]) -> str:
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    empty = Row(0, "", "", "", "", (), (), "", "", overdue=False, superseded_by=(), record="", stale=())
    writer.writerow(_fields(empty))
    for row in rows:
        writer.writerow([_cell(value) for value in _fields(row).values()])
    return stream.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return cell(" ".join(map(str, value)) if isinstance(value, list) else str(value))


_FORMATS: dict[str, Callable[[list[Row]], str]] = {"text": _as_text, "json": _as_json, "csv": _as_csv}
