"""The last lines of a report: the result, and one command to run next."""

from collections.abc import Callable
from dataclasses import replace

import click
import pytest

from concertino.cli.main import concertino
from concertino.model.outcome import Enforcement, Outcome, Result, Severity
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.rendering import ReportContext
from concertino.rendering.advice import next_command
from concertino.rendering.plain import details
from concertino.rendering.summary import nothing_judged, summary_line
from concertino.verdict import BUILT_IN_CHECKS, Verdict
from concertino.verdict.checks import outcome_of

Contexts = Callable[..., ReportContext]

_JUDGED = "214 entities, 5 policies, as of 2026-06-30"


def _failing(severity: Severity = Severity.ERROR, policy: str = "decided-by-both-sides", **changes: object) -> Outcome:
    item = Outcome(policy, "", "brand:aurora", "", Result.FAIL, severity, Enforcement.SOFT_MANDATORY, "it fails")
    return replace(item, **changes)  # type: ignore[arg-type] # the test names fields of an outcome


_ADVICE = _failing(enforcement=Enforcement.ADVISORY)
_WAIVED = _failing(result=Result.WAIVED)
_ERROR = _failing(result=Result.ERROR)
_BROKEN = _failing(policy="policy", enforcement=Enforcement.HARD_MANDATORY)
_WARNING, _NOTE = _failing(Severity.WARNING), _failing(Severity.NOTE)


@pytest.mark.parametrize(
    ("findings", "line"),
    [
        pytest.param([], f"✓ passed: no findings · {_JUDGED}", id="nothing found"),
        pytest.param([_failing()], f"✗ failed: 1 error · {_JUDGED}", id="one error"),
        pytest.param(
            [_failing(), _failing(), _WARNING, _NOTE, _NOTE, _NOTE],
            f"✗ failed: 2 errors, 1 warning, 3 notes · {_JUDGED}",
            id="several of each",
        ),
        pytest.param([_WARNING], f"✓ passed: 1 warning · {_JUDGED}", id="a warning is told, and does not count"),
        pytest.param([_ADVICE], f"✓ passed: 1 piece of advice · {_JUDGED}", id="advice is no error"),
        pytest.param([_WAIVED, _WAIVED], f"✓ passed: 2 waived · {_JUDGED}", id="waived is not nothing"),
        pytest.param([_ERROR], f"✗ failed: 1 could not be judged · {_JUDGED}", id="what could not be judged counts"),
        pytest.param([_BROKEN, _WARNING], f"✗ failed: 1 broken rule, 1 warning · {_JUDGED}", id="a broken rule"),
    ],
)
def test_the_summary_says_in_one_line_what_was_found(
    clean: Verdict, context_of: Contexts, findings: list[Outcome], line: str
) -> None:
    assert summary_line(context_of(replace(clean, findings=tuple(findings)))) == line


def test_the_summary_tells_of_exceptions_that_end_soon(clean: Verdict, context_of: Contexts) -> None:
    one, two = ("exception:a", "2026-07-01"), ("exception:b", "2026-07-02")

    assert "1 exception expires within 30 days" in summary_line(context_of(replace(clean, expiring=(one,))))
    assert "2 exceptions expire within 30 days" in summary_line(context_of(replace(clean, expiring=(one, two))))


def test_one_entity_and_one_policy_are_no_plural(clean: Verdict, context_of: Contexts) -> None:
    small = replace(clean, entities=1, policies=clean.policies[:1])

    assert summary_line(context_of(small)) == "✓ passed: no findings · 1 entity, 1 policy, as of 2026-06-30"


def test_a_run_that_judged_nothing_never_says_passed(clean: Verdict, context_of: Contexts) -> None:
    empty = replace(clean, entities=0)

    assert summary_line(context_of(empty)) == "✗ nothing was judged: 0 entities, 5 policies, as of 2026-06-30"


@pytest.mark.parametrize(
    ("files", "policies", "why"),
    [
        pytest.param(0, True, "No catalogue file was found", id="no files"),
        pytest.param(1, False, "1 file was read, but no policy is in force", id="no policies"),
        pytest.param(61, True, "61 files were read, but no entity in them", id="no entity that a policy judges"),
    ],
)
def test_a_run_that_judged_nothing_says_why(clean: Verdict, files: int, policies: bool, why: str) -> None:  # noqa: FBT001 - a case
    kept = tuple(policy for policy in clean.policies if policies or policy.id in BUILT_IN_CHECKS)

    assert nothing_judged(replace(clean, entities=0, files=files, policies=kept)).startswith(why)


