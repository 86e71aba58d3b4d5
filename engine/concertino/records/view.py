"""A decision as its record shows it: every text is Markdown by now, and nothing depends on the day."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from concertino.catalogue import CatalogueEntity
from concertino.expressions import Entity
from concertino.records.coverage import brands_in_words, coverage_of
from concertino.records.diagram import decision_diagram
from concertino.records.escaping import Markdown, block, code, compose, inline, joined, plain
from concertino.records.information import exceptions_of, information, pilots_of
from concertino.records.options import OptionView, options_of
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
from concertino.records.recommendation import Answers, Recommendation, recommendation_of
from concertino.records.status import Standing, standing_of
from concertino.records.wording import ARGUMENTS, DRIVERS, FIXED_HEADINGS, heading


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure by which the decision will be judged."""

    metric: Markdown
    baseline: Markdown
    target: Markdown
    by: Markdown
    safeguard: bool


@dataclass(frozen=True, slots=True)
class RecordView:
    """What the template of a record lays out, under these names. Texts are Markdown for a line of their own.

    `context` and the descriptions of options may hold paragraphs and lists; `diagram` is a whole block of code. What is
    not there is an empty text or list.
    """

    number: Markdown
    title: Markdown
    status: Markdown
    date: Markdown
    deciders: tuple[Markdown, ...]
    capability: Markdown
    brands: Markdown
    model: Markdown
    question: Markdown
    context: Markdown
    standard: Markdown
    drivers: tuple[Markdown, ...]
    options: tuple[OptionView, ...]
    chosen: Markdown
    because: Markdown
    standing: Markdown
    terms: tuple[Markdown, ...]
    recommendation: Recommendation
    basis: tuple[Markdown, ...]
    consequences: tuple[Markdown, ...]
    measures: tuple[Measure, ...]
    safeguarded: bool
    exceptions: tuple[Markdown, ...]
    pilots: tuple[Markdown, ...]
    diagram: Markdown
    review: Markdown
    information: tuple[Markdown, ...]


def record_view(shelf: Shelf, entity: CatalogueEntity, answers: Answers | None = None) -> RecordView:
    """The record of a decision without faults. `answers` are asked where the decision froze nothing."""
    decision = entity.value
    spec = spec_of(decision)
    title = heading(title_of(decision), f"ADR-{number_of(decision):04d}", set(FIXED_HEADINGS))
    standing, coverage = standing_of(decision), coverage_of(decision)
    drivers = [DRIVERS[name] for item in sequence(spec, "drivers") if (name := str(item)) in DRIVERS]
    measures = tuple(_measure(shelf, item) for item in sequence(spec, "measures"))
    options = options_of(shelf, decision, title)
    recommendation = recommendation_of(shelf, decision, coverage, answers)
    return RecordView(
        number=Markdown(f"ADR-{number_of(decision):04d}"),
        title=inline(title),
        status=inline(standing.text),
        date=inline(text(spec, "decidedOn")),
        deciders=tuple(shelf.links(spec, "deciders")),
        capability=next(iter(shelf.links(spec, "capability")), Markdown("")),
        brands=brands_in_words(shelf, decision),
        model=inline(text(spec, "model")),
        question=_question(shelf, decision),
        context=block(text(spec, "context")),
        standard=_standard(decision),
        drivers=tuple(compose("{}: {}", name, clause) for name, clause in drivers),
        options=options.all,
        chosen=options.chosen,
        because=joined(clause for _, clause in drivers),
        standing=_standing(shelf, standing),
        terms=_terms(shelf, decision),
        recommendation=recommendation,
        basis=tuple(_basis(mapping(spec, "basis"), told=bool(recommendation.cells))),
        consequences=tuple(
            compose(ARGUMENTS[text(item, "kind")], text(item, "text").strip())
            for item in sequence(spec, "consequences")
            if text(item, "kind") in ARGUMENTS
        ),
        measures=measures,
        safeguarded=any(item.safeguard for item in measures),
        exceptions=tuple(exceptions_of(shelf, decision, coverage)),
        pilots=tuple(pilots_of(shelf, decision)),
        diagram=decision_diagram(shelf, decision, standing, coverage),
        review=inline("" if standing.ended else text(spec, "nextReview")),
        information=information(shelf, decision, standing, coverage),
    )


def head_of(shelf: Shelf, entity: CatalogueEntity, unsealed: str) -> str:
    """The front matter of a record, in the form of MADR; tools read it, so it is the same under every template."""
    spec = spec_of(entity.value)
    date = plain(text(spec, "decidedOn"))
    lines = (
        "---",
        "# Rendered by Concertino. Change the catalogue, not this file, then run: concertino records render",
        f"status: {plain(standing_of(entity.value).text)}",
        *([f"date: {date}"] if date else []),
        f"decision-makers: {_quoted(shelf.plain_titles(spec, 'deciders'))}",
        f"concertino-decision: {_quoted(entity.name)}",
        f"concertino-source: {_quoted(entity.file)}",
        f"concertino-digest: sha256:{unsealed}",
        "---",
    )
    return "\n".join(lines)


def _basis(basis: Mapping[str, object], *, told: bool) -> Iterator[Markdown]:
    """What else a decision was based on: the exceptions it leans on; without any scores, the basis in words."""
    if not told:
        yield from (inline(str(line)) for line in sequence(basis, "summary") if str(line).strip())
        return
    for item in sequence(basis, "exceptions"):
        yield compose("It leans on {}, in force until {}.", code(text(item, "exception")), text(item, "until"))


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


def _measure(shelf: Shelf, item: object) -> Measure:
    metric = text(item, "metric")
    unit = text(item, "unit") or shelf.units.get(metric, "")
    safeguard = isinstance(item, dict) and item.get("safeguard") is True
    baseline, target = (inline(f"{figure(number(item, name))} {unit}") for name in ("baseline", "target"))
    name = compose("{} (safeguard)" if safeguard else "{}", code(metric))
    return Measure(name, baseline, target, inline(text(item, "by")) or Markdown("–"), safeguard)
