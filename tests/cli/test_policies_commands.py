"""Policies are listed, shown and tested."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

OWN = "policies/promise-is-one-sentence"


@pytest.fixture
def started(tmp_path: Path, concertino: Callable[..., Any]) -> Path:
    """What `init` writes, without the shipped pack: only its own policy judges, and loads quickly."""
    concertino("init", "-C", tmp_path, "--as-of", "2026-06-01")
    configuration = tmp_path / "concertino.yaml"
    configuration.write_text(configuration.read_text().replace("extends: [operate-orchestrate]", "extends: []"))
    return tmp_path


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / OWN / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_a_list_for_machines_names_every_policy_with_its_pack(started: Path, concertino: Callable[..., Any]) -> None:
    rows = json.loads(concertino("policies", "list", "-C", started, "--format", "json").out)

    assert [(row["policy"], row["pack"], row["target"]) for row in rows] == [
        ("promise-is-one-sentence", "own policies", "Brand")
    ]


def test_a_policy_is_shown_with_its_thresholds_and_their_reasons(started: Path, concertino: Callable[..., Any]) -> None:
    shown = concertino("policies", "show", "promise-is-one-sentence", "-C", started).out

    assert "longest = 80" in shown
    assert "What fits on a slide is remembered." in shown
    assert "size(entity.spec.promise) <= params.longest" in shown


def test_a_case_that_does_not_hold_fails_and_shows_what_came_instead(
    started: Path, concertino: Callable[..., Any]
) -> None:
    change(started, "policy.yaml", "<= params.longest", "<= 3")
    ran = concertino("policies", "test", "-C", started)

    assert ran.code == 1
    assert "FAILED One short sentence passes" in ran.out
    assert "fail on brand:harbour (short)" in ran.out
    assert ran.out.splitlines()[-1] == "0 passed, 3 failed"


def test_a_finding_that_nobody_expected_fails_the_case(started: Path, concertino: Callable[..., Any]) -> None:
    change(started, "cases.yaml", "set: spec.promise, to: Workwear}", f'set: spec.promise, to: "{"x" * 100}"}}')
    ran = concertino("policies", "test", "-C", started)

    assert ran.code == 1
    assert "not expected: fail on brand:harbour (short)" in ran.out


def test_not_applicable_satisfies_neither_pass_nor_fail(started: Path, concertino: Callable[..., Any]) -> None:
    change(started, "policy.yaml", "  validations:\n", '  when: entity.metadata.name == "nobody"\n  validations:\n')
    ran = concertino("policies", "test", "-C", started)

    assert ran.out.splitlines()[-1] == "0 passed, 3 failed"
    assert "expected pass on brand:harbour, and it came to: skip" in ran.out


@pytest.mark.parametrize(
    ("old", "new", "suggestion"),
    [
        ('expect:\n        - {entity: "brand:harbour"', 'expect:\n        - {entity: "brand:habour"', "brand:harbour"),
        ("validation: one-sentence", "validation: one-sentense", "one-sentence"),
        ("parameters: {longest: 200}", "parameters: {longst: 200}", "longest"),
        ('{entity: "brand:harbour", set: spec.promise', '{entity: "brand:harbor", set: spec.promise', "brand:harbour"),
        ("spec: {promise: Workwear", "spec: {promis: Workwear", "promise"),
        ("field: spec.promise", "field: spec.promis", "promise"),
    ],
    ids=["an entity", "a validation", "a parameter", "an entity to change", "a field", "the field of a finding"],
)
def test_an_unknown_name_in_a_case_is_an_error_with_its_place_and_what_was_meant(
    started: Path, concertino: Callable[..., Any], old: str, new: str, suggestion: str
) -> None:
    change(started, "cases.yaml", old, new)
    ran = concertino("policies", "test", "-C", started)

    assert ran.code == 2
    assert f"{OWN}/cases.yaml:" in ran.err
    assert f'did you mean "{suggestion}"?' in ran.err


def test_a_broken_policy_is_reported_with_the_place_inside_its_expression(
    started: Path, concertino: Callable[..., Any]
) -> None:
    change(started, "policy.yaml", "entity.spec.promise.matches", "entity.spec.promise.match")
    ran = concertino("policies", "test", "-C", started)

    assert ran.code == 2
    assert f"{OWN}/policy.yaml:25:19" in ran.err or f"{OWN}/policy.yaml:25:39" in ran.err
    assert "matches" in ran.err


@pytest.mark.parametrize(
    ("breaks", "counts"),
    [
        ([], "1 policy, 0 warnings"),
        ([("entity.spec.promise.matches", "entity.spec.promise.match")], "1 policy, 1 error"),
    ],
    ids=["sound", "it does not compile"],
)
def test_linting_counts_a_policy_that_does_not_compile(
    started: Path, concertino: Callable[..., Any], breaks: list[tuple[str, str]], counts: str
) -> None:
    for old, new in breaks:
        change(started, "policy.yaml", old, new)
    for names in ((), ("promise-is-one-sentence",)):
        ran = concertino("policies", "lint", *names, "-C", started)

        assert (ran.code, ran.out.splitlines()[-1]) == (2 if breaks else 0, counts)


def test_a_policy_without_cases_is_named(started: Path, concertino: Callable[..., Any]) -> None:
    (started / OWN / "cases.yaml").unlink()
    ran = concertino("policies", "test", "-C", started)

    assert ran.code == 0
    assert "without cases: promise-is-one-sentence" in ran.err


def test_a_policy_that_the_configuration_switches_off_judges_nothing_and_the_list_says_so(
    started: Path, concertino: Callable[..., Any]
) -> None:
    configuration = started / "concertino.yaml"
    off = "overrides:\n  promise-is-one-sentence: {off: true, reason: Not yet.}\n"
    configuration.write_text(configuration.read_text() + off)

    assert "switched off by the configuration" in concertino("policies", "list", "-C", started).out
    ran = concertino("check", "-C", started, "--as-of", "2026-06-01")
    assert "switched off (Not yet.)" in ran.out
