"""`concertino matrix`: the matrix, a part of it, or the story of one cell."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypedDict, Unpack

import click

from concertino.cli.broken import show_broken
from concertino.cli.matrix_gaps import left_out
from concertino.cli.options import as_of_option, common_options, snapshot_options, today
from concertino.cli.output import Progress, terminal_width, wants_colour
from concertino.cli.session import Session, open_session
from concertino.expressions.values import Entity
from concertino.matrix.cells import CellAnswer
from concertino.matrix.picture import Picture, Pictured, read_picture
from concertino.matrix.resolution import MatrixModel
from concertino.matrix.robustness import Robustness, robustness
from concertino.model.suggest import suggest
from concertino.records.reading import DECISION_KIND, Shelf
from concertino.rendering.following import NOTHING, Given
from concertino.rendering.matrix_story import Story
from concertino.verdict import Register, judge_entity
from concertino.verdict.verdict import EXIT_BROKEN_RULE, EXIT_CLEAN


class _Given(TypedDict):
    """The options, as click hands them over."""

    what: str | None
    spread: bool
    candidates: bool
    form: str
    as_of: str | None
    rev: str | None
    staged: bool
    folder: str | None
    quiet: bool
    no_color: bool


class _AsGroup(click.Context):
    """The context of a command whose own name nobody types."""

    @property
    def command_path(self) -> str:
        """The words that lead to it."""
        return self.parent.command_path if self.parent else ""


class _Unnamed(click.Command):
    context_class = _AsGroup


@click.command("draw", cls=_Unnamed, hidden=True)
@click.argument("what", required=False, metavar="[BRAND|CAPABILITY|CELL]")
@click.option(
    "--spread", is_flag=True, help="How far brands differ in each capability, and where one standard is safe."
)
@click.option("--candidates", is_flag=True, help="Where a pilot would teach most.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "csv", "markdown"]), default="text", show_default=True
)
@as_of_option
@snapshot_options
@common_options
def command(**given: Unpack[_Given]) -> int:
    """Show what is recommended, decided and true in fact for each brand in each capability.

    A brand or a capability shows its cells, a cell its whole story: the scores with their places, what decided, what
    would change it, what was decided and what runs, findings and exceptions.

    \b
    Examples:
      concertino matrix                          # brands and capabilities
      concertino matrix oakwell                  # one brand
      concertino matrix oakwell/analytics        # one cell, and where to read on
      concertino matrix --spread                 # where brands differ
      concertino matrix --candidates             # where a pilot would teach most
      concertino matrix --format csv
      concertino matrix export --output scores.csv

    Exit codes: 0 shown, 2 wrong usage, or the decision model is broken.
    """
    session = open_session(given["folder"], rev=given["rev"], staged=given["staged"])
    if sum((bool(given["what"]), given["spread"], given["candidates"])) > 1:
        raise click.UsageError("--spread and --candidates each stand for themselves, without a name.")
    if (given["spread"] or given["candidates"]) and given["form"] in ("csv", "markdown"):
        raise click.UsageError("--spread and --candidates are shown as text or json.")
    model = model_of(session, no_color=given["no_color"])
    if model is None:
        return EXIT_BROKEN_RULE
    with Progress(quiet=given["quiet"]) as progress:
        progress("reading the catalogue", 0, 1)
        limits = session.rules.configuration.limits
        picture = read_picture(session.catalogue, model, given["as_of"] or today(), limits, progress)
        chosen = choose(picture, given["what"] or "")
        shown = _text(session, picture, chosen, given) if given["form"] == "text" else _other(session, chosen, given)
    click.echo(shown, nl=False, color=wants_colour(no_color=given["no_color"]))
    return _faults(session)


def model_of(session: Session, *, no_color: bool) -> MatrixModel | None:
    """The decision model; None if it is broken, which is said.

    Raises:
        click.ClickException: there is none.
    """
    model = session.rules.model
    if model is None:
        broken = tuple(item for item in session.broken_rules() if item.policy == "decision-model")
        if show_broken(session, broken, no_color=no_color):
            return None
        raise click.ClickException(
            "No pack here has a decision model, so there is no matrix.\n"
            "Extend one that has, or write a decision-model.yaml beside your pack.yaml."
        )
    return model


def _faults(session: Session) -> int:
    """Says on standard error that the catalogue or the rules have faults: what is shown may lack something."""
    count = len(session.catalogue.problems)
    if count:
        click.echo(f"note: {count} {'fault' if count == 1 else 'faults'} in the catalogue: concertino check", err=True)
    if session.rules.problems:
        click.echo(f"{len(session.rules.problems)} rules are broken: concertino check says which", err=True)
        return EXIT_BROKEN_RULE
    return EXIT_CLEAN


@dataclass(frozen=True)
class Chosen:
    """What is meant: everything, those of which a factor has a name, or one."""

    picture: Picture
    entries: tuple[Pictured, ...]
    factor: str = ""
    name: str = ""

    @cached_property
    def one(self) -> Pictured | None:
        """The one cell that is meant."""
        return self.entries[0] if self.name and not self.factor else None


def choose(picture: Picture, text: str) -> Chosen:
    """What a name on the command line means.

    Raises:
        click.UsageError: nothing is called so, or two things are.
    """
    if not text:
        return Chosen(picture, picture.entries)
    wanted = text.casefold()
    for entry in picture.entries:
        if wanted in (entry.cell.entity.casefold(), entry.cell.entity.partition(":")[2].casefold()):
            return Chosen(picture, (entry,), name=entry.cell.entity)
    found = dict.fromkeys(pair for pair in _names(picture) if wanted in _spellings(picture, *pair))
    if len(found) > 1:
        both = " or ".join(f"{factor}:{name}" for factor, name in found)
        raise click.UsageError(f'"{text}" may be {both}: write which.')
    if not found:
        raise _unknown(picture, text)
    ((factor, name),) = found
    entries = tuple(entry for entry in picture.entries if entry.cell.factors.get(factor) == name)
    return Chosen(picture, entries, factor, name)


def _names(picture: Picture) -> Iterator[tuple[str, str]]:
    return ((factor, name) for entry in picture.entries for factor, name in entry.cell.factors.items())


def _spellings(picture: Picture, factor: str, name: str) -> tuple[str, ...]:
    kind = dict(picture.axes).get(factor, factor)
    return (name.casefold(), f"{factor}:{name}".casefold(), f"{kind}:{name}".casefold())


def _unknown(picture: Picture, text: str) -> click.UsageError:
    gap = left_out(picture, text)
    if gap:
        return click.UsageError(gap)
    names = sorted({name for _, name in _names(picture)})
    cells = sorted(entry.cell.entity for entry in picture.entries)
    plain = [name.partition(":")[2] for name in cells]
    meant = _reordered(plain, text) or suggest(text, plain if "/" in text else names) or suggest(text, [*names, *cells])
    kinds = ", ".join(factor for factor, _ in picture.axes)
    hint = f'Did you mean "{meant}"?' if meant else "concertino matrix draws them all."
    if text in ("verify", "export", "import"):
        hint = f"The command takes its options behind its name: concertino matrix {text}."
    return click.UsageError(f'There is no {kinds} or cell "{text}". {hint}')


def _reordered(cells: Sequence[str], text: str) -> str:
    """The cell of the same names in another order."""
    wanted = sorted(text.casefold().partition(":")[2 if ":" in text else 0].split("/"))
    return next((cell for cell in cells if sorted(cell.casefold().split("/")) == wanted), "")


def _text(session: Session, picture: Picture, chosen: Chosen, given: _Given) -> str:
    from concertino.rendering.matrix_grid import grid_text  # noqa: PLC0415 - one of four ways to show it
    from concertino.rendering.matrix_lists import (  # noqa: PLC0415 - the same
        candidates_text,
        slice_text,
        spread_text,
    )
    from concertino.rendering.matrix_story import story_text  # noqa: PLC0415 - the same

    width, quiet, colour = terminal_width(), given["quiet"], wants_colour(no_color=given["no_color"])
    on = Given(given["as_of"], given["rev"], given["staged"])
    if given["spread"]:
        return spread_text(picture, width=width, colour=colour, quiet=quiet, given=on)
    if given["candidates"]:
        return candidates_text(picture, width=width, colour=colour, quiet=quiet, given=on)
    if chosen.one:
        return story_text(_story(session, chosen.one, picture, on), width=width, colour=colour, quiet=quiet)
    if chosen.factor:
        return slice_text(picture, chosen.factor, chosen.name, width=width, colour=colour, quiet=quiet, given=on)
    return grid_text(picture, width=width, colour=colour, quiet=quiet, given=on)


def _other(session: Session, chosen: Chosen, given: _Given) -> str:
    from concertino.rendering.matrix_json import matrix_json  # noqa: PLC0415 - only for programs
    from concertino.rendering.matrix_tables import matrix_csv, matrix_markdown  # noqa: PLC0415 - only for tables

    picture = chosen.picture
    if given["form"] == "csv":
        return matrix_csv(picture, chosen.entries)
    if given["form"] == "markdown":
        return matrix_markdown(picture, chosen.entries)
    story = _story(session, chosen.one, picture) if chosen.one else None
    return matrix_json(picture, chosen.entries, lambda cell: _robust(picture, cell), story)


def _robust(picture: Picture, cell: CellAnswer) -> Robustness | None:
    found = robustness(picture.model, cell.inputs) if cell.inputs else None
    return found if isinstance(found, Robustness) else None


def _story(session: Session, entry: Pictured, picture: Picture, given: Given = NOTHING) -> Story:
    """All that is told of one cell. Only this one is judged."""
    entity = session.catalogue.by_name[entry.cell.entity]
    findings, register = judge_entity(session.snapshot, session.rules, session.catalogue, entity, picture.as_of)
    return Story(
        model=picture.model,
        entry=entry,
        as_of=picture.as_of,
        robustness=_robust(picture, entry.cell),
        findings=findings,
        exceptions=tuple(_in_force(register, {entity.name, *entry.decided_by, *entry.actual_by})),
        records=_records(session, (*entry.decided_by, *entry.actual_by)),
        given=given,
        resolution=picture.matrix.resolution,
    )


def _in_force(register: Register, subjects: set[str]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for item in register.in_force():
        concerned = tuple(sorted(item.subjects & subjects))
        if concerned:
            yield item.name, register.last_day(item), concerned


def _records(session: Session, references: tuple[str, ...]) -> dict[str, str]:
    """The records of those that have one and whose record is there."""
    found: dict[str, str] = {}
    shelf = Shelf(session.catalogue, session.rules.configuration.records)
    for reference in references:
        entity = session.catalogue.by_name.get(reference)
        if entity and entity.kind.name == DECISION_KIND and isinstance(entity.value, Entity):
            path = shelf.record_path(entity.value)
            if path in session.snapshot.entries:
                found[reference] = path
    return found


HELP = command.help or ""
"""What the command says of itself; the group it stands for says the same."""
