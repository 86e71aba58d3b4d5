"""The report for a pull request comment or the summary of a CI step."""

from collections.abc import Iterable, Iterator
from hashlib import sha256

from concertino.model.outcome import Outcome
from concertino.model.snapshot import Source, SourceKind
from concertino.rendering.advice import next_command
from concertino.rendering.context import ReportContext, rooted
from concertino.rendering.escape import code, escape
from concertino.rendering.impact import flip_rows, headline, other_rows
from concertino.rendering.summary import (
    ENDINGS,
    Fact,
    blocks,
    changes,
    circumstances,
    degree,
    entity,
    extent,
    failures,
    findings_title,
    key,
    nothing_judged,
    result_of,
    rule,
    sections,
    uncounted_title,
)
from concertino.rendering.touching import rules_note, touched_bullet, touched_title
from concertino.verdict import Gone, Verdict

_FOLDED = 10
"""From so many rows on a section can be folded away; what makes the gate fail is open to begin with."""
_ROOM = 60_000
"""Characters for all rows. A comment on GitHub may have 65,536 in all."""
_SHARE = 15_000
"""Characters at most for each of the lists above the findings, so that none of them pushes another one out of sight."""
_MOST = 5
"""Notes, and related places, of one finding."""
_SHORT = 12


def render(context: ReportContext) -> str:
    """The result, then the findings by file, the most important first, until there is no more room."""
    room = _Room(_ROOM)
    found = sections(context)
    parts = [
        marker(context),
        *_head(context, room),
        *_section("Broken rules", _rooted(context, found.broken), room, "<details open>"),
        *_section(findings_title(context), _rooted(context, found.counted), room, "<details open>"),
        *_section("No longer waived", _rooted(context, found.lapsed), room, "<details open>"),
        *_section(uncounted_title(context), _rooted(context, found.uncounted), room),
        *_waived("Newly waived" if context.comparison else "Waived", found.waived, room),
        *_fixed(context, room),
        *_remarks(context.verdict, room),
        *_left_out(room),
        *_next(context),
    ]
    return "\n\n".join(parts) + "\n"


def marker(context: ReportContext) -> str:
    """The first line, which nobody sees: by it a bot finds the comment that it wrote before.

    Folders of one repository that are governed each by itself have a marker each. A folder may be called anything, and
    the line is searched for by scripts, so what stands in it is a digest.
    """
    digest = f" {sha256(context.prefix.encode('utf-8', 'surrogateescape')).hexdigest()[:_SHORT]}"
    return f"<!-- concertino: report{digest if context.prefix else ''} -->"


class _Room:
    """How many characters are left, and how many rows found none."""

    def __init__(self, characters: int) -> None:
        self._characters = characters
        self.left_out = 0

    def fitting(self, rows: Iterable[str], around: int = 60, share: int = _ROOM) -> list[str]:
        """The rows that there is still room for, with as many characters `around` them, in no more than a `share`."""
        taken: list[str] = []
        for row in rows:
            needed = len(row) + len("|  |\n") + (0 if taken else around)
            if needed <= min(self._characters, share):
                self._characters -= needed
                share -= needed
                taken.append(row)
            else:
                self.left_out += 1
        return taken


