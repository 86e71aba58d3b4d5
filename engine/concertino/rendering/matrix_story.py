"""The story of one entity of the matrix: from its scores to what was decided on it, found on it and excused on it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from concertino.matrix.cells import CellAnswer, Score, Source
from concertino.matrix.model import Answer, Direction, GuardEffect, Model, State
from concertino.matrix.picture import Pictured
from concertino.matrix.resolution import Resolution
from concertino.matrix.robustness import Robustness, WeightInterval
from concertino.model.outcome import Outcome, Result
from concertino.rendering.following import NOTHING, Given
from concertino.rendering.matrix_words import number, said, title
from concertino.rendering.painting import DIM, Line, Span, line, paint, paragraph

_WHOLE = 100
_MEDIAN = "median"
_ALWAYS = "whatever it is"


@dataclass(frozen=True)
class Story:
    """All that is told of one entity. `findings` are those of policies on this very entity, waived ones included.

    `exceptions` are those in force on it or on what it rests on: reference, last day, and what they are on. `records`
    are the paths of rendered records, by the reference of what they are rendered from. `given` is what
    next commands carry on, `resolution` says how several scores become one.
    """

    model: Model
    entry: Pictured
    as_of: str
    robustness: Robustness | None = None
    findings: tuple[Outcome, ...] = ()
    exceptions: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    records: Mapping[str, str] = field(default_factory=dict)
    given: Given = NOTHING
    resolution: Resolution | None = None

    @property
    def cell(self) -> CellAnswer:
        """The entity's answer."""
        return self.entry.cell


def story_text(story: Story, *, width: int = 100, colour: bool = False, quiet: bool = False) -> str:
    """The story, ending with the commands that lead on."""
    return paint(_story(story, width, quiet=quiet), colour=colour)


def _story(story: Story, width: int, *, quiet: bool) -> Iterator[Line]:
    cell = story.cell
    yield line(Span(cell.entity, "bold"), f"  {cell.title}", Span(f"  {cell.place}", DIM))
    yield ()
    yield from _answers(story)
    for failure in dict.fromkeys(cell.failures):
        yield line(Span("no answer", "bold red"), f"  {failure.message}", Span(f"  ← {failure.place}", DIM))
    if cell.missing:
        names = ", ".join(title(story.model, name) for name in cell.missing)
        yield line(Span("no answer", "bold red"), f"  nobody has scored {names}, at no level")
    if cell.scores:
        yield from _scores(story.model, cell, story.resolution)
    yield from _circumstances(story.model, cell)
    yield from _guards(story.model, cell, width)
    yield from _perspectives(cell)
    yield from _robustness(story)
    yield from _findings(story, width)
    if not quiet:
        yield from _next(story)


def _answers(story: Story) -> Iterator[Line]:
    cell, entry = story.cell, story.entry
    answer = cell.answer
    why = _figures(answer) if answer else ""
    yield _said("recommended", cell.recommendation, "bold", why)
    if cell.if_known:
        names = ", ".join(title(story.model, name) for name in cell.undetermined)
        yield line(" " * 13, f"undetermined: nobody can know {names} yet; as assumed it is {cell.if_known.answer}")
    style = "bold yellow" if entry.departing else "bold"
    yield _said("decided", cell.decided, style, _named(story, entry.decided_by))
    if entry.departing:
        yield line(" " * 13, "which departs from the recommendation: it needs evidence or an exception")
    style = "bold red" if entry.overdue else "bold yellow" if entry.moving else "bold"
    yield _said("actual", cell.actual, style, _named(story, entry.actual_by))
    if entry.moving:
        late = "past the day on which it was to be as decided" if entry.overdue else "not yet as decided"
        yield line(" " * 13, late)


def _said(what: str, answer: str, style: str, why: str) -> Line:
    name = answer or "nothing"
    return line(f"{what:13}", Span(f"{name:13}" if why else name, style), why)


def _figures(answer: Answer) -> str:
    by = f", through {', '.join(answer.deciding)}" if answer.deciding else ""
    told = f"index {answer.index}, {answer.margin} from the edge of its band"
    return f"{told}, {number(answer.line_distance)} from the line{by}"


def _named(story: Story, references: Sequence[str]) -> str:
    return ", ".join(f"{item} ({story.records[item]})" if item in story.records else item for item in references)


