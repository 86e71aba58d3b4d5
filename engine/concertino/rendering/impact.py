"""What a change means for the portfolio, in words that formats share, and as lines for people."""

from collections.abc import Iterator, Mapping, Sequence

from concertino.rendering.context import ReportContext, rooted_place
from concertino.rendering.escape import code, escape
from concertino.rendering.painting import DIM, Line, Span, line, paragraph
from concertino.rendering.summary import Fact
from concertino.verdict.impact import Impact
from concertino.verdict.impact_answers import Cause, CauseKind, Flip
from concertino.verdict.impact_exceptions import ExceptionChange, ExceptionFate
from concertino.verdict.impact_reviews import Due, ReviewDue

_MOST_ROWS = 10
"""Rows of each part on a terminal; the JSON has all."""
_MOST_NAMED = 40
"""Entities in one row of a comment."""
_NOBODY = "nobody"
_VERBS: Mapping[ExceptionFate, tuple[str, str]] = {
    ExceptionFate.OPENED: ("opens", ""),
    ExceptionFate.RENEWED: ("renews", ""),
    ExceptionFate.EFFECTIVE: ("puts", " into force"),
    ExceptionFate.EXTENDED: ("extends", ""),
    ExceptionFate.SHORTENED: ("shortens", ""),
    ExceptionFate.LAPSED: ("lets", " lapse"),
    ExceptionFate.REMOVED: ("removes", ""),
    ExceptionFate.UNNECESSARY: ("makes", " unnecessary"),
}
_FATES: Mapping[ExceptionFate, str] = {
    ExceptionFate.EFFECTIVE: "takes effect",
    ExceptionFate.LAPSED: "has no force any more",
    ExceptionFate.UNNECESSARY: "has nothing left to excuse",
}


def headline(impact: Impact) -> str:
    """The whole impact in one sentence."""
    parts = list(_parts(impact))
    return f"This change {', '.join(parts)}." if parts else "This change moves nothing in the portfolio."


def moves(impact: Impact) -> bool:
    """Whether there is anything to tell."""
    return any(_parts(impact))


def _parts(impact: Impact) -> Iterator[str]:
    for verb, count in (("flips", len(impact.flipped)), ("adds", len(impact.arrived)), ("removes", len(impact.left))):
        if count:
            yield f"{verb} {counted(impact, count)}"
    if impact.newly_stale:
        yield f"makes {Fact(len(impact.newly_stale), 'decision', 'decisions')} stale"
    for fate, (verb, rest) in _VERBS.items():
        count = sum(item.fate is fate for item in impact.exceptions)
        if count:
            yield f"{verb} {Fact(count, 'exception', 'exceptions')}{rest}"
    if impact.reviews:
        yield f"makes {Fact(len(impact.reviews), 'review', 'reviews')} due"
    if impact.records:
        yield f"leaves {Fact(len(impact.records), 'record', 'records')} to render"
    owners = [item for item in impact.owners if item.team]
    if owners:
        yield f"touches {Fact(len(owners), 'owner', 'owners')}"


def alike(flips: Sequence[Flip]) -> list[list[Flip]]:
    """Flips from the same to the same for the same reasons together: one changed default moves many cells."""
    groups: dict[object, list[Flip]] = {}
    for item in flips:
        groups.setdefault((item.reading, item.before, item.now, item.causes), []).append(item)
    return sorted(groups.values(), key=lambda group: -len(group))


def counted(impact: Impact, count: int) -> str:
    """So many of what the decision model is about."""
    return str(Fact(count, impact.kind.lower() or "entity", impact.plural or "entities"))


def flip_words(item: Flip) -> str:
    """From what to what."""
    return f"{item.reading} {item.before or 'none'} → {item.now or 'none'}"


def cause_words(item: Cause) -> str:
    """Why an answer flips, without the place."""
    match item.kind:
        case CauseKind.MODEL:
            return f"through {item.title} itself ({item.name})"
        case CauseKind.ENTITY:
            named = f"{item.name} ({item.title})" if item.title else item.name
            verb = "is changed" if item.before and item.now else "is new here" if item.now else "is here no more"
            return f"{named} {verb}"
    moved = f"{item.title or item.name} {item.before or 'unknown'} → {item.now or 'unknown'}"
    level = f", from {item.level_title}" if item.level_title else ""
    return f"{moved}{level}{f', instead of {item.level_before}' if item.level_before else ''}"


