"""What each commit of a range brought and removed, and the verdicts over commits: as text, JSON and CSV."""

import csv as table
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO

from concertino.model.history import Claims
from concertino.model.outcome import Outcome, Result, Severity
from concertino.model.visible import visible
from concertino.rendering.cells import cell
from concertino.rendering.json import Tree, described, dumped, filled
from concertino.rendering.listing import columns
from concertino.rendering.painting import DIM, Line, Span, line, paint, paragraph
from concertino.rendering.summary import ENDINGS, Fact, degree, is_broken_rule, key, rule, where
from concertino.verdict import Verdict, counts
from concertino.verdict.verdict import EXIT_BROKEN_RULE, EXIT_CLEAN, EXIT_FINDINGS, EXIT_NOTHING_JUDGED
from concertino.verdict.walking import Step

_SHORT = 12
_SUBJECT = 60
_MOST_NAMED = 5
_ENDS = {EXIT_BROKEN_RULE: "rules are broken at the end", EXIT_NOTHING_JUDGED: "nothing was judged at the end"}
_COUNTS = ("gated", "errors", "warnings", "notes", "waived", "unjudged", "brought", "removed")


@dataclass(frozen=True)
class Walked:
    """The commits of a range with what each says of itself, judged on one day, parents before children."""

    steps: tuple[Step, ...]
    claims: Mapping[str, Claims]
    as_of: str
    fail_on: Severity

    def gated(self, step: Step) -> tuple[Outcome, ...]:
        """What a commit brought that the gate counts."""
        return tuple(item for item in step.brought if counts(item, self.fail_on))

    @property
    def exit_code(self) -> int:
        """1 if a commit brought what the gate counts, 2 if the rules are broken at the end, 3 if nothing was judged."""
        last = self.steps[-1].verdict.exit_code(self.fail_on)
        if last == EXIT_BROKEN_RULE:
            return last
        if any(self.gated(step) for step in self.steps):
            return EXIT_FINDINGS
        return EXIT_NOTHING_JUDGED if last == EXIT_NOTHING_JUDGED else EXIT_CLEAN

    def brought_by(self) -> Mapping[tuple[str, str, str, str], str]:
        """The commit that brought each finding of the last verdict, by identity; the latest one that did."""
        there = {item.identity for item in self.steps[-1].verdict.findings if item.result is not Result.WAIVED}
        return {item.identity: step.commit for step in self.steps for item in step.brought if item.identity in there}


def each_text(walked: Walked, *, colour: bool = False, width: int = 100) -> str:
    """A line for each commit, and below it what it brought and removed."""
    return paint(_lines(walked, width), colour=colour)


def _lines(walked: Walked, width: int) -> Iterator[Line]:
    for step in walked.steps:
        fails = bool(walked.gated(step))
        sign = Span("✗", "bold red") if fails else Span("✓", "bold green") if not step.brought else Span("·", "bold")
        told = f"  +{len(step.brought)} -{len(step.removed)}" if step.brought or step.removed else ""
        yield line(sign, " ", Span(step.commit[:_SHORT], "bold"), f"  {_subject(walked, step)}", Span(told, DIM))
        for item in step.brought:
            yield line("    brought  ", Span(rule(item), "magenta"), f" on {_about(item)}  {degree(item)}")
            yield from paragraph(f"{where(item)}  {item.message}", width, "             ")
        for gone in step.removed:
            why = ENDINGS[gone.ending]
            shown = f" on {_about(gone.finding)}{f': {why}' if why else ''}"
            yield line("    removed  ", Span(rule(gone.finding), "magenta"), shown)
    yield ()
    yield line(Span(summary(walked), "bold green" if walked.exit_code == EXIT_CLEAN else "bold red"))


def summary(walked: Walked) -> str:
    """The result in one line: how many commits brought something, and what of it is still there."""
    guilty = [step for step in walked.steps if walked.gated(step)]
    sign = "✓ passed" if walked.exit_code == EXIT_CLEAN else "✗ failed"
    commits = Fact(len(walked.steps), "commit", "commits")
    if not guilty:
        end = f", but {_ENDS[walked.exit_code]}" if walked.exit_code in _ENDS else ""
        return f"{sign}: {commits}, and none brought anything that counts{end}, as of {walked.as_of}"
    left = Fact(len(walked.brought_by()), "finding that they brought is", "findings that they brought are")
    named = ", ".join(step.commit[:_SHORT] for step in guilty[:_MOST_NAMED])
    more = " and more" if len(guilty) > _MOST_NAMED else ""
    culprits = f"{len(guilty)} of {commits} brought what counts ({named}{more})"
    return f"{sign}: {culprits}; {left} there at the end, as of {walked.as_of}"


