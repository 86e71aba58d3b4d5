"""What a record says under More Information: what the decision touches, and where to read on."""

from collections.abc import Iterator, Mapping

from concertino.expressions import Entity
from concertino.records.coverage import Coverage, cells_in_words
from concertino.records.escaping import Markdown, code, compose, inline, joined
from concertino.records.options import bill
from concertino.records.reading import Shelf, inverse, mapping, number, references, sequence, spec_of, text, unknown
from concertino.records.status import Standing
from concertino.verdict import Term


def information(shelf: Shelf, decision: Entity, standing: Standing, coverage: Coverage) -> tuple[Markdown, ...]:
    """One line each, in the order in which a reader asks."""
    return tuple(_lines(shelf, decision, standing, coverage))


def _lines(shelf: Shelf, decision: Entity, standing: Standing, coverage: Coverage) -> Iterator[Markdown]:
    spec = spec_of(decision)
    yield from cells_in_words(shelf, decision, coverage, ended=standing.ended)
    if services := shelf.links(spec, "services"):
        yield compose("Carried out through {}.", joined(services))
    if transition := mapping(spec, "transition"):
        yield compose("Transition from {} to {} by {}.", *(text(transition, name) for name in ("from", "to", "by")))
    if costs := bill(shelf, spec):
        yield costs
    yield from exceptions_of(shelf, decision, coverage)
    yield from pilots_of(shelf, decision)
    if reviewed := text(spec, "lastReviewedOn"):
        yield compose("Last review: {}.", reviewed)
    if not standing.ended:
        yield compose("Next review: {}.", text(spec, "nextReview"))
    if replaced := shelf.replaced_by(decision):
        will = "Supersedes {}." if text(spec, "status") == "accepted" else "Would supersede {}."
        yield compose(will, joined(replaced))
    if standing.successors:
        yield compose("Superseded by {}.", joined(shelf.link(item) for item in standing.successors))
    if file := shelf.file_of(decision):
        yield compose("Rendered from {}.", shelf.link_to(file, inline(file)))


def pilots_of(shelf: Shelf, decision: Entity) -> Iterator[Markdown]:
    """The pilots that led to the decision: what they came to, and how many of their targets were met."""
    pilots, faulty = inverse(decision, "pilots")
    for pilot in pilots:
        spec = spec_of(pilot)
        if conclusion := text(spec, "conclusion"):
            said = compose("concluded {} on {}", code(conclusion), text(spec, "concludedOn"))
        elif start := text(spec, "startsOn"):
            said = compose("from {} to {}, without a conclusion", start, text(spec, "endsOn"))
        else:
            said = compose("planned until {}", text(spec, "endsOn"))
        figures = _targets(spec)
        yield compose("Pilot {}: {}{}.", shelf.link(pilot), said, f"; {figures}" if figures else "")
    for name in faulty:
        yield compose("Pilot {}.", unknown(name))


def _targets(spec: Mapping[str, object]) -> str:
    """How many targets a pilot met. Which way is better follows from its baselines."""
    results = {text(item, "metric"): number(item, "value") for item in sequence(spec, "results")}
    met = []
    for item in sequence(spec, "measures"):
        value, target, baseline = results.get(text(item, "metric")), number(item, "target"), number(item, "baseline")
        if value is not None and target is not None and baseline is not None:
            met.append(value <= target if target < baseline else value >= target)
    if not met:
        return ""
    count = "one of one target" if met == [True] else f"{sum(met)} of {len(met)} targets"
    return f"{count} met"


def exceptions_of(shelf: Shelf, decision: Entity, coverage: Coverage) -> Iterator[Markdown]:
    """The exceptions on the decision, its cells and its services, whatever the day: the dates speak for themselves."""
    services = [entity for _, entity in references(spec_of(decision), "services") if entity]
    found: dict[str, tuple[Entity, list[str]]] = {}
    unread: set[str] = set()
    for subject in (decision, *(cell for cell, _ in coverage.cells), *services):
        exceptions, faulty = inverse(subject, "exceptions")
        unread.update(faulty)
        for item in exceptions:
            found.setdefault(item.reference, (item, []))[1].append(subject.reference)
    for _, (item, subjects) in sorted(found.items(), key=lambda pair: pair[0]):
        for policies, about, when in _terms(shelf, item, subjects):
            yield _exception(shelf, item, policies, about, when)
    for name in sorted(unread):
        yield compose("Exception {}.", unknown(name))


def _exception(shelf: Shelf, item: Entity, policies: list[str], subjects: list[str], when: Markdown) -> Markdown:
    spec = spec_of(item)
    return compose(
        "Exception {}: {} of {} on {}, {}; {} answers for it.",
        shelf.link(item),
        text(spec, "type"),
        joined(shelf.policy(name) for name in policies),
        joined(code(name) for name in subjects),
        when,
        next(iter(shelf.titles(spec, "owner")), Markdown("")),
    )


def _terms(shelf: Shelf, item: Entity, subjects: list[str]) -> Iterator[tuple[list[str], list[str], Markdown]]:
    """When an exception is in force. One that is not so alike for all its policies and subjects has several lines."""
    policies = [str(name) for name in sequence(spec_of(item), "policies")]
    known = {entry.name: entry for entry in shelf.register.exceptions} if shelf.register else {}
    entry = known.get(item.reference)
    if shelf.register is None or entry is None:
        yield policies, subjects, _as_written(spec_of(item))
        return
    by_term: dict[Markdown, list[tuple[str, str]]] = {}
    for policy in policies:
        for subject in subjects:
            by_term.setdefault(_term(shelf.register.term(entry, policy, subject), entry.expires), []).append(
                (policy, subject)
            )
    for when, pairs in by_term.items():
        about = {name: [policy for policy, subject in pairs if subject == name] for _, name in pairs}
        if all(names == next(iter(about.values())) for names in about.values()):
            yield next(iter(about.values())), list(about), when
        else:
            yield from ((names, [name], when) for name, names in about.items())


def _term(term: Term, expires: str) -> Markdown:
    if term.days:
        return compose("from {} to {}", *term.days)
    why = term.never.why if term.never else next((force.why for _, force in term.stopped), "it ends before it begins")
    return compose("until {}, without effect: {}", expires, why)


def _as_written(spec: Mapping[str, object]) -> Markdown:
    approved = text(spec, "approvedOn") if text(spec, "approver") else ""
    starts = text(spec, "startsOn") or approved
    return compose(
        "{} {}{}",
        f"from {starts} to" if starts else "until",
        text(spec, "expires"),
        Markdown("" if approved else ", not approved and so without effect"),
    )
