"""A new decision has a number that nobody uses, and nothing that was there changes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
NEW = ("records", "new", "Aurora orders alone", "--capability", "orders", "--brands", "aurora", "--as-of", "2026-06-01")


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.*") if ".git/" not in str(path)
    }


def test_a_new_decision_has_a_file_of_its_own_and_passes_the_schema(governed: Run, concertino: Run) -> None:
    folder = governed({})
    before = files(folder)
    ran = concertino(*NEW, "--model", "operate", "-C", folder)

    assert ran.code == 0, ran.err
    path = "catalogue/decisions/0001-aurora-orders-alone.yaml"
    assert ran.out.splitlines()[0] == f"wrote {path}"
    assert {name: data for name, data in files(folder).items() if name != path} == before
    text = (folder / path).read_text()
    assert "number: 1\n" in text
    assert "status: proposed\n" in text
    assert 'nextReview: "2026-08-31"' in text, "a quarter later"
    assert concertino("check", "-C", folder, "--as-of", "2026-06-01").code == 3, "no finding, and no policy to judge by"


def test_the_number_is_free_in_the_working_tree_in_every_base_and_among_the_records(
    governed: Run, decision: Run, concertino: Run, git: Run
) -> None:
    folder = governed({"catalogue/decisions/a.yaml": decision("a", 3)})
    git(folder, "init")
    for branch, number in (("main", 3), ("left", 12), ("right", 9)):
        if branch != "main":
            git(folder, "checkout", "-qb", branch, "main")
            (folder / f"catalogue/decisions/{branch}.yaml").write_text(decision(branch, number))
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", branch)
    git(folder, "checkout", "-q", "main")

    asked = [(*NEW, "--name", f"n{count}", "-C", folder) for count in range(4)]
    assert "0004-n0" in concertino(*asked[0]).out
    assert "0013-n1" in concertino(*asked[1], "--base", "left", "--base", "right").out
    records = folder / "catalogue/records"
    records.mkdir()
    (records / "0020-by-hand.md").write_text("# By hand\n")
    assert "0021-n2" in concertino(*asked[2]).out
    ran = concertino(*asked[3], "--base", "--output=x")
    assert ran.code == 2
    assert "cannot name a revision" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("--capability", "ordes"), 'Did you mean "orders"?', id="a misspelt capability"),
        pytest.param(("--brands", "aurora,oakwel"), 'Did you mean "oakwell"?', id="a misspelt brand"),
        pytest.param(("--supersedes", "nevar"), 'Did you mean "never"?', id="a misspelt decision"),
        pytest.param(("--supersedes", "never"), "was rejected", id="a decision that was never in force"),
        pytest.param(("--name", "old"), "is described already", id="a name that is taken"),
        pytest.param(("--name", "../../x"), "is no name", id="a name that leads out of the folder"),
    ],
)
def test_what_would_be_wrong_is_refused_before_anything_is_written(
    governed: Run, decision: Run, concertino: Run, arguments: tuple[str, ...], said: str
) -> None:
    folder = governed(
        {
            "catalogue/decisions/old.yaml": decision("old", 1, "accepted"),
            "catalogue/decisions/never.yaml": decision("never", 2, "rejected"),
        }
    )
    before = files(folder)
    ran = concertino(*NEW, *arguments, "-C", folder)

    assert ran.code == 2
    assert said in ran.err
    assert files(folder) == before


def test_a_predecessor_stays_in_force_until_the_new_decision_is_accepted(
    governed: Run, decision: Run, concertino: Run
) -> None:
    folder = governed({"catalogue/decisions/old.yaml": decision("old", 1, "accepted")})
    ran = concertino(*NEW, "--supersedes", "decision:old", "-C", folder)

    assert "decision:old (ADR-0001) stays in force" in ran.out
    listed = concertino("records", "list", "-C", folder, "--as-of", "2026-06-01").out
    assert [line.split()[:2] for line in listed.splitlines()[1:3]] == [["0001", "accepted"], ["0002", "proposed"]]


@pytest.mark.slow
def test_what_stands_in_the_way_of_its_acceptance_is_named(tmp_path: Path, concertino: Run) -> None:
    concertino("init", "-C", tmp_path, "--as-of", "2026-06-01")
    ran = concertino(
        *("records", "new", "Harbour alone", "--capability", "order-management", "--brands", "harbour"),
        *("--model", "federate", "--as-of", "2026-06-01", "-C", tmp_path),
    )

    assert ran.code == 0, ran.err
    assert "before it can be accepted, by federation-is-explicit: " in ran.out
