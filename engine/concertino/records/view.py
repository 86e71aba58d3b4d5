"""A decision as its record shows it: every text is Markdown by now, and nothing depends on the day."""

import json
from dataclasses import dataclass

from concertino.catalogue import CatalogueEntity
from concertino.expressions import Entity
from concertino.records.coverage import brands_in_words, coverage_of
from concertino.records.escaping import Markdown, block, code, compose, inline, joined, plain, row
from concertino.records.information import information
from concertino.records.options import Options, options_of
from concertino.records.reading import (
    Shelf,
    figure,
    mapping,
    number,
    number_of,
    sequence,
    spec_of,
    target,
    text,
    title_of,
)
from concertino.records.status import Standing, standing_of
from concertino.records.wording import ARGUMENTS, DRIVERS, FIXED_HEADINGS, heading


@dataclass(frozen=True, slots=True)
class RecordView:
    """What the template of a record lays out."""

    status: Markdown
    date: Markdown
    decision_makers: Markdown
    decision: Markdown
    source: Markdown
    title: Markdown
    question: Markdown
    context: Markdown
    standard: Markdown
    drivers: tuple[Markdown, ...]
    options: Options
    because: Markdown
    standing: Markdown
    terms: tuple[Markdown, ...]
    basis: tuple[Markdown, ...]
    basis_day: Markdown
    consequences: tuple[Markdown, ...]
    measures: tuple[Markdown, ...]
    safeguarded: bool
    information: tuple[Markdown, ...]


def record_view(shelf: Shelf, entity: CatalogueEntity) -> RecordView:
    """The record of a decision without faults."""
    decision = entity.value
    spec = spec_of(decision)
    title = heading(title_of(decision), f"ADR-{number_of(decision):04d}", set(FIXED_HEADINGS))
    standing = standing_of(decision)
    drivers = [DRIVERS[name] for item in sequence(spec, "drivers") if (name := str(item)) in DRIVERS]
    measures = sequence(spec, "measures")
    basis = mapping(spec, "basis")
    return RecordView(
        status=Markdown(plain(standing.text)),
        date=Markdown(plain(text(spec, "decidedOn"))),
        decision_makers=_quoted(shelf.plain_titles(spec, "deciders")),
        decision=_quoted(entity.name),
        source=_quoted(entity.file),
        title=inline(title),
        question=_question(shelf, decision),
        context=block(text(spec, "context")),
        standard=_standard(decision),
        drivers=tuple(compose("{}: {}", name, clause) for name, clause in drivers),
        options=options_of(shelf, decision, title),
        because=joined(clause for _, clause in drivers),
        standing=_standing(shelf, standing),
        terms=_terms(shelf, decision),
        basis=tuple(inline(str(line)) for line in sequence(basis, "summary") if str(line).strip()),
        basis_day=inline(text(basis, "acceptedOn")),
        consequences=tuple(
            compose(ARGUMENTS[text(item, "kind")], text(item, "text").strip())
            for item in sequence(spec, "consequences")
            if text(item, "kind") in ARGUMENTS
        ),
        measures=tuple(_measure(shelf, item) for item in measures),
        safeguarded=any(isinstance(item, dict) and item.get("safeguard") is True for item in measures),
        information=information(shelf, decision, standing, coverage_of(decision)),
    )


def _quoted(value: str | list[str]) -> Markdown:
    """A value for the front matter: JSON, which is YAML too, on one line whatever people wrote."""
    clean = plain(value) if isinstance(value, str) else [plain(item) for item in value]
    return Markdown(json.dumps(clean, ensure_ascii=False))


def _question(shelf: Shelf, decision: Entity) -> Markdown:
    capability = next(iter(shelf.links(spec_of(decision), "capability")), Markdown(""))
    return compose("Who runs {} for {}?", capability, brands_in_words(shelf, decision))


def _standard(decision: Entity) -> Markdown:
    capability = target(spec_of(decision), "capability")
    standard = text(spec_of(capability), "standard") if capability else ""
    return compose("The standard: {}", standard) if standard else Markdown("")


def _standing(shelf: Shelf, standing: Standing) -> Markdown:
    if standing.successors:
        return compose(
            "No longer in force: superseded by {}.", joined(shelf.link(item) for item in standing.successors)
        )
    said = {
        "proposed": "Not in force: this is a proposal.",
        "rejected": "Not in force: this was decided against.",
        "deprecated": "No longer in force, and without a successor.",
    }
    return inline(said.get(standing.typed, ""))


def _terms(shelf: Shelf, decision: Entity) -> tuple[Markdown, ...]:
    """The terms of a federation: where the boundary runs, who pays, how disputes end, what the brand may do."""
    federation = mapping(spec_of(decision), "federation")
    named = {"boundary": "Boundary: {}", "funding": "Funded through {}", "escalation": "Disputes are settled by {}"}
    listed = {"mayExtend": "The brand may extend: {}", "mayReplace": "The brand may replace: {}"}
    terms = [compose(form, joined(links)) for name, form in named.items() if (links := shelf.links(federation, name))]
    parts = {name: [str(item).strip() for item in sequence(federation, name)] for name in listed}
    return (*terms, *(compose(form, joined(parts[name])) for name, form in listed.items() if parts[name]))


def _measure(shelf: Shelf, item: object) -> Markdown:
    metric = text(item, "metric")
    unit = text(item, "unit") or shelf.units.get(metric, "")
    safeguard = isinstance(item, dict) and item.get("safeguard") is True
    figures = (inline(f"{figure(number(item, name))} {unit}") for name in ("baseline", "target"))
    return row((compose("{} (safeguard)" if safeguard else "{}", code(metric)), *figures, text(item, "by")))
