"""Lists and single policies, shown to people."""

from concertino.model.outcome import Enforcement, Severity
from concertino.model.place import Place
from concertino.policies import Policy, PolicyOrigin
from concertino.rendering.listing import columns
from concertino.rendering.policy import policy_text


def _policy(text: str) -> Policy:
    return Policy(
        id="p",
        title=text,
        description=text,
        target="Decision",
        severity=Severity.ERROR,
        enforcement=Enforcement.ADVISORY,
        approval_right="funding",
        remediation=text,
        mission=("DM8",),
        parameters={"least": 1},
        parameter_reasons={"least": text},
        origin=PolicyOrigin("pack", "policies/p/policy.yaml", shipped=False),
        when=None,
        variables={},
        aggregates={},
        validations=(),
        digest="",
        place=Place("policies/p/policy.yaml"),
    )


def test_columns_are_as_wide_as_their_widest_text() -> None:
    assert columns(("entity", "title"), [("brand:aurora", "Aurora"), ("team:a", "A team")]).splitlines() == [
        "ENTITY        TITLE",
        "brand:aurora  Aurora",
        "team:a        A team",
    ]


def test_a_name_in_a_list_can_forge_neither_a_row_nor_a_colour() -> None:
    listed = columns(("entity", "title"), [("a\nbrand:forged", "\x1b[31mred"), ("\udcff", "\u202eturned")])

    assert [line.split() for line in listed.splitlines()[1:]] == [
        [r"a\nbrand:forged", r"\x1b[31mred"],
        [r"\xff", r"\u202eturned"],
    ]


def test_a_policy_is_shown_with_its_thresholds_and_why_they_are_what_they_are() -> None:
    shown = policy_text(_policy("Because."))

    assert "judges Decision · error · advisory · covers DM8" in shown
    assert "parameters\n  least = 1\n      Because." in shown
    assert shown.endswith("what to do\n  Because.")


def test_a_policy_can_hide_nothing_in_its_words() -> None:
    assert policy_text(_policy("a\x1b[31m \u202eb")).count(r"a\x1b[31m \u202eb") == 4
