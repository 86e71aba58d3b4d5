"""Workflow commands of GitHub Actions: printed by a step, they become annotations of the change.

The runner shows ten commands of each kind and step, and 4,096 UTF-16 units of a message. It reads a command up to the
next `::`, so what stands in one is escaped, and colons and commas in its properties, too.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from concertino.model.outcome import Outcome, Severity
from concertino.model.visible import visible
from concertino.rendering.context import ReportContext, rooted
from concertino.rendering.impact import headline, moves
from concertino.rendering.painting import cut
from concertino.rendering.plain import level, open_findings, words
from concertino.rendering.summary import Fact, nothing_judged, rule, summary_line
from concertino.rendering.touching import approval, touched_head, touched_title

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_MOST = {Severity.ERROR: 10, Severity.WARNING: 10, Severity.NOTE: 9}
"""One notice is kept for the line that tells what is not shown."""
_LONGEST = 2_000
"""Characters of a message; each may be two UTF-16 units."""
_LONGEST_TITLE = 200
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}


def render(context: ReportContext) -> str:
    """A command for each finding that is not waived, the most severe first; then how many more there are; the sum.

    With a base, only what the change brought is annotated. What the change touches of the rules goes before everything,
    and then what it means for the portfolio, in a sentence.
    """
    verdict, told, moved = context.verdict, list(_warning(context)), list(_impact(context))
    lines, seen = [*told, *moved], Counter({Severity.WARNING: len(told), Severity.NOTE: len(moved)})
    for item in open_findings(context, news=True):
        kind = level(item)
        seen[kind] += 1
        if seen[kind] <= _MOST[kind]:
            lines.append(_command(rooted(context, item)))
    if not verdict.entities and not verdict.findings:
        lines.append(f"::error title=Concertino::{_escaped(nothing_judged(verdict), _DATA)}")
    lines += _rest(seen)
    # A plain line of the log. It begins with a word of ours, so that it is no command, whatever follows.
    lines.append(f"concertino: {visible(summary_line(context))}")
    return "\n".join(lines) + "\n"


def _command(item: Outcome) -> str:
    properties = ",".join(f"{name}={_escaped(value, _PROPERTY)}" for name, value in _properties(item))
    return f"::{_COMMANDS[level(item)]} {properties}::{_escaped(cut(words(item), _LONGEST), _DATA)}"


def _properties(item: Outcome) -> Iterator[tuple[str, str]]:
    place = item.place
    if place and place.file:
        yield "file", visible(place.file)
        yield "line", str(max(place.line, 1))
        yield "endLine", str(max(place.line, place.end_line, 1))
        if place.end_line <= place.line:  # The runner drops columns of a range over several lines.
            yield "col", str(max(place.column, 1))
            yield "endColumn", str(max(place.column, place.end_column, 1))
    yield "title", visible(cut(rule(item), _LONGEST_TITLE))


def _warning(context: ReportContext) -> Iterator[str]:
    """One annotation with all that the change touches of the rules."""
    if context.touched:
        told = "\n".join(
            visible(f"{touched_head(item)}: {cut(item.name, _LONGEST_TITLE)}; {approval(item)}")
            for item in context.touched
        )
        yield f"::warning title={_escaped(touched_title(context), _PROPERTY)}::{_escaped(cut(told, _LONGEST), _DATA)}"


def _impact(context: ReportContext) -> Iterator[str]:
    if context.impact and moves(context.impact):
        yield f"::notice title=Concertino::{_escaped(visible(headline(context.impact)), _DATA)}"


def _rest(seen: Mapping[Severity, int]) -> Iterator[str]:
    missing = {kind: seen.get(kind, 0) - _MOST[kind] for kind in Severity}
    facts = [Fact(count, kind.value, f"{kind.value}s") for kind, count in missing.items() if count > 0]
    if facts:
        told = f"Not shown here: {', '.join(map(str, facts))}. The other formats have all of them."
        yield f"::notice title=Concertino::{_escaped(told, _DATA)}"


def _escaped(text: str, signs: dict[str, str]) -> str:
    return "".join(signs.get(character, character) for character in text)
