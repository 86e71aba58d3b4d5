"""Findings in plain lines and in the order of their weight, for formats that other programs show."""

from collections.abc import Iterable, Iterator, Mapping

from concertino.model.outcome import Outcome, Result, Severity
from concertino.model.suggest import marks_around
from concertino.model.visible import visible
from concertino.rendering.context import ReportContext
from concertino.rendering.painting import cut
from concertino.rendering.summary import entity, is_advice, is_broken_rule, key
from concertino.verdict import JudgedPolicy, Verdict

_LONGEST = 20_000
"""Characters of one text. One finding with megabytes must not crowd out the others where a format has a limit."""


def level(item: Outcome) -> Severity:
    """How grave a finding is for somebody who knows severities only: advice is a note, what can't be judged an error.

    Forges block a merge on errors, so a policy that nobody has to follow must never come out as one.
    """
    if item.result is Result.ERROR:
        return Severity.ERROR
    return Severity.NOTE if is_advice(item) else item.severity


def open_findings(context: ReportContext, *, news: bool = False) -> list[Outcome]:
    """What is not waived, the most severe first: broken rules, then what the gate counts, each in its order.

    With `news`, what was there before the change is left out, unless the gate counts it.
    """
    found = [item for item in context.verdict.findings if item.result is not Result.WAIVED]
    wanted = [item for item in found if not news or context.is_news(item) or is_broken_rule(item)]
    return sorted(wanted, key=lambda item: _weight(context, item))


def shown(text: str) -> str:
    """A text of a catalogue on one line. Of more than anybody reads the beginning, and how much was left out."""
    return visible(cut(text, _LONGEST))


def headline(item: Outcome) -> str:
    """What a finding is about, and what it says, on one line."""
    about = " ".join(shown(part) for part in (entity(item), key(item)) if part)
    return ": ".join(part for part in (about, shown(item.message)) if part) or "no message"


def details(item: Outcome) -> Iterator[str]:
    """Everything else that a finding says, a line each, none of which holds a line break."""
    if item.expected:
        yield f"Expected: {shown(item.expected)}"
    if item.suggestion:
        mark = marks_around(item.suggestion)
        yield f"Did you mean {mark}{shown(item.suggestion)}{mark}?"
    if item.remediation:
        yield f"What to do: {shown(item.remediation)}"
    yield from (f"Note: {shown(note)}" for note in item.notes)
    yield from (f"See {shown(str(other.place))}: {shown(other.message)}" for other in item.related)


def words(item: Outcome) -> str:
    """Headline and details, a line each."""
    return "\n".join((headline(item), *details(item)))


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text that a policy's author wrote, each on one line."""
    return [visible(" ".join(part.split())) for part in text.split("\n\n") if part.strip()]


def policies_by_id(verdict: Verdict, findings: Iterable[Outcome]) -> Mapping[str, JudgedPolicy]:
    """The policies of a verdict, and whatever else its findings name: no format may lose a finding for a title."""
    known = {policy.id: policy for policy in verdict.policies}
    for item in findings:
        if item.policy not in known:
            known[item.policy] = JudgedPolicy(item.policy, item.policy, item.severity, item.enforcement)
    return known


def _weight(context: ReportContext, item: Outcome) -> tuple[bool, bool, bool, int]:
    old = not context.is_news(item)
    return (not is_broken_rule(item), not context.counts(item), old, -level(item).rank)
