"""The report for people: what matters is found at once, and every finding says where and what to do."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from concertino.model.outcome import Outcome, Result, Severity
from concertino.model.place import Place
from concertino.rendering import FORMATS, ReportContext
from concertino.rendering.text import findings_text
from concertino.verdict import Verdict

Contexts = Callable[..., ReportContext]
Lines = Callable[..., list[str]]


@pytest.fixture
def lines(context_of: Contexts) -> Lines:
    """The lines of the text report of a verdict."""
    return lambda verdict, *args, **options: FORMATS["text"].render(context_of(verdict, *args, **options)).splitlines()


@pytest.fixture
def one(clean: Verdict, outcome: Outcome) -> Callable[..., Verdict]:
    """A verdict with one finding, changed as the test wants it."""
    return lambda **changes: replace(clean, findings=(replace(outcome, **changes),))


def test_a_finding_shows_place_rule_message_frame_and_remedy(lines: Lines, one: Callable[..., Verdict]) -> None:
    assert lines(one())[:7] == [
        "Findings (1)",
        "",
        "catalogue/decisions/0007-aurora-orders.yaml:9:3  error  operated-node-shows-value/measured",
        "  decision:aurora-orders: 0 of 1 figures are measured",
        "    9 |   evidence:",
        "      |   ^^^^^^^^^",
        "  → Measure the figure for one quarter and enter it with basis: observed, or hand the node over.",
    ]


def test_sections_come_in_the_order_of_their_weight(lines: Lines, rich: Verdict) -> None:
    titles = (
        "Broken rules",
        "Findings",
        "Not counted",
        "Waived",
        "Changed",
        "Exceptions that",
        "note: There",
        "✗",
        "next",
    )

    found = [line for line in lines(rich) if line.startswith(titles)]
    assert [next(title for title in titles if line.startswith(title)) for line in found] == list(titles)


def test_the_same_remedy_is_given_once_per_policy_and_file(lines: Lines, clean: Verdict, outcome: Outcome) -> None:
    elsewhere = replace(outcome, place=Place("other.yaml"))
    verdict = replace(clean, findings=(outcome, replace(outcome, key="b"), elsewhere))

    assert sum("→ Measure" in line for line in lines(verdict)) == 2
    assert sum("→ Measure" in line for line in lines(verdict, verbose=True)) == 3


def test_a_place_is_shown_once_for_all_cells_that_stand_there(lines: Lines, clean: Verdict, outcome: Outcome) -> None:
    verdict = replace(clean, findings=(outcome, replace(outcome, subject="cell:aurora/orders")))

    assert sum("^^^" in line for line in lines(verdict)) == 1
    assert sum("^^^" in line for line in lines(verdict, verbose=True)) == 2


def test_a_remedy_of_its_own_is_always_given(lines: Lines, clean: Verdict, outcome: Outcome) -> None:
    verdict = replace(clean, findings=(outcome, replace(outcome, remediation="Do something else.")))

    assert "  → Do something else." in lines(verdict)


def test_a_finding_on_a_file_does_not_name_the_file_twice(lines: Lines, one: Callable[..., Verdict]) -> None:
    shown = lines(one(subject="a.yaml", place=Place("a.yaml", 2, 3), message="a tab stands here"))

    assert shown[2:4] == ["a.yaml:2:3  error  operated-node-shows-value/measured", "  a tab stands here"]


def test_a_finding_without_a_place_stands_under_its_subject(lines: Lines, one: Callable[..., Verdict]) -> None:
    shown = lines(one(place=None))

    assert shown[2:4] == [
        "decision:aurora-orders  error  operated-node-shows-value/measured",
        "  0 of 1 figures are measured",
    ]


def test_a_key_that_only_repeats_the_message_is_left_out(lines: Lines, one: Callable[..., Verdict]) -> None:
    shown = lines(one(policy="syntax", validation="", key="a tab stands here", message="a tab stands here"))

    assert shown[2].endswith("error  syntax")


@pytest.mark.parametrize(
    "missing",
    [pytest.param(None, id="a file that can't be had"), pytest.param(b"", id="an empty file"),
     pytest.param(b"one line\n", id="a file without that line")],
)  # fmt: skip
def test_a_finding_is_shown_without_frame_if_there_is_no_text(
    lines: Lines, one: Callable[..., Verdict], missing: bytes | None
) -> None:
    shown = lines(one(), sources=lambda _: missing)

    assert not [line for line in shown if "|" in line]
    assert "  decision:aurora-orders: 0 of 1 figures are measured" in shown


def test_findings_alone_are_shown_as_in_the_report(lines: Lines, one: Callable[..., Verdict]) -> None:
    verdict = one()
    alone = findings_text(verdict.findings, lambda _: None)

    assert alone.splitlines() == lines(verdict, sources=lambda _: None)[2:-2]


def test_each_file_is_asked_for_once(lines: Lines, clean: Verdict, outcome: Outcome) -> None:
    asked: list[str] = []
    findings = tuple(replace(outcome, place=Place("a.yaml", number)) for number in range(1, 50))
    lines(replace(clean, findings=findings), sources=asked.append)

    assert asked == ["a.yaml"]


def test_waived_findings_stand_below_the_exception_that_covers_them_with_its_last_day(
    lines: Lines, rich: Verdict
) -> None:
    shown = lines(rich)

    start = shown.index("Waived (1)")
    assert shown[start + 1 : start + 3] == [
        "  exception:borealis-own-search until 2026-07-15, owner borealis-technology",
        "    edge-belongs-to-the-brand on cell:borealis/search",
    ]


def test_the_reason_of_an_exception_is_told_to_who_asks_for_more(lines: Lines, rich: Verdict) -> None:
    reason = "because The contract with the vendor ends in July."

    assert not [line for line in lines(rich) if reason in line]
    assert [line for line in lines(rich, verbose=True) if reason in line]


def test_advice_is_marked_as_advice_and_what_could_not_be_judged_as_that(lines: Lines, rich: Verdict) -> None:
    headings = [line for line in lines(rich) if line.startswith("catalogue/")]

    assert [line for line in headings if "  note (advice)  boundary-is-piloted" in line]
    assert [line for line in headings if "  could not be judged  lead-time-is-kept" in line]


def test_what_the_gate_counts_moves_up_with_the_gate(lines: Lines, rich: Verdict) -> None:
    assert "Findings (5)" in lines(rich)
    assert "Not counted: advice, and what is less than an error (2)" in lines(rich)
    assert "Findings (6)" in lines(rich, Severity.NOTE)
    assert "Not counted: advice (1)" in lines(rich, Severity.NOTE)


def test_a_clean_run_is_two_lines(lines: Lines, clean: Verdict) -> None:
    assert lines(clean) == [
        "✓ passed: no findings · 214 entities, 5 policies, as of 2026-06-30",
        "next: concertino records check  # tells whether the decision records are up to date",
    ]


def test_a_run_that_judged_nothing_says_so_and_what_to_do(lines: Lines, clean: Verdict) -> None:
    assert lines(replace(clean, entities=0, files=0)) == [
        "No catalogue file was found where the configuration says the catalogue is, so nothing was checked.",
        "✗ nothing was judged: 0 entities, 5 policies, as of 2026-06-30",
        "next: concertino init  # starts a catalogue that passes",
    ]


def test_policies_that_met_nothing_are_named_to_who_asks_for_more(lines: Lines, clean: Verdict) -> None:
    idle = replace(clean.policies[0], results={Result.SKIP: 12})
    verdict = replace(clean, policies=(idle, *clean.policies[1:]))

    note = "note: Nothing was met that these policies apply to: operated-node-shows-value."
    assert note not in lines(verdict)
    assert note in lines(verdict, verbose=True)


def test_sentences_are_broken_at_the_width(lines: Lines, one: Callable[..., Verdict]) -> None:
    shown = lines(one(message="word " * 60, remediation="do " * 60, notes=("note " * 60,)), width=60)

    sentences = [line for line in shown if line.startswith("  ")]
    assert max(map(len, sentences)) <= 60
    assert len(sentences) > 12


def test_a_message_without_end_is_cut(lines: Lines, one: Callable[..., Verdict]) -> None:
    assert sum(map(len, lines(one(message="word " * 200_000)))) < 5_000
