"""What a change of policies does to a catalogue, as text, markdown and JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from concertino.model.outcome import Outcome
from concertino.model.snapshot import Source
from concertino.rendering.escape import code, escape
from concertino.rendering.json import Tree, dumped, filled, source_tree, touched_tree
from concertino.rendering.painting import DIM, Line, Span, line, paint, paragraph
from concertino.rendering.summary import key
from concertino.rendering.touching import approval, touched_bullet, touched_head
from concertino.verdict.policy_impact import Affected, Effect, Total, by_brand, by_owner, by_policy, totals
from concertino.verdict.touching import Touched

_TITLES = {
    Effect.FAILS: "Newly fails",
    Effect.COUNTED: "Counts now",
    Effect.OTHERWISE: "Fails for other reasons",
    Effect.UNCOUNTED: "No longer counts",
    Effect.UNJUDGED: "No longer judged",
    Effect.WAIVED: "Newly waived",
    Effect.PASSES: "Newly passes",
}
_GROUPS = (("policy", by_policy), ("brand", by_brand), ("owner", by_owner))
_SHORT = 12
_MOST_ROWS = 200
"""Rows of a comment: beyond that nobody reads on, and a forge takes no more."""


@dataclass(frozen=True)
class ImpactContext:
    """The pairs of policy and entity that are affected, what was changed, and between which revisions."""

    affected: tuple[Affected, ...]
    touched: tuple[Touched, ...]
    base: Source
    head: Source
    as_of: str
    colour: bool = False
    width: int = 100


def text(context: ImpactContext) -> str:
    """For people at a terminal: what was changed, whom it meets, and the sums."""
    return paint(_lines(context), colour=context.colour)


def _lines(context: ImpactContext) -> Iterator[Line]:
    for rule in context.touched:
        yield line(Span(touched_head(rule), "yellow"), "  ", Span(rule.name, "bold"))
        yield from paragraph(rule.detail, context.width, "  ")
        yield from paragraph(approval(rule), context.width, "  ", "→ ", "green")
    if context.touched:
        yield ()
    for effect, title in _TITLES.items():
        items = [item for item in context.affected if item.effect is effect]
        if items:
            yield line(Span(f"{title} ({len(items)})", "bold underline"))
            for item in items:
                yield line("  ", Span(item.policy, "magenta"), f" on {item.entity}", Span(_owned(item), DIM))
                for reason in _reasons(item):
                    yield from paragraph(reason, context.width, "    ")
            yield ()
    yield from _sums(context)
    yield line(Span(summary(context), "bold"))


def _sums(context: ImpactContext) -> Iterator[Line]:
    for name, group in _GROUPS:
        found = totals(context.affected, group)
        if found:
            yield line(Span(f"By {name}", "bold"))
            yield from (line(f"  {item.name}: {_counted(item)}") for item in found)
            yield ()


def summary(context: ImpactContext) -> str:
    """The result in one line."""
    counts = [(title, _count(context, effect)) for effect, title in _TITLES.items()]
    told = " · ".join(f"{count} {title[0].lower()}{title[1:]}" for title, count in counts if count)
    since = f"the policies of {context.base.revision[:_SHORT] or 'the base'}, as of {context.as_of}"
    return f"{told or 'nothing fails, passes or counts that did not'}, against {since}"


def markdown(context: ImpactContext) -> str:
    """For a comment in a pull request."""
    parts = ["## Impact of the policies", escape(summary(context))]
    if context.touched:
        parts.append("\n".join(map(touched_bullet, context.touched)))
    titles = {effect: title for effect, title in _TITLES.items() if _count(context, effect)}
    for name, group in _GROUPS:
        found = totals(context.affected, group)
        if found:
            rows = (
                f"{code(item.name)} | " + " | ".join(str(item.counts.get(one, 0)) for one in titles) for item in found
            )
            parts.append(_table([f"By {name}", *titles.values()], rows))
    shown = context.affected[:_MOST_ROWS]
    if shown:
        rows = (f"{_TITLES[item.effect]} | {code(item.policy)} | {code(item.entity)} | {_told(item)}" for item in shown)
        table = _table(["What", "Policy", "Entity", "Why"], rows)
        parts += [f"<details>\n<summary><b>Each of them ({len(context.affected)})</b></summary>", table, "</details>"]
    left = len(context.affected) - len(shown)
    return "\n\n".join([*parts, *([f"{left} more are not shown."] if left else [])]) + "\n"


def json(context: ImpactContext) -> str:
    """For programs."""
    return dumped(
        {
            "base": source_tree(context.base),
            "source": source_tree(context.head),
            "asOf": context.as_of,
            "touched": [touched_tree(item) for item in context.touched],
            "summary": {effect.value: _count(context, effect) for effect in Effect},
            **{_plural(name): _group(totals(context.affected, group)) for name, group in _GROUPS},
            "affected": [_affected(item) for item in context.affected],
        }
    )


def _plural(name: str) -> str:
    return "policies" if name == "policy" else f"{name}s"


def _group(found: Sequence[Total]) -> Tree:
    return [
        {**filled(name=item.name), **{effect.value: item.counts.get(effect, 0) for effect in Effect}} for item in found
    ]


def _affected(item: Affected) -> Tree:
    return {
        **filled(policy=item.policy, entity=item.entity),
        "effect": item.effect.value,
        "before": [_finding(one) for one in item.before],
        "now": [_finding(one) for one in item.now],
        **filled(brands=list(item.brands), owner=item.owner),
    }


def _finding(item: Outcome) -> Tree:
    return filled(
        validation=item.validation,
        key=item.key,
        outcome=item.result.value,
        severity=item.severity.value,
        enforcement=item.enforcement.value,
        message=item.message,
    )


def _count(context: ImpactContext, effect: Effect) -> int:
    return sum(item.effect is effect for item in context.affected)


def _counted(item: Total) -> str:
    return ", ".join(f"{item.counts[effect]} {effect.replace('-', ' ')}" for effect in Effect if effect in item.counts)


def _owned(item: Affected) -> str:
    return f"  {item.owner}" if item.owner else ""


def _said(item: Outcome) -> str:
    named = " ".join(part for part in (item.validation, key(item)) if part)
    return f"{named}: {item.message}" if named else item.message


def _reasons(item: Affected) -> Iterator[str]:
    if item.effect in (Effect.COUNTED, Effect.UNCOUNTED):
        was, now = (", ".join(sorted({_weight(one) for one in side})) for side in (item.before, item.now))
        yield f"{was} → {now}"
    if item.effect is Effect.UNJUDGED:
        yield "the policy does not judge it any more, so nobody can say that it passes"
    yield from map(_said, item.now)


def _weight(item: Outcome) -> str:
    return f"{item.severity} ({item.enforcement})"


def _told(item: Affected) -> str:
    return "<br>".join(map(escape, _reasons(item))) or "–"


def _table(heads: Sequence[str], rows: Iterator[str]) -> str:
    return "\n".join(f"| {row} |" for row in (" | ".join(heads), " | ".join(":--" for _ in heads), *rows))
