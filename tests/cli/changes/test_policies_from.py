"""With `--policies-from` nobody rewrites the rules that they are judged by. All repositories and keys are real."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

RETURNS = ("standard-is-said", "capability:returns")
FROM = ("--base", "main", "--policies-from", "main")


def _touched(report: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(item["area"], item["change"], item["name"]) for item in report["touched"]]


def _break_a_rule(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    repository.write("catalogue/returns.yaml", words.capability("returns", "None."))


def _delete_the_policy(repository: SimpleNamespace, _words: SimpleNamespace) -> None:
    shutil.rmtree(repository.folder / "policies" / "standard-is-said")


def _weaken_the_policy(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    repository.policy(words.policy("standard-is-said", "true"))


def _soften_the_policy(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    repository.policy(words.policy("standard-is-said", 'entity.spec.standard != "None."', enforcement="advisory"))


def _switch_it_off(repository: SimpleNamespace, _words: SimpleNamespace) -> None:
    configuration = {"apiVersion": "concertino/v1", "kind": "Configuration", "extends": []}
    off = {"standard-is-said": {"off": True, "reason": "It is in the way."}}
    repository.write("concertino.yaml", {**configuration, "overrides": off})


def _add_an_exception(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    repository.write("catalogue/exceptions/own.yaml", words.waiver("standard-is-said", "capability:returns"))


def _take_the_right(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    right = words.right()
    right["spec"]["accountable"] = "makers"
    repository.write("catalogue/rights/model.yaml", right)
    own = words.waiver("standard-is-said", "capability:returns", approver="olaf")
    repository.write("catalogue/exceptions/own.yaml", own)


def _add_a_right(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    right = words.document(
        "DecisionRight",
        "own",
        right="operating-model",
        accountable="makers",
        escalation="makers",
        scope={"capability": "returns"},
    )
    repository.write("catalogue/rights/own.yaml", right)
    own = words.waiver("standard-is-said", "capability:returns", approver="olaf")
    repository.write("catalogue/exceptions/own.yaml", own)


def _join_the_board(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    teams = words.teams()
    teams[0]["spec"]["members"].append(words.member("olaf"))
    repository.write("catalogue/teams.yaml", *teams)
    own = words.waiver("standard-is-said", "capability:returns", approver="olaf")
    repository.write("catalogue/exceptions/own.yaml", own)


EXCEPTION = ("exception", "added", "exception:returns-waived")


@pytest.mark.parametrize(
    ("talk", "told"),
    [
        (_delete_the_policy, [("policy", "removed", "standard-is-said")]),
        (_weaken_the_policy, [("policy", "changed", "standard-is-said")]),
        (_soften_the_policy, [("policy", "changed", "standard-is-said")]),
        (
            _switch_it_off,
            [("policy", "removed", "standard-is-said"), ("configuration", "changed", "concertino.yaml")],
        ),
        (_add_an_exception, [EXCEPTION]),
        (_take_the_right, [("right", "changed", "decisionright:model"), EXCEPTION]),
        (_add_a_right, [("right", "added", "decisionright:own"), EXCEPTION]),
        (_join_the_board, [("team", "changed", "team:board"), EXCEPTION]),
    ],
)
def test_a_change_can_not_excuse_itself(
    repository: SimpleNamespace, words: SimpleNamespace, talk: Callable[..., None], told: list[tuple[str, str, str]]
) -> None:
    _break_a_rule(repository, words)
    talk(repository, words)
    repository.commit("Break a rule and see to it that nobody minds")

    own = repository.check("--base", "main", "--rev", "change")
    theirs = repository.check(*FROM, "--rev", "change")

    assert (own[0], theirs[0]) == (0, 1)
    assert RETURNS in words.news(theirs[1])["new"]
    assert _touched(own[1]) == _touched(theirs[1]) == told
    approvers = {
        team["team"] for _, report in (own, theirs) for item in report["touched"] for team in item["approvers"]
    }
    assert approvers == {"team:board"}


def test_the_report_says_on_top_that_a_policy_was_removed_and_who_must_approve(
    repository: SimpleNamespace, words: SimpleNamespace
) -> None:
    _break_a_rule(repository, words)
    _delete_the_policy(repository, words)

    for options in (("--base", "main"), FROM):
        for form in ("text", "markdown"):
            _, shown = repository.run("check", "--as-of", "2026-05-01", "--format", form, *options)
            lines = [line for line in shown.replace("**", "").replace("<code>", "").splitlines() if line]
            lines = [line for line in lines if not line.startswith("<!--")]
            top = lines[: 2 + (form == "markdown")]

            assert any("touches what judges" in line for line in top)
            assert any("policy removed" in line and "standard-is-said" in line for line in top)
            assert "team:board (ada, bea), by the right operating-model" in shown.replace("\n      ", " ")


def test_an_added_exception_is_told_to_be_merged_first(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    _break_a_rule(repository, words)
    _add_an_exception(repository, words)

    _, report = repository.check(*FROM)

    found = {(item["policy"], item["entity"]): item for item in report["findings"]}
    assert "merge the exception first" in " ".join(found[RETURNS]["notes"])
    said = found["exception", "exception:returns-waived"]
    assert "has no effect yet" in said["message"]
    assert report["summary"]["inForce"] == []


MERGED = {"expires": "2026-08-01"}


@pytest.mark.parametrize(
    ("after", "code", "why"),
    [
        ({}, 0, ""),
        ({"reason": "The season ends in July, and before that nothing moves."}, 0, ""),
        ({"expires": "2026-06-01"}, 0, ""),
        ({"entities": ["capability:orders"]}, 0, ""),
        ({"controls": ["A look each Monday.", "A report each month."]}, 0, ""),
        ({"expires": "2026-08-15"}, 1, "it ends on 2026-08-15, and on 2026-08-01 in"),
        ({"approver": "bea"}, 1, "its approver is not as in"),
        ({"keys": []}, 1, "it named fewer keys in"),
        ({"entities": ["capability:search"]}, 1, ""),
    ],
    ids=[
        "as it stands there",
        "with another reason",
        "with an earlier end",
        "for fewer entities",
        "with one more control",
        "with a later end",
        "with another approver",
        "for all elements",
        "for another entity",
    ],
)
def test_an_exception_counts_as_far_as_it_stands_in_the_base(
    repository: SimpleNamespace, words: SimpleNamespace, after: dict[str, object], code: int, why: str
) -> None:
    repository.policy(
        words.policy(
            "standard-is-said",
            "",
            validations=[
                {"name": "said", "each": "[entity.spec.standard]", "key": "item", "expression": 'item != "None."'}
            ],
        )
    )
    both = {"entities": ["capability:orders", "capability:search"], "keys": ["None."]}
    merged = words.waiver("standard-is-said", "capability:orders", **both)
    repository.write("catalogue/exceptions/own.yaml", merged)
    repository.git("branch", "--force", "base", repository.commit())
    repository.write(
        "catalogue/exceptions/own.yaml", words.waiver("standard-is-said", "capability:orders", **{**both, **after})
    )
    if "keys" in after:
        changed = words.waiver("standard-is-said", "capability:orders", entities=both["entities"])
        repository.write("catalogue/exceptions/own.yaml", changed)

    found, report = repository.check("--base", "base", "--policies-from", "base")

    notes = " ".join(note for item in report["findings"] for note in item.get("notes", ()))
    assert (found, why in notes) == (code, True)


def test_evidence_that_the_change_supplies_gives_no_force(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    repository.write(
        "catalogue/exceptions/own.yaml", words.waiver("standard-is-said", "capability:orders", evidence=[])
    )
    base = repository.commit()
    repository.write("catalogue/exceptions/own.yaml", words.waiver("standard-is-said", "capability:orders"))

    own, theirs = repository.check("--base", base), repository.check("--base", base, "--policies-from", base)

    assert "newly-waived" in words.news(own[1])
    assert "newly-waived" not in words.news(theirs[1])


def test_what_the_change_breaks_of_its_own_rules_ends_with_2(
    repository: SimpleNamespace, words: SimpleNamespace
) -> None:
    repository.policy(words.policy("standard-is-said", "entity.spec.standrad != ''"))

    code, report = repository.check(*FROM)

    assert code == 2
    assert ("policy", "standard-is-said") in words.news(report)["new"]


def test_whoever_mends_a_broken_rule_is_not_blamed_for_it(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    repository.policy(words.policy("standard-is-said", "entity.spec.standrad != ''"))
    base = repository.commit()
    repository.policy(words.policy("standard-is-said", "entity.spec.standard != ''"))

    code, report = repository.check("--base", base, "--policies-from", base)

    assert code == 0
    assert words.news(report)["fixed"] == [("policy", "standard-is-said")]


def test_a_broken_policy_that_is_removed_is_told_as_well(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    repository.policy(words.policy("standard-is-said", "entity.spec.standrad != ''"))
    base = repository.commit()
    _delete_the_policy(repository, words)

    _, report = repository.check("--base", base)

    assert _touched(report) == [("policy", "removed", "standard-is-said")]


def test_a_new_policy_judges_nothing_before_it_is_merged(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    repository.policy(words.policy("nothing-will-do", "false"))

    own, theirs = repository.check("--base", "main"), repository.check(*FROM)

    assert (own[0], theirs[0]) == (1, 0)
    assert _touched(theirs[1]) == [("policy", "added", "nothing-will-do")]


def test_the_rules_can_come_from_elsewhere_without_a_comparison(
    repository: SimpleNamespace, words: SimpleNamespace
) -> None:
    _break_a_rule(repository, words)
    _delete_the_policy(repository, words)

    code, report = repository.check("--policies-from", "main")

    assert code == 1
    assert report["rulesFrom"] == repository.git("rev-parse", "main")
    assert _touched(report) == [("policy", "removed", "standard-is-said")]
    assert "fixed" not in report


def test_a_pack_by_path_is_read_from_the_base(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    configuration = {"apiVersion": "concertino/v1", "kind": "Configuration", "extends": ["./policies/house"]}
    pack = {"apiVersion": "concertino/v1", "kind": "Pack", "metadata": {"name": "house", "title": "House"}, "spec": {}}
    repository.write("concertino.yaml", configuration)
    repository.write("policies/house/pack.yaml", {**pack, "spec": {"description": "It asks.", "version": "1.0.0"}})
    repository.write("policies/house/short/policy.yaml", words.policy("short", "size(entity.spec.standard) < 9"))
    base = repository.commit()
    repository.write("policies/house/short/policy.yaml", words.policy("short", "size(entity.spec.standard) < 99"))
    repository.write("catalogue/returns.yaml", words.capability("returns", "A way that is long."))

    own = repository.check("--base", base)
    theirs = repository.check("--base", base, "--policies-from", base)

    assert (own[0], theirs[0]) == (0, 1)
    assert words.news(theirs[1])["new"] == [("short", "capability:returns")]


def test_a_catalogue_that_is_moved_is_judged_where_it_goes(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    repository.write("portfolio/returns.yaml", words.capability("returns", "None."))
    repository.write("concertino.yaml", words.configuration(catalogue="portfolio"))
    repository.write("portfolio/teams.yaml", *words.teams())

    code, report = repository.check(*FROM)

    assert (code, words.news(report)["new"]) == (1, [RETURNS])
    assert [item["detail"] for item in report["touched"] if item["area"] == "configuration"] == [
        "where the catalogue is, where the records are"
    ]


def test_comments_and_layout_touch_nothing(repository: SimpleNamespace) -> None:
    for path in ("concertino.yaml", "catalogue/rights/model.yaml", "policies/standard-is-said/policy.yaml"):
        target = repository.folder / path
        target.write_text("# A remark.\n" + target.read_text())
    repository.git("mv", "catalogue/teams.yaml", "catalogue/people.yaml")

    assert _touched(repository.check("--base", "main")[1]) == []


def test_a_team_without_a_right_is_no_rule(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    teams = words.teams()
    teams[2]["spec"]["members"].append(words.member("pia"))
    repository.write("catalogue/teams.yaml", *teams)

    assert _touched(repository.check("--base", "main")[1]) == []


def test_where_nobody_holds_a_right_the_report_says_so(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    repository.remove("catalogue/rights/model.yaml")
    base = repository.commit()
    _delete_the_policy(repository, words)

    _, shown = repository.run("check", "--as-of", "2026-05-01", "--base", base)

    assert "nobody can be named who must approve" in shown


def test_a_right_without_people_is_escalated(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    right = words.right()
    right["spec"]["accountable"] = "nobody"
    repository.write("catalogue/rights/model.yaml", right)
    base = repository.commit()
    _delete_the_policy(repository, words)

    _, report = repository.check("--base", base)

    (item,) = report["touched"]
    assert item["approvers"] == [
        {"right": "operating-model", "team": "team:committee", "people": ["ivo"], "escalation": True}
    ]


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed: no signature is checked")
class TestSigners:
    """Where signatures prove approvals, the keys are those of the base."""

    @staticmethod
    def _key(folder: Path, name: str) -> tuple[Path, str]:
        path = folder / f"key-{name}"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path], check=True)
        told = subprocess.run(["ssh-keygen", "-l", "-f", path], check=True, capture_output=True, text=True).stdout
        return path, told.split()[1]

    @staticmethod
    def _sign(repository: SimpleNamespace, key: Path) -> None:
        repository.git("add", "--all")
        signing = ("-c", "gpg.format=ssh", "-c", f"user.signingKey={key}")
        repository.git(*signing, "commit", "--quiet", "--gpg-sign", "-mApprove")

    def _start(
        self, repository: SimpleNamespace, words: SimpleNamespace, tmp_path: Path, *, proof: bool
    ) -> dict[str, tuple[Path, str]]:
        keys = {name: self._key(tmp_path, name) for name in ("ada", "olaf")}
        teams = words.teams()
        teams[0]["spec"]["members"] = [words.member("ada", keys["ada"][1]), words.member("bea")]
        repository.write("catalogue/teams.yaml", *teams)
        if proof:
            asked = {"proof": "signature", "signers": {"revision": "main"}}
            head = {"apiVersion": "concertino/v1", "kind": "Configuration", "extends": [], "exceptions": asked}
            repository.write("concertino.yaml", head)
        repository.git("branch", "--force", "main", repository.commit("Keys"))
        return keys

    @pytest.mark.parametrize("proof", [False, True], ids=["not asked for", "asked for"])
    def test_a_proven_approval_counts_before_it_is_merged(
        self, repository: SimpleNamespace, words: SimpleNamespace, tmp_path: Path, *, proof: bool
    ) -> None:
        keys = self._start(repository, words, tmp_path, proof=proof)
        _break_a_rule(repository, words)
        _add_an_exception(repository, words)
        self._sign(repository, keys["ada"][0])

        code, report = repository.check(*FROM)

        assert (code, words.news(report)["newly-waived"]) == (0, [RETURNS])

    def test_a_signer_added_to_oneself_proves_nothing(
        self, repository: SimpleNamespace, words: SimpleNamespace, tmp_path: Path
    ) -> None:
        keys = self._start(repository, words, tmp_path, proof=True)
        _break_a_rule(repository, words)
        _add_an_exception(repository, words)
        teams = words.teams()
        teams[0]["spec"]["members"] = [words.member("ada", keys["ada"][1], keys["olaf"][1]), words.member("bea")]
        repository.write("catalogue/teams.yaml", *teams)
        head = json.loads((repository.folder / "concertino.yaml").read_text())
        head["exceptions"]["signers"]["revision"] = "change"
        repository.write("concertino.yaml", head)
        self._sign(repository, keys["olaf"][0])

        own, theirs = repository.check("--base", "main", "--rev", "change"), repository.check(*FROM, "--rev", "change")

        assert (own[0], theirs[0]) == (0, 1)
        assert RETURNS in words.news(theirs[1])["new"]
        assert _touched(own[1]) == _touched(theirs[1])
        assert ("team", "changed", "team:board") in _touched(own[1])
        details = [item["detail"] for item in theirs[1]["touched"]]
        assert "whose signature proves an approval" in details
        assert any("ada signs with other keys" in detail for detail in details)


@pytest.mark.parametrize("revision", ["--output=x", "main..change", "nowhere", ""])
def test_a_revision_that_is_none_is_refused(
    repository: SimpleNamespace, concertino: Callable[..., SimpleNamespace], revision: str
) -> None:
    ran = concertino("check", "-C", repository.folder, f"--policies-from={revision}")

    assert ran.code == 2
    assert not ran.out
    assert "Traceback" not in ran.err
