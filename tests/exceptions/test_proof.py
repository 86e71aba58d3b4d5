"""Where proof is asked for, an approval counts only by the key of somebody who holds the right. All keys are real."""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(
    shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed: nothing here proves that approvals hold"
)

DAY = "2026-05-01"
PROOF = {"exceptions": {"proof": "signature", "signers": {"revision": "main"}}}
APPROVAL = {"approver": "ada", "approvedOn": "2026-03-01"}


@dataclass
class Repository:
    """A repository whose main branch was reviewed, and a branch with a change."""

    folder: Path
    git: Callable[..., str]
    world: SimpleNamespace
    keys: dict[str, Path] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)

    def key(self, name: str) -> str:
        path = self.folder.parent / f"key-{name}"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path], check=True)
        told = subprocess.run(["ssh-keygen", "-l", "-f", path], check=True, capture_output=True, text=True).stdout
        self.keys[name], self.marks[name] = path, told.split()[1]
        return self.marks[name]

    def write(self, path: str, value: object) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(value if isinstance(value, str) else json.dumps(value))

    def exception(self, *without: str, **change: object) -> None:
        self.write("catalogue/exceptions/own-node.yaml", self.world.exception("own-node", *without, **change))

    def commit(self, signer: str = "", author: str = "Ada <ada@example.com>", message: str = "A change") -> None:
        signing = ("-c", "gpg.format=ssh", "-c", f"user.signingKey={self.keys[signer]}") if signer else ()
        self.git(self.folder, "add", "--all")
        sign = "--gpg-sign" if signer else "--no-gpg-sign"
        self.git(self.folder, *signing, "commit", "-q", "--allow-empty", sign, f"--author={author}", f"-m{message}")


@pytest.fixture
def place(tmp_path: Path, git: Callable[..., str], world: SimpleNamespace) -> Repository:
    """On main: the group, with keys for Ada and Bea of the board, Fay of finance, and Nils, who asks."""
    found = Repository(tmp_path / "repository", git, world)
    found.folder.mkdir()
    documents = json.loads(json.dumps(world.group))
    for item in documents:
        for member in item["spec"].get("members", ()):
            member["signingKeys"] = [found.key(member["handle"])]
    for path, text in world.files(documents, world.policy("node-is-shared"), configuration=PROOF).items():
        found.write(path, str(text))
    git(found.folder, "init", "--quiet")
    found.commit()
    git(found.folder, "checkout", "--quiet", "-b", "change")
    found.exception("approver", "approvedOn")
    found.commit("nils", message="Ask for an exception")
    return found


@pytest.fixture
def outcome(place: Repository, concertino: Callable[..., Any]) -> Callable[..., tuple[str, str]]:
    """What check finds on the cell that the exception names, and all that it says about it."""

    def call(*options: str) -> tuple[str, str]:
        ran = concertino("check", "-C", place.folder, "--as-of", DAY, "--format", "json", *options)
        findings = json.loads(ran.out)["findings"]
        (found,) = [item for item in findings if item["entity"] == "cell:aurora/orders"]
        return found["outcome"], " ".join(found.get("notes", ()))

    return call


Outcome = Callable[..., tuple[str, str]]


@pytest.mark.parametrize("signer", ["ada", "bea"])
def test_an_approval_signed_by_a_member_of_the_team_counts(place: Repository, outcome: Outcome, signer: str) -> None:
    place.exception(**APPROVAL)
    place.commit(signer)

    assert outcome()[0] == "waived"
    assert outcome("--rev", "HEAD")[0] == "waived"


@pytest.mark.parametrize(
    ("signer", "why"),
    [
        pytest.param("fay", "is signed by fay, who is no member of team:board", id="somebody outside the team"),
        pytest.param("nils", "is signed by nils, who is no member of team:board", id="the one who asks"),
        pytest.param("", "carries no signature by a key of a member", id="nobody"),
    ],
)
def test_an_approval_signed_by_anybody_else_does_not(
    place: Repository, outcome: Outcome, signer: str, why: str
) -> None:
    place.exception(**APPROVAL)
    place.commit(signer)

    found, said = outcome()
    assert found == "fail"
    assert why in said


def test_author_address_trailer_and_approver_forged_together_prove_nothing(place: Repository, outcome: Outcome) -> None:
    place.exception(**APPROVAL)
    message = "Approve\n\nApproved-by: Ada <ada@example.com>\nSigned-off-by: Ada <ada@example.com>"
    place.commit("", author="Ada <ada@example.com>", message=message)

    found, said = outcome()
    assert found == "fail"
    assert "which claims to be by Ada <ada@example.com>" in said


def test_a_signer_that_the_change_itself_adds_proves_nothing(place: Repository, outcome: Outcome) -> None:
    place.key("mallory")
    (path,) = list((place.folder / "catalogue").glob("*-board.yaml"))
    team = json.loads(path.read_text())
    team["spec"]["members"].append({"name": "Mal", "handle": "mallory", "signingKeys": [place.marks["mallory"]]})
    team["spec"]["members"][0]["signingKeys"].append(place.marks["mallory"])
    path.write_text(json.dumps(team))
    place.commit("mallory")
    place.exception(**{**APPROVAL, "approver": "mallory"})
    place.commit("mallory")
    assert outcome()[0] == "fail"

    place.exception(**APPROVAL)
    place.commit("mallory")
    assert outcome()[0] == "fail"


