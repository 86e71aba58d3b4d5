"""What a format is given."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from concertino.model.outcome import Outcome, Severity
from concertino.model.place import Place
from concertino.verdict import Change, Comparison, Verdict, counts
from concertino.verdict.impact import Impact
from concertino.verdict.touching import Touched


@dataclass(frozen=True)
class ReportContext:
    """A verdict and how it shall be shown.

    `sources` gives the bytes of a file, or nothing if they can't be had: code frames are cut from them. `width` is how
    many columns there are. `verbose` shows what is otherwise said once, or left out as usually of no interest.

    `comparison` holds the verdict against that of a base. `touched` is what the change touches of all that judges, and
    `rules_from` the full id of the revision that the rules come from, if that is another one. `prefix` leads from the
    top of the repository to the governed folder and ends in `/`: forges know files from there. `impact` is what the
    change means for the portfolio, beside its findings.
    """

    verdict: Verdict
    fail_on: Severity
    sources: Callable[[str], bytes | None]
    colour: bool = False
    width: int = 100
    verbose: bool = False
    comparison: Comparison | None = None
    touched: tuple[Touched, ...] = ()
    rules_from: str = ""
    prefix: str = ""
    impact: Impact | None = None

    @property
    def exit_code(self) -> int:
        """How the run ends: 0 clean, 1 findings, 2 a broken rule, 3 nothing was judged."""
        return (self.comparison or self.verdict).exit_code(self.fail_on)

    def counts(self, item: Outcome) -> bool:
        """Whether the gate counts a finding: with a base, only what the change brought, unless all is asked for."""
        return self.comparison.counts(item, self.fail_on) if self.comparison else counts(item, self.fail_on)

    def change(self, item: Outcome) -> Change | None:
        """What became of a finding since the base, if there is one."""
        return self.comparison.changes.get(item, Change.NEW) if self.comparison else None

    def is_news(self, item: Outcome) -> bool:
        """Whether a finding is worth showing to somebody who looks at the change: without a base, each is."""
        change = self.change(item)
        return change is None or change.worse or self.counts(item)


def rooted(context: ReportContext, item: Outcome) -> Outcome:
    """A finding with its files named from the top of the repository. What it is about keeps its name."""
    if not context.prefix:
        return item
    related, reads = (
        tuple(replace(other, place=rooted_place(context, other.place)) for other in others)
        for others in (item.related, item.reads)
    )
    place = rooted_place(context, item.place) if item.place else None
    return replace(item, place=place, related=related, reads=reads)


def rooted_place(context: ReportContext, place: Place) -> Place:
    """A place with its file named from the top of the repository."""
    return replace(place, file=f"{context.prefix}{place.file}") if place.file else place
