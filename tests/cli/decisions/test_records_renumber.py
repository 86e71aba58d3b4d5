"""Two branches took one number: the check names both, and renumbering mends it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
LINK = '"As [0012](../records/0012-right.md) says, and unlike ADR-0012."'


def tree(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.parts
    }


@pytest.fixture
def merged(governed: Run, decision: Run, concertino: Run, git: Run) -> Path:
    """A repository in which two branches each added decision 12 with its record, merged without a conflict."""
    first = decision("first", 11, "accepted")
    folder: Path = governed({"catalogue/decisions/0011-first.yaml": first})
    concertino("records", "render", "-C", folder)
    git(folder, "init")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "start")
    for branch in ("left", "right"):
        git(folder, "checkout", "-qb", branch, "main")
        text = decision(branch, 12, more="supersedes: [first]", context=LINK if branch == "right" else "None.")
        (folder / f"catalogue/decisions/0012-{branch}.yaml").write_text(text)
        concertino("records", "render", "-C", folder)
        git(folder, "checkout", "--", "catalogue/records/README.md")  # each rendered it anew; that would be a conflict
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", f"{branch} decides")
    git(folder, "checkout", "-q", "main")
    git(folder, "merge", "-q", "--no-edit", "left")
    git(folder, "merge", "-q", "--no-edit", "right")
    return folder


def test_the_check_names_both_and_the_mend_works(merged: Path, concertino: Run) -> None:
    found = concertino("check", "-C", merged, "--format", "markdown")
    assert found.code == 1
    assert "decision:left and decision:right" in found.out.replace("`", "")
    assert concertino("records", "check", "-C", merged).code == 1

    ran = concertino("records", "renumber", "12", "--base", "left", "-C", merged)
    assert ran.code == 0, ran.err
    assert "decision:right has number 13, and had 12" in ran.out
    assert concertino("check", "-C", merged).code == 3, "no finding"
    assert concertino("records", "check", "-C", merged).code == 0
    assert sorted(path.name for path in (merged / "catalogue/records").iterdir()) == [
        "0011-first.md",
        "0012-left.md",
        "0013-right.md",
        "README.md",
    ]


def test_comments_and_layout_survive_and_unambiguous_links_move(merged: Path, decision: Run, concertino: Run) -> None:
    before = tree(merged)
    ran = concertino("records", "renumber", "right", "-C", merged)
    after = tree(merged)

    old = decision("right", 12, more="supersedes: [first]", context=LINK)
    assert before["catalogue/decisions/0012-right.yaml"] == old
    assert after["catalogue/decisions/0013-right.yaml"] == old.replace("number:   12", "number:   13").replace(
        "[0012](../records/0012-right.md)", "[0013](../records/0013-right.md)"
    )
    assert "catalogue/decisions/0012-right.yaml" not in after
    assert after["catalogue/decisions/0012-left.yaml"] == before["catalogue/decisions/0012-left.yaml"]
    assert "0013-right.yaml:18:" in ran.err, "whom ADR-0012 means, only people know"


def test_a_dry_run_shows_the_difference_and_writes_nothing(merged: Path, concertino: Run) -> None:
    before = tree(merged)
    ran = concertino("records", "renumber", "right", "--dry-run", "-C", merged)

    assert "-  number:   12 # as in the register\n+  number:   13 # as in the register\n" in ran.out
    assert "render catalogue/records/0013-right.md" in ran.out
    assert "remove catalogue/records/0012-right.md" in ran.out
    assert tree(merged) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(
            ("12",), "Name the younger one: concertino records renumber right", id="a number of two decisions"
        ),
        pytest.param(("12", "--base", "main"), "Number 12 is used by", id="a base that holds both"),
        pytest.param(("99",), "No decision has number 99", id="a number of nobody"),
        pytest.param(("rigth",), 'Did you mean "right"?', id="a misspelt name"),
        pytest.param(("right", "11"), "used by decision:first", id="a number that is taken"),
        pytest.param(("right", "12"), "already used by", id="the number that it has"),
        pytest.param(("right", "10000"), "10000 is not in the range", id="a number with five digits"),
    ],
)
def test_what_is_not_clear_is_refused_and_says_how_to_choose(
    merged: Path, concertino: Run, arguments: tuple[str, ...], said: str
) -> None:
    before = tree(merged)
    ran = concertino("records", "renumber", *arguments, "-C", merged)

    assert ran.code == 2
    assert said in ran.err
    assert tree(merged) == before


def test_a_record_that_somebody_edited_is_left_and_named(merged: Path, concertino: Run) -> None:
    record = merged / "catalogue/records/0012-right.md"
    record.write_text(record.read_text() + "\nMine.\n")
    ran = concertino("records", "renumber", "right", "-C", merged)

    assert ran.code == 1
    assert "0012-right.md" in ran.err
    assert record.read_text().endswith("Mine.\n")
