"""The options of a decision, and what the data say for and against each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from concertino.expressions import Entity
from concertino.records.escaping import Markdown, block, code, compose, inline
from concertino.records.reading import Shelf, figure, mapping, number, sequence, spec_of, text
from concertino.records.wording import ARGUMENTS, FIXED_HEADINGS, MODELS, heading, words


@dataclass(frozen=True, slots=True)
class OptionView:
    """One option as a record shows it."""

    name: Markdown
    description: Markdown
    arguments: tuple[Markdown, ...]


@dataclass(frozen=True, slots=True)
class Options:
    """All options of a decision, and the name of the chosen one."""

    all: tuple[OptionView, ...]
    chosen: Markdown


def options_of(shelf: Shelf, decision: Entity, title: str) -> Options:
    """The three models, each under the options that were written down for it, then options that name no model.

    The chosen option is the one written down for the decided model. Where several are, nobody knows which of them was
    meant, and what was decided stands before them under the title of the decision.
    """
    spec = spec_of(decision)
    written = [item for item in sequence(spec, "options") if isinstance(item, Mapping)]
    taken = {*FIXED_HEADINGS, title}
    views: list[OptionView] = []
    chosen = Markdown("")
    for model, (name, meaning) in MODELS.items():
        own = [item for item in written if text(item, "model") == model]
        decided = model == text(spec, "model")
        if not own:
            own = [{}]
        elif decided and len(own) > 1:
            own.insert(0, {"title": title})
        for index, item in enumerate(own):
            facts = _facts(shelf, spec, model, decided=decided) if index == 0 else ()
            views.append(_view(f"{name}: {text(item, 'title')}" if item else name, meaning, item, facts, taken))
            if decided and index == 0:
                chosen = views[-1].name
    views += [_view(text(item, "title"), "", item, (), taken) for item in written if not text(item, "model")]
    return Options(tuple(views), chosen)


def _view(
    name: str, meaning: str, item: Mapping[str, object], facts: tuple[Markdown, ...], taken: set[str]
) -> OptionView:
    said = [
        compose(ARGUMENTS[text(argument, "kind")], text(argument, "text").strip())
        for argument in sequence(item, "arguments")
        if text(argument, "kind") in ARGUMENTS
    ]
    description = block(text(item, "description")) or inline(meaning)
    return OptionView(inline(heading(name, "Another option", taken)), description, (*said, *facts))


def _facts(shelf: Shelf, spec: Mapping[str, object], model: str, *, decided: bool) -> tuple[Markdown, ...]:
    """What evidence, benefits and costs say of a model. Both sides of the bill stand where they fall due."""
    facts: list[Markdown] = []
    if decided:
        facts += [_evidence(item) for item in sequence(spec, "evidence")]
        facts += [_benefit(shelf, item) for item in sequence(spec, "brandBenefit")]
    costs = mapping(spec, "costs")
    side = {"orchestrate": "shared", "operate": "local"}.get(model)
    if costs and side:
        facts += _costs(shelf, costs, side)
    elif costs:
        facts.append(
            inline("Neutral, because it carries the shared costs of its core and the local costs of what departs")
        )
    return tuple(facts)


def _evidence(item: object) -> Markdown:
    observed = text(item, "basis") == "observed"
    details = [text(item, "kind"), text(item, "basis"), text(item, "period")]
    if text(item, "asOf"):
        details.append(f"as of {text(item, 'asOf')}")
    if text(item, "confirmBy"):
        details.append(f"to be confirmed by {text(item, 'confirmBy')}")
    details.append(text(item, "source"))
    return compose(
        "Good, because {} {} from {} to {} {} ({})",
        code(text(item, "metric")),
        "went" if observed else "is expected to go",
        figure(number(item, "baseline")),
        figure(number(item, "value")),
        text(item, "unit"),
        "; ".join(detail for detail in details if detail),
    )


def _benefit(shelf: Shelf, item: object) -> Markdown:
    brand = next(iter(shelf.titles(item, "brand")), Markdown(""))
    benefit = _clause(text(item, "benefit"))
    if text(item, "metric"):
        return compose("Good, because {} gains: {} (shows in {})", brand, benefit, code(text(item, "metric")))
    return compose("Good, because {} gains: {}", brand, benefit)


def _clause(sentence: str) -> str:
    """A sentence without its full stop, for a place where more follows."""
    return sentence.strip().removesuffix(".")


def _costs(shelf: Shelf, costs: Mapping[str, object], side: str) -> Iterator[Markdown]:
    quarters = quarters_of(costs)
    for item in sequence(costs, side):
        line, note = words(text(item, "line")), _clause(text(item, "note"))
        said = compose("Bad, because of {}: {}", line, _amount(shelf, item, quarters))
        yield compose("{} ({})", said, note) if note else said


def _amount(shelf: Shelf, item: object, quarters: str) -> Markdown:
    amount = number(item, "amount")
    if amount is not None:
        return compose("{} over {}", shelf.money(amount), quarters)
    open_question = mapping(item, "unknown")
    if not open_question:
        return inline("an unknown amount, and nobody is named to find it out")
    owner = next(iter(shelf.titles(open_question, "owner")), Markdown(""))
    return compose("an unknown amount; {} finds it out by {}", owner, text(open_question, "by"))


def quarters_of(costs: Mapping[str, object]) -> str:
    """The time over which both sides are counted, in words."""
    count = number(costs, "horizonQuarters")
    return "one quarter" if count == 1 else f"{figure(count)} quarters"


def bill(shelf: Shelf, spec: Mapping[str, object]) -> Markdown | None:
    """Both sides of the bill in one sentence."""
    costs = mapping(spec, "costs")
    if not costs:
        return None
    shared, local = (_sum(shelf, sequence(costs, side)) for side in ("shared", "local"))
    return compose("Costs over {}: sharing {}, running it locally {}.", quarters_of(costs), shared, local)


def _sum(shelf: Shelf, items: list[object]) -> str:
    known = [amount for item in items if (amount := number(item, "amount")) is not None]
    open_lines = len(items) - len(known)
    parts = [shelf.money(sum(known))] if known else []
    if open_lines:
        parts.append("one line unknown" if open_lines == 1 else f"{open_lines} lines unknown")
    return " and ".join(parts) or "nothing"