def exception_words(item: ExceptionChange) -> str:
    """What becomes of an exception, without its name."""
    about = f"{', '.join(item.policies[:3])} on {', '.join(item.subjects[:3]) or 'what its match describes'}"
    told = f"{_FATES.get(item.fate, item.fate.value)}: {about}, until {item.until or 'no day'}"
    return f"{told}; {item.why}" if item.why else told


def review_words(item: ReviewDue) -> str:
    """Why a review is due, without its subject."""
    match item.due:
        case Due.OVERDUE:
            return f"to be looked at again by {item.day}, which is past"
        case Due.EARLIER:
            return f"to be looked at again by {item.day} instead of {item.before}"
        case Due.ASKED:
            return f"happened on {item.day}, and asks for a look at what it touches"


def impact_lines(context: ReportContext) -> Iterator[Line]:
    """The block for a terminal, an empty line after it. Nothing where nothing is compared."""
    impact = context.impact
    if impact is None:
        return
    yield from paragraph(headline(impact), context.width, "", "Impact: ", "bold")
    groups = alike(impact.flips)
    for group in groups[:_MOST_ROWS]:
        yield line("  ", Span(flip_words(group[0]), "bold"), "  ", counted(impact, len(group)))
        yield from paragraph(", ".join(item.entity for item in group), context.width, "    ")
        for cause in group[0].causes:
            at = f"  {cause.place}" if cause.place else ""
            yield from paragraph(f"{cause_words(cause)}{at}", context.width, "    ", "← ", DIM)
    yield from _rest(groups)
    for name, rows in _lists(impact):
        for subject, words in rows[:_MOST_ROWS]:
            yield line("  ", Span(name, DIM), "  ", Span(subject, "bold"), f"  {words}" if words else "")
        yield from _rest(rows)
    yield ()


def _lists(impact: Impact) -> Iterator[tuple[str, Sequence[tuple[str, str]]]]:
    """The parts beside the flips: what each is called, and its rows of a subject and words."""
    yield "stale", [(name, "its grounds have moved on") for name in impact.newly_stale]
    yield "exception", [(item.exception, exception_words(item)) for item in impact.exceptions]
    yield "review", [(item.subject, review_words(item)) for item in impact.reviews]
    yield "record", [(item.file, item.why) for item in impact.records]
    owned = [(item.team or _NOBODY, str(Fact(item.entities, "entity", "entities"))) for item in impact.owners]
    yield "owner", owned


def _rest(rows: Sequence[object]) -> Iterator[Line]:
    if len(rows) > _MOST_ROWS:
        yield line(f"  … and {len(rows) - _MOST_ROWS} more")


def flip_rows(context: ReportContext) -> Iterator[str]:
    """The flips as rows of a list in Markdown, those that are alike in one."""
    for group in alike(context.impact.flips) if context.impact else ():
        first, *_ = group
        for start in range(0, len(group), _MOST_NAMED):
            names = ", ".join(code(item.entity) for item in group[start : start + _MOST_NAMED])
            yield f"- **{escape(flip_words(first))}**: {names}{''.join(_cause_markdown(context, first))}"


def _cause_markdown(context: ReportContext, item: Flip) -> Iterator[str]:
    for cause in item.causes:
        at = f" {code(str(rooted_place(context, cause.place)))}" if cause.place else ""
        yield f"<br>← {escape(cause_words(cause))}{at}"


def other_rows(context: ReportContext) -> Iterator[str]:
    """Everything else of an impact, each as a row of a list in Markdown."""
    if context.impact is None:
        return
    for name, rows in _lists(context.impact):
        for subject, words in rows:
            shown = f"{context.prefix}{subject}" if name == "record" else subject
            yield f"- {name} {code(shown)}{': ' if words else ''}{escape(words)}"