def _scores(model: Model, cell: CellAnswer, resolution: Resolution | None) -> Iterator[Line]:
    products = {item.factor: item for item in cell.answer.contributions} if cell.answer else {}
    wide = max((len(factor.title) for factor in model.factors), default=0)
    yield ()
    yield line(Span("scores", "bold"), Span(f"{'':{max(wide - 4, 1)}}score  points x weight", DIM))
    for factor in model.factors:
        score, product = cell.scores.get(factor.id), products.get(factor.id)
        sum_up = f"{product.points} x {product.weight:>2} = {product.product:>3}" if product else " " * 12
        value = str(score.value) if score else "-"
        yield line(f"  {factor.title:{wide}}  {value:>3}    {sum_up}  ", *_origin(score, resolution))
        if score and len(score.sources) > 1:
            yield from (line(" " * (wide + 25), *_source(source)) for source in score.sources)
    if cell.answer:
        yield line(f"  {'index':{wide}}         {'':6}{cell.answer.index:>6}  band {cell.answer.band}")
    told = _chosen(model, cell, resolution) if resolution else ""
    if told:
        yield line(Span(f"  {told}", DIM))


def _chosen(model: Model, cell: CellAnswer, resolution: Resolution) -> str:
    """Which of several scores counts, if it has to be said: whoever sees 5 and 2 may expect their mean."""
    apart = [score.sources for score in cell.scores.values() if len({item.value for item in score.sources}) > 1]
    if resolution.method != _MEDIAN and apart:
        return f"of several perspectives the score that leads most toward {_end(model, resolution.method)}"
    if any(len(sources) % 2 == 0 for sources in apart):
        return f"median of an even count: of the two in the middle the one nearer to {_end(model, resolution.even)}"
    return ""


def _end(model: Model, direction: str) -> str:
    return model.answers[0 if direction == Direction.FIRST else -1].id


def _origin(score: Score | None, resolution: Resolution | None) -> tuple[Span, ...]:
    if score is None:
        return (Span("nobody's", "bold red"),)
    own = Span("inherited  " if score.inherited else "own        ", DIM if score.inherited else "bold")
    if len(score.sources) > 1:
        middle = "median " if resolution and resolution.method == _MEDIAN else ""
        return (own, Span(f"{score.sources[0].title}, {middle}of {len(score.sources)} perspectives"))
    (source,) = score.sources
    whose = f" ({source.perspective})" if source.perspective else ""
    return (own, Span(f"{source.title}{whose}"), Span(f"  ← {source.place}", DIM))


def _source(source: Source) -> tuple[Span, ...]:
    return (Span(f"{source.perspective or source.level} {source.value}"), Span(f"  ← {source.place}", DIM))


def _circumstances(model: Model, cell: CellAnswer) -> Iterator[Line]:
    if not cell.circumstances:
        return
    titles = {item.id: item.title for item in model.circumstances}
    wide = max(len(text) for text in titles.values())
    values = {name: said(item.value) for name, item in cell.circumstances.items()}
    room = max(len(text) for text in values.values())
    yield ()
    yield line(Span("circumstances", "bold"))
    for name, condition in cell.circumstances.items():
        place = next(iter(condition.places), condition.expression)
        assumed = "" if condition.assumed is None else f"  not known yet; assumed {said(condition.assumed)}"
        told = f"  {titles.get(name, name):{wide}}  {values[name]:{room}}"
        yield line(told, assumed, Span(f"  ← {place}", DIM))


def _guards(model: Model, cell: CellAnswer, width: int) -> Iterator[Line]:
    if not cell.answer:
        return
    yield ()
    yield line(Span("guards", "bold"), "" if cell.answer.effects else "  none holds: the band decides")
    for effect in cell.answer.effects:
        guard = model.guard(effect.guard)
        yield line("  ", Span(_became(effect), "bold" if effect.state is State.DECIDED else ""), f": {effect.guard}")
        if guard:
            yield from paragraph(guard.reason, width, "    ")


def _became(effect: GuardEffect) -> str:
    what = f"{effect.bound} {effect.answer}"
    if effect.state is State.OVERRULED:
        return f"{what}, overruled by {', '.join(effect.overruled_by)}"
    return f"{what}, decides" if effect.state is State.DECIDED else f"{what}, would change nothing"