@pytest.mark.parametrize(
    ("findings", "command"),
    [
        pytest.param([], "concertino records check", id="all is well"),
        pytest.param([_failing()], "concertino policies show decided-by-both-sides", id="a policy fails"),
        pytest.param([_ERROR], "concertino policies show decided-by-both-sides", id="a policy could not judge"),
        pytest.param([_WARNING], "concertino policies show decided-by-both-sides", id="a warning, since nothing else"),
        pytest.param([_failing(policy="reference")], "concertino catalogue list", id="a reference leads nowhere"),
        pytest.param([_failing(policy="schema")], "concertino check", id="a document departs from its schema"),
        pytest.param([_failing(policy="record")], "concertino records render", id="a record is out of date"),
        pytest.param([_failing(), _BROKEN], "concertino policies lint", id="a broken policy comes first"),
        pytest.param([_failing(policy="configuration")], "concertino policies list", id="a broken configuration"),
        pytest.param([_failing(), _failing(policy="reference")] * 2, "concertino policies show decided-by-both-sides",
                     id="of equally many the first by name"),
        pytest.param([_WARNING, _WARNING, _failing(policy="reference")], "concertino catalogue list",
                     id="what the gate counts before what it does not"),
    ],
)  # fmt: skip
def test_the_next_command_fits_what_was_found(
    clean: Verdict, context_of: Contexts, findings: list[Outcome], command: str
) -> None:
    assert next_command(context_of(replace(clean, findings=tuple(findings))))[0] == command


@pytest.mark.parametrize(
    ("suggestion", "shown"),
    [("live", 'Did you mean "live"?'), ('"live"', 'Did you mean "live"?'), ("'live'", "Did you mean 'live'?")],
    ids=["a name", "a literal", "a literal in single quotes"],
)
def test_a_suggestion_that_brings_its_quotation_marks_gets_no_others(suggestion: str, shown: str) -> None:
    assert shown in details(replace(_BROKEN, suggestion=suggestion))


def test_without_a_catalogue_the_next_command_starts_one(clean: Verdict, context_of: Contexts) -> None:
    assert next_command(context_of(replace(clean, entities=0, files=0)))[0] == "concertino init"


@pytest.mark.parametrize("check", [*BUILT_IN_CHECKS, "decided-by-both-sides"])
def test_whatever_is_found_the_next_command_can_be_run(clean: Verdict, context_of: Contexts, check: str) -> None:
    found = replace(clean, findings=(_failing(policy=check),))
    program, *words = next_command(context_of(found))[0].split()

    assert program == "concertino"
    _parsed(words)


def _parsed(words: list[str]) -> None:
    """Fails with the usage error of the command line if the words are no command."""
    command: click.Command = concertino
    while isinstance(command, click.Group):
        found = command.get_command(click.Context(command), words[0])
        assert found is not None, words
        command, words = found, words[1:]
    command.make_context("concertino", words)


def test_before_any_advice_the_next_command_shows_an_exception_that_ends_soon(
    clean: Verdict, context_of: Contexts
) -> None:
    ending = replace(clean, findings=(_ADVICE,), expiring=(("exception:a", "2026-07-01"),))

    assert next_command(context_of(ending))[0] == "concertino catalogue show exception:a"


@pytest.mark.parametrize("name", ["$(reboot)", "a; reboot", "--output=x", "`x`", "a\nb", "a b", "", "~root", "*"])
def test_a_name_that_a_shell_would_not_take_as_a_word_never_stands_in_a_command(
    clean: Verdict, context_of: Contexts, name: str
) -> None:
    ending = replace(clean, expiring=((name, "2026-07-01"),))

    assert next_command(context_of(ending))[0] == "concertino catalogue list"


def test_a_file_that_could_not_be_read_is_never_an_all_clear(clean: Verdict, context_of: Contexts) -> None:
    unread = outcome_of(Problem("unread", "this is a symbolic link, and it is not followed", Place("catalogue/x.yaml")))

    for fail_on in Severity:
        line = summary_line(context_of(replace(clean, findings=(unread,)), fail_on))
        assert line == f"✗ failed: 1 error · {_JUDGED}"