def _rooted(context: ReportContext, items: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    return tuple(rooted(context, item) for item in items)


def _head(context: ReportContext, room: _Room) -> Iterator[str]:
    verdict = context.verdict
    sign, word = result_of(context)
    yield f"## {sign} Concertino: {word}"
    yield from _touched(context, room)
    yield from _impact(context, room)
    if not verdict.entities and not verdict.findings:
        yield nothing_judged(verdict)
    elif not verdict.findings:
        yield "No findings."
    found = changes(context) if context.comparison else [*failures(verdict), *circumstances(verdict)]
    facts = [*found, *extent(verdict)]
    yield _table("Result | Count", ":-- | --:", [f"{_label(fact)} | {fact.count}" for fact in facts])
    judged = f"Judged as of {escape(verdict.as_of)}: {_source(verdict.source)}."
    compared = context.comparison
    yield f"{judged} Compared with {_source(compared.base.source)}." if compared else judged


def _touched(context: ReportContext, room: _Room) -> Iterator[str]:
    """What the change does to the rules themselves, before anything that they say."""
    rows = room.fitting(map(touched_bullet, context.touched), share=_SHARE)
    if rows:
        yield f"### ⚠ {touched_title(context)}"
        yield "\n".join(rows)
    yield from (f"> {escape(note)}" for note in rules_note(context))


def _impact(context: ReportContext, room: _Room) -> Iterator[str]:
    """What the change means for the portfolio: in a sentence, then the answers that flip, then the rest."""
    if context.impact is None:
        return
    yield "### What this change means"
    yield f"**{escape(headline(context.impact))}**"
    titled = (("Answers that flip", flip_rows), ("And besides", other_rows))
    for title, rows_of in titled:
        rows = list(rows_of(context))
        shown = room.fitting(rows, share=_SHARE)
        if len(rows) < _FOLDED:
            yield from ["\n".join(shown)] if shown else []
        elif shown:
            yield from _foldable(title, len(rows), ["\n".join(shown)])


def _source(source: Source) -> str:
    if source.kind is SourceKind.REVISION:
        return f"revision {code(source.revision[:12])}"
    return "the index" if source.kind is SourceKind.INDEX else "the working tree"


def _section(title: str, items: tuple[Outcome, ...], room: _Room, opening: str = "<details>") -> Iterator[str]:
    parts = []
    for file, group in blocks(items):
        heading = f"#### {code(file) if file else 'Without a place'}"
        rows = room.fitting((_row(item) for item in group), len(heading) + 100)
        if rows:
            parts += [heading, _table("Severity | Where | What | What to do", ":-- | :-- | :-- | :--", rows)]
    if parts:
        yield from _foldable(title, len(items), parts, opening)


def _row(item: Outcome) -> str:
    place = f"{item.place.line}:{item.place.column}" if item.place else "–"
    named = [part for part in (entity(item), key(item)) if part]
    what = [
        f"**{code(rule(item))}** {' '.join(map(code, named))}".rstrip(),
        escape(item.message),
        *([f"Expected: {escape(item.expected)}"] if item.expected else []),
        *(f"Note: {escape(note)}" for note in item.notes[:_MOST]),
        *(f"See {code(str(other.place))}: {escape(other.message)}" for other in item.related[:_MOST]),
    ]
    remedy = [f"Did you mean {code(item.suggestion)}?"] if item.suggestion else []
    remedy += [escape(item.remediation)] if item.remediation else []
    return f"{degree(item)} | {place} | {'<br>'.join(what)} | {'<br>'.join(remedy)}"


def _fixed(context: ReportContext, room: _Room) -> Iterator[str]:
    gone = context.comparison.fixed if context.comparison else ()
    rows = room.fitting(_fixed_row(item) for item in gone)
    if rows:
        yield from _foldable("Fixed", len(gone), ["\n".join(rows)])


def _fixed_row(item: Gone) -> str:
    finding, why = item.finding, ENDINGS[item.ending]
    on = " ".join(code(part) for part in (finding.subject, key(finding)) if part)
    return f"- {code(rule(finding))} on {on}{': ' if why else ''}{why}"


def _waived(title: str, items: tuple[Outcome, ...], room: _Room) -> Iterator[str]:
    rows = room.fitting(_waived_row(item) for item in items)
    if rows:
        table = _table("Policy | On | Exception | Until | Owner", ":-- | :-- | :-- | :-- | :--", rows)
        yield from _foldable(title, len(items), [table])


def _waived_row(item: Outcome) -> str:
    on = " ".join(code(part) for part in (item.subject, key(item)) if part)
    if item.exception is None:
        return f"{code(rule(item))} | {on} | – | – | –"
    waived = item.exception
    name = code(waived.reference) + (f"<br>{escape(waived.reason)}" if waived.reason else "")
    return f"{code(rule(item))} | {on} | {name} | {escape(waived.expires)} | {escape(waived.owner) or '–'}"


def _remarks(verdict: Verdict, room: _Room) -> Iterator[str]:
    """What the reader should know about the rules and exceptions."""
    changes = room.fitting(
        f"- {code(item.policy)}: {escape(item.change)}" + (f" ({escape(item.reason)})" if item.reason else "")
        for item in verdict.overrides
    )
    if changes:
        yield from _foldable("Changed by the configuration", len(verdict.overrides), ["\n".join(changes)])
    ending = room.fitting(f"- {code(name)}: in force until {escape(day)}" for name, day in verdict.expiring)
    if ending:
        yield from _foldable("Exceptions that end soon", len(verdict.expiring), ["\n".join(ending)])
    yield from room.fitting(f"> {escape(note)}" for note in verdict.notes)


def _left_out(room: _Room) -> Iterator[str]:
    if room.left_out:
        rows = Fact(room.left_out, "row is", "rows are")
        yield f"**Too long for a comment: {rows} left out.** The text report has all of them."


def _next(context: ReportContext) -> Iterator[str]:
    command, why = next_command(context)
    yield f"Next: `{command}` – {why}."


def _foldable(title: str, count: int, parts: list[str], opening: str = "<details>") -> Iterator[str]:
    """A section under its title; a long one opens and closes on a click. `title` is always ours."""
    if count < _FOLDED:
        yield f"### {title} ({count})"
        yield from parts
    else:
        yield f"{opening}\n<summary><b>{title} ({count})</b></summary>"
        yield from parts
        yield "</details>"


def _table(head: str, alignment: str, rows: list[str]) -> str:
    return "\n".join(f"| {row} |" for row in (head, alignment, *rows))


def _label(fact: Fact) -> str:
    return fact.many[0].upper() + fact.many[1:]
