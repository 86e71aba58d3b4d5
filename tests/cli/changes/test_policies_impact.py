"""`policies impact` says what a change of policies does to one and the same catalogue."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

DAY = "2026-05-01"
FAILING = ("fail", "error")


@pytest.fixture
def changed(repository: SimpleNamespace, words: SimpleNamespace) -> SimpleNamespace:
    """A policy is stricter, one gone, one new and one turned round; the catalogue has grown since as well."""
    brand = words.document(
        "Brand", "aurora", promise="Light.", role="mature", team="makers", resultOwner="board", demand=2
    )
    repository.write("catalogue/brands.yaml", brand)
    repository.policy(words.policy("brand-promises", 'entity.spec.promise == "Light."', target="Brand"))
    repository.policy(words.policy("brand-is-served", "entity.spec.demand > 2", target="Brand"))
    repository.git("branch", "--force", "main", repository.commit("More on main"))
    repository.write("catalogue/more.yaml", words.capability("returns", "A way.", "makers"), words.capability("fraud"))
    repository.policy(words.policy("standard-is-said", 'entity.spec.standard == "One way."'))
    repository.policy(words.policy("brand-is-served", "entity.spec.demand > 1", target="Brand"))
    repository.policy(words.policy("brand-promises", 'entity.spec.promise == "Dark."', target="Brand"))
    repository.policy(words.policy("two-words", "size(entity.metadata.name) > 6"))
    repository.remove("policies/owner-is-the-board/policy.yaml")
    return repository


def _impact(repository: SimpleNamespace, *options: str) -> dict[str, Any]:
    code, out = repository.run("policies impact", "--as-of", DAY, "--format", "json", *options)
    assert code == 0
    found: dict[str, Any] = json.loads(out)
    return found


def _effects(repository: SimpleNamespace, *options: str) -> dict[str, set[tuple[str, str]]]:
    """The pairs of policy and entity by what the change does to them."""
    found: dict[str, set[tuple[str, str]]] = {}
    for item in _impact(repository, *options)["affected"]:
        found.setdefault(item["effect"], set()).add((item["policy"], item["entity"]))
    return found


def _failing(report: dict[str, Any]) -> set[tuple[str, str]]:
    return {(item["policy"], item["entity"]) for item in report["findings"] if item["outcome"] in FAILING}


def test_the_impact_is_the_difference_of_two_full_checks_entity_by_entity(changed: SimpleNamespace) -> None:
    _, before = changed.check("--policies-from", "main")
    _, after = changed.check()

    found = _effects(changed, "--base", "main")

    gone = _failing(before) - _failing(after)
    removed = {pair for pair in gone if pair[0] == "owner-is-the-board"}
    assert found == {
        "newly-fails": _failing(after) - _failing(before),
        "newly-passes": gone - removed,
        "no-longer-judged": removed,
    }
    assert all(found.values())


@pytest.mark.parametrize(
    ("weight", "fail_on", "counted"),
    [
        ({"enforcement": "advisory"}, "error", True),
        ({"severity": "note"}, "error", True),
        ({"severity": "warning"}, "error", True),
        ({"severity": "warning"}, "warning", False),
        ({"enforcement": "hard-mandatory"}, "error", False),
    ],
    ids=["as advice", "as a note", "as a warning", "as a warning that counts", "as what nobody overrules"],
)
def test_a_failure_that_stays_and_is_weighed_otherwise_is_told_if_the_gate_minds(
    repository: SimpleNamespace, words: SimpleNamespace, weight: dict[str, str], fail_on: str, *, counted: bool
) -> None:
    options = ("--fail-on", fail_on)
    before, _ = repository.check(*options)
    repository.policy(words.policy("standard-is-said", 'entity.spec.standard != "None."', **weight))
    after, _ = repository.check(*options)
    softer = _effects(repository, "--base", "main", *options)
    repository.git("branch", "--force", "softer", repository.commit("Weigh it otherwise"))
    repository.git("checkout", "--quiet", "main")
    stricter = _effects(repository, "--base", "softer", "--exact-base", *options)

    pair = {("standard-is-said", "capability:orders")}
    assert softer == ({"no-longer-counts": pair} if counted else {})
    assert stricter == ({"counts-now": pair} if counted else {})
    assert (before, after) == (1, 0 if counted else 1)


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_people_are_told_which_weight_it_had_and_has(
    repository: SimpleNamespace, words: SimpleNamespace, form: str
) -> None:
    softer = words.policy("standard-is-said", 'entity.spec.standard != "None."', enforcement="advisory")
    repository.policy(softer)

    _, shown = repository.run("policies impact", "--as-of", DAY, "--base", "main", "--format", form)

    assert "1 no longer counts" in shown
    assert "error (soft-mandatory) → error (advisory)" in shown
    assert "must be approved by team:board" in shown


@pytest.mark.parametrize("way", ["deleted", "switched off"])
def test_what_no_policy_judges_any_more_does_not_pass(
    repository: SimpleNamespace, words: SimpleNamespace, way: str
) -> None:
    if way == "deleted":
        repository.remove("policies/standard-is-said/policy.yaml")
    else:
        off = {"standard-is-said": {"off": True, "reason": "It is in the way."}}
        repository.write("concertino.yaml", words.configuration(overrides=off))

    assert _effects(repository, "--base", "main") == {"no-longer-judged": {("standard-is-said", "capability:orders")}}
    for form in ("text", "markdown"):
        _, shown = repository.run("policies impact", "--as-of", DAY, "--base", "main", "--format", form)
        assert "1 no longer judged" in shown
        assert "newly passes" not in shown.lower()


def test_the_impact_is_told_by_policy_brand_and_owner(changed: SimpleNamespace) -> None:
    report = _impact(changed, "--base", "main")

    effects = ("newly-fails", "newly-passes", "no-longer-judged")
    for group in ("policies", "brands", "owners"):
        for effect in effects:
            assert sum(item[effect] for item in report[group]) == report["summary"][effect] > 0
    by_brand = {item["name"]: tuple(item[effect] for effect in effects) for item in report["brands"]}
    assert by_brand["brand:aurora"] == (1, 1, 0)
    by_owner = {item["name"]: tuple(item[effect] for effect in effects) for item in report["owners"]}
    assert by_owner["team:makers"] == (2, 1, 1)


def test_a_change_of_the_catalogue_alone_has_no_impact(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    repository.write("catalogue/more.yaml", words.capability("returns", "None."))

    report = _impact(repository, "--base", "main")

    assert (report["affected"], report["touched"]) == ([], [])


def test_the_catalogue_may_have_moved_since(repository: SimpleNamespace) -> None:
    repository.git("mv", "catalogue", "portfolio")
    configuration = {"apiVersion": "concertino/v1", "kind": "Configuration", "extends": [], "catalogue": "portfolio"}
    repository.write("concertino.yaml", configuration)

    assert _impact(repository, "--base", "main")["affected"] == []


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_people_are_told_what_was_changed_whom_it_meets_and_how_often(changed: SimpleNamespace, form: str) -> None:
    code, shown = changed.run("policies impact", "--as-of", DAY, "--base", "main", "--format", form)

    assert code == 0
    for words in ("policy removed", "owner-is-the-board", "By brand", "brand:aurora", "By owner", "team:makers"):
        assert words in shown
    assert "newly fails" in shown.lower()


def test_one_policy_can_be_looked_at_alone(changed: SimpleNamespace) -> None:
    report = _impact(changed, "--base", "main", "--policy", "two-words")

    assert {item["policy"] for item in report["affected"]} == {"two-words"}


def test_a_broken_policy_ends_with_2_and_hides_no_other(
    changed: SimpleNamespace, words: SimpleNamespace, concertino: Callable[..., SimpleNamespace]
) -> None:
    changed.policy(words.policy("broken", "entity.spec.standrad == ''"))

    ran = concertino("policies", "impact", "-C", changed.folder, "--base", "main", "--as-of", DAY)

    assert ran.code == 2
    assert "two-words" in ran.out
    assert "standrad" in ran.err


def test_without_a_base_there_is_nothing_to_compare_with(
    repository: SimpleNamespace, concertino: Callable[..., SimpleNamespace]
) -> None:
    ran = concertino("policies", "impact", "-C", repository.folder)

    assert ran.code == 2
    assert "--base" in ran.err