def each_json(walked: Walked) -> str:
    """Everything, for programs: the commits in their order, and who brought what is there at the end."""
    brought = walked.brought_by()
    last = walked.steps[-1].verdict
    standing = [item for item in last.findings if item.identity in brought]
    return dumped(
        {
            "asOf": walked.as_of,
            "failOn": walked.fail_on.value,
            "exit": walked.exit_code,
            "commits": [{**_commit(walked, step), **_changes(walked, step)} for step in walked.steps],
            "standing": [described(item, commit=brought[item.identity]) for item in standing],
        }
    )


def _changes(walked: Walked, step: Step) -> dict[str, Tree]:
    return {
        "brought": [described(item, gated=counts(item, walked.fail_on)) for item in step.brought],
        "removed": [described(item.finding, ending=item.ending.value) for item in step.removed],
    }


def history_text(walked: Walked) -> str:
    """A row for each commit, and how the counts went from the first to the last."""
    rows = [
        [step.commit[:_SHORT], walked.claims[step.commit].committed_on, *_figures(walked, step), _subject(walked, step)]
        for step in walked.steps
    ]
    return f"{columns(('commit', 'day', *_COUNTS, 'subject'), rows)}\n\n{trend(walked)}\n"


def trend(walked: Walked) -> str:
    """How the counts went, in one line."""
    first, last = (_count(walked, step) for step in (walked.steps[0], walked.steps[-1]))
    went = [f"{name} {first[name]} → {last[name]}" for name in _COUNTS[:-2] if first[name] != last[name]]
    brought, gone = (sum(len(getattr(step, name)) for step in walked.steps) for name in ("brought", "removed"))
    commits = Fact(len(walked.steps), "commit", "commits")
    moves = f"{', '.join(went) or 'no count changed'}; {brought} brought, {gone} removed"
    return f"{commits}: {moves}, as of {walked.as_of}"


def history_json(walked: Walked) -> str:
    """The counts of each commit, for programs."""
    return dumped({"asOf": walked.as_of, "commits": [_commit(walked, step) for step in walked.steps]})


def history_csv(walked: Walked) -> str:
    """The counts of each commit, for a spreadsheet."""
    stream = StringIO()
    writer = table.writer(stream, lineterminator="\r\n", quoting=table.QUOTE_ALL)
    writer.writerow(["commit", "day", *_COUNTS, "entities", "subject"])
    for step in walked.steps:
        claims = walked.claims[step.commit]
        figures = [*_figures(walked, step), str(step.verdict.entities)]
        writer.writerow([step.commit, cell(claims.committed_on), *figures, cell(claims.subject)])
    return stream.getvalue()


def _commit(walked: Walked, step: Step) -> dict[str, Tree]:
    claims = walked.claims[step.commit]
    return {
        "commit": step.commit,
        **filled(subject=claims.subject, author=claims.author, committedOn=claims.committed_on),
        "entities": step.verdict.entities,
        "counts": dict(_count(walked, step)),
        "exit": step.verdict.exit_code(walked.fail_on),
    }


def _count(walked: Walked, step: Step) -> Mapping[str, int]:
    verdict = step.verdict
    severities = verdict.severities()
    plain = {f"{severity.value}s": severities.get(severity, 0) for severity in Severity}
    broken = sum(map(is_broken_rule, verdict.findings))
    return {
        "gated": len(verdict.gated(walked.fail_on)),
        **plain,
        "waived": _results(verdict, Result.WAIVED),
        "unjudged": _results(verdict, Result.ERROR),
        "brought": len(step.brought),
        "removed": len(step.removed),
        "broken": broken,
    }


def _results(verdict: Verdict, result: Result) -> int:
    return sum(item.result is result for item in verdict.findings)


def _figures(walked: Walked, step: Step) -> list[str]:
    found = _count(walked, step)
    return [str(found[name]) for name in _COUNTS]


def _about(item: Outcome) -> str:
    return " ".join(part for part in (item.subject, key(item)) if part)


def _subject(walked: Walked, step: Step) -> str:
    subject = walked.claims[step.commit].subject
    return visible(subject if len(subject) <= _SUBJECT else f"{subject[: _SUBJECT - 1]}…") or "(no subject)"