def test_a_right_that_the_change_itself_grants_proves_nothing(place: Repository, outcome: Outcome) -> None:
    scope = {"right": "operating-model", "scope": {"brand": "aurora", "capability": "orders"}, "accountable": "finance"}
    place.write("catalogue/granted.yaml", place.world.right("granted", scope))
    place.exception(**{**APPROVAL, "approver": "fay"})
    place.commit("fay")

    assert outcome()[0] == "fail"


def test_what_is_changed_after_the_approval_needs_a_signature_of_its_own(place: Repository, outcome: Outcome) -> None:
    place.exception(**APPROVAL)
    place.commit("ada")
    place.exception(**APPROVAL, expires="2026-08-31")
    place.commit("nils", message="A little longer")
    assert outcome()[0] == "fail"

    place.exception(**APPROVAL, expires="2026-08-31", ticket="X-1")
    place.commit("bea")
    assert outcome()[0] == "fail"

    place.exception(**{**APPROVAL, "approvedOn": "2026-03-02"}, expires="2026-08-31", ticket="X-1")
    place.commit("bea", message="Approve the longer one")
    assert outcome()[0] == "waived"


def test_a_ticket_or_a_move_to_another_file_needs_no_new_approval(place: Repository, outcome: Outcome) -> None:
    place.exception(**APPROVAL)
    place.commit("ada")
    (place.folder / "catalogue/exceptions/own-node.yaml").unlink()
    place.write("catalogue/exceptions/moved.yaml", place.world.exception("own-node", **APPROVAL, ticket="X-1"))
    place.commit()

    assert outcome()[0] == "waived"


def test_a_change_that_a_merge_brings_past_the_approval_is_seen(place: Repository, outcome: Outcome) -> None:
    """The approver signed one branch; another one, which nobody signed, widens what is approved."""
    place.git(place.folder, "branch", "side")
    place.exception(**APPROVAL)
    place.commit("ada")
    place.git(place.folder, "checkout", "--quiet", "side")
    place.exception("approver", "approvedOn", entities=["cell:aurora/orders", "cell:oakwell/orders"])
    place.commit()
    place.git(place.folder, "checkout", "--quiet", "change")
    place.git(place.folder, "merge", "--quiet", "--no-commit", "--no-ff", "--strategy=ours", "side")
    place.exception(**APPROVAL, entities=["cell:aurora/orders", "cell:oakwell/orders"])
    place.commit()

    assert outcome()[0] == "fail"


def test_what_is_not_committed_is_not_proven(place: Repository, outcome: Outcome) -> None:
    place.exception(**APPROVAL)

    found, said = outcome()
    assert found == "fail"
    assert "not committed yet" in said


def test_an_approval_is_proven_alike_for_check_audit_list_and_records(
    place: Repository, concertino: Callable[..., Any]
) -> None:
    def answers() -> tuple[bool, bool, bool]:
        audit = json.loads(
            concertino("exceptions", "audit", "-C", place.folder, "--as-of", DAY, "--format", "json").out
        )
        (row,) = json.loads(
            concertino("exceptions", "list", "-C", place.folder, "--as-of", DAY, "--format", "json").out
        )
        concertino("records", "render", "-C", place.folder, "--force")
        record = (place.folder / "catalogue/records/0001-orders-aurora.md").read_text()
        return (
            audit["totals"]["all"]["waives"] == 1,
            "in-force" in row["flags"],
            "from 2026-03-15 to 2026-06-30" in record,
        )

    place.exception(**APPROVAL)
    place.commit("fay")
    assert answers() == (False, False, False)

    place.exception(**{**APPROVAL, "approvedOn": "2026-03-02"})
    place.commit("ada")
    assert answers() == (True, True, True)


def test_where_the_signers_can_not_be_read_nothing_is_proven(place: Repository, outcome: Outcome) -> None:
    place.exception(**APPROVAL)
    configuration = json.loads((place.folder / "concertino.yaml").read_text())
    configuration["exceptions"]["signers"]["revision"] = "nowhere"
    place.write("concertino.yaml", configuration)
    place.commit("ada")

    found, said = outcome()
    assert found == "fail"
    assert "exceptions.signers in concertino.yaml" in said


def test_an_audit_shows_what_the_commit_of_an_approval_claims(
    place: Repository, concertino: Callable[..., Any]
) -> None:
    place.exception(**APPROVAL)
    place.commit("", author="Mal <mal@example.com>", message="Approve\n\nApproved-by: Ada <ada@example.com>")
    ran = concertino("exceptions", "audit", "-C", place.folder, "--as-of", DAY, "--format", "json")

    (row,) = json.loads(ran.out)["exceptions"]
    assert row["claims"].endswith("by Mal <mal@example.com>; approved-by: Ada <ada@example.com>")
    assert row["flags"] == ["without-effect"]


def test_without_a_wish_for_proof_an_approval_is_taken_at_its_word(place: Repository, outcome: Outcome) -> None:
    configuration = json.loads((place.folder / "concertino.yaml").read_text())
    del configuration["exceptions"]
    place.write("concertino.yaml", configuration)
    place.exception(**APPROVAL)

    assert outcome()[0] == "waived"