def _perspectives(cell: CellAnswer) -> Iterator[Line]:
    if not cell.views:
        return
    yield ()
    told = "contested: they would answer differently" if cell.contested else "each alone would answer the same"
    yield line(Span("perspectives", "bold"), "  ", Span(told, "bold magenta" if cell.contested else ""))
    wide = max(len(view.perspective) for view in cell.views)
    for view in cell.views:
        yield line(f"  {view.perspective:{wide}}  {view.answer.answer}, index {view.answer.index}")


def _robustness(story: Story) -> Iterator[Line]:
    found = story.robustness
    if found is None:
        return
    yield ()
    share = f"{found.agreeing} of {found.neighbours} neighbours one step away agree ({_percent(found.share)})"
    yield line(Span("robustness", "bold"), f"  {share}")
    if not found.flips:
        yield line("  no change of a single score or circumstance flips it")
    for flip in found.flips:
        steps = "one step" if flip.steps == 1 else f"{flip.steps} steps"
        change = f"{title(story.model, flip.input)} {said(flip.before)} -> {said(flip.after)}"
        yield line(f"  smallest flip, {steps}: {change} makes it {flip.answer}")
    if all(_interval(item) == _ALWAYS for item in found.intervals):
        yield line("  it holds whatever any one weight is, the others keeping their ratio")
        return
    wide = max(len(title(story.model, item.factor)) for item in found.intervals)
    for interval in found.intervals:
        factor = story.model.factor(interval.factor)
        name = f"{title(story.model, interval.factor):{wide}}"
        yield line(f"  weight of {name}  {factor.weight if factor else '':>3}, holds {_interval(interval)}")


def _interval(item: WeightInterval) -> str:
    if item.low == 0 and item.high == _WHOLE:
        return _ALWAYS
    low = "" if item.low_included else "above "
    high = "" if item.high_included else "below "
    return f"from {low}{number(item.low)} to {high}{number(item.high)}"


def _percent(share: Fraction) -> str:
    return f"{round(100 * share)} %"


def _findings(story: Story, width: int) -> Iterator[Line]:
    yield ()
    yield line(Span("findings", "bold"), "" if story.findings else f"  none as of {story.as_of}")
    for item in story.findings:
        waived = item.result is Result.WAIVED
        style = DIM if waived else "bold red"
        where = f"  ← {item.place}" if item.place else ""
        yield line("  ", Span(item.result.value, style), f"  {item.policy} ({item.severity})", Span(where, DIM))
        yield from paragraph(item.message, width, "    ")
        if item.exception:
            yield line(f"    waived by {item.exception.reference} until {item.exception.expires}")
    if story.exceptions:
        yield line(Span("exceptions in force", "bold"))
    for reference, last, subjects in story.exceptions:
        yield line(f"  {reference} until {last}, on {', '.join(subjects)}")


def next_commands(story: Story) -> tuple[tuple[str, str], ...]:
    """The commands that lead on, each with what it shows."""
    cell, found = story.cell, dict[str, str]()
    for item in story.findings:
        found[f"concertino explain {item.policy} {cell.entity}"] = "why the policy finds it"
    excused = [item.exception.reference for item in story.findings if item.exception]
    for reference in dict.fromkeys([*excused, *(item[0] for item in story.exceptions)]):
        found[f"concertino catalogue show {reference}"] = "what excuses it, until when"
    for reference in story.entry.decided_by:
        found[f"concertino catalogue show {reference}"] = "what was decided"
    for reference, path in story.records.items():
        if reference in story.entry.decided_by:
            found[f"cat {path}"] = "the record of it"
    if not story.entry.decided_by:
        found[f"concertino catalogue show {cell.entity}"] = "what there is on it"
    if not story.exceptions and not excused:
        found["concertino exceptions list"] = "what is excused elsewhere"
    return tuple((story.given.carried(command), shows) for command, shows in found.items())


def _next(story: Story) -> Iterator[Line]:
    yield ()
    commands = next_commands(story)
    wide = max(len(command) for command, _ in commands)
    for command, shows in commands:
        yield line(f"next: {command:{wide}}  # {shows}")
