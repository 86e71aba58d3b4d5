"""`concertino policies test`: run the cases of policies, and find what they leave untried."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import click

from concertino.cli.options import common_options, snapshot_options
from concertino.cli.output import Progress, terminal_width, wants_colour
from concertino.cli.session import Session, known_names, open_session
from concertino.documents import Positions, positions
from concertino.model.outcome import Outcome
from concertino.model.problem import Problem
from concertino.policies import Policy, PolicyFile
from concertino.rendering.painting import harmless
from concertino.rendering.testing import coverage_json, coverage_text, mutation_json, mutation_text
from concertino.rendering.text import findings_text
from concertino.verdict.cases import CasesReport, PreparedCases, prepare_cases
from concertino.verdict.checks import outcome_of
from concertino.verdict.coverage import cover_policy, percent
from concertino.verdict.mutation import mutate_policy, total
from concertino.verdict.verdict import EXIT_BROKEN_RULE, EXIT_CLEAN, EXIT_FINDINGS

_Report = TypeVar("_Report")


@click.command("test")
@click.argument("policies", nargs=-1)
@click.option("--coverage", is_flag=True, help="Show which parts of the policies no case tries.")
@click.option("--mutate", is_flag=True, help="Put small faults into the policies, and show those no case notices.")
@click.option(
    "--threshold",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="With --coverage or --mutate: exit 1 if less than this is covered or noticed in all.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@snapshot_options
@common_options
def command(  # noqa: PLR0913 - click hands over each option
    policies: tuple[str, ...],
    threshold: float | None,
    form: str,
    rev: str | None,
    folder: str | None,
    *,
    coverage: bool,
    mutate: bool,
    staged: bool,
    quiet: bool,
    no_color: bool,
) -> int:
    """Run the cases beside each policy: tiny catalogues with the outcomes they must come to.

    With --coverage: the sub-expressions that were never true or never false, or never evaluated. With --mutate: the
    policies are changed, one operator, bound, literal, field, negation, condition or parameter at a time, and whatever
    no case notices is shown with its line. A mutant counts if it compiles and is not the same after folding.

    \b
    Examples:
      concertino policies test
      concertino policies test actual-follows-decision
      concertino policies test --coverage --threshold 90
      concertino policies test --mutate actual-follows-decision

    Exit codes: 0 all cases hold, 1 a case does not or less than the threshold is tried, 2 a policy or its cases are
    broken.
    """
    if coverage and mutate:
        raise click.UsageError("--coverage and --mutate exclude each other: run one after the other.")
    if threshold is not None and not (coverage or mutate):
        raise click.UsageError("--threshold is a share of --coverage or --mutate: say which.")
    session = open_session(folder, rev=rev, staged=staged)
    names = known_names("policy", policies, session.rules.policies.ids)
    run = _Run(session, names, form, quiet=quiet, colour=wants_colour(no_color=no_color))
    if coverage:
        return run.coverage(threshold or 0)
    return run.mutation(threshold or 0) if mutate else run.cases()


@dataclass(frozen=True)
class _Tested:
    """A policy with its file, the places in it, and its cases."""

    policy: Policy
    file: PolicyFile
    marks: Positions
    prepared: PreparedCases


@dataclass(frozen=True)
class _Run:
    session: Session
    names: tuple[str, ...]
    form: str
    quiet: bool
    colour: bool

    def cases(self) -> int:
        """Run the cases."""
        reports = self._each("running the cases", lambda item: item.prepared.report(item.policy))
        results = [result for report in reports for result in report.results]
        failed = sum(1 for result in results if result.failures)
        if self.form == "json":
            click.echo(_cases_json(reports), nl=False)
        else:
            for report in reports:
                _say(report, quiet=self.quiet)
            click.echo(f"{len(results) - failed} passed, {failed} failed")
        code = self._ended([problem for report in reports for problem in report.problems])
        return code or (EXIT_FINDINGS if failed else EXIT_CLEAN)

    def coverage(self, threshold: float) -> int:
        """Show what no case tries."""
        reports = self._each("observing", lambda item: cover_policy(item.policy, item.file, item.marks, item.prepared))
        source = self.session.source
        text = coverage_text(reports, source, colour=self.colour, width=terminal_width())
        click.echo(coverage_json(reports) if self.form == "json" else text, nl=False, color=self.colour)
        met, goals = sum(report.met for report in reports), sum(report.goals for report in reports)
        code = self._ended([problem for report in reports for problem in report.problems])
        return code or self._enough(percent(met, goals), threshold, failed=any(report.failing for report in reports))

    def mutation(self, threshold: float) -> int:
        """Show which faults no case notices."""
        reports = self._each(
            "judging mutants", lambda item: mutate_policy(item.policy, item.file, item.marks, item.prepared)
        )
        source = self.session.source
        text = mutation_text(reports, source, colour=self.colour, width=terminal_width())
        click.echo(mutation_json(reports) if self.form == "json" else text, nl=False, color=self.colour)
        noticed = percent(*total(tuple(reports)))
        code = self._ended([problem for report in reports for problem in report.problems])
        return code or self._enough(noticed, threshold, failed=any(report.failing for report in reports))

    def _each(self, doing: str, work: Callable[[_Tested], _Report]) -> list[_Report]:
        """What the work gives for each policy that has cases, and was asked for."""
        chosen = [item for item in self.session.rules.policies.policies if not self.names or item.id in self.names]
        done: list[_Report] = []
        with Progress(quiet=self.quiet) as tell:
            for number, policy in enumerate(chosen):
                tell(f"{doing}: {policy.id}", number, len(chosen))
                tested = self._tested(policy)
                if tested:
                    done.append(work(tested))
        return done

    def _tested(self, policy: Policy) -> _Tested | None:
        rules = self.session.rules
        file = (rules.policies.files or {})[policy.id]
        if file.cases is None:
            return None
        marks = positions(file.origin.file, file.data, 0, rules.configuration.limits)
        prepared = prepare_cases(policy, f"{file.folder}/cases.yaml", file.cases, rules)
        return _Tested(policy, file, marks, prepared)

    def _enough(self, found: float, threshold: float, *, failed: bool) -> int:
        if found < threshold and not self.quiet:
            click.echo(f"less than the threshold of {threshold:g} %", err=True)
        return EXIT_FINDINGS if failed or found < threshold else EXIT_CLEAN

    def _ended(self, problems: list[Problem]) -> int:
        """Say which policies have no cases, and what is broken; the exit code of that."""
        files = self.session.rules.policies.files or {}
        known = self.names or tuple(item.id for item in self.session.rules.policies.policies)
        untested = [name for name in known if name in files and files[name].cases is None]
        if untested and not self.quiet:
            click.echo(f"without cases: {', '.join(untested)}", err=True)
        broken = self.session.broken_rules()
        about = tuple(outcome for outcome in broken if not self.names or outcome.subject in self.names)
        found: tuple[Outcome, ...] = (*about, *map(outcome_of, problems))
        if found:
            text = findings_text(found, self.session.source, colour=self.colour)
            click.echo(text, err=True, color=self.colour)
        return EXIT_BROKEN_RULE if found else EXIT_CLEAN


def _say(report: CasesReport, *, quiet: bool) -> None:
    if not quiet:
        count = len(report.results)
        click.echo(f"{report.policy}: {count} {'case' if count == 1 else 'cases'}")
    for result in report.results:
        if result.failures:
            click.echo(harmless(f"  FAILED {result.name}  ({result.place})"))
            for failure in result.failures:
                click.echo(harmless(f"    {failure}"))


def _cases_json(reports: list[CasesReport]) -> str:
    rows = [
        {"policy": result.policy, "case": result.name, "place": str(result.place), "failures": list(result.failures)}
        for report in reports
        for result in report.results
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
